"""The service of jobs: create, watch, cancel, retry and delete."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from equibel.server.database import Database, JobEventRow, JobRow
from equibel.server.http.names import is_name
from equibel.server.http.problems import Conflict, Invalid, NotFound, TooMany
from equibel.server.jobs.immediate import Immediate
from equibel.server.jobs.job_execution import Execution
from equibel.server.jobs.job_store import CANCELLED, FINISHED, QUEUED, RUNNING, UNSUCCESSFUL, JobStore, StoredJob
from equibel.server.jobs.notifications import JobNotifications
from equibel.server.jobs.process import Processes
from equibel.server.jobs.scheduler import Scheduler
from equibel.server.metrics import Metrics
from equibel.server.settings import Settings
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.server.workspaces.contents import check_names
from equibel.server.workspaces.workspace_store import WorkspaceStore
from equibel.workspace import Declare, Operation
from equibel.workspace.changes.change import operation_data
from equibel.workspace.state.dependencies import unknown_name
from equibel.workspace.state.draft import Draft
from equibel.workspace.state.model import now

_PATIENCE = 5.0  # seconds to wait for the end of a job that is cancelled; killing takes milliseconds
_LOOK = 0.2  # seconds between two looks whether the server stops
_QUIET = 10.0  # seconds after which a stream says that it is still there
_KEY_PLACE = {"where": "header.Idempotency-Key", "problem": "already used for another job"}


@dataclass(frozen=True)
class JobSpecification:
    """What a job is to do: an operation, applied to the ``source``, a graph or a result of a workspace.

    Attributes
    ----------
    source : str
    operation : Operation
    time_limit : float or None
        Seconds; at most those of the server's settings count.
    save_as : str or None
        The result to declare in the workspace.
    """

    source: str
    operation: Operation
    time_limit: float | None = None
    save_as: str | None = None


class JobService:
    """The jobs of all owners; threads and tasks may share it.

    Parameters
    ----------
    database, workspaces, settings, metrics
        Those of the server.

    Attributes
    ----------
    processes : Processes
        Where computations run.
    immediate : Immediate
        Computations that a client waits for.
    """

    def __init__(self, database: Database, workspaces: WorkspaceStore, settings: Settings, metrics: Metrics) -> None:
        self.processes = Processes()
        self.immediate = Immediate(self.processes, settings, metrics)
        self._workspaces = workspaces
        self._settings = settings
        self._metrics = metrics
        self._store = JobStore(database)
        self._notifications = JobNotifications()
        self._adding = threading.Lock()
        self._scheduler = Scheduler(
            self._store,
            self._notifications,
            settings,
            metrics,
            lambda owner: Execution(owner, workspaces, self.processes, settings, metrics),
        )
        metrics.watch_jobs(lambda: self._store.count(QUEUED), self._scheduler.running)

    @property
    def accepting(self) -> bool:
        """Whether jobs that are queued will be carried out."""
        return self._scheduler.alive

    def start(self) -> None:
        """Go on with what the database says: what was running is interrupted, what is queued will run."""
        self.processes.start()
        self._scheduler.start()

    def stop(self, grace: float) -> None:
        """Let running jobs come to their end for so many seconds, and interrupt them then; end all processes."""
        self._scheduler.stop(grace)
        self.processes.stop()
        self.immediate.close()

    # Asking for jobs --------------------------------------------------------------------------------------------

    def submit(self, owner: str, workspace: str, wanted: JobSpecification, key: str | None = None) -> tuple[StoredJob, bool]:
        """Queue a job; when this returns it will not be forgotten.

        Parameters
        ----------
        owner, workspace : str
            Whose job it is, and the name of the workspace.
        wanted : JobSpecification
            What it is to do.
        key : str, optional
            Asking again with the same idempotency key gives the same job.

        Returns
        -------
        StoredJob, bool
            The job, and whether it is new.

        Raises
        ------
        NotFound, UnknownNameError
            When there is no such workspace, graph or result.
        NameTakenError, CycleError
            When the result cannot be declared.
        Invalid
            When the idempotency key was used for something else.
        TooMany
            When the owner has too many jobs.
        """
        cached = self._workspaces.get(owner, workspace)
        digest = _digest(cached.id, wanted)
        with self._adding:
            if key is not None and (before := self._store.by_key(owner, key)) is not None:
                return self._same(before, digest), False
            self._check(cached, wanted)
            self._require_room(owner)
            row = JobRow(
                id=uuid.uuid4().hex,
                owner=owner,
                workspace_id=cached.id,
                source=wanted.source,
                save_as=wanted.save_as,
                operation=json.dumps(operation_data(wanted.operation)),
                time_limit=wanted.time_limit,
                idempotency_key=key,
                request_digest=digest,
            )
            if not self._store.add(row):
                raise NotFound(f"the workspace {workspace!r} was deleted in the meantime", name=workspace)
        self._scheduler.wake()
        return self.get(owner, row.id, result=True), True

    def retry(self, owner: str, job: str) -> StoredJob:
        """Queue a job again that failed, was cancelled or interrupted; `Conflict` for others, `TooMany` as in `submit`."""
        with self._adding:
            self.get(owner, job)
            self._require_room(owner)
            again = {"started": None, "finished": None, "seconds": None, "iterations": None, "problem": None, "result": None}
            moved = self._store.move(job, UNSUCCESSFUL, QUEUED, **again)
        found = self.get(owner, job, result=True)
        if not moved:
            raise Conflict(
                f"the job is {found.row.status}; only a failed, cancelled or interrupted job can be retried", job=job
            )
        self._notifications.notify(job)
        self._scheduler.wake()
        return found

    def cancel(self, owner: str, job: str) -> StoredJob:
        """Cancel a job that is queued or running, and wait until it is stopped; a finished one stays as it is."""
        self.get(owner, job)
        if self._store.move(job, [QUEUED], CANCELLED, finished=now()):
            self._metrics.job(CANCELLED, 0.0)
            self._notifications.notify(job)
        else:
            self._scheduler.stop_job(job, CANCELLED, _PATIENCE)
        return self.get(owner, job, result=True)

    def delete(self, owner: str, job: str) -> None:
        """Cancel a job if it is not finished, and forget it; `Conflict` when it does not end."""
        self.cancel(owner, job)
        if not self._store.delete(job):
            raise Conflict("the job is still running; try again later", job=job)
        self._notifications.notify(job)

    def _same(self, before: StoredJob, digest: str) -> StoredJob:
        if before.row.request_digest != digest:
            raise Invalid("Idempotency-Key already used for another job; use a new one", errors=[_KEY_PLACE])
        return self.get(before.row.owner, before.row.id, result=True)

    def _check(self, cached: CachedWorkspace, wanted: JobSpecification) -> None:
        """Refuse at once what would fail in the end."""
        state = cached.workspace.state
        source, name = wanted.source, wanted.save_as
        if source not in state.graphs and source not in state.results:
            raise unknown_name(source, state)
        if name is not None:
            draft = Draft(state)
            Declare(name, source, wanted.operation, replace=True).apply(draft)
            check_names(state, name, self._settings)

    def _require_room(self, owner: str) -> None:
        most = self._settings.jobs_per_key
        if self._store.count(QUEUED, RUNNING, owner=owner) >= most:
            problem = f"limit of {most} queued and running jobs reached (jobs_per_key); wait for some, or cancel some"
            raise TooMany(problem, headers={"Retry-After": "10"}, limit="jobs_per_key", bound=most)

    # Watching jobs ----------------------------------------------------------------------------------------------

    def get(self, owner: str, job: str, *, result: bool = False) -> StoredJob:
        """A job of an owner, with its result if that is wanted; raises `NotFound`."""
        found = self._store.get(job, result=result) if is_id(job) else None
        if found is None or found.row.owner != owner:
            raise NotFound("job not found; finished jobs are deleted after some time (job_retention_hours)", job=job)
        return found

    def find(
        self, owner: str, statuses: Sequence[str], workspace: str | None, before: int | None, many: int
    ) -> list[StoredJob]:
        """Jobs of an owner, the newest first: those in some states, of a workspace, made before another."""
        if workspace is not None and not is_name(workspace):
            return []
        return self._store.find(owner, statuses, workspace, before, many)

    async def finished(self, owner: str, job: str, seconds: float, stopping: threading.Event) -> StoredJob:
        """The job when it has finished, or when so many seconds are over, or the server stops."""
        until = time.monotonic() + seconds
        with self._notifications.subscribe(job) as arrived:
            while True:
                arrived.clear()
                found = await run_in_threadpool(self.get, owner, job)
                left = until - time.monotonic()
                if found.row.status in FINISHED or left <= 0 or stopping.is_set():
                    return await run_in_threadpool(self.get, owner, job, result=True)
                await _wait(arrived, min(left, _QUIET), stopping)

    async def events(self, job: str, after: int, stopping: threading.Event) -> AsyncIterator[JobEventRow | None]:
        """What has happened to a job after an event, and what happens, until it is finished or the server stops.

        After some seconds in which nothing happens there is ``None``.  What has happened before the server stops is sent.
        """
        with self._notifications.subscribe(job) as arrived:
            while True:
                ends = stopping.is_set()  # asked before reading
                arrived.clear()
                found = await run_in_threadpool(self._store.get, job)
                if found is None:  # deleted
                    return
                if found.row.events_count > after:
                    for event in await run_in_threadpool(self._store.events, job, after):
                        after = event.number
                        yield event
                if ends or (found.row.status in FINISHED and found.row.events_count <= after):
                    return
                if not await _wait(arrived, _QUIET, stopping) and not stopping.is_set():
                    yield None


def is_id(job: str) -> bool:
    """Whether a job can have this id; not every text can be looked for in a database."""
    return len(job) == 32 and all(digit in "0123456789abcdef" for digit in job)


async def _wait(arrived: asyncio.Event, seconds: float, stopping: threading.Event) -> bool:
    """Wait for a notification, at most so many seconds, or until the server stops; whether it arrived."""
    until = time.monotonic() + seconds
    while not arrived.is_set() and not stopping.is_set() and (left := until - time.monotonic()) > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(left, _LOOK)):
                await arrived.wait()
    return arrived.is_set()


def _digest(workspace: str, wanted: JobSpecification) -> str:
    """What tells requests apart that have the same idempotency key."""
    said = [workspace, wanted.source, operation_data(wanted.operation), wanted.time_limit, wanted.save_as]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
