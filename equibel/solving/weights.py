"""Weights of comparisons, in whole numbers: how much an agreement counts when EQ sets are compared by size.

Agreement on p along the edge {x, y} counts ``trust(x, y) * (w(x, p) + w(y, p)) / 2``.  Only the order of sums matters, and
sums of different levels are never compared, so that on every level of a group all weights may be multiplied by what makes
them whole, and divided by what they have in common: nothing is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from equibel.errors import OptionError
from equibel.solving.problem import Problem

GREATEST = 2**31 - 1  # that clingo can count with


class Weights:
    """The weights of a problem's comparisons."""

    def __init__(self, problem: Problem) -> None:
        self._trust = problem.trust
        self._expertise = {(node, name): weight for node, name, weight in problem.expertise}
        self.matter = bool(self._trust or self._expertise)

    def of(self, edge: int, x: int, y: int, name: str) -> Fraction:
        """Twice the weight of an agreement on an atom along an edge, given by its number and its ends."""
        trust = self._trust[edge] if self._trust else 1
        return Fraction(trust * (self._expertise.get((x, name), 1) + self._expertise.get((y, name), 1)))


def whole(weights: Sequence[Fraction], levels: Sequence[int]) -> list[int]:
    """Positive weights as the least whole numbers in the same proportions, level by level; none at all if all are equal.

    >>> whole([Fraction(1, 2), Fraction(3), Fraction(5)], [0, 0, 1]), whole([Fraction(1, 2), Fraction(1, 2)], [0, 0])
    ([1, 6, 1], [])
    """
    unit: dict[int, Fraction] = {}
    for weight, level in zip(weights, levels, strict=True):
        other = unit.get(level, weight)  # the greatest fraction of which both are multiples
        common = math.lcm(weight.denominator, other.denominator)
        unit[level] = Fraction(math.gcd(int(weight * common), int(other * common)), common)
    numbers = [int(weight / unit[level]) for weight, level in zip(weights, levels, strict=True)]
    return numbers if any(number != 1 for number in numbers) else []


def countable(weights: Sequence[int]) -> Sequence[int]:
    """The same weights; raises `OptionError` when they are too far apart, or too finely graded, for the solver."""
    if weights and max(weights) > GREATEST:
        expected = f"weights that are whole multiples, up to {GREATEST}, of one number; round them to fewer digits"
        raise OptionError(
            f"in the proportions of the weights there is a number of {len(str(max(weights)))} digits; expected {expected}",
            option="weights",
            value=max(weights),
            expected=expected,
        )
    return weights
