"""The context of a command: the session, changes of the workspace, cancellation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from equibel.equibel_graph import EquibelGraph
from equibel.errors import Cancelled, UnknownNameError, WorkspaceError
from equibel.operators.run import RunOptions
from equibel.options import Progress
from equibel.shell.session import Session
from equibel.solving import Limits, Statistics
from equibel.workspace import Change, Workspace

T = TypeVar("T")


def always(question: str) -> bool:
    """The answer to questions in a script: yes."""
    return True


@dataclass
class Context:
    """One command's view of the session.

    Attributes
    ----------
    session : Session
    cancel : threading.Event
        Set when the user interrupts the command, which then must not change anything.
    progress : callable or None
        Called with the progress of the work.
    ask : callable
        Asks the user a yes-or-no question.
    notes : list of str
        Notes for the user, besides the reply.
    silent : bool
        Whether the reply is not shown.
    statistics : Statistics
        The counts of what the command has computed so far.
    """

    session: Session
    cancel: threading.Event = field(default_factory=threading.Event)
    progress: Progress | None = None
    ask: Callable[[str], bool] = always
    notes: list[str] = field(default_factory=list)
    silent: bool = False
    statistics: Statistics = field(default_factory=Statistics)

    @property
    def workspace(self) -> Workspace:
        """The workspace of the session."""
        return self.session.workspace

    def run_options(self) -> RunOptions:
        """The run options of operators: executor, progress, time limit, cancellation, statistics."""
        return {
            "executor": self.session.executor(),
            "progress": self.progress,
            "time_limit": self.session.options.time_limit,
            "cancel": self.cancel,
            "statistics": self.statistics,
        }

    def wait_for(self, work: Callable[[Limits], T]) -> T:
        """Call ``work`` within the time limit, until it is cancelled, and return its result."""
        limits = Limits(self.session.options.time_limit, self.cancel, self.statistics)
        return limits.wait_for(lambda: work(limits))

    def apply(self, *changes: Change, label: str | None = None) -> None:
        """Change the workspace, as one command of the history."""
        self.check()
        self.workspace.apply(*changes, label=label, **self.run_options())

    def check(self) -> None:
        """Raise `Cancelled` if the user has interrupted the command."""
        if self.cancel.is_set():
            raise Cancelled("the command was interrupted")

    # Graphs -------------------------------------------------------------------------------------------------------

    def current(self) -> str:
        """The name of the current graph or result."""
        return self.session.require_current()

    def graph(self) -> EquibelGraph:
        """The current graph, or the value of the current result, which is computed first if it is not current."""
        return self.value(self.current())

    def value(self, name: str) -> EquibelGraph:
        """A graph, or the value of a result."""
        return self.workspace.value(name, **self.run_options())

    def own(self) -> str:
        """The name of the current graph, for a command that changes it; raises `WorkspaceError` if it is a result."""
        name = self.current()
        if name in self.workspace.results:
            of = self.workspace.results[name].of
            raise WorkspaceError(
                f"{name} is a result, which is derived from {of} and cannot be changed; change {of} (use {of}), or make a "
                f"graph of it (copy {name} NEW)"
            )
        return name

    def node(self, graph: EquibelGraph, node: Hashable) -> Hashable:
        """The node in the graph: the integer 1 means the node ``"1"`` if there is no integer node 1."""
        return str(node) if isinstance(node, int) and node not in graph and str(node) in graph else node

    def nodes(self, graph: EquibelGraph, nodes: Iterable[Hashable] | None) -> list[Hashable]:
        """The nodes in the graph, see `node`; all nodes for ``None``."""
        return list(graph) if nodes is None else [self.node(graph, node) for node in nodes]

    def require_result(self, name: str) -> None:
        """Raise `UnknownNameError` if there is no result of that name."""
        results = list(self.workspace.results)
        if name not in results:
            what = f"{name} is a graph, not a result" if name in self.workspace.graphs else f"there is no result {name!r}"
            known = f"; the results are {', '.join(results)}" if results else "; derive declares one"
            raise UnknownNameError(what + known, name=name, known=results)
