"""Notifications of changes of a job, from threads to the tasks of an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class JobNotifications:
    """Threads notify that a job has changed, tasks of an event loop wait for that and then read the job themselves.

    Examples
    --------
    >>> notifications = JobNotifications()
    >>> async def listen():
    ...     with notifications.subscribe("job") as arrived:
    ...         threading.Thread(target=notifications.notify, args=("job",)).start()
    ...         await arrived.wait()
    ...         return "changed"
    >>> asyncio.run(listen())
    'changed'
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[_Waiter]] = defaultdict(set)

    @contextmanager
    def subscribe(self, job: str) -> Iterator[asyncio.Event]:
        """An event that is set when a job changes; clear it before reading the job, so that no change is missed."""
        me = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._waiting[job].add(me)
        try:
            yield me[1]
        finally:
            with self._lock:
                self._waiting[job].discard(me)
                if not self._waiting[job]:
                    del self._waiting[job]

    def notify(self, job: str) -> None:
        """Set the events of all subscribers of a job."""
        with self._lock:
            waiting = list(self._waiting.get(job, ()))
        for loop, event in waiting:
            with suppress(RuntimeError):  # the loop has ended, with its tasks
                loop.call_soon_threadsafe(event.set)
