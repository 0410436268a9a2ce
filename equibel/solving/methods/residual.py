"""Roof duality: a lower bound of the weight of the comparisons that disagree, and what is lost besides it.

Every open copy has two *literals*, that it is true and that it is false.  They are the vertices of a flow network, whose
source is true and whose sink is false.  If i is true and j is false, where both are compared, something is lost: an arc
from i to j, and its *mirror image*, from "j is false" to "i is false".  That one literal implies another one is an arc
that cannot be cut, with its mirror image.  An interpretation is a cut, with the true literals on the side of the source,
that costs twice the weight of its disagreements.  After a maximum flow, that cost is what has flowed, and what may still
flow along arcs from true literals to false ones: the cost of any cut is the flow and its cost in the residual graph.

So each arc of the residual graph, with its mirror image, is a *term*: a loss when its tail is true and its head is false.
No loss is less than 0, so that half of the flow is a bound (Hammer, Hansen, Simeone 1984; Boros and Hammer 2002).
"""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Iterator

from equibel.solving.methods.growth_links import Links
from equibel.solving.methods.maximum_flow import Network
from equibel.solving.problem import Group
from equibel.solving.request import Request

Literal = int  # 2 i when the copy i is true, 2 i + 1 when it is false


class Residual:
    """The terms of a group.

    Attributes
    ----------
    links : Links
    flow : int
        Twice the bound.
    decided : dict of int to int
        Copies whose value is given.
    binary : list of bool
        For each belief whether implications between two copies say all of it.
    network : Network
        The residual graph, in which an arc and its mirror image let the same flow; the losses are those of one of them.
    """

    def __init__(self, group: Group, request: Request) -> None:
        self._request = request
        self.links = links = Links(group)
        size = self.size = group.open
        self.source, self.sink = 2 * size, 2 * size + 1
        self._network = Network(2 * size + 2)
        weights = group.weights or (1,) * len(group.compared)
        self._endless = 8 * sum(weights) + 1
        beside: Counter[Literal] = Counter()  # the weights of comparisons with backbone copies, together
        for (i, j, _), weight in zip(group.compared, weights, strict=True):
            if j < size:
                self._add(2 * i, 2 * j, weight, weight)
            else:
                beside[2 * i + (not group.backbone[j - size])] += weight
        for literal, weight in beside.items():
            self._add(self.source, literal, weight, 0)
        self.binary = [self._add_implications(number) for number in range(len(links.tables))]
        self.decided: dict[int, int] = {}
        self.flow = self._let_flow()
        self.network = self._network.mirrored()

    def decide(self, i: int, value: int) -> Residual | None:
        """The terms of the interpretations in which a copy has this value, ``None`` when there are none."""
        found = copy.copy(self)
        found._network = self._network.copy()
        found._add(self.source, 2 * i + 1 - value, self._endless, 0)
        more = found._let_flow()
        if more >= self._endless:
            return None
        found.decided = {**self.decided, i: value}
        found.flow = self.flow + more
        found.network = found._network.mirrored()
        return found

    def _let_flow(self) -> int:
        return self._network.maximum_flow(self.source, self.sink, self._request.limits, self._request.plan.numpy_vertices)

    def _add(self, tail: Literal, head: Literal, weight: int, back: int) -> None:
        self._network.add(tail, head, weight, back)
        self._network.add(head ^ 1, tail ^ 1, weight, back)

    def _add_implications(self, belief: int) -> bool:
        """Add the implications between two copies that follow from a belief; whether they say all of it."""
        links, table, copies = self.links, self.links.tables[belief], self.links.mentioned[belief]
        said = links.rows[copies[0]][0] | links.rows[copies[0]][1]
        for i, j in itertools.combinations(copies, 2):
            for value, other in itertools.product((0, 1), repeat=2):
                excluded = links.rows[i][value] & links.rows[j][other]
                if not table & excluded:
                    said &= ~excluded
                    self._add(2 * i + 1 - value, 2 * j + other, self._endless, 0)
        return said == table

    def contradiction(self, i: int) -> int:
        """How many copies can have neither value without a loss because this one cannot, 0 when it can."""
        there, back = self.network.reached([2 * i]), self.network.reaching([2 * i])
        both = [one and other for one, other in zip(there, back, strict=True)]
        return sum(both) // 2 if both[2 * i + 1] else 0

    def demanded(self, loss: int) -> bool:
        """Whether a term says what a belief demands."""
        return loss > self._endless

    def losses(self, i: int) -> Iterator[tuple[int, Literal, int]]:
        """The terms of a copy: its value, and the literal that is false at the same time when this loses, and how much.

        The literal may be the sink, which always is.  Terms that a belief demands are left out.
        """
        for value in (0, 1):
            for head, loss in self.network.out(2 * i + 1 - value):
                if head != self.source and not self.demanded(loss):
                    yield value, head, loss
