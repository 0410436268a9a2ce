"""Stars in arrays, as many as a network has: each different one is completed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from equibel.operators.run import Run
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
    """Completes stars; those over large components are completed in an executor if there is one.

    Large stars are remembered, and so are all others where few are different: then looking them up takes less time than
    calling NumPy.
    """

    def __init__(self, parts: BeliefParts, run: Run) -> None:
        self._parts = parts
        self._run = run
        self._solved: dict[tuple[int, bytes, bytes], int] = {}

    def complete(self, stars: Stars, tell: Callable[[Integers], None]) -> Integers:
        """The parts that the centres believe in the end; ``tell`` is told which stars are done, as they are."""
        parts, begins = self._parts, stars.begins
        first, which = different(same_rows(stars.centers, begins, stars.factors, stars.times))
        centers = stars.centers[first]
        leaves = [slice(*ends) for ends in np.stack([begins[first], begins[first + 1]]).T.tolist()]
        answers = np.empty(len(first), np.int64)
        small = parts.small()[parts.component_of_factors()[stars.factors[begins[first]]]]
        few = len(first) <= self._run.request.plan.few_stars
        keys = {
            i: (int(centers[i]), stars.factors[leaves[i]].tobytes(), stars.times[leaves[i]].tobytes())
            for i in (range(len(first)) if few else np.flatnonzero(~small).tolist())
        }
        solved = np.zeros(len(first), bool)
        for i, key in keys.items():
            if key in self._solved:
                answers[i], solved[i] = self._solved[key], True
        now = np.flatnonzero(small & ~solved)
        if len(now):
            begin, at = selected(begins, first[now])
            answers[now] = parts.complete_small(centers[now], begin, stars.factors[at], stars.times[at])
        tell(np.flatnonzero((small | solved)[which]))
        large = np.flatnonzero(~(small | solved)).tolist()
        if large:
            order = np.argsort(which, kind="stable")
            ends = np.cumsum(np.bincount(which))
            written = [
                (int(centers[i]), zip(stars.factors[leaves[i]].tolist(), stars.times[leaves[i]].tolist(), strict=True))
                for i in large
            ]
            for i, answer in zip(large, parts.complete_large(written, self._run.executor), strict=True):
                answers[i] = answer
                tell(order[ends[i - 1] if i else 0 : ends[i]])
        self._solved.update((key, int(answers[i])) for i, key in keys.items())
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
