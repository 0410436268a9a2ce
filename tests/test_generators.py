"""Generators: what they make, and what they refuse."""

import itertools
import random

import networkx as nx
import pytest

from equibel import generators as eb
from equibel.equibel_graph import EquibelGraph
from equibel.errors import OptionError, UnknownNodeError


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (eb.path_graph(4), nx.path_graph(4)),
        (eb.path_graph(0), nx.Graph()),
        (eb.path_graph(["x", "y"]), nx.path_graph(["x", "y"])),
        (eb.cycle_graph(5), nx.cycle_graph(5)),
        (eb.star_graph(3), nx.star_graph(3)),
        (eb.complete_graph(5), nx.complete_graph(5)),
        (eb.petersen_graph(), nx.petersen_graph()),
        (eb.balanced_tree(2, 3), nx.balanced_tree(2, 3)),
        (eb.balanced_tree(1, 3), nx.balanced_tree(1, 3)),
        (eb.random_labeled_tree(9, seed=5), nx.random_labeled_tree(9, seed=5)),
        (eb.erdos_renyi_graph(9, 0.4, 5), nx.erdos_renyi_graph(9, 0.4, seed=5)),
        (eb.gnm_random_graph(9, 12, 5), nx.gnm_random_graph(9, 12, seed=5)),
        (eb.gnm_random_graph(4, 100, 5), nx.complete_graph(4)),
        (eb.watts_strogatz_graph(9, 4, 0.5, seed=5), nx.watts_strogatz_graph(9, 4, 0.5, seed=5)),
        (eb.connected_watts_strogatz_graph(seed=5), nx.connected_watts_strogatz_graph(10, 4, 0.5, seed=5)),
        (eb.barabasi_albert_graph(9, 2, seed=5), nx.barabasi_albert_graph(9, 2, seed=5)),
    ],
)
def test_generators_make_networkx_graphs_as_scenarios(made, expected):
    """The same nodes and edges as networkx, without formulas."""
    assert type(made) is EquibelGraph
    assert nx.utils.graphs_equal(nx.Graph(made.edges), nx.Graph(expected.edges))
    assert list(made) == list(expected)
    assert made.atoms() == set()
    made.add_nodes_from([0])
    made.add_formula(0, "p")


def test_a_grid_is_numbered_row_by_row():
    """Integer nodes, which every file can hold."""
    grid = eb.grid_2d_graph(2, 3)
    assert list(grid) == list(range(6))
    assert {frozenset(edge) for edge in grid.edges} == set(
        map(frozenset, [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)])
    )


def test_waxman_keeps_the_parameters_of_2016():
    """networkx exchanged alpha and beta in version 2; here the probability is still alpha * exp(-d / (beta * L))."""
    made = eb.waxman_graph(30, alpha=0.9, beta=0.3, seed=3)
    assert set(made.edges) == set(nx.waxman_graph(30, beta=0.9, alpha=0.3, seed=3).edges)
    assert set(made.edges) == set(eb.waxman_graph(30, 0.9, 0.3, None, (0, 0, 1, 1), 3).edges)
    assert eb.waxman_graph(20, alpha=0, seed=1).number_of_edges() == 0
    assert all(attributes == {} for attributes in made.nodes.values())


@pytest.mark.parametrize("n", [0, 1, 2])
def test_waxman_of_few_nodes(n):
    """networkx finds no greatest distance there."""
    assert len(eb.waxman_graph(n)) == n
    assert len(eb.waxman_graph(n, L=2.0)) == n


def test_random_graphs_are_repeatable():
    """An int seed gives the same graph, a generator object goes on drawing."""
    assert eb.erdos_renyi_graph(20, 0.3, seed=4) == eb.erdos_renyi_graph(20, 0.3, seed=4)
    drawing = random.Random(4)
    assert eb.erdos_renyi_graph(20, 0.3, seed=drawing) != eb.erdos_renyi_graph(20, 0.3, seed=drawing)


def test_large_sparse_random_graphs_do_not_look_at_all_pairs():
    """A hundred thousand nodes have five billion pairs."""
    assert len(eb.erdos_renyi_graph(100_000, 1e-7, seed=1)) == 100_000


