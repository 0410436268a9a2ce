"""Making and filling graphs: formulas by keyword, misspelt attributes, directions and parallel edges that are lost."""

import copy
import itertools
import pickle
import string
import warnings

import networkx as nx
import pytest

from equibel import EquibelGraph
from equibel.errors import EquibelGraphException, EquibelWarning, FormulaSyntaxError, OptionError, UnknownNodeError
from equibel.graph.spelling import MEANINGFUL, unused

# Formulas by keyword ----------------------------------------------------------------------------------------------------


def test_formulas_by_keyword():
    """``EquibelGraph(edges, formulas=…)`` did nothing, silently: the dict became an attribute of the graph."""
    graph = EquibelGraph([(1, 2), (2, 3)], formulas={1: "p & q", 2: ["q", "r"]}, name="chain")
    assert {node: [str(f) for f in graph.beliefs(node)] for node in graph} == {1: ["p & q"], 2: ["q", "r"], 3: []}
    assert graph.graph == {"name": "chain"}
    assert EquibelGraph(nx.path_graph(2), formulas={0: "p"}, atoms="s").atom_names() == ["p", "s"]
    assert EquibelGraph(graph, formulas={1: "s", 3: []}).belief(1) == EquibelGraph([(1, 2)], formulas={1: "s"}).belief(1)


def test_formulas_of_several_nodes():
    """A mapping replaces those of the nodes it names; everything is checked before anything is changed."""
    graph = EquibelGraph([(1, 2), (2, 3)], formulas={1: "p", 2: "q", 3: "r"})
    graph.set_formulas({1: ["s", "t"], 2: []})
    assert [str(graph.belief(node)) for node in graph] == ["s & t", "True", "r"]
    for wrong, error in (
        ({1: "p", 4: "q"}, UnknownNodeError),
        ({1: "p", 2: "q &"}, FormulaSyntaxError),
        (1, OptionError),
        ([(1, "p")], OptionError),
    ):
        with pytest.raises(error):
            graph.set_formulas(wrong)
        assert [str(graph.belief(node)) for node in graph] == ["s & t", "True", "r"]


@pytest.mark.parametrize(
    ("formulas", "error"),
    [({3: "p"}, UnknownNodeError), ({"1": "p"}, UnknownNodeError), ({1: "p &"}, FormulaSyntaxError), ("p", OptionError)],
)
def test_formulas_by_keyword_that_are_wrong(formulas, error):
    """A node that is not there is named, rather than made."""
    with pytest.raises(error):
        EquibelGraph([(1, 2)], formulas=formulas)


# Misspelt attributes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fill", "hint"),
    [
        (lambda g: g.add_node(1, formula="p"), "did you mean 'formulas'?"),
        (lambda g: g.add_node(1, Formulas="p"), "did you mean 'formulas'?"),
        (lambda g: g.add_node(1, beliefs="p"), "did you mean 'formulas'?"),
        (lambda g: g.add_node(1, weigths={"p": 2}), "did you mean 'weights'?"),
        (lambda g: g.add_node(1, weight={"p": 2}), "did you mean 'weights'?"),
        (lambda g: g.add_node(1, atoms="p"), "'atoms' is an attribute of the graph"),
        (lambda g: g.add_nodes_from([1, 2], formula="p"), "did you mean 'formulas'?"),
        (lambda g: g.add_edge(1, 2, weigth=3), "did you mean 'weight'?"),
        (lambda g: g.add_edge(1, 2, weights=3), "did you mean 'weight'?"),
        (lambda g: g.add_edge(1, 2, formulas="p"), "'formulas' is an attribute of nodes"),
        (lambda g: g.add_edges_from([(1, 2)], wieght=3), "did you mean 'weight'?"),
        (lambda g: EquibelGraph([(1, 2)], formula={1: "p"}), "did you mean 'formulas'?"),
        (lambda g: EquibelGraph([(1, 2)], entailments="p"), "did you mean 'entailment'?"),
        (lambda g: EquibelGraph([(1, 2)], constraints="p"), "did you mean 'entailment'?"),
        (lambda g: EquibelGraph([(1, 2)], weights={1: {"p": 2}}), "'weights' is an attribute of nodes"),
    ],
)
def test_misspelt_keywords_are_refused(fill, hint):
    """``add_node(1, formula="p")`` did nothing, silently."""
    graph = EquibelGraph([(1, 2)])
    with pytest.raises(OptionError) as caught:
        fill(graph)
    assert hint in str(caught.value)
    assert dict(graph.nodes(data=True)) == {1: {}, 2: {}}
    assert graph.edges[1, 2] == {}


