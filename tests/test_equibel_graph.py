"""Equality and questions, answered by the solver."""

import itertools
import pickle

import networkx as nx
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FormulaSyntaxError, InconsistentFormulaError, NotAFormulaError, OptionError, UnknownNodeError
from equibel.formula import holds, parse
from equibel.graph import Scenario

p, q, r = sympy.symbols("p q r")


def scenario(*edges, **formulas):
    """A graph with text nodes: ``scenario("ab", a="p")``."""
    graph = EquibelGraph([tuple(edge) for edge in edges])
    for node, formula in formulas.items():
        graph.add_formula(node, formula)
    return graph


def test_repr():
    """It tells how large a graph is, whatever its formulas are."""
    assert repr(scenario("ab", "bc", a="p", b="q")) == "<EquibelGraph with 3 nodes and 2 edges, formulas at 2 nodes>"
    graph = EquibelGraph()
    assert repr(graph) == "<EquibelGraph with 0 nodes and 0 edges, formulas at 0 nodes>"
    graph.add_node("a", formulas="p &")
    assert repr(graph) == "<EquibelGraph with 1 nodes and 0 edges, formulas at 1 node>"


# Equality -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("p -> q", "~p | q"),
        ("p & q", "q & p"),
        ("p | ~p", "True"),
        ("p & ~p", "q & ~q"),
        ("p = q", "~(p ^ q)"),
        ("(p & q) | (p & ~q)", "p"),
    ],
)
def test_equality_is_logical(one, other):
    """Spelling does not matter, nor does the way a conjunction is split into formulas."""
    graph = scenario("ab", a=one)
    other = scenario("ba", a=other)
    assert graph == other
    other.add_formula("a", one)
    assert graph == other


@pytest.mark.parametrize(
    "other",
    [
        scenario("ab", a="p"),
        scenario("ab", a="p & q", b="p"),
        scenario("ab", "bc", a="p & q"),
        scenario("ab", "bb", a="p & q"),
        scenario("ac", a="p & q"),
    ],
)
def test_different_formulas_nodes_or_edges_differ(other):
    """One is enough."""
    assert scenario("ab", a="p & q") != other


def test_equality_with_other_things():
    """A plain networkx graph or a number is never equal, and asking is no error."""
    graph = scenario("ab")
    plain = nx.Graph([("a", "b")])
    assert graph != plain
    assert graph != Scenario(plain)
    assert graph != 3
    assert graph != None  # noqa: E711 - the comparison is what is tested
    assert (graph.__eq__(3)) is NotImplemented


def test_declared_atoms_do_not_matter_to_equality():
    """They change no belief."""
    graph = scenario("ab")
    other = scenario("ab")
    other.add_atom("p")
    assert graph == other


def test_graphs_cannot_be_keys():
    """They are equal by value and can change."""
    with pytest.raises(TypeError):
        hash(scenario("ab"))


def test_networkx_works_on_the_class():
    """Algorithms, pickling, copies, `create_using`."""
    graph = nx.cycle_graph(4, create_using=EquibelGraph)
    graph.add_formula(0, "p -> q")
    assert type(graph) is type(graph.copy()) is type(nx.relabel_nodes(graph, {0: "a"})) is EquibelGraph
    assert graph == graph.copy() == pickle.loads(pickle.dumps(graph)) == graph.subgraph(graph)
    assert nx.shortest_path(graph, 0, 2)[0] == 0
    assert nx.is_connected(graph)
    assert nx.is_isomorphic(graph, nx.cycle_graph(4))


# Questions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [p | q, "p | q", parse("p | q")])
def test_questions_take_text_sympy_and_own_formulas(ask):
    """As everywhere."""
    graph = scenario("ab", a="p")
    assert graph.entails("a", ask)
    assert not graph.entails("b", ask)
    assert graph.consistent_with("a", ask)
    assert not graph.equivalent("a", ask)


def test_questions_may_use_other_atoms():
    """About which the node believes nothing."""
    graph = scenario("ab", a="p")
    assert not graph.entails("a", "unheard_of")
    assert graph.entails("a", "unheard_of | ~unheard_of")
    assert graph.consistent_with("a", "unheard_of")
    assert graph.equivalent("a", "p & (unheard_of | ~unheard_of)")


def test_a_contradiction_entails_everything_and_is_consistent_with_nothing():
    """Questions about one node are answered; only operators refuse."""
    graph = scenario("ab", a="p & ~p")
    assert graph.entails("a", "q")
    assert not graph.consistent_with("a", "True")
    assert graph.equivalent("a", "False")
    assert list(graph.models("a")) == []


