"""Formulas with given models."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equibel.formula import FALSE, TRUE, depth, formula_of_models, parse, to_sympy, truth_columns, truth_table
from equibel.formula import models_tree as tree

NAMES = [f"x{i}" for i in range(6)]


def models(formula, names=NAMES):
    columns, full = truth_columns(names)
    table = truth_table(formula, columns, full)
    return {row for row in range(1 << len(names)) if table >> row & 1}


@pytest.mark.parametrize("deepest", [0, 1, 20])
@given(rows=st.lists(st.integers(0, 63), max_size=40))
def test_it_has_these_models(deepest, rows):
    """Whatever the models, in whatever order and however often they come, and however deep the formula may be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "_DEEPEST", deepest)
        assert models(formula_of_models(NAMES, rows)) == set(rows)
        assert models(formula_of_models(NAMES, iter(rows[::-1]))) == set(rows)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([0b00, 0b01, 0b10, 0b11], "True"),
        ([], "False"),
        ([0b01], "p & ~q"),
        ([0b01, 0b11], "p"),
        ([0b01, 0b10], "(~p & q) | (p & ~q)"),
    ],
)
def test_nothing_is_said_that_need_not_be(rows, text):
    """All assignments are no restriction, and an atom that takes both values beside all others is not mentioned."""
    assert str(formula_of_models(["p", "q"], rows)) == text


def test_no_atoms():
    """Over no atoms there is one assignment, the empty one."""
    assert formula_of_models([], [0]) == TRUE
    assert formula_of_models([], []) == FALSE


def test_what_models_have_in_common_is_said_once():
    """The formula is far shorter than a list of the models."""
    names = [f"x{i}" for i in range(30)]
    common = 0b1010101010 << 20
    formula = formula_of_models(names, [common | row for row in range(0, 1 << 20, 4096)])
    assert len(formula) < 60


def test_many_models_make_no_deep_formula():
    """Neither writing nor reading the formula, nor sympy, meets a limit of recursion."""
    names = [f"x{i}" for i in range(200)]
    formula = formula_of_models(names, [(1 << i) - 1 for i in range(201)])
    assert depth(formula) < 60
    assert parse(str(formula)) == formula
    assert str(to_sympy(formula))
