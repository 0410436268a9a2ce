"""Everything networkx does to a graph keeps the formulas."""

import copy
import io
import json
import pickle

import networkx as nx
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from equibel.formula import to_text
from equibel.graph import Scenario

p, q, r, s = sympy.symbols("p q r s")


@pytest.fixture
def graph():
    """The path 1 — 2 — 3 with formulas at both ends and a declared atom."""
    scenario = Scenario(nx.path_graph([1, 2, 3]))
    scenario.set_formulas(1, ["p & q", "~r"])
    scenario.add_formula(3, "p -> q")
    scenario.add_atom("s")
    return scenario


def content(graph):
    """Nodes, edges, spelled formulas and atoms."""
    formulas = {node: [to_text(f) for f in graph.beliefs(node)] for node in graph}
    return formulas, {frozenset(edge) for edge in graph.edges}, graph.atom_names()


def graphml(graph, **options):
    """Written and read again."""
    buffer = io.BytesIO()
    nx.write_graphml(graph, buffer)
    buffer.seek(0)
    return nx.read_graphml(buffer, **options)


@pytest.mark.parametrize(
    "duplicate",
    [
        lambda g: g.copy(),
        lambda g: g.copy(as_view=True),
        copy.copy,
        copy.deepcopy,
        lambda g: pickle.loads(pickle.dumps(g)),
        lambda g: Scenario(g),
        lambda g: Scenario(nx.Graph(g)),
        lambda g: Scenario(nx.DiGraph(g)),
        lambda g: Scenario(nx.MultiGraph(g)),
        lambda g: g.subgraph(g),
        lambda g: g.edge_subgraph(g.edges),
        lambda g: g.to_undirected(),
        lambda g: nx.to_undirected(g),
        lambda g: Scenario(g.to_directed()),
        lambda g: nx.relabel_nodes(g, {}),
        lambda g: nx.freeze(g.copy()),
        lambda g: nx.compose(g, Scenario()),
        lambda g: Scenario(nx.node_link_graph(json.loads(json.dumps(nx.node_link_data(g, edges="edges"))), edges="edges")),
        lambda g: Scenario(nx.adjacency_graph(json.loads(json.dumps(nx.adjacency_data(g))))),
        lambda g: Scenario(nx.cytoscape_graph(nx.cytoscape_data(g))),
        lambda g: Scenario(graphml(g, node_type=int)),
    ],
)
def test_duplicates_have_the_same_content_and_class(graph, duplicate):
    """Copies, views, conversions and file formats."""
    other = duplicate(graph)
    assert type(other) is Scenario
    assert content(other) == content(graph)


@pytest.mark.parametrize("seed", range(5))
def test_copies_are_those_of_networkx(seed):
    """In the order of nodes and of neighbours too, with loops, attributes of all kinds, frozen, and of subgraphs."""
    random_graph = nx.gnm_random_graph(12, 30, seed=seed)
    G = Scenario(random_graph, name="some", atoms="p")
    G.add_edges_from([(3, 3), (5, 2, {"weight": 0.5, "via": ["a"]}), (7, "z")])
    G.add_node("alone", colour="red", formulas="p; q")
    for source in (G, nx.freeze(Scenario(G)), G.subgraph([1, 2, 3, 5, "alone"])):
        expected = nx.Graph.copy(source)
        found = source.copy()
        assert type(found) is Scenario
        assert found.graph == expected.graph
        assert list(found.nodes(data=True)) == list(expected.nodes(data=True))
        assert list(found.edges(data=True)) == list(expected.edges(data=True))
        assert [list(found[node]) for node in found] == [list(expected[node]) for node in expected]
        assert all(found.edges[u, v] is found[v][u] and found[v][u] is not source[v][u] for u, v in source.edges)
    assert nx.is_frozen(G.copy(as_view=True))
    found.add_edge(1, "new")
    assert "new" in found
    assert "new" not in G


def test_copies_of_subclasses_are_filled_as_these_say():
    """With dicts of their own, and by methods of their own."""

    class Ordered(dict):
        pass

    class Special(Scenario):
        node_attr_dict_factory = adjlist_inner_dict_factory = edge_attr_dict_factory = Ordered

    class Counting(Scenario):
        edges_added = 0

        def add_edges_from(self, *args, **attr):
            self.edges_added += 1
            super().add_edges_from(*args, **attr)

    copied = Special([(1, 2)]).copy()
    assert [type(each) for each in (copied.nodes[1], copied._adj[1], copied.edges[1, 2])] == [Ordered] * 3
    assert Counting([(1, 2)]).copy().edges_added == 1


def test_copies_are_independent(graph):
    """A change of the copy does not reach the original."""
    before = content(graph)
    other = graph.copy()
    other.add_formula(1, "s")
    other.clear_formulas_from(3)
    other.add_atom("t")
    other.remove_node(2)
    assert content(graph) == before


