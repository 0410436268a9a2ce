"""The graphs around a node, against networkx's shortest paths."""

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equibel.errors import UnknownNodeError
from equibel.graph import Neighbourhood, augmenting, distances, expanding, star


@st.composite
def graphs(draw):
    """Any graph of up to 8 nodes, self-loops included, and one of its nodes."""
    n = draw(st.integers(1, 8))
    pairs = list(itertools.combinations_with_replacement(range(n), 2))
    graph = nx.empty_graph(n)
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), max_size=16)))
    return graph, draw(st.integers(0, n - 1))


def undirected(edges):
    return {(frozenset((x, y)), level) for x, y, level in edges}


@given(graphs())
def test_distances_are_those_of_shortest_paths(case):
    """Only the node's component is seen, nearest nodes first."""
    graph, center = case
    found = distances(graph, center)
    assert found == nx.single_source_shortest_path_length(graph, center)
    assert list(found.values()) == sorted(found.values())


@given(graphs(), st.integers(1, 8))
def test_star_joins_the_nodes_at_distance_r(case, r):
    """All edges have level 0; the centre comes first; given distances change nothing."""
    graph, center = case
    found = star(graph, center, r)
    expected = {node for node, d in nx.single_source_shortest_path_length(graph, center).items() if d == r}
    assert found.center == found.nodes[0] == center
    assert set(found.nodes) == expected | {center}
    assert undirected(found.edges) == {(frozenset((center, leaf)), 0) for leaf in expected}
    assert len(found.edges) == len(expected)
    assert found == star(graph, center, r, distances(graph, center))


@given(graphs(), st.integers(1, 8))
def test_expanding_is_the_union_of_short_shortest_paths(case, r):
    """Its edges are exactly those on a shortest path of length at most r from the centre."""
    graph, center = case
    found = expanding(graph, center, r)
    near = nx.single_source_shortest_path_length(graph, center, cutoff=r)
    expected = {
        (frozenset(edge), level)
        for node in near
        for path in nx.all_shortest_paths(graph, center, node)
        for level, edge in enumerate(itertools.pairwise(path))
    }
    assert set(found.nodes) == set(near)
    assert undirected(found.edges) == expected
    assert len(found.edges) == len(expected)
    assert found == expanding(graph, center, r, distances(graph, center))


@given(graphs())
def test_augmenting_is_the_widest_expanding(case):
    """Every shortest path of the component."""
    graph, center = case
    assert augmenting(graph, center) == expanding(graph, center, 8) == augmenting(graph, center, distances(graph, center))


def test_edges_between_equally_distant_nodes_are_left_out():
    """A triangle around its corner is a path."""
    triangle = nx.complete_graph(3)
    assert augmenting(triangle, 0) == Neighbourhood(0, (0, 1, 2), ((0, 1, 0), (0, 2, 0)))


def test_levels_count_from_the_centre():
    """The level of an edge is the distance of its nearer end."""
    assert augmenting(nx.path_graph(4), 1).edges == ((1, 0, 0), (1, 2, 0), (2, 3, 1))


def test_isolated_nodes_and_self_loops():
    """Nothing but the centre."""
    graph = nx.Graph([(0, 0)])
    alone = Neighbourhood(0, (0,), ())
    assert star(graph, 0) == expanding(graph, 0, 1) == augmenting(graph, 0) == alone
    assert star(graph, 0, 2) == alone


@pytest.mark.parametrize("make", [distances, star, augmenting, lambda g, v: star(g, v, 2), lambda g, v: expanding(g, v, 1)])
def test_unknown_centres_are_refused(make):
    """With the nearest name."""
    with pytest.raises(UnknownNodeError, match="did you mean 'alice'"):
        make(nx.path_graph(["alice", "bob"]), "alic")


def test_a_star_costs_its_degree():
    """One star per node of a large graph takes a moment, as no star looks at the whole graph."""
    graph = nx.path_graph(20_000)
    assert sum(len(star(graph, node).edges) for node in graph) == 2 * 19_999
