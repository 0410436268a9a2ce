"""Computation of results, each after the one that it is derived from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Unpack

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, TimeLimitExceeded, WorkspaceError
from equibel.operators.operation import Outcome
from equibel.operators.run import RunOptions, start
from equibel.options import SEMANTIC, check_seconds
from equibel.workspace.results.cache import Cache
from equibel.workspace.results.provenance import Computed
from equibel.workspace.results.task import Task, named
from equibel.workspace.state.dependencies import Declarations, derivation_order
from equibel.workspace.state.model import State

#: The computed result of a task, when there is one already.
Known = Callable[[Task], Computed | None]
#: The version and the digest of a graph, by its name.
Identify = Callable[[str], tuple[int, str]]


def check_options(run_options: RunOptions) -> None:
    """Raise `OptionError` when a keyword option has no such value."""
    start(SEMANTIC, **run_options)


def tasks(
    workspace: Declarations,
    names: Iterable[str] | None,
    found: Mapping[str, Computed | Outcome],
    identify: Identify = lambda name: (0, ""),
) -> Iterator[Task]:
    """The computations of results, in the order of their derivation: the one loop of everything that computes.

    What each gives must be in ``found``, under the name of the result, before the next one is asked for.  A result whose
    source is not there, or failed, is left out.
    """
    for name in derivation_order(workspace, names):
        result = workspace.results[name]
        if result.of in workspace.graphs:
            yield Task(name, result.of, *identify(result.of), workspace.graphs[result.of], result.operation)
            continue
        source = found.get(result.of)
        if source is not None and source.graph is not None:
            identity = (source.version, source.digest) if isinstance(source, Computed) else (0, "")
            yield Task(name, result.of, *identity, source.graph, result.operation)


def evaluate(
    workspace: Declarations,
    names: Iterable[str] | None = None,
    *,
    simplify: bool = False,
    **run_options: Unpack[RunOptions],
) -> dict[str, Outcome]:
    """Compute results, each once and after the one it is derived from; `Workspace.compute` also keeps them.

    Parameters
    ----------
    workspace : Workspace or State
        It is not changed.
    names : iterable of str, optional
        The results wanted; those they are derived from are computed and returned as well.  All by default.
    simplify, executor, progress, time_limit, cancel, statistics
        As for `equibel.global_completion`, and for each result.  What is reported to ``progress`` begins with the
        result's name.

    Returns
    -------
    dict
        From the names of the results to their outcomes, in the order of computation.

    Raises
    ------
    WorkspaceError, UnknownNameError, CycleError
        As for `derivation_order`, before anything is computed.
    EquibelError
        Whatever an operation raises; its message begins with the result's name.

    Examples
    --------
    >>> from equibel.workspace import parse_workspace
    >>> ws = parse_workspace('''
    ... [graphs.pair]
    ... path = ["a", "b"]
    ... formulas = {a = "p"}
    ... [results.shared]
    ... of = "pair"
    ... operator = "global"
    ... ''')
    >>> evaluate(ws)["shared"].graph.formulas("b")
    {p}
    """
    outcomes: dict[str, Outcome] = {}
    for task in tasks(workspace, names, outcomes):
        try:
            outcomes[task.result] = task.apply(simplify=simplify, **run_options)
        except EquibelError as error:
            named(error, task.result)
            raise
    return outcomes


def pick_graph(workspace: Declarations, name: str | None = None) -> EquibelGraph:
    """The graph of that name, a result being computed; without a name, the only graph there is.

    Raises
    ------
    UnknownNameError
        When there is no such graph or result.
    WorkspaceError
        When no name is given and there is not exactly one graph.
    """
    if name is None:
        if len(workspace.graphs) != 1:
            graphs = ", ".join(map(repr, workspace.graphs)) or "none"
            raise WorkspaceError(
                f"expected the name of a graph, as the workspace has {len(workspace.graphs)} graphs: {graphs}"
            )
        return next(iter(workspace.graphs.values()))
    if name in workspace.graphs:
        return workspace.graphs[name]
    return evaluate(workspace, [name])[name].graph


def compute(
    state: State,
    names: Iterable[str] | None,
    cache: Cache,
    known: Known,
    store: Callable[[Computed], Computed],
    **run_options: Unpack[RunOptions],
) -> dict[str, Computed]:
    """What `evaluate` computes, with provenance, as far as it is not ``known``.

    Results whose source failed are left out.  ``store`` receives every new one, and returns the one to use
    instead.  ``time_limit`` is for all together.
    """
    limit = check_seconds("time_limit", run_options.get("time_limit"))
    began = time.monotonic()
    found: dict[str, Computed] = {}
    for task in tasks(state, names, found, _identify(state, cache)):
        computed = known(task)
        if computed is None:
            if limit is not None:
                run_options["time_limit"] = max(limit - (time.monotonic() - began), 1e-6)
            try:
                computed = store(task.run(**run_options))
            except TimeLimitExceeded as error:
                assert limit is not None
                error.args = (str(error).replace(f"{error.seconds:g} s", f"{limit:g} s", 1),)
                error.seconds = limit
                raise
        found[task.result] = computed
    return found


def next_task(state: State, name: str, cache: Cache, known: Known) -> Task | None:
    """The first computation that is missing for a result."""
    found: dict[str, Computed] = {}
    for task in tasks(state, [name], found, _identify(state, cache)):
        computed = known(task)
        if computed is None:
            return task
        found[task.result] = computed
    return None


def failure_of(found: dict[str, Computed]) -> EquibelError | None:
    """The error of the result that failed, with its name, if one did."""
    for name, computed in found.items():
        if computed.failure is not None:
            return named(computed.failure.error(), name)
    return None


def _identify(state: State, cache: Cache) -> Identify:
    return lambda name: (state.versions[name], cache.digest(state.versions[name], state.graphs[name]))
