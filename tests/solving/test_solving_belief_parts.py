"""Stars by the numbers of their beliefs: the same answers as by maximization, small ones by arithmetic on truth tables."""

import itertools
from collections import Counter

import numpy as np
import oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import consistent_formulas

from equibel.formula import TRUE, conjuncts, parse
from equibel.solving import Limits, Plan, Problem, Request, Statistics, equivalent, maximize, star_tables
from equibel.solving.belief_parts import ALL, NOTHING, BeliefParts

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
ATOMS = ["p", "q", "r", "s"]
SHORT = ["p", "~p", "q | r", "p -> s"]
TEXTS = st.one_of(consistent_formulas(ATOMS), consistent_formulas(ATOMS[:2]), st.sampled_from(SHORT))


def completed(center, leaves, optimum):
    """What the centre believes according to `maximize`."""
    edges = tuple((0, i, 0) for i in range(1, len(leaves) + 1))
    return maximize(Problem((center, *leaves), edges, (0,)), Request(optimum))[0]


def by_numbers(request, center, leaves):
    """What the centre believes, from stars over each component, in which factors are as often as they matter."""
    beliefs = BeliefParts(request, [center, *leaves])
    of_factor, of_part, most = beliefs.component_of_factors(), beliefs.component_of_parts(), beliefs.most_leaves()
    count = Counter(factor for leaf in leaves for factor in beliefs.factors(beliefs.number(leaf)))
    own = {of_part[part]: part for part in beliefs.parts(beliefs.number(center))}
    found = []
    for component, small in enumerate(beliefs.small()):
        heard = [(factor, min(n, most[factor])) for factor, n in count.items() if of_factor[factor] == component]
        part = own.get(component, NOTHING)
        if heard and small:
            factors, counts = map(np.array, zip(*heard, strict=True))
            part = int(beliefs.complete_small(np.array([part]), np.array([0, len(heard)]), factors, counts)[0])
        elif heard:
            (part,) = beliefs.complete_large([(part, heard)], None)
        found += [part] * (part != NOTHING)
    return beliefs.formula(beliefs.belief(tuple(found)))


@OPTIMA
@given(center=TEXTS, leaves=st.lists(TEXTS, min_size=1, max_size=5), atoms=st.sampled_from([1, 2, 6]))
def test_the_same_answers(optimum, center, leaves, atoms):
    """As by maximization, whether a component is small enough for truth tables or not."""
    center, leaves = parse(center), list(map(parse, leaves))
    found = by_numbers(Request(optimum, plan=Plan(star_atoms=atoms)), center, leaves)
    assert equivalent(found, completed(center, leaves, optimum), Limits())


