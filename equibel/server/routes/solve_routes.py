"""``/v1/solve``: an operator applied to a graph within the request, without a workspace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from equibel.server.context import CurrentClient, CurrentContext
from equibel.server.http.problems import problem_responses
from equibel.server.http.size_limits import check_data
from equibel.server.http.strict_json import JsonRoute
from equibel.server.schemas.job_schemas import Solved, SolveRequest

router = APIRouter(tags=["solve"], route_class=JsonRoute)

T = TypeVar("T")


@router.post("/v1/solve", summary="Apply an operator to a graph", response_model=Solved, responses=problem_responses())
async def solve(wanted: SolveRequest, request: Request, context: CurrentContext, client: CurrentClient) -> Response:
    """Compute what the nodes of a graph believe after an operator; nothing is stored.

    Few of these are computed at once; others wait for their turn, and after some seconds they are refused with 503.  A
    client that goes away ends the computation.  What takes longer is for a job.  `notes` in the answer tell what was read in
    a particular way, or has no effect.
    """
    operation = wanted.operation()
    await run_in_threadpool(check_data, wanted.graph, context.settings)
    answer = await _unless_gone(
        request, context.jobs.immediate.solve(client.name, wanted.graph, operation, wanted.time_limit)
    )
    if answer is None:
        return Response(status_code=499)  # which nobody receives
    rest = f'"iterations": {answer.iterations}, "seconds": {answer.seconds:.6f}, "notes": {json.dumps(answer.notes)}'
    body = f'{{"graph": {answer.text}, {rest}}}'
    return Response(body, media_type="application/json")


async def _unless_gone(request: Request, work: Coroutine[None, None, T]) -> T | None:
    """What the work gives; it is cancelled, and there is nothing, when the client goes away."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.wait((working, leaving))


async def _left(request: Request) -> None:
    """Wait until the client goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
