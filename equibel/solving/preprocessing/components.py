"""Connected components of linked items."""

from __future__ import annotations

from collections.abc import Iterable


def components(size: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """The component of each of ``size`` items, named by its least item: all that are linked, directly or along a chain."""
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
