"""The interface of all methods: the case that they solve, their budget, and their answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar

from equibel.formula import Formula, formula_of_models, truth_columns, truth_table, truth_table_formula
from equibel.options import CARDINALITY, INCLUSION, SEMANTIC
from equibel.solving.plan import Plan
from equibel.solving.problem import Group
from equibel.solving.request import Request

T = TypeVar("T")
Values = tuple[bool, ...]  # of a node's copies
Targets = dict[int, list[int]]  # nodes whose answers are wanted, and their open copies, as positions in the group


@dataclass(frozen=True)
class Budget:
    """What a method may spend; ``None`` means no limit.  Each method reads the attributes that concern it.

    Attributes
    ----------
    eq_sets : int or None
        EQ sets that may be found, in all tries together.
    width : int
        Copies that a bag may have.
    kinds : int
        Kinds of interpretations, per copy of the group.
    at_once : bool
        Whether all targets have to be answered together; otherwise they may be answered in several parts.
    """

    eq_sets: int | None = None
    width: int = 0
    kinds: int = 0
    at_once: bool = True


class Answer(NamedTuple):
    """The answer of a method about a group.

    Attributes
    ----------
    believed : mapping
        Target → what the target believes, in its own atoms.  A target that is neither here nor in ``left`` believes nothing.
    left : sequence of int
        The targets that another method has to answer, because the budget was not enough.
    parts : sequence of Group
        Smaller groups that are still to be solved: their answers are conjoined with ``believed``.
    """

    believed: Mapping[int, Formula]
    left: Sequence[int] = ()
    parts: Sequence[Group] = ()


@dataclass(frozen=True)
class Case:
    """A group, the request, and the state of methods that have been tried, so that they can continue when tried again."""

    group: Group
    request: Request
    _begun: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @functools.cached_property
    def targets(self) -> Targets:
        """The targets in the group, and their open copies."""
        return self.request.copies(self.group)

    def begun(self, kind: Callable[[Group, Targets, Request], T]) -> T:
        """The state of a method for this group; made when it is asked for first."""
        if kind not in self._begun:
            self._begun[kind] = kind(self.group, self.targets, self.request)
        found: T = self._begun[kind]
        return found

    def about(self, targets: Sequence[int]) -> Case:
        """The same case, for these targets only."""
        return replace(self, request=replace(self.request, targets=tuple(targets)))

    def part(self, group: Group) -> Case:
        """The case of a part of the group; the state of methods is kept when the part has all copies of the group."""
        return Case(group, self.request, self._begun if group.open == self.group.open else {})

    @property
    def collects_by_inclusion(self) -> bool:
        """Whether values are collected and EQ sets are compared by inclusion on one level, as many methods need it."""
        return self.request.method == SEMANTIC and self.request.optimum == INCLUSION and self.group.on_one_level

    @property
    def sums_by_cardinality(self) -> bool:
        """Whether values are collected where comparisons that disagree weigh least together, and nothing else counts."""
        group = self.group
        by_cardinality = self.request.method == SEMANTIC and self.request.optimum == CARDINALITY
        return by_cardinality and group.on_one_level and not group.witness_pairs and not group.agreeing


class Method(Protocol):
    """A way to the answers of a group, right whenever it applies; `equibel.solving.portfolio` says the order."""

    name: str
    calls_solver: bool  # many times, so that the whole method runs in another thread than the main one

    def applies(self, case: Case) -> bool:
        """Whether the method applies to the case."""

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The answer, or ``None`` when the budget is not enough for any target."""


def formula_of(names: list[str], values: Iterable[Values], plan: Plan) -> Formula:
    """The formula over ``names`` whose models are exactly the values."""
    return formula_of_numbers(names, (sum(1 << i for i, value in enumerate(row) if value) for row in values), plan)


def formula_of_numbers(names: list[str], values: Iterable[int], plan: Plan) -> Formula:
    """The formula over ``names`` whose models are exactly the values; bit i of a value says whether ``names[i]`` is true."""
    if len(names) > plan.listed_atoms:
        return formula_of_models(names, values)
    return truth_table_formula(sum(1 << value for value in set(values)), names)


def values_of(formula: Formula, names: list[str]) -> set[Values]:
    """The models of a formula over few atoms."""
    columns, full = truth_columns(names)
    table = truth_table(formula, columns, full)
    return {tuple(bool(row >> i & 1) for i in range(len(names))) for row in range(1 << len(names)) if table >> row & 1}
