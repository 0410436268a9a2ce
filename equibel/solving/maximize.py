"""Maximization: the values that nodes take in optimal interpretations, as formulas.

This is the one seam between the operators and the solver.  An operator states a `Problem`; `maximize` answers it.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import NamedTuple

from equibel.errors import TimeLimitExceeded
from equibel.formula import (
    TRUE,
    Formula,
    conjunction,
    disjunction,
    literal,
    truth_columns,
    truth_table,
    truth_table_formula,
)
from equibel.options import INCLUSION, SEMANTIC, Progress
from equibel.solving.autarky import literals_of, separate
from equibel.solving.elimination import eliminate
from equibel.solving.limits import Limits
from equibel.solving.problem import Group, Problem
from equibel.solving.queries import satisfiable
from equibel.solving.search import Found, Search, search
from equibel.solving.solver import TakesLongError
from equibel.solving.split import split
from equibel.solving.spread import spread
from equibel.solving.star import star_values
from equibel.solving.sweep import Sweep
from equibel.solving.translation import Translation
from equibel.solving.values import MOST_ATOMS, Values, formula_of
from equibel.solving.witnesses import joint_groups, solve_joint

_NARROW, _FEW = 7, 1000  # copies in a bag, and kinds of interpretations, with which eliminating is as fast as any search
_WIDE = 12  # copies in a bag with which it is worth an attempt, when a search takes long


class Attempt(NamedTuple):
    """When a search counts as long, and how much is spent on elimination then."""

    conflicts: int  # of the solver, when it is asked for one candidate
    eq_sets: int
    kinds: int  # of interpretations, per copy


# Either may end soon where the other does not, and neither knows beforehand: each is given more time than before.
_ATTEMPTS = (Attempt(50_000, 200, 2000), Attempt(2_000_000, 5000, 200_000))
_PAIR = 2  # nodes with open copies: nearly every EQ set shows new values, so all of them may as well be found at once
# How many EQ sets are met on the way, before and after a search has found so many that it is not over soon.
_SWEPT, _SWEPT_LATER, _SOON = 3000, 20_000, 16
_TABLE, _SMALL = 20, 100  # open copies between which a pair is swept before it is looked at more closely
_MOST_MODELS = 16  # of one EQ set, collected one by one; past it, the EQ set's formula says the same


def maximize(
    problem: Problem,
    optimum: str,
    method: str,
    limits: Limits | None = None,
    *,
    executor: Executor | None = None,
    report: Progress | None = None,
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
        groups, settled = split(problem, limits)
        for target in problem.targets:
            if settled[target]:
                believed[target] = [literal(name, value) for name, value in settled[target].items()]
    solve = functools.partial(_solve_groups, len(problem.beliefs), problem.targets, optimum, method, limits)
    done = 0
    try:
        for done, answers in enumerate(spread(solve, groups, executor, limits), 1):
            for node, formula in answers:
                believed[node].append(formula)
            if report is not None:
                report(done, len(groups), "groups")
    except TimeLimitExceeded as stop:
        unsolved = {node for group in groups[done:] for node in group.nodes}
        stop.completed = [target for target in problem.targets if target not in unsolved]
        raise
    return {target: conjunction(f for f in believed.get(target, ()) if f != TRUE) for target in problem.targets}


def _solve_groups(
    n: int, targets: tuple[int, ...], optimum: str, method: str, limits: Limits, groups: list[Group]
) -> list[list[tuple[int, Formula]]]:
    return [
        list(
            solve_joint(group.opened(), n, targets, optimum, method, limits)
            if group.twins or group.falls_apart()
            else _solve_group(group, targets, optimum, method, limits)
        )
        for group in groups
    ]


def _solve_group(
    group: Group, wanted: Iterable[int], optimum: str, method: str, limits: Limits
) -> Iterator[tuple[int, Formula]]:
    limits.check()
    targets = _targets(group, wanted)
    if not targets or _is_free(group, optimum):
        return
    sweep = _sweep_of(group, targets, optimum, method, limits) if _TABLE < group.open <= _SMALL else None
    answers = _in_agreement(group, targets, limits, sweep)
    if answers is None:
        answers = _without_search(group, targets, optimum, method, limits)
    if answers is None and sweep is not None:
        answers = sweep.answers(_SWEPT)
    yield from _by_parts(group, wanted, optimum, method, limits, sweep) if answers is None else answers


def _by_parts(
    group: Group, wanted: Iterable[int], optimum: str, method: str, limits: Limits, sweep: Sweep | None
) -> Iterator[tuple[int, Formula]]:
    """The answers in a group in conflict, split by what no conflict is about."""
    parts, values, shared = separate(group, limits)
    for node in _targets(group, wanted):
        yield from ((node, formula) for formula in (*literals_of(group, values, node), *shared))
    for part in parts:
        targets = _targets(part, wanted)
        if not targets or _is_free(part, optimum):
            continue
        answers = _in_agreement(part, targets, limits) if len(parts) > 1 else None
        if answers is None:
            answers = _without_search(part, targets, optimum, method, limits)
        swept = sweep if part.open == group.open else None
        if answers is None and swept is None:
            swept = _sweep_of(part, targets, optimum, method, limits)
            answers = swept and swept.answers(_SWEPT)
        if answers is None and method == SEMANTIC:
            answers = _by_models(part, targets, optimum, limits, swept)
        yield from _by_translation(part, targets, optimum, limits) if answers is None else answers


def _is_free(group: Group, optimum: str) -> bool:
    """Nobody says anything about these atoms, or any copy can agree with either: see DESIGN.md, "Free groups"."""
    if group.constraints:
        return False
    return not group.settled or (_on_one_level_by_inclusion(group, optimum) and len(set(group.settled)) == 2)


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
) -> Iterable[tuple[int, Formula]] | None:
    """The semantic answers in a group that is simple for one reason or another, otherwise ``None``."""
    if method != SEMANTIC:
        return None
    if len(targets) == 1:
        [(node, copies)] = targets.items()
        values = star_values(group, node, optimum, limits)
        if values is not None:
            table = sum(1 << value for value in values)
            return [(node, truth_table_formula(table, [group.copies[i][1] for i in copies]))]
    if _on_one_level_by_inclusion(group, optimum):
        return eliminate(group, targets, _NARROW, _FEW, limits, together=True)
    return None


def _sweep_of(
    group: Group, targets: dict[int, list[int]], optimum: str, method: str, limits: Limits
) -> Sweep | None:
    """The sweep of a group for which one is of use."""
    if method != SEMANTIC or len(group.nodes) > _PAIR or not _on_one_level_by_inclusion(group, optimum):
        return None
    return Sweep(group, targets, limits)


def _on_one_level_by_inclusion(group: Group, optimum: str) -> bool:
    return optimum == INCLUSION and len({level for _, _, level in group.compared}) == 1


def _targets(group: Group, wanted: Iterable[int]) -> dict[int, list[int]]:
    """The wanted nodes of a group, with their open copies."""
    nodes = group.nodes
    return {node: nodes[node] for node in wanted if node in nodes}


def _by_models(
    group: Group, targets: dict[int, list[int]], optimum: str, limits: Limits, sweep: Sweep | None
) -> Iterator[tuple[int, Formula]]:
    """Semantic characterization: Θ(v) has exactly the models M_v, for M an optimal model of the scenario.

    A sweep that has been given up is taken up again when the search is not over soon.
    """
    optima = search(group, targets, optimum, limits)
    values: dict[int, dict[Values, None]] = {node: {} for node in targets}
    formulas: dict[int, dict[Formula, None]] = {node: {} for node in targets}
    otherwise: list[tuple[int, Formula]] | None = None  # answers that were not searched
    attempts = list(_ATTEMPTS) if _on_one_level_by_inclusion(group, optimum) else []
    most = _MOST_MODELS
    while True:
        if sweep is not None and optima.effort.eq_sets == _SOON:
            otherwise, sweep = sweep.answers(_SWEPT_LATER), None
            if otherwise is not None:
                break
        candidate, long = _ask(optima, most, attempts)
        if long:
            rest = {node: targets[node] for node in optima.unanswered}
            otherwise = eliminate(group, rest, _WIDE, attempts.pop(0).kinds, limits, together=False)
        if otherwise is not None or not (candidate or long):
            break
        if candidate is None:
            continue
        found, same = candidate
        if same is None:  # too many to list: what they have in common is the formula of their EQ set
            most = max(1, most // 2)  # and the next one is likely to have too many as well
            translation = Translation(group, group.disagreements(found))
            for node, copies in targets.items():
                formula = translation.answer(copies)
                formulas[node][formula] = None
                optima.exclude_models(node, formula)
            continue
        most = min(2 * most, _MOST_MODELS)
        for node, copies in targets.items():
            shown = dict.fromkeys(tuple(model[i] for i in copies) for model in same)
            optima.exclude(node, shown.keys() - values[node].keys())
            values[node] |= shown
    answers = dict(otherwise or [])
    for node, copies in targets.items():
        if node not in answers:
            names = [group.copies[i][1] for i in copies]
            answers[node] = disjunction([formula_of(names, values[node]), *formulas[node]])
    yield from answers.items()


def _ask(optima: Search, most: int, attempts: list[Attempt]) -> tuple[Found | None, bool]:
    """What a search finds next, and whether it takes long enough for the next attempt at elimination."""
    optima.patience = attempts[0].conflicts if attempts else None
    try:
        candidate = optima.find(most)
    except TakesLongError:
        return None, True
    return candidate, bool(candidate and attempts and optima.effort.eq_sets >= attempts[0].eq_sets)


def _by_translation(
    group: Group, targets: dict[int, list[int]], optimum: str, limits: Limits
) -> Iterator[tuple[int, Formula]]:
    """Syntactic characterization: Θ(v) is the disjunction, over the optimal EQ sets, of all formulas translated to v."""
    optima = search(group, targets, optimum, limits)
    values: dict[int, set[Values]] = {node: set() for node in targets}
    formulas: dict[int, dict[Formula, None]] = {node: {} for node in targets}
    while candidate := optima.find():
        found = candidate.interpretation
        translation = Translation(group, group.disagreements(found))
        references = _models_of(translation)
        for node, copies in targets.items():
            formula = translation.answer(copies)
            if references is None:
                formulas[node][formula] = None
                optima.exclude_models(node, formula)
                continue
            new = {translation.value(copies, reference) for reference in references} - values[node]
            if new:
                formulas[node][formula] = None
            optima.exclude(node, new)
            values[node] |= new
    for node, found_formulas in formulas.items():
        yield node, disjunction(found_formulas)


def _models_of(translation: Translation) -> list[dict[str, bool]] | None:
    """The models of a translation's joint formula, or ``None`` when its atoms are too many to try all values."""
    names = translation.open_atoms()
    if len(names) > MOST_ATOMS:
        return None
    columns, full = truth_columns(names)
    table = truth_table(translation.joint, columns, full)
    rows = ({name: bool(row >> i & 1) for i, name in enumerate(names)} for row in range(1 << len(names)) if table >> row & 1)
    return list(rows)
