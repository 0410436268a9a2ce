"""Stars by the numbers of their beliefs: the same answers as by maximization, each different star solved once."""

from collections import Counter

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import consistent_formulas

from equibel.formula import TRUE, conjunction, parse
from equibel.solving import NOTHING, Limits, Plan, Problem, Request, Stars, Statistics, equivalent, maximize

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
ATOMS = ["p", "q", "r", "s"]
SHORT = ["p", "~p", "q | r", "p -> s"]
TEXTS = st.one_of(consistent_formulas(ATOMS), consistent_formulas(ATOMS[:2]), st.sampled_from(SHORT))


def completed(center, leaves, optimum):
    """What the centre believes according to `maximize`."""
    edges = tuple((0, i, 0) for i in range(1, len(leaves) + 1))
    return maximize(Problem((center, *leaves), edges, (0,)), Request(optimum))[0]


def by_numbers(stars, center, leaves):
    """What the centre believes according to ``stars``, of which each leaf is given as often as it matters."""
    count = Counter(map(stars.number, leaves))
    del count[NOTHING]
    most = {leaf: stars.most_leaves(leaf) for leaf in count}
    told = tuple(sorted((leaf, n if most[leaf] is None else min(n, most[leaf])) for leaf, n in count.items()))
    return stars.formula(stars.solve(stars.number(center), told))


@OPTIMA
@given(center=TEXTS, leaves=st.lists(TEXTS, min_size=1, max_size=5), atoms=st.sampled_from([2, 6]))
def test_the_same_answers(optimum, center, leaves, atoms):
    """As by maximization, whether a component is small enough for truth tables or not."""
    center, leaves = parse(center), list(map(parse, leaves))
    stars = Stars(Request(optimum, plan=Plan(star_atoms=atoms)))
    assert equivalent(by_numbers(stars, center, leaves), completed(center, leaves, optimum), Limits())


@given(center=TEXTS, leaf=TEXTS, other=TEXTS, more=st.integers(1, 3))
def test_how_many_leaves_matter(center, leaf, other, more):
    """By inclusion, any more leaves that believe the same change nothing; by cardinality each leaf counts."""
    center, leaf, other = map(parse, (center, leaf, other))
    by_inclusion, by_cardinality = (Stars(Request(optimum)) for optimum in (oracle.INCLUSION, oracle.CARDINALITY))
    most = by_inclusion.most_leaves(by_inclusion.number(leaf))
    assert by_cardinality.most_leaves(by_cardinality.number(leaf)) is None
    few, many = ([leaf] * min(n, 6) + [other] for n in (most, most + more))
    answers = (completed(center, leaves, oracle.INCLUSION) for leaves in (few, many))
    assert equivalent(*answers, Limits())


def test_one_number_for_equivalent_beliefs():
    """Small beliefs are told apart by their models, and ``True`` is 0."""
    stars = Stars(Request())
    assert stars.number(TRUE) == stars.number(parse("p | ~p")) == NOTHING
    assert stars.number(parse("p -> q")) == stars.number(parse("~p | (p & q)")) != stars.number(parse("q -> p"))
    assert stars.formula(stars.number(parse("q & (p | ~q)"))) == parse("p & q")


def test_components_are_solved_once():
    """Stars with the same conflict about p are one component, whatever else they are about."""
    statistics = Statistics()
    stars = Stars(Request(limits=Limits(statistics=statistics)))
    nothing, p, q, r = (stars.number(parse(text)) for text in ("True", "p", "q", "r"))
    not_p = stars.number(parse("~p & s"))
    for more in ([], [(q, 1)], [(r, 1)], [(q, 1), (r, 1)]):
        stars.solve(nothing, tuple(sorted([(p, 1), (not_p, 1), *more])))
    assert statistics.problems == 4  # about p, q, r and s
    assert statistics.solver_calls == 0


def test_large_beliefs():
    """What has too many atoms for a truth table is maximized, and what it is linked with."""
    stars = Stars(Request())
    long = parse(" & ".join(f"(x{i} | x{i + 1})" for i in range(12)))
    center, leaves = parse("~x3 & y"), [long, parse("~x4"), parse("~y | z"), parse("~y")]
    expected = completed(center, leaves, oracle.INCLUSION)
    assert equivalent(by_numbers(stars, center, leaves), expected, Limits())
    assert stars.most_leaves(stars.number(long)) is None


def test_factors_of_large_beliefs_may_share_atoms():
    """A belief that is not simplified counts with all its leaves, since its conjuncts choose together."""
    stars = Stars(Request())
    clauses = [f"(a{i} | a{(i + 1) % 9})" for i in range(9)]
    number = stars.number(conjunction(map(parse, clauses)))
    assert stars.most_leaves(number) is None
