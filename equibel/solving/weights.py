"""Weights of comparisons, in whole numbers: how much an agreement counts when EQ sets are compared by size.

Agreement on p along the edge {x, y} counts ``trust(x, y) * (w(x, p) + w(y, p)) / 2``.  Only the order of sums matters, and
sums of different levels are never compared, so that on every level of a group all weights may be multiplied by what makes
them whole, and divided by what they have in common: nothing is rounded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from equibel.errors import OptionError
from equibel.solving.problem import Problem

GREATEST = 2**31 - 1  # to which clingo can count: larger sums wrap around without notice


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


def countable(weights: Sequence[int], levels: Sequence[int]) -> Sequence[int]:
    """The same weights; raises `OptionError` when they are too finely graded, or too many, for the solver to add up."""
    totals: Counter[int] = Counter()
    for weight, level in zip(weights, levels, strict=False):
        totals[level] += weight
    total = max(totals.values(), default=0)
    if total > GREATEST:
        expected = "weights with fewer digits; for instance, round them"
        raise OptionError(
            f"as whole numbers in the same proportions, the weights of the agreements that are decided together add up to "
            f"{_shown(total)}, more than the {GREATEST} that the solver can count to; expected {expected}",
            option="weights",
            value=total,
            expected=expected,
        )
    return weights


def _shown(number: int) -> str:
    """A number, by its size when it has many digits."""
    return str(number) if number < 10**20 else f"about 2^{number.bit_length()}"
