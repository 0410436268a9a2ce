"""``/v1/workspaces/{w}/jobs`` and ``/v1/jobs``: long computations."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool

from equibel.files import unheeded
from equibel.server.context import CurrentClient, CurrentContext, ServerContext
from equibel.server.http.etags import Condition, RequestCondition, etag, not_modified, reply
from equibel.server.http.names import WorkspacePath
from equibel.server.http.problems import NotFound, problem_responses
from equibel.server.http.strict_json import JsonRoute
from equibel.server.jobs.job_service import JobSpecification
from equibel.server.jobs.job_store import FINISHED, StoredJob
from equibel.server.routes.route_responses import change_responses, read_responses
from equibel.server.schemas.job_schemas import EVENT, JobDetails, JobRequest, JobStatus, JobSummary, StartedJob, job_data
from equibel.server.schemas.page_schemas import Limit, Page

router = APIRouter(tags=["jobs"], route_class=JsonRoute)

Id = Annotated[str, Path(description="The job's `id`.")]
_WHERE = {
    name: {"description": words, "schema": {"type": "string"}, "required": True}
    for name, words in (("ETag", "Its entity tag."), ("Location", "The address of the job."))
}
_LONGEST_WAIT = 60.0  # seconds
_WAIT = re.compile(r'\s*wait\s*=\s*"?(\d{1,9})"?\s*(;.*)?', re.IGNORECASE)
_KEEP_ALIVE = format_sse_event(comment="still there")


@router.post(
    "/v1/workspaces/{w}/jobs",
    status_code=202,
    summary="Create a job",
    response_model=StartedJob,
    responses={
        200: {"model": StartedJob, "description": "It is finished: the request waited, `Prefer: wait`.", "headers": _WHERE},
        202: {"description": "It is queued or running.", "headers": _WHERE},
        **problem_responses(404, 409),
    },
)
async def create_job(
    w: WorkspacePath,
    wanted: JobRequest,
    context: CurrentContext,
    client: CurrentClient,
    prefer: Annotated[str | None, Header(description="`wait=N`: answer when it is finished, or after N seconds.")] = None,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="Asking again with the same key and body gives the same job."),
    ] = None,
) -> Response:
    """Apply an operator to a graph or result of a workspace, as long as it takes.

    The job is queued: once this is answered it will not be forgotten, even if the server is killed.  With `save_as` the
    workspace gets a result of that name when the job is done.  A job that fails or is cancelled changes nothing.
    """
    asked = JobSpecification(wanted.graph, wanted.operation(), wanted.time_limit, wanted.save_as)
    job, _ = await run_in_threadpool(context.jobs.submit, client.name, w, asked, idempotency_key)
    notes = await run_in_threadpool(_notes, context, client.name, w, asked)
    headers = {"Location": f"/v1/jobs/{job.row.id}"}
    seconds = wait_of(prefer)
    if seconds is None:
        return _reply(job, 202, headers=headers, notes=notes)
    job = await context.jobs.finished(client.name, job.row.id, seconds, context.stopping)
    headers["Preference-Applied"] = f"wait={seconds:g}"
    return _reply(job, 200 if job.row.status in FINISHED else 202, headers=headers, notes=notes)


@router.get("/v1/jobs", summary="List jobs", response_model=Page[JobSummary], responses=read_responses())
def list_jobs(
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    status: Annotated[list[JobStatus] | None, Query(description="Only those in one of these states.")] = None,
    workspace: Annotated[str | None, Query(max_length=1000, description="Only those of this workspace.")] = None,
    limit: Limit = 100,
    after: Annotated[str, Query(pattern="^[0-9]{0,18}$", description="The `next` of the page before.")] = "",
) -> Response:
    """The client's own jobs, the newest first, without their results."""
    before = int(after) if after else None
    found = context.jobs.find(client.name, status or [], workspace, before, limit + 1)
    following = str(found[limit - 1].row.sequence) if len(found) > limit else None
    return reply({"items": [job_data(job) for job in found[:limit]], "next": following}, condition=condition)


