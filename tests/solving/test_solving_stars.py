"""Stars by the numbers of their beliefs: the same answers as by maximization, each different star solved once."""

from collections import Counter

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import consistent_formulas

from equibel.formula import TRUE, conjuncts, parse
from equibel.solving import Limits, Plan, Problem, Request, Stars, Statistics, equivalent, maximize

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
ATOMS = ["p", "q", "r", "s"]
SHORT = ["p", "~p", "q | r", "p -> s"]
TEXTS = st.one_of(consistent_formulas(ATOMS), consistent_formulas(ATOMS[:2]), st.sampled_from(SHORT))


def completed(center, leaves, optimum):
    """What the centre believes according to `maximize`."""
    edges = tuple((0, i, 0) for i in range(1, len(leaves) + 1))
    return maximize(Problem((center, *leaves), edges, (0,)), Request(optimum))[0]


def by_numbers(stars, center, leaves):
    """What the centre believes according to ``stars``, of which each factor is given as often as it matters."""
    count = Counter(factor for leaf in leaves for factor in stars.factors(stars.number(leaf)))
    most = {factor: stars.most_leaves(factor) for factor in count}
    told = tuple(sorted((factor, n if most[factor] is None else min(n, most[factor])) for factor, n in count.items()))
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
    """By inclusion, any more leaves with the same factor change nothing; by cardinality each leaf counts."""
    center, leaf, other = map(parse, (center, leaf, other))
    by_inclusion, by_cardinality = (Stars(Request(optimum)) for optimum in (oracle.INCLUSION, oracle.CARDINALITY))
    for factor in by_inclusion.factors(by_inclusion.number(leaf)):
        most, formula = by_inclusion.most_leaves(factor), by_inclusion.factor(factor)
        few, many = ([formula] * min(n, 6) + [other] for n in (most, most + more))
        answers = (completed(center, leaves, oracle.INCLUSION) for leaves in (few, many))
        assert equivalent(*answers, Limits())
        assert by_cardinality.most_leaves(by_cardinality.factor_number(formula)) is None


@OPTIMA
@given(center=TEXTS, leaf=st.sampled_from(["p & q", "p & (q | r)", "(p ^ q) & (r -> s)"]), other=TEXTS)
def test_factors_are_leaves_of_their_own(optimum, center, leaf, other):
    """A leaf that believes several factors is as good as several leaves that believe one each."""
    center, leaf, other = map(parse, (center, leaf, other))
    answers = (completed(center, [*leaves, other], optimum) for leaves in ([leaf], conjuncts(leaf)))
    assert equivalent(*answers, Limits())


def test_one_number_for_equivalent_beliefs():
    """Small beliefs are told apart by their models; ``True`` has no factors."""
    stars = Stars(Request())
    assert stars.number(TRUE) == stars.number(parse("p | ~p"))
    assert stars.factors(stars.number(TRUE)) == ()
    assert stars.number(parse("p -> q")) == stars.number(parse("~p | (p & q)")) != stars.number(parse("q -> p"))
    assert stars.formula(stars.number(parse("q & (p | ~q)"))) == parse("p & q")


def test_components_are_solved_once():
    """Stars with the same conflict about p are one component, whatever else they are about."""
    statistics = Statistics()
    stars = Stars(Request(limits=Limits(statistics=statistics)))
    nothing = stars.number(TRUE)
    p, not_p, q, r, s = (stars.factor_number(parse(text)) for text in ("p", "~p", "q", "r", "s"))
    for more in ([], [(q, 1)], [(r, 1)], [(q, 1), (r, 1)]):
        stars.solve(nothing, tuple(sorted([(p, 1), (not_p, 1), (s, 1), *more])))
    assert statistics.problems == 4  # about p, q, r and s
    assert statistics.solver_calls == 0


def test_large_beliefs():
    """A factor with too many atoms for a truth table is maximized, and what it is linked with."""
    stars = Stars(Request())
    long = parse(" & ".join(f"(x{i} | x{i + 1})" for i in range(12)))
    center, leaves = parse("~x3 & y"), [long, parse("~x4"), parse("~y | z"), parse("~y")]
    expected = completed(center, leaves, oracle.INCLUSION)
    assert equivalent(by_numbers(stars, center, leaves), expected, Limits())
    (factor,) = stars.factors(stars.number(long))
    assert stars.most_leaves(factor) is None


def test_many_atoms_in_small_factors():
    """Literals over any number of atoms are factors, each on its own."""
    stars = Stars(Request())
    number = stars.number(parse(" & ".join(f"x{i}" for i in range(50))))
    assert len(stars.factors(number)) == 50
