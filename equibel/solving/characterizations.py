"""The answers of a group that has to be searched, by either characterization.

The semantic one collects the models that a node has in optimal interpretations; the syntactic one translates all formulas
to the node, along the comparisons of one optimal EQ set after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from equibel.formula import Formula, disjunction, truth_columns, truth_table
from equibel.options import INCLUSION
from equibel.solving.elimination import eliminate
from equibel.solving.limits import Limits
from equibel.solving.problem import Group
from equibel.solving.search import Found, Search, search
from equibel.solving.solver import TakesLongError
from equibel.solving.sweep import Sweep
from equibel.solving.translation import Translation
from equibel.solving.values import MOST_ATOMS, Values, formula_of

_WIDE = 12  # copies in a bag with which elimination is worth an attempt, when a search takes long
_SOON = 16  # EQ sets after which a search is not over soon, so that a sweep may go on
_SWEPT = 20_000  # EQ sets that the sweep may meet then
_MOST_MODELS = 16  # of one EQ set, collected one by one; past it, the EQ set's formula says the same


class Attempt(NamedTuple):
    """When a search counts as long, and how much is spent on elimination then."""

    conflicts: int  # of the solver, for each target in turn
    eq_sets: int
    kinds: int  # of interpretations, per copy


# Either may end soon where the other does not, and neither knows beforehand: each is given four times as much as before.
_ATTEMPTS = tuple(Attempt(2000 * 4**n, 200 * 4**n, 2000 * 4**n) for n in range(4))


def by_models(
    group: Group, targets: dict[int, list[int]], optimum: str, limits: Limits, sweep: Sweep | None
) -> Iterator[tuple[int, Formula]]:
    """Semantic characterization: Θ(v) has exactly the models M_v, for M an optimal model of the scenario.

    A sweep that has been given up is taken up again when the search is not over soon.
    """
    optima = search(group, targets, optimum, limits)
    values: dict[int, dict[Values, None]] = {node: {} for node in targets}
    formulas: dict[int, dict[Formula, None]] = {node: {} for node in targets}
    otherwise: list[tuple[int, Formula]] | None = None  # answers that were not searched
    attempts = list(_ATTEMPTS) if optimum == INCLUSION and group.on_one_level else []
    most = _MOST_MODELS
    while True:
        if sweep is not None and optima.effort.eq_sets == _SOON:
            otherwise, sweep = sweep.answers(_SWEPT), None
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


def by_translation(
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
