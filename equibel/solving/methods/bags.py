"""Bags of linked variables, which eliminating the variables one by one puts into trees.

The *bag* of a variable has the variable and those not yet eliminated that are linked with it; from then on these are linked
with one another.  Always one with the fewest links is eliminated next.  The parent of a bag is the bag of that of its other
variables which is eliminated next.  Linked variables are in one bag, and the bags that contain a variable are connected.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

Bag: TypeAlias = tuple[int, ...]  # its own variable last, those before it eliminated later, the next one first
_OFTEN = 256  # variables between two looks at the limits


def bags(size: int, cliques: Iterable[Sequence[int]], widest: int, check: Callable[[], None]) -> dict[int, Bag] | None:
    """The bags of variables 0 … size - 1 in the order of elimination; ``None`` when one has more than ``widest`` variables.

    The variables of each clique are linked with one another.

    >>> bags(3, [[0, 1], [1, 2]], 2, lambda: None)
    {0: (1, 0), 1: (2, 1), 2: (2,)}
    """
    linked: list[set[int]] = [set() for _ in range(size)]
    for clique in cliques:
        for i in clique:
            linked[i].update(clique)
    for i, others in enumerate(linked):
        others.discard(i)
    found: dict[int, set[int]] = {}
    queue = [(len(others), i) for i, others in enumerate(linked)]
    heapq.heapify(queue)
    while queue:
        links, i = heapq.heappop(queue)
        if i in found or links != len(linked[i]):
            continue  # an old entry: the number of links has changed
        if links >= widest:
            return None
        if not len(found) % _OFTEN:
            check()
        found[i] = linked[i]
        for j in found[i]:
            linked[j] = (linked[j] | found[i]) - {i, j}
            heapq.heappush(queue, (len(linked[j]), j))
    turn = {i: number for number, i in enumerate(found)}
    return {i: (*sorted(others, key=turn.__getitem__, reverse=True), i) for i, others in found.items()}


def parent(bag: Bag) -> Bag:
    """The variable of the parent's bag, which is the next to be eliminated; none at a root."""
    return bag[-2:-1]
