"""Classes of items that are linked with one another."""

from __future__ import annotations

from collections.abc import Iterable


def classes(size: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """For each of ``size`` items the least one it is linked with, directly or along a chain."""
    least = list(range(size))

    def find(i: int) -> int:
        while least[i] != i:
            least[i] = least[least[i]]
            i = least[i]
        return i

    for i, j in links:
        i, j = find(i), find(j)
        least[max(i, j)] = min(i, j)
    return [find(i) for i in range(size)]