formulas = st.sampled_from(
    ["p", "~q", "p -> q", "p ^ q ^ r", "p & ~p", "p | q | r", "p = (q & r)", "True", "False", "q -> s"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(formulas, max_size=2), formulas)
def test_answers_agree_with_truth_tables(believed, asked):
    """Entailment, consistency, equivalence, models and literals, by enumerating all assignments."""
    graph = EquibelGraph([(0, 1)])
    graph.set_formulas(0, believed)
    names = sorted(parse(asked).atoms().union(graph.atom_names(), "pqrs"))
    graph.add_atoms(names)
    rows = [dict(zip(names, bits, strict=True)) for bits in itertools.product([False, True], repeat=len(names))]
    inside = [row for row in rows if holds(graph.belief(0), row)]
    wanted = [row for row in rows if holds(parse(asked), row)]
    assert graph.entails(0, asked) == all(row in wanted for row in inside)
    assert graph.consistent_with(0, asked) == any(row in wanted for row in inside)
    assert graph.equivalent(0, asked) == (inside == wanted)
    found = [{symbol.name: value for symbol, value in model.items()} for model in graph.models(0)]
    assert sorted(found, key=str) == sorted(inside, key=str)
    if inside:
        constant = {name for name in names if len({row[name] for row in inside}) == 1}
        expected = {sympy.Symbol(name) if inside[0][name] else ~sympy.Symbol(name) for name in constant}
        assert set(graph.literals(0)) == expected


# Models ---------------------------------------------------------------------------------------------------------------


def test_models_cover_all_atoms_of_the_graph():
    """Also those the node does not mention, in natural order."""
    graph = scenario("ab", a="x2", b="x10")
    graph.add_atom("x1")
    models = list(graph.models("a"))
    assert all(list(map(str, model)) == ["x1", "x2", "x10"] for model in models)
    assert len(models) == 4
    assert all(model[sympy.Symbol("x2")] is True for model in models)


def test_models_are_lazy_and_limited():
    """Thirty atoms have a billion assignments; three are found at once."""
    graph = EquibelGraph([(0, 1)])
    graph.add_atoms([f"x{i}" for i in range(30)])
    assert len(list(itertools.islice(graph.models(0), 3))) == 3
    assert len(list(graph.models(0, limit=3))) == 3
    assert list(graph.models(0, limit=0)) == []


def test_models_do_not_see_later_changes():
    """The question is the one that was asked."""
    graph = scenario("ab", a="p")
    found = graph.models("a")
    graph.set_formulas("a", ["~p"])
    assert list(found) == [{p: True}]


@pytest.mark.parametrize("limit", [-1, 1.5, "3", True])
def test_a_wrong_limit_is_refused_at_once(limit):
    """Before the first model is asked for."""
    with pytest.raises(OptionError, match="limit"):
        scenario("ab").models("a", limit)


def test_a_graph_without_atoms_has_one_model():
    """The empty assignment."""
    assert list(scenario("ab").models("a")) == [{}]


# Literals -------------------------------------------------------------------------------------------------------------


def test_literals_are_positive_first_in_natural_order():
    """Also those that only follow from several formulas together."""
    graph = scenario("ab", a="~x1 & x10 & (x1 | x2) & (x3 -> x4)")
    assert list(map(str, graph.literals("a"))) == ["x2", "x10", "~x1"]
    assert graph.literals("b") == []


def test_a_contradiction_has_no_literals_to_list():
    """The error names the node and the formula."""
    with pytest.raises(InconsistentFormulaError, match="node 'a'") as caught:
        scenario("ab", a="p & ~p").literals("a")
    assert caught.value.node == "a"
    assert caught.value.formula == "p & ~p"


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [EquibelGraph.entails, EquibelGraph.consistent_with, EquibelGraph.equivalent])
def test_bad_questions(ask):
    """Unknown nodes and what is not a formula."""
    graph = scenario("ab", a="p")
    with pytest.raises(UnknownNodeError):
        ask(graph, "c", "p")
    with pytest.raises(FormulaSyntaxError):
        ask(graph, "a", "p &")
    with pytest.raises(NotAFormulaError):
        ask(graph, "a", 3)
    for lookup in (graph.models, graph.literals):
        with pytest.raises(UnknownNodeError):
            lookup("c")
