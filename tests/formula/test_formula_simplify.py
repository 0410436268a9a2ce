"""Simplification: equivalent, canonical, as people write formulas, and always in time."""

import importlib
import itertools
import random
import time

import pytest
from formula_values import ATOMS, formulas, meaning
from hypothesis import assume, example, given
from hypothesis import strategies as st

from equibel.formula import (
    FALSE,
    TRUE,
    Formula,
    atom,
    canonical,
    conjunction,
    disjunction,
    exclusive_or,
    iff,
    implies,
    literal,
    negation,
    parse,
    simplify,
    sorted_atoms,
    translate,
    truth_columns,
    truth_table,
    truth_table_formula,
)
from equibel.formula import bdd as bdd_module
from equibel.formula.bdd import Bdd
from equibel.formula.cover import canonical_cover, irredundant_cover, is_essential
from equibel.formula.express import size
from equibel.formula.factor import conjunctive_factors
from equibel.formula.small_cover import smallest_cover

MODULE = importlib.import_module("equibel.formula.simplification")  # the package's attribute of that name is the function
MANY = [f"x{i}" for i in range(1, 12)]


def wide_formulas() -> st.SearchStrategy[Formula]:
    """Formulas of up to 11 atoms: past the tables of `smallest_cover`."""
    literals = st.builds(literal, st.sampled_from(MANY), st.booleans())

    def larger(smaller: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        several = st.lists(smaller, min_size=2, max_size=4)
        pair = st.tuples(smaller, smaller)
        return st.one_of(
            several.map(conjunction), several.map(disjunction), pair.map(lambda p: iff(*p)), smaller.map(negation)
        )

    return st.recursive(literals, larger, max_leaves=40)


def clauses(atoms: int, count: int, seed: int) -> list[Formula]:
    """Random clauses of three literals."""
    chance = random.Random(seed)
    names = [f"x{i}" for i in range(atoms)]
    return [disjunction(literal(name, chance.random() < 0.5) for name in chance.sample(names, 3)) for _ in range(count)]


def spellings(f: Formula, name: str) -> list[Formula]:
    """Other formulas equivalent to ``f``."""
    p = atom(name)
    return [
        disjunction([conjunction([f, p]), conjunction([negation(p), f])]),
        negation(exclusive_or([f, p, negation(p)])),
        implies(iff(p, p), f),
        iff(f, TRUE),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p | ~p", "True"),
        ("p & ~p", "False"),
        ("(p -> q) -> p", "p"),
        ("~~~p", "~p"),
        ("(~p & ~q & r) | (~p & ~q & r & s)", "r & ~p & ~q"),
        ("~(p | ~r) & ~q", "r & ~p & ~q"),
        ("x10 & ~x1 & x2", "x2 & x10 & ~x1"),
        ("p -> q", "q | ~p"),
        ("(p & q) | (p & r)", "p & (q | r)"),
        ("(p | q) & (p | r)", "p | (q & r)"),
        ("p ^ q", "(p & ~q) | (q & ~p)"),
        ("p = q", "(p & q) | (~p & ~q)"),
        ("(p & q) | (q & r) | (r & p)", "(p & q) | (p & r) | (q & r)"),
        ("(p | q) & (r | s) & (t | u)", "(p | q) & (r | s) & (t | u)"),
        ("(p & q) | (r & s)", "(p & q) | (r & s)"),
        ("(r | s) & ~(p = q) & (s | r)", "(r | s) & ((p & ~q) | (q & ~p))"),
        ("p | (q & ((r & s) | t))", "p | (q & (t | (r & s)))"),
        ("(p & ~r) | (r & ~q) | (q & ~p)", "(p & ~q) | (q & ~r) | (r & ~p)"),
        ("(p & (q | r)) | (~p & (s | t))", "(p | s | t) & (q | r | ~p)"),
        ("(a -> b) & (b -> c) & (c -> a)", "(a & b & c) | (~a & ~b & ~c)"),
        ("(a1 & b1) | (a2 & b2) | (a2 & b2 & b1) | a1", "a1 | (a2 & b2)"),
        ("(S -> I) & S & (E | N | ~I)", "I & S & (E | N)"),
    ],
)
def test_style(text, expected):
    """Entailed literals in front, positive ones first, natural order, the shorter normal form, independent parts apart."""
    assert str(simplify(parse(text))) == expected


