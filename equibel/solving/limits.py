"""Time limits and cancellation, checked wherever work may take long."""

from __future__ import annotations

import threading
import time

from equibel.errors import Cancelled, TimeLimitExceeded


class Limits:
    """When to stop: after ``time_limit`` seconds from now, or once ``cancel`` is set.  The default never stops.

    >>> Limits(time_limit=60).check()
    """

    def __init__(self, time_limit: float | None = None, cancel: threading.Event | None = None) -> None:
        self.time_limit = time_limit
        self.deadline = None if time_limit is None else time.monotonic() + time_limit
        self._cancel = cancel

    def __reduce__(self) -> tuple[type[Limits], tuple[float | None]]:
        # In another process the clock starts anew, with the seconds that are left.
        left = None if self.deadline is None else max(self.deadline - time.monotonic(), 1e-3)
        return Limits, (left,)

    def check(self) -> None:
        """Raise `TimeLimitExceeded` or `Cancelled` when it is time to stop."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled("the computation was cancelled")
        if self.deadline is not None and time.monotonic() >= self.deadline:
            assert self.time_limit is not None
            raise TimeLimitExceeded(
                f"the time limit of {self.time_limit:g} s was reached; allow more time, or make the scenario smaller",
                seconds=self.time_limit,
                completed=[],
            )
