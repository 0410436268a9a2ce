"""Large groups in which conflicts are local: interpretations are grown, and only what none of them shows is searched for.

1. *Grow* interpretations, each aimed at values that nodes have not shown yet, improve them until they are optimal, and
   take what they show, at every node at once.  Few are enough: in a network of thousands of nodes one aims at hundreds of
   them.

2. *Refute* what is left, node by node, through windows that grow until they decide; an interpretation of a window that
   shows the value says how to grow one of the whole group that does.

A node whose values are not decided in this way is left to other methods.
"""

from __future__ import annotations

from equibel.solving.method import Answer, Budget, Case, formula_of_numbers
from equibel.solving.methods.cubes import bits
from equibel.solving.methods.growth_agreeing import agreeing_values
from equibel.solving.methods.growth_shown import decided


class Growing:
    """Optimal interpretations that grow, and windows for what they do not show: ``DESIGN.md``, step 16."""

    name = "growth"
    calls_solver = True

    def applies(self, case: Case) -> bool:
        """Whether the group is large, values are collected by inclusion on one level, and no node has many copies."""
        group, plan = case.group, case.request.plan
        return (
            case.collects_by_inclusion
            and not group.witness_pairs
            and group.open >= plan.grown_copies
            and max(map(len, group.nodes.values())) <= plan.grown_atoms
        )

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The values of the targets whose values are decided; ``None`` when copies that agree anyway have too many."""
        group, request = case.group, case.request
        values = agreeing_values(group, request) if group.agreeing else decided(group, case.targets, request)
        if values is None:
            return None
        believed = {
            node: formula_of_numbers([group.copies[i][1] for i in case.targets[node]], bits(found), request.plan)
            for node, found in values.items()
        }
        return Answer(believed, left=[node for node in case.targets if node not in values])
