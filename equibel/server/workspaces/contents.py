"""The content of a workspace as data, and the changes that turn it into the content that a client sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.server.http.size_limits import check_count
from equibel.server.settings import Settings
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.workspace import Change, CreateGraph, Declare, Delete, ReplaceGraph, Result, State, Status, derivation_order
from equibel.workspace.state.content import encode


def graph_summary(cached: CachedWorkspace, state: State, name: str) -> dict[str, Any]:
    """As `equibel.server.schemas.graph_schemas.GraphSummary`."""
    version = state.versions[name]
    return {"name": name, "version": version, **cached.size(version, state.graphs[name]).counts()}


def declared_result(status: Status) -> dict[str, Any]:
    """As `equibel.server.schemas.result_schemas.DeclaredResult`."""
    return {
        "name": status.name,
        "of": status.result.of,
        **vars(status.result.operation),
        "version": status.version,
        "status": status.state,
    }


def result_status(status: Status) -> dict[str, Any]:
    """As `equibel.server.schemas.result_schemas.ResultStatus`."""
    computed, failure = status.computed, status.failure
    names = ("of", "source_version", "iterations", "seconds", "time", "equibel")
    return {
        **declared_result(status),
        "computed": None if computed is None else {name: getattr(computed, name) for name in names},
        "failure": None if failure is None else {"kind": failure.kind, "detail": failure.message, "data": failure.data},
    }


def workspace_summary(cached: CachedWorkspace) -> tuple[dict[str, Any], str]:
    """As `equibel.server.schemas.workspace_schemas.WorkspaceSummary`, and the tag."""
    workspace = cached.workspace
    state = workspace.state
    statuses = [status for status in workspace.statuses().values() if status.name in state.results]
    summary = {
        "name": cached.name,
        "created": cached.created,
        "version": state.version,
        "eager": state.eager,
        "graphs": [graph_summary(cached, state, name) for name in sorted(state.graphs)],
        "results": [declared_result(status) for status in sorted(statuses, key=lambda status: status.name)],
        "snapshots": sorted(state.snapshots),
    }
    return summary, cached.tag_of(state.version)


def eager_seconds(settings: Settings) -> float:
    """The seconds that a request may spend on the results of an eager workspace."""
    return min(1.0, settings.request_seconds)


def check_names(state: State, new: str, settings: Settings) -> None:
    """Raise `OverLimit` when there is no room for another graph or result."""
    count_names(len({*state.graphs, *state.results, new}), settings)


def count_names(count: int, settings: Settings) -> None:
    """Raise `OverLimit` when these are too many graphs and results."""
    check_count("max_graphs", count, settings, "graphs and results in a workspace")


def changes_to(state: State, graphs: Mapping[str, EquibelGraph], results: Mapping[str, Result]) -> list[Change]:
    """The changes after which there are these graphs and results, and no others; none when it is so already.

    What stays as it is keeps its version.  The results have to be derivable, see `derivation_order`.

    >>> from equibel.workspace import Operation
    >>> state = State({"g": EquibelGraph()}, {"r": Result("g", Operation("ring"))}, {"g": 1, "r": 2})
    >>> [change.line() for change in changes_to(state, {"h": EquibelGraph()}, {"r": Result("h", Operation("ring"))})]
    ['delete r', 'delete g', 'create graph h (0 nodes, 0 edges)', 'declare r = ring of h']
    """
    order = derivation_order(state)
    # A result can stay when it is declared as before, of something that stays; a graph also when its content changes.
    stay: set[str] = {name for name in state.graphs if name in graphs}
    for name in order:
        if results.get(name) == state.results[name] and state.results[name].of in stay:
            stay.add(name)
    changes: list[Change] = [Delete(name) for name in reversed(order) if name not in stay]
    changes += [Delete(name) for name in state.graphs if name not in stay]
    for name, graph in graphs.items():
        if name not in state.graphs:
            changes.append(CreateGraph(name, graph))
        elif encode(graph) != encode(state.graphs[name]):
            changes.append(ReplaceGraph(name, graph))
    wanted = State(graphs, results)
    new = [name for name in derivation_order(wanted) if name not in stay]
    return changes + [Declare(name, results[name].of, results[name].operation) for name in new]