@given(f=formulas())
@example(TRUE)
@example(FALSE)
def test_the_result_is_equivalent_and_final(f):
    """Simplifying keeps the meaning; simplifying again changes nothing."""
    simplified = simplify(f)
    assert meaning(simplified) == meaning(f)
    assert simplify(simplified) == simplified


@given(f=wide_formulas(), name=st.sampled_from(MANY))
def test_equivalent_formulas_come_out_the_same(f, name):
    """The result depends on the function, not on the spelling."""
    expected = canonical(f)
    assert expected is not None
    assert meaning(expected, MANY) == meaning(f, MANY)
    for other in spellings(f, name):
        assert canonical(other) == expected
    if size(expected) <= MODULE.READABLE:
        assert simplify(f) == expected


@given(f=wide_formulas())
def test_tables_and_diagrams_agree(f):
    """The result does not depend on which method computed it, nor on the order of a diagram."""
    expected = canonical(f)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MODULE, "SMALL", 1)
        patch.setattr(MODULE, "_TABLE", 0)
        assert canonical(f) == expected


@given(f=formulas(), order=st.permutations(ATOMS))
def test_tables_become_formulas(f, order):
    """`truth_table_formula` gives the simplified formula, whatever the order of the columns."""
    table = truth_table(f, *truth_columns(order))
    assert truth_table_formula(table, order) == simplify(f)


@given(f=wide_formulas())
def test_no_occurrence_of_an_atom_is_superfluous(f):
    """Replacing any single occurrence by a constant changes the meaning."""
    code = canonical(f).code
    expected = meaning(f, MANY)
    for position, token in enumerate(code):
        if isinstance(token, str):
            for value in (TRUE, FALSE):
                changed = Formula((*code[:position], *value.code, *code[position + 1 :]))
                assert meaning(changed, MANY) != expected


@given(f=formulas())
def test_only_literals_conjunctions_and_disjunctions_are_left(f):
    """The result has no arrows, and constants and negations only where nothing simpler would do."""
    simplified = simplify(f)
    kinds = [token.kind for token in simplified.code if not isinstance(token, str)]
    assert set(kinds) <= {"and", "or", "not"} or simplified in (TRUE, FALSE)
    for before, token in itertools.pairwise(simplified.code):
        assert isinstance(token, str) or token.kind != "not" or isinstance(before, str)


@given(number=st.integers(0, 2**32 - 1))
def test_smallest_covers(number):
    """A smallest cover covers just the table, and is at most as long as that of the diagram."""
    names = ["p", "q", "r", "s", "t"]
    bdd = Bdd(names)
    f = bdd.from_table(number)
    cubes = smallest_cover(number, 5)
    assert bdd.disjoin_all(bdd.cube({names[i]: value for i, value in cube}) for cube in cubes) == f
    assert sum(map(len, cubes)) <= sum(map(len, irredundant_cover(bdd, f, f)))


@given(f=wide_formulas(), order=st.permutations(MANY))
def test_covers_do_not_depend_on_the_order_of_the_diagram(f, order):
    """The cover of a diagram depends on its order; the canonical one does not."""
    covers = []
    for names in MANY, order:
        bdd = Bdd(names)
        g = bdd.from_formula(f)
        covers.append({frozenset(cube) for cube in canonical_cover(bdd, g, irredundant_cover(bdd, g, g))})
    assert covers[0] == covers[1]


@given(number=st.integers(1, 2**16 - 2))
def test_essential_cubes_are_those_no_cover_can_do_without(number):
    """A prime implicant is essential when the other prime implicants together do not cover it."""
    names = ["p", "q", "r", "s"]
    bdd = Bdd(names)
    f = bdd.from_table(number)
    implicants = {}
    for signs in itertools.product((None, False, True), repeat=4):
        cube = tuple((i, sign) for i, sign in enumerate(signs) if sign is not None)
        g = bdd.cube({names[i]: sign for i, sign in cube})
        if bdd.conjoin(g, f ^ 1) == bdd_module.FALSE:
            implicants[cube] = g
    primes = {cube: g for cube, g in implicants.items() if not any(set(larger) < set(cube) for larger in implicants)}
    for cube, g in primes.items():
        others = bdd.disjoin_all(h for other, h in primes.items() if other != cube)
        assert is_essential(bdd, f, cube) == (bdd.conjoin(g, others ^ 1) != bdd_module.FALSE)


