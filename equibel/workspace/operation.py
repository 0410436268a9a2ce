"""An operator with its options, as a value: what a result in a workspace, or a request, asks for."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from equibel import operators
from equibel.equibel_graph import EquibelGraph
from equibel.errors import OptionError
from equibel.options import INCLUSION, METHODS, OPTIMA, SEMANTIC, Progress, check_choice, check_count

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
        check_choice("operator", self.operator, OPERATORS)
        check_choice("optimum", self.optimum, OPTIMA)
        check_choice("method", self.method, METHODS)
        check_count("steps", self.steps)
        if not isinstance(self.fixpoint, bool):
            raise _misfit("fixpoint", self.fixpoint, "true or false")
        if self.fixpoint and self.steps != 1:
            raise _misfit("steps", self.steps, "no number of steps together with a fixpoint")

    def apply(
        self,
        graph: EquibelGraph,
        *,
        simplify: bool = False,
        executor: Executor | None = None,
        progress: Progress | None = None,
        time_limit: float | None = None,
    ) -> Outcome:
        """Apply the operator to a scenario.

        Completing a completion changes nothing, so the global completion is computed once, however many steps are
        asked for, and reaches its fixpoint with the second application at the latest.

        The keyword options, and the errors besides those of the options, are those of `equibel.global_completion`.

        Examples
        --------
        >>> from equibel.equibel_graph import EquibelGraph
        >>> G = EquibelGraph([(1, 2), (2, 3)])
        >>> G.add_formula(1, "p")
        >>> outcome = Operation("simple", fixpoint=True).apply(G)
        >>> outcome.iterations, outcome.graph.formulas(3)
        (3, {p})
        """
        options: dict[str, Any] = {
            "opt_type": self.optimum,
            "method": self.method,
            "simplify": simplify,
            "executor": executor,
            "progress": progress,
            "time_limit": time_limit,
        }
        start = time.perf_counter()
        answer, iterations = self._compute(graph, options)
        return Outcome(answer, iterations, time.perf_counter() - start)

    def _compute(self, graph: EquibelGraph, options: dict[str, Any]) -> tuple[EquibelGraph, int]:
        if self.operator == GLOBAL:
            if self.steps == 0:
                return graph.copy(), 0
            answer = operators.global_completion(graph, **options)
            return answer, (1 if answer == graph else 2) if self.fixpoint else self.steps
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


def _misfit(option: str, value: object, expected: str) -> OptionError:
    return OptionError(f"{option} is {value!r}; expected {expected}", option=option, value=value, expected=expected)
