"""Computing the results of a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, WorkspaceError
from equibel.operators.operation import Outcome
from equibel.operators.run import RunOptions
from equibel.workspace.state.dependencies import Declarations, derivation_order


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
    for name in derivation_order(workspace, names):
        result = workspace.results[name]
        source = outcomes[result.of].graph if result.of in outcomes else workspace.graphs[result.of]
        try:
            outcomes[name] = result.operation.apply(source, simplify=simplify, **_labelled(run_options, name))
        except EquibelError as error:
            error.args = (f"result {name!r}: {error}",)
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
            raise WorkspaceError(f"the workspace does not have one graph only; name one of its graphs: {graphs}")
        return next(iter(workspace.graphs.values()))
    if name in workspace.graphs:
        return workspace.graphs[name]
    return evaluate(workspace, [name])[name].graph


def _labelled(run_options: RunOptions, name: str) -> RunOptions:
    """The same options, but what is reported to ``progress`` begins with a name."""
    progress = run_options.get("progress")
    if not callable(progress):
        return run_options
    return {**run_options, "progress": lambda done, total, what: progress(done, total, f"{name}: {what}")}
