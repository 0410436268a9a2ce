"""MCS enumeration: all maximal EQ sets in one search, against brute force and against the other ways to an answer."""

import threading

import oracle
import pytest
from answers import ONCE, beliefs
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import planned
from solving_groups import check_answers, contested, optimal_eq_sets
from solving_networks import clause_network, cnf_pair, problem
from strategies import cases

import equibel as eb
from equibel.errors import Cancelled, TimeLimitExceeded
from equibel.solving import Limits, Plan, Request, Statistics, equivalent, maximize, outcomes
from equibel.solving.clingo.solver import TakesLongError
from equibel.solving.methods.mcs_enumeration import McsEnumeration, maximal_among
from equibel.solving.preprocessing.splitting import split
from equibel.solving.statistics import MethodStatistics

MANY = 1_000_000


def check_enumeration(group, targets):
    enumeration = McsEnumeration(group, targets, Request())
    maximal = enumeration.maximal_eq_sets(MANY)
    inside = [sum(1 << k for k in range(len(group.compared)) if k not in lacking) for lacking in maximal]
    assert len(set(inside)) == len(inside)
    assert {(equalities,) for equalities in inside} == optimal_eq_sets(group)
    assert enumeration.all_agree() == (maximal == [frozenset()])
    enumeration = McsEnumeration(group, targets, Request(plan=Plan(listed_models=MANY)))
    asked = (enumeration.answers(most) for most in range(MANY))  # as often as it takes
    check_answers(group, targets, next(found for found in asked if found is not None))


@given(contested())
def test_enumeration_and_brute_force(drawn):
    """EQ sets and answers are right for groups of any number of nodes."""
    check_enumeration(*drawn)


@pytest.mark.slow
@given(contested(size=12))
@settings(max_examples=200)
def test_enumeration_and_brute_force_at_length(drawn):
    """The same on hundreds of larger groups."""
    check_enumeration(*drawn)


def enumerating(nodes, at_first=MANY, small=0):
    """Thresholds with which groups of up to so many nodes are enumerated, whatever they are.

    They are enumerated before anything else when they have more than ``small`` copies; up to ``small`` maximal EQ sets are
    few.
    """
    nothing_else = {"narrow_width": 0, "star_atoms": 0, "soon_eq_sets": 1}
    return {"pair_nodes": nodes, "first_eq_sets": at_first, "pair_table": small, "few_eq_sets": small, **nothing_else}


def enumerated_answers(G, plan):
    """What is believed, and how often an enumeration was asked, and had an answer."""
    statistics = Statistics()
    answers = maximize(problem(G), Request(limits=Limits(statistics=statistics), plan=plan))
    enumeration = statistics.methods.get("enumeration", MethodStatistics())
    return answers, enumeration.asked, enumeration.answered


AT_FIRST = pytest.mark.parametrize("at_first", [0, MANY])
SMALL = pytest.mark.parametrize("small", [0, MANY])


@AT_FIRST
@SMALL
@given(case=cases(min_nodes=2, size=10))
def test_operators_that_enumerate(at_first, small, case):
    """Wherever enumeration is possible, the operators give the answers of the definition, at first or after a search."""
    with planned(**enumerating(100, at_first, small)):
        for operator in ("global", "expanding"):
            R = ONCE[operator](case.graph())
            assert beliefs(R, case.atoms) == oracle.apply(operator, case.oracle(), eb.INCLUSION).beliefs


def check_enumeration_and_search(G, at_first=MANY):
    """Both give the same answers; returns how many groups were enumerated."""
    enumerated, _, answered = enumerated_answers(G, Plan(**enumerating(100, at_first)))
    searched, asked, _ = enumerated_answers(G, Plan(**enumerating(0)))
    assert not asked
    assert all(equivalent(enumerated[v], searched[v]) for v in searched)
    return answered


