"""``/v1/workspaces/{w}/file``: a workspace as the file that the shell opens, history and computed results included."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from equibel.files.attributes import doubtful
from equibel.server.dependencies import Here, Who
from equibel.server.http.etags import Given, not_modified, stored
from equibel.server.http.names import WorkspacePath, require_name
from equibel.server.routes.telling import IF_MATCH, IF_NONE_MATCH, changing, making, reading
from equibel.server.schemas.workspace_schemas import StoredWorkspace
from equibel.server.workspaces.contents import workspace_summary
from equibel.server.workspaces.uploads import read_upload
from equibel.workspace import format_workspace_file

router = APIRouter(tags=["workspaces"])

_MEDIA_TYPE = "application/octet-stream"
_BYTES = {"content": {_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}


async def _body(request: Request) -> bytes:
    return await request.body()


@router.get(
    "/v1/workspaces/{w}/file",
    response_class=Response,
    responses=reading(404) | {200: {"description": "The bytes of the file.", **_BYTES, **reading()[200]}},
    summary="Download a workspace",
    description="The workspace as a file (`.eqw`) that `equibel shell` opens, with its history, snapshots and computed "
    "results. What was uploaded and not changed comes back byte for byte." + IF_NONE_MATCH,
)
def get_file(w: WorkspacePath, here: Here, who: Who, given: Given) -> Response:
    """The workspace as a file."""
    held = here.workspaces.get(who.name, w)
    tag = held.tag  # of before, so that a change that comes in between is not taken for known
    if given.known(tag):
        return not_modified(tag)
    disposition = f"attachment; filename*=UTF-8''{quote(held.name, safe='')}.eqw"
    data = format_workspace_file(held.records())
    return Response(data, headers={"ETag": tag, "Content-Disposition": disposition}, media_type=_MEDIA_TYPE)


@router.put(
    "/v1/workspaces/{w}/file",
    response_model=StoredWorkspace,
    responses=making(StoredWorkspace, "It was made.") | changing(200, problems=(409, 412)),
    openapi_extra={"requestBody": {"required": True, **_BYTES}},
    summary="Upload a workspace",
    description="Let the workspace be what a file (`.eqw`) holds, its history included; it is made when it is not there. "
    "This cannot be undone." + IF_MATCH,
)
def put_file(w: WorkspacePath, here: Here, who: Who, given: Given, data: Annotated[bytes, Depends(_body)]) -> Response:
    """Let the workspace be what a file holds."""
    require_name(w, "path.w")
    held, created = here.workspaces.replace(who.name, w, read_upload(data, here.settings), given)
    summary, tag = workspace_summary(held)
    notes = [f"{name}: {note}" for name, graph in held.workspace.graphs.items() for note in doubtful(graph)]
    return stored({**summary, "notes": notes}, tag, created=created, path=("workspaces", w))
