"""Elimination: messages along a tree of bags, against brute force and against the search."""

import random

import oracle
import pytest
from answers import ONCE, beliefs
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import planned
from solving_groups import check_answers, contested
from solving_networks import clause_network, opposed_path, problem
from strategies import cases

import equibel as eb
from equibel.solving import Limits, Plan, Request, equivalent, maximize
from equibel.solving.method import Budget
from equibel.solving.methods import cubes
from equibel.solving.methods.elimination import eliminate
from equibel.solving.preprocessing.splitting import split

VARIABLES = 4
MANY = 10**6  # kinds of interpretations per copy


def members(interpretations):
    """A set of interpretations as tuples of values."""
    rows = [row for row in range(1 << VARIABLES) if interpretations >> row & 1]
    return {tuple(bool(row >> i & 1) for i in range(VARIABLES)) for row in rows}


def number(rows):
    """Tuples of values as a set of interpretations."""
    return sum(1 << sum(1 << i for i, value in enumerate(row) if value) for row in rows)


@given(interpretations=st.integers(0, cubes.full(VARIABLES)), i=st.integers(0, VARIABLES - 1))
def test_cubes(interpretations, i):
    """Variables come and go at any place."""
    rows = members(interpretations)
    assert members(interpretations & cubes.where(VARIABLES, i)) == {row for row in rows if row[i]}
    assert cubes.forget(interpretations, VARIABLES, i) == number({row[:i] + row[i + 1 :] for row in rows})
    longer = {(*row[:i], value, *row[i:]) for row in rows for value in (False, True)}
    assert cubes.insert(interpretations, VARIABLES, i) == number(longer)
    for j in range(VARIABLES):
        if j != i:
            assert members(interpretations & cubes.equal(VARIABLES, i, j)) == {row for row in rows if row[i] == row[j]}


def eliminated(group, targets, width, kinds=MANY, request=None, *, at_once=True):
    """The targets' beliefs by elimination alone."""
    return eliminate(group, targets, Budget(width=width, kinds=kinds, at_once=at_once), request or Request())


def check_elimination(group, targets):
    check_answers(group, targets, eliminated(group, targets, 12))


@given(contested())
def test_elimination_and_brute_force(drawn):
    """Each of the nodes that are asked about gets the values it has in optimal interpretations."""
    check_elimination(*drawn)


@pytest.mark.slow
@given(contested(size=12))
@settings(max_examples=400)
def test_elimination_and_brute_force_at_length(drawn):
    """The same on hundreds of larger groups."""
    check_elimination(*drawn)


def both_ways(G, targets=None):
    """The beliefs of nodes by elimination, however wide, and by the search."""
    plans = (Plan(narrow_width=width, narrow_kinds=MANY, attempts=0) for width in (12, 0))
    return [maximize(problem(G, targets), Request(plan=plan)) for plan in plans]


@pytest.mark.parametrize("kind", ["path", "tree", "cycle", "star", "scale-free", "small-world", "grid", "disconnected"])
def test_elimination_and_search(kind):
    """The two agree where brute force does not reach; they share no code."""
    for seed in range(3):
        by_elimination, by_search = both_ways(clause_network(kind, 16, 3, seed))
        assert all(equivalent(by_elimination[v], by_search[v]) for v in by_search)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["path", "tree", "cycle"])
def test_elimination_and_search_at_length(kind):
    """The same on larger networks, for all nodes or for some."""
    for seed in range(20):
        G = clause_network(kind, 16 + seed % 8, 3 + seed % 2, seed)  # on paths, the search takes long soon
        targets = random.Random(seed).sample(sorted(G), 5) if seed % 2 else None
        by_elimination, by_search = both_ways(G, targets)
        assert all(equivalent(by_elimination[v], by_search[v]) for v in by_search)


@given(
    case=cases(size=10),
    eq_sets=st.integers(1, 3),
    conflicts=st.sampled_from([0, 1, MANY]),
    kinds=st.sampled_from([1, MANY]),
    attempts=st.integers(1, 3),
)
def test_a_search_that_takes_long(case, eq_sets, conflicts, kinds, attempts):
    """Search and elimination take turns, until one of them has an answer; what was found before is not lost."""
    turns = {"attempts": attempts, "long_eq_sets": eq_sets, "long_kinds": kinds, "longer": 2, "target_conflicts": conflicts}
    with planned(narrow_width=0, easy_conflicts=0, **turns):
        for operator in ("global", "expanding"):
            R = ONCE[operator](case.graph())
            assert beliefs(R, case.atoms) == oracle.apply(operator, case.oracle(), eb.INCLUSION).beliefs


def conflicts(n, k):
    """The one group of a path on which k neighbouring atoms are tied to one another, and the ends contradict each other."""
    G = opposed_path(n, k)
    for v in range(1, n - 1):
        G.add_formula(v, " & ".join(f"(x{i} | x{(i + v) % k})" for i in range(k) if v % k))
    [group] = split(problem(G), Limits())[0]
    return group


def test_what_is_too_wide_is_declined():
    """A bag holds the copies of a node that is asked about, and what links them to others."""
    group = conflicts(6, 5)
    targets = group.nodes
    assert eliminated(group, targets, 5) is None
    assert eliminated(group, targets, 6) is not None


def test_some_targets_after_others():
    """What is too wide for all targets together may be narrow enough for a few at a time; the answers are the same."""
    G = eb.grid_2d_graph(3, 4)
    for v, formula in {0: "p & q & r", 6: "(p -> q) & (q -> r)", 11: "~p & ~q & ~r"}.items():
        G.add_formula(v, formula)
    group = max(split(problem(G), Limits())[0], key=lambda group: group.open)
    targets = group.nodes
    at_once = eliminated(group, targets, 14)
    widest = next(w for w in range(1, 14) if eliminated(group, targets, w, at_once=False) is not None)
    assert eliminated(group, targets, widest) is None
    assert list(at_once) == list(targets)
    in_turns = eliminated(group, targets, widest, at_once=False)
    assert all(equivalent(in_turns[node], formula) for node, formula in at_once.items())


def test_too_many_kinds_are_declined():
    """Where partial interpretations have little in common, somebody else has to do it."""
    group = conflicts(6, 5)
    assert eliminated(group, group.nodes, 12) is not None
    assert eliminated(group, group.nodes, 12, 1) is None
    for plan in (Plan(kinds_at_once=10), Plan(joined_pairs=10)):
        assert eliminated(group, group.nodes, 12, request=Request(plan=plan)) is None


def test_limits_are_honoured():
    """It stops when the time is over."""
    group = conflicts(6, 5)
    with pytest.raises(eb.TimeLimitExceeded):
        eliminated(group, group.nodes, 12, request=Request(limits=Limits(time_limit=0)))