@AT_FIRST
def test_enumeration_and_search(at_first):
    """The two agree where brute force does not reach."""
    answered = [check_enumeration_and_search(cnf_pair(14, seed), at_first) for seed in range(4)]
    answered += [check_enumeration_and_search(clause_network("tree", 12, 3, seed), at_first) for seed in range(4)]
    assert sum(answered) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_enumeration_and_search_at_length(seed):
    """The same on larger formulas, and by both characterizations."""
    assert check_enumeration_and_search(cnf_pair(22, seed)) == 1
    translated = maximize(problem(cnf_pair(18, seed)), Request(eb.INCLUSION, eb.SYNTACTIC))
    collected = maximize(problem(cnf_pair(18, seed)), Request(eb.INCLUSION, eb.SEMANTIC))
    assert all(equivalent(translated[v], collected[v]) for v in collected)


def dense(n=16, seed=2, limits=None, plan=None):
    [group] = split(problem(cnf_pair(n, seed)), Limits())[0]
    return McsEnumeration(group, group.nodes, Request(limits=limits or Limits(), plan=plan or Plan()))


def test_as_many_eq_sets_as_there_are_alternatives():
    """What is found at once is what is found one by one."""
    one_by_one = {frozenset(outcome.equalities) for outcome in outcomes(problem(cnf_pair(12, 2)), eb.INCLUSION)}
    assert len(dense(12).maximal_eq_sets(MANY)) == len(one_by_one) > 1


def test_going_on():
    """When EQ sets are too many they are kept, and asking for more goes on from there."""
    expected = set(dense().maximal_eq_sets(MANY))
    enumeration = dense()
    for most in (0, 3, 10):
        with pytest.raises(TakesLongError):
            enumeration.maximal_eq_sets(most)
    assert set(enumeration.maximal_eq_sets(MANY)) == expected
    assert dict(enumeration.values(sorted(expected, key=sorted))).keys() == {0, 1}


@pytest.mark.parametrize(("threshold", "value"), [("all_eq_sets", 3), ("enumeration_conflicts", 1), ("listed_models", 0)])
def test_what_is_too_much_is_left_to_the_search(threshold, value):
    """Too many EQ sets or interpretations, or too hard to find: the answers come in another way, and are the same."""
    G = cnf_pair(16, 2)
    expected = maximize(problem(G), Request())
    answers, asked, answered = enumerated_answers(G, Plan(**{**enumerating(2, at_first=3), threshold: value}))
    assert asked >= 2
    assert answered == 0
    assert all(equivalent(answers[v], expected[v]) for v in expected)


def test_too_many_interpretations_are_counted_once():
    """When the EQ sets are known and have too many interpretations, asking again does not help."""
    statistics = Statistics()
    enumeration = dense(limits=Limits(statistics=statistics), plan=Plan(listed_models=0))
    assert enumeration.answers(MANY) is None
    calls = statistics.solver_calls
    assert enumeration.answers(MANY + 1) is None
    assert statistics.solver_calls == calls > 0


def test_limits_are_heard():
    """An enumeration looks at the limits while the solver works, and while it sorts out what was found."""
    with pytest.raises(TimeLimitExceeded):
        dense(40, 1, Limits(time_limit=0.1)).maximal_eq_sets(MANY)
    cancel = threading.Event()
    enumeration = dense(limits=Limits(cancel=cancel))
    maximal = enumeration.maximal_eq_sets(MANY)
    cancel.set()
    with pytest.raises(Cancelled):
        enumeration.maximal_eq_sets(MANY)
    with pytest.raises(Cancelled):
        enumeration.values(maximal)
    with pytest.raises(Cancelled):
        maximal_among([[0], [1]], 2, Limits(cancel=cancel))


@given(st.integers(1, 6).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.frozensets(st.integers(0, size - 1))))))
def test_maximal_eq_sets(drawn):
    """Those of which no other one lacks less."""
    size, found = drawn
    maximal = maximal_among([sorted(lacking) for lacking in found], size, Limits())
    assert len(maximal) == len(set(maximal))
    assert set(maximal) == {lacking for lacking in found if not any(other < lacking for other in found)}
