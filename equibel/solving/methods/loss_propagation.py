"""What is forced when nothing is lost, but for the terms between released copies: values, by unit propagation."""

from __future__ import annotations

from collections.abc import Collection

from equibel.solving.limits import Limits
from equibel.solving.methods.residual import Literal, Residual


def propagated(residual: Residual, released: Collection[int], limits: Limits) -> tuple[list[int | None], set[int]]:
    """The values that are forced when nothing is lost outside, and copies that would need both, or a belief's."""
    links, network, source, sink = residual.links, residual.network, residual.source, residual.sink
    inside = {*released, *residual.decided}
    values: list[int | None] = [None] * residual.size
    tables = dict(enumerate(links.tables))
    stuck: set[int] = set()
    pending: list[Literal] = []

    def demand(literal: Literal) -> None:
        i, value = literal >> 1, 1 - (literal & 1)
        if values[i] is None:
            values[i] = value
            pending.append(literal)
        elif values[i] != value:
            stuck.add(i)

    for head, loss in network.out(source):
        if head >> 1 not in inside or residual.demanded(loss):
            demand(head)
    for literal in limits.over(pending):  # grows while it is read
        i = literal >> 1
        for head, loss in network.out(literal):
            if head == source:
                continue
            if i in inside and (head == sink or head >> 1 in inside) and not residual.demanded(loss):
                continue
            if head == sink:
                stuck.add(i)
            else:
                demand(head)
        belief = links.belief_of[i]
        if belief >= 0 and not residual.binary[belief]:
            tables[belief] &= links.rows[i][1 - (literal & 1)]
            table = tables[belief]
            if not table:
                stuck.update(links.mentioned[belief])
                continue
            for j in links.mentioned[belief]:
                false, true = links.rows[j]
                if not table & false:
                    demand(2 * j)
                elif not table & true:
                    demand(2 * j + 1)
    return values, stuck
