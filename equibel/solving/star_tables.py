"""Many stars over the same few atoms at once: beliefs are truth tables, each in one machine word.

The argument is that of `equibel.solving.methods.star`, in arrays.  For each value of the centre, a leaf has some choices:
which of the competing values it stops, and which it helps.  Here each leaf has one factor, and mostly one choice.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from equibel.options import CARDINALITY
from equibel.solving.methods.star import Choice, least, maximal_choices, most_agreements

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]
_STATES = 1 << 20  # that are looked at together
_FEW = 1 << 12  # more states that are looked at before those are left out that are there twice
_BIT = np.left_shift(np.uint64(1), np.arange(64, dtype=np.uint64))


def complete(
    centers: Words, begins: Integers, leaves: Words, counts: Integers, size: int, optimum: str, check: Callable[[], None]
) -> Words:
    """What the centres of some stars believe when these are completed.

    Parameters
    ----------
    centers : array of n words
        What each centre believes: bit a is whether it can have the value a.
    begins : array of n + 1 integers
        Where the leaves of each star begin; each star has some.
    leaves, counts : arrays
        A leaf's truth table, as a word, and how many leaves of the star have it.
    size : int
        The number of atoms, at most 6.
    optimum : str
        Whether the agreements count as a set or are counted.
    check : callable
        Called every now and then; what it raises ends the work.
    """
    tables, which = np.unique(leaves, return_inverse=True)
    which = which.reshape(-1)
    found = np.zeros(len(centers), np.uint64)
    most = max(1, _STATES >> size)
    for first in range(0, len(centers), most):
        check()
        last = min(first + most, len(centers))
        part = slice(int(begins[first]), int(begins[last]))
        solve = _greatest if optimum == CARDINALITY else _unbeaten
        found[first:last] = solve(
            centers[first:last], begins[first : last + 1] - begins[first], which[part], counts[part], tables.tolist(), size
        )
    return found


def _greatest(
    centers: Words, begins: Integers, leaves: Integers, counts: Integers, tables: Sequence[int], size: int
) -> Words:
    """The values with the most agreements."""
    scores = np.array([most_agreements(table, size) for table in tables], np.int64)
    totals = np.add.reduceat(scores[leaves] * counts[:, None], begins[:-1], axis=0)
    possible = (centers[:, None] & _BIT[: 1 << size]) != 0
    totals[~possible] = -1
    best = (totals == totals.max(axis=1)[:, None]) @ _BIT[: 1 << size]
    found: Words = best.astype(np.uint64)
    return found


def _unbeaten(
    centers: Words, begins: Integers, leaves: Integers, counts: Integers, tables: Sequence[int], size: int
) -> Words:
    """The values for which the leaves have choices with which every competitor that is helped is stopped."""
    values = 1 << size
    most = int(counts.max()) + 1
    items, item = np.unique(leaves * most + counts, return_inverse=True)
    item = item.reshape(-1)
    options = [
        together for one in items.tolist() for together in _together(tables[one // most], one % most, size)
    ]  # for each item and value of the centre
    number = np.array([len(each) for each in options], np.int64)
    start = np.cumsum(number) - number
    stops, helps = (np.array([each[k] for each in itertools.chain(*options)], np.uint64) for k in (0, 1))
    star, value = np.nonzero((centers[:, None] & _BIT[:values]) != 0)
    stopped = np.zeros(len(star), np.uint64)
    helped = np.zeros(len(star), np.uint64)
    sizes = np.diff(begins)
    most_states = 2 * len(star) + _FEW  # with more, many are there several times: a star with many leaves has few states
    for column in range(int(sizes.max())):
        at = np.flatnonzero(sizes[star] > column)
        option = item[begins[star[at]] + column] * values + value[at]
        several = number[option] > 1
        one, first = at[~several], start[option[~several]]
        stopped[one] |= stops[first]
        helped[one] |= helps[first]
        more = number[option[several]] - 1
        copies = np.repeat(at[several], more)
        after = start[np.repeat(option[several], more)] + within(more) + 1
        new = stopped[copies] | stops[after], helped[copies] | helps[after]
        many, first = at[several], start[option[several]]
        stopped[many] |= stops[first]
        helped[many] |= helps[first]
        star, value = np.concatenate([star, star[copies]]), np.concatenate([value, value[copies]])
        stopped, helped = np.concatenate([stopped, new[0]]), np.concatenate([helped, new[1]])
        if len(star) > most_states:
            star, value, stopped, helped = _once(star, value, stopped, helped)
            most_states = 2 * len(star) + _FEW
    right = (helped & ~stopped & centers[star]) == 0
    found = np.zeros(len(centers), np.uint64)
    np.bitwise_or.at(found, star[right], _BIT[value[right]])
    return found


@functools.lru_cache(maxsize=4096)
def _together(table: int, count: int, size: int) -> tuple[tuple[Choice, ...], ...]:
    """For each value of the centre, what so many leaves with the same table can choose together."""
    found = []
    for choices in maximal_choices(table, size):
        united: set[Choice] = {(0, 0)}
        for _ in range(min(count, len(choices))):
            united = least({(stopped | s, helped | h) for stopped, helped in united for s, h in choices})
        found.append(tuple(sorted(united)))
    return tuple(found)


def within(sizes: Integers) -> Integers:
    """0, 1, … for each of some sizes."""
    ends = np.cumsum(sizes)
    found: Integers = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return found


def _once(star: Integers, value: Integers, stopped: Words, helped: Words) -> tuple[Integers, Integers, Words, Words]:
    """Each state once."""
    helped = helped & ~stopped
    order = np.lexsort((helped, stopped, value, star))
    rows = [each[order] for each in (star, value, stopped, helped)]
    new = np.ones(len(order), bool)
    new[1:] = np.any([each[1:] != each[:-1] for each in rows], axis=0)
    return star[order][new], value[order][new], stopped[order][new], helped[order][new]
