"""Changes of graphs as a whole, of declared results and snapshots, and of when results are computed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import NameInUseError, NameTakenError
from equibel.workspace.changes.change import Change, Flag, Name, Operated, describe
from equibel.workspace.state.content import decode
from equibel.workspace.state.copying import frozen_copy
from equibel.workspace.state.dependencies import dependents, derivation_order, unknown_name
from equibel.workspace.state.draft import Draft
from equibel.workspace.state.model import Result, Snapshot


def _graph(option: str, value: Any) -> EquibelGraph:
    return decode(value) if isinstance(value, dict) else frozen_copy(value)


FrozenGraph = Annotated[EquibelGraph, _graph]


def _size(graph: EquibelGraph) -> str:
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    return f"{nodes} node{'s' * (nodes != 1)}, {edges} edge{'s' * (edges != 1)}"


@dataclass(frozen=True)
class CreateGraph(Change):
    """Give a name to a copy of a graph; `NameTakenError` when something has that name.

    What cannot be stored is refused or noted, as by `frozen_copy`.

    >>> CreateGraph("g", EquibelGraph([(1, 2)])).line()
    'create graph g (2 nodes, 1 edge)'
    """

    name: Name
    graph: FrozenGraph = field(default_factory=EquibelGraph)

    def _apply(self, draft: Draft) -> None:
        draft.require_free(self.name)
        draft.put_graph(self.name, self.graph)

    def _line(self) -> str:
        return f"create graph {self.name} ({_size(self.graph)})"


@dataclass(frozen=True)
class ReplaceGraph(Change):
    """Put a copy of another graph in the place of a graph; `UnknownNameError` when there is none of that name."""

    name: Name
    graph: FrozenGraph

    def _apply(self, draft: Draft) -> None:
        draft.graph(self.name)
        draft.put_graph(self.name, self.graph)

    def _line(self) -> str:
        return f"replace graph {self.name} ({_size(self.graph)})"


@dataclass(frozen=True)
class Declare(Change):
    """Declare a result: an operation, of a graph or of another result.

    Parameters
    ----------
    name : str
        The name of the result.
    of : str
        The name of what it is derived from.
    operation : Operation
        The operator and its options.
    replace : bool
        Whether a result of that name may be there already, which then gets this declaration.

    `Workspace.apply` raises `NameTakenError` when something else has that name, `UnknownNameError` when there is
    nothing called ``of``, and `CycleError` when the result would be derived from itself.

    >>> from equibel.workspace import Operation
    >>> Declare("settled", "g", Operation("simple", optimum="cardinality", fixpoint=True)).line()
    'declare settled = simple of g, optimum cardinality, fixpoint'
    """

    name: Name
    of: Name
    operation: Operated
    replace: Flag = False

    def _apply(self, draft: Draft) -> None:
        if not (self.replace and self.name in draft.results):
            draft.require_free(self.name)
        if self.of not in draft.graphs and self.of not in draft.results and self.of != self.name:
            raise unknown_name(self.of, draft, self.name)
        draft.put_result(self.name, Result(self.of, self.operation))
        derivation_order(draft, [self.name])

    def _line(self) -> str:
        return f"declare {self.name} = {describe(self.operation, self.of)}"


@dataclass(frozen=True)
class Delete(Change):
    """Delete a graph or a result.

    When results are derived from it, `NameInUseError` names them, unless they are to be deleted too: ``dependents``.
    """

    name: Name
    dependents: Flag = False

    def _apply(self, draft: Draft) -> None:
        draft.require_any(self.name)
        results = dependents(draft, self.name)
        if results and not self.dependents:
            shown = ", ".join(map(repr, results[:5])) + (f" and {len(results) - 5} more" if len(results) > 5 else "")
            raise NameInUseError(
                f"{self.name!r} cannot be deleted alone: {shown} {'is' if len(results) == 1 else 'are'} derived from it; "
                "delete the results first, or all at once",
                name=self.name,
                results=results,
            )
        for each in (self.name, *results):
            draft.remove(each)

    def _line(self) -> str:
        return f"delete {self.name}{' and what is derived from it' * self.dependents}"


@dataclass(frozen=True)
class Rename(Change):
    """Give a graph or result another name; results remain derived from it.  `NameTakenError` when the name is taken."""

    name: Name
    new: Name

    def _apply(self, draft: Draft) -> None:
        draft.require_any(self.name)
        if self.new == self.name:
            return
        draft.require_free(self.new)
        draft.rename(self.name, self.new)
        for each, result in list(draft.results.items()):
            if result.of == self.name:
                draft.put_result(each, replace(result, of=self.new))

    def _line(self) -> str:
        return f"rename {self.name} to {self.new}"


@dataclass(frozen=True)
class SaveSnapshot(Change):
    """Keep all graphs and results under a name; `NameTakenError` when there is a snapshot of that name.

    A snapshot takes no room but for what changes afterwards.
    """

    name: Name

    def _apply(self, draft: Draft) -> None:
        if self.name in draft.snapshots:
            raise NameTakenError(
                f"there is a snapshot {self.name!r} already; choose another name, or delete it first", name=self.name
            )
        now = draft.state()
        draft.snapshots[self.name] = Snapshot(now.graphs, now.results, now.versions, draft.time)

    def _line(self) -> str:
        return f"save snapshot {self.name}"


@dataclass(frozen=True)
class RestoreSnapshot(Change):
    """Bring back the graphs and results of a snapshot, in place of those there are; `UnknownNameError` without it."""

    name: Name

    def _apply(self, draft: Draft) -> None:
        draft.require(self.name, draft.snapshots, "snapshot")
        draft.restore(draft.snapshots[self.name])

    def _line(self) -> str:
        return f"restore snapshot {self.name}"


@dataclass(frozen=True)
class DeleteSnapshot(Change):
    """Delete a snapshot; `UnknownNameError` when there is none of that name."""

    name: Name

    def _apply(self, draft: Draft) -> None:
        draft.require(self.name, draft.snapshots, "snapshot")
        del draft.snapshots[self.name]

    def _line(self) -> str:
        return f"delete snapshot {self.name}"


@dataclass(frozen=True)
class SetEager(Change):
    """Set whether results are computed as soon as they are stale, or when they are asked for."""

    eager: Flag

    def _apply(self, draft: Draft) -> None:
        draft.eager = self.eager

    def _line(self) -> str:
        return f"compute results {'at once' if self.eager else 'when asked for'}"
