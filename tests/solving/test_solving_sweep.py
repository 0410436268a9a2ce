"""Sweeping: all maximal EQ sets in one search, against brute force and against the other ways to an answer."""

import sys

import oracle
import pytest
from answers import ONCE, beliefs
from hypothesis import given, settings
from hypothesis import strategies as st
from solving_groups import answer, believed, groups, optima, optimal_eq_sets, shown
from solving_networks import clause_network, cnf_pair, problem
from strategies import cases

import equibel as eb
from equibel.errors import TimeLimitExceeded
from equibel.options import METHODS
from equibel.solving import Limits, equivalent, maximize, outcomes
from equibel.solving.solver import TakesLongError
from equibel.solving.split import split

ENGINE = sys.modules["equibel.solving.maximize"]  # the package has functions of these names
SWEEP = sys.modules["equibel.solving.sweep"]
METHOD = pytest.mark.parametrize("method", METHODS)


def check_group(group, nodes):
    swept = SWEEP.Sweep(group, Limits())
    maximal = swept.maximal_eq_sets()
    inside = [sum(1 << k for k in range(len(group.compared)) if k not in outside) for outside in maximal]
    assert len(set(inside)) == len(inside)
    assert {(equalities,) for equalities in inside} == optimal_eq_sets(group)
    targets = {node: copies for node, copies in group.nodes.items() if node in nodes}
    values = swept.values(maximal, targets)
    if values is not None:
        assert {node: set(found) for node, found in values.items()} == {
            node: shown(optima(group), copies) for node, copies in targets.items()
        }
    for method in METHODS:
        for node, formula in SWEEP.sweep(group, targets, method, Limits()):
            names = [group.copies[i][1] for i in targets[node]]
            assert answer(believed(formula, names), names) == shown(optima(group), targets[node])


@given(data=st.data())
def test_sweeping_and_brute_force(data):
    """EQ sets and answers are right for groups of any number of nodes."""
    group = data.draw(groups(conflict=True))
    check_group(group, data.draw(st.sets(st.sampled_from(sorted(group.nodes)), min_size=1)))


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=400)
def test_sweeping_and_brute_force_at_length(data):
    """The same on thousands of groups."""
    group = data.draw(groups(size=12, conflict=True))
    check_group(group, data.draw(st.sets(st.sampled_from(sorted(group.nodes)), min_size=1)))


@METHOD
@given(case=cases(size=10))
def test_operators_that_sweep(method, case):
    """Wherever sweeping is possible at all, the operators give the answers of the definition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ENGINE, "_NARROW", 0)
        patch.setattr(ENGINE, "_SWEPT", 100)
        for operator in ("global", "expanding"):
            R = ONCE[operator](case.graph(), method=method)
            assert beliefs(R, case.atoms) == oracle.apply(operator, case.oracle(), eb.INCLUSION).beliefs


def by_sweeping_and_by_search(G, method, patch):
    answers = []
    for swept in (100, 0):
        patch.setattr(ENGINE, "_SWEPT", swept)
        patch.setattr(ENGINE, "_NARROW", 0)
        answers.append(maximize(problem(G), eb.INCLUSION, method))
    return answers


@pytest.mark.parametrize("seed", range(4))
def test_sweeping_and_search(seed, monkeypatch):
    """The two agree where brute force does not reach."""
    for G in (cnf_pair(14, seed), clause_network("tree", 12, 3, seed)):
        swept, searched = by_sweeping_and_by_search(G, eb.SEMANTIC, monkeypatch)
        assert all(equivalent(swept[v], searched[v]) for v in searched)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_sweeping_and_search_at_length(seed, monkeypatch):
    """The same on larger formulas, and by both characterizations."""
    swept, searched = by_sweeping_and_by_search(cnf_pair(22, seed), eb.SEMANTIC, monkeypatch)
    assert all(equivalent(swept[v], searched[v]) for v in searched)
    translated = maximize(problem(cnf_pair(18, seed)), eb.INCLUSION, eb.SYNTACTIC)
    collected = maximize(problem(cnf_pair(18, seed)), eb.INCLUSION, eb.SEMANTIC)
    assert all(equivalent(translated[v], collected[v]) for v in collected)


def dense_group(n=16, seed=2):
    [group] = split(problem(cnf_pair(n, seed)), Limits())[0]
    return group


def test_as_many_eq_sets_as_there_are_alternatives():
    """What is found at once is what is found one by one."""
    group = dense_group()
    one_by_one = {
        frozenset(outcome.equalities) for outcome in outcomes(problem(cnf_pair(16, 2)), eb.INCLUSION)
    }
    assert len(SWEEP.Sweep(group, Limits()).maximal_eq_sets()) == len(one_by_one) > 10


@pytest.mark.parametrize(("bound", "value"), [("_MOST_EQ_SETS", 3), ("_MOST_CONFLICTS", 1)])
def test_what_is_too_much_is_left_to_the_search(bound, value, monkeypatch):
    """Too many EQ sets, or too hard to find: the answers come in another way."""
    G = cnf_pair(16, 2)
    expected = maximize(problem(G), eb.INCLUSION, eb.SEMANTIC)
    monkeypatch.setattr(SWEEP, bound, value)
    group = dense_group()
    with pytest.raises(TakesLongError):
        SWEEP.Sweep(group, Limits()).maximal_eq_sets()
    assert SWEEP.sweep(group, group.nodes, eb.SEMANTIC, Limits()) is None
    found = maximize(problem(G), eb.INCLUSION, eb.SEMANTIC)
    assert all(equivalent(found[v], expected[v]) for v in expected)


def test_too_many_models_are_described(monkeypatch):
    """Without a list of values the formulas of the EQ sets say the same."""
    G = cnf_pair(16, 2)
    expected = maximize(problem(G), eb.INCLUSION, eb.SEMANTIC)
    monkeypatch.setattr(SWEEP, "_MOST_MODELS", 0)
    found = maximize(problem(G), eb.INCLUSION, eb.SEMANTIC)
    assert all(equivalent(found[v], expected[v]) for v in expected)


def test_limits_are_heard():
    """A sweep looks at the limits while the solver works."""
    group = dense_group(40, 1)
    swept = SWEEP.Sweep(group, Limits())
    swept._solver._limits = Limits(time_limit=0.1)
    with pytest.raises(TimeLimitExceeded):
        swept.maximal_eq_sets()
