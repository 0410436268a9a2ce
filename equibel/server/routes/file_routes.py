"""``/v1/workspaces/{w}/file``: a workspace as the file that the shell opens, history and computed results included."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from equibel.files.attributes import doubtful
from equibel.server.context import CurrentClient, CurrentContext
from equibel.server.http.etags import RequestCondition, not_modified
from equibel.server.http.names import WorkspacePath, require_name
from equibel.server.routes.route_responses import IF_MATCH, IF_NONE_MATCH, change_responses, create_responses, read_responses
from equibel.server.routes.workspace_routes import stored_workspace
from equibel.server.schemas.workspace_schemas import StoredWorkspace
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
    responses=read_responses(404) | {200: {"description": "The bytes of the file.", **_BYTES, **read_responses()[200]}},
    summary="Download a workspace",
    description="The workspace as a file (`.eqw`) that `equibel shell` opens, with its history, snapshots and computed "
    "results. What was uploaded and not changed comes back byte for byte." + IF_NONE_MATCH,
)
def get_file(w: WorkspacePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """The workspace as a file."""
    cached = context.workspaces.get(client.name, w)
    tag = cached.tag  # of before, so that a change that comes in between is not taken for known
    if condition.known(tag):
        return not_modified(tag)
    disposition = f"attachment; filename*=UTF-8''{quote(cached.name, safe='')}.eqw"
    data = format_workspace_file(cached.records())
    return Response(data, headers={"ETag": tag, "Content-Disposition": disposition}, media_type=_MEDIA_TYPE)


@router.put(
    "/v1/workspaces/{w}/file",
    response_model=StoredWorkspace,
    responses=create_responses(StoredWorkspace, "It was created.") | change_responses(200, problems=(409, 412)),
    openapi_extra={"requestBody": {"required": True, **_BYTES}},
    summary="Upload a workspace",
    description="Let the workspace be what a file (`.eqw`) holds, its history included; it is created if it does not exist. "
    "This cannot be undone." + IF_MATCH,
)
def put_file(
    w: WorkspacePath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    data: Annotated[bytes, Depends(_body)],
) -> Response:
    """Let the workspace be what a file holds."""
    require_name(w, "path.w")
    cached, created = context.workspaces.replace(client.name, w, read_upload(data, context.settings), condition)
    notes = [f"{name}: {note}" for name, graph in cached.workspace.graphs.items() for note in doubtful(graph)]
    return stored_workspace(cached, created=created, notes=notes)
