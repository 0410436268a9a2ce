"""Time limits and cancellation, checked wherever work may take long."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from equibel.errors import Cancelled, TimeLimitExceeded

_LOOK = 0.1  # seconds between two looks at the file by which another process says stop
_GROUNDING_POLL = 0.05
_stopped: list[tempfile.TemporaryDirectory[str]] = []  # kept until this process ends, so that late workers see them


class Event(Protocol):
    """What `threading.Event` and its kin have in common."""

    def is_set(self) -> bool:
        """Whether it has happened."""


class Limits:
    """When to stop: after ``time_limit`` seconds from now, or once ``cancel`` is set.  The default never stops.

    A pickled copy, as another process gets it, stops after the seconds that were left, or once this process says so
    (see `shared`).

    >>> Limits(time_limit=60).check()
    """

    def __init__(self, time_limit: float | None = None, cancel: Event | None = None) -> None:
        self.time_limit = time_limit
        self._deadline = None if time_limit is None else time.monotonic() + time_limit
        self._cancel = cancel
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
            )

    def wait_for(self, work: Callable[[], None]) -> None:
        """Do work that cannot be interrupted in a thread of its own, which is left behind when it is time to stop."""
        failure: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:
                failure.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        while thread.is_alive():
            self.check()
            thread.join(_GROUNDING_POLL)
        if failure:
            raise failure[0]

    @contextmanager
    def shared(self) -> Iterator[None]:
        """While other processes work with copies of these limits: leaving with an error stops them too."""
        folder = tempfile.TemporaryDirectory(prefix="equibel-")
        self._stop_file = os.path.join(folder.name, "stop")
        try:
            yield
        except BaseException:
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
    """An event that has happened once a file exists; it is looked for at most every tenth of a second."""

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
    """The limits as another process sees them."""
    limits = Limits(left, None if stop_file is None else _StopFile(stop_file))
    limits.time_limit = time_limit
    return limits