@given(f=wide_formulas(), g=wide_formulas(), order=st.permutations(MANY))
def test_factors_are_found_in_the_function(f, g, order):
    """The conjunction of two functions without common atoms falls apart again, in any order of the atoms."""
    other = {name: atom(f"y{name}") for name in MANY}
    bdd = Bdd([*order[:5], *(f"y{name}" for name in MANY), *order[5:]])
    left, right = bdd.from_formula(f), bdd.from_formula(translate(g, other))
    assume(bdd_module.FALSE not in (left, right))
    memo: dict[int, frozenset[int]] = {}
    together = conjunctive_factors(bdd, bdd.conjoin(left, right), memo)
    assert together == sorted(conjunctive_factors(bdd, left, memo) + conjunctive_factors(bdd, right, memo))
    assert bdd.conjoin_all(together) == bdd.conjoin(left, right)
    supports = [name for factor in together for name in bdd.support(factor)]
    assert len(supports) == len(set(supports))


@pytest.mark.parametrize("seed", range(3))
def test_thirty_clauses_over_thirty_atoms_are_recovered(seed):
    """A large formula is simplified within seconds, and the same from any spelling; dually for disjunctions."""
    parts = clauses(30, 30, seed)
    expected = simplify(conjunction(parts))
    assert size(expected) <= 90
    random.Random(seed).shuffle(parts)
    longer = disjunction([conjunction(parts), conjunction([*parts, atom("x0")])])
    assert simplify(longer) == expected
    assert simplify(negation(conjunction(parts))) == simplify(negation(expected))


@pytest.mark.parametrize("count", [15, 30, 500])
def test_sums_of_products_stay_as_they_are(count):
    """Independent products are found by spelling, whatever the natural order of their atoms."""
    f = disjunction(parse(f"b{i} & a{i}") for i in range(count))
    assert str(simplify(f)) == " | ".join(f"(a{i} & b{i})" for i in range(count))


def test_independent_parts_are_found_in_the_function():
    """Even when the spelling mixes them."""
    pairs = conjunction(parse(f"a{i} -> b{i}") for i in range(12))
    parity = exclusive_or(map(atom, sorted_atoms(pairs.atoms())))
    mixed = disjunction([conjunction([pairs, parity]), conjunction([negation(parity), pairs])])
    assert str(simplify(mixed)) == " & ".join(f"(b{i} | ~a{i})" for i in range(12))


def test_a_thousand_small_groups():
    """Groups of conjuncts without common atoms are simplified one by one."""
    f = conjunction(parse(f"(p{i} -> q{i}) & (q{i} -> p{i}) & (p{i} | r{i})") for i in range(1000))
    assert str(simplify(f)) == " & ".join(f"((p{i} & q{i}) | (r{i} & ~p{i} & ~q{i}))" for i in range(1000))


def test_literals_are_propagated_along_chains():
    """A chain of three thousand implications with its first atom known becomes a conjunction of literals."""
    f = conjunction([*(implies(atom(f"p{i}"), atom(f"p{i + 1}")) for i in range(3000)), atom("p0")])
    assert simplify(f) == conjunction(atom(f"p{i}") for i in range(3001))
    assert simplify(conjunction([f, negation(atom("p3000"))])) == FALSE
    assert simplify(negation(f)) == disjunction(literal(f"p{i}", False) for i in range(3001))


def test_listed_models_become_a_formula():
    """What all models have in common comes out as literals in front."""
    names = [f"x{i}" for i in range(16)]
    models = [row for row in range(1 << 16) if row & 0xFF == 0x5A and (row >> 8) % 3 == 0 and row >> 12 & 3]
    f = disjunction(conjunction(literal(name, bool(row >> i & 1)) for i, name in enumerate(names)) for row in models)
    simplified = simplify(f)
    assert str(simplified).startswith("x1 & x3 & x4 & x6 & ~x0 & ~x2 & ~x5 & ~x7 & ")
    assert meaning(simplified, names) == meaning(f, names)


