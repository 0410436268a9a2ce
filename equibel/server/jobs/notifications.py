"""Telling those who wait that something has happened to a job."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

Waiting = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class News:
    """Threads announce that a job has news, tasks of an event loop wait for it; what the news is they read themselves.

    Examples
    --------
    >>> news = News()
    >>> async def listen():
    ...     with news.of("job") as arrived:
    ...         threading.Thread(target=news.announce, args=("job",)).start()
    ...         await arrived.wait()
    ...         return "there is news"
    >>> asyncio.run(listen())
    'there is news'
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[str, set[Waiting]] = defaultdict(set)

    @contextmanager
    def of(self, job: str) -> Iterator[asyncio.Event]:
        """An event that is set when there is news of a job; clear it before reading what there is, to miss nothing."""
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

    def announce(self, job: str) -> None:
        """Let those know who wait for news of a job."""
        with self._lock:
            waiting = list(self._waiting.get(job, ()))
        for loop, event in waiting:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(event.set)
