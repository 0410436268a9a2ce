"""The common part of all operators: options and limits, reading a scenario, writing the result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypedDict, TypeVar

from equibel.equibel_graph import EquibelGraph, require_equibel_graph
from equibel.errors import TimeLimitExceeded, suggestion
from equibel.formula import TRUE, Formula, negation, simplify
from equibel.graph import CONSISTENCY, ENTAILMENT, Weights, get_constraints, show_node, weights_of
from equibel.operators.constraint_checks import check_constraints
from equibel.options import CARDINALITY, INCLUSION, METHODS, OPTIMA, Progress, check_choice, check_seconds, wrong_option
from equibel.solving import Event, Limits, Request, Statistics, as_executor, satisfiable, uncollected

Beliefs = dict[Hashable, Formula]
G = TypeVar("G", bound=EquibelGraph)
T = TypeVar("T")


@dataclass
class Known:
    """The partial results of a computation: the number of complete rounds, and the nodes complete in the last one."""

    rounds: int = 0
    nodes: list[Hashable] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """The checked options of one call of an operator, with its limits and its progress."""

    optimum: str
    method: str
    executor: Executor | None = None
    progress: Progress | None = None
    limits: Limits = field(default_factory=Limits)
    known: Known = field(default_factory=Known)

    def compute(self, work: Callable[[], T]) -> T:
        """Call ``work`` within the limits and return its result; `TimeLimitExceeded` contains the partial results."""
        try:
            return self.limits.wait_for(work)
        except TimeLimitExceeded as stop:
            stop.rounds, stop.completed = self.known.rounds, list(self.known.nodes)
            raise

    @property
    def request(self) -> Request:
        """The request to the solver about the problems of the operator."""
        return Request(self.optimum, self.method, self.limits)

    def report(self, done: int, total: int, what: str) -> None:
        """Report progress to the caller."""
        if self.progress is not None:
            self.progress(done, total, what)


class RunOptions(TypedDict, total=False):
    """Keyword options about the run of an operator; `equibel.global_completion` describes them."""

    executor: Executor | None
    progress: Progress | None
    time_limit: float | None
    cancel: Event | None
    statistics: Statistics | None


def start(
    method: str,
    opt_type: str | None = None,
    optimum: str | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    time_limit: float | None = None,
    cancel: Event | None = None,
    statistics: Statistics | None = None,
    *,
    caller: str = "start",
    method_option: str = "method",
    **unknown: object,
) -> Run:
    """Check the options common to all operators; `OptionError` names the one that is wrong.

    An unknown keyword is a `TypeError`, as for any function, with the name of the ``caller``.  ``method_option`` is the name
    of the option ``method`` there.
    """
    for name in unknown:
        hint = suggestion(name, ["simplify", "method", "opt_type", "optimum", *RunOptions.__annotations__])
        raise TypeError(f"{caller}() got an unexpected keyword argument {name!r}{hint}")
    method = check_choice(method_option, method, METHODS)
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise wrong_option("executor", executor, "a concurrent.futures.Executor or a Dask client")
    if progress is not None and not callable(progress):
        raise wrong_option("progress", progress, "a callable taking (done, total, what)")
    if cancel is not None and not callable(getattr(cancel, "is_set", None)):
        raise wrong_option("cancel", cancel, "a threading.Event")
    if statistics is not None and not isinstance(statistics, Statistics):
        raise wrong_option("statistics", statistics, "an equibel.Statistics")
    limits = Limits(check_seconds("time_limit", time_limit), cancel, statistics)
    executor = None if executor is None else as_executor(executor)
    return Run(_optimum(opt_type, optimum), method, executor, progress, limits)


def _optimum(opt_type: str | None, optimum: str | None) -> str:
    """The optimum, an option with two names; `OptionError` when both are given and differ."""
    given = {"opt_type": opt_type, "optimum": optimum}
    values = {check_choice(name, value, OPTIMA) for name, value in given.items() if value is not None}
    if len(values) > 1:
        raise wrong_option("optimum", optimum, f"{opt_type!r}, as opt_type is: both are names of one option")
    return values.pop() if values else INCLUSION


def beliefs_of(graph: EquibelGraph, limits: Limits) -> Beliefs:
    """The formula of every node.

    Raises `InconsistentFormulaError` for the first node that has no model, and `ConstraintClashError` for constraints of
    the graph that no result can satisfy.
    """
    require_equibel_graph(graph)
    beliefs = graph.belief_by_node()
    holders: dict[int, Hashable] = {}  # of many nodes that believe the same, errors name the first
    for node, belief in beliefs.items():
        holders.setdefault(id(belief), node)
    first: dict[Formula, Hashable] = {}
    for node in limits.over(holders.values()):
        first.setdefault(beliefs[node], node)
    first.pop(TRUE, None)
    check_constraints(
        ((node, graph.beliefs(node)) for node in first.values()),
        get_constraints(graph, ENTAILMENT),
        get_constraints(graph, CONSISTENCY),
        limits,
        describe=lambda node: f"node {show_node(node)}",
    )
    return beliefs


def counted(graph: EquibelGraph, run: Run) -> Weights:
    """The weights of a scenario, which count by cardinality only; `OptionError` when one of them is not a number."""
    return weights_of(graph) if run.optimum == CARDINALITY else Weights()


def result(graph: G, beliefs: Mapping[Hashable, Formula], limits: Limits, *, readable: bool) -> G:
    """A copy of ``graph`` with the same alphabet and these beliefs; ``readable`` simplifies them.

    A node that believes nothing gets no formula.
    """
    known: dict[Formula, list[Formula]] = {TRUE: []}
    shown: dict[int, list[Formula]] = {}  # for each object; many nodes have the same one
    for identity, formula in limits.over({id(formula): formula for formula in beliefs.values()}.items()):
        if formula not in known:
            tautology = not satisfiable(negation(formula), limits)  # which is no belief
            known[formula] = [] if tautology else [simplify(formula, check=limits.check) if readable else formula]
        shown[identity] = known[formula]
    with uncollected():
        answer: G = graph.copy()
        answer.add_atoms(graph.atom_names())
        answer.set_formulas({node: shown[id(formula)] for node, formula in beliefs.items()})
    return answer