@pytest.mark.parametrize(
    "make",
    [
        lambda: eb.path_graph(-1),
        lambda: eb.path_graph(2.5),
        lambda: eb.path_graph("4"),
        lambda: eb.path_graph(None),
        lambda: eb.path_graph(True),
        lambda: eb.path_graph([[1], [2]]),
        lambda: eb.path_graph([None, 1]),
        lambda: eb.path_graph(10**12),
        lambda: eb.path_graph(10**5000),
        lambda: eb.path_graph(itertools.count()),
        lambda: eb.star_graph(-3),
        lambda: eb.complete_graph(10**6),
        lambda: eb.complete_graph(10**400),
        lambda: eb.grid_2d_graph(10**4, 10**4),
        lambda: eb.grid_2d_graph(-1, 2),
        lambda: eb.balanced_tree(2, 10**6),
        lambda: eb.balanced_tree(0, 2),
        lambda: eb.random_labeled_tree(0),
        lambda: eb.erdos_renyi_graph(5, 1.5),
        lambda: eb.erdos_renyi_graph(5, float("nan")),
        lambda: eb.erdos_renyi_graph(5, "0.5"),
        lambda: eb.erdos_renyi_graph(10**6, 0.9),
        lambda: eb.erdos_renyi_graph(10**400, 0.9),
        lambda: eb.erdos_renyi_graph(5, 0.5, seed="abc"),
        lambda: eb.gnm_random_graph(10**6, 10**9),
        lambda: eb.gnm_random_graph(5, -1),
        lambda: eb.waxman_graph(10, beta=0),
        lambda: eb.waxman_graph(10, alpha="x"),
        lambda: eb.waxman_graph(10, L=0),
        lambda: eb.waxman_graph(10, domain=3),
        lambda: eb.waxman_graph(10, domain=(0, 0, 0, 0)),
        lambda: eb.waxman_graph(10**6),
        lambda: eb.watts_strogatz_graph(3, 10, 0.5),
        lambda: eb.connected_watts_strogatz_graph(10, 1, 0.5, tries=10**9),
        lambda: eb.connected_watts_strogatz_graph(tries=0),
        lambda: eb.connected_watts_strogatz_graph(60, 2, 1.0, tries=1, seed=1),
        lambda: eb.barabasi_albert_graph(3, 3),
    ],
)
def test_bad_arguments_are_option_errors(make):
    """Never an error of networkx, never a full memory."""
    with pytest.raises(OptionError):
        make()


@pytest.mark.parametrize("make", [eb.erdos_renyi_graph, eb.gnm_random_graph])
def test_directed_graphs_are_refused(make):
    """Edges of a scenario have no direction."""
    with pytest.raises(OptionError, match="no direction") as caught:
        make(5, 1, directed=True)
    assert caught.value.option == "directed"
    assert len(make(5, 1, directed=False)) == 5


@pytest.mark.parametrize(
    "make",
    [
        lambda **more: eb.path_graph(4, **more),
        lambda **more: eb.cycle_graph(4, **more),
        lambda **more: eb.star_graph(4, **more),
        lambda **more: eb.complete_graph(4, **more),
        lambda **more: eb.petersen_graph(**more),
        lambda **more: eb.grid_2d_graph(2, 2, **more),
        lambda **more: eb.balanced_tree(2, 2, **more),
        lambda **more: eb.random_labeled_tree(4, seed=1, **more),
        lambda **more: eb.erdos_renyi_graph(4, 0.5, seed=1, **more),
        lambda **more: eb.gnm_random_graph(4, 3, seed=1, **more),
        lambda **more: eb.waxman_graph(4, seed=1, **more),
        lambda **more: eb.watts_strogatz_graph(4, 2, 0.5, seed=1, **more),
        lambda **more: eb.connected_watts_strogatz_graph(seed=1, **more),
        lambda **more: eb.barabasi_albert_graph(4, 2, seed=1, **more),
    ],
)
def test_formulas(make):
    """Every generator takes the formulas of its nodes; a misspelt keyword, or an unknown node, is an error."""
    graph = make(formulas={0: "p & q", 3: ["~p", "r"]})
    assert [str(graph.belief(node)) for node in (0, 1, 3)] == ["p & q", "True", "~p & r"]
    assert list(graph.edges) == list(make().edges)
    with pytest.raises(UnknownNodeError):
        make(formulas={99: "p"})
    with pytest.raises(TypeError, match="formula"):
        make(formula={0: "p"})
