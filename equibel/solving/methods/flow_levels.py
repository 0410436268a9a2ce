"""How far vertices of a large flow network are from the sink, layer by layer with NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class Levels:
    """The arcs of a network, by their tails; arc 2k leads back where arc 2k + 1 leads to."""

    def __init__(self, size: int, head: Sequence[int]) -> None:
        self._size = size
        self._head = np.array(head, np.int64)
        tails = self._head.reshape(-1, 2)[:, ::-1].reshape(-1)
        self._arcs = np.argsort(tails, kind="stable")
        self._begins = np.searchsorted(tails[self._arcs], np.arange(size + 1))

    def levels(self, usable: bytearray, source: int, sink: int) -> list[int]:
        """For each vertex one more than its distance to the sink, 0 where it is farther away than the source.

        >>> Levels(4, [1, 0, 2, 1, 3, 1]).levels(bytearray([1, 0, 1, 0, 1, 0]), 0, 2)
        [3, 2, 1, 0]
        """
        open_arcs = np.frombuffer(usable, np.uint8)
        level = np.zeros(self._size, np.int64)
        level[sink] = 1
        layer = np.array([sink])
        distance = 1
        while len(layer) and not level[source]:
            distance += 1
            begins = self._begins[layer]
            sizes = self._begins[layer + 1] - begins
            within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            arcs = self._arcs[np.repeat(begins, sizes) + within]
            others = self._head[arcs[open_arcs[arcs ^ 1] != 0]]
            layer = np.unique(others[level[others] == 0])
            level[layer] = distance
        found: list[int] = level.tolist()
        return found
