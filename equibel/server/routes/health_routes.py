"""``/healthz``, ``/readyz`` and ``/metrics``: liveness, readiness and metrics."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from equibel._version import __version__
from equibel.server.context import CurrentContext
from equibel.server.http.problems import Unavailable
from equibel.server.metrics import CONTENT_TYPE

router = APIRouter(tags=["server"])


class Liveness(BaseModel):
    """The server lives."""

    status: Literal["ok"]
    version: str


class Readiness(BaseModel):
    """The server works: its database can be reached, and it takes jobs."""

    status: Literal["ready"]


@router.get("/healthz", summary="Liveness")
async def health() -> Liveness:
    """Answers as long as the process does, without looking at anything else; it needs no key."""
    return Liveness(status="ok", version=__version__)


@router.get("/readyz", summary="Readiness")
def readiness(context: CurrentContext) -> Readiness:
    """Whether the database can be reached and jobs are taken, or else 503; it needs no key."""
    context.database.ping()
    if not context.jobs.accepting:
        raise Unavailable("the queue of jobs is stopped", check="jobs")
    return Readiness(status="ready")


@router.get(
    "/metrics",
    summary="Metrics",
    response_class=Response,
    responses={200: {"description": "Counters for Prometheus.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(context: CurrentContext) -> Response:
    """Requests by route and status, jobs, and the solver's calls and seconds, in Prometheus' text format."""
    return Response(context.metrics.text(), media_type=CONTENT_TYPE)
