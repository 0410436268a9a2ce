"""MCS enumeration: all maximal EQ sets of a group in one search, and all their interpretations in another.

In a large group a few EQ sets show all the values that its nodes can take, so that looking for the next EQ set with a new
value is worth its time (`equibel.solving.methods.search`).  Between two nodes nearly every maximal EQ set shows a new value,
and finding them one by one would take several solver calls for each.

What a maximal EQ set lacks is a minimal correction set of the equalities.  Such lists are usually made by deciding
equalities first (domain heuristics with ``domRec``: Gebser et al., AAAI 2013), or by growing each set found until it is
maximal (linear search: Marques-Silva et al., IJCAI 2013; literal-based extraction: Mencía et al., IJCAI 2015).  Here the
solver is free: an EQ set need not be maximal, it only must not be inside one that was found before.  The maximal ones
are sorted out afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import clingo

from equibel.formula import Formula
from equibel.solving.clingo import predicates as pr
from equibel.solving.clingo.facts import atom_numbers, eq_facts, instance, true_facts
from equibel.solving.clingo.solver import Solver, TakesLongError
from equibel.solving.limits import Limits
from equibel.solving.method import Answer, Budget, Case, Targets, formula_of_numbers
from equibel.solving.problem import Group
from equibel.solving.request import Request

#: What an EQ set lacks, as positions in ``Group.compared``.
Disagreements = frozenset[int]


class Enumeration:
    """The method for two nodes, by inclusion on one level: all maximal EQ sets at once; ``DESIGN.md``, step 6."""

    name = "enumeration"
    calls_solver = True

    def applies(self, case: Case) -> bool:
        """Whether no more than two nodes have open copies, and their values are collected by inclusion on one level."""
        return is_pair(case)

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The answers, unless more EQ sets are met than the budget allows, or they have too many interpretations."""
        assert budget.eq_sets is not None
        found = case.begun(McsEnumeration).answers(budget.eq_sets)
        return None if found is None else Answer(found)


def is_pair(case: Case) -> bool:
    """Whether all EQ sets are best found at once, since between two nodes nearly every one shows new values."""
    return case.collects_by_inclusion and len(case.group.nodes) <= case.request.plan.pair_nodes


def is_small_pair(case: Case) -> bool:
    """Whether a pair has too many copies for a truth table, and so few that enumeration is fastest."""
    plan = case.request.plan
    return plan.pair_table < case.group.open <= plan.pair_small and is_pair(case)