def hidden_weighted_bit(count: int) -> Formula:
    """True when the atom numbered by the number of true atoms is true: large in every order of the atoms."""
    atoms = [atom(f"x{i}") for i in range(1, count + 1)]
    exactly = [TRUE]
    for x in atoms:
        without = [conjunction([f, negation(x)]) for f in exactly]
        within = [conjunction([f, x]) for f in exactly]
        exactly = [disjunction(pair) for pair in zip([*without, FALSE], [FALSE, *within], strict=True)]
    return disjunction(conjunction([exactly[k], x]) for k, x in enumerate(atoms, start=1))


def test_what_exceeds_the_bounds_stays_as_it_is():
    """Without a deadline the work is bounded by its amount; the formula comes back and nothing is raised."""
    hard = conjunction(clauses(60, 150, 0))
    assert simplify(hard, max_nodes=2000) == hard
    assert canonical(hard, max_nodes=2000) is None
    parity = exclusive_or(atom(f"p{i}") for i in range(40))
    assert simplify(parity) == parity  # its normal forms have 2 ** 39 parts
    assert canonical(parity) is None


def test_what_is_within_the_bounds_is_simplified_beside_what_is_not():
    """A part over the bounds does not keep the others from being simplified."""
    hard = exclusive_or(atom(f"p{i}") for i in range(40))
    simplified = simplify(conjunction([hard, parse("(a & b) | (a & c)"), parse("d | (d & e)")]))
    assert str(simplified) == "a & d & (b | c) & (" + " ^ ".join(f"p{i}" for i in range(40)) + ")"


@pytest.mark.parametrize(
    "f",
    [
        conjunction(clauses(60, 150, 1)),
        conjunction(clauses(300, 5000, 1)),
        hidden_weighted_bit(12),
        conjunction(iff(atom(f"p{i}"), atom(f"p{(7 * i) % 3001}")) for i in range(3000)),
        disjunction(atom(f"p{i}") for i in range(50_000)),
    ],
    ids=["clauses", "many clauses", "hidden weighted bit", "equivalences", "one clause"],
)
def test_a_deadline_is_honoured(f):
    """Whatever it is doing, simplification stops in time; what it returns is a formula over the same atoms."""
    start = time.monotonic()
    simplified = simplify(f, deadline=start + 0.1)
    assert time.monotonic() - start < 3
    assert simplified.atoms() <= f.atoms()


def test_a_deadline_in_the_past_changes_nothing():
    """The formula comes back as it is."""
    f = parse("p & p & (q | ~q)")
    assert simplify(f, deadline=time.monotonic() - 1) is f


def test_a_check_may_end_it():
    """What the check raises reaches the caller, so a computation can be cancelled."""

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simplify(conjunction(clauses(30, 60, 0)), check=stop)
    with pytest.raises(KeyboardInterrupt):
        canonical(conjunction(clauses(30, 60, 0)), check=stop)


@pytest.mark.parametrize("atoms", [5, 50_001])
@pytest.mark.parametrize("leftwards", [True, False])
def test_deep_formulas(atoms, leftwards):
    """Fifty thousand nested implications do not overflow any stack."""
    arrow = implies(TRUE, TRUE).code[-1]
    names = [f"p{i % atoms}" for i in range(50_001)]
    code = [names[0], *(token for name in names[1:] for token in (name, arrow))] if leftwards else names + [arrow] * 50_000
    f = Formula(tuple(code))
    g = simplify(f)
    if atoms == 5:
        columns = truth_columns(sorted_atoms(f.atoms()))
        assert truth_table(f, *columns) == truth_table(g, *columns)
    assert g.atoms() <= f.atoms()


def test_a_hundred_thousand_negations():
    """An even number of them is none."""
    assert simplify(Formula(("p", *negation(TRUE).code[-1:] * 100_000))) == atom("p")
