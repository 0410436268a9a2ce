"""``/v1/workspaces/{w}/results``: declared results and their status."""

from __future__ import annotations

from fastapi import APIRouter, Response

from equibel.errors import NameTakenError
from equibel.files import unheeded
from equibel.server.context import CurrentClient, CurrentContext
from equibel.server.http.etags import RequestCondition, reply, stored
from equibel.server.http.names import ResultPath, WorkspacePath, require_name
from equibel.server.http.problems import Conflict
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.graph_routes import Dependents
from equibel.server.routes.route_responses import IF_MATCH, IF_NONE_MATCH, change_responses, create_responses, read_responses
from equibel.server.schemas.page_schemas import After, Limit, Page, page_of
from equibel.server.schemas.result_schemas import Declaration, DeclaredResult, ResultStatus, StoredResult
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.server.workspaces.contents import check_names, declared_result, eager_seconds, result_status
from equibel.workspace import Change, Declare, Delete, State, Status
from equibel.workspace.state.dependencies import unknown_name

router = APIRouter(tags=["results"], route_class=JsonRoute)


@router.get(
    "/v1/workspaces/{w}/results", response_model=Page[DeclaredResult], responses=read_responses(404), summary="List results"
)
def list_results(
    w: WorkspacePath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """The results of a workspace with their status, by name."""
    statuses = context.workspaces.get(client.name, w).workspace.statuses()
    names, following = page_of([*statuses], after, limit)
    return reply({"items": [declared_result(statuses[name]) for name in names], "next": following}, condition=condition)


@router.get(
    "/v1/workspaces/{w}/results/{r}",
    response_model=ResultStatus,
    responses=read_responses(404),
    summary="Get a result",
    description="How a result is derived, whether it is up to date, and where its value came from. The value itself is at "
    "`/v1/workspaces/{w}/graphs/{r}`." + IF_NONE_MATCH,
)
def get_result(
    w: WorkspacePath, r: ResultPath, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> Response:
    """The declaration of a result and its status."""
    cached = context.workspaces.get(client.name, w)
    status = _status(cached, r)
    return reply(result_status(status), cached.tag_of(status.tag), condition=condition)


@router.put(
    "/v1/workspaces/{w}/results/{r}",
    response_model=StoredResult,
    responses=create_responses(StoredResult, "It was declared.") | change_responses(200, problems=(404, 409, 412)),
    summary="Declare a result",
    description="Say how a result is derived. Nothing is computed yet: a job with `save_as` computes it. 409 when it would "
    "be derived from itself, or a graph has the name. `notes` in the answer tell what of the graph has no effect."
    + IF_MATCH,
)
def put_result(
    w: WorkspacePath,
    r: ResultPath,
    declaration: Declaration,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
) -> Response:
    """Say how a result is derived."""
    cached = context.workspaces.get(client.name, w)
    result = declaration.result()
    created = False

    def make(state: State) -> list[Change]:
        nonlocal created
        if r in state.graphs:
            raise NameTakenError(f"{r!r} is a graph; choose another name, or delete the graph first", name=r)
        created = r not in state.results
        if created:
            check_names(state, require_name(r, "path.r"), context.settings)
        elif state.results[r] == result:
            return []
        return [Declare(r, result.of, result.operation, replace=True)]

    cached.change(r, condition, make, eager_seconds(context.settings))
    status = _status(cached, r)
    tag = cached.tag_of(status.tag)
    source = cached.workspace.graphs.get(result.of)
    notes = [] if source is None else unheeded(source, result.operation.optimum)
    return stored({**result_status(status), "notes": notes}, tag, created=created, path=("workspaces", w, "results", r))


@router.delete(
    "/v1/workspaces/{w}/results/{r}",
    status_code=204,
    response_class=Response,
    responses=change_responses(204, problems=(404, 409, 412), tagged=False),
    summary="Delete a result",
    description="Delete a result; 409 when others are derived from it and are not to be deleted too." + IF_MATCH,
)
def delete_result(
    w: WorkspacePath,
    r: ResultPath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    dependents: Dependents = False,
) -> Response:
    """Delete a result."""
    cached = context.workspaces.get(client.name, w)

    def make(state: State) -> list[Change]:
        if r in state.graphs:
            raise Conflict(f"{r!r} is a graph, and not a result", name=r)
        if r not in state.results:
            raise unknown_name(r, state)
        return [Delete(r, dependents=dependents)]

    cached.change(r, condition, make, eager_seconds(context.settings))
    return Response(status_code=204)


def _status(cached: CachedWorkspace, name: str) -> Status:
    workspace = cached.workspace
    status = workspace.statuses().get(name)
    if status is None:
        raise unknown_name(name, workspace.state)
    return status
