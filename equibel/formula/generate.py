"""Random formulas, for experiments and tests."""

from __future__ import annotations

import random

from equibel.formula.build import Builder
from equibel.formula.postfix import AND, IFF, IMPLIES, NOT, OR
from equibel.formula.syntax import Formula
from equibel.options import check_count, wrong_option
from equibel.plain import as_integer

_MOST = 1_000_000  # connectives


def random_formula(num_atoms: int = 3, num_connectives: int = 3, *, seed: int | random.Random | None = None) -> Formula:
    """A random formula over the atoms ``x1``, ``x2``, …

    The formula begins as an atom.  Then, once for each connective, it is negated, or joined with a random atom on its right
    by ``&``, ``|``, ``->`` or ``=``, all with equal probability.  This is the generator of the version of 2016.

    Parameters
    ----------
    num_atoms : int
        The number of atoms to choose from, at least 1.
    num_connectives : int
        The number of connectives, at least 0.
    seed : int or random.Random, optional
        The same seed gives the same formula.

    Raises
    ------
    OptionError
        When a number is not an integer, too small or above a million, or ``seed`` is neither an integer nor a
        ``random.Random``.

    Examples
    --------
    >>> str(random_formula(3, 4, seed=7)) == str(random_formula(3, 4, seed=7))
    True
    """
    num_atoms = check_count("num_atoms", num_atoms, 1)
    num_connectives = check_count("num_connectives", num_connectives)
    if num_connectives > _MOST:
        raise wrong_option("num_connectives", num_connectives, f"at most {_MOST}")
    chance = _chance(seed)
    builder = Builder()

    def add_atom() -> None:
        builder.atom(f"x{chance.randint(1, num_atoms)}")

    add_atom()
    for _ in range(num_connectives):
        kind = chance.choice([AND, OR, IMPLIES, IFF, NOT])
        if kind == NOT:
            builder.apply(NOT, 1)
        else:
            add_atom()
            builder.apply(kind, 2)
    return builder.formula()


def _chance(seed: object) -> random.Random:
    if isinstance(seed, random.Random):
        return seed
    number = as_integer(seed)
    if seed is None or number is not None:
        return random.Random(number)
    raise wrong_option("seed", seed, "an integer or a random.Random")
