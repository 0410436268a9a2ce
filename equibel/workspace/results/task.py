"""Tasks: computations as values, which can be run in another process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Unpack

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, OptionError
from equibel.operators import Operation
from equibel.operators.operation import Outcome
from equibel.operators.run import RunOptions
from equibel.workspace.results.provenance import PASSING, Computed, Failure
from equibel.workspace.state.content import digest
from equibel.workspace.state.frozen import freeze
from equibel.workspace.state.model import now


@dataclass(frozen=True, eq=False)
class Task:
    """The computation that a result asks for next; it can be sent to another process and run there.

    Attributes
    ----------
    result, of : str
        The names of the result and of its source.
    source_version : int
        The version of the source.
    source_digest : str
        What identifies the content of the source.
    graph : EquibelGraph
        The source, frozen.
    operation : Operation
        The operation that is applied to it.
    """

    result: str
    of: str
    source_version: int
    source_digest: str
    graph: EquibelGraph
    operation: Operation

    def run(self, **run_options: Unpack[RunOptions]) -> Computed:
        """Compute the result; nothing is stored, see `Workspace.store`.

        The keyword options are ``executor``, ``progress``, ``time_limit``, ``cancel`` and ``statistics``, as for
        `equibel.global_completion`.  What is reported to ``progress`` begins with the result's name.

        An error that lies in the scenario, such as `InconsistentFormulaError`, becomes the ``failure`` of the
        returned value.

        Raises
        ------
        TimeLimitExceeded, Cancelled, ExecutorError
            When the computation did not end; the message begins with the result's name.
        OptionError
            When a keyword option has no such value.

        Examples
        --------
        >>> from equibel.workspace import CreateGraph, Declare, Operation, Workspace
        >>> ws = Workspace({"g": EquibelGraph([(1, 2)])})
        >>> _ = ws.apply(Declare("shared", "g", Operation("global")))
        >>> computed = ws.next_task("shared").run(time_limit=60)
        >>> computed.iterations, ws.status("shared").state
        (1, 'new')
        >>> ws.store(computed).version > 0, ws.status("shared").state
        (True, 'current')
        """
        began = time.perf_counter()
        graph, failure, iterations = None, None, 0
        try:
            outcome = self.apply(simplify=True, **run_options)
            graph, iterations = freeze(outcome.graph), outcome.iterations
        except EquibelError as error:
            if isinstance(error, PASSING):
                named(error, self.result)
                raise
            if isinstance(error, OptionError) and error.option in run_options:
                raise
            failure = Failure.of(error)
        return Computed(
            self.result,
            self.of,
            self.source_version,
            self.source_digest,
            self.operation,
            graph,
            failure,
            iterations,
            time.perf_counter() - began,
            now(),
            "" if graph is None else digest(graph),
        )

    def apply(self, *, simplify: bool, **run_options: Unpack[RunOptions]) -> Outcome:
        """The outcome of the operation, or its error.  Reports to ``progress`` begin with the result's name."""
        report = run_options.get("progress")
        if callable(report):
            run_options["progress"] = lambda done, total, what: report(done, total, f"{self.result}: {what}")
        return self.operation.apply(self.graph, simplify=simplify, **run_options)


def named(error: EquibelError, result: str) -> EquibelError:
    """The error, with a message that begins with the name of the result."""
    error.args = (f"result {result!r}: {error}",)
    return error
