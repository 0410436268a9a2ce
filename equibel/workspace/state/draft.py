"""Drafts: copies of a state to which changes are applied."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from equibel.equibel_graph import EquibelGraph
from equibel.errors import NameTakenError, UnknownNameError, WorkspaceError, suggestion
from equibel.workspace.state.dependencies import unknown_name
from equibel.workspace.state.frozen import changed, freeze, own, thaw
from equibel.workspace.state.model import Content, Result, State


class Draft:
    """A copy of a state, to which changes are applied one after the other; `state` returns the result.

    When a change fails the draft is thrown away, so that either everything is done or nothing.

    Parameters
    ----------
    state : State
        Where to begin; it is not changed.

    Attributes
    ----------
    number : int
        The number of the change that is being made, which becomes the version of what it changes.
    time : str
        When it is made.
    """

    def __init__(self, state: State) -> None:
        self.graphs = dict(state.graphs)
        self.results = dict(state.results)
        self.versions = dict(state.versions)
        self.snapshots = dict(state.snapshots)
        self.eager = state.eager
        self.number = state.version
        self.time = ""
        self._thawed: set[str] = set()

    def state(self) -> State:
        """The state reached."""
        for name in self._thawed:
            freeze(self.graphs[name])
        self._thawed.clear()
        return State(
            dict(self.graphs),
            dict(self.results),
            dict(self.versions),
            dict(self.snapshots),
            self.eager,
            self.number,
        )

    @contextmanager
    def edit(self, name: str, nodes: Iterable[Hashable] = ()) -> Iterator[EquibelGraph]:
        """The graph of that name, to be changed at some nodes and the edges between them, and in its own attributes."""
        if name not in self._thawed:
            self.graphs[name] = thaw(self.graph(name))
            self._thawed.add(name)
        graph = self.graphs[name]
        attributes = dict(graph.graph)
        before = own(graph, nodes)
        yield graph
        if changed(graph, before) or graph.graph != attributes:
            self.versions[name] = self.number

    def graph(self, name: str) -> EquibelGraph:
        """The graph of that name; it may change until `state` is called."""
        if name in self.results:
            raise WorkspaceError(
                f"{name!r} is a result, which is derived and cannot be changed; change {self.results[name].of!r}, or "
                "make a graph of the result first"
            )
        self.require(name, self.graphs, "graph")
        return self.graphs[name]

    def put_graph(self, name: str, graph: EquibelGraph) -> None:
        """Give the name to a frozen graph."""
        self._thawed.discard(name)
        self.graphs[name] = graph
        self.versions[name] = self.number

    def put_result(self, name: str, result: Result) -> None:
        """Give the name to a declaration."""
        self.results[name] = result
        self.versions[name] = self.number

    def remove(self, name: str) -> None:
        """Remove the graph or result of that name."""
        self.require_any(name)
        self._thawed.discard(name)
        self.graphs.pop(name, None)
        self.results.pop(name, None)
        del self.versions[name]

    def rename(self, name: str, new: str) -> None:
        """Give what is called ``name`` a free name; it keeps its place among the names."""
        for names in (self.graphs, self.results, self.versions):
            renamed = {new if each == name else each: value for each, value in names.items()}
            names.clear()
            names.update(renamed)  # type: ignore[arg-type]
        if name in self._thawed:
            self._thawed = self._thawed - {name} | {new}

    def restore(self, content: Content) -> None:
        """Take over graphs and results, in place of those there are."""
        self.graphs = dict(content.graphs)
        self.results = dict(content.results)
        self.versions = dict(content.versions)
        self._thawed.clear()

    def require_free(self, name: str) -> None:
        """Raise `NameTakenError` when there is a graph or result of that name."""
        for what, names in ("graph", self.graphs), ("result", self.results):
            if name in names:
                raise NameTakenError(f"there is a {what} {name!r} already; choose another name", name=name)

    def require_any(self, name: str) -> None:
        """Raise `UnknownNameError` unless there is a graph or result of that name."""
        if name not in self.graphs and name not in self.results:
            raise unknown_name(name, self)

    def require(self, name: str, names: Mapping[str, object], what: str) -> None:
        """Raise `UnknownNameError` unless the name is among ``names``, those of graphs or snapshots, say."""
        if name not in names:
            known = list(names)
            listed = f"; there are {', '.join(map(repr, known[:20]))}" if known else ""
            raise UnknownNameError(
                f"there is no {what} {name!r}{suggestion(name, known[:1000]) or listed}", name=name, known=known
            )
