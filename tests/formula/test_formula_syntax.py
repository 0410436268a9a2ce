"""Formulas as values: construction, parts, evaluation, order of atoms."""

import itertools

import pytest
from formula_values import ATOMS, count_models, formulas, meaning
from hypothesis import given
from hypothesis import strategies as st

from equibel.errors import NotAFormulaError
from equibel.formula import (
    FALSE,
    TRUE,
    atom,
    conjunction,
    conjuncts,
    depth,
    disjunction,
    exclusive_or,
    fold,
    holds,
    iff,
    implies,
    literal,
    negation,
    operands,
    parse,
    sorted_atoms,
    translate,
)


def combine(kind, values):
    """One connective, by its definition."""
    match kind:
        case "not":
            return not values[0]
        case "and":
            return all(values)
        case "or":
            return any(values)
        case "xor":
            return sum(values) % 2 == 1
        case "implies":
            return not values[0] or values[1]
        case "iff":
            return values[0] == values[1]
    return kind == "true"


@given(formulas())
def test_truth_table(formula):
    """Row by row, the truth table is the value under that row's assignment, and `holds` agrees."""
    atoms = sorted(formula.atoms())
    rows = itertools.product([False, True], repeat=len(atoms))
    table = meaning(formula, atoms)
    for values in rows:
        assignment = dict(zip(atoms, values, strict=True))
        row = sum(1 << i for i, value in enumerate(values) if value)
        expected = fold(formula, assignment.__getitem__, combine)
        assert holds(formula, assignment) == bool(table >> row & 1) == expected


@given(formulas())
def test_operands(formula):
    """A formula is its outermost connective applied to its operands."""
    builders = {"and": conjunction, "or": disjunction, "xor": exclusive_or}
    parts = operands(formula)
    match formula.kind:
        case "atom" | "true" | "false":
            assert parts == []
        case "not":
            assert negation(*parts) == formula
        case "implies":
            assert implies(*parts) == formula
        case "iff":
            assert iff(*parts) == formula
        case kind:
            assert builders[kind](parts) == formula
    assert depth(formula) == (1 + max(map(depth, parts), default=-1) if formula.kind != "atom" else 0)


@given(formulas())
def test_conjuncts(formula):
    """The conjunction of the conjuncts is the formula."""
    assert conjunction(conjuncts(formula)) == formula


@given(formulas(), st.dictionaries(st.sampled_from(ATOMS), st.tuples(st.sampled_from(ATOMS), st.booleans())))
def test_translate(formula, images):
    """A translated formula holds where the formula holds with the images' values for its atoms."""
    translated = translate(formula, {name: literal(*image) for name, image in images.items()})
    for row in range(0, 1 << len(ATOMS), 5):
        values = {name: bool(row >> i & 1) for i, name in enumerate(ATOMS)}
        seen = {name: values[images[name][0]] == images[name][1] if name in images else values[name] for name in ATOMS}
        assert holds(translated, values) == holds(formula, seen)


def test_values():
    """Formulas are compared by spelling, and hash accordingly."""
    assert len({parse("p & q"), parse("(p&q)"), conjunction([atom("p"), atom("q")]), parse("q & p")}) == 2
    assert parse("p") != "p"


def test_empty_and_single():
    """Nothing joined is the neutral constant, and one formula joined is itself."""
    assert (conjunction([]), disjunction([]), exclusive_or([])) == (TRUE, FALSE, FALSE)
    for join, text in itertools.product([conjunction, disjunction, exclusive_or], ["p", "p & q", "p | q", "p ^ q"]):
        assert join([parse(text)]) == parse(text)


@pytest.mark.parametrize("name", ["", "1a", "a b", "True", "False", "p'", "é", "p\n", "~p"])
def test_bad_atoms(name):
    """A name that does not read as an atom is refused."""
    with pytest.raises(NotAFormulaError, match="cannot be an atom"):
        atom(name)


def test_natural_order():
    """Numbers in names are compared as numbers."""
    names = ["x1", "x2", "x10", "x10a", "y", "y1", "y01"]
    assert sorted_atoms(reversed(names)) == sorted_atoms(names)
    assert sorted_atoms(["x10", "x2", "x1", "b", "10", "9"]) == ["9", "10", "b", "x1", "x2", "x10"]


def test_count():
    """Truth tables count models: 3 of 4 assignments satisfy an implication."""
    assert count_models(parse("p -> q")) == 3
