"""The portfolio: the table of methods, in the order in which they are tried on a group.

Methods are tried until all targets have their answers.  Each method is right whenever it applies; ``DESIGN.md`` has a
section, or *step*, about each.  So the order only matters for the time, with one exception: the methods after `Agreement`
expect a group in conflict.  A method that is tried again, with a larger budget, continues where it stopped.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from equibel.formula import Formula
from equibel.solving.method import Budget, Case, Method
from equibel.solving.methods.agreement import Agreement, Free
from equibel.solving.methods.characterizations import CollectingModels, TranslatingFormulas
from equibel.solving.methods.elimination import Elimination, is_wide, may_be_narrow
from equibel.solving.methods.growth import Growing
from equibel.solving.methods.mcs_enumeration import Enumeration, is_pair, is_small_pair
from equibel.solving.methods.minimum_cut import MinimumCut
from equibel.solving.methods.roof_duality import RoofDuality
from equibel.solving.methods.star import Star
from equibel.solving.methods.sums import Summing
from equibel.solving.methods.witnesses import SeveralScenarios
from equibel.solving.plan import Plan
from equibel.solving.preprocessing.autarky import Autarky
from equibel.solving.problem import Group
from equibel.solving.request import Request


class Row(NamedTuple):
    """One row of the table: the step that says why the method is right, the method, and its budget.

    ``when`` is a further condition, besides that of the method: where a try is worth its time.
    """

    step: int
    method: Method
    budget: Budget = Budget()
    when: Callable[[Case], bool] | None = None


@functools.lru_cache(maxsize=8)
def portfolio(plan: Plan) -> tuple[Row, ...]:
    """The table.  The last row of each characterization has no budget, so that every group gets its answers."""
    first = Budget(eq_sets=plan.first_eq_sets)
    narrow = Budget(width=plan.narrow_width, kinds=plan.narrow_kinds)
    search, elimination, enumeration, cut = CollectingModels(), Elimination(), Enumeration(), MinimumCut()
    turns = [
        row
        for longer in (plan.longer**n for n in range(plan.attempts))
        for row in (
            Row(8, search, Budget(eq_sets=longer * plan.long_eq_sets)),
            Row(5, elimination, Budget(width=plan.wide_width, kinds=longer * plan.long_kinds, at_once=False)),
        )
    ]
    return (
        Row(14, SeveralScenarios()),
        Row(2, Free()),
        Row(3, Agreement()),
        Row(4, Star()),
        Row(5, elimination, narrow, when=may_be_narrow),
        Row(6, enumeration, first, when=is_small_pair),
        Row(18, Summing(), Budget(width=plan.narrow_width), when=may_be_narrow),
        Row(17, cut),
        Row(19, RoofDuality()),
        Row(7, Autarky()),
        Row(16, Growing()),
        Row(5, elimination, narrow, when=is_wide),
        Row(17, cut),
        Row(6, enumeration, first),
        Row(8, search, Budget(eq_sets=plan.soon_eq_sets), when=is_pair),
        Row(6, enumeration, Budget(eq_sets=plan.all_eq_sets)),
        *turns,
        Row(8, search),
        Row(13, TranslatingFormulas()),
    )


def solve_groups(request: Request, rows: Sequence[Row], groups: Sequence[Group]) -> list[list[tuple[int, Formula]]]:
    """For each group, what targets believe about its atoms; a target may come several times, or not at all."""
    found = []
    for group in groups:
        request.limits.check()
        found.append(list(_solve(Case(group, request), rows)))
    return found


def _solve(case: Case, rows: Sequence[Row]) -> Iterator[tuple[int, Formula]]:
    """The answers of the first methods that have answers."""
    for number, (_, method, budget, when) in enumerate(rows):
        if (when is not None and not when(case)) or not method.applies(case):
            continue
        answer = None
        began = time.perf_counter()
        try:
            if method.calls_solver:
                answer = case.request.limits.off_main_thread(functools.partial(method.solve, case, budget))
            else:
                answer = method.solve(case, budget)
        finally:
            answered = answer is not None and not answer.left
            case.request.statistics.asked(method.name, answered=answered, seconds=time.perf_counter() - began)
        if answer is None:
            continue
        if answer.believed:
            yield from ((node, formula) for node, formula in answer.believed.items() if node in case.targets)
        for part in answer.parts:
            yield from _solve(case.part(part), _for_part(part, case, rows, number, alone=len(answer.parts) == 1))
        if not answer.left:
            return
        case = case.about(answer.left)


def _for_part(part: Group, case: Case, rows: Sequence[Row], number: int, *, alone: bool) -> Sequence[Row]:
    """The rows for a part of a group.

    A part that is as large as the group gets the rows after the one that made the part.  Other parts get all rows but that
    of autarky.  A single part is in conflict, as the group was, so that agreement need not be tried.
    """
    if part.open == case.group.open and len(part.constraints) == len(case.group.constraints):
        return rows[number + 1 :]
    known = (Autarky, Agreement) if alone else (Autarky,)
    return [row for row in rows if not isinstance(row.method, known)]
