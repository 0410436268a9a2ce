"""Atoms that are called as constants are elsewhere."""

import warnings

import pytest
import sympy

from equibel import EquibelGraph, revise
from equibel.errors import EquibelWarning
from equibel.formula import as_formula, constants_note, numbers_note, parse


@pytest.mark.parametrize("name", ["true", "false", "TRUE", "tRUE", "T", "F"])
def test_words_for_truth_values_are_noted(name):
    """``revise("p -> false", "p")`` gave ``false & p`` without a word: `false` is an atom, and `False` the constant."""
    text = f"p -> {name}"
    with pytest.warns(EquibelWarning, match=f"^'{name}' is read as an atom; the constants are True and False$") as caught:
        assert as_formula(text) == parse(text)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("text", ["True | p", "p & ~False", "0 & ~1", "1 & p", "12 & p", "t & f", "Truth", "T1 & p0"])
def test_other_names_are_not_noted(text):
    """Constants, numbers, and names that only contain such a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert as_formula(text) == parse(text)


def test_objects_of_sympy_are_not_noted():
    """Whoever builds an atom as an object has said that it is one."""
    assert str(as_formula(sympy.Symbol("true") & sympy.Symbol("T"))) == "T & true"


def test_everything_that_takes_text():
    """Formulas of nodes, constraints, questions and belief bases."""
    graph = EquibelGraph([(1, 2)])
    for take in (
        lambda: graph.add_formula(1, "p -> false"),
        lambda: graph.set_formulas(1, ["p -> false", "q"]),
        lambda: graph.add_constraint("p -> false"),
        lambda: graph.entails(1, "false"),
        lambda: revise("p -> false", "p"),
        lambda: revise("p", "q", entailment="false | q"),
    ):
        with pytest.warns(EquibelWarning, match="'false' is read as an atom"):
            take()


def test_several_are_told_in_one_sentence():
    """In natural order."""
    assert constants_note(["p", "true", "F"]) == "'F' and 'true' are read as atoms; the constants are True and False"


@pytest.mark.parametrize(
    ("atoms", "told"),
    [("p 0", "0"), ("p 1", "1"), ("T 0", "0"), ("0 1", ""), ("p 1 2", ""), ("p", ""), ("p 00 x1", ""), ("", "")],
)
def test_numbers_among_words(atoms, told):
    """0 and 1 are legal atoms, and remain ones; beside other names they look like truth values."""
    note = numbers_note(set(atoms.split()))
    assert note == (f"'{told}' is read as an atom; the constants are True and False" if told else "")
