"""Least sums: which values variables have where a sum of costs is least, found by eliminating the variables one by one.

Each cost depends on a few variables, which are true or false; it is a table of whole numbers.  The *bag* of a variable has
the variable and those not yet eliminated that share a cost with it; from then on these share one, the least sum over the
variable's two values, which goes to the bag of the one that is eliminated next.  So the bags form trees.  Passing on
what is least from the leaves to the roots and back tells every bag the least sum for each value of its variables.
The work grows with 2 to the size of the largest bag, and linearly with the number of bags.

A reference: Dechter, *Bucket elimination: a unifying framework for reasoning* (Artificial Intelligence 1999).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equibel.solving.limits import Limits
from equibel.solving.methods.bags import Bag, bags, parent

Table: TypeAlias = NDArray[np.int64]  # an axis for each variable of a bag, in its order
_MOST = 1 << 62  # what sums may not reach


class TooWideError(Exception):
    """There is no order of elimination whose tables are small enough."""


class LeastSums:
    """Costs of variables 0 … size - 1, and what is least.

    >>> sums = LeastSums(2)
    >>> sums.add([0], [0, 3])
    >>> sums.add([0, 1], [0, 1, 1, 0])
    >>> sums.forbid([1], [True, False])
    >>> sums.eliminate([[0, 1]], widest=4, entries=100, limits=Limits())
    >>> sums.least, sums.best([0, 1])
    (1, [2])
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._costs: list[tuple[Sequence[int], Sequence[int]]] = []
        self._forbidden: list[tuple[Sequence[int], Sequence[bool]]] = []
        self._bags: dict[int, Bag] = {}
        self._sums: dict[int, Table] = {}  # for each bag the least sum of its tree
        self._least: dict[int, int] = {}  # for each bag the least of these

    def add(self, variables: Sequence[int], costs: Sequence[int]) -> None:
        """Add a cost that is not negative; bit n of a position in ``costs`` is the value of the n-th variable."""
        self._costs.append((variables, costs))

    def forbid(self, variables: Sequence[int], forbidden: Sequence[bool]) -> None:
        """Forbid some values of a few variables, in the same order."""
        self._forbidden.append((variables, forbidden))

    def eliminate(self, together: Collection[Sequence[int]], widest: int, entries: int, limits: Limits) -> None:
        """Find the least sums.

        ``together`` has variables whose values are asked for at once.  Raises `TooWideError` when a bag has more than
        ``widest`` variables, when all tables have more than ``entries`` entries, and when sums are too large.
        """
        endless = 1 + sum(max(costs) for _, costs in self._costs)
        if endless * (len(self._forbidden) + 1) >= _MOST:
            raise TooWideError
        linked = [*(variables for variables, _ in (*self._costs, *self._forbidden)), *together]
        found = bags(self._size, linked, widest, limits.check)
        if found is None:
            raise TooWideError
        self._bags = found
        if sum(1 << len(bag) for bag in self._bags.values()) > entries:
            raise TooWideError
        self._turn = {i: number for number, i in enumerate(self._bags)}
        tables = {i: np.zeros((2,) * len(bag), np.int64) for i, bag in self._bags.items()}
        for variables, costs in itertools.chain(
            self._costs, ((v, [endless * bad for bad in forbidden]) for v, forbidden in self._forbidden)
        ):
            home = self._home(variables)
            tables[home] += _placed(variables, costs, self._bags[home])
        self._pass(tables, endless, limits)

    @property
    def least(self) -> int | None:
        """The least sum, ``None`` when all values are forbidden."""
        if any(least >= self._endless for least in self._least.values()):
            return None
        return sum(self._least[i] for i, bag in self._bags.items() if len(bag) == 1)

    def best(self, variables: Sequence[int]) -> list[int]:
        """The values of some variables in the best cases, as numbers; the variables share a cost, or are asked together."""
        home = self._home(variables)
        bag = self._bags[home]
        others = tuple(n for n, i in enumerate(bag) if i not in variables)
        possible = np.any(self._sums[home] == self._least[home], axis=others)
        axes = [i for i in bag if i in variables]
        return sorted(
            sum(int(row[axes.index(i)]) << n for n, i in enumerate(variables)) for row in np.argwhere(possible).tolist()
        )

    def example(self) -> list[int]:
        """The values of all variables in one of the best cases."""
        values = [0] * self._size
        for i in reversed(self._bags):
            *others, _ = self._bags[i]
            false, true = self._sums[i][tuple(values[j] for j in others)]
            values[i] = int(true < false)
        return values

    def _home(self, variables: Iterable[int]) -> int:
        return min(variables, key=self._turn.__getitem__)

    def _pass(self, tables: dict[int, Table], endless: int, limits: Limits) -> None:
        """Pass what is least from bag to bag, up and down."""
        self._endless = endless
        up: dict[int, Table] = {}
        for i in limits.over(self._bags):
            up[i] = tables[i].min(axis=-1)
            for above in parent(self._bags[i]):
                tables[above] += _spread(up[i], self._bags[i][:-1], self._bags[above])
        for i in limits.over(reversed(self._bags)):
            bag = self._bags[i]
            for above in parent(bag):
                others = tables[above] - _spread(up[i], bag[:-1], self._bags[above])
                known = set(bag)
                leaving = tuple(n for n, j in enumerate(self._bags[above]) if j not in known)
                tables[i] += others.min(axis=leaving)[..., np.newaxis]
            self._least[i] = int(tables[i].min())
        self._sums = tables


def _placed(variables: Sequence[int], costs: Sequence[int], bag: Bag) -> Table:
    """The costs, with the axes of a bag."""
    table = np.array(costs, np.int64).reshape((2,) * len(variables))  # the last variable comes first
    axes = {i: len(variables) - 1 - n for n, i in enumerate(variables)}
    ordered = [i for i in bag if i in axes]
    return _spread(table.transpose([axes[i] for i in ordered]), ordered, bag)


def _spread(table: Table, variables: Collection[int], bag: Bag) -> Table:
    """A table over some variables of a bag, in its order, with an axis of length 1 for each of the others."""
    return table.reshape([2 if i in variables else 1 for i in bag])
