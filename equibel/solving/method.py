"""What methods have in common: a group that they are asked about, what they may spend, and one shape of answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar

from equibel.formula import Formula, formula_of_models, truth_columns, truth_table, truth_table_formula
from equibel.options import INCLUSION, SEMANTIC
from equibel.solving.plan import Plan
from equibel.solving.problem import Group
from equibel.solving.request import Request

T = TypeVar("T")
Values = tuple[bool, ...]  # of a node's copies
Targets = dict[int, list[int]]  # nodes whose answers are wanted, and their open copies, as positions in the group


@dataclass(frozen=True)
class Budget:
    """What a method may spend; ``None`` is as much as it takes.  Each method looks at what concerns it.

    Attributes
    ----------
    eq_sets : int or None
        EQ sets that may be found, all in all.
    width : int
        Copies that a bag may have.
    kinds : int
        Kinds of interpretations that may be looked at for each copy of the group.
    at_once : bool
        Whether all targets have to be answered together; otherwise some may be answered before the others.
    """

    eq_sets: int | None = None
    width: int = 0
    kinds: int = 0
    at_once: bool = True


class Answer(NamedTuple):
    """What a method has found out about a group.

    Attributes
    ----------
    believed : mapping
        Target → what it believes, in its own atoms.  A target that is missing here and in ``left`` believes nothing.
    left : sequence of int
        The targets that another method has to answer, when the budget was not enough for all.
    parts : sequence of Group
        Smaller groups that say the rest: what a target believes in them is conjoined with ``believed``.
    """

    believed: Mapping[int, Formula]
    left: Sequence[int] = ()
    parts: Sequence[Group] = ()


@dataclass(frozen=True)
class Case:
    """A group, what is asked about it, and what methods have begun, so that they go on where they were when asked again."""

    group: Group
    request: Request
    _begun: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @functools.cached_property
    def targets(self) -> Targets:
        """The nodes that are asked about, and their open copies."""
        return self.request.copies(self.group)

    def begun(self, kind: Callable[[Group, Targets, Request], T]) -> T:
        """The one of its kind for this group, made when it is first asked for."""
        if kind not in self._begun:
            self._begun[kind] = kind(self.group, self.targets, self.request)
        found: T = self._begun[kind]
        return found

    def about(self, targets: Sequence[int]) -> Case:
        """The same group, of which only these targets are left."""
        return replace(self, request=replace(self.request, targets=tuple(targets)))

    def part(self, group: Group) -> Case:
        """A part of the group; when all of its copies are in it, what has been begun is of use there too."""
        return Case(group, self.request, self._begun if group.open == self.group.open else {})

    @property
    def collects_by_inclusion(self) -> bool:
        """Whether values are collected, and EQ sets compared by inclusion on one level: what many methods need."""
        return self.request.method == SEMANTIC and self.request.optimum == INCLUSION and self.group.on_one_level


class Method(Protocol):
    """A way to the answers about a group, right whenever it applies; `equibel.solving.portfolio` is the order of asking."""

    name: str
    calls_solver: bool  # many times, so that it is asked in another thread than the main one as a whole

    def applies(self, case: Case) -> bool:
        """Whether it can be asked."""

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """What the targets believe, or ``None`` when the budget is not enough for any of them."""


def formula_of(names: list[str], values: Iterable[Values], plan: Plan) -> Formula:
    """The formula over ``names`` with exactly these models."""
    return formula_of_numbers(names, (sum(1 << i for i, value in enumerate(row) if value) for row in values), plan)


def formula_of_numbers(names: list[str], values: Iterable[int], plan: Plan) -> Formula:
    """The same for values whose i-th bit says whether ``names[i]`` is true."""
    if len(names) > plan.listed_atoms:
        return formula_of_models(names, values)
    return truth_table_formula(sum(1 << value for value in set(values)), names)


def values_of(formula: Formula, names: list[str]) -> set[Values]:
    """The models of a formula over few atoms."""
    columns, full = truth_columns(names)
    table = truth_table(formula, columns, full)
    return {tuple(bool(row >> i & 1) for i in range(len(names))) for row in range(1 << len(names)) if table >> row & 1}