@pytest.mark.parametrize(
    ("fill", "sentence"),
    [
        (lambda g: g.add_nodes_from([(1, {"formula": "p"}), 3]), "the node attribute 'formula' is kept but not used"),
        (lambda g: g.add_edges_from([(1, 2, {"weigth": 3})]), "the edge attribute 'weigth' is kept but not used"),
        (lambda g: g.add_weighted_edges_from([(1, 2, 3)], weight="Weight"), "the edge attribute 'Weight' is kept"),
        (lambda g: EquibelGraph([(1, 2, {"weigth": 3})]), "the edge attribute 'weigth' is kept but not used"),
        (lambda g: EquibelGraph({1: {2: {"weigth": 3}}}), "the edge attribute 'weigth' is kept but not used"),
        (lambda g: EquibelGraph(nx.Graph(entailments="p")), "the graph attribute 'entailments' is kept but not used"),
        (lambda g: EquibelGraph(_with_formula()), "the node attribute 'formula' is kept but not used"),
        (lambda g: g.update(_with_formula()), "the node attribute 'formula' is kept but not used"),
        (lambda g: nx.compose(g, _with_formula()), "the node attribute 'formula' is kept but not used"),
    ],
)
def test_misspelt_attributes_of_data_are_warned_of(fill, sentence):
    """What comes with data is kept, as networkx keeps it; whether the warning is an error is up to the user."""
    with pytest.warns(EquibelWarning, match=sentence) as caught:
        fill(EquibelGraph([(1, 2)]))
    assert len(caught) == 1
    with pytest.raises(EquibelWarning, match=sentence):  # warnings are errors in tests
        fill(EquibelGraph([(1, 2)]))


def _with_formula():
    graph = nx.path_graph(3)
    nx.set_node_attributes(graph, "p", "formula")
    return graph


def test_graphs_with_such_attributes_work_on():
    """Chemists call other things formulas: a graph with the attribute is copied, sent and changed as any other."""
    with pytest.warns(EquibelWarning):
        graph = EquibelGraph(_with_formula())
    graph.nodes[0]["weigths"] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for twin in (graph.copy(), copy.deepcopy(graph), pickle.loads(pickle.dumps(graph)), EquibelGraph(graph)):
            assert twin.nodes[0] == {"formula": "p", "weigths": 1}
            assert "_filling" not in vars(twin)
        assert graph.subgraph([0, 1]).nodes[1] == {"formula": "p"}
        nx.relabel_nodes(graph, {0: "a"}, copy=False)
        assert graph.nodes["a"] == {"formula": "p", "weigths": 1}


@pytest.mark.parametrize(
    "name", ["colour", "height", "label", "id", "form", "wait", "name", "x-formulas", "weights2", "x" * 10_000, ""]
)
def test_other_attributes_are_nobodys_business(name):
    """Ordinary words are left alone, also those that are nearly one of ours."""
    assert [sentence for owner in MEANINGFUL for sentence in unused(owner, [name, 5, ("formula",)])] == []


def test_many_names_take_no_time():
    """Only the first thousand are compared."""
    names = (f"formul{''.join(letters)}" for letters in itertools.product(string.ascii_lowercase, repeat=4))
    assert 0 < len(list(unused("node", names))) < 1000


# Directions and parallel edges --------------------------------------------------------------------------------------


def directed(kind, *edges):
    graph = kind()
    for u, v, *weight in edges:
        graph.add_edge(u, v, **({"weight": weight[0]} if weight else {}))
    return graph


@pytest.mark.parametrize(
    ("graph", "sentences"),
    [
        (directed(nx.DiGraph, (1, 2), (2, 1)), []),
        (directed(nx.DiGraph, (1, 1)), []),
        (directed(nx.MultiGraph, (1, 2), (2, 3)), []),
        (directed(nx.MultiDiGraph, (1, 2), (2, 1)), []),
        (directed(nx.DiGraph, (1, 2)), ["1 -> 2 has no opposite edge"]),
        (directed(nx.DiGraph, ("a", "b"), ("a", "c"), ("d", "a")), ["'a' -> 'b' has no opposite edge", "(and 2 more)"]),
        (directed(nx.DiGraph, (1, 2, 5), (2, 1, 7)), ["2 -> 1 is parallel to an earlier edge"]),
        (directed(nx.MultiGraph, (1, 2), (2, 1)), ["1 <-> 2 is parallel to an earlier edge"]),
        (directed(nx.MultiDiGraph, (1, 2), (1, 2)), ["1 -> 2 has no opposite edge", "1 -> 2 is parallel"]),
    ],
)
def test_directions_and_parallel_edges(graph, sentences):
    """A directed graph became undirected, silently; the weights of parallel edges were dropped in the same way."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = EquibelGraph(graph)
    told = " / ".join(str(warning.message) for warning in caught)
    assert all(sentence in told for sentence in sentences)
    assert bool(told) == bool(sentences)
    assert all(warning.category is EquibelWarning and warning.filename == __file__ for warning in caught)
    assert {frozenset(edge) for edge in made.edges} == {frozenset(edge) for edge in graph.edges()}


def test_texts_that_come_with_data():
    """Atoms called like constants are told when a graph is made of data, too; but not of a graph where they were told."""
    data = nx.Graph(entailment="p -> true")
    data.add_node(1, formulas="p -> false; T")
    with pytest.warns(EquibelWarning, match="'F|'T', 'false' and 'true' are read as atoms") as caught:
        graph = EquibelGraph(data)
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EquibelGraph(graph)


def test_what_is_no_graph_is_still_refused():
    """With our own error, and formulas change nothing about that."""
    with pytest.raises(EquibelGraphException, match="expected a networkx graph"):
        EquibelGraph(5, formulas={1: "p"})
