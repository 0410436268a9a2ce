"""Finding optimal interpretations of one group with clingo."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import clingo

from equibel.options import CARDINALITY
from equibel.solving import predicates as pr
from equibel.solving.facts import FormulaFacts
from equibel.solving.limits import Limits
from equibel.solving.predicates import fact
from equibel.solving.problem import Group
from equibel.solving.solver import Solver

Interpretation = list[bool]  # values of group.copies


class OptimalInterpretations:
    """The optimal interpretations of a group that show some target a value not yet in its answer.

    Parameters
    ----------
    group : Group
    targets : dict
        For each node whose answer is wanted, its open copies.
    optimum : str
        ``INCLUSION`` or ``CARDINALITY``; either way level by level.
    limits : Limits
    """

    def __init__(self, group: Group, targets: dict[int, list[int]], optimum: str, limits: Limits) -> None:
        self._group = group
        self._targets = targets
        self._optimum = optimum
        self._levels = sorted({level for _, _, level in group.compared})
        preference = pr.CARDINALITY_PREFERENCE if optimum == CARDINALITY else pr.INCLUSION_PREFERENCE
        encodings = [pr.INTERPRETATION, pr.FORMULAS, pr.EQ_SETS, preference, pr.COVER]
        atoms = {name: number for number, name in enumerate(sorted({name for _, name in group.copies}))}
        solver = Solver(encodings, _facts(group, targets, atoms), limits, heuristic=optimum != CARDINALITY)
        self._solver = solver
        self._true = [solver.literal(fact(pr.TRUE, v, atoms[p])) for v, p in group.copies[: group.open]]
        self._eq = [
            solver.literal(fact(pr.EQ, atoms[group.copies[i][1]], group.copies[i][0], group.copies[j][0]))
            for i, j, _ in group.compared
        ]
        self._uncovered = {node: solver.literal(fact(pr.UNCOVERED, node)) for node in targets}
        self._searching = solver.literal(pr.SEARCHING)
        self._unfinished = solver.literal(pr.UNFINISHED)
        if optimum == CARDINALITY:
            for level, cost in zip(self._levels, solver.optimize(), strict=True):
                solver.ground(pr.OPTIMUM, level, -cost)

    def find(self) -> Interpretation | None:
        """An optimal interpretation whose EQ set has not been found before, or ``None`` when nothing new is left."""
        found = self._solver.solve([self._searching, self._unfinished], self._read)
        if found is None:
            return None
        if self._optimum == CARDINALITY:
            self._finish(found)
            return found
        return self._improve(found)

    def with_same_eq_set(self, found: Interpretation, limit: int) -> list[Interpretation] | None:
        """All interpretations with the EQ set of ``found``, or ``None`` when there are more than ``limit``."""
        outside = self._group.disagreements(found)
        pattern = [-literal if k in outside else literal for k, literal in enumerate(self._eq)]
        models = self._solver.models([-self._searching, -self._unfinished, *pattern], self._read)
        same = list(islice(models, limit + 1))
        models.close()
        return same if len(same) <= limit else None

    def exclude(self, node: int, values: Iterable[tuple[bool, ...]]) -> None:
        """Take values of a target's copies as known: they are no longer looked for."""
        literals = [self._true[i] for i in self._targets[node]]
        self._solver.add_clauses(
            [-self._uncovered[node], *(-lit if value else lit for lit, value in zip(literals, row, strict=True))]
            for row in values
        )

    def _improve(self, found: Interpretation) -> Interpretation:
        """Go from an interpretation to an optimal one that is at least as good, level by level."""
        better = self._finish(found)
        for level in self._levels:
            while True:
                outside = self._group.disagreements(found)
                kept = [
                    self._eq[k]
                    for k, (_, _, at) in enumerate(self._group.compared)
                    if at <= level and k not in outside
                ]
                improved = self._solver.solve([-self._searching, self._unfinished, better[level], *kept], self._read)
                if improved is None:
                    break
                found = improved
                better = self._finish(found)
        return found

    def _finish(self, found: Interpretation) -> dict[int, int]:
        """Exclude the EQ set of ``found`` and all those it beats; return, per level, a literal for "more at that level".

        EQ sets are compared at the first level on which they differ, so what is not excluded has an equality outside the
        EQ set of ``found`` at some level, and has all of its equalities on the levels before.
        """
        outside = self._group.disagreements(found)
        more = {level: self._solver.add_atom() for level in self._levels}
        clauses = [[-self._unfinished, *more.values()]]
        for level in self._levels:
            clauses.append(
                [-more[level]]
                + [self._eq[k] for k, (_, _, at) in enumerate(self._group.compared) if at == level and k in outside]
            )
            if level != self._levels[-1] and self._optimum != CARDINALITY:
                earlier = [more[before] for before in self._levels if before <= level]
                clauses += [
                    [-self._unfinished, self._eq[k], *earlier]
                    for k, (_, _, at) in enumerate(self._group.compared)
                    if at == level and k not in outside
                ]
        self._solver.add_clauses(clauses)
        return more

    def _read(self, model: clingo.Model) -> Interpretation:
        return [model.is_true(literal) for literal in self._true] + self._group.settled


def _facts(group: Group, targets: Iterable[int], atoms: dict[str, int]) -> list[clingo.Symbol]:
    facts = [fact(pr.PAIR, v, atoms[p]) for v, p in group.copies[: group.open]]
    settled = zip(group.copies[group.open :], group.settled, strict=True)
    facts += [fact(pr.FIXED, v, atoms[p], int(value)) for (v, p), value in settled]
    for i, j, level in group.compared:
        (x, p), (y, _) = group.copies[i], group.copies[j]
        facts.append(fact(pr.COMPARED, atoms[p], x, y, level))
    description = FormulaFacts()
    for node, formula in group.constraints:
        description.believe(formula, node, atoms.__getitem__)
    return facts + description.facts + [fact(pr.TARGET, node) for node in targets]
