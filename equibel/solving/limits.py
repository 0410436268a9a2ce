"""Time limits and cancellation, checked wherever work may take long."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from equibel.errors import Cancelled, ExecutorError, TimeLimitExceeded
from equibel.formula import Formula
from equibel.solving.problem import Backbone
from equibel.solving.statistics import Statistics
from equibel.solving.threads import Job, on_main_thread

T = TypeVar("T")
_OFTEN = 256  # items between two checks
_LOOK = 0.1  # seconds between two checks of the stop file
_POLL = 0.05  # seconds between two checks by the thread that waits
_GRACE = 0.15  # seconds that work has to stop by itself before it is abandoned
_stopped: list[tempfile.TemporaryDirectory[str]] = []  # kept until this process ends, so that late workers see them


class Event(Protocol):
    """What `threading.Event` and similar classes have in common."""

    def is_set(self) -> bool:
        """Whether the event has happened."""


class Limits:
    """When a computation stops: ``time_limit`` seconds from now, or once ``cancel`` is set.  The default never stops.

    The cost of the computation is counted in ``statistics``.  Backbones of formulas are kept in ``backbones``: the first
    test of an operator, whether formulas have models, finds the backbones that solving needs next.

    A pickled copy, in another process, stops after the seconds that were left, or once this process writes the stop file
    (see `shared`).  A process on another machine does not see that file: its work continues until the time is over, or
    to its end when there is no time limit, though its answer is not used.

    >>> Limits(time_limit=60).check()
    """

    def __init__(
        self, time_limit: float | None = None, cancel: Event | None = None, statistics: Statistics | None = None
    ) -> None:
        self.time_limit = time_limit
        self.statistics = Statistics() if statistics is None else statistics
        self.backbones: dict[Formula, Backbone] = {}
        self._deadline = None if time_limit is None else time.monotonic() + time_limit
        self._cancel = cancel
        self._abandoned = False
        self._stop_file: str | None = None

    def check(self) -> None:
        """Raise `TimeLimitExceeded` or `Cancelled` when it is time to stop."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled("the computation was cancelled")
        if self._deadline is not None and time.monotonic() >= self._deadline:
            assert self.time_limit is not None
            raise TimeLimitExceeded(
                f"the time limit of {self.time_limit:g} s was reached; allow more time, or make the scenario smaller",
                seconds=self.time_limit,
                completed=[],
                rounds=0,
            )
        if self._abandoned:
            raise Cancelled("the computation was abandoned")

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """The items, one by one, with a check every few hundred items.

        >>> sum(Limits(time_limit=60).over(range(1000)))
        499500
        """
        for number, item in enumerate(items):
            if number % _OFTEN == 0:
                self.check()
            yield item

    def wait_for(self, work: Callable[[], T]) -> T:
        """The result of ``work``, unless a limit is reached before.

        Work usually finds out by its own calls of `check`, and its error is raised here.  Work that cannot be interrupted
        at the moment is abandoned in its thread, which ends at the next check.  Without limits there is no thread.
        """
        return work() if self._deadline is None and self._cancel is None else self._in_thread(work)

    def off_main_thread(self, work: Callable[[], T]) -> T:
        """The result of ``work``, which may call clingo: work of the main thread is done in another thread.

        No signal handler interrupts it there (see `equibel.solving.threads`).  When a signal handler raises here meanwhile,
        as that of Ctrl-C does, the work is abandoned, and ends at its next check.
        """
        return self._in_thread(work) if on_main_thread() else work()

    def _in_thread(self, work: Callable[[], T]) -> T:
        job = None
        try:
            job = Job(work)
            while not job.wait(_POLL):
                self._check_from_outside(job)
            return job.result()
        except BaseException as stop:
            if job is None or not job.done:
                self._abandoned = True
                if job is not None and not isinstance(stop, Cancelled | TimeLimitExceeded):
                    job.wait(_GRACE)  # as has been done already after these
            raise
        finally:
            del job, work  # they may hold the error, which holds this frame

    def _check_from_outside(self, job: Job[T]) -> None:
        try:
            self.check()
        except (Cancelled, TimeLimitExceeded):
            if not job.wait(_GRACE):
                raise

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """A context in which other threads or processes work under these limits; an error that leaves it stops them too.

        Raises
        ------
        ExecutorError
            When there is no folder for temporary files.
        """
        try:
            folder = tempfile.TemporaryDirectory(prefix="equibel-", ignore_cleanup_errors=True)
        except OSError as error:
            raise ExecutorError(f"no temporary file can be written, by which workers are told to stop: {error}") from error
        self._stop_file = os.path.join(folder.name, "stop")
        try:
            yield
        except BaseException:
            self._abandoned = True
            with contextlib.suppress(OSError):
                Path(self._stop_file).touch()
            _stopped.append(folder)
            raise
        else:
            folder.cleanup()
        finally:
            self._stop_file = None

    def __reduce__(self) -> tuple[object, ...]:
        left = None if self._deadline is None else max(self._deadline - time.monotonic(), 1e-3)
        return _elsewhere, (left, self.time_limit, self._stop_file)


class _StopFile:
    """An event that has happened once a file exists, which is checked at most every tenth of a second."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._next_look = 0.0
        self._seen = False

    def is_set(self) -> bool:
        now = time.monotonic()
        if not self._seen and now >= self._next_look:
            self._next_look = now + _LOOK
            self._seen = os.path.exists(self._path)
        return self._seen


def _elsewhere(left: float | None, time_limit: float | None, stop_file: str | None) -> Limits:
    """The limits in another process."""
    cancel = None if stop_file is None else _StopFile(stop_file)
    limits = Limits(left, cancel, Statistics.of_a_worker())
    limits.time_limit = time_limit
    limits._stop_file = stop_file  # for copies of the copy
    return limits
