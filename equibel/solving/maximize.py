"""Maximization: the values that nodes take in optimal interpretations, as formulas.

This is the one seam between the operators and the solver.  An operator states a `Problem`; `maximize` answers it.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor

from equibel.formula import TRUE, Formula, conjunction, literal, truth_table_formula
from equibel.options import INCLUSION, SEMANTIC, Progress
from equibel.solving.autarky import literals_of, separate
from equibel.solving.characterizations import by_models, by_translation
from equibel.solving.elimination import eliminate
from equibel.solving.garbage import uncollected
from equibel.solving.limits import Limits
from equibel.solving.problem import Group, Problem
from equibel.solving.queries import satisfiable
from equibel.solving.split import split
from equibel.solving.spread import spread
from equibel.solving.star import star_values
from equibel.solving.sweep import Sweep
from equibel.solving.translation import Translation
from equibel.solving.witnesses import joint_groups, solve_joint

_NARROW, _FEW = 7, 1000  # copies in a bag, and kinds of interpretations, with which eliminating is as fast as any search
_PAIR = 2  # nodes with open copies: nearly every EQ set shows new values, so all of them may as well be found at once
_SWEPT = 6000  # EQ sets that are met on the way, before a search is tried
_TABLE, _SMALL = 20, 100  # open copies between which a pair is swept before it is looked at more closely

Answers = Iterable[tuple[int, Formula]]  # nodes, and what each believes


def maximize(
    problem: Problem,
    optimum: str,
    method: str,
    limits: Limits | None = None,
    *,
    executor: Executor | None = None,
    report: Progress | None = None,
    complete: Callable[[list[int]], None] | None = None,
) -> dict[int, Formula]:
    """For every target, a formula whose models are the values it takes in the optimal interpretations.

    Parameters
    ----------
    problem : Problem
    optimum : str
        ``INCLUSION``: EQ sets are compared by set inclusion; ``CARDINALITY``: by size, with weights by their
        sum.  With several levels, both at the first level on which they differ.
    method : str
        ``SEMANTIC`` collects models, ``SYNTACTIC`` translates formulas.  The answers are equivalent.
    limits : Limits, optional
    executor : concurrent.futures.Executor, optional
        Where the groups are solved; here and now by default.
    report : callable, optional
        Called as ``report(done, total, "groups")``.
    complete : callable, optional
        Called with targets whose answers are known from then on: before the first group and after each.

    Returns
    -------
    dict
        Target → formula in the atoms of its connected component.

    Notes
    -----
    The problem is split into independent groups (`equibel.solving.split`).  A group whose formulas are jointly consistent
    has one maximal EQ set, everything, and needs one satisfiability test.  By inclusion, groups of small width are solved by
    elimination (`equibel.solving.elimination`), and between two nodes all maximal EQ sets are found at once
    (`equibel.solving.sweep`).  In the others the optimal interpretations are searched only as long as they show some target
    a new value (`equibel.solving.search`).
    """
    limits = limits or Limits()
    problem = problem.under(optimum)
    believed: defaultdict[int, list[Formula]] = defaultdict(list)
    if problem.witnesses:
        groups = joint_groups(problem, limits)
    else:
        with uncollected():
            groups, settled = split(problem, limits)
        for target in problem.targets:
            if settled[target]:
                believed[target] = [literal(name, value) for name, value in settled[target].items()]
    solve = functools.partial(_solve_groups, len(problem.beliefs), problem.targets, optimum, method, limits)
    if complete is not None:
        in_no_group, *completed = _completed(problem.targets, groups)
        complete(in_no_group)
    for done, answers in enumerate(spread(solve, groups, executor, limits), 1):
        for node, formula in answers:
            believed[node].append(formula)
        if complete is not None:
            complete(completed[done - 1])
        if report is not None:
            report(done, len(groups), "groups")
    everything = {node: conjunction(f for f in formulas if f != TRUE) for node, formulas in believed.items()}
    return {target: everything.get(target, TRUE) for target in problem.targets}


def _completed(targets: tuple[int, ...], groups: list[Group]) -> list[list[int]]:
    """The targets that are in no group; then for each group those that are in it and in none after it."""
    last = {node: done for done, group in enumerate(groups, 1) for node, _ in group.copies[: group.open]}
    completed: list[list[int]] = [[] for _ in range(len(groups) + 1)]
    for target in targets:
        completed[last.get(target, 0)].append(target)
    return completed


def _solve_groups(
    n: int, targets: tuple[int, ...], optimum: str, method: str, limits: Limits, groups: list[Group]
) -> list[list[tuple[int, Formula]]]:
    def solve(group: Group) -> list[tuple[int, Formula]]:
        if group.twins or group.falls_apart():
            return limits.off_main_thread(lambda: list(solve_joint(group.opened(), n, targets, optimum, method, limits)))
        return list(_solve_group(group, targets, optimum, method, limits))

    return list(map(solve, groups))


def _solve_group(
    group: Group, wanted: Iterable[int], optimum: str, method: str, limits: Limits
) -> Iterator[tuple[int, Formula]]:
    limits.check()
    if _is_free(group, optimum) or not (targets := _targets(group, wanted)):
        return
    sweep = _sweep_of(group, targets, optimum, method, limits) if _TABLE < group.open <= _SMALL else None
    answers: Answers | None = _in_agreement(group, targets, limits, sweep)
    if answers is None:
        answers = _without_search(group, targets, optimum, method, limits)
    if answers is None:  # from here on the solver is called many times
        answers = limits.off_main_thread(lambda: _by_solver(group, targets, optimum, method, limits, sweep))
    yield from answers


def _by_solver(
    group: Group, targets: dict[int, list[int]], optimum: str, method: str, limits: Limits, sweep: Sweep | None
) -> list[tuple[int, Formula]]:
    """The answers in a group that is not simple."""
    answers = sweep.answers(_SWEPT) if sweep is not None else None
    return list(_by_parts(group, targets, optimum, method, limits, sweep)) if answers is None else answers


def _by_parts(
    group: Group, wanted: dict[int, list[int]], optimum: str, method: str, limits: Limits, sweep: Sweep | None
) -> Iterator[tuple[int, Formula]]:
    """The answers in a group in conflict, split by what no conflict is about."""
    parts, values, shared = separate(group, limits)
    for node in wanted:
        yield from ((node, formula) for formula in (*literals_of(group, values, node), *shared))
    for part in parts:
        if _is_free(part, optimum) or not (targets := _targets(part, wanted)):
            continue
        answers: Answers | None = _in_agreement(part, targets, limits) if len(parts) > 1 else None
        if answers is None:
            answers = _without_search(part, targets, optimum, method, limits)
        swept = sweep if part.open == group.open else None
        if answers is None and swept is None:
            swept = _sweep_of(part, targets, optimum, method, limits)
            answers = swept.answers(_SWEPT) if swept else None
        if answers is None and method == SEMANTIC:
            answers = by_models(part, targets, optimum, limits, swept)
        yield from by_translation(part, targets, optimum, limits) if answers is None else answers


def _is_free(group: Group, optimum: str) -> bool:
    """Nobody says anything about these atoms, or any copy can agree with either: see DESIGN.md, "Free groups"."""
    if group.constraints:
        return False
    return not group.settled or (optimum == INCLUSION and group.on_one_level and len(set(group.settled)) == 2)


def _in_agreement(
    group: Group, targets: dict[int, list[int]], limits: Limits, sweep: Sweep | None = None
) -> list[tuple[int, Formula]] | None:
    """The answers when all copies can agree: every node believes everything."""
    if sweep is not None and not sweep.all_agree():
        return None
    everything = Translation(group, frozenset())
    if sweep is None and not (everything.possible and satisfiable(everything.joint, limits)):
        return None
    return [(node, everything.answer(copies)) for node, copies in targets.items()]


def _without_search(
    group: Group, targets: dict[int, list[int]], optimum: str, method: str, limits: Limits
) -> Answers | None:
    """The semantic answers in a group that is simple for one reason or another, otherwise ``None``."""
    if method != SEMANTIC:
        return None
    if len(targets) == 1:
        [(node, copies)] = targets.items()
        values = star_values(group, node, optimum, limits)
        if values is not None:
            table = sum(1 << value for value in values)
            return [(node, truth_table_formula(table, [group.copies[i][1] for i in copies]))]
    if optimum == INCLUSION and group.on_one_level:
        return eliminate(group, targets, _NARROW, _FEW, limits, together=True)
    return None


def _sweep_of(
    group: Group, targets: dict[int, list[int]], optimum: str, method: str, limits: Limits
) -> Sweep | None:
    """The sweep of a group for which one is of use."""
    if method != SEMANTIC or len(group.nodes) > _PAIR or optimum != INCLUSION or not group.on_one_level:
        return None
    return limits.off_main_thread(lambda: Sweep(group, targets, limits))


def _targets(group: Group, wanted: Iterable[int]) -> dict[int, list[int]]:
    """The wanted nodes of a group, with their open copies."""
    nodes = group.nodes
    return {node: nodes[node] for node in wanted if node in nodes}
