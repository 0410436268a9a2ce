"""The store of jobs and their events in the database; every method is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from equibel.server.database import Database, JobEventRow, JobRow, WorkspaceRow
from equibel.workspace.state.model import now

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
CANCELLED, INTERRUPTED = "cancelled", "interrupted"
STATUSES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED, INTERRUPTED)
FINISHED = (DONE, FAILED, CANCELLED, INTERRUPTED)
#: What may be tried again.
UNSUCCESSFUL = (FAILED, CANCELLED, INTERRUPTED)

PROGRESS = "progress"  # the kind of an event that is no change of status


@dataclass(frozen=True)
class StoredJob:
    """A job as it is stored: its row, and the name of its workspace."""

    row: JobRow
    workspace: str


@dataclass(frozen=True)
class QueuedJob:
    """The first job that an owner has in the queue."""

    owner: str
    id: str
    sequence: int


class JobStore:
    """The jobs of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Reading --------------------------------------------------------------------------------------------------

    def get(self, job: str, *, result: bool = False) -> StoredJob | None:
        """A job by its id, and with its result if that is wanted."""
        wanted = _jobs().where(JobRow.id == job)
        return self._first(wanted.options(undefer(JobRow.result)) if result else wanted)

    def by_key(self, owner: str, key: str) -> StoredJob | None:
        """The job that was asked for with an idempotency key."""
        return self._first(_jobs().where(JobRow.owner == owner, JobRow.idempotency_key == key))

    def find(
        self, owner: str, statuses: Sequence[str], workspace: str | None, before: int | None, many: int
    ) -> list[StoredJob]:
        """Jobs of an owner, the newest first, made before that of a sequence number."""
        wanted = _jobs().where(JobRow.owner == owner).order_by(JobRow.sequence.desc()).limit(many)
        if statuses:
            wanted = wanted.where(JobRow.status.in_(statuses))
        if workspace is not None:
            wanted = wanted.where(WorkspaceRow.name == workspace)
        if before is not None:
            wanted = wanted.where(JobRow.sequence < before)
        with self._database.session(read_only=True) as session:
            return [StoredJob(row, name) for row, name in session.execute(wanted)]

    def events(self, job: str, after: int) -> list[JobEventRow]:
        """What happened to a job after an event, in order."""
        wanted = select(JobEventRow).where(JobEventRow.job_id == job, JobEventRow.number > after)
        with self._database.session(read_only=True) as session:
            return list(session.scalars(wanted.order_by(JobEventRow.number)))

    def count(self, *statuses: str, owner: str | None = None) -> int:
        """How many jobs there are in these states."""
        wanted = select(func.count()).select_from(JobRow).where(JobRow.status.in_(statuses))
        if owner is not None:
            wanted = wanted.where(JobRow.owner == owner)
        with self._database.session(read_only=True) as session:
            return session.scalar(wanted) or 0

    def queue(self) -> list[QueuedJob]:
        """The first job in the queue of each owner who has any."""
        first = select(func.min(JobRow.sequence)).where(JobRow.status == QUEUED).group_by(JobRow.owner)
        wanted = select(JobRow.owner, JobRow.id, JobRow.sequence).where(JobRow.sequence.in_(first))
        with self._database.session(read_only=True) as session:
            return [QueuedJob(*found) for found in session.execute(wanted)]

    def running(self, workspace: str | None = None) -> list[str]:
        """The ids of the jobs that are running, in a workspace (its id)."""
        wanted = select(JobRow.id).where(JobRow.status == RUNNING)
        if workspace is not None:
            wanted = wanted.where(JobRow.workspace_id == workspace)
        with self._database.session(read_only=True) as session:
            return list(session.scalars(wanted))

    def _first(self, wanted: Any) -> StoredJob | None:
        with self._database.session(read_only=True) as session:
            found = session.execute(wanted).first()
            return None if found is None else StoredJob(found[0], found[1])

    # Writing --------------------------------------------------------------------------------------------------

    def add(self, row: JobRow) -> bool:
        """Queue a new job; false when its workspace is gone, or its owner has one with the same idempotency key."""
        row.created, row.status, row.events_count = now(), QUEUED, 1
        try:
            with self._database.session() as session:
                session.add(row)
                session.flush()
                session.add(_event(row.id, 1, QUEUED, {"status": QUEUED}))
        except IntegrityError:
            return False
        return True

    def move(self, job: str, before: Iterable[str], status: str, told: dict[str, Any] | None = None, **values: Any) -> bool:
        """Change the state of a job, and tell so; false when it is not in one of the states ``before``.

        ``told`` is what the event says besides the state, and ``values`` are other columns.
        """
        return self._write(job, before, status, {"status": status, **(told or {})}, {"status": status, **values})

    def progress(self, job: str, done: int, total: int, what: str) -> bool:
        """Write how far a running job is; false when it is not running.  Only the last of these events is kept."""
        progress = {"done": done, "total": total, "what": what}
        told = {"status": RUNNING, "progress": progress}
        return self._write(job, [RUNNING], PROGRESS, told, {"progress": json.dumps(progress)})

    def delete(self, job: str) -> bool:
        """Forget a job that is not running."""
        change = delete(JobRow).where(JobRow.id == job, JobRow.status != RUNNING).returning(JobRow.id)
        with self._database.session() as session:
            return session.scalar(change) is not None

    def delete_finished(self, before: str) -> int:
        """Forget the jobs that were finished before a time; returns how many."""
        old = delete(JobRow).where(JobRow.status.in_(FINISHED), JobRow.finished < before).returning(JobRow.id)
        with self._database.session() as session:
            return len(session.scalars(old).all())

    def _write(self, job: str, before: Iterable[str], kind: str, told: dict[str, Any], values: dict[str, Any]) -> bool:
        change = (
            update(JobRow)
            .where(JobRow.id == job, JobRow.status.in_(list(before)))
            .values(events_count=JobRow.events_count + 1, **values)
            .returning(JobRow.events_count)
        )
        with self._database.session() as session:
            number = session.scalar(change)
            if number is None:
                return False
            if kind == PROGRESS:
                session.execute(delete(JobEventRow).where(JobEventRow.job_id == job, JobEventRow.kind == PROGRESS))
            session.add(_event(job, number, kind, told))
        return True


def _jobs() -> Any:
    return select(JobRow, WorkspaceRow.name).join(WorkspaceRow, WorkspaceRow.id == JobRow.workspace_id)


def _event(job: str, number: int, kind: str, told: dict[str, Any]) -> JobEventRow:
    time = now()
    return JobEventRow(job_id=job, number=number, kind=kind, data=json.dumps({**told, "time": time}), time=time)
