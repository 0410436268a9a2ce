"""A part of a network with its halo, as a worker of a cluster keeps it.

The *halo* are the neighbours that other parts have.  The nodes of the part have the numbers from 0 on, and those of the
halo the numbers after them.  A step makes a new part, which shares all that stays the same; so Dask can repeat it.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import os
import pickle
import sys
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equibel.operators.belief_messages import Told, tell
from equibel.operators.many_stars import ManyStars
from equibel.operators.run import Run
from equibel.operators.simple_rounds import SimpleRounds
from equibel.solving import Limits, Statistics
from equibel.solving.belief_parts import BeliefParts, WrittenBelief, positions
from equibel.solving.star_tables import Integers

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as malloc.h numbers them


class Start(NamedTuple):
    """What a part is made of: how many neighbours each of its nodes has, and all of them; and what everyone believes."""

    sizes: NDArray[np.integer]
    neighbours: NDArray[np.integer]
    told: Told
    new: list[tuple[int, WrittenBelief]]


class News(NamedTuple):
    """What a part is told before a step: what has changed in the halo, and the beliefs whose numbers it does not know."""

    limits: Limits
    told: Told
    new: list[tuple[int, WrittenBelief]]


class Report(NamedTuple):
    """What a part tells after a step.

    Attributes
    ----------
    told : Told
        What nodes believe that are in the halo of other parts, at least those that have changed.
    stale : bool
        Whether the next step changes something even without news.
    changes : bool
        Whether this step has changed what some node believes, and not only how it is written.
    statistics : Statistics
        The cost of the step.
    """

    told: Told
    stale: bool
    changes: bool
    statistics: Statistics


class NetworkPart(SimpleRounds):
    """A part of a network, as it is after some steps.

    Parameters
    ----------
    vocabulary : BeliefParts
        The components of linked atoms in the whole network.
    run : Run
        The options.
    message : bytes
        A pickled `Start`.
    """

    def __init__(self, vocabulary: BeliefParts, run: Run, message: bytes) -> None:
        start: Start = pickle.loads(message)
        self._run = run
        self._parts = vocabulary.empty()
        self._stars = ManyStars(self._parts, run)
        self._here: dict[int, int] = {}  # the number here of a number of the driver
        self._there: dict[int, int] = {}
        sizes, columns = start.sizes.astype(np.int64), start.neighbours.astype(np.int64)
        self._size = own = len(sizes)
        rows = np.repeat(np.arange(own), sizes)
        outward = columns >= own
        self._seen = np.unique(rows[outward])  # the nodes that are in the halo of other parts
        back = np.argsort(columns[outward], kind="stable")
        halo = np.bincount(columns[outward] - own)
        self._begins = np.concatenate([[0], np.cumsum(sizes), sizes.sum() + np.cumsum(halo)])
        self._neighbours = np.concatenate([columns, rows[outward][back]])
        self._learn(start.new)
        self._numbers = self._before = start.told.read(self._here.__getitem__)
        self._due = (np.arange(len(self._numbers)) < own) & (np.diff(self._begins) > 0)
        self.report = b""

    def __sizeof__(self) -> int:
        """What Dask has to know, which prefers to move parts that are small."""
        return sum(sys.getsizeof(array) for array in (self._begins, self._neighbours, self._numbers, self._before))

    def after(self, message: bytes) -> NetworkPart:
        """The part after one more step; the message is pickled `News`."""
        news: News = pickle.loads(message)
        part = copy.copy(self)
        part._run = replace(self._run, limits=news.limits)
        part._parts.limit(news.limits)
        part._learn(news.new)
        part._hear(news.told)
        part._step()
        return part

    def everything(self, *, before: bool) -> bytes:
        """What all nodes of the part believe, or believed before the last step, as pickled `Told`."""
        return pickle.dumps(
            self._tell((self._before if before else self._numbers)[: self._size], None), pickle.HIGHEST_PROTOCOL
        )

    def _learn(self, new: list[tuple[int, WrittenBelief]]) -> None:
        for number, written in new:
            here = self._here[number] = self._parts.read(written)
            self._there.setdefault(here, number)

    def _hear(self, told: Told) -> None:
        """Take in what the halo believes now."""
        numbers = self._numbers.copy()
        where = slice(self._size, None) if told.where is None else self._size + told.where.astype(np.int64)
        numbers[where] = told.read(self._here.__getitem__)
        news = np.flatnonzero(numbers != self._numbers)
        self._numbers, self._due = numbers, self._due.copy()
        self._due[self._neighbours[positions(self._begins, news)]] = True

    def _step(self) -> None:
        """Give every node of the part its new belief, and write the report."""
        stale = np.flatnonzero(self._due[: self._size])
        numbers = self._numbers.copy()
        numbers[stale] = self._updated(stale, lambda known: self._run.limits.check())
        self._before, self._numbers = self._numbers, numbers
        changed = self._before != numbers
        self._due = changed.copy()
        self._due[self._neighbours[positions(self._begins, np.flatnonzero(changed))]] = True
        self._due[self._size :] = False
        told = self._tell(numbers[self._seen], changed[self._seen])
        changes = self.changed()
        report = Report(told, bool(self._due.any()), changes, self._run.limits.statistics.take())
        self.report = pickle.dumps(report, pickle.HIGHEST_PROTOCOL)

    def _tell(self, numbers: Integers, changed: NDArray[np.bool_] | None) -> Told:
        return tell(numbers, changed, lambda here: self._there[here] if here in self._there else self._parts.written(here))


def begun(vocabulary: BeliefParts, run: Run, message: bytes) -> NetworkPart:
    """A part of a network before the first step."""
    _keep_freed_memory()
    return NetworkPart(vocabulary, run, message)


def _keep_freed_memory() -> None:
    """Let the C library keep memory that arrays have freed, for the next ones.

    Dask's nannies tell it to give back everything at once.  Then every large array begins with new pages of memory, and a
    step takes three times as long.
    """
    if "MALLOC_TRIM_THRESHOLD_" in os.environ:
        with contextlib.suppress(OSError, AttributeError, TypeError):  # where the C library is another one
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_TRIM_THRESHOLD, 1 << 27)
            mallopt(_MMAP_THRESHOLD, 1 << 25)


def next_part(part: NetworkPart, message: bytes) -> NetworkPart:
    """The part after one more step."""
    return part.after(message)


def report_of(part: NetworkPart) -> bytes:
    """What a part told after its last step."""
    return part.report


def everything_of(part: NetworkPart, before: bool) -> bytes:
    """What all nodes of a part believe, or believed before its last step."""
    return part.everything(before=before)
