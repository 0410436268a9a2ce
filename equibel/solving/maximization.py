"""Maximization: the values that nodes take in optimal interpretations, as formulas.

Operators state a `Problem`, and `maximize` answers it.  This is the only place where operators and the solver meet.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from equibel.formula import TRUE, Formula, conjunction, literal
from equibel.garbage import uncollected
from equibel.options import Progress
from equibel.solving.methods.witnesses import joint_groups
from equibel.solving.parallel import parallel_map
from equibel.solving.portfolio import portfolio, solve_groups
from equibel.solving.preprocessing.splitting import split
from equibel.solving.problem import Group, Problem
from equibel.solving.request import Request


def maximize(
    problem: Problem,
    request: Request,
    *,
    executor: Executor | None = None,
    report: Progress | None = None,
    complete: Callable[[list[int]], None] | None = None,
) -> dict[int, Formula]:
    """For every target, a formula whose models are the values that the target takes in optimal interpretations.

    Parameters
    ----------
    problem : Problem
    request : Request
        The optimum, the characterization and the limits.
    executor : concurrent.futures.Executor, optional
        Solves the groups; by default they are solved in this thread, one by one.
    report : callable, optional
        Called as ``report(done, total, "groups")``.
    complete : callable, optional
        Called with the targets whose answers are complete: before the first group, and after each group.

    Returns
    -------
    dict
        Target → formula, in the atoms of the target's connected component.

    Notes
    -----
    The problem is split into independent groups (`equibel.solving.preprocessing.splitting`), and each is solved by
    the first method of `equibel.solving.portfolio` that has an answer.
    """
    limits = request.limits
    request = request.about(problem)
    problem = problem.under(request.optimum)
    believed: defaultdict[int, list[Formula]] = defaultdict(list)
    if problem.witnesses:
        groups = joint_groups(problem, limits)
    else:
        with uncollected():
            groups, backbones = split(problem, limits)
        for target in problem.targets:
            if backbones[target]:
                believed[target] = [literal(name, value) for name, value in backbones[target].items()]
    request.statistics.count(problems=1, groups=len(groups))
    solve = functools.partial(solve_groups, request, portfolio(request.plan))
    if complete is not None:
        in_no_group, *completed = _completed(problem.targets, groups)
        complete(in_no_group)
    for done, answers in enumerate(parallel_map(solve, groups, executor, limits), 1):
        for node, formula in answers:
            believed[node].append(formula)
        if complete is not None:
            complete(completed[done - 1])
        if report is not None:
            report(done, len(groups), "groups")
    everything = {node: conjunction(f for f in formulas if f != TRUE) for node, formulas in believed.items()}
    return {target: everything.get(target, TRUE) for target in problem.targets}


def _completed(targets: Sequence[int], groups: list[Group]) -> list[list[int]]:
    """The targets that are in no group; then, for each group, the targets that are in no later group."""
    last = {node: done for done, group in enumerate(groups, 1) for node, _ in group.copies[: group.open]}
    completed: list[list[int]] = [[] for _ in range(len(groups) + 1)]
    for target in targets:
        completed[last.get(target, 0)].append(target)
    return completed
