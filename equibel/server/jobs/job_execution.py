"""The execution of one job: compute its source if needed, apply the operation, store the result in the workspace."""

from __future__ import annotations

import math
import threading
import time

from equibel.errors import Cancelled, TimeLimitExceeded
from equibel.options import Progress
from equibel.server.jobs import child_work
from equibel.server.jobs.child_work import ComputationResult
from equibel.server.jobs.job_store import StoredJob
from equibel.server.jobs.process import Computation, Processes
from equibel.server.metrics import Metrics
from equibel.server.settings import Settings
from equibel.server.workspaces.cached_workspace import CachedWorkspace
from equibel.server.workspaces.workspace_store import WorkspaceStore
from equibel.workspace import Declare, Operation, Result, Task
from equibel.workspace.state.content import digest

_NICE = 10  # so that requests come before jobs
_NO_TIME = 1e-6  # seconds for what an eager workspace would compute here


class Execution:
    """A job in a thread of its own, whose computations are processes.

    Attributes
    ----------
    stopped : str
        What the job is to be called because it was stopped, if it was.
    ended : threading.Event
        Set when the outcome is stored.
    """

    def __init__(
        self, owner: str, workspaces: WorkspaceStore, processes: Processes, settings: Settings, metrics: Metrics
    ) -> None:
        self.owner = owner
        self.stopped = ""
        self.ended = threading.Event()
        self._workspaces = workspaces
        self._processes = processes
        self._settings = settings
        self._metrics = metrics
        self._lock = threading.Lock()
        self._computation: Computation | None = None
        self._settled = False
        self._source_workspace: CachedWorkspace | None = None  # the workspace when its source was read

    def run(self, job: StoredJob, operation: Operation, progress: Progress) -> ComputationResult:
        """Compute what the job asks for, and let its workspace have it, if it asks for that.

        Raises
        ------
        Cancelled
            When it was stopped.
        TimeLimitExceeded, MemoryLimitExceeded, ExecutorError
            When it could not be computed.
        EquibelError
            When it cannot be computed as things are.
        """
        clock = _Clock(min(job.row.time_limit or math.inf, self._settings.job_seconds))
        task = self._task(job, operation, clock, progress)
        prefix = f"{task.result}: "
        answer = self._compute(task, clock, lambda done, total, what: progress(done, total, what.removeprefix(prefix)))
        assert answer.computed is not None
        if answer.computed.failure is not None:
            raise answer.computed.failure.error()
        return answer

    def keep(self, job: StoredJob, operation: Operation, answer: ComputationResult) -> None:
        """Declare the result in the workspace under the name that the job asks for, and give it its value.

        When the source has been changed meanwhile, the result is declared and has to be computed again.  Errors are those
        of `Workspace.apply`, and `Cancelled` when the job was stopped before.
        """
        with self._lock:
            if self.stopped:
                raise Cancelled("the computation was cancelled")
            self._settled = True
        name, source = job.row.save_as, job.row.source
        if name is None or answer.computed is None:
            return
        cached = self._workspaces.of_id(job.row.workspace_id)
        if cached.workspace.results.get(name) != Result(source, operation):
            cached.apply(Declare(name, source, operation, replace=True), time_limit=_NO_TIME)
        if (
            self._source_workspace is not None and cached.edition == self._source_workspace.edition
        ):  # or else the versions are of other records
            cached.workspace.store(answer.computed)

    def stop(self, status: str) -> None:
        """End it at once, unless it has come to its end; ``status`` is what it is called then."""
        with self._lock:
            if self._settled or self.stopped:
                return
            self.stopped = status
            if self._computation is not None:
                self._computation.kill()

    def _task(self, job: StoredJob, operation: Operation, clock: _Clock, progress: Progress) -> Task:
        """The computation that the job asks for, of its source as it is now; a result is brought up to date first."""
        name, source = job.row.save_as or operation.operator, job.row.source
        self._source_workspace = self._workspaces.of_id(job.row.workspace_id)
        workspace = self._source_workspace.workspace
        while True:
            state = workspace.state
            if source in state.graphs:
                graph = state.graphs[source]
                return Task(name, source, state.versions[source], digest(graph), graph, operation)
            missing = workspace.next_task(source)
            if missing is not None:
                answer = self._compute(missing, clock, progress)
                assert answer.computed is not None
                workspace.store(answer.computed)
                continue
            status = workspace.status(source)
            if status.failure is not None:
                raise status.failure.error()
            found = status.computed
            if found is not None and found.graph is not None and workspace.next_task(source) is None:
                return Task(name, source, found.version, found.digest, found.graph, operation)

    def _compute(self, task: Task, clock: _Clock, progress: Progress) -> ComputationResult:
        """Run a task in a process, which `stop` ends."""
        left = clock.left()
        computation = self._processes.begin(
            child_work.derive, task, left, time_limit=left, memory_mb=self._settings.job_memory_mb, nice=_NICE
        )
        with self._lock:
            self._computation = computation
            if self.stopped:
                computation.kill()
        began = time.monotonic()
        try:
            answer: ComputationResult = computation.wait(progress)
        except TimeLimitExceeded as error:
            raise clock.over(error) from None
        finally:
            with self._lock:
                self._computation = None
            self._metrics.solver(time.monotonic() - began, computation.calls)
        return answer


class _Clock:
    """The time that a job has, for everything together."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began = time.monotonic()

    def left(self) -> float:
        """The seconds that are left."""
        return max(self._seconds - (time.monotonic() - self._began), 1e-3)

    def over(self, error: TimeLimitExceeded) -> TimeLimitExceeded:
        """The error that says what was allowed, and not what was left of it."""
        problem = f"the time limit of {self._seconds:g} s was reached; allow more time, or make the scenario smaller"
        return TimeLimitExceeded(problem, seconds=self._seconds, completed=error.completed, rounds=error.rounds)
