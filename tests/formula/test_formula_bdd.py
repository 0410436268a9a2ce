"""Decision diagrams: canonical, right, bounded, and never recursive."""

import time

import pytest
from formula_values import ATOMS, formulas, meaning
from hypothesis import given
from hypothesis import strategies as st

from equibel.formula import assign, disjunction, exclusive_or, holds, literal, parse, truth_columns
from equibel.formula.bdd import FALSE, TRUE, Bdd
from equibel.formula.budget import OverBudget, StepBudget
from equibel.formula.cover import irredundant_cover
from equibel.formula.unrolled import unrolled

SUBSETS = st.sets(st.sampled_from(ATOMS))
ORDERS = st.permutations(ATOMS)


def table(bdd: Bdd, f: int) -> int:
    return bdd.to_table(f, ATOMS)


def named_cover(bdd: Bdd, lower: int, upper: int) -> list[dict[str, bool]]:
    return [{bdd.order[i]: value for i, value in cube} for cube in irredundant_cover(bdd, lower, upper) or []]


@given(f=formulas(), order=ORDERS)
def test_a_diagram_has_the_truth_table_of_its_formula(f, order):
    """Whatever the order of the atoms."""
    bdd = Bdd(order)
    assert table(bdd, bdd.from_formula(f)) == meaning(f)


@given(f=formulas(), g=formulas())
def test_equivalent_formulas_are_the_same_number(f, g):
    """Two functions of one diagram are equal exactly when they are equivalent."""
    bdd = Bdd(ATOMS)
    assert (bdd.from_formula(f) == bdd.from_formula(g)) == (meaning(f) == meaning(g))


@given(f=formulas(), assignment=st.fixed_dictionaries({name: st.booleans() for name in ATOMS}))
def test_evaluate_follows_the_assignment(f, assignment):
    """The diagram says what the formula says."""
    bdd = Bdd(ATOMS)
    assert bdd.evaluate(bdd.from_formula(f), assignment) == holds(f, assignment)


@given(f=formulas(), g=formulas(), h=formulas())
def test_connectives(f, g, h):
    """The operations on functions are the connectives."""
    bdd = Bdd(ATOMS)
    a, b, c = map(bdd.from_formula, (f, g, h))
    full = truth_columns(ATOMS)[1]
    x, y, z = map(meaning, (f, g, h))
    assert table(bdd, bdd.negate(a)) == full ^ x
    assert table(bdd, bdd.conjoin(a, b)) == x & y
    assert table(bdd, bdd.disjoin(a, b)) == x | y
    assert table(bdd, bdd.xor(a, b)) == x ^ y
    assert table(bdd, bdd.ite(a, b, c)) == (x & y) | (~x & z)
    assert bdd.conjoin_all([a, b, c]) == bdd.conjoin(bdd.conjoin(a, b), c)
    assert bdd.disjoin_all([a, b, c]) == bdd.disjoin(bdd.disjoin(a, b), c)


@given(f=formulas(), values=st.dictionaries(st.sampled_from(ATOMS), st.booleans()))
def test_restricting_fixes_atoms(f, values):
    """A restricted function is that of the formula with the atoms replaced by constants."""
    bdd = Bdd(ATOMS)
    assert bdd.restrict(bdd.from_formula(f), values) == bdd.from_formula(assign(f, values))


@given(f=formulas(), names=SUBSETS)
def test_forgetting_allows_both_values(f, names):
    """Forgetting atoms is the disjunction over all their values, and leaves a function without them."""
    bdd = Bdd(ATOMS)
    expected = f
    for name in names:
        expected = disjunction([assign(expected, {name: False}), assign(expected, {name: True})])
    forgotten = bdd.exists(bdd.from_formula(f), names)
    assert forgotten == bdd.from_formula(expected)
    assert names.isdisjoint(bdd.support(forgotten))


@given(f=formulas(), names=SUBSETS)
def test_flipping_negates_atoms(f, names):
    """Flipping replaces atoms by their negations; twice, it changes nothing."""
    bdd = Bdd(ATOMS)
    g = bdd.from_formula(f)
    assignment = dict.fromkeys(ATOMS, True)
    flipped = bdd.flip(g, names)
    assert bdd.evaluate(flipped, assignment) == bdd.evaluate(g, {name: name not in names for name in ATOMS})
    assert bdd.flip(flipped, names) == g


@given(number=st.integers(0, (1 << (1 << len(ATOMS))) - 1))
def test_tables_go_in_and_come_out(number):
    """`from_table` and `to_table` are inverse, and the number of models is that of ones in the table."""
    bdd = Bdd(ATOMS)
    f = bdd.from_table(number)
    assert table(bdd, f) == number
    assert bdd.count(f) == number.bit_count()


