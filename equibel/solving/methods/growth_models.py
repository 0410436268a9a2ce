"""Growing an interpretation: values spread from backbone copies along the comparisons, in random order.

A copy that has its value from a backbone copy, by agreements all the way, is *anchored*: it keeps that value however the
interpretation is improved by flipping blocks of agreeing copies.  So most of what grows is optimal already.  Before
values spread, copies of a node can be given values that the node is to show, each anchored by a path to a backbone copy:
an aim that is met unless beliefs on the way forbid it.  Beliefs are true all the time: a value that would make one false
is not taken.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from equibel.solving.limits import Limits
from equibel.solving.methods.growth_links import Links

UNKNOWN = -1


class Growth:
    """One interpretation that grows.

    Attributes
    ----------
    values : list of int
        Of all copies of the group; `UNKNOWN` where nothing has been said yet.
    anchored : bytearray
        Of all copies: whether agreements connect them to a backbone copy, as far as is known.
    unsure : list of int
        The copies that were not anchored when they got their values.
    """

    def __init__(self, links: Links, rng: random.Random, limits: Limits) -> None:
        self.values = [UNKNOWN] * links.open + links.backbone
        self.anchored = bytearray(links.open) + bytearray(b"\1") * len(links.backbone)
        self.unsure: list[int] = []
        self._links = links
        self._rng = rng
        self._limits = limits
        self._possible = list(links.tables)  # of each belief the models that agree with the values so far
        self._new: list[int] = []  # copies whose values have not been spread
        self._turn = [rng.random() for _ in range(links.open)]  # the order in which copies have their turns

    def can_have(self, copy: int, value: int) -> bool:
        """Whether the belief about a copy without a value allows it this one."""
        belief = self._links.belief_of[copy]
        return belief < 0 or self._possible[belief] & self._links.rows[copy][value] != 0

    def give(self, copy: int, value: int, *, anchored: bool) -> None:
        """Give a copy a value, or the other one when its belief does not allow this one; other copies may follow."""
        links = self._links
        belief = links.belief_of[copy]
        if belief < 0:
            self._set(copy, value, anchored)
            return
        possible = self._possible[belief] & links.rows[copy][value]
        if not possible:
            value, anchored = 1 - value, False
            possible = self._possible[belief] & links.rows[copy][value]
        self._possible[belief] = possible
        self._set(copy, value, anchored)
        for other in links.mentioned[belief]:
            if self.values[other] == UNKNOWN:
                false, true = links.rows[other]
                if not possible & false:
                    self._set(other, 1, anchored=False)
                elif not possible & true:
                    self._set(other, 0, anchored=False)

    def aim(self, copies: Sequence[int], values: Sequence[int], reach: int, *, anchor: bool) -> bool:
        """Give copies of a node these values, each by a path from an anchored copy; whether they have them afterwards.

        Paths are looked for among up to ``reach`` copies.  Copies without a path get their values all the same, unless they
        have to be anchored and comparisons connect them to a backbone copy.
        """
        here = self.values
        if any(here[i] not in (UNKNOWN, value) for i, value in zip(copies, values, strict=True)):
            return False
        for i, value in zip(copies, values, strict=True):
            if here[i] == UNKNOWN:
                held = self._links.held[i]
                path = self._path(i, value, reach) if held else None
                if path is None and ((anchor and held) or not self.can_have(i, value)):
                    return False
                for j in path or [i]:
                    if here[j] == UNKNOWN:
                        self.give(j, value, anchored=path is not None)
                    if here[j] != value:
                        return False
            elif here[i] != value:
                return False
        return True

    def spread(self) -> None:
        """Give all other copies values, those of copies they are compared with if their beliefs allow it."""
        links, values, anchored, rng = self._links, self.values, self.anchored, self._rng
        turn = self._turn.__getitem__
        for i in sorted(links.beside_backbone, key=turn):
            if values[i] == UNKNOWN:
                self.give(i, values[rng.choice([j for j in links.neighbours[i] if j >= links.open])], anchored=True)
        rest: list[int] | None = None
        while True:
            while self._new:
                self._limits.check()
                layer, self._new = self._new, []
                for i in sorted(layer, key=turn):
                    value, firm = values[i], bool(anchored[i])
                    for j in links.neighbours[i]:
                        if values[j] == UNKNOWN:
                            if links.belief_of[j] < 0:
                                self._set(j, value, firm)
                            else:
                                self.give(j, value, anchored=firm)
            if rest is None:
                rest = sorted((i for i in range(links.open) if values[i] == UNKNOWN), key=turn)
            while rest and values[rest[-1]] != UNKNOWN:
                rest.pop()
            if not rest:
                return
            self.give(rest[-1], rng.getrandbits(1), anchored=False)

    def _set(self, copy: int, value: int, anchored: bool) -> None:
        self.values[copy] = value
        if anchored:
            self.anchored[copy] = 1
        else:
            self.unsure.append(copy)
        self._new.append(copy)

    def _path(self, copy: int, value: int, reach: int) -> list[int] | None:
        """A shortest path from a copy beside an anchored one of this value to ``copy``, over copies that can have it."""
        if not self.can_have(copy, value):
            return None
        values, anchored, neighbours = self.values, self.anchored, self._links.neighbours
        before = {copy: copy}
        seen = [copy]
        for i in seen:
            for j in neighbours[i]:
                if values[j] == UNKNOWN:
                    if j not in before and self.can_have(j, value):
                        before[j] = i
                        seen.append(j)
                elif values[j] == value and anchored[j]:
                    path = [i]
                    while path[-1] != copy:
                        path.append(before[path[-1]])
                    return path
            if len(seen) > reach:
                break
        return None
