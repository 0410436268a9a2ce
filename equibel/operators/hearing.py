"""What nodes hear from one layer after the other: a search from those who listen, or from those who speak.

A node is at distance r from another one exactly when that is at distance r from it, so either search finds all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equibel.operators.layers import Layers, packed, unpacked
from equibel.solving.belief_parts import BeliefParts, positions
from equibel.solving.star_tables import Integers, Words

_WORDS = 1 << 18  # whose bits are counted together


class Told:
    """What the nodes of a network say before a step.

    Parameters
    ----------
    parts : BeliefParts
        Of their beliefs.
    begins, factors, which : arrays
        Where the factors of each different belief begin, all these factors, and which belief each node has.
    counted : array
        Which factors count.

    Attributes
    ----------
    factors, components : arrays
        The different factors that count, and the component of each.
    most : array
        For each of them, how many leaves with it matter at most.
    """

    def __init__(
        self, parts: BeliefParts, begins: Integers, factors: Integers, which: Integers, counted: NDArray[np.bool_]
    ) -> None:
        kept = counted[factors]
        self.factors, item = np.unique(factors[kept], return_inverse=True)
        self.components = parts.component_of_factors()[self.factors]
        self.most = parts.most_leaves()[self.factors]
        self._parts = parts
        self._begins = np.append(0, np.cumsum(kept))[begins]
        self._item = item.reshape(-1)
        self._which = which

    def matter(self, own: Integers) -> NDArray[np.bool_]:
        """For each factor, to which of some nodes it matters; ``own`` has their parts, a row for each node."""
        return self._parts.matter(own[:, self.components].T, self.factors[:, None])

    def said(self, nodes: Integers) -> tuple[Integers, Integers]:
        """The factors of some nodes: the position of each node, and the place of each factor."""
        belief = self._which[nodes]
        return np.repeat(np.arange(len(nodes)), np.diff(self._begins)[belief]), self._item[positions(self._begins, belief)]

    def speakers(self) -> Integers:
        """The nodes that say something, those with the same belief together."""
        nodes = np.flatnonzero(np.diff(self._begins)[self._which])
        return nodes[np.argsort(self._which[nodes], kind="stable")]


class Heard(NamedTuple):
    """What is heard from a layer: who hears it, the place of a factor, in ascending order, and how often it is there."""

    listener: Integers
    factor: Integers
    times: Integers


class FromListeners:
    """The search from those who listen.  A bit of a word is a listener."""

    def __init__(self, told: Told, layers: Layers) -> None:
        self._told = told
        self._layers = layers
        self._listeners = np.arange(len(layers.nodes))

    def advance(self, matter: NDArray[np.bool_]) -> Heard | None:
        """What listeners hear from their next layer as far as it matters to them; ``None`` when no layer is left."""
        self._layers.advance()
        return _heard(self._each(matter[:, self._listeners])) if len(self._layers.nodes) else None

    def _each(self, matter: NDArray[np.bool_]) -> Iterator[tuple[Integers, int, Integers]]:
        told = self._told
        row, factor = told.said(self._layers.nodes)
        some = np.logical_or.reduce(matter, axis=1)[factor]
        order = np.flatnonzero(some)[np.argsort(factor[some], kind="stable")]
        different, first = np.unique(factor[order], return_index=True)
        ends, words, wanted = np.append(first, len(order)), self._layers.words, packed(matter[different])
        for i, each in enumerate(different.tolist()):
            said = words.take(row[order[ends[i] : ends[i + 1]]], axis=0)
            heard = np.bitwise_or.reduce(said, axis=0) & wanted[i]
            listener = np.flatnonzero(unpacked(heard))
            once = told.most[each] == 1
            times = np.ones(len(listener), np.int64) if once else _counts(said, heard)[listener]
            yield self._listeners[listener], each, np.minimum(times, told.most[each])

    def leave(self, matter: NDArray[np.bool_]) -> None:
        """Forget listeners to whom nothing matters."""
        still = np.logical_or.reduce(matter[:, self._listeners], axis=0)
        if 2 * still.sum() <= len(still):
            self._layers.keep(np.flatnonzero(still))
            self._listeners = self._listeners[still]


class FromSpeakers:
    """The search from those who speak.  A bit of a word is a speaker; each factor is said in few words."""

    def __init__(self, told: Told, layers: Layers, speakers: Integers, listeners: Integers, nodes: int) -> None:
        self._told = told
        self._layers = layers
        self._listener = np.full(nodes, -1)
        self._listener[listeners] = np.arange(len(listeners))
        speaker, factor = told.said(speakers)
        self._says = np.zeros((len(told.factors), len(speakers)), bool)
        self._says[factor, speaker] = True

    def advance(self, matter: NDArray[np.bool_]) -> Heard | None:
        """What listeners hear from their next layer as far as it matters to them; ``None`` when no layer is left."""
        self._layers.advance()
        return _heard(self._each(matter)) if len(self._layers.nodes) else None

    def _each(self, matter: NDArray[np.bool_]) -> Iterator[tuple[Integers, int, Integers]]:
        listener = self._listener[self._layers.nodes]
        words, listener = self._layers.words[listener >= 0], listener[listener >= 0]
        for each in np.flatnonzero(np.logical_or.reduce(matter, axis=1)).tolist():
            speakers = packed(self._says[each])
            some = np.flatnonzero(speakers)
            said = words.take(some, axis=1) & speakers[some]
            heard = np.flatnonzero(said.any(axis=1) & matter[each, listener])
            most = self._told.most[each]
            times = np.ones(len(heard), np.int64) if most == 1 else _counts_of_rows(said[heard])
            yield listener[heard], each, np.minimum(times, most)

    def leave(self, matter: NDArray[np.bool_]) -> None:
        """Forget speakers who say nothing that matters to anybody."""
        still = np.logical_or.reduce(self._says[np.logical_or.reduce(matter, axis=1)], axis=0)
        if 2 * still.sum() <= len(still):
            self._layers.keep(np.flatnonzero(still))
            self._says = self._says[:, still]


def _heard(found: Iterator[tuple[Integers, int, Integers]]) -> Heard:
    none = np.zeros(0, np.int64)
    entries = [(listener, np.full(len(listener), factor), times) for listener, factor, times in found]
    return Heard(*map(np.concatenate, zip((none, none, none), *entries, strict=True)))


def _counts_of_rows(said: Words) -> Integers:
    """How many bits each row has."""
    some = np.array_split(said, 1 + said.size // _WORDS)
    return np.concatenate([unpacked(part).sum(axis=1, dtype=np.int64) for part in some])


def _counts(said: Words, heard: Words) -> Integers:
    """How many rows have each bit; only in the words where something is heard."""
    counts = np.zeros((len(heard), 64), np.int64)
    some = np.flatnonzero(heard)
    for part in np.array_split(said, 1 + said.size // _WORDS):
        counts[some] += unpacked(part[:, some]).sum(axis=0, dtype=np.int64).reshape(-1, 64)
    return counts.reshape(-1)