def test_support_and_size():
    """Only the atoms that matter are in the support, in the order of the diagram; constants have no nodes."""
    bdd = Bdd(["r", "q", "p"])
    f = bdd.from_formula(parse("(p & q) | (p & ~q & (r | ~r))"))
    assert bdd.support(f) == ["p"]
    assert bdd.size(f) == 1
    assert bdd.size(TRUE) == bdd.size(FALSE) == 0
    assert bdd.cube({"p": True, "r": False}) == bdd.from_formula(parse("p & ~r"))


@given(f=formulas(), g=formulas(), order=ORDERS)
def test_covers_lie_between_their_bounds(f, g, order):
    """A cover is implied by the lower bound and implies the upper; every cube and every literal is needed."""
    bdd = Bdd(order)
    upper = bdd.from_formula(f)
    lower = bdd.conjoin(upper, bdd.from_formula(g))
    cubes = named_cover(bdd, lower, upper)
    covered = bdd.disjoin_all(map(bdd.cube, cubes))
    assert bdd.conjoin(lower, covered ^ 1) == FALSE
    assert bdd.conjoin(covered, upper ^ 1) == FALSE
    for cube in cubes:
        others = bdd.disjoin_all(bdd.cube(other) for other in cubes if other is not cube)
        assert bdd.conjoin(lower, others ^ 1) != FALSE
        for name in cube:
            larger = bdd.cube({other: value for other, value in cube.items() if other != name})
            assert bdd.conjoin(larger, upper ^ 1) != FALSE


def test_a_cover_longer_than_its_limit_is_not_made():
    """A parity of ten atoms needs 512 cubes; the attempt ends early."""
    bdd = Bdd([f"p{i}" for i in range(10)])
    f = bdd.from_formula(exclusive_or(literal(name, True) for name in bdd.order))
    assert irredundant_cover(bdd, f, f, limit=5119) is None
    cover = irredundant_cover(bdd, f, f, limit=5120)
    assert cover is not None
    assert len(cover) == 512


def test_ten_thousand_atoms_do_not_overflow():
    """No operation recurses over the atoms."""
    names = [f"p{i}" for i in range(10_000)]
    bdd = Bdd(names)
    f = bdd.cube(dict.fromkeys(names, True))
    g = bdd.flip(f, names[5000:])
    assert bdd.conjoin(f, g) == FALSE
    assert bdd.exists(g, names[5000:]) == bdd.cube(dict.fromkeys(names[:5000], True))
    assert bdd.restrict(f, {names[-1]: False}) == FALSE
    assert named_cover(bdd, f, f) == [dict.fromkeys(names, True)]
    assert bdd.count(f) == 1


def test_a_diagram_stays_within_its_budget():
    """Too many nodes, too many steps or too much time end the work."""
    pairs = disjunction(parse(f"a{i} & b{i}") for i in range(16))
    order = sorted(pairs.atoms())  # all a before all b: exponential
    with pytest.raises(OverBudget):
        Bdd(order, StepBudget(max_nodes=1000)).from_formula(pairs)
    start = time.monotonic()
    with pytest.raises(OverBudget):
        Bdd(order, StepBudget(10**9, deadline=start + 0.1)).from_formula(pairs)
    assert time.monotonic() - start < 1
    assert Bdd(order).size(TRUE) == 0


def test_a_budget_calls_its_check():
    """What the check raises goes through to the caller."""

    class StopError(Exception):
        pass

    def stop() -> None:
        raise StopError

    bdd = Bdd([f"p{i}" for i in range(3000)], StepBudget(check=stop))
    with pytest.raises(StopError):
        bdd.exists(bdd.cube(dict.fromkeys(bdd.order, True)), bdd.order)


def test_an_attempt_may_use_half_of_the_budget():
    """What an attempt leaves comes back, and the other half is not touched."""
    budget = StepBudget(max_nodes=1000)
    whole = budget.steps
    with pytest.raises(OverBudget), budget.half():
        budget.spend(whole)
    assert budget.steps == whole // 2
    with budget.half():
        budget.spend(10)
    assert budget.steps == whole // 2 - 10
    budget.spend(whole // 2 - 10)
    with pytest.raises(OverBudget):
        budget.spend(1)


def test_unrolled_recursion_returns_values_and_raises_errors():
    """A generator that yields arguments and receives results computes what the recursive function would."""

    def fibonacci(n):
        if n < 2:
            return n
        before = yield n - 1
        return before + (yield n - 2)

    def fail(n):
        if n == 0:
            raise ZeroDivisionError
        yield n - 1

    assert unrolled(fibonacci, 15) == 610
    with pytest.raises(ZeroDivisionError):
        unrolled(fail, 5000)
