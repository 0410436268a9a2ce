"""All maximal EQ sets of a group in one search, then all interpretations that have one of them in another.

In a large group a few EQ sets show all the values that its nodes can take, so that it pays to look for the next one that
shows something new (`equibel.solving.search`).  Between two nodes nearly every maximal EQ set does, and finding them one by
one, with several solver calls for each, is the long way round.

Lists of EQ sets are usually made by forcing the solver to decide equalities first, or by growing each EQ set found until
it is maximal.  Here the solver is free: what it finds need not be maximal, it only must not be inside what was
found before.  The maximal ones are sorted out afterwards.
"""

from __future__ import annotations

import clingo

from equibel.formula import Formula, disjunction
from equibel.options import SEMANTIC
from equibel.solving import predicates as pr
from equibel.solving.facts import group_facts
from equibel.solving.limits import Limits
from equibel.solving.predicates import fact
from equibel.solving.problem import Group
from equibel.solving.solver import Solver, TakesLongError
from equibel.solving.translation import Translation
from equibel.solving.values import Values, formula_of

_MOST_EQ_SETS = 20_000  # found on the way, not all of them maximal
_MOST_CONFLICTS = 500_000
_MOST_MODELS = 16  # per EQ set on average; past it, the formulas of the EQ sets say the same

#: An EQ set, as the positions in ``Group.compared`` that are not in it.
Outside = frozenset[int]


def sweep(
    group: Group, targets: dict[int, list[int]], method: str, limits: Limits
) -> list[tuple[int, Formula]] | None:
    """The answers by inclusion in a group on one level; ``None`` when it has too many EQ sets.

    ``targets`` gives, for each node whose answer is wanted, its open copies.
    """
    try:
        swept = Sweep(group, limits)
        maximal = swept.maximal_eq_sets()
    except TakesLongError:
        return None
    values = swept.values(maximal, targets) if method == SEMANTIC else None
    if values is not None:
        return [(node, formula_of([group.copies[i][1] for i in targets[node]], shown)) for node, shown in values.items()]
    translations = [Translation(group, outside) for outside in limits.over(maximal)]
    return [
        (node, disjunction(translation.answer(copies) for translation in limits.over(translations)))
        for node, copies in targets.items()
    ]


class Sweep:
    """A group as a program for such searches."""

    def __init__(self, group: Group, limits: Limits) -> None:
        atoms = {name: number for number, name in enumerate(sorted({name for _, name in group.copies}))}
        encodings = [pr.INTERPRETATION, pr.FORMULAS, pr.EQ_SETS, pr.SWEEP]
        solver = self._solver = Solver(encodings, group_facts(group, atoms), limits)
        self._true = [solver.literal(fact(pr.TRUE, v, atoms[p])) for v, p in group.copies[: group.open]]
        self._eq = [
            solver.literal(fact(pr.EQ, atoms[group.copies[i][1]], group.copies[i][0], group.copies[j][0]))
            for i, j, _ in group.compared
        ]

    def maximal_eq_sets(self) -> list[Outside]:
        """All of them; raises `TakesLongError` when there are too many, or they are too hard to find."""

        def outside(model: clingo.Model) -> list[int]:
            return [k for k, equal in enumerate(self._eq) if not model.is_true(equal)]

        def some_of(lost: list[int]) -> list[int]:
            return [self._eq[k] for k in lost]

        found = self._solver.sweep(outside, some_of, _MOST_EQ_SETS, _MOST_CONFLICTS)
        everything = range(len(self._eq))
        lacking = [0] * len(self._eq)  # for each comparison, the EQ sets that do not contain it: a bit for each
        for number, lost in enumerate(found):
            for k in lost:
                lacking[k] |= 1 << number
        maximal = []
        for number, outside_it in enumerate(map(frozenset, found)):
            as_good = (1 << len(found)) - 1  # the EQ sets that contain this one, itself among them
            for k in everything:
                if k not in outside_it:
                    as_good &= ~lacking[k]
            if as_good == 1 << number:
                maximal.append(outside_it)
        return maximal

    def values(self, maximal: list[Outside], targets: dict[int, list[int]]) -> dict[int, list[Values]] | None:
        """The values of the targets' copies in all interpretations with a maximal EQ set; ``None`` for too many."""
        everything = range(len(self._eq))
        lost = self._solver.conjunctions([-self._eq[k] for k in outside] for outside in maximal)
        rest = self._solver.conjunctions([self._eq[k] for k in everything if k not in outside] for outside in maximal)
        # What lacks everything that a maximal EQ set lacks has to have everything that it has.
        self._solver.add_clauses([-all_lost, all_kept] for all_lost, all_kept in zip(lost, rest, strict=True))
        shown: dict[int, dict[Values, None]] = {node: {} for node in targets}
        literals = {node: [self._true[i] for i in copies] for node, copies in targets.items()}

        def read(model: clingo.Model) -> None:
            for node, true in literals.items():
                shown[node][tuple(map(model.is_true, true))] = None

        try:
            self._solver.sweep(read, None, _MOST_MODELS * len(maximal))
        except TakesLongError:
            return None
        return {node: list(values) for node, values in shown.items()}
