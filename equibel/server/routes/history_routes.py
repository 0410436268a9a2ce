"""``/v1/workspaces/{w}/history``, ``undo`` and ``redo``: the history of a workspace."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from equibel.errors import VersionConflict
from equibel.server.context import CurrentClient, CurrentContext, ServerContext
from equibel.server.http.etags import Condition, RequestCondition, reply
from equibel.server.http.names import WorkspacePath
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.route_responses import IF_MATCH, IF_NONE_MATCH, change_responses, read_responses
from equibel.server.schemas.page_schemas import Limit, Page
from equibel.server.schemas.workspace_schemas import HistoryEntry
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.server.workspaces.contents import eager_seconds
from equibel.workspace import Entry

router = APIRouter(tags=["history"], route_class=JsonRoute)


@router.get(
    "/v1/workspaces/{w}/history",
    response_model=Page[HistoryEntry],
    responses=read_responses(404),
    summary="Get the history",
    description="The commands of the workspace, the oldest first, and then those that were undone and can "
    "be done again." + IF_NONE_MATCH,
)
def list_history(
    w: WorkspacePath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    limit: Limit = 100,
    after: Annotated[int, Query(ge=0, le=2**60, description="Begin after the entry of this number.")] = 0,
) -> Response:
    """The commands that led to the workspace as it is, the oldest first."""
    cached = context.workspaces.get(client.name, w)
    later = [entry for entry in _entries(cached) if entry["number"] > after]
    following = str(later[limit - 1]["number"]) if len(later) > limit else None
    return reply({"items": later[:limit], "next": following}, condition=condition)


_MOVE: dict[str, Any] = {"response_model": HistoryEntry, "responses": change_responses(200, problems=(404, 409, 412))}


@router.post(
    "/v1/workspaces/{w}/undo",
    **_MOVE,
    summary="Undo",
    description="Undo the last command and return it; 409 when there is none. The `ETag` "
    "is that of the workspace." + IF_MATCH,
)
def undo(w: WorkspacePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """Undo the last command."""
    return _move(context, client.name, w, condition, -1)


@router.post(
    "/v1/workspaces/{w}/redo",
    **_MOVE,
    summary="Redo",
    description="Redo the command that was undone last and return it; 409 when there is none. The `ETag` is "
    "that of the workspace." + IF_MATCH,
)
def redo(w: WorkspacePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """Redo the command that was undone last."""
    return _move(context, client.name, w, condition, 1)


def _move(context: ServerContext, owner: str, name: str, condition: Condition, step: int) -> Response:
    cached = context.workspaces.get(owner, name)
    while True:
        version = cached.workspace.version
        condition.require(cached.tag_of(version), f"the workspace {name!r}")
        try:
            entry = cached.move(
                step, expected=version if condition.given else None, time_limit=eager_seconds(context.settings)
            )
        except VersionConflict:
            continue
        return reply(_entry(entry, undone=step < 0), cached.tag)


def _entries(cached: CachedWorkspace) -> list[dict[str, Any]]:
    """The history and what was undone, as they were at one moment."""
    workspace = cached.workspace
    while True:
        version = workspace.version
        done, undone = workspace.history(), workspace.undone()
        if workspace.version == version:
            return [_entry(entry, undone=False) for entry in done] + [_entry(entry, undone=True) for entry in undone]


def _entry(entry: Entry, *, undone: bool) -> dict[str, Any]:
    return {"number": entry.number, "time": entry.time, "line": entry.line, "undone": undone}
