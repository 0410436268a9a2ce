"""``/v1/workspaces``: the workspaces of a client."""

from __future__ import annotations

from fastapi import APIRouter, Response

from equibel.errors import NameTakenError
from equibel.server.dependencies import Here, Who
from equibel.server.http.etags import Given, reply, stored
from equibel.server.http.graph_bodies import read_graph
from equibel.server.http.names import WorkspacePath
from equibel.server.http.problems import NotFound
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.telling import IF_MATCH, IF_NONE_MATCH, changing, making, reading
from equibel.server.schemas.page_schemas import After, Limit, Page
from equibel.server.schemas.workspace_schemas import (
    NewWorkspace,
    StoredWorkspace,
    WorkspaceContent,
    WorkspaceItem,
    WorkspaceSummary,
)
from equibel.server.workspaces.cached_workspace import Held
from equibel.server.workspaces.contents import changes_to, count_names, eagerly, workspace_summary
from equibel.workspace import State, Workspace, derivation_order

router = APIRouter(tags=["workspaces"], route_class=JsonRoute)


@router.post(
    "/v1/workspaces",
    status_code=201,
    response_model=WorkspaceSummary,
    responses=making(WorkspaceSummary, "It was made.") | changing(problems=(409,)),
    summary="Make a workspace",
)
def create_workspace(new: NewWorkspace, here: Here, who: Who) -> Response:
    """Make an empty workspace; 409 when there is one of that name."""
    return _summary(here.workspaces.create(who.name, new.name), created=True)


@router.get("/v1/workspaces", response_model=Page[WorkspaceItem], responses=reading(), summary="List workspaces")
def list_workspaces(here: Here, who: Who, given: Given, limit: Limit = 100, after: After = None) -> Response:
    """The client's workspaces, by name."""
    rows = here.workspaces.list(who.name, after or "", limit + 1)
    items = [{"name": row.name, "created": row.created, "updated": row.updated} for row in rows[:limit]]
    return reply({"items": items, "next": items[-1]["name"] if len(rows) > limit else None}, condition=given)


@router.get(
    "/v1/workspaces/{w}",
    response_model=WorkspaceSummary,
    responses=reading(404),
    summary="Look at a workspace",
    description="What is in a workspace: its graphs and results, with their versions." + IF_NONE_MATCH,
)
def get_workspace(w: WorkspacePath, here: Here, who: Who, given: Given) -> Response:
    """What is in a workspace."""
    summary, tag = workspace_summary(here.workspaces.get(who.name, w))
    return reply(summary, tag, condition=given)


@router.put(
    "/v1/workspaces/{w}",
    response_model=StoredWorkspace,
    responses=making(StoredWorkspace, "It was made.") | changing(200, problems=(404, 409, 412)),
    summary="Say what is in a workspace",
    description="Let a workspace have these graphs and results, and no others; it is made when it is not there. One command "
    "of its history, which can be undone; what stays as it is keeps its version. `notes` in the answer tell what was read "
    "in a particular way." + IF_MATCH,
)
def put_workspace(w: WorkspacePath, content: WorkspaceContent, here: Here, who: Who, given: Given) -> Response:
    """Let a workspace have these graphs and results, and no others."""
    settings = here.settings
    read = {name: read_graph(data, settings, ("body", "graphs", name)) for name, data in content.graphs.items()}
    graphs, notes = {name: graph for name, (graph, _) in read.items()}, [note for _, each in read.values() for note in each]
    results = {name: declaration.result() for name, declaration in content.results.items()}
    count_names(len(graphs) + len(results), settings)
    derivation_order(State(graphs, results))
    while True:
        try:
            held = here.workspaces.get(who.name, w)
        except NotFound:
            given.require(None, f"the workspace {w!r}")
            try:
                held = here.workspaces.create(who.name, w, Workspace(graphs, results).records())
                return _summary(held, created=True, notes=notes)
            except NameTakenError:
                continue  # somebody else has made it in the meantime
        held.change(None, given, lambda state: changes_to(state, graphs, results), eagerly(settings))
        return _summary(held, notes=notes)


@router.delete(
    "/v1/workspaces/{w}",
    status_code=204,
    response_class=Response,
    responses=changing(204, problems=(404, 409, 412), tagged=False),
    summary="Delete a workspace",
    description="Delete a workspace with its history and its finished jobs; 409 while jobs of it are queued or running."
    + IF_MATCH,
)
def delete_workspace(w: WorkspacePath, here: Here, who: Who, given: Given) -> Response:
    """Delete a workspace with its history."""
    here.workspaces.delete(who.name, w, given)
    return Response(status_code=204)


def _summary(held: Held, *, created: bool = False, notes: list[str] | None = None) -> Response:
    summary, tag = workspace_summary(held)
    told = {} if notes is None else {"notes": notes}
    return stored(summary | told, tag, created=created, path=("workspaces", held.name))
