"""Groups of small width by cardinality: the weight of the comparisons that disagree is a sum of costs of copies."""

from __future__ import annotations

from equibel.formula import truth_columns, truth_table
from equibel.solving.method import Answer, Budget, Case, formula_of_numbers


class Summing:
    """The method for groups of small width, by cardinality on one level: ``DESIGN.md``, step 18."""

    name = "sums"
    calls_solver = True  # no, but NumPy must not be loaded in the main thread

    def applies(self, case: Case) -> bool:
        """Whether values are collected by cardinality on one level, in a group that is not small."""
        return case.sums_by_cardinality and case.group.open >= case.request.plan.cut_copies

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The values of all targets, unless the group is wider than the budget allows."""
        from equibel.solving.methods.least_sums import LeastSums, TooWideError

        group, request, targets = case.group, case.request, case.targets
        if any(len(formula.atoms()) > budget.width for _, formula in group.constraints):
            return None
        sums = LeastSums(group.open)
        for (i, j, _), weight in zip(group.compared, group.weights or [1] * len(group.compared), strict=True):
            if j < group.open:
                sums.add([i, j], [0, weight, weight, 0])
            else:
                sums.add([i], [weight, 0] if group.backbone[j - group.open] else [0, weight])
        for node, formula in group.constraints:
            names = sorted(formula.atoms())
            columns, full = truth_columns(names)
            table = truth_table(formula, columns, full)
            forbidden = [not table >> row & 1 for row in range(1 << len(names))]
            sums.forbid([group.position[node, name] for name in names], forbidden)
        try:
            sums.eliminate(targets.values(), budget.width, request.plan.summed_entries, request.limits)
        except TooWideError:
            return None
        return Answer(
            {
                node: formula_of_numbers([group.copies[i][1] for i in copies], sums.best(copies), request.plan)
                for node, copies in request.limits.over(targets.items())
            }
        )
