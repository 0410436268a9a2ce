"""Results of operators are graphs of their own: a change of a result, or of its source, does not show in the other."""

import copy

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

import equibel as eb

ATTRIBUTES = st.dictionaries(st.sampled_from(["weight", "colour"]), st.integers(1, 3), max_size=2)
OPERATORS = {
    "copy": eb.EquibelGraph.copy,
    "simple": eb.iterate_simple,
    "global": eb.global_completion,
}


def content(graph):
    """Everything that a graph has, in its order, copied."""
    return copy.deepcopy(
        (graph.graph, list(graph._node.items()), [(v, list(near.items())) for v, near in graph.adjacency()])
    )


@pytest.mark.parametrize("name", OPERATORS)
@given(case=cases(min_nodes=2, max_nodes=5), data=st.data())
def test_changes_do_not_show_elsewhere(name, case, data):
    """Of attributes of graph, nodes and edges, of formulas, and of nodes and edges themselves; in both directions."""
    G = case.graph()
    for u, v in G.edges:
        G.edges[u, v].update(data.draw(ATTRIBUTES))
    for v in G:
        G.nodes[v].update(data.draw(ATTRIBUTES))
    before = content(G)
    R = OPERATORS[name](G)
    assert content(G) == before
    for changed, kept in ((R, G), (G, R)):
        before = content(kept)
        first, *_, last = changed
        for attributes in [changed.graph, changed.nodes[first], *(changed.edges[edge] for edge in changed.edges)]:
            attributes["mark"] = data.draw(st.integers())
        changed.set_formulas(first, "new1 | new2")
        changed.add_formula(last, "new3")
        changed.add_edge("new", first)
        changed.remove_node(last)
        assert content(kept) == before


@given(case=cases(min_nodes=2, max_nodes=5), data=st.data())
def test_what_a_result_keeps(case, data):
    """Order, attributes, weights and constraints; both ends of an edge share its attributes."""
    G = case.graph()
    G.graph["name"] = "some"
    G.add_constraint("k | ~k")
    G.add_constraint("k -> k", kind="consistency")
    for u, v in G.edges:
        G.edges[u, v].update(data.draw(ATTRIBUTES))
    for v in G:
        G.nodes[v].update(data.draw(ATTRIBUTES))
        G.add_weight(v, "k", 2)
    R = eb.iterate_simple(G)
    assert R.atoms() == G.atoms()
    assert {**R.graph, "atoms": ""} == {**G.graph, "atoms": ""}
    assert list(R) == list(G)
    assert list(R.edges(data=True)) == list(G.edges(data=True))
    assert all(R.adj[u][v] is R.adj[v][u] for u, v in R.edges)
    for v in G:
        assert {**R.nodes[v], "formulas": ""} == {**G.nodes[v], "formulas": ""}


@pytest.mark.parametrize("one", [1.0, True])
def test_an_end_of_an_edge_with_another_name(one):
    """Node 1 is the same as 1.0 for Python, and a neighbour can have either name."""
    G = eb.EquibelGraph(nx.path_graph(3))
    G.add_edge(0, one, colour="red")
    G.add_edge(2, one)
    for twin in (G.copy(), eb.iterate_simple(G)):
        assert [(v, repr(list(near))) for v, near in twin.adjacency()] == [
            (v, repr(list(near))) for v, near in nx.Graph.copy(G).adjacency()
        ]
        assert twin.edges[0, 1] is twin.adj[1][0]
        assert twin.edges[0, 1] == {"colour": "red"}


def test_each_different_belief_is_looked_at_once(monkeypatch):
    """However many nodes have it: formulas are read, tested and written for each different text."""
    asked = []
    real = eb.EquibelGraph.belief
    monkeypatch.setattr(eb.EquibelGraph, "belief", lambda self, node: asked.append(node) or real(self, node))
    G = eb.path_graph(1000)
    G.set_formulas({v: ["p", "q", "p & q"][v % 3] for v in range(0, 1000, 2)})
    R = eb.iterate_simple(G)
    assert len(asked) <= 3 * 10
    assert len({id(text) for text in nx.get_node_attributes(R, "formulas").values()}) <= 10
