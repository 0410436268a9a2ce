"""Finding optimal interpretations of one group with clingo, as long as they show some target a new value."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import clingo

from equibel.formula import Formula, conjuncts
from equibel.options import CARDINALITY
from equibel.solving import predicates as pr
from equibel.solving.cores import demand_greatest
from equibel.solving.facts import atom_numbers, clause_facts, eq_facts, instance, true_facts
from equibel.solving.improvement import Improvements, Lemma
from equibel.solving.limits import Limits
from equibel.solving.predicates import fact
from equibel.solving.problem import Group
from equibel.solving.solver import Solver, TakesLongError
from equibel.solving.weights import counted

Interpretation = list[bool]  # values of group.copies

_ASIDE = 4  # targets that are put off for others
_TURN = 2000  # conflicts with which a target is asked about before the others have their turn
_LONGER = 4  # times as many when all have been put off


class Found(NamedTuple):
    """An optimal interpretation, and all those with the same EQ set, or ``None`` when they are too many."""

    interpretation: Interpretation
    same: list[Interpretation] | None


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
    if optimum == CARDINALITY:
        return CardinalitySearch(group, targets, limits)
    return JointSearch(group, targets, limits) if group.twins else InclusionSearch(group, targets, limits)


class Search(ABC):
    """Optimal interpretations of a group; see `search`.

    Attributes
    ----------
    effort : Effort
    patience : int or None
        How many conflicts the solver may come upon for each target in turn; ``None``: as many as it takes.  By cardinality
        it counts for nothing.
    """

    preference: str | None

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        self.effort = Effort()
        self.patience: int | None = None
        self._group = group
        self._targets = targets
        self._levels = sorted({level for _, _, level in group.compared})
        atoms = atom_numbers(group)
        program = instance(group, atoms)
        preference = [self.preference] if self.preference else []
        encodings = [pr.INTERPRETATION, *program.encodings, pr.EQ_SETS, *preference, pr.COVER]
        program.facts.extend([*clause_facts(group, atoms), *(fact(pr.TARGET, node) for node in targets)])
        solver = self._solver = Solver(encodings, program, limits)
        copies = true_facts(group, atoms)
        self._position = {copy: i for i, copy in enumerate(copies)}
        self._true = list(map(solver.literal, copies))
        self._eq = list(map(solver.literal, eq_facts(group, atoms)))
        self._uncovered = {node: solver.literal(fact(pr.UNCOVERED, node)) for node in targets}
        self._searching = solver.literal(pr.SEARCHING)
        self._unfinished = solver.literal(pr.UNFINISHED)
        self._insisting = solver.literal(pr.INSISTING)
        self._idle = [-self._searching, -self._insisting, *(-literal for literal in self._uncovered.values())]
        self._unneeded: list[int] = []  # atoms of finished EQ sets, of no meaning otherwise
        self._defined: dict[tuple[int, Formula], int] = {}  # literals of formulas of a node
        # Nodes are asked about in random order: an interpretation found for a node far from the ones before covers more.
        self._open = deque(random.Random(0).sample(sorted(targets), len(targets)))
        self._turn: int | None = None

    @property
    def unanswered(self) -> list[int]:
        """The targets that may still take another value."""
        return list(self._open)

    def find(self, most: int = 0) -> Found | None:
        """An optimal interpretation whose EQ set is new, or ``None`` when no target takes another value.

        All interpretations with the same EQ set come with it, unless there are more than ``most``.  Raises
        `TakesLongError` when patience is at its end; asking again goes on where it was.
        """
        while self._open:
            candidate = self._next_candidate()
            if candidate is not None:
                self.effort.eq_sets += 1
                return self._optimal(candidate, most)
            if self._open:
                assert self._turn is not None  # otherwise nothing is put off
                turn, self._turn = self._turn, self._turn * _LONGER
                if self.patience is not None and turn >= self.patience:
                    raise TakesLongError
        return None

    def _next_candidate(self) -> Interpretation | None:
        """One for the first open target at which it is not hard to say whether there is one, or ``None`` when there is none.

        What is hard to find or to exclude often is no longer when more EQ sets are known.
        """
        put_off = 0
        while put_off < min(_ASIDE, len(self._open)):
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

    def similar(self, found: Interpretation, fixed: Iterable[int], most: int) -> list[Interpretation] | None:
        """All interpretations with at least the equalities of ``found``, and its values of some copies, unless too many."""
        outside = self._group.disagreements(found)
        kept = [equal for k, equal in enumerate(self._eq) if k not in outside]
        kept += [self._true[i] if found[i] else -self._true[i] for i in fixed]
        models = self._solver.listing(
            [*self._idle, *self._unneeded, -self._unfinished, *kept], self._read, lambda models: len(models) > most
        )
        return models if len(models) <= most else None

    def exclude(self, node: int, values: Iterable[tuple[bool, ...]]) -> None:
        """Take values of a target's copies as known: they are no longer looked for."""
        literals = [self._true[i] for i in self._targets[node]]
        self._solver.add_clauses(
            [-self._uncovered[node], *(-lit if value else lit for lit, value in zip(literals, row, strict=True))]
            for row in values
        )

    def exclude_models(self, node: int, formula: Formula) -> None:
        """Take all models of a formula in a target's atoms as known, without listing them."""
        atoms = {self._group.copies[i][1]: self._true[i] for i in self._targets[node]}
        parts = conjuncts(formula)
        new = [part for part in parts if (node, part) not in self._defined]
        self._defined.update(zip(((node, part) for part in new), self._solver.define(new, atoms), strict=True))
        self._solver.add_clauses([[-self._uncovered[node], *(-self._defined[node, part] for part in parts)]])

    def _candidate(self, wanted: int) -> Interpretation | None:
        self.effort.candidates += 1
        found = self._seek([wanted, self._unfinished])
        self.effort.solver_calls = self._solver.calls
        return found

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

        An interpretation with a larger EQ set, should one be met, ends the listing and is returned beside it.
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
        values = [False] * self._group.open + self._group.settled
        for symbol in model.symbols(shown=True):  # one call, where asking for each copy would be one call each
            if symbol in self._position:
                values[self._position[symbol]] = True
        return values


