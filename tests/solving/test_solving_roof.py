"""Least sums and roof duality: sums against all assignments, answers against brute force and against the search."""

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solving_groups import interpretations, shown
from solving_networks import graph

from equibel.formula import TRUE, parse
from equibel.solving import Limits, Plan, Problem, Request, Statistics, equivalent, maximize
from equibel.solving.method import Budget, Case, values_of
from equibel.solving.methods.least_sums import LeastSums, TooWideError
from equibel.solving.methods.minimum_cut import MinimumCut
from equibel.solving.methods.roof_duality import RoofDuality
from equibel.solving.methods.sums import Summing
from equibel.solving.preprocessing.splitting import split

MANY = 10**9
LITERALS = ["p", "~p", "q", "~q", "r", "~r"]
PAIRS = ["p | q", "~p | ~q", "~p | q", "p = q", "p ^ q"]
SMALL = [*LITERALS, *PAIRS, "p | q | r", "~p | ~q | ~r", "(p & q) | r", "p | q & r", "p ^ q ^ r", "p = q = r"]
BALANCED = [*LITERALS, "s", "p | q", "~r | s", "p -> s"]
MIXED = [*BALANCED, "~s", "(p & q) | r", "p = q", "p ^ r", "p | q | ~s"]
WIDE = Plan(cut_copies=MANY, roof_copies=MANY)


@st.composite
def sums(draw):
    """A few costs and forbidden values of up to six variables."""
    size = draw(st.integers(1, 6))
    scopes = st.lists(st.integers(0, size - 1), min_size=1, max_size=3, unique=True)
    costs = draw(st.lists(scopes.flatmap(lambda v: st.tuples(st.just(v), _rows(v, st.integers(0, 4)))), max_size=6))
    forbidden = draw(st.lists(scopes.flatmap(lambda v: st.tuples(st.just(v), _rows(v, st.booleans()))), max_size=3))
    return size, costs, forbidden, draw(scopes)


def _rows(variables, values):
    return st.lists(values, min_size=1 << len(variables), max_size=1 << len(variables))


def _number(values, variables):
    return sum(values[i] << n for n, i in enumerate(variables))


@given(case=sums())
def test_least_sums(case):
    """The least sum, where it is reached, and one of these cases, as trying all assignments says."""
    size, costs, forbidden, asked = case
    found = LeastSums(size)
    for variables, row in costs:
        found.add(variables, row)
    for variables, row in forbidden:
        found.forbid(variables, row)
    found.eliminate([asked], 6, 10_000, Limits())
    total = {
        values: sum(row[_number(values, variables)] for variables, row in costs)
        for values in itertools.product((0, 1), repeat=size)
        if not any(row[_number(values, variables)] for variables, row in forbidden)
    }
    if not total:
        assert found.least is None
        return
    least = min(total.values())
    assert found.least == least
    assert total[tuple(found.example())] == least
    assert found.best(asked) == sorted({_number(values, asked) for values, cost in total.items() if cost == least})


def test_sums_that_are_too_wide():
    """Bags, tables and sums have limits."""
    for costs, widest, entries in ([0, 1], 2, 100), ([0, 1], 9, 12), ([0, 1 << 62], 9, 100):
        found = LeastSums(3)
        for pair in itertools.combinations(range(3), 2):
            found.add(pair, [costs[0], costs[1], costs[1], costs[0]])
        with pytest.raises(TooWideError):
            found.eliminate([], widest, entries, Limits())


def optima(group):
    """The interpretations with the least weight of disagreements."""
    weights = group.weights or [1] * len(group.compared)
    found = [
        (sum(weight for (i, j, _), weight in zip(group.compared, weights, strict=True) if values[i] != values[j]), values)
        for values in interpretations(group)
    ]
    least = min(cost for cost, _ in found)
    return [values for cost, values in found if cost == least]


