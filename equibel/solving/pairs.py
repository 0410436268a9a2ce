"""Groups of two nodes: all maximal EQ sets in one search, then all interpretations that have them.

In a larger group few EQ sets show all values that the nodes can take, so it pays to look for the next one that shows
something new (`equibel.solving.search`).  Between two nodes nearly every maximal EQ set does, which makes finding them one
by one, with several solver calls for each, the long way round.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def pair_answers(
    group: Group, targets: dict[int, list[int]], method: str, limits: Limits
) -> list[tuple[int, Formula]] | None:
    """The answers by inclusion in a group of two nodes; ``None`` when it has too many EQ sets, or more nodes.

    ``targets`` gives, for each node whose answer is wanted, its open copies.
    """
    if len(group.nodes()) != 2:
        return None
    try:
        pair = Pair(group, limits)
        maximal = pair.maximal_eq_sets()
        values = pair.values(maximal, targets) if method == SEMANTIC else None
    except TakesLongError:
        return None
    if values is not None:
        return [(node, formula_of([group.copies[i][1] for i in targets[node]], shown)) for node, shown in values.items()]
    translations = [Translation(group, outside) for outside in maximal]
    return [
        (node, disjunction(translation.answer(copies) for translation in limits.over(translations)))
        for node, copies in targets.items()
    ]


class Pair:
    """The two nodes of a group, as a program in ``asp/``."""

    def __init__(self, group: Group, limits: Limits) -> None:
        atoms = {name: number for number, name in enumerate(sorted({name for _, name in group.copies}))}
        encodings = [pr.INTERPRETATION, pr.FORMULAS, pr.EQ_SETS, pr.PAIR_PREFERENCE]
        solver = self._solver = Solver(encodings, group_facts(group, atoms), limits)
        self._true = [solver.literal(fact(pr.TRUE, v, atoms[p])) for v, p in group.copies[: group.open]]
        self._eq = [
            solver.literal(fact(pr.EQ, atoms[group.copies[i][1]], group.copies[i][0], group.copies[j][0]))
            for i, j, _ in group.compared
        ]

    def maximal_eq_sets(self) -> list[Outside]:
        """All of them; raises `TakesLongError` when they are too many, or too hard to find."""

        def outside(model: clingo.Model) -> list[int]:
            return [k for k, equal in enumerate(self._eq) if not model.is_true(equal)]

        def better(lost: list[int]) -> list[int]:
            return [self._eq[k] for k in lost]

        found = self._solver.sweep(outside, better, _MOST_EQ_SETS, _MOST_CONFLICTS)
        lacking = [0] * len(self._eq)  # for each comparison, the found EQ sets that it is not in: a bit each
        for number, lost in enumerate(found):
            for k in lost:
                lacking[k] |= 1 << number
        everything = (1 << len(found)) - 1
        maximal = []
        for number, lost in enumerate(found):
            as_good = everything  # those that have all the equalities of this one, itself among them
            for k in frozenset(range(len(self._eq))).difference(lost):
                as_good &= ~lacking[k]
            if as_good == 1 << number:
                maximal.append(frozenset(lost))
        return maximal

    def values(self, maximal: list[Outside], targets: dict[int, list[int]]) -> dict[int, list[Values]] | None:
        """The values of the targets' copies in all interpretations with one of these EQ sets; ``None`` for too many."""
        everything = range(len(self._eq))
        lost = self._solver.conjunctions([-self._eq[k] for k in outside] for outside in maximal)
        rest = self._solver.conjunctions([self._eq[k] for k in everything if k not in outside] for outside in maximal)
        # What loses all that a maximal EQ set lacks must not lose more.
        self._solver.add_clauses([-all_lost, nothing_more] for all_lost, nothing_more in zip(lost, rest, strict=True))
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
