"""Large groups by cardinality whose beliefs are not all implications of one kind: a bound, and where more than it is lost.

By `equibel.solving.methods.residual`, an interpretation loses the bound and the sum of its terms.  Some copies are
*released*: a few around beliefs that cannot be true without a loss.  The terms between them are those *inside*.

*What is optimal.*  Let m be the least sum of the terms inside, whatever is outside.  When some interpretation has that
sum and loses nothing outside, then exactly those interpretations are optimal that have the sum m inside and lose nothing
outside: every other one loses more inside, or as much there and something outside.

That nothing is lost outside forces most copies to one value.  The rest falls into *parts*: `equibel.solving.methods.losses`.

*Branches.*  Where a large part of the network can have neither value without a loss, the copy with the most comparisons is
given one value, and then the other.  Each branch has a bound of its own, which is higher, and leaves less open.  The one
with the lowest bound is looked at first.  Branches that are solved and lose no more than the bounds of all others have
the optimal interpretations.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Collection

from equibel.solving.method import Answer, Budget, Case, formula_of_numbers
from equibel.solving.methods.minimum_cut import by_cut
from equibel.solving.methods.residual import Residual


class RoofDuality:
    """Groups in which few copies lose more than the bound: ``DESIGN.md``, step 19."""

    name = "roof"
    calls_solver = True  # no, but NumPy must not be loaded in the main thread

    def applies(self, case: Case) -> bool:
        """Whether the group is large, values are collected by cardinality on one level, and no node has many copies."""
        return by_cut(case) and case.group.open >= case.request.plan.roof_copies

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The values of all targets, or ``None`` when it is not found out soon where something is lost."""
        from equibel.solving.methods.losses import Losses

        group, request = case.group, case.request
        first = Residual(group, request)
        number = itertools.count()
        # Bounds; among equal ones, those made last come first.  With terms, or with what loses no more than the bound.
        queue: list[tuple[int, int, Residual | Losses]] = [(first.flow, -next(number), first)]
        optimal: list[Losses] = []
        branches = 0
        while queue and not (optimal and queue[0][0] > optimal[0].flow):
            _, _, terms = heapq.heappop(queue)
            if isinstance(terms, Losses):
                optimal.append(terms)
                continue
            losses = Losses(terms, request)
            unsettled = losses.settle(case.targets)
            if not unsettled:
                heapq.heappush(queue, (losses.flow, -next(number), losses))
                continue
            branches += 1
            copy = _heaviest(case, unsettled, losses.labels, terms.decided)
            if copy is None or branches > request.plan.roof_branches:
                return None
            for branch in (terms.decide(copy, value) for value in (0, 1)):
                if branch is not None:
                    heapq.heappush(queue, (branch.flow, -next(number), branch))
        request.statistics.count(cut_flow=optimal[0].flow // 2)
        found = {}
        for node, copies in request.limits.over(case.targets.items()):
            values = {value for losses in optimal for value in losses.values(copies)}
            found[node] = formula_of_numbers([group.copies[i][1] for i in copies], values, request.plan)
        return Answer(found)


def _heaviest(case: Case, unsettled: set[int], labels: list[int | None], decided: Collection[int]) -> int | None:
    """Of the copies without a label the one with the most comparisons; if all have one, of those connected with them."""
    group = case.group
    compared = Counter(i for pair in group.compared for i in pair[:2])
    candidates = [i for i in sorted(unsettled) if labels[i] is None]
    if not candidates:
        parts = {group.connected[i] for i in unsettled}
        candidates = [i for i in range(group.open) if group.connected[i] in parts and i not in decided]
    return max(candidates, key=compared.__getitem__, default=None)
