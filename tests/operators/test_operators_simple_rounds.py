"""Simple steps of a whole network at once, against the same steps node by node."""

import networkx as nx
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

import equibel as eb
from equibel.graph import Weights
from equibel.operators.node_rounds import NodeRounds
from equibel.operators.run import beliefs_of, start
from equibel.operators.simple_rounds import SimpleRounds
from equibel.operators.steps import Step
from equibel.solving import Limits, equivalent

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)


def both_ways(G, optimum):
    """The rounds of a whole network, and those node by node."""
    beliefs = beliefs_of(G, Limits())
    at_once = SimpleRounds(G, beliefs, start("semantic", optimum))
    one_by_one = NodeRounds(Step.simple, nx.Graph(G.edges), Weights(), beliefs, [], start("semantic", optimum))
    return at_once, one_by_one


@OPTIMA
@given(case=cases(min_nodes=1, max_nodes=8, size=24), steps=st.integers(1, 4))
def test_the_same_beliefs(optimum, case, steps):
    """After every step, and what it says about changes."""
    at_once, one_by_one = both_ways(case.graph(), optimum)
    for _ in range(steps):
        at_once.step()
        one_by_one.step()
        for rounds in (at_once.beliefs, at_once.beliefs_before):
            found, expected = rounds(), getattr(one_by_one, rounds.__name__)()
            assert list(found) == list(expected)
            assert all(equivalent(found[node], expected[node], Limits()) for node in expected)
        assert at_once.changed() == one_by_one.changed()


@OPTIMA
def test_large_networks(optimum):
    """Networks with hubs, where stars differ more than their components."""
    G = eb.EquibelGraph(nx.barabasi_albert_graph(300, 3, seed=5))
    texts = ["p", "~p", "q", "~q", "r", "~r", "p | q", "~r | s", "p -> s", "p ^ s"]
    for node in range(0, 300, 2):
        G.add_formula(node, texts[node // 2 * 7 % 10])
    at_once, one_by_one = both_ways(G, optimum)
    for _ in range(3):
        at_once.step()
        one_by_one.step()
        found, expected = at_once.beliefs(), one_by_one.beliefs()
        assert all(equivalent(found[node], expected[node], Limits()) for node in expected)


def test_isolated_nodes_and_loops():
    """A node without other neighbours keeps its formula as it is written."""
    G = eb.EquibelGraph([(1, 1), (2, 3)], formulas={1: "p & p", 2: "q & q"})
    R = eb.iterate_simple(G)
    assert [str(R.beliefs(node)[0]) for node in (1, 2, 3)] == ["p & p", "q", "q"]


def test_later_steps_look_at_what_has_changed():
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
