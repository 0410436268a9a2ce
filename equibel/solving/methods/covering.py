"""The base class of searches: optimal interpretations of a group, as long as they show a target a new value."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import clingo

from equibel.formula import Formula, conjuncts
from equibel.solving.clingo import predicates as pr
from equibel.solving.clingo.facts import atom_numbers, clause_facts, eq_facts, instance, true_facts
from equibel.solving.clingo.predicates import fact
from equibel.solving.clingo.solver import Solver, TakesLongError
from equibel.solving.method import Targets
from equibel.solving.problem import Group
from equibel.solving.request import Request

Interpretation = list[bool]  # values of group.copies


class Found(NamedTuple):
    """An optimal interpretation, and all interpretations with the same EQ set, or ``None`` when they are too many."""

    interpretation: Interpretation
    same: list[Interpretation] | None


class Search(ABC):
    """Optimal interpretations of a group; see `equibel.solving.methods.search`.

    Attributes
    ----------
    eq_sets : int
        How many optimal EQ sets have been found.
    preference : str or None
        The encoding of preferences.
    """

    preference: str | None = None

    def __init__(self, group: Group, targets: Targets, request: Request) -> None:
        self.eq_sets = 0
        self._statistics = request.statistics
        self._statistics.count(searches=1)
        self._plan = request.plan
        self._group = group
        self._targets = targets
        self._levels = sorted({level for _, _, level in group.compared})
        atoms = atom_numbers(group)
        program = instance(group, atoms, request.plan)
        preference = [self.preference] if self.preference else []
        encodings = [pr.INTERPRETATION, *program.encodings, pr.EQ_SETS, *preference, pr.COVER]
        program.facts.extend(clause_facts(group, atoms, request.plan.clause_atoms))
        program.facts.extend(fact(pr.TARGET, node) for node in targets)
        solver = self._solver = Solver(encodings, program, request.limits, request.plan)
        copies = true_facts(group, atoms)
        self._position = {copy: i for i, copy in enumerate(copies)}
        self._true = list(map(solver.literal, copies))
        self._eq = list(map(solver.literal, eq_facts(group, atoms)))
        self._uncovered = {node: solver.literal(fact(pr.UNCOVERED, node)) for node in targets}
        self._searching = solver.literal(pr.SEARCHING)
        self._unfinished = solver.literal(pr.UNFINISHED)
        self._insisting = solver.literal(pr.INSISTING)
        self._idle = [-self._searching, -self._insisting, *(-literal for literal in self._uncovered.values())]
        self._unneeded: list[int] = []  # atoms that only matter while their EQ set is improved
        self._defined: dict[tuple[int, Formula], int] = {}  # literals of formulas of a node
        # Targets are tried in random order: an interpretation for a node far from the nodes before shows more new values.
        self._open = deque(random.Random(0).sample(sorted(targets), len(targets)))
        self._turn: int | None = None  # conflicts after which a target is put off

    @property
    def unanswered(self) -> list[int]:
        """The targets that may still take another value."""
        return list(self._open)

    def find(self, most: int = 0, *, patient: bool = True) -> Found | None:
        """An optimal interpretation whose EQ set is new, or ``None`` when no target takes another value.

        All interpretations with the same EQ set come with it, unless there are more than ``most``.  Without ``patient``,
        raises `TakesLongError` once all targets have been put off; the next call continues there.
        """
        while self._open:
            candidate = self._next_candidate()
            if candidate is not None:
                self.eq_sets += 1
                self._statistics.count(eq_sets=1)
                return self._optimal(candidate, most)
            if self._open:
                assert self._turn is not None  # otherwise nothing is put off
                self._turn *= self._plan.longer
                if not patient:
                    raise TakesLongError
        return None

    def _next_candidate(self) -> Interpretation | None:
        """A candidate for the first target for which that is easy to decide; ``None`` when there is none, or all are hard.

        A hard decision is often easy once more EQ sets are known.
        """
        put_off = 0
        while put_off < min(self._plan.put_off, len(self._open)):
            try:
                candidate = self._candidate(self._uncovered[self._open[-1]])
            except TakesLongError:
                self._open.rotate(1)
                put_off += 1
                continue
            if candidate is None:
                self._open.pop()
                try:
                    candidate = self._candidate(self._searching)
                except TakesLongError:
                    continue
                if candidate is None:
                    self._open.clear()
            return candidate
        return None

    def next_eq_set(self) -> Interpretation | None:
        """An optimal interpretation whose EQ set is new, whatever values it shows, or ``None`` when all have been found."""
        candidate = self._solve([*self._idle, self._unfinished])
        return None if candidate is None else self._optimal(candidate, 0).interpretation

    def can_keep(self, equalities: Iterable[int]) -> bool:
        """Whether some interpretation has these equalities, positions in ``compared``; an optimal one by cardinality."""
        return self._solve([*self._idle, *self._unneeded, -self._unfinished, *(self._eq[k] for k in equalities)]) is not None

    def similar(self, found: Interpretation, unchanged: Iterable[int], most: int) -> list[Interpretation] | None:
        """All interpretations with at least the equalities of ``found``, and its values of some copies, unless too many."""
        outside = self._group.disagreements(found)
        kept = [equal for k, equal in enumerate(self._eq) if k not in outside]
        kept += [self._true[i] if found[i] else -self._true[i] for i in unchanged]
        models = self._solver.listing(
            [*self._idle, *self._unneeded, -self._unfinished, *kept], self._read, lambda models: len(models) > most
        )
        return models if len(models) <= most else None

    def exclude(self, node: int, values: Iterable[tuple[bool, ...]]) -> None:
        """Exclude values of a target's copies, which are in its answer, from further search."""
        literals = [self._true[i] for i in self._targets[node]]
        self._solver.add_clauses(
            [-self._uncovered[node], *(-lit if value else lit for lit, value in zip(literals, row, strict=True))]
            for row in values
        )

    def exclude_models(self, node: int, formula: Formula) -> None:
        """Exclude all models of a formula in a target's atoms from further search, without listing them."""
        atoms = {self._group.copies[i][1]: self._true[i] for i in self._targets[node]}
        parts = conjuncts(formula)
        new = [part for part in parts if (node, part) not in self._defined]
        self._defined.update(zip(((node, part) for part in new), self._solver.define(new, atoms), strict=True))
        self._solver.add_clauses([[-self._uncovered[node], *(-self._defined[node, part] for part in parts)]])

    def _candidate(self, wanted: int) -> Interpretation | None:
        self._statistics.count(candidates=1)
        return self._seek([wanted, self._unfinished])

    def _seek(self, wanted: list[int]) -> Interpretation | None:
        return self._solve([*wanted, -self._insisting], self._turn)

    def _solve(self, assumptions: list[int], conflicts: int | None = None) -> Interpretation | None:
        return self._solver.solve(assumptions, self._read, conflicts=conflicts)

    @abstractmethod
    def _optimal(self, found: Interpretation, most: int) -> Found:
        """Go from a candidate to an optimal interpretation, and exclude its EQ set from now on."""

    def _at_least_as_good(
        self, found: Interpretation, most: int
    ) -> tuple[list[Interpretation] | None, Interpretation | None]:
        """All interpretations with the EQ set of ``found``, or ``None`` when there are more than ``most``.

        An interpretation with a larger EQ set ends the listing, and is the second value.
        """
        if most == 0:
            return None, None
        outside = self._group.disagreements(found)
        equalities = [equal for k, equal in enumerate(self._eq) if k not in outside]
        same = self._solver.listing(
            [*self._idle, *self._unneeded, -self._unfinished, *equalities],
            self._read,
            lambda models: len(models) > most or self._group.disagreements(models[-1]) != outside,
        )
        if same and self._group.disagreements(same[-1]) != outside:
            return [], same[-1]
        return (None if len(same) > most else same), None

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
        self._statistics.count(models=1)
        values = [False] * self._group.open + list(self._group.backbone)
        for symbol in model.symbols(shown=True):  # one call, where asking for each copy would be one call each
            if symbol in self._position:
                values[self._position[symbol]] = True
        return values
