"""Simple and ring steps of a whole network at once, against the same steps node by node."""

import networkx as nx
import oracle
import pytest
from executors import AtOnce
from hypothesis import given
from hypothesis import strategies as st
from plans import planned
from strategies import cases

import equibel as eb
from equibel.graph import Weights
from equibel.operators import ring_rounds
from equibel.operators.layers import Layers
from equibel.operators.node_rounds import NodeRounds
from equibel.operators.ring_rounds import RingRounds
from equibel.operators.run import beliefs_of, start
from equibel.operators.simple_rounds import SimpleRounds
from equibel.operators.steps import Step
from equibel.solving import Limits, equivalent

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
KINDS = {SimpleRounds: Step.simple, RingRounds: Step.ring}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
TEXTS = ["p", "~p", "q", "~q", "r", "~r", "p | q", "~r | s", "p -> s", "p ^ s"]


def both_ways(kind, G, optimum):
    """The rounds of a whole network, and those node by node."""
    given = beliefs_of(G, Limits())
    at_once = kind(G, given, start("semantic", optimum))
    one_by_one = NodeRounds(KINDS[kind], nx.Graph(G.edges), Weights(), given, [], start("semantic", optimum))
    return at_once, one_by_one


def check_same(at_once, one_by_one):
    """The same beliefs of the same nodes after one more step of both; returns whether something has changed."""
    at_once.step()
    one_by_one.step()
    for rounds in (at_once.beliefs, at_once.beliefs_before):
        found, expected = rounds(), getattr(one_by_one, rounds.__name__)()
        assert list(found) == list(expected)
        assert all(equivalent(found[node], expected[node], Limits()) for node in expected)
    changed = at_once.changed()
    assert changed == one_by_one.changed()
    return changed


def spoken(graph, every=2):
    """Every other node, or fewer, believes one of ten things."""
    G = eb.EquibelGraph(graph)
    for i, node in enumerate(list(G)[::every]):
        G.add_formula(node, TEXTS[i * 7 % 10])
    return G


@EVERY_KIND
@OPTIMA
@given(
    case=cases(min_nodes=1, max_nodes=8, size=24),
    steps=st.integers(1, 4),
    nodes=st.sampled_from([1, 3, 1024]),
    bits=st.sampled_from([1, 1 << 14, 1 << 29]),
    atoms=st.sampled_from([1, 2, 6]),
    few=st.sampled_from([0, 1024]),
)
def test_the_same_beliefs(kind, optimum, case, steps, nodes, bits, atoms, few):
    """After every step, and what it says about changes; whatever is large, and however many are looked at together."""
    with planned(ring_nodes=nodes, ring_bits=bits, star_atoms=atoms, few_stars=few):
        rounds = both_ways(kind, case.graph(), optimum)
        for _ in range(steps):
            check_same(*rounds)


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(nx.barabasi_albert_graph(150, 3, seed=5), marks=pytest.mark.slow, id="hubs"),
        pytest.param(nx.random_labeled_tree(150, seed=5), marks=pytest.mark.slow, id="tree"),
        pytest.param(nx.barabasi_albert_graph(90, 2, seed=5), id="fewer hubs"),
        pytest.param(nx.cycle_graph(150), id="cycle"),
        pytest.param(nx.path_graph(1), id="one node"),
    ],
)
@EVERY_KIND
@OPTIMA
def test_large_networks(kind, optimum, graph):
    """Networks with hubs, where stars differ more than their components, and with long ways, up to the fixpoint."""
    with planned(ring_bits=130 * len(graph)):  # not for all who speak, but for more than a machine word has bits
        rounds = both_ways(kind, spoken(graph, every=1), optimum)
        while check_same(*rounds):
            pass


@EVERY_KIND
def test_isolated_nodes_and_loops(kind):
    """A node without other neighbours keeps its formula as it is written."""
    G = eb.EquibelGraph([(1, 1), (2, 3)], formulas={1: "p & p", 2: "q & q"})
    rounds = kind(G, beliefs_of(G, Limits()), start("semantic"))
    rounds.step()
    assert [str(formula) for formula in rounds.beliefs().values()] == ["p & p", "q", "q"]


