"""Minimum cuts: maximum flows against networkx, and answers against brute force and against the other methods."""

import random
from fractions import Fraction

import networkx as nx
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solving_groups import contested, optima, shown
from solving_networks import graph

from equibel.formula import TRUE, parse
from equibel.solving import Limits, Plan, Problem, Request, Statistics, equivalent, maximize
from equibel.solving.method import Budget, Case, values_of
from equibel.solving.methods.maximum_flow import Network
from equibel.solving.methods.minimum_cut import MinimumCut

MANY = 10**6
IMPLICATIONS = ["p", "~p", "q", "~q", "r", "~r", "p | q", "~r | s", "p -> s", "p <-> ~q", "r -> p & s"]


@st.composite
def networks(draw):
    """A directed graph with capacities, and the same as a flow network."""
    size = draw(st.integers(2, 7))
    vertex = st.integers(0, size - 1)
    arcs = draw(
        st.dictionaries(st.tuples(vertex, vertex).filter(lambda arc: arc[0] != arc[1]), st.integers(1, 5), max_size=20)
    )
    G = nx.DiGraph()
    G.add_nodes_from(range(size))
    found = Network(size)
    for (tail, head), capacity in arcs.items():
        G.add_edge(tail, head, capacity=capacity)
        found.add(tail, head, capacity, 0)
    return G, found


@given(case=networks(), large=st.sampled_from([0, MANY]))
def test_maximum_flow(case, large):
    """As much flows as networkx says, with NumPy or not, and the residual graph says which vertices are on which side."""
    G, network = case
    sink = len(G) - 1
    assert network.maximum_flow(0, sink, Limits(), large) == nx.maximum_flow_value(G, 0, sink)
    residual = nx.DiGraph(network.residual())
    residual.add_nodes_from(G)
    assert [v for v in G if network.reached([0])[v]] == sorted({0} | nx.descendants(residual, 0))
    assert [v for v in G if network.reaching([sink])[v]] == sorted({sink} | nx.ancestors(residual, sink))


@given(case=networks(), data=st.data())
def test_closures(case, data):
    """What reaches what, among some of the vertices."""
    G, network = case
    network.maximum_flow(0, len(G) - 1, Limits())
    inside = data.draw(st.lists(st.sampled_from(sorted(G)), unique=True))
    residual = nx.DiGraph((i, j) for i, j in network.residual() if i in inside and j in inside)
    residual.add_nodes_from(inside)
    component, reached = network.closures(inside, Limits())
    for i in inside:
        expected = {i} | nx.descendants(residual, i)
        assert {j for j in inside if reached[component[i]] >> component[j] & 1} == expected


@given(case=contested(size=12))
def test_answers_are_those_of_brute_force(case):
    """Where beliefs are implications, up to renaming, the answers are those of the least disagreement."""
    group, targets = case
    size = 1 + max(node for node, _ in group.copies)
    request = Request(oracle.CARDINALITY, plan=Plan(cut_copies=1), targets=tuple(targets), size=size)
    question = Case(group, request)
    answer = MinimumCut().solve(question, Budget()) if MinimumCut().applies(question) else None
    if answer is None:
        return
    best = optima(group, oracle.CARDINALITY)
    for node, copies in targets.items():
        assert values_of(answer.believed[node], [group.copies[i][1] for i in copies]) == shown(best, copies)


def network(kind, n, seed, believed, *, weighted):
    """A third of the nodes believe one of some formulas; edges have random weights if ``weighted``."""
    rnd = random.Random(f"{kind} {n} {seed}")
    G = graph(kind, n, seed)
    beliefs = tuple(parse(rnd.choice(believed)) if rnd.random() < 1 / 3 else TRUE for _ in G)
    trust = tuple(Fraction(rnd.randint(0, 4), 2) for _ in G.edges) if weighted else ()
    return Problem(beliefs, tuple((x, y, 0) for x, y in G.edges), tuple(G), trust=trust)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["scale-free", "small-world", "grid", "tree"])
@pytest.mark.parametrize("seed", range(3))
def test_networks_as_by_the_search(kind, seed, weighted):
    """Cuts and the search have the same answers, with weights, with some of them 0, and without."""
    problem = network(kind, 40, seed, IMPLICATIONS, weighted=weighted)
    statistics = Statistics()
    found = maximize(
        problem, Request("cardinality", plan=Plan(cut_copies=1, narrow_width=0), limits=Limits(statistics=statistics))
    )
    expected = maximize(problem, Request("cardinality", plan=Plan(cut_copies=MANY)))
    assert [v for v in expected if not equivalent(found[v], expected[v])] == []
    assert weighted or statistics.methods["cut"].answered


def test_other_beliefs_are_left():
    """Three atoms in one clause, and implications that no renaming makes one way: there is no cut for them."""
    for believed in (["p", "~p", "q", "~q", "r", "~r", "p | q | r"], ["p", "~p", "p | q", "~p | ~q", "p | ~q"]):
        problem = network("scale-free", 60, 1, believed, weighted=False)
        statistics = Statistics()
        found = maximize(
            problem, Request("cardinality", plan=Plan(cut_copies=1, narrow_width=0), limits=Limits(statistics=statistics))
        )
        assert statistics.methods["search"].answered
        expected = maximize(problem, Request("cardinality", plan=Plan(cut_copies=MANY)))
        assert [v for v in expected if not equivalent(found[v], expected[v])] == []


def test_cuts_need_no_solver():
    """One maximum flow says all: a small world of 400 nodes is not searched."""
    problem = network("small-world", 400, 1, IMPLICATIONS, weighted=False)
    statistics = Statistics()
    maximize(problem, Request("cardinality", limits=Limits(statistics=statistics)))
    assert (statistics.searches, statistics.solver_calls) == (0, 0)
    assert statistics.cut_flow > 50
