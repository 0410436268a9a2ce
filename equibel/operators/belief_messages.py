"""Messages about what nodes believe: small numbers, and each different belief once.

Two sides number beliefs in their own ways.  A message refers to a belief by its number at the driver, when both sides know
that, and otherwise spells it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from equibel.solving.belief_parts import WrittenBelief
from equibel.solving.star_tables import Integers

_SPARSE = 3  # as many numbers of all nodes take less room than those of the changed ones with their positions


class Told(NamedTuple):
    """What some nodes believe.

    Attributes
    ----------
    where : array or None
        The positions of the nodes in a list that both sides have; ``None``: all of them.
    which : array
        For each node, which of ``beliefs`` it has.
    beliefs : sequence
        Numbers of beliefs, or beliefs that are spelled out.
    """

    where: NDArray[Any] | None
    which: NDArray[Any]
    beliefs: Sequence[int | WrittenBelief]

    def read(self, number: Callable[[Any], int]) -> Integers:
        """The number of what each node believes, when ``number`` says it of each different belief."""
        found: Integers = np.array([number(belief) for belief in self.beliefs], np.int64)[self.which]
        return found


def tell(numbers: Integers, changed: NDArray[np.bool_] | None, name: Callable[[int], int | WrittenBelief]) -> Told:
    """What nodes believe, at least those that have changed, by their numbers of beliefs; ``name`` says how to call them."""
    where = None
    if changed is not None:
        at = np.flatnonzero(changed)
        if len(at) * _SPARSE < len(changed):
            numbers, where = numbers[at], narrow(at)
    different, which = np.unique(numbers, return_inverse=True)
    return Told(where, narrow(which.reshape(-1)), [name(number) for number in different.tolist()])


def narrow(numbers: Integers) -> NDArray[Any]:
    """The same numbers, which are not negative, in as few bytes as each of them needs."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
