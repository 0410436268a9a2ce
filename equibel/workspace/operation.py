"""An operator with its options, as a value: what a result in a workspace, or a request, asks for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Unpack

from equibel import operators
from equibel.equibel_graph import EquibelGraph
from equibel.operators.run import WhereAndWhen, start
from equibel.options import INCLUSION, METHODS, OPTIMA, SEMANTIC, check_choice, check_count, wrong_option
from equibel.solving import Limits, entails

GLOBAL = "global"

_ITERATED: dict[str, tuple[Callable[..., EquibelGraph], Callable[..., tuple[EquibelGraph, int]]]] = {
    "simple": (operators.iterate_simple, operators.iterate_simple_fixpoint),
    "ring": (operators.iterate_ring, operators.iterate_ring_fixpoint),
    "expanding": (operators.iterate_expanding, operators.iterate_expanding_fixpoint),
    "augmenting": (operators.iterate_augmenting, operators.iterate_augmenting_fixpoint),
}

#: The names of the operators.
OPERATORS = (GLOBAL, *_ITERATED)


@dataclass(frozen=True)
class Operation:
    """An operator of `equibel.operators` and its options.

    Parameters
    ----------
    operator : str
        One of `OPERATORS`.
    optimum : str
        ``"inclusion"`` or ``"cardinality"``.
    method : str
        ``"semantic"`` or ``"syntactic"``.
    steps : int
        How often the operator is applied.
    fixpoint : bool
        Whether it is applied until nothing changes; ``steps`` must then be left at 1.

    Raises
    ------
    OptionError
        When an option has no such value.

    Examples
    --------
    >>> Operation("simple", steps=2)
    Operation(operator='simple', optimum='inclusion', method='semantic', steps=2, fixpoint=False)
    """

    operator: str
    optimum: str = INCLUSION
    method: str = SEMANTIC
    steps: int = 1
    fixpoint: bool = False

    def __post_init__(self) -> None:
        for option, choices in (("operator", OPERATORS), ("optimum", OPTIMA), ("method", METHODS)):
            object.__setattr__(self, option, check_choice(option, getattr(self, option), choices))
        object.__setattr__(self, "steps", check_count("steps", self.steps))
        if not isinstance(self.fixpoint, bool):
            raise wrong_option("fixpoint", self.fixpoint, "true or false")
        if self.fixpoint and self.steps != 1:
            raise wrong_option("steps", self.steps, "no number of steps together with a fixpoint")

    def apply(
        self,
        graph: EquibelGraph,
        *,
        simplify: bool = False,
        **where_and_when: Unpack[WhereAndWhen],
    ) -> Outcome:
        """Apply the operator to a scenario.

        Completing a completion changes nothing, so the global completion is computed once, however many steps are
        asked for, and reaches its fixpoint with the second application at the latest.

        The keyword options (``executor``, ``progress``, ``time_limit``, ``cancel``), and the errors besides those of the
        options, are those of `equibel.global_completion`.

        Examples
        --------
        >>> from equibel.equibel_graph import EquibelGraph
        >>> G = EquibelGraph([(1, 2), (2, 3)])
        >>> G.add_formula(1, "p")
        >>> outcome = Operation("simple", fixpoint=True).apply(G)
        >>> outcome.iterations, outcome.graph.formulas(3)
        (3, {p})
        """
        limits = start(self.method, self.optimum, caller="apply", **where_and_when).limits
        options = {"opt_type": self.optimum, "method": self.method, "simplify": simplify, **where_and_when}
        began = time.perf_counter()
        answer, iterations = self._compute(graph, limits, options)
        return Outcome(answer, iterations, time.perf_counter() - began)

    def _compute(self, graph: EquibelGraph, limits: Limits, options: dict[str, Any]) -> tuple[EquibelGraph, int]:
        if self.operator == GLOBAL:
            if self.steps == 0:
                return graph.copy(), 0
            answer = operators.global_completion(graph, **options)
            if not self.fixpoint:
                return answer, self.steps
            return answer, 1 if limits.wait_for(lambda: _entails_all(graph, answer, limits)) else 2
        iterate, iterate_to_fixpoint = _ITERATED[self.operator]
        if self.fixpoint:
            return iterate_to_fixpoint(graph, **options)
        return iterate(graph, steps=self.steps, **options), self.steps


@dataclass(frozen=True)
class Outcome:
    """What an operation produced: the new scenario, how often the operator was applied, and how long it took."""

    graph: EquibelGraph
    iterations: int
    seconds: float


def _entails_all(graph: EquibelGraph, answer: EquibelGraph, limits: Limits) -> bool:
    """Whether nodes believed all along what they believe now; as they have lost nothing, nothing has changed then."""
    return all(entails(graph.belief(node), answer.belief(node), limits) for node in limits.over(graph))
