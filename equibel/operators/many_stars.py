"""Stars in arrays, as many as a network has: each different one is completed once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from equibel.solving.belief_parts import BeliefParts, selected
from equibel.solving.star_tables import Integers


class Stars(NamedTuple):
    """Stars over one component of linked atoms each, and with some leaves.

    Attributes
    ----------
    centers : array of n integers
        The part that each centre believes.
    begins : array of n + 1 integers
        Where the factors begin that the leaves of each star have, in ascending order.
    factors, times : arrays
        A factor, and how many leaves have it.
    """

    centers: Integers
    begins: Integers
    factors: Integers
    times: Integers


class ManyStars:
    """Completes stars; those over large components are completed in an executor if there is one."""

    def __init__(self, parts: BeliefParts, executor: Executor | None) -> None:
        self._parts = parts
        self._executor = executor
        self._solved: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}  # large ones, by their numbers

    def complete(self, stars: Stars, tell: Callable[[Integers], None]) -> Integers:
        """The parts that the centres believe in the end; ``tell`` is told which stars are done, as they are."""
        parts, begins = self._parts, stars.begins
        first, which = different(same_rows(stars.centers, begins, stars.factors, stars.times))
        answers = np.empty(len(first), np.int64)
        done = parts.small()[parts.component_of_factors()[stars.factors[begins[first]]]]
        small = np.flatnonzero(done)
        if len(small):
            begin, at = selected(begins, first[small])
            answers[small] = parts.complete_small(stars.centers[first[small]], begin, stars.factors[at], stars.times[at])
        unsolved = {}
        for i in np.flatnonzero(~done).tolist():
            leaves = slice(begins[first[i]], begins[first[i] + 1])
            told = zip(stars.factors[leaves].tolist(), stars.times[leaves].tolist(), strict=True)
            star = int(stars.centers[first[i]]), tuple(told)
            if star in self._solved:
                answers[i], done[i] = self._solved[star], True
            else:
                unsolved[i] = star
        tell(np.flatnonzero(done[which]))
        if unsolved:
            order = np.argsort(which, kind="stable")
            ends = np.cumsum(np.bincount(which, minlength=len(first)))
            found = parts.complete_large(list(unsolved.values()), self._executor)
            for (i, star), answer in zip(unsolved.items(), found, strict=True):
                answers[i] = self._solved[star] = answer
                tell(order[ends[i - 1] if i else 0 : ends[i]])
        return answers[which]


def same_rows(heads: Integers, begins: Integers, items: Integers, counts: Integers) -> Integers:
    """A number for each row, the same for rows with the same head and the same entries.

    Numbers are given column by column, to what was the same so far together with the next entry.
    """
    _, entries = different(items * (int(counts.max(initial=0)) + 1) + counts)
    width = int(entries.max(initial=0)) + 1
    sizes = np.diff(begins)
    found = heads.copy()
    used = int(heads.max(initial=0)) + 1
    for column in range(int(sizes.max(initial=0))):
        longer = np.flatnonzero(sizes > column)
        first, number = different(found[longer] * width + entries[begins[longer] + column])
        found[longer] = used + number
        used += len(first)
    return found


def different(values: Integers) -> tuple[Integers, Integers]:
    """Where each different value is first; and for each value which of the different ones it is."""
    _, first, which = np.unique(values, return_index=True, return_inverse=True)
    return first, which.reshape(-1)
