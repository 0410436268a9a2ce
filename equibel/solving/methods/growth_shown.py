"""What nodes show in optimal interpretations that are grown, and what windows refute."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from equibel.solving.limits import Limits
from equibel.solving.method import Targets
from equibel.solving.methods.covering import Interpretation
from equibel.solving.methods.cubes import bits
from equibel.solving.methods.growth_flips import Flips, TooHardError
from equibel.solving.methods.growth_links import Links
from equibel.solving.methods.growth_models import UNKNOWN, Growth
from equibel.solving.methods.growth_windows import Window, showing, window
from equibel.solving.problem import Group
from equibel.solving.request import Request


def decided(group: Group, targets: Targets, request: Request) -> dict[int, int]:
    """The values of the targets whose values are decided, in a group without copies that agree anyway."""
    shown = Shown(group, targets, request)
    shown.grow()
    shown.refute()
    return {node: values for node, values in shown.values.items() if not shown.missing[node]}


class Shown:
    """What nodes are known to show in optimal interpretations.

    Parameters
    ----------
    group : Group
        Without copies that agree anyway.
    targets : dict
    request : Request
    grown : Links, optional
        Those of the same group with further beliefs, which do not decide what is optimal: only interpretations count in
        which these are true too.
    known : mapping, optional
        The values that nodes show without those beliefs, where all of them are known.

    Attributes
    ----------
    values : dict of int to int
        For each target the values that it shows; bit x stands for the value whose n-th bit belongs to the n-th open copy.
    missing : dict of int to int
        The values that its beliefs allow and that have neither been shown nor refuted.
    optima : int
        How many interpretations could be used.
    violated : Counter
        How often beliefs have been false in interpretations that were optimal.
    """

    def __init__(
        self,
        group: Group,
        targets: Targets,
        request: Request,
        grown: Links | None = None,
        known: Mapping[int, int] | None = None,
    ) -> None:
        self._group = group
        self._targets = targets
        self._request = request
        self._plan = request.plan
        self._limits: Limits = request.limits
        self._statistics = request.statistics
        self._random = random.Random(0)
        self._links = Links(group)
        self._grown = self._links if grown is None else grown
        self.violated: Counter[int] = Counter()
        self.optima = 0
        self._vain = self._plan.vain_extensions  # how many more may show nothing
        self.values = dict.fromkeys(targets, 0)
        self.missing = {node: self._grown.models(copies) for node, copies in targets.items()}
        for node, values in (known or {}).items():
            self.missing[node] &= values
        self._open = [node for node in targets if self.missing[node]]

    def grow(self) -> None:
        """Grow interpretations as long as they show something new at many of the nodes where something is missing."""
        failed = first = 0
        anchor = True  # which shows more depends on the network, and on what is left
        share = self._plan.grown_share if self._grown is self._links else len(self._targets) + 1
        while (self._open or not self.optima) and failed < self._plan.grown_failures:
            growth = Growth(self._grown, self._random, self._limits)
            if self._grown is not self._links:
                self._aim(growth, anchor=True, most=first)  # paths for what is demanded may need the same nodes each time
                self._demand(growth)
            self._aim(growth, anchor=anchor)
            growth.spread()
            left = len(self._open)
            shown = self._take(growth.values) if self._improved(growth) else 0
            failed = 0 if shown * share > left else failed + 1
            if shown * self._plan.longer < left:
                anchor = not anchor
            first = max(1, 2 * first if shown else first // 2)

    def refute(self) -> None:
        """Decide missing values through windows that grow, until they have had many copies together."""
        work = self._plan.window_work * self._group.open
        chances = self._plan.window_failures
        largest = min(self._plan.largest_window, self._group.open // self._plan.longer)
        for node in list(self._open):
            if chances < 0:
                break
            size = self._plan.window_copies
            while self.missing[node] and work > 0 and size <= largest:
                self._limits.check()
                through = window(self._group, self._grown, self._targets[node], size)
                self._look(through, node)
                work -= len(through.positions)
                size = size * self._plan.longer if not through.closed else largest + 1
            chances += -1 if self.missing[node] else 1
        self._open = [node for node in self._open if self.missing[node]]

    def _aim(self, growth: Growth, *, anchor: bool, most: int | None = None) -> None:
        """Aim at missing values of as many nodes as can be had, until too many fail; with ``most``, of so many nodes."""
        order = self._open[:]
        self._random.shuffle(order)
        failures = self._plan.missed_aims + len(order) // self._plan.missed_aims
        for node in order[:most]:
            value = self._random.choice(bits(self.missing[node]))
            copies = self._targets[node]
            values = [value >> n & 1 for n in range(len(copies))]
            if not growth.aim(copies, values, self._plan.anchor_reach, anchor=anchor):
                failures -= 1
                if failures < 0:
                    return

    def _improved(self, growth: Growth) -> bool:
        """Whether it can be used: it is optimal, once it has been improved, and all beliefs are true.

        When it is hard to say whether it is optimal, it is not used.
        """
        flips = Flips(
            self._links, growth.values, growth.anchored, self._limits, self._plan.flip_tries, self._plan.small_block
        )
        try:
            flips.improve(growth.unsure)
        except TooHardError:
            return False
        finally:
            self._statistics.count(grown=1, flips=flips.flips)
        violated = [] if self._grown is self._links else self._grown.false(growth.values)
        self.violated.update(violated)
        self.optima += not violated
        return not violated

    def _demand(self, growth: Growth) -> None:
        """Anchor what further beliefs demand of single copies, as far as that can be: flips do not look at those beliefs."""
        forced = self._grown.forced()
        self._random.shuffle(forced)
        for i, value in forced:
            if growth.values[i] == UNKNOWN:
                growth.aim([i], [value], self._plan.anchor_reach, anchor=False)

    def _take(self, values: Sequence[int]) -> int:
        """Note what an optimal interpretation shows; how many values are new."""
        new = 0
        done = False
        for node in self._open:
            value = 0
            for n, i in enumerate(self._targets[node]):
                value |= values[i] << n
            if self.missing[node] >> value & 1:
                self._show(node, value)
                new += 1
                done = done or not self.missing[node]
        if done:
            self._open = [node for node in self._open if self.missing[node]]
        return new

    def _show(self, node: int, value: int) -> None:
        self.missing[node] &= ~(1 << value)
        self.values[node] |= 1 << value

    def _look(self, through: Window, node: int) -> None:
        """Decide what one window decides about the missing values of a node."""
        everything = (1 << (1 << len(self._targets[node]))) - 1
        self._statistics.count(windows=1, most_window=len(through.positions))
        found = showing(through, node, everything & ~self.missing[node], self._request)
        if found is None:
            return
        self.missing[node] &= sum(1 << value for value in found)  # the others are refuted
        for value, interpretation in found.items():
            if through.closed and self._grown is self._links:
                self._show(node, value)
            for _ in range(min(self._plan.extensions, self._vain)):
                if self.missing[node] >> value & 1:
                    self._extend(through, interpretation)
                    self._vain -= self.missing[node] >> value & 1

    def _extend(self, through: Window, interpretation: Interpretation) -> None:
        """Grow an interpretation that begins with one of a window."""
        growth = Growth(self._grown, self._random, self._limits)
        wanted = [(i, int(interpretation[n])) for n, i in enumerate(through.positions)]
        for i, value in wanted[through.inside :]:
            if growth.values[i] == UNKNOWN:
                growth.aim([i], [value], self._plan.anchor_reach, anchor=False)
        for i, value in wanted[: through.inside]:
            if growth.values[i] == UNKNOWN:
                growth.give(i, value, anchored=False)
        growth.spread()
        if self._improved(growth):
            self._take(growth.values)