class CardinalitySearch(Search):
    """Every candidate is optimal, since the greatest sizes are found first and demanded ever after."""

    preference = pr.CARDINALITY_PREFERENCE

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        super().__init__(group, targets, limits)
        self._cost: list[int] | None = None  # what no model may exceed, where clingo adds up
        if counted(group):
            self._cost = self._solver.optimize(self._idle)
            return
        for level in self._levels:
            weighted = [(self._eq[k], group.weights[k]) for k, (_, _, at) in enumerate(group.compared) if at == level]
            demand_greatest(self._solver, weighted, self._idle)

    def _solve(self, assumptions: list[int], conflicts: int | None = None) -> Interpretation | None:
        return self._solver.solve(assumptions, self._read, cost=self._cost, conflicts=conflicts)

    def _optimal(self, found: Interpretation, most: int) -> Found:
        """Exclude the EQ set; another one of the same size has an equality that this one lacks.

        Weights are positive, so that an EQ set without such an equality would be smaller.
        """
        same, _ = self._at_least_as_good(found, most)
        lacking = [literal for level in self._levels for literal in self._outside(found, level)]
        self._solver.add_clauses([[-self._unfinished, *lacking]])
        return Found(found, same)


class InclusionSearch(Search):
    """Candidates are improved until they are optimal, and what made them worse is learned."""

    preference: str | None = pr.INCLUSION_PREFERENCE

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        super().__init__(group, targets, limits)
        self._improvements = Improvements(group, limits)
        self._turn = _TURN

    def _seek(self, wanted: list[int]) -> Interpretation | None:
        """One that is new to many nodes if that is easily had, and otherwise to as many as it happens."""
        try:
            return next(iter(self._solver.easily([*wanted, self._insisting], self._read, lambda _: True)), None)
        except TakesLongError:
            return super()._seek(wanted)

    def _optimal(self, found: Interpretation, most: int) -> Found:
        """Improve locally, then ask for better models, level by level, until there is none."""
        found = self._climb(found)
        kept: list[int] = []
        for level in self._levels[:-1]:
            more = self._finish(found)
            while better := self._solve([*self._idle, more[level], *kept, *self._inside(found, level)]):
                found = self._adopt(found, better)
                more = self._finish(found)
            kept += self._inside(found, level)
        while True:
            same, better = self._at_least_as_good(found, most)
            self._finish(found)
            if same is None:  # too many to look through, and those of a better one are likely to be as many
                most //= 2
                better = self._solve([*self._idle, self._unfinished, *kept, *self._inside(found, self._levels[-1])])
            if better is None:
                return Found(found, same)
            found = self._adopt(found, better)

    def _adopt(self, found: Interpretation, better: Interpretation) -> Interpretation:
        """Go on from a better interpretation, having learned what made the one before worse."""
        self._learn(self._improvements.between(found, better))
        return self._climb(better)

    def _climb(self, found: Interpretation) -> Interpretation:
        """Improve locally, and learn from that."""
        reached, lemmas = self._improvements.climb(found)
        self._learn(lemmas)
        if lemmas and self._group.agreeing:  # their values suited the interpretation before
            deciding = set(range(self._group.open)) - self._group.agreeing
            values = [self._true[i] if reached[i] else -self._true[i] for i in deciding]
            completed = self._solve([*self._idle, *self._unneeded, -self._unfinished, *values])
            assert completed is not None
            return completed
        return reached

    def _finish(self, found: Interpretation) -> dict[int, int]:
        """Exclude the EQ set of ``found`` and all those it beats; return, per level, a literal for "more at that level".

        EQ sets are compared at the first level on which they differ, so what is not excluded has an equality that
        ``found`` lacks at some level, and all the equalities of ``found`` on the levels before.
        """
        *earlier, last = self._levels
        more = {level: self._solver.add_atom() for level in earlier}
        self._unneeded += (-literal for literal in more.values())
        self._solver.add_clauses([[-self._unfinished, *more.values(), *self._outside(found, last)]])
        for level in earlier:
            up_to_here = [more[before] for before in earlier if before <= level]
            self._solver.add_clauses([[-more[level], *self._outside(found, level)]])
            self._solver.add_clauses([-self._unfinished, equal, *up_to_here] for equal in self._inside(found, level))
        return more

    def _learn(self, lemmas: list[Lemma]) -> None:
        self.effort.lemmas += len(lemmas)
        self._solver.add_clauses(
            [self._eq[k] for k in agreements] + [-self._true[i] if value else self._true[i] for i, value in reasons]
            for agreements, reasons in lemmas
        )


class JointSearch(InclusionSearch):
    """With witnesses: without local improvement, which argues about one interpretation alone."""

    preference = None

    def __init__(self, group: Group, targets: dict[int, list[int]], limits: Limits) -> None:
        Search.__init__(self, group, targets, limits)

    def _seek(self, wanted: list[int]) -> Interpretation | None:
        return Search._seek(self, wanted)  # the encodings prefer nothing

    def _climb(self, found: Interpretation) -> Interpretation:
        return found

    def _adopt(self, found: Interpretation, better: Interpretation) -> Interpretation:
        return better
