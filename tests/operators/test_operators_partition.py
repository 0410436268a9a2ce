"""Partitions of networks: parts of about equal size, with few edges between them."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equibel.operators.partition import ROOM, partition


def arrays(graph):
    """Where the neighbours of each node begin, and all neighbours; nodes are 0, 1, …"""
    sizes = [len(graph.adj[node]) for node in range(len(graph))]
    return np.cumsum([0, *sizes]), np.array([other for node in range(len(graph)) for other in graph.adj[node]], np.int64)


def parts_of(graph, parts):
    return partition(*arrays(graph), parts, lambda: None)


def cut(graph, labels):
    return sum(labels[x] != labels[y] for x, y in graph.edges)


def shuffled(graph, seed=1):
    """The same graph, so that the numbers of nodes say nothing about where they are."""
    order = np.random.default_rng(seed).permutation(len(graph)).tolist()
    return nx.relabel_nodes(graph, dict(zip(graph, order, strict=True)))


NETWORKS = {  # with the share of edges that may be cut; of random parts nine tenths are
    "Barabási–Albert": (nx.barabasi_albert_graph(4000, 3, seed=1), 0.7),
    "small world": (shuffled(nx.watts_strogatz_graph(4000, 6, 0.1, seed=1)), 0.3),
    "grid": (shuffled(nx.grid_2d_graph(60, 60)), 0.08),
    "tree": (shuffled(nx.random_labeled_tree(4000, seed=1)), 0.02),
    "path": (shuffled(nx.path_graph(4000)), 0.01),
    "star": (nx.star_graph(3999), 1),
    "stars": (shuffled(nx.disjoint_union_all([nx.star_graph(9)] * 400)), 0.02),
    "isolated nodes": (nx.empty_graph(4000), 0),
    "clique": (nx.complete_graph(200), 1),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_sizes_and_cuts(name):
    """Parts are neither much larger than the average nor smaller than its half, and few edges are cut where that can be."""
    graph, share = NETWORKS[name]
    labels = parts_of(graph, 10)
    sizes = np.bincount(labels, minlength=10)
    assert len(labels) == len(graph)
    assert sizes.max() <= len(graph) / 10 * ROOM
    assert sizes.min() >= len(graph) // 20
    assert cut(graph, labels) <= share * graph.number_of_edges()


def test_fewer_edges_are_cut_than_in_breadth_first_order():
    """On a Barabási–Albert graph, where pieces of that order are hardly better than random ones."""
    graph = NETWORKS["Barabási–Albert"][0]
    order = [0, *(node for _, node in nx.bfs_edges(graph, 0))]
    pieces = dict(zip(order, np.repeat(np.arange(10), 400).tolist(), strict=True))
    assert cut(graph, parts_of(graph, 10)) <= 0.8 * cut(graph, pieces)


def test_the_same_network_is_cut_in_the_same_way():
    graph = NETWORKS["small world"][0]
    assert (parts_of(graph, 7) == parts_of(graph, 7)).all()


@given(nodes=st.integers(1, 30), edges=st.sets(st.tuples(st.integers(0, 29), st.integers(0, 29))), parts=st.integers(1, 6))
def test_any_graph(nodes, edges, parts):
    """Each node has a part."""
    graph = nx.empty_graph(nodes)
    graph.add_edges_from((x % nodes, y % nodes) for x, y in edges if x % nodes != y % nodes)
    labels = parts_of(graph, parts)
    assert len(labels) == nodes
    assert set(labels.tolist()) <= set(range(parts))


def test_checks():
    """A limit ends it."""

    def check():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        partition(*arrays(NETWORKS["grid"][0]), 10, check)