class McsEnumeration:
    """The search for all maximal EQ sets of a group on one level, by inclusion.

    ``targets`` gives, for each node whose answer is wanted, its open copies.
    """

    def __init__(self, group: Group, targets: Targets, request: Request) -> None:
        atoms = atom_numbers(group)
        self._plan = request.plan
        self._group = group
        self._targets = targets
        self._limits = request.limits
        program = instance(group, atoms, request.plan)
        encodings = [pr.INTERPRETATION, *program.encodings, pr.EQ_SETS, pr.MCS_ENUMERATION]
        self._solver = Solver(encodings, program, request.limits, request.plan)
        true = list(map(self._solver.literal, true_facts(group, atoms)))
        self._shown = {node: self._solver.bits([true[i] for i in copies]) for node, copies in targets.items()}
        self._eq = list(map(self._solver.literal, eq_facts(group, atoms)))
        self._lacking = self._solver.bits([-equal for equal in self._eq])
        self._found: list[list[int]] = []
        self._excluded: list[int] = []  # atoms that exclude the EQ sets of earlier searches
        self._complete = False
        self._asked = -1

    def all_agree(self) -> bool:
        """Whether some interpretation has all equalities, so that there is one maximal EQ set."""
        return self._solver.solve(self._eq, lambda _: True) is not None

    def answers(self, most: int) -> dict[int, Formula] | None:
        """A formula for each target, or ``None`` when more EQ sets are met than ``most``, or too many interpretations.

        Two solver calls, and a few operations for each EQ set and each interpretation found.  A further call with a larger
        ``most`` continues there.
        """
        if self._complete or most <= self._asked:  # too many interpretations, or tried before
            return None
        self._asked = most
        try:
            maximal = self.maximal_eq_sets(most)
            self._complete = True
            values = self.values(maximal)
        except TakesLongError:
            return None
        names = {node: [self._group.copies[i][1] for i in copies] for node, copies in self._targets.items()}
        return {node: formula_of_numbers(names[node], shown, self._plan) for node, shown in values.items()}

    def maximal_eq_sets(self, most: int) -> list[Disagreements]:
        """All of them, as what they lack; `TakesLongError` when more are met than ``most``, or they are too hard to find."""
        before = len(self._found)

        def read(model: clingo.Model) -> list[int]:
            self._found.append(ones(self._lacking(model)))
            return self._found[-1]

        def some_agree(disagreements: list[int]) -> list[int]:
            return [self._eq[k] for k in disagreements]

        try:
            conflicts = self._plan.enumeration_conflicts
            self._solver.enumerate(self._excluded, read, most - before, exclude=some_agree, conflicts=conflicts)
        except TakesLongError:
            self._excluded.append(self._solver.add_atom())
            self._solver.add_clauses([-self._excluded[-1], *some_agree(lacking)] for lacking in self._found[before:])
            raise
        finally:
            self._limits.statistics.count(enumerated=len(self._found) - before)
        return maximal_among(self._found, len(self._eq), self._limits)

    def values(self, maximal: Sequence[Disagreements]) -> dict[int, list[int]]:
        """The values of the targets' copies in all interpretations with a maximal EQ set; `TakesLongError` for too many.

        The i-th bit says whether a target's i-th copy is true.
        """
        self._demand_one_of(maximal)
        shown: dict[int, dict[int, None]] = {node: {} for node in self._targets}

        listed = 0

        def read(model: clingo.Model) -> None:
            nonlocal listed
            listed += 1
            for node, values in self._shown.items():
                shown[node][values(model)] = None

        try:
            self._solver.enumerate([-excluded for excluded in self._excluded], read, self._plan.listed_models * len(maximal))
        finally:
            self._limits.statistics.count(listed=listed)
        return {node: list(values) for node, values in shown.items()}

    def _demand_one_of(self, maximal: Sequence[Disagreements]) -> None:
        """Leave the interpretations whose EQ set is maximal; these are all of them."""
        if len(maximal) <= self._plan.few_eq_sets:  # the EQ set is one of them
            whole = ([-eq if k in lacking else eq for k, eq in enumerate(self._eq)] for lacking in maximal)
            self._solver.add_clauses([self._solver.conjunctions(whole)])
            return
        parts = ([eq for k, eq in enumerate(self._eq) if k not in lacking] for lacking in self._limits.over(maximal))
        reached = self._solver.conjunctions(parts)
        self._solver.add_clauses(  # an EQ set inside a maximal one is that one
            [*(self._eq[k] for k in lacking), has_all] for lacking, has_all in zip(maximal, reached, strict=True)
        )


def ones(number: int) -> list[int]:
    """The positions of the ones among the bits of a number.

    >>> ones(0b1101)
    [0, 2, 3]
    """
    return [i for i, digit in enumerate(reversed(f"{number:b}")) if digit == "1"]


def maximal_among(found: Sequence[Sequence[int]], size: int, limits: Limits) -> list[Disagreements]:
    """The maximal ones among different EQ sets over ``size`` comparisons, all given as what they lack.

    >>> maximal_among([[0, 2], [2], [0, 1]], 3, Limits())
    [frozenset({2}), frozenset({0, 1})]
    """
    lacked_by = [0] * size  # for each comparison, a bit for every EQ set
    for number, disagreements in enumerate(limits.over(found)):
        for k in disagreements:
            lacked_by[k] |= 1 << number
    maximal = []
    for number, lacking in enumerate(map(frozenset, limits.over(found))):
        itself = 1 << number
        as_good = (1 << len(found)) - 1  # the EQ sets that contain this one
        for k in range(size):
            if k not in lacking:
                as_good &= ~lacked_by[k]
                if as_good == itself:
                    break
        if as_good == itself:
            maximal.append(lacking)
    return maximal
