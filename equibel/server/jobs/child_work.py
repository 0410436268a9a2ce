"""Functions that run in processes of their own; their arguments and results can be pickled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.files import unheeded
from equibel.options import Progress
from equibel.server.http.graph_bodies import read_graph, write_graph
from equibel.server.settings import Settings
from equibel.workspace import Computed, Operation, Task


@dataclass(frozen=True)
class ComputationResult:
    """The result of an operation.

    Attributes
    ----------
    text : str
        The new scenario as node-link data, in JSON; empty when there is none.  It is written where it was computed, so
        that the server has less to do.
    iterations : int
        How often the operator was applied.
    seconds : float
        How long it took.
    computed : Computed or None
        The same for a workspace to keep, or why there is none.
    notes : tuple of str
        What was read in a particular way, or has no effect.
    """

    text: str
    iterations: int
    seconds: float
    computed: Computed | None = None
    notes: tuple[str, ...] = ()


def solve(
    data: dict[str, Any], settings: Settings, operation: Operation, time_limit: float, *, progress: Progress | None = None
) -> ComputationResult:
    """Apply an operation to the graph of a request; errors are those of `read_graph` and `Operation.apply`."""
    graph, notes = read_graph(data, settings, ("body", "graph"))
    outcome = operation.apply(graph, simplify=True, progress=progress, time_limit=time_limit)
    notes += unheeded(graph, operation.optimum)
    return ComputationResult(_text(outcome.graph), outcome.iterations, outcome.seconds, notes=tuple(notes))


def derive(task: Task, time_limit: float, *, progress: Progress | None = None) -> ComputationResult:
    """Run the task of a workspace; errors are those of `Task.run`."""
    computed = task.run(progress=progress, time_limit=time_limit)
    text = "" if computed.graph is None else _text(computed.graph)
    return ComputationResult(text, computed.iterations, computed.seconds, computed)


def warm_up() -> None:
    """Load and remember what every computation needs, such as the grammar and the encodings."""
    nodes = [{"id": 1, "formulas": ["p & q"]}, {"id": 2, "formulas": ["~p | ~q -> r"]}]
    data = {"nodes": nodes, "edges": [{"source": 1, "target": 2}]}
    solve(data, Settings.model_construct(), Operation("global"), 60.0)


def _text(graph: EquibelGraph) -> str:
    return json.dumps(write_graph(graph), allow_nan=False)