@EVERY_KIND
def test_no_nodes(kind):
    """An empty network, and one in which nobody says anything."""
    for G in (eb.EquibelGraph(), eb.path_graph(3)):
        rounds = kind(G, beliefs_of(G, Limits()), start("semantic"))
        rounds.step()
        assert rounds.beliefs() == beliefs_of(G, Limits())
        assert not rounds.changed()


@pytest.mark.parametrize("iterate", [eb.iterate_simple_fixpoint, eb.iterate_ring_fixpoint])
def test_large_stars_in_an_executor(iterate):
    """Stars over many linked atoms are completed there, all others here."""
    small, large = spoken(nx.path_graph(8)), spoken(nx.path_graph(8))
    large.add_formula(2, " | ".join(f"x{i}" for i in range(8)) + " | p")
    for G, submits in ((small, False), (large, True)):
        executor = AtOnce()
        assert iterate(G, executor=executor) == iterate(G)
        assert (executor.submitted > 0) == submits


def test_later_simple_steps_look_at_what_has_changed():
    """On a path where news travels from one end, a step solves stars around the news alone."""
    G = eb.path_graph(1000)
    G.add_formula(0, "p")
    statistics = eb.Statistics()
    asked = []

    def progress(done, total, what):
        if what == "rounds":
            asked.append(statistics.problems)

    R = eb.iterate_simple(G, steps=50, statistics=statistics, progress=progress)
    assert sum(bool(R.beliefs(node)) for node in R) == 51
    assert asked[-1] <= 2 * 50


# Layers that need not be looked at ------------------------------------------------------------------------------------


@pytest.fixture
def advances(monkeypatch):
    """The number of nodes for which a layer was looked at, one entry for each layer of a block."""
    found = []

    class Counted(Layers):
        def advance(self):
            found.append(self._now.shape[1] * 64)
            super().advance()

    monkeypatch.setattr(ring_rounds, "Layers", Counted)
    return found


def test_equal_stars_of_different_layers_are_completed_once(advances):
    """On a path where one end says something, all others hear it from different layers."""
    G = eb.path_graph(200)
    G.add_formula(0, "p")
    statistics = eb.Statistics()
    R = eb.iterate_ring(G, statistics=statistics)
    assert all(R.entails(node, "p") for node in R)
    assert statistics.problems == 1
    assert len(advances) == 199


def test_nodes_that_cannot_learn_more_are_left(advances):
    """Who believes a literal does not look for others about the same atom, nor who believes all that is said."""
    G = eb.path_graph(1000)
    for node in range(0, 1000, 10):
        G.set_formulas({node: "p", node + 3: "~p", node + 5: "q | r"})
    eb.iterate_ring(G)
    assert len(advances) == 6


def test_fewer_nodes_take_fewer_words(advances):
    """Nodes that have left take no more space in the search."""
    G = eb.path_graph(640)
    for node in range(600):
        G.add_formula(node, "p")
    eb.iterate_ring(G)
    assert advances == [64] * 40


def test_later_ring_steps_look_at_atoms_about_which_beliefs_changed(advances):
    """Others cannot become stronger: the step before has looked at the same layers."""
    G = eb.EquibelGraph(nx.path_graph(9), formulas=dict.fromkeys(range(9), "q"))
    G.set_formulas({0: "p & q", 8: "~p & q"})  # 4 never decides
    G.add_edges_from([("far", "yes"), ("yes", "tied"), ("tied", "no")])  # "tied" waits for "far" to hear of q
    G.set_formulas({"yes": "q", "no": "~q"})
    looked = []

    def progress(done, total, what):
        if what == "rounds":
            looked.append(len(advances))

    R, n = eb.iterate_ring_fixpoint(G, progress=progress)
    assert n == 3
    assert [str(R.formula_conj(node)) for node in (4, "tied")] == ["q", "q"]
    first, second, third = looked
    assert second - first == 5
    assert third == second