@pytest.mark.parametrize("seed", range(150))
def test_answers_are_those_of_brute_force(seed):
    """Beliefs of any kind and weights: sums, cuts and roof duality, with branches or with released copies."""
    rnd = random.Random(seed)
    G = graph(rnd.choice(["cycle", "complete", "small-world", "grid", "tree", "scale-free"]), rnd.randint(4, 5), seed)
    beliefs = tuple(parse(rnd.choice(SMALL)) if rnd.random() < 0.75 else TRUE for _ in G)
    trust = tuple(Fraction(rnd.randint(1, 4)) for _ in G.edges) if rnd.random() < 0.5 else ()
    problem = Problem(beliefs, tuple((x, y, 0) for x, y in G.edges), tuple(G), trust=trust)
    plan = Plan(
        cut_copies=1,
        roof_copies=1,
        roof_width=rnd.choice([3, 4, 16]),
        roof_released=rnd.choice([0, 2, 500]),
        roof_branches=MANY,
    )
    for group in split(problem, Limits())[0]:
        case = Case(group, Request("cardinality", plan=plan, targets=tuple(G), size=len(G)))
        if group.open > 12 or not group.on_one_level:
            continue
        best = optima(group)
        for method, budget in (Summing(), Budget(width=12)), (MinimumCut(), Budget()), (RoofDuality(), Budget()):
            answer = method.solve(case, budget) if method.applies(case) else None
            for node, copies in case.targets.items() if answer is not None else ():
                assert values_of(answer.believed[node], [group.copies[i][1] for i in copies]) == shown(best, copies)


def network(kind, n, seed, believed, *, weighted=False):
    """A third of the nodes believe one of some formulas; edges have random weights if ``weighted``."""
    rnd = random.Random(f"{kind} {n} {seed}")
    G = graph(kind, n, seed)
    beliefs = tuple(parse(rnd.choice(believed)) if rnd.random() < 1 / 3 else TRUE for _ in G)
    trust = tuple(Fraction(rnd.randint(0, 4), 2) for _ in G.edges) if weighted else ()
    return Problem(beliefs, tuple((x, y, 0) for x, y in G.edges), tuple(G), trust=trust)


def solved(problem, plan):
    """The answers, and how they were found."""
    statistics = Statistics()
    return maximize(problem, Request("cardinality", plan=plan, limits=Limits(statistics=statistics))), statistics


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["scale-free", "small-world", "grid", "tree"])
@pytest.mark.parametrize("seed", range(3))
def test_networks_as_by_the_search(kind, seed, weighted):
    """Roof duality, sums and the search have the same answers, with weights, with some of them 0, and without."""
    problem = network(kind, 40, seed, MIXED, weighted=weighted)
    expected, _ = solved(problem, WIDE)
    for plan in Plan(cut_copies=1, narrow_width=0, roof_copies=1), Plan(cut_copies=1, roof_copies=MANY):
        found, _ = solved(problem, plan)
        assert [v for v in expected if not equivalent(found[v], expected[v])] == []


def test_trees_need_no_solver():
    """Whatever is believed, a tree is solved by sums."""
    _, statistics = solved(network("tree", 400, 1, MIXED), Plan(cut_copies=1))
    assert (statistics.searches, statistics.solver_calls) == (0, 0)
    assert statistics.methods["sums"].answered


@pytest.mark.parametrize("kind", ["scale-free", "small-world", "grid"])
def test_mixed_networks_need_no_solver(kind):
    """Beliefs that are not balanced lose something locally, and no solver is asked."""
    _, statistics = solved(network(kind, 900, 1, [*BALANCED, "(p & q) | r"]), Plan())
    assert (statistics.searches, statistics.solver_calls) == (0, 0)
    assert statistics.methods["roof"].answered


def test_branches_need_no_solver():
    """Where a large part can have neither value without a loss, hubs are given values."""
    for seed in (0, 5):
        _, statistics = solved(network("scale-free", 900, seed, [*BALANCED, "p = q"]), Plan())
        assert (statistics.searches, statistics.solver_calls) == (0, 0)