@router.get("/v1/jobs/{id}", summary="Get a job", response_model=JobDetails, responses=read_responses(404))
def get_job(id: Id, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """The status, the progress and the result of a job."""
    return _reply(context.jobs.get(client.name, id, result=True), condition=condition)


@router.delete("/v1/jobs/{id}", status_code=204, summary="Delete a job", responses=problem_responses(404, 409, 412))
def delete_job(id: Id, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> None:
    """Forget a job and its result; it is cancelled first if it is not finished."""
    _require(context.jobs.get(client.name, id), condition)
    context.jobs.delete(client.name, id)


@router.post(
    "/v1/jobs/{id}/cancel",
    summary="Cancel a job",
    response_model=JobDetails,
    responses=change_responses(200, problems=(404, 412)),
)
def cancel_job(id: Id, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """Stop a job at once, whatever it is doing.  A job that is finished stays as it is."""
    _require(context.jobs.get(client.name, id), condition)
    return _reply(context.jobs.cancel(client.name, id))


@router.post(
    "/v1/jobs/{id}/retry",
    status_code=202,
    summary="Retry a job",
    response_model=JobDetails,
    responses={202: {"headers": _WHERE}, **problem_responses(404, 409, 412)},
)
def retry_job(id: Id, context: CurrentContext, client: CurrentClient, condition: RequestCondition) -> Response:
    """Queue a job again that failed, was cancelled or was interrupted."""
    _require(context.jobs.get(client.name, id), condition)
    return _reply(context.jobs.retry(client.name, id), 202, headers={"Location": f"/v1/jobs/{id}"})


@router.get(
    "/v1/jobs/{id}/events",
    summary="Watch a job",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events, up to the one by which the job is finished.",
            "content": {"text/event-stream": {"schema": EVENT}},
        },
        204: {"description": "The job is finished, and the client has seen all events; it need not connect again."},
        **problem_responses(404),
    },
)
def watch_job(
    id: Id,
    context: CurrentContext,
    client: CurrentClient,
    last_event_id: Annotated[str, Header(description="The `id` of the last event that was received.")] = "",
) -> Response:
    """What has happened to a job, and what happens: server-sent events.

    An event is called `progress` or like the state that the job has come to; its data is an object with `status`, `time` and
    what belongs to it: `progress`, `seconds`, `iterations`, `problem`.  A client that connects again goes on where it was;
    only of several reports of progress it gets the last.
    """
    job = context.jobs.get(client.name, id)
    numeric = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 10
    after = min(int(last_event_id), job.row.events_count) if numeric else 0
    if job.row.status in FINISHED and after == job.row.events_count:
        return Response(status_code=204)

    async def stream() -> AsyncIterator[bytes]:
        async for event in context.jobs.events(id, after, context.stopping):
            if event is None:
                yield _KEEP_ALIVE
            else:
                yield format_sse_event(data_str=event.data, event=event.kind, id=str(event.number))

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # nobody in between is to keep or gather it
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


def _notes(context: ServerContext, owner: str, workspace: str, asked: JobSpecification) -> list[str]:
    """What the operator takes no account of in the graph that is asked for, if it is one."""
    try:
        graph = context.workspaces.get(owner, workspace).workspace.graphs.get(asked.source)
    except NotFound:  # it was deleted since the job with the same key was begun
        return []
    return [] if graph is None else unheeded(graph, asked.operation.optimum)


def _tag(job: StoredJob) -> str:
    return etag(job.row.events_count)


def _require(job: StoredJob, condition: Condition) -> None:
    condition.require(_tag(job), "the job")


def _reply(
    job: StoredJob,
    status: int = 200,
    *,
    condition: Condition | None = None,
    headers: Mapping[str, str] | None = None,
    notes: list[str] | None = None,
) -> Response:
    """The job as an answer; its result is JSON already."""
    tag = _tag(job)
    if condition is not None and condition.known(tag):
        return not_modified(tag)
    data = job_data(job) if notes is None else {**job_data(job), "notes": notes}
    body = f'{json.dumps(data)[:-1]}, "result": {job.row.result or "null"}}}'
    return Response(body, status, {"ETag": tag, **(headers or {})}, "application/json")


def wait_of(prefer: str | None) -> float | None:
    """The seconds that a ``Prefer`` header (RFC 7240) asks to wait, at most 60; ``None`` without such a preference.

    >>> wait_of("respond-async, wait=10"), wait_of("wait=100000"), wait_of("return=minimal")
    (10.0, 60.0, None)
    """
    for preference in (prefer or "").split(","):
        found = _WAIT.fullmatch(preference)
        if found:
            return min(float(found[1]), _LONGEST_WAIT)
    return None
