"""What all operators share: reading a scenario, the limits of a run, and writing the result."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypedDict, TypeVar

from equibel.equibel_graph import EquibelGraph, require_equibel_graph
from equibel.errors import InconsistentFormulaError
from equibel.formula import Formula, negation, simplify, to_text
from equibel.graph import show_node
from equibel.options import METHODS, OPTIMA, Progress, check_choice, check_seconds, wrong_option
from equibel.solving import Event, Limits, satisfiable

Beliefs = dict[Hashable, Formula]
G = TypeVar("G", bound=EquibelGraph)


@dataclass(frozen=True)
class Run:
    """The options of one call of an operator, checked, with its clock started."""

    optimum: str
    method: str
    executor: Executor | None = None
    progress: Progress | None = None
    limits: Limits = field(default_factory=Limits)

    def report(self, done: int, total: int, what: str) -> None:
        """Tell the caller how far the work is."""
        if self.progress is not None:
            self.progress(done, total, what)


class WhereAndWhen(TypedDict, total=False):
    """Keyword options about the running of an operator; `equibel.global_completion` describes them."""

    executor: Executor | None
    progress: Progress | None
    time_limit: float | None
    cancel: Event | None


def start(
    method: str,
    opt_type: str,
    executor: Executor | None = None,
    progress: Progress | None = None,
    time_limit: float | None = None,
    cancel: Event | None = None,
) -> Run:
    """Check the options common to all operators; `OptionError` names the one that is wrong."""
    check_choice("method", method, METHODS)
    check_choice("opt_type", opt_type, OPTIMA)
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise wrong_option("executor", executor, "a concurrent.futures.Executor")
    if progress is not None and not callable(progress):
        raise wrong_option("progress", progress, "a callable taking (done, total, what)")
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise wrong_option("cancel", cancel, "a threading.Event")
    return Run(opt_type, method, executor, progress, Limits(check_seconds("time_limit", time_limit), cancel))


def beliefs_of(graph: EquibelGraph, limits: Limits) -> Beliefs:
    """The formula of every node; raises `InconsistentFormulaError` for the first node that has no model."""
    require_equibel_graph(graph)
    beliefs = {node: graph.belief(node) for node in graph}
    consistent: dict[Formula, bool] = {}
    for node, formula in beliefs.items():
        if formula not in consistent:
            limits.check()
            consistent[formula] = satisfiable(formula, limits)
        if not consistent[formula]:
            raise InconsistentFormulaError(
                f"node {show_node(node)} believes a contradiction, {_shorten(to_text(formula))}, so the scenario has no "
                "model; change or remove one of its formulas",
                node=node,
                formula=to_text(formula),
            )
    return beliefs


def result(graph: G, beliefs: Mapping[Hashable, Formula], limits: Limits, *, readable: bool) -> G:
    """A copy of ``graph`` with the same alphabet and these beliefs; ``readable`` simplifies them.

    A node that believes nothing gets no formula.
    """
    answer: G = graph.copy()
    answer.add_atoms(graph.atom_names())
    formulas: dict[Formula, list[Formula]] = {}
    for node, formula in beliefs.items():
        if formula not in formulas:
            limits.check()
            shown = simplify(formula, check=limits.check) if readable else formula
            formulas[formula] = [shown] if satisfiable(negation(formula), limits) else []  # a tautology is no belief
        answer.set_formulas(node, formulas[formula])
    return answer


def _shorten(text: str, width: int = 200) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
