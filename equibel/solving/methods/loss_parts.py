"""Parts of a group that is solved with losses: what they lose, and what copies of a node are in the best cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from equibel.solving.limits import Limits
from equibel.solving.methods.least_sums import LeastSums
from equibel.solving.methods.residual import Literal, Residual


class UnsettledError(Exception):
    """It is not found out what is lost: too much around these ``copies``."""

    def __init__(self, copies: Iterable[int]) -> None:
        super().__init__()
        self.copies = set(copies)


class Part(NamedTuple):
    """A part whose least sums are known."""

    sums: LeastSums
    number: dict[int, int]
    least: int

    def values(self, copies: list[int]) -> list[int]:
        """The values of some copies of a node."""
        return self.sums.best([self.number[i] for i in copies])


class Closed(NamedTuple):
    """A part that consists of implications: what reaches what in the residual graph."""

    component: dict[Literal, int]
    reached: list[int]
    least: int = 0

    @classmethod
    def of(cls, residual: Residual, copies: list[int], most: int, limits: Limits) -> Closed | None:
        """``None`` when the implications contradict one another."""
        if len(copies) > most:
            raise UnsettledError(copies)
        component, reached = residual.network.closures([v for i in copies for v in (2 * i, 2 * i + 1)], limits)
        if any(component[2 * i] == component[2 * i + 1] for i in copies):
            return None
        return cls(component, reached)

    def values(self, copies: list[int]) -> list[int]:
        """The values of some copies of a node: no literal's opposite is reached by it or another one."""
        found = []
        for number in range(1 << len(copies)):
            literals = [2 * i + 1 - (number >> n & 1) for n, i in enumerate(copies)]
            if not any(self._reach(one, other ^ 1) for one in literals for other in literals):
                found.append(number)
        return found

    def _reach(self, one: Literal, other: Literal) -> bool:
        return bool(self.reached[self.component[one]] >> self.component[other] & 1)


def contradicting(residual: Residual, copies: list[int], limits: Limits) -> set[int]:
    """The copies that can have neither value without a loss, or all of them when each can by itself."""
    component, _ = residual.network.closures([v for i in copies for v in (2 * i, 2 * i + 1)], limits)
    return {i for i in copies if component[2 * i] == component[2 * i + 1]} or set(copies)


class Sum:
    """Terms as costs of one or two numbered copies."""

    def __init__(self, number: Mapping[int, int], decided: Mapping[int, int]) -> None:
        self._number = number
        self._decided = decided
        self._one: dict[int, list[int]] = {}
        self._two: dict[tuple[int, int], list[int]] = {}

    def lose(self, i: int, value: int, head: Literal, loss: int) -> None:
        """Add a term of a copy, unless it is that of the other one, which has a lower number, as well."""
        j = head >> 1
        n, m = self._number[i], self._number.get(j)
        if m is None:
            if self._decided.get(j, head & 1) == head & 1:  # the sink is false anyway
                self._one.setdefault(n, [0, 0])[value] += loss
        elif n < m:
            self._two.setdefault((n, m), [0] * 4)[value + 2 * (head & 1)] += loss

    def sums(self, scale: int) -> LeastSums:
        """The costs, multiplied."""
        found = LeastSums(len(self._number))
        for n, costs in self._one.items():
            found.add([n], [scale * cost for cost in costs])
        for pair, costs in self._two.items():
            found.add(pair, [scale * cost for cost in costs])
        return found


def forbid(
    sums: LeastSums,
    residual: Residual,
    belief: int,
    number: Mapping[int, int],
    fixed: Mapping[int, int] | Sequence[int | None],
) -> None:
    """Forbid the values of numbered copies with which a belief is false; its other copies are fixed."""
    links = residual.links
    table = links.tables[belief]
    copies = [i for i in links.mentioned[belief] if i in number]
    for i in links.mentioned[belief]:
        if i not in number:
            value = fixed[i]
            assert value is not None
            table &= links.rows[i][value]
    forbidden = []
    for values in range(1 << len(copies)):
        rows = table
        for n, i in enumerate(copies):
            rows &= links.rows[i][values >> n & 1]
        forbidden.append(not rows)
    if any(forbidden):
        sums.forbid([number[i] for i in copies], forbidden)