def test_subgraphs_keep_the_formulas_of_their_nodes(graph):
    """As views, which see later changes, and as copies."""
    view = graph.subgraph([1, 2])
    assert view.formulas() == {1: {p & q, ~r}, 2: set()}
    assert view.atoms() == {p, q, r, s}
    graph.add_formula(2, "s")
    assert view.formulas(2) == {s}
    assert view.copy().formulas(2) == {s}
    view.add_formula(1, "p")
    assert graph.formulas(1) == {p & q, ~r, p}


def test_relabelling_moves_formulas(graph):
    """Into a copy and in place."""
    names = {1: "a", 2: -2, 3: 'say "hi"'}
    other = nx.relabel_nodes(graph, names)
    assert other.formulas() == {"a": {p & q, ~r}, -2: set(), 'say "hi"': {p >> q}}
    assert type(other) is Scenario
    nx.relabel_nodes(graph, names, copy=False)
    assert content(graph) == content(other)
    numbered = nx.convert_node_labels_to_integers(graph, first_label=7)
    assert sorted(map(len, numbered.formulas().values())) == [0, 1, 2]


def test_joining_graphs_keeps_formulas(graph):
    """compose, union, disjoint_union; of a common node, the later graph's attributes count, as always in networkx."""
    other = Scenario([(3, 4)])
    other.set_formulas(4, ["q"])
    assert nx.compose(graph, other).formulas() == {1: {p & q, ~r}, 2: set(), 3: {p >> q}, 4: {q}}
    assert nx.disjoint_union(graph, other).formulas() == {0: {p & q, ~r}, 1: set(), 2: {p >> q}, 3: set(), 4: {q}}
    apart = nx.union(graph, other, rename=("x", "y"))
    assert apart.formulas("y4") == {q}
    assert apart.formulas("x1") == {p & q, ~r}
    assert all(type(g) is Scenario for g in (nx.compose(graph, other), nx.disjoint_union(graph, other), apart))
    graph.update(other)
    assert graph.formulas(4) == {q}


@pytest.mark.parametrize("create_using", [Scenario, Scenario()])
def test_generators_create_scenarios(create_using):
    """As class or instance."""
    made = nx.path_graph(4, create_using=create_using)
    assert type(made) is Scenario
    made.add_formula(0, "p")
    assert made.formulas(0) == {p}


def test_functions_that_make_new_graphs_of_the_class(graph):
    """They call ``g.__class__()``."""
    assert type(nx.complement(graph)) is Scenario
    assert nx.minimum_spanning_tree(graph).formulas(1) == {p & q, ~r}
    assert nx.ego_graph(graph, 1).formulas() == {1: {p & q, ~r}, 2: set()}
    assert [sorted(part) for part in nx.connected_components(graph)] == [[1, 2, 3]]


def test_node_link_json_may_list_formulas():
    """The JSON files people write by hand."""
    data = {
        "graph": {"atoms": ["r"]},
        "nodes": [{"id": 1, "formulas": ["p & q", "~p"]}, {"id": "b"}],
        "edges": [{"source": 1, "target": "b"}],
    }
    scenario = Scenario(nx.node_link_graph(data, edges="edges"))
    assert scenario.formulas() == {1: {p & q, ~p}, "b": set()}
    assert scenario.atoms() == {p, q, r}


nodes = st.one_of(
    st.integers(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.sampled_from(["a b", 'q"uote"', "back\\slash", "näme", "日本", "line\nbreak", "'", "", "-1", ";", "p & q"]),
)


@given(st.lists(nodes, unique=True, min_size=1, max_size=5), st.lists(st.sampled_from(["p", "~q", "p -> q"])))
def test_round_trips_keep_odd_node_names(names, texts):
    """JSON keeps numbers and text apart; pickle and relabelling keep everything."""
    graph = Scenario(nx.path_graph(names))
    for node, text in zip(names, texts, strict=False):
        graph.add_formula(node, text)
    linked = json.loads(json.dumps(nx.node_link_data(graph, edges="edges")))
    assert content(Scenario(nx.node_link_graph(linked, edges="edges"))) == content(graph)
    assert content(pickle.loads(pickle.dumps(graph))) == content(graph)
    back = nx.relabel_nodes(nx.convert_node_labels_to_integers(graph), dict(enumerate(graph)))
    assert content(back) == content(graph)


@given(st.lists(nodes.map(str), unique=True, min_size=1, max_size=5))
def test_graphml_keeps_odd_texts(names):
    """GraphML holds text nodes; read again they carry their formulas."""
    graph = Scenario(nx.path_graph(names))
    for i, node in enumerate(names):
        graph.add_formula(node, f"x{i} | ~y")
    assert content(Scenario(graphml(graph))) == content(graph)
