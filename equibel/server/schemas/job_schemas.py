"""Schemas of jobs and of computations within a request."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from equibel.server.http.names import Name
from equibel.server.http.problems import ProblemDetails
from equibel.server.jobs.job_store import STATUSES, StoredJob
from equibel.server.schemas.graph_schemas import NodeLink
from equibel.server.schemas.result_schemas import Method, OperatorName, Optimum, Steps
from equibel.workspace import Operation
from equibel.workspace.changes.change import read_operation

JobStatus = Annotated[
    Literal["queued", "running", "done", "failed", "cancelled", "interrupted"],
    Field(description="`interrupted`: the server was stopped while it ran; it can be tried again."),
]
Seconds = Annotated[
    float, Field(gt=0, le=1e9, description="Give up after so many seconds; never later than the server's own limit.")
]

_CHAIN: dict[str, Any] = {
    "nodes": [{"id": 1, "formulas": ["p & q"]}, {"id": 2}, {"id": 3, "formulas": ["~p"]}],
    "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}],
}


class _Operated(BaseModel):
    """What is applied."""

    model_config = ConfigDict(extra="forbid", strict=True)

    operator: OperatorName
    optimum: Optimum = "inclusion"
    method: Method = "semantic"
    steps: Steps = 1
    fixpoint: bool = Field(False, description="Whether the operator is applied until nothing changes.")
    time_limit: Seconds | None = None

    def operation(self) -> Operation:
        """As the library has it; raises `OptionError` when the options do not go together."""
        return Operation(self.operator, self.optimum, self.method, self.steps, self.fixpoint)


class SolveRequest(_Operated):
    """A graph, and the operator to apply to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"graph": _CHAIN, "operator": "global"}]})

    graph: NodeLink


class Solved(BaseModel):
    """The graph after the operator was applied."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"graph": {"directed": False, **_CHAIN}, "iterations": 1, "seconds": 0.01, "notes": []}]
        }
    )

    graph: NodeLink = Field(description="With simplified formulas.")
    iterations: int = Field(description="How often the operator was applied.")
    seconds: float
    notes: list[str] = Field(description="What was read in a particular way, looks misspelt or has no effect.")


class JobRequest(_Operated):
    """A graph or result of a workspace, and the operator to apply to it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"graph": "chain", "operator": "simple", "fixpoint": True, "save_as": "settled"}]}
    )

    graph: str = Field(
        max_length=1000,
        description="The graph or result.  It is read when the job begins; a result is brought up to date first.",
    )
    save_as: Name | None = Field(
        None, description="Declare this as a result when the job is done, and keep the value; it may be a result already."
    )


class Progress(BaseModel):
    """How far a job is."""

    done: int
    total: int
    what: str = Field(description="What is counted.", examples=["nodes"])


_JOB: dict[str, Any] = {
    "id": "5b0e1a7c4d1f4a9a8f6a3c1f0c2d9e77",
    "workspace": "work",
    "graph": "chain",
    "operator": "simple",
    "optimum": "inclusion",
    "method": "semantic",
    "steps": 1,
    "fixpoint": True,
    "time_limit": None,
    "save_as": "settled",
    "status": "running",
    "progress": {"done": 12, "total": 40, "what": "nodes"},
    "created": "2016-03-01T12:30:00.000Z",
    "started": "2016-03-01T12:30:00.012Z",
    "finished": None,
    "seconds": None,
    "iterations": None,
    "problem": None,
}


class JobSummary(BaseModel):
    """A job without its result."""

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB]})

    id: str
    workspace: str
    graph: str = Field(description="The graph or result that the operator is applied to.")
    operator: OperatorName
    optimum: Optimum
    method: Method
    steps: int
    fixpoint: bool
    time_limit: float | None
    save_as: str | None
    status: JobStatus
    progress: Progress | None
    created: str = Field(description="UTC, ISO 8601.")
    started: str | None
    finished: str | None
    seconds: float | None = Field(description="How long it took, from its start to its end.")
    iterations: int | None = Field(description="How often the operator was applied.")
    problem: ProblemDetails | None = Field(description="Why it failed.")


class JobDetails(JobSummary):
    """A job."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_JOB, "result": None}]})

    result: NodeLink | None = Field(description="The graph after the operator was applied, with simplified formulas.")


class StartedJob(JobDetails):
    """A job that was begun."""

    notes: list[str] = Field(description="What the operator takes no account of, such as weights by inclusion.")


#: An event of a job, as the document describes it.
EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "Its number, for `Last-Event-ID`."},
        "event": {"enum": ["progress", *STATUSES]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["id", "event", "data"],
}


def job_data(job: StoredJob) -> dict[str, Any]:
    """A job as JSON data, but for its result."""
    row = job.row
    operation = read_operation(json.loads(row.operation))
    return {
        "id": row.id,
        "workspace": job.workspace,
        "graph": row.source,
        **vars(operation),
        "time_limit": row.time_limit,
        "save_as": row.save_as,
        "status": row.status,
        "progress": row.progress and json.loads(row.progress),
        "created": row.created,
        "started": row.started,
        "finished": row.finished,
        "seconds": row.seconds,
        "iterations": row.iterations,
        "problem": row.problem and json.loads(row.problem),
    }
