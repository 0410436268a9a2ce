"""``/v1/workspaces/{w}/graphs``: graphs, and the values of results, as node-link data."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import WrapValidator

from equibel.equibel_graph import EquibelGraph
from equibel.errors import NameTakenError
from equibel.server.context import CurrentClient, CurrentContext
from equibel.server.http.etags import RequestCondition, not_modified, reply, stored
from equibel.server.http.graph_bodies import read_graph, write_graph
from equibel.server.http.names import GraphPath, WorkspacePath, require_name
from equibel.server.http.problems import Conflict
from equibel.server.http.strict_json import JsonRoute, checked_before
from equibel.server.routes.route_responses import IF_MATCH, IF_NONE_MATCH, change_responses, create_responses, read_responses
from equibel.server.schemas.graph_schemas import GraphSummary, NodeLink, StoredGraph
from equibel.server.schemas.page_schemas import After, Limit, Page, page_of
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.server.workspaces.contents import check_names, eager_seconds, graph_summary
from equibel.workspace import Change, CreateGraph, Delete, ReplaceGraph, State, Status
from equibel.workspace.state.dependencies import unknown_name

router = APIRouter(tags=["graphs"], route_class=JsonRoute)

STATUS = "Equibel-Status"  # of the answer that is the value of a result

_VALUE = read_responses(404, 409)
_VALUE[200]["headers"] |= {STATUS: {"description": "The status of a result.", "schema": {"type": "string"}}}

#: The body that is a graph.
_Graph = Annotated[NodeLink, WrapValidator(checked_before)]

#: Whether results that are derived from something are deleted with it.
Dependents = Annotated[bool, Query(description="Whether the results that are derived from it are deleted too.")]


@router.get(
    "/v1/workspaces/{w}/graphs", response_model=Page[GraphSummary], responses=read_responses(404), summary="List graphs"
)
def list_graphs(
    w: WorkspacePath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """The graphs of a workspace, by name."""
    cached = context.workspaces.get(client.name, w)
    state = cached.workspace.state
    names, following = page_of([*state.graphs], after, limit)
    return reply({"items": [graph_summary(cached, state, name) for name in names], "next": following}, condition=condition)


@router.get(
    "/v1/workspaces/{w}/graphs/{g}",
    response_model=NodeLink,
    responses=_VALUE,
    summary="Get a graph, or the value of a result",
    description="The graph as networkx node-link data; formulas are in their canonical spelling. Of a result, the value "
    f"that was computed last: the header `{STATUS}` is its status: `current`, `stale` or `failed`; 409 when there is "
    "none." + IF_NONE_MATCH,
)
def get_graph(
    w: WorkspacePath, g: GraphPath, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> Response:
    """The graph as networkx node-link data."""
    graph, tag, status = find_value(context.workspaces.get(client.name, w), g)
    headers = {} if status is None else {STATUS: status.state}
    if condition.known(tag):
        return not_modified(tag, headers)
    return reply(write_graph(graph), tag, headers=headers)


@router.put(
    "/v1/workspaces/{w}/graphs/{g}",
    response_model=StoredGraph,
    responses=create_responses(StoredGraph, "It was created.") | change_responses(200, problems=(404, 409, 412)),
    summary="Create or replace a graph",
    description="Create the graph or replace it; 409 when the name is that of a result. `notes` in the answer say what was "
    "read in a particular way." + IF_MATCH,
)
def put_graph(
    w: WorkspacePath, g: GraphPath, data: _Graph, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> Response:
    """Create the graph or replace it."""
    cached = context.workspaces.get(client.name, w)
    graph, notes = read_graph(data, context.settings)
    created = False

    def make(state: State) -> list[Change]:
        nonlocal created
        if g in state.results:
            raise NameTakenError(f"{g!r} is a result, which is derived; choose another name", name=g)
        created = g not in state.graphs
        if not created:
            return [ReplaceGraph(g, graph)]
        check_names(state, require_name(g, "path.g"), context.settings)
        return [CreateGraph(g, graph)]

    state = cached.change(g, condition, make, eager_seconds(context.settings))
    summary = {**graph_summary(cached, state, g), "notes": notes}
    return stored(summary, cached.tag_in(state, g), created=created, path=("workspaces", w, "graphs", g))


@router.delete(
    "/v1/workspaces/{w}/graphs/{g}",
    status_code=204,
    response_class=Response,
    responses=change_responses(204, problems=(404, 409, 412), tagged=False),
    summary="Delete a graph",
    description="Delete a graph; 409 when results are derived from it and are not to be deleted too." + IF_MATCH,
)
def delete_graph(
    w: WorkspacePath,
    g: GraphPath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    dependents: Dependents = False,
) -> Response:
    """Delete a graph."""
    cached = context.workspaces.get(client.name, w)

    def make(state: State) -> list[Change]:
        require_graph(state, g)
        return [Delete(g, dependents=dependents)]

    cached.change(g, condition, make, eager_seconds(context.settings))
    return Response(status_code=204)


def require_graph(state: State, name: str) -> EquibelGraph:
    """The graph of that name, to be changed; `UnknownNameError` without one, and `Conflict` for a result."""
    if name in state.results:
        source = state.results[name].of
        raise Conflict(f"{name!r} is a result, which is derived and cannot be changed; change {source!r}", name=name)
    graph = state.graphs.get(name)
    if graph is None:
        raise unknown_name(name, state)
    return graph


def find_value(cached: CachedWorkspace, name: str) -> tuple[EquibelGraph, str, Status | None]:
    """A graph with its tag, or the last value of a result with its tag and status.

    Raises `UnknownNameError` when there is neither, and `Conflict` when the result was never computed.
    """
    workspace = cached.workspace
    state = workspace.state
    if name in state.graphs:
        return state.graphs[name], cached.tag_of(state.versions[name]), None
    status = workspace.statuses().get(name)
    if status is None:
        raise unknown_name(name, state)
    if status.computed is None or status.computed.graph is None:
        why = f"cannot be computed: {status.failure.message}" if status.failure else "has not been computed yet; start a job"
        raise Conflict(f"the result {name!r} {why}", name=name, result_status=status.state)
    return status.computed.graph, cached.tag_of(status.tag), status