@OPTIMA
@given(center=consistent_formulas(["a", "b", "c", "d", "e", "f"]), seed=st.integers(0, 999))
def test_six_atoms(optimum, center, seed):
    """As many as a machine word has room for."""
    leaves = [parse(text) for text in ("a ^ b ^ c", "d | e | f", "~a & (b -> f)", "c = (d | e)")]
    leaves = [leaves[seed % 4], leaves[seed // 4 % 4], leaves[seed // 16 % 4]]
    found = by_numbers(Request(optimum), parse(center), leaves)
    assert equivalent(found, completed(parse(center), leaves, optimum), Limits())


@given(center=TEXTS, leaf=TEXTS, other=TEXTS, more=st.integers(1, 3))
def test_how_many_leaves_matter(center, leaf, other, more):
    """By inclusion, any more leaves with the same factor change nothing; by cardinality each leaf counts."""
    center, leaf, other = map(parse, (center, leaf, other))
    beliefs, counted = (BeliefParts(Request(optimum), [leaf]) for optimum in (oracle.INCLUSION, oracle.CARDINALITY))
    assume(len(beliefs.most_leaves()) == 1)
    most = min(int(beliefs.most_leaves()[0]), 6)
    few, many = ([leaf] * n + [other] for n in (most, most + more))
    answers = (completed(center, leaves, oracle.INCLUSION) for leaves in (few, many))
    assert equivalent(*answers, Limits()) or int(beliefs.most_leaves()[0]) > 6
    assert counted.most_leaves()[0] == ALL


@OPTIMA
@given(center=TEXTS, leaf=st.sampled_from(["p & q", "p & (q | r)", "(p ^ q) & (r -> s)"]), other=TEXTS)
def test_factors_are_leaves_of_their_own(optimum, center, leaf, other):
    """A leaf that believes several factors is as good as several leaves that believe one each."""
    center, leaf, other = map(parse, (center, leaf, other))
    answers = (completed(center, [*leaves, other], optimum) for leaves in ([leaf], conjuncts(leaf)))
    assert equivalent(*answers, Limits())


@OPTIMA
@given(center=TEXTS, leaves=st.lists(TEXTS, min_size=1, max_size=5), atoms=st.sampled_from([1, 2, 6]))
def test_stars_can_do_without_what_does_not_matter(optimum, center, leaves, atoms):
    """Whether a component is small enough for truth tables or not."""
    center, leaves = parse(center), list(map(parse, leaves))
    beliefs = BeliefParts(Request(optimum, plan=Plan(star_atoms=atoms)), [center, *leaves])
    of_factor, of_part = beliefs.component_of_factors(), beliefs.component_of_parts()
    own = {of_part[part]: part for part in beliefs.parts(beliefs.number(center))}

    def matters(leaf):
        factors = np.array(beliefs.factors(beliefs.number(leaf)), np.int64)
        parts = np.array([own.get(of_factor[factor], NOTHING) for factor in factors.tolist()], np.int64)
        return beliefs.matter(parts, factors).any()

    kept = [leaf for leaf in leaves if matters(leaf)]
    found = completed(center, kept, optimum) if kept else center
    assert equivalent(found, completed(center, leaves, optimum), Limits())


def test_what_matters():
    """What does not follow, about an atom that is open; of many linked atoms, some are open when others are."""
    long = " | ".join(f"x{i}" for i in range(70))
    texts = ["p & (q | r)", "~p", "q", "q | r", "q & r", long, "x10", "~x10", "x64"]
    beliefs = BeliefParts(Request(), map(parse, texts))

    def matters(center, leaf):
        [part], [factor] = beliefs.parts(beliefs.number(parse(center))), beliefs.factors(beliefs.number(parse(leaf)))
        return bool(beliefs.matter(np.array([part]), np.array([factor]))[0])

    assert [matters("~p", leaf) for leaf in ("~p",)] == [False]
    assert [matters("q | r", leaf) for leaf in ("q", "q | r")] == [True, False]
    assert [matters("q", leaf) for leaf in ("q", "q | r")] == [False, False]
    assert [matters("x10", leaf) for leaf in ("x10", "~x10", "x64", long)] == [False, False, True, True]
    assert matters("x64", "x64")  # as x0 is open


def test_one_number_for_equivalent_beliefs():
    """Small beliefs are told apart by their models; ``True`` has no parts."""
    texts = ["True", "p | ~p", "p -> q", "~p | (p & q)", "q -> p", "q & (p | ~q)"]
    beliefs = BeliefParts(Request(), map(parse, texts))
    nothing, tautology, one, same, other, both = (beliefs.number(parse(text)) for text in texts)
    assert nothing == tautology
    assert beliefs.parts(nothing) == ()
    assert one == same != other
    assert beliefs.formula(both) == parse("p & q")
    assert beliefs.formula(nothing) == TRUE


def test_conjuncts_with_common_atoms_are_one_factor():
    """The simplified formula may be a conjunction of clauses about the same atoms; leaves choose among them together."""
    text = "(p | s) & (~p | ~q) & (r | ~s)"
    beliefs = BeliefParts(Request(), [parse(text)])
    assert len(beliefs.factors(beliefs.number(parse(text)))) == 1
    center, leaves = parse("~r"), [parse("~r & (s | ~p)"), parse(text), parse("s & ~p")]
    expected = completed(center, leaves, oracle.INCLUSION)
    assert equivalent(by_numbers(Request(), center, leaves), expected, Limits())


def test_large_beliefs():
    """A factor with too many atoms for a truth table is maximized, with what it is linked with."""
    long = parse(" & ".join(f"(x{i} | x{i + 1})" for i in range(12)))
    center, leaves = parse("~x3 & y"), [long, parse("~x4"), parse("~y | z"), parse("~y")]
    expected = completed(center, leaves, oracle.INCLUSION)
    assert equivalent(by_numbers(Request(), center, leaves), expected, Limits())


def test_many_atoms_in_small_factors():
    """Literals over any number of atoms are factors, and components, each on its own."""
    text = parse(" & ".join(f"x{i}" for i in range(50)))
    beliefs = BeliefParts(Request(), [text])
    assert len(beliefs.parts(beliefs.number(text))) == len(beliefs.factors(beliefs.number(text))) == len(beliefs.atoms) == 50


def test_small_stars_need_no_solver():
    """Nor a problem for each of them: what is counted are the stars."""
    statistics = Statistics()
    by_numbers(Request(limits=Limits(statistics=statistics)), parse("p & q"), list(map(parse, ["~p | ~q", "r", "~r"])))
    assert (statistics.problems, statistics.solver_calls, statistics.methods["star"].answered) == (2, 0, 2)


def test_states_of_a_star_with_many_leaves(monkeypatch):
    """Most choices of many leaves come to the same, so a star has few states, and they are never many at once.

    They were once put together only when there were millions, which hubs that were alone in an array all reached.
    """
    looked_at = []
    once = star_tables._once

    def counted(star, *others):
        looked_at.append(len(star))
        return once(star, *others)

    monkeypatch.setattr(star_tables, "_once", counted)
    pairs = ["({}p & {}q) | ({}r & {}s)", "({}p & {}r) | ({}q & {}s)", "({}p & {}s) | ({}q & {}r)"]
    leaves = [parse(pair.format(*signs)) for signs in itertools.product(["", "~"], repeat=4) for pair in pairs]
    few = by_numbers(Request(), TRUE, leaves[::8])
    by_numbers(Request(), TRUE, leaves)
    assert 0 < max(looked_at) < 200_000
    monkeypatch.setattr(star_tables, "_FEW", 1 << 40)
    assert by_numbers(Request(), TRUE, leaves[::8]) == few
