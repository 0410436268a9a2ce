"""Finding optimal interpretations of one group with clingo, as long as they show some target a new value."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import clingo

from equibel.options import CARDINALITY
from equibel.solving import predicates as pr
from equibel.solving.facts import FormulaFacts
from equibel.solving.improvement import Improvements, Lemma
from equibel.solving.limits import Limits
from equibel.solving.predicates import fact
from equibel.solving.problem import Group
from equibel.solving.solver import Solver

Interpretation = list[bool]  # values of group.copies


@dataclass
class Effort:
    """What a search has cost, in operations rather than seconds."""

    candidates: int = 0
    lemmas: int = 0
    eq_sets: int = 0
    solver_calls: int = 0


def search(group: Group, targets: dict[int, list[int]], optimum: str, limits: Limits) -> Search:
    """The search for an optimum: ``INCLUSION`` or ``CARDINALITY``, either way level by level.

    ``targets`` gives, for each node whose answer is wanted, its open copies.
    """
    kind = CardinalitySearch if optimum == CARDINALITY else InclusionSearch
    return kind(group, targets, limits)


class Search:
    """Optimal interpretations of a group; see `search`."""

    preference: str

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        self.effort = Effort()
        self._group = group
        self._targets = targets
        self._levels = sorted({level for _, _, level in group.compared})
        encodings = [pr.INTERPRETATION, pr.FORMULAS, pr.EQ_SETS, self.preference, pr.COVER]
        atoms = {name: number for number, name in enumerate(sorted({name for _, name in group.copies}))}
        solver = self._solver = Solver(encodings, _facts(group, targets, atoms), limits)
        self._true = [solver.literal(fact(pr.TRUE, v, atoms[p])) for v, p in group.copies[: group.open]]
        self._eq = [
            solver.literal(fact(pr.EQ, atoms[group.copies[i][1]], group.copies[i][0], group.copies[j][0]))
            for i, j, _ in group.compared
        ]
        self._uncovered = {node: solver.literal(fact(pr.UNCOVERED, node)) for node in targets}
        self._searching = solver.literal(pr.SEARCHING)
        self._unfinished = solver.literal(pr.UNFINISHED)
        self._idle = [-self._searching, *(-literal for literal in self._uncovered.values())]
        self._unneeded: list[int] = []  # atoms of finished EQ sets, of no meaning otherwise
        # Nodes are asked about in random order: an interpretation found for a node far from the ones before covers more.
        self._open = sorted(targets)
        random.Random(0).shuffle(self._open)

    def find(self) -> Interpretation | None:
        """An optimal interpretation whose EQ set is new, or ``None`` when no target takes another value."""
        while self._open:
            found = self._candidate(self._uncovered[self._open[-1]])
            if found is None:
                self._open.pop()
                found = self._candidate(self._searching)
            if found is None:
                self._open.clear()
                return None
            self.effort.eq_sets += 1
            return self._optimal(found)
        return None

    def with_same_eq_set(self, found: Interpretation, limit: int) -> list[Interpretation] | None:
        """All interpretations with the EQ set of ``found``, or ``None`` when there are more than ``limit``."""
        outside = self._group.disagreements(found)
        pattern = [-literal if k in outside else literal for k, literal in enumerate(self._eq)]
        models = self._solver.models([*self._idle, *self._unneeded, -self._unfinished, *pattern], self._read)
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

    def _candidate(self, wanted: int) -> Interpretation | None:
        self.effort.candidates += 1
        found = self._solve([wanted, self._unfinished])
        self.effort.solver_calls = self._solver.calls
        return found

    def _solve(self, assumptions: list[int]) -> Interpretation | None:
        return self._solver.solve(assumptions, self._read)

    def _optimal(self, found: Interpretation) -> Interpretation:
        """Go from a candidate to an optimal interpretation, and exclude its EQ set from now on."""
        raise NotImplementedError

    def _outside(self, found: Interpretation, level: int) -> list[int]:
        """The equalities of a level that do not hold in an interpretation, as literals."""
        outside = self._group.disagreements(found)
        return [self._eq[k] for k in outside if self._group.compared[k][2] == level]

    def _inside(self, found: Interpretation, level: int) -> list[int]:
        """The equalities of a level that hold in an interpretation, as literals."""
        outside = self._group.disagreements(found)
        compared = enumerate(self._group.compared)
        return [self._eq[k] for k, (_, _, at) in compared if at == level and k not in outside]

    def _read(self, model: clingo.Model) -> Interpretation:
        return [model.is_true(literal) for literal in self._true] + self._group.settled


class CardinalitySearch(Search):
    """Every candidate is optimal, since the greatest sizes are found first and demanded ever after."""

    preference = pr.CARDINALITY_PREFERENCE

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        super().__init__(group, targets, limits)
        self._cost = self._solver.optimize(self._idle)

    def _solve(self, assumptions: list[int]) -> Interpretation | None:
        return self._solver.solve(assumptions, self._read, cost=self._cost)

    def _optimal(self, found: Interpretation) -> Interpretation:
        """Exclude the EQ set; another one of the same size has an equality that this one lacks."""
        lacking = [literal for level in self._levels for literal in self._outside(found, level)]
        self._solver.add_clauses([[-self._unfinished, *lacking]])
        return found


class InclusionSearch(Search):
    """Candidates are improved until they are optimal, and what made them worse is learned."""

    preference = pr.INCLUSION_PREFERENCE

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        super().__init__(group, targets, limits)
        self._improvements = Improvements(group, limits)

    def _optimal(self, found: Interpretation) -> Interpretation:
        """Improve locally, then ask for better models, level by level, until there is none."""
        self._learn(self._improvements.of(found))
        found = self._improvements.climb(found)
        more = self._finish(found)
        kept: list[int] = []
        for level in self._levels:
            while better := self._solve([*self._idle, more[level], *kept, *self._inside(found, level)]):
                self._learn(self._improvements.between(found, better))
                found = self._improvements.climb(better)
                more = self._finish(found)
            kept += self._inside(found, level)
        return found

    def _finish(self, found: Interpretation) -> dict[int, int]:
        """Exclude the EQ set of ``found`` and all those it beats; return, per level, a literal for "more at that level".

        EQ sets are compared at the first level on which they differ, so what is not excluded has an equality that
        ``found`` lacks at some level, and all the equalities of ``found`` on the levels before.
        """
        more = {level: self._solver.add_atom() for level in self._levels}
        self._unneeded += (-literal for literal in more.values())
        clauses = [[-self._unfinished, *more.values()]]
        for level in self._levels:
            clauses.append([-more[level], *self._outside(found, level)])
            if level != self._levels[-1]:
                up_to_here = [more[before] for before in self._levels if before <= level]
                clauses += ([-self._unfinished, literal, *up_to_here] for literal in self._inside(found, level))
        self._solver.add_clauses(clauses)
        return more

    def _learn(self, lemmas: list[Lemma]) -> None:
        self.effort.lemmas += len(lemmas)
        self._solver.add_clauses(
            [self._eq[k] for k in agreements] + [-self._true[i] if value else self._true[i] for i, value in reasons]
            for agreements, reasons in lemmas
        )


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
