"""The request: how a problem is to be solved; one value that goes from `equibel.solving.maximize` to every method."""

from __future__ import annotations

import functools
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from equibel.options import INCLUSION, SEMANTIC
from equibel.solving.limits import Limits
from equibel.solving.plan import Plan, default
from equibel.solving.problem import Group, Problem
from equibel.solving.statistics import Statistics


@dataclass(frozen=True)
class Request:
    """A request for what targets believe in optimal interpretations.

    Attributes
    ----------
    optimum : str
        ``INCLUSION``: EQ sets are compared by set inclusion; ``CARDINALITY``: by size, with weights by their sum.  With
        several levels, both at the first level on which they differ.
    method : str
        ``SEMANTIC`` collects models, ``SYNTACTIC`` translates formulas.  The answers are equivalent.
    limits : Limits
        When to stop.
    plan : Plan
        The thresholds.
    targets : sequence of int
        The nodes whose answers are wanted.  Where these are all nodes, it is a range: every task of an executor has it.
    size : int
        How many nodes the scenario has; the nodes of witnesses have the numbers from there on.
    """

    optimum: str = INCLUSION
    method: str = SEMANTIC
    limits: Limits = field(default_factory=Limits)
    plan: Plan = field(default_factory=default)
    targets: Sequence[int] = ()
    size: int = 0

    @property
    def statistics(self) -> Statistics:
        """The counts of what is spent."""
        return self.limits.statistics

    def about(self, problem: Problem) -> Request:
        """The same request, for the targets of a problem."""
        return Request(self.optimum, self.method, self.limits, self.plan, problem.targets, len(problem.beliefs))

    def copies(self, group: Group) -> dict[int, list[int]]:
        """The targets in a group, with their open copies."""
        nodes = group.nodes
        if len(nodes) < len(self.targets):
            return {node: nodes[node] for node in sorted(nodes) if node in self._targets}
        return {node: nodes[node] for node in self.targets if node in nodes}

    @functools.cached_property
    def _targets(self) -> Container[int]:
        return self.targets if isinstance(self.targets, range) else frozenset(self.targets)
