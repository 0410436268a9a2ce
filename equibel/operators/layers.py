"""Breadth-first search from many nodes at once: for each node, a bit says from which of them it is in the layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from equibel.solving.belief_parts import positions
from equibel.solving.star_tables import Integers, Words

_WORDS = 1 << 16  # that are looked at together: half a megabyte, for the caches


class Layers:
    """The nodes at distance 0 from some sources; then, by `advance`, those at distance 1, 2, …

    Parameters
    ----------
    begins, neighbours : arrays
        The neighbours of node i begin at ``begins[i]``.
    sources : array
        Different nodes.
    check : callable
        Called every now and then; what it raises ends the work.

    Attributes
    ----------
    nodes : array
        The nodes at this distance from some source, in ascending order.
    """

    def __init__(self, begins: Integers, neighbours: Integers, sources: Integers, check: Callable[[], None]) -> None:
        self._begins = begins
        self._neighbours = neighbours
        self._check = check
        self.nodes = np.sort(sources)
        self._nodes_before = self.nodes[:0]
        bit = np.arange(len(sources))
        self._now = np.zeros((len(begins) - 1, -(-len(sources) // 64)), np.uint64)
        self._now[sources, bit // 64] = np.left_shift(np.uint64(1), (bit % 64).astype(np.uint64))
        self._before = np.zeros_like(self._now)

    @property
    def words(self) -> Words:
        """For each of ``nodes``, the sources from which it is at this distance."""
        return self._now.take(self.nodes, axis=0)

    def advance(self) -> None:
        """Go one edge farther.

        A neighbour of a node at distance r is at distance r - 1, r or r + 1.
        """
        reached = np.zeros(len(self._now), bool)
        for part in self._batches(self.nodes):
            reached[self._neighbours[positions(self._begins, part)]] = True
        found = [(self.nodes[:0], self._now[:0])]
        for part in self._batches(np.flatnonzero(reached)):
            sizes = self._begins[part + 1] - self._begins[part]
            told = self._now.take(self._neighbours[positions(self._begins, part)], axis=0)
            words = np.bitwise_or.reduceat(told, np.cumsum(sizes) - sizes, axis=0)
            words &= ~(self._now.take(part, axis=0) | self._before.take(part, axis=0))
            new = words.any(axis=1)
            found.append((part[new], words.compress(new, axis=0)))
        self._before[self._nodes_before] = 0
        self._before, self._now = self._now, self._before
        self._nodes_before, self.nodes = self.nodes, np.concatenate([part for part, _ in found])
        for part, words in found:
            self._now[part] = words

    def keep(self, sources: Integers) -> None:
        """Go on with some of the sources, which are numbered anew."""
        for name, nodes in (("_now", self.nodes), ("_before", self._nodes_before)):
            old = getattr(self, name)
            new = np.zeros((len(old), -(-len(sources) // 64)), np.uint64)
            for part in self._batches(nodes):
                new[part] = packed(unpacked(old[part])[:, sources])
            setattr(self, name, new)
        self.nodes = self.nodes[self.words.any(axis=1)]

    def _batches(self, nodes: Integers) -> Iterator[Integers]:
        """The nodes, as many at a time as have words with their neighbours that may be in memory together."""
        work = np.cumsum(self._begins[nodes + 1] - self._begins[nodes]) * self._now.shape[1] // _WORDS
        for part in np.split(nodes, np.flatnonzero(np.diff(work)) + 1):
            self._check()
            yield part


def unpacked(words: Words) -> NDArray[np.uint8]:
    """Bits, one after the other, for each row of words."""
    octets = np.ascontiguousarray(words, "<u8").view(np.uint8)
    return np.unpackbits(octets, axis=-1, bitorder="little")


def packed(bits: NDArray[np.bool_] | NDArray[np.uint8]) -> Words:
    """Words with these bits, for each row; the last one is filled up."""
    size = -(-bits.shape[-1] // 64) * 8
    octets = np.packbits(bits, axis=-1, bitorder="little")
    found = np.zeros((*bits.shape[:-1], size), np.uint8)
    found[..., : octets.shape[-1]] = octets
    return found.view("<u8").astype(np.uint64, copy=False)
