"""Searches of a group for optimal interpretations, by cardinality or by inclusion: ``DESIGN.md``, steps 8 and 10 to 12."""

from __future__ import annotations

from equibel.options import CARDINALITY
from equibel.solving.clingo import predicates as pr
from equibel.solving.clingo.facts import counted
from equibel.solving.clingo.solver import TakesLongError
from equibel.solving.method import Targets
from equibel.solving.methods.cores import demand_greatest
from equibel.solving.methods.covering import Found, Interpretation, Search
from equibel.solving.methods.improvement import Improvements, Lemma
from equibel.solving.problem import Group
from equibel.solving.request import Request


def search(group: Group, targets: Targets, request: Request) -> Search:
    """The search for the optimum of a request, level by level.

    ``targets`` gives, for each node whose answer is wanted, its open copies.
    """
    if request.optimum == CARDINALITY:
        return CardinalitySearch(group, targets, request)
    return JointSearch(group, targets, request) if group.witness_pairs else InclusionSearch(group, targets, request)


class CardinalitySearch(Search):
    """A search by cardinality: the greatest sizes are found first and then demanded, so that every candidate is optimal."""

    preference = pr.CARDINALITY_PREFERENCE

    def __init__(self, group: Group, targets: Targets, request: Request) -> None:
        super().__init__(group, targets, request)
        self._cost: list[int] | None = None  # which no model may exceed, where clingo adds up
        if counted(group, request.plan):
            self._cost = self._solver.optimize(self._idle)
            return
        for level in self._levels:
            weighted = [(self._eq[k], group.weights[k]) for k, (_, _, at) in enumerate(group.compared) if at == level]
            demand_greatest(self._solver, weighted, self._idle, request.plan)

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


class Improving(Search):
    """By inclusion: candidates are improved by the solver until they are optimal."""

    def _optimal(self, found: Interpretation, most: int) -> Found:
        """Ask for better models, level by level, until there is none."""
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

    def _climb(self, found: Interpretation) -> Interpretation:
        """Improve without asking for a better interpretation, where that is possible."""
        return found

    def _adopt(self, found: Interpretation, better: Interpretation) -> Interpretation:
        """Go on from a better interpretation."""
        return self._climb(better)

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


class JointSearch(Improving):
    """A search with witnesses: without preferences, and without local improvement, which is about one interpretation."""


class InclusionSearch(Improving):
    """A search by inclusion: candidates are improved locally first, and lemmas are learned from each improvement."""

    preference = pr.INCLUSION_PREFERENCE

    def __init__(self, group: Group, targets: Targets, request: Request) -> None:
        super().__init__(group, targets, request)
        self._improvements = Improvements(group, request)
        self._turn = request.plan.target_conflicts

    def _seek(self, wanted: list[int]) -> Interpretation | None:
        """A candidate that is new to many targets if that is easily found, and otherwise any candidate."""
        try:
            return next(iter(self._solver.easily([*wanted, self._insisting], self._read, lambda _: True)), None)
        except TakesLongError:
            return super()._seek(wanted)

    def _adopt(self, found: Interpretation, better: Interpretation) -> Interpretation:
        """Continue with a better interpretation, after learning lemmas that exclude the one before."""
        self._learn(self._improvements.between(found, better))
        return super()._adopt(found, better)

    def _climb(self, found: Interpretation) -> Interpretation:
        """Flip blocks that improve, and learn lemmas from the flips."""
        reached, lemmas = self._improvements.climb(found)
        self._learn(lemmas)
        if lemmas and self._group.agreeing:  # the values of these copies belong to the interpretation before
            deciding = set(range(self._group.open)) - self._group.agreeing
            values = [self._true[i] if reached[i] else -self._true[i] for i in deciding]
            completed = self._solve([*self._idle, *self._unneeded, -self._unfinished, *values])
            assert completed is not None
            return completed
        return reached

    def _learn(self, lemmas: list[Lemma]) -> None:
        self._statistics.count(lemmas=len(lemmas))
        self._solver.add_clauses(
            [self._eq[k] for k in agreements] + [-self._true[i] if value else self._true[i] for i, value in reasons]
            for agreements, reasons in lemmas
        )
