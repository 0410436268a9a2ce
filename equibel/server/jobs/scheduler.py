"""The scheduler of the queue: the choice of the next job, the limit on running jobs, and the outcome of each job."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from equibel.errors import Cancelled, EquibelError
from equibel.server.http.problems import problem_details
from equibel.server.jobs.child_work import ComputationResult
from equibel.server.jobs.job_execution import Execution
from equibel.server.jobs.job_store import CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED, RUNNING, JobStore, StoredJob
from equibel.server.jobs.notifications import JobNotifications
from equibel.server.jobs.process import BrokenComputationError
from equibel.server.metrics import Metrics
from equibel.server.settings import Settings
from equibel.workspace.changes.change import read_operation
from equibel.workspace.state.model import now

log = logging.getLogger("equibel.server")

_TIDY = 600.0  # seconds between two looks for jobs that are kept no longer
_PAUSES = (0.1, 0.5, 2.0, 5.0, 0.0)  # seconds between attempts to store an outcome


class Scheduler:
    """Carries out queued jobs, in threads; the queue itself is in the database.

    The next job is the first of an owner who has the fewest running; among several such owners, of the one whose turn was
    longest ago.  So an owner with a hundred queued jobs does not delay an owner with one.
    """

    def __init__(
        self,
        store: JobStore,
        notifications: JobNotifications,
        settings: Settings,
        metrics: Metrics,
        execution: Callable[[str], Execution],
    ) -> None:
        self._store = store
        self._notifications = notifications
        self._settings = settings
        self._metrics = metrics
        self._execution = execution
        self._running: dict[str, Execution] = {}
        self._turns: dict[str, int] = {}  # when each owner had a turn
        self._turn = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._tidied = float("-inf")
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Mark what was running when the server ended, and begin with what is queued."""
        for job in self._store.running():
            self._store.move(job, [RUNNING], INTERRUPTED, finished=now(), progress=None)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether queued jobs will be begun."""
        return self._thread.is_alive() and not self._stopping

    def wake(self) -> None:
        """Look at the queue again: there is something new."""
        self._wake.set()

    def running(self) -> int:
        """How many jobs are being carried out."""
        return len(self._running)

    def stop_job(self, job: str, status: str, patience: float) -> None:
        """Stop a job that is being carried out, if it is, and wait for its end."""
        with self._lock:
            execution = self._running.get(job)
        if execution is not None:
            execution.stop(status)
            execution.ended.wait(patience)

    def stop(self, grace: float) -> None:
        """Begin with no more jobs, let those that are running come to their end for so many seconds, and stop the rest."""
        self._stopping = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        with self._lock:
            executions = list(self._running.values())
        until = time.monotonic() + grace
        for execution in executions:
            execution.ended.wait(max(until - time.monotonic(), 0))
        for execution in executions:
            execution.stop(INTERRUPTED)
        for execution in executions:
            execution.ended.wait(sum(_PAUSES) + 5)

    def _work(self) -> None:
        """The thread that begins jobs."""
        while not self._stopping:
            try:
                self._tidy()
                while not self._stopping and len(self._running) < self._settings.jobs_running and self._begin_next():
                    pass
                self._wake.wait(_TIDY)
                self._wake.clear()
            except EquibelError:  # the database is out of reach, which is logged
                time.sleep(1)
            except Exception:
                log.exception("the queue of jobs failed, and goes on")
                time.sleep(1)

    def _tidy(self) -> None:
        if time.monotonic() >= self._tidied + _TIDY:
            self._tidied = time.monotonic()
            old = datetime.now(UTC) - timedelta(hours=self._settings.job_retention_hours)
            self._store.delete_finished(old.isoformat(timespec="milliseconds").replace("+00:00", "Z"))

    def _begin_next(self) -> bool:
        """Begin with the job whose turn it is; false when none is queued."""
        queue = self._store.queue()
        if not queue:
            return False
        busy = Counter(execution.owner for execution in list(self._running.values()))
        first = min(queue, key=lambda each: (busy[each.owner], self._turns.get(each.owner, 0), each.sequence))
        execution = self._execution(first.owner)
        with self._lock:
            self._running[first.id] = execution  # before it is called running, so that it can be stopped from then on
        began = False
        try:
            began = self._store.move(first.id, [QUEUED], RUNNING, started=now())
        finally:
            if not began:
                self._forget(first.id, execution)
        if began:
            self._turn += 1
            self._turns[first.owner] = self._turn
            self._notifications.notify(first.id)
            threading.Thread(target=self._carry_out, args=(first.id, execution), name=f"job {first.id}", daemon=True).start()
        return True

    def _forget(self, job: str, execution: Execution) -> None:
        with self._lock:
            self._running.pop(job, None)
        execution.ended.set()

    def _carry_out(self, job: str, execution: Execution) -> None:
        """The thread of a job."""
        began = time.monotonic()
        try:
            status, values = self._outcome(job, execution)
            seconds = time.monotonic() - began
            self._finish(job, status, values | {"finished": now(), "seconds": round(seconds, 3), "progress": None})
            self._metrics.job(status, seconds)
            told = {"job": job, "status": status, "milliseconds": round(1000 * seconds, 1), "key": execution.owner}
            log.info("job %s %s", job, status, extra={"data": told})
        finally:
            self._forget(job, execution)
            self._notifications.notify(job)
            self._wake.set()

    def _outcome(self, job: str, execution: Execution) -> tuple[str, dict[str, Any]]:
        """How a job ends, and what is stored about it."""
        answer: ComputationResult | None = None
        try:
            stored = self._store.get(job)
            if stored is None:
                raise Cancelled("the job was deleted")
            operation = read_operation(json.loads(stored.row.operation))
            answer = execution.run(stored, operation, lambda *done: self._report(stored, execution, *done))
            execution.keep(stored, operation, answer)
            status, told = DONE, None
        except Exception as error:
            if isinstance(error, Cancelled) and execution.stopped:
                return execution.stopped, {}
            if isinstance(error, BrokenComputationError) or not isinstance(error, EquibelError):
                log.error("job %s failed: %s", job, type(error).__name__, exc_info=error)
            status, told = FAILED, problem_details(error)
            if told.status == 500:
                told.detail = f"internal error; logged under the id of the job, {job}"
        values: dict[str, Any] = {"problem": None if told is None else json.dumps(told.data())}
        if answer is not None:  # even if it could not be kept in the workspace
            values |= {"result": answer.text, "iterations": answer.iterations}
        return status, values

    def _report(self, job: StoredJob, execution: Execution, done: int, total: int, what: str) -> None:
        """Store how far a job is."""
        try:
            if not self._store.progress(job.row.id, done, total, what):
                execution.stop(CANCELLED)  # its workspace was deleted, and the job with it
        except EquibelError:
            return  # the outcome matters, and there is time until then
        self._notifications.notify(job.row.id)

    def _finish(self, job: str, status: str, values: dict[str, Any]) -> None:
        """Store the outcome; the database may be out of reach for a moment."""
        told = {name: values[name] for name in ("seconds", "iterations") if values.get(name) is not None}
        if values.get("problem"):
            told["problem"] = json.loads(values["problem"])
        for pause in _PAUSES:
            try:
                self._store.move(job, [RUNNING], status, told, **values)
                return
            except EquibelError:
                time.sleep(pause)
        log.error("the outcome of job %s could not be stored; it counts as interrupted when the server starts again", job)
