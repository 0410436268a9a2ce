"""``/v1/workspaces``: the workspaces of a client."""

from __future__ import annotations

from fastapi import APIRouter, Response

from equibel.errors import NameTakenError
from equibel.server.context import CurrentClient, CurrentContext
from equibel.server.http.etags import RequestCondition, reply, stored
from equibel.server.http.graph_bodies import read_graph
from equibel.server.http.names import WorkspacePath
from equibel.server.http.problems import NotFound
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.route_responses import IF_MATCH, IF_NONE_MATCH, change_responses, create_responses, read_responses
from equibel.server.schemas.page_schemas import After, Limit, Page
from equibel.server.schemas.workspace_schemas import (
    NewWorkspace,
    StoredWorkspace,
    WorkspaceContent,
    WorkspaceItem,
    WorkspaceSummary,
)
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.server.workspaces.contents import changes_to, count_names, eager_seconds, workspace_summary
from equibel.workspace import State, Workspace, derivation_order

router = APIRouter(tags=["workspaces"], route_class=JsonRoute)


@router.post(
    "/v1/workspaces",
    status_code=201,
    response_model=WorkspaceSummary,
    responses=create_responses(WorkspaceSummary, "It was created.") | change_responses(problems=(409,)),
    summary="Create a workspace",
)
def create_workspace(new: NewWorkspace, context: CurrentContext, client: CurrentClient) -> Response:
    """Create an empty workspace; 409 when the name is in use."""
    return stored_workspace(context.workspaces.create(client.name, new.name), created=True)


@router.get("/v1/workspaces", response_model=Page[WorkspaceItem], responses=read_responses(), summary="List workspaces")
def list_workspaces(
    context: CurrentContext, client: CurrentClient, condition: RequestCondition, limit: Limit = 100, after: After = None
) -> Response:
    """The client's workspaces, by name."""
    rows = context.workspaces.list(client.name, after or "", limit + 1)
    items = [{"name": row.name, "created": row.created, "updated": row.updated} for row in rows[:limit]]
    return reply({"items": items, "next": items[-1]["name"] if len(rows) > limit else None}, condition=condition)


@router.get(
    "/v1/workspaces/{w}",
    response_model=WorkspaceSummary,
    responses=read_responses(404),
    summary="Get a workspace",
    description="What is in a workspace: its graphs and results, with their versions." + IF_NONE_MATCH,
)
def get_workspace(w: WorkspacePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """What is in a workspace."""
    summary, tag = workspace_summary(context.workspaces.get(client.name, w))
    return reply(summary, tag, condition=condition)


@router.put(
    "/v1/workspaces/{w}",
    response_model=StoredWorkspace,
    responses=create_responses(StoredWorkspace, "It was created.") | change_responses(200, problems=(404, 409, 412)),
    summary="Replace the content of a workspace",
    description="Let a workspace have these graphs and results, and no others; it is created if it does not exist. One "
    "command of its history, which can be undone; what stays as it is keeps its version. `notes` in the answer say what was "
    "read in a particular way." + IF_MATCH,
)
def put_workspace(
    w: WorkspacePath, content: WorkspaceContent, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> Response:
    """Let a workspace have these graphs and results, and no others."""
    settings = context.settings
    read = {name: read_graph(data, settings, ("body", "graphs", name)) for name, data in content.graphs.items()}
    graphs, notes = {name: graph for name, (graph, _) in read.items()}, [note for _, each in read.values() for note in each]
    results = {name: declaration.result() for name, declaration in content.results.items()}
    count_names(len(graphs) + len(results), settings)
    derivation_order(State(graphs, results))
    while True:
        try:
            cached = context.workspaces.get(client.name, w)
        except NotFound:
            condition.require(None, f"the workspace {w!r}")
            try:
                cached = context.workspaces.create(client.name, w, Workspace(graphs, results).records())
                return stored_workspace(cached, created=True, notes=notes)
            except NameTakenError:
                continue  # somebody else has made it in the meantime
        cached.change(None, condition, lambda state: changes_to(state, graphs, results), eager_seconds(settings))
        return stored_workspace(cached, notes=notes)


@router.delete(
    "/v1/workspaces/{w}",
    status_code=204,
    response_class=Response,
    responses=change_responses(204, problems=(404, 409, 412), tagged=False),
    summary="Delete a workspace",
    description="Delete a workspace with its history and its finished jobs; 409 while jobs of it are queued or running."
    + IF_MATCH,
)
def delete_workspace(
    w: WorkspacePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> Response:
    """Delete a workspace with its history."""
    context.workspaces.delete(client.name, w, condition)
    return Response(status_code=204)


def stored_workspace(cached: CachedWorkspace, *, created: bool = False, notes: list[str] | None = None) -> Response:
    """What is in a workspace that was just stored, with the notes if there can be any."""
    summary, tag = workspace_summary(cached)
    told = {} if notes is None else {"notes": notes}
    return stored(summary | told, tag, created=created, path=("workspaces", cached.name))
