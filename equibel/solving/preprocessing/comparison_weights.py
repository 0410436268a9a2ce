"""Weights of comparisons, in whole numbers: how much an agreement counts when EQ sets are compared by size.

Agreement on p along the edge {x, y} counts ``trust(x, y) * (w(x, p) + w(y, p)) / 2``.  Only the order of sums matters, and
sums of different levels are never compared.  So on every level of a group all weights are multiplied by their common
denominator, and divided by their common divisor; nothing is rounded.  Clingo adds up small sums.  Those of real-valued
weights soon have more than its 31 bits, and are found by `equibel.solving.methods.cores`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from equibel.errors import OptionError
from equibel.solving.problem import Problem

_MOST_BITS = 2**31  # of all weights of a group


class ComparisonWeights:
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

    Raises `OptionError` when the numbers would fill the memory, which takes thousands of long fractions.

    >>> whole([Fraction(1, 2), Fraction(3), Fraction(5)], [0, 0, 1]), whole([Fraction(1, 2), Fraction(1, 2)], [0, 0])
    ([1, 6, 1], [])
    """
    denominators: dict[int, int] = {}
    for weight, level in zip(weights, levels, strict=True):
        denominators[level] = math.lcm(denominators.get(level, 1), weight.denominator)
        _require_room(denominators[level], len(weights))
    scaled = [
        weight.numerator * (denominators[level] // weight.denominator) for weight, level in zip(weights, levels, strict=True)
    ]
    common: dict[int, int] = {}
    for number, level in zip(scaled, levels, strict=True):
        common[level] = math.gcd(common.get(level, 0), number)
    numbers = [number // common[level] for number, level in zip(scaled, levels, strict=True)]
    return numbers if any(number != 1 for number in numbers) else []


def _require_room(denominator: int, count: int) -> None:
    if denominator.bit_length() * count > _MOST_BITS:
        expected = "fractions with smaller denominators, or decimal numbers"
        raise OptionError(
            f"as whole numbers in the same proportions, {count} weights of agreements that are decided together would have "
            f"{denominator.bit_length()} bits each, more than {_MOST_BITS} in all; expected {expected}",
            option="weights",
            value=denominator,
            expected=expected,
        )
