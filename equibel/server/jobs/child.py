"""The forked process: it runs one function within its limits and sends the result or the error."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from equibel.errors import EquibelError
from equibel.server.jobs.memory_limits import limit_memory
from equibel.server.logs import traceback_text
from equibel.solving import total

#: What a process says: that it has its work, how often it has called the solver, how far it is, what came of it, or what
#: went wrong.
BEGUN, CALLS, PROGRESS, DONE, REFUSED = "begun", "calls", "progress", "done", "refused"
NO_MEMORY, BROKEN = "no memory", "broken"

_SELDOM = 0.5  # seconds between two reports


@dataclass(frozen=True)
class Order:
    """A piece of work: ``function(*arguments, progress=...)``, all of which can be pickled.

    Attributes
    ----------
    memory_mb : int
        How much memory it may take besides what the loaded program has, in megabytes.
    nice : int
        By how much others have precedence.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    memory_mb: int
    nice: int = 0


def run(channel: Connection) -> None:
    """Do the work that arrives, tell what came of it, and end this process."""
    order: Order = channel.recv()
    channel.send((BEGUN, None))
    _step_back(order.nice)
    reports = _Reports(channel)
    limit_memory(order.memory_mb)
    try:
        answer = _pickled(DONE, order.function(*order.arguments, progress=reports.progress))
    except BaseException as error:
        limit_memory(None)  # or else there may be too little left to say so
        answer = _answer(error)
    reports.finish(answer)
    os._exit(0)  # whatever is still running in another thread


class _Reports:
    """Sends what is to be said, one thing at a time, whatever thread says it."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._next = 0.0
        self._calls = total().solver_calls  # of the process that this one is a copy of

    def progress(self, done: int, total: int, what: str) -> None:
        """Tell how far the work is, every now and then."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _SELDOM
            with self._lock:
                self._send_calls()
                self._channel.send((PROGRESS, (done, total, what)))

    def finish(self, answer: Any) -> None:
        """Say the last thing; nothing is said after it."""
        self._lock.acquire()
        self._send_calls()
        self._channel.send_bytes(answer)

    def _send_calls(self) -> None:
        self._channel.send((CALLS, total().solver_calls - self._calls))


def _answer(error: BaseException) -> Any:
    """What is said about an error."""
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):  # the solver's way to say it
        return _pickled(NO_MEMORY, None)
    if isinstance(error, EquibelError):
        with suppress(Exception):  # a value in it that cannot be pickled
            cause = error.__cause__ if isinstance(error.__cause__, EquibelError) else None
            return _pickled(REFUSED, (error, cause))
    return _pickled(BROKEN, tuple(traceback_text(error, with_messages=with_messages) for with_messages in (False, True)))


def _pickled(kind: str, value: Any) -> Any:
    return ForkingPickler.dumps((kind, value))


def _step_back(nice: int) -> None:
    """Leave the processor to others, and be the one that the system ends when it runs out of memory."""
    with suppress(OSError, AttributeError):
        os.nice(nice)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
