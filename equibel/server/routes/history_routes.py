"""What was done in a workspace: looked at, undone and done again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from equibel.errors import VersionConflict
from equibel.server.context import Context
from equibel.server.dependencies import Here, Who
from equibel.server.http.etags import Condition, Given, reply
from equibel.server.http.names import WorkspacePath
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.telling import IF_MATCH, IF_NONE_MATCH, changing, reading
from equibel.server.schemas.page_schemas import Limit, Page
from equibel.server.schemas.workspace_schemas import HistoryEntry
from equibel.server.workspaces.cached_workspace import Held
from equibel.server.workspaces.contents import eagerly
from equibel.workspace import Entry

router = APIRouter(tags=["history"], route_class=JsonRoute)


@router.get(
    "/v1/workspaces/{w}/history",
    response_model=Page[HistoryEntry],
    responses=reading(404),
    summary="List what was done",
    description="The commands that led to the workspace as it is, the oldest first, and then those that were undone and can "
    "be done again." + IF_NONE_MATCH,
)
def list_history(
    w: WorkspacePath,
    here: Here,
    who: Who,
    given: Given,
    limit: Limit = 100,
    after: Annotated[int, Query(ge=0, le=2**60, description="Begin after the entry of this number.")] = 0,
) -> Response:
    """The commands that led to the workspace as it is, the oldest first."""
    held = here.workspaces.get(who.name, w)
    later = [entry for entry in _entries(held) if entry["number"] > after]
    following = str(later[limit - 1]["number"]) if len(later) > limit else None
    return reply({"items": later[:limit], "next": following}, condition=given)


@router.post(
    "/v1/workspaces/{w}/undo",
    response_model=HistoryEntry,
    responses=changing(200, problems=(404, 409, 412)),
    summary="Undo",
    description="Take back the last command that is not taken back yet, and tell which; 409 when there is none. The `ETag` "
    "is that of the workspace." + IF_MATCH,
)
def undo(w: WorkspacePath, here: Here, who: Who, given: Given) -> Response:
    """Take back the last command that is not taken back yet."""
    return _move(here, who.name, w, given, -1)


@router.post(
    "/v1/workspaces/{w}/redo",
    response_model=HistoryEntry,
    responses=changing(200, problems=(404, 409, 412)),
    summary="Redo",
    description="Carry out the command again that was undone last, and tell which; 409 when there is none. The `ETag` is "
    "that of the workspace." + IF_MATCH,
)
def redo(w: WorkspacePath, here: Here, who: Who, given: Given) -> Response:
    """Carry out the command again that was undone last."""
    return _move(here, who.name, w, given, 1)


def _move(here: Context, owner: str, name: str, condition: Condition, step: int) -> Response:
    held = here.workspaces.get(owner, name)
    while True:
        version = held.workspace.version
        condition.require(held.tag_of(version), f"the workspace {name!r}")
        try:
            entry = held.move(step, expected=version if condition.given else None, time_limit=eagerly(here.settings))
        except VersionConflict:
            continue
        return reply(_entry(entry, undone=step < 0), held.tag)


def _entries(held: Held) -> list[dict[str, Any]]:
    """The history and what was undone, as they were at one moment."""
    workspace = held.workspace
    while True:
        version = workspace.version
        done, undone = workspace.history(), workspace.undone()
        if workspace.version == version:
            return [_entry(entry, undone=False) for entry in done] + [_entry(entry, undone=True) for entry in undone]


def _entry(entry: Entry, *, undone: bool) -> dict[str, Any]:
    return {"number": entry.number, "time": entry.time, "line": entry.line, "undone": undone}
