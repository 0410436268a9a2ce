"""Where the bound of a group is not reached: which copies have to be released, and what the parts of the group lose.

See `equibel.solving.methods.roof_duality` for what is proved, and `equibel.solving.methods.residual` for terms.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from equibel.solving.methods.least_sums import TooWideError
from equibel.solving.methods.loss_parts import Closed, Part, Sum, UnsettledError, contradicting, forbid
from equibel.solving.methods.loss_propagation import propagated
from equibel.solving.methods.residual import Residual
from equibel.solving.problem import components
from equibel.solving.request import Request


class Region(NamedTuple):
    """Released copies that terms and beliefs link, and the least sum of the terms between them."""

    least: int
    copies: list[int]
    crossing: set[int]  # copies outside with which the example loses something


class Losses:
    """The optimal interpretations of a group.

    Attributes
    ----------
    labels : list of int or None
        For each open copy the value that it has when nothing is lost at all, if that is forced.
    fixed : list of int or None
        The same when the copies that have to be are released.
    part_of : dict of int to int
        The part of each other copy.
    parts : list of Part or Closed
    """

    def __init__(self, residual: Residual, request: Request) -> None:
        self._request = request
        self._residual = residual
        self._links = residual.links
        self.fixed: list[int | None] = []
        self.labels: list[int | None] = []
        self.part_of: dict[int, int] = {}
        self.parts: list[Part | Closed] = []

    def settle(self, together: Mapping[int, list[int]]) -> set[int]:
        """Find the parts; ``together`` are the nodes about which they will be asked.

        Returns copies around which it is not found out what is lost: none when the parts are right.
        """
        try:
            return self._settle(together)
        except UnsettledError as error:
            return error.copies

    def _settle(self, together: Mapping[int, list[int]]) -> set[int]:
        limits, plan = self._request.limits, self._request.plan
        released: set[int] = set()
        self.labels, stuck = propagated(self._residual, released, limits)
        free = (i for i, value in enumerate(self.labels) if value is None)
        linked = max(free, key=lambda i: len(self._links.neighbours[i]), default=None)
        if linked is not None and self._residual.contradiction(linked) > plan.roof_released:
            return {linked}
        for _ in range(plan.roof_rounds):
            regions = self._regions(released | stuck)
            released = {i for region in regions for i in region.copies}
            fixed, stuck = propagated(self._residual, released, limits)
            stuck = stuck or self._divide(fixed, regions, released, together)
            if not stuck:
                return set()
        return released | stuck

    @property
    def flow(self) -> int:
        """Twice the weight of the comparisons that disagree."""
        return self._residual.flow + sum(part.least for part in self.parts)

    def _closed(self, copies: Iterable[int]) -> set[int]:
        """With a copy, all copies that a belief mentions together with it; without those whose value is given."""
        links = self._links
        found: set[int] = set()
        for i in copies:
            found.update([i] if links.belief_of[i] < 0 else links.mentioned[links.belief_of[i]])
        return found - self._residual.decided.keys()

    def _regions(self, copies: Collection[int]) -> list[Region]:
        """Regions around some copies, as large as an example needs that loses nothing beside what is inside."""
        pending = self._closed(copies)
        done: dict[frozenset[int], Region] = {}
        while True:
            self._request.limits.check()
            if len(pending) > self._request.plan.roof_released:
                raise UnsettledError(pending)
            regions = []
            for linked in self._linked(pending):
                key = frozenset(linked)
                if key not in done:
                    done[key] = self._region(linked)
                regions.append(done[key])
            crossing = self._closed(i for region in regions for i in region.crossing)
            if crossing <= pending:
                return regions
            pending |= crossing

    def _linked(self, copies: set[int]) -> Iterator[list[int]]:
        """The copies, those together that terms or beliefs link."""
        order = sorted(copies)
        number = {i: n for n, i in enumerate(order)}
        links = []
        for i in order:
            links += [(number[i], number[h >> 1]) for _, h, _ in self._residual.losses(i) if h >> 1 in number]
            if self._links.belief_of[i] >= 0:
                links += [(number[i], number[j]) for j in self._links.mentioned[self._links.belief_of[i]] if j in number]
        by_part: dict[int, list[int]] = {}
        for n, part in enumerate(components(len(order), links)):
            by_part.setdefault(part, []).append(order[n])
        yield from by_part.values()

    def _region(self, copies: list[int]) -> Region:
        """The least sum inside, with an example that loses as little as possible with labelled copies outside."""
        number = {i: n for n, i in enumerate(copies)}
        outside: list[tuple[int, int, int]] = []  # a copy, its value, and the copy outside with which it loses something
        inside = Sum(number, self._residual.decided)
        for i in copies:
            for value, head, loss in self._residual.losses(i):
                j = head >> 1
                if head == self._residual.sink or j in number or j in self._residual.decided:
                    inside.lose(i, value, head, loss)
                elif self.labels[j] == head & 1:
                    outside.append((i, value, j))
        scale = len(outside) + 1
        sums = inside.sums(scale)
        for i, value, _ in outside:
            sums.add([number[i]], [1 - value, value])
        for belief in {self._links.belief_of[i] for i in copies} - {-1}:
            forbid(sums, self._residual, belief, number, self._residual.decided)
        plan = self._request.plan
        try:
            sums.eliminate([], plan.roof_width, plan.roof_entries, self._request.limits)
        except TooWideError:
            raise UnsettledError(copies) from None
        least = sums.least
        if least is None:
            raise UnsettledError(copies)
        example = sums.example()
        crossing = {j for i, value, j in outside if example[number[i]] == value}
        return Region(least // scale, copies, crossing)

    def _divide(
        self, fixed: list[int | None], regions: list[Region], released: set[int], together: Mapping[int, list[int]]
    ) -> set[int]:
        """Make the parts; returns copies that are to be released, none when the parts are right."""
        self.fixed, self.parts, self.part_of = fixed, [], {}
        open_copies = {i for i, value in enumerate(fixed) if value is None} | released
        bound = {region.copies[0]: region.least for region in regions}
        stuck: set[int] = set()
        members = list(self._linked(open_copies))
        for n, copies in enumerate(members):
            self.part_of.update(dict.fromkeys(copies, n))
        wanted: dict[int, list[list[int]]] = {}
        for copies in together.values():
            for n, some in self._by_part(copies).items():
                wanted.setdefault(n, []).append(some)
        for n, copies in self._request.limits.over(enumerate(members)):
            expected = sum(bound.get(i, 0) for i in copies)
            part = self._part(copies, released, fixed, wanted.get(n, []))
            if part is None or part.least != expected:
                inside = released.intersection(copies)
                around = {h >> 1 for i in inside for _, h, _ in self._residual.losses(i) if h != self._residual.sink}
                stuck |= around or contradicting(self._residual, copies, self._request.limits)
            else:
                self.parts.append(part)
        return stuck

    def _part(
        self, copies: list[int], released: set[int], fixed: list[int | None], wanted: list[list[int]]
    ) -> Part | Closed | None:
        """A part; ``None`` when something is lost in it that is not inside."""
        plan, limits = self._request.plan, self._request.limits
        beliefs = {self._links.belief_of[i] for i in copies} - {-1}
        if released.isdisjoint(copies) and all(self._residual.binary[belief] for belief in beliefs):
            return Closed.of(self._residual, copies, plan.cut_part, limits)
        number = {i: n for n, i in enumerate(copies)}
        inside = Sum(number, self._residual.decided)
        excluded = []
        for i in copies:
            for value, head, loss in self._residual.losses(i):
                j = head >> 1
                if i in released and (head == self._residual.sink or j in released or j in self._residual.decided):
                    inside.lose(i, value, head, loss)
                elif j in number and i < j:
                    excluded.append((i, value, j, head & 1))
        sums = inside.sums(1)
        for i, value, j, other in excluded:
            sums.forbid([number[i], number[j]], [row == value + 2 * other for row in range(4)])
        for i in copies:
            if fixed[i] is not None:
                sums.forbid([number[i]], [fixed[i] == 1, fixed[i] == 0])
        for belief in beliefs:
            forbid(sums, self._residual, belief, number, fixed)
        try:
            sums.eliminate([[number[i] for i in some] for some in wanted], plan.roof_width, plan.roof_entries, limits)
        except TooWideError:
            raise UnsettledError(copies) from None
        return None if sums.least is None else Part(sums, number, sums.least)

    def values(self, copies: list[int]) -> list[int]:
        """The values of some copies of a node in optimal interpretations, as numbers."""
        place = {i: n for n, i in enumerate(copies)}
        known = sum(1 << n for i, n in place.items() if i not in self.part_of and self.fixed[i])
        choices = [
            [sum(1 << place[i] for k, i in enumerate(some) if value >> k & 1) for value in self.parts[n].values(some)]
            for n, some in self._by_part(copies).items()
        ]
        return [known | sum(chosen) for chosen in itertools.product(*choices)]

    def _by_part(self, copies: Iterable[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for i in copies:
            if i in self.part_of:
                found.setdefault(self.part_of[i], []).append(i)
        return found
