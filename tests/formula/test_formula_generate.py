"""Random formulas."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equibel.errors import OptionError
from equibel.formula import parse, random_formula


def connectives(formula):
    """The number of binary connectives and negations."""
    return sum(1 if token.arity == 1 else token.arity - 1 for token in formula.code if not isinstance(token, str))


@given(st.integers(1, 20), st.integers(0, 20), st.integers())
def test_numbers(atoms, count, seed):
    """There are as many connectives as asked for, over no more atoms than asked for."""
    formula = random_formula(atoms, count, seed=seed)
    assert connectives(formula) == count
    assert formula.atoms() <= {f"x{i}" for i in range(1, atoms + 1)}
    assert parse(str(formula)) == formula


def test_seed():
    """The same seed gives the same formula; a generator moves on."""
    assert random_formula(5, 50, seed=1) == random_formula(5, 50, seed=1)
    chance = random.Random(1)
    assert random_formula(5, 50, seed=chance) != random_formula(5, 50, seed=chance)


def test_variety():
    """Without a seed, formulas differ, and every connective and atom turns up."""
    found = {random_formula(num_atoms=4, num_connectives=40) for _ in range(10)}
    assert len(found) == 10
    assert {token.kind for f in found for token in f.code if not isinstance(token, str)} == {
        "and",
        "or",
        "not",
        "implies",
        "iff",
    }
    assert set.union(*(set(f.atoms()) for f in found)) == {"x1", "x2", "x3", "x4"}


def test_large():
    """Many connectives take linear time."""
    assert connectives(random_formula(10, 100_000, seed=0)) == 100_000


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"num_atoms": 0}, "num_atoms"),
        ({"num_atoms": "3"}, "num_atoms"),
        ({"num_connectives": -1}, "num_connectives"),
        ({"num_connectives": 1.5}, "num_connectives"),
        ({"seed": "x"}, "seed"),
        ({"seed": True}, "seed"),
    ],
)
def test_bad_options(options, name):
    """A bad number is refused by its name."""
    with pytest.raises(OptionError, match=f"^{name} is ") as caught:
        random_formula(**options)
    assert caught.value.option == name
