"""Operators by name: `Operation`, a value with the options, and `solve`, which applies one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Unpack

from equibel.equibel_graph import EquibelGraph
from equibel.operators.registry import OPERATORS
from equibel.operators.run import Run, RunOptions, start
from equibel.options import INCLUSION, METHODS, OPTIMA, SEMANTIC, check_choice, check_count, wrong_option


@dataclass(frozen=True)
class Operation:
    """An operator and its options as a value, for results in workspaces and for requests.

    Parameters
    ----------
    operator : str
        One of `equibel.OPERATORS`.
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
        **run_options: Unpack[RunOptions],
    ) -> Outcome:
        """Apply the operator to a scenario.

        Completing a completion changes nothing, so the global completion is computed once, however many steps are
        asked for, and reaches its fixpoint with the second application at the latest.

        The keyword options (``executor``, ``progress``, ``time_limit``, ``cancel``, ``statistics``), and the errors
        besides those of the options, are those of `equibel.global_completion`.

        Examples
        --------
        >>> from equibel.equibel_graph import EquibelGraph
        >>> G = EquibelGraph([(1, 2), (2, 3)])
        >>> G.add_formula(1, "p")
        >>> outcome = Operation("simple", fixpoint=True).apply(G)
        >>> outcome.iterations, outcome.graph.formulas(3)
        (3, {p})
        """
        return self.carry_out(graph, simplify, start(self.method, self.optimum, caller="apply", **run_options))

    def carry_out(self, graph: EquibelGraph, simplify: bool, run: Run) -> Outcome:
        """Apply the operator to a scenario in a `Run` that has the optimum and the method of this operation."""
        operator = OPERATORS[self.operator]
        began = time.perf_counter()
        if self.fixpoint:
            answer, iterations = operator.fixpoint(graph, simplify, run)
        else:
            answer, iterations = operator.apply(graph, self.steps, simplify, run), self.steps
        return Outcome(answer, iterations, time.perf_counter() - began)


@dataclass(frozen=True)
class Outcome:
    """The outcome of an operation: the new scenario, the number of applications, and the seconds."""

    graph: EquibelGraph
    iterations: int
    seconds: float


def solve(
    G: EquibelGraph,
    operator: str,
    *,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    optimum: str | None = None,
    simplify: bool = False,
    steps: int = 1,
    fixpoint: bool = False,
    **run_options: Unpack[RunOptions],
) -> EquibelGraph:
    """Apply an operator by its name, as ``equibel solve`` does on the command line.

    Parameters
    ----------
    G : EquibelGraph
        The scenario; it is not changed.
    operator : str
        One of `equibel.OPERATORS`; README has the table of what they compute.
    method, opt_type, optimum, simplify, executor, progress, time_limit, cancel, statistics
        As for `equibel.global_completion`.
    steps : int
        How often the operator is applied; ``"global"`` does all it can the first time.
    fixpoint : bool
        Whether to apply it until nothing changes; ``steps`` must then be left at 1.

    Returns
    -------
    EquibelGraph
        The new scenario, of a fixpoint too.  How often an operator was applied until nothing changed is what
        `equibel.iterate_simple_fixpoint` and its like return besides, and for every operator
        ``equibel.workspace.Operation(operator, fixpoint=True).apply(G).iterations``.

    Raises
    ------
    OptionError
        When there is no such operator or an option has no such value; the message proposes the nearest name.
    InconsistentFormulaError, ConstraintClashError, TimeLimitExceeded, Cancelled, ExecutorError
        As for `equibel.global_completion`.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(4)
    >>> G.add_formula(0, "p")
    >>> [str(eb.solve(G, "simple", steps=2).formula_conj(v)) for v in G]
    ['p', 'p', 'p', 'True']
    >>> eb.solve(G, "simple", fixpoint=True) == eb.solve(G, "global", optimum="cardinality")
    True
    >>> eb.solve(G, "rings")
    Traceback (most recent call last):
        ...
    equibel.errors.OptionError: operator is 'rings' (did you mean 'ring'?); expected 'global' or 'simple' or 'ring' or ...
    """
    run = start(method, opt_type, optimum, caller="solve", **run_options)
    return Operation(operator, run.optimum, run.method, steps, fixpoint).carry_out(G, simplify, run).graph
