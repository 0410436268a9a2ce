"""Work in other threads than the main one, where no signal handler runs.

Python runs what a signal asks for in the main thread, between any two steps of Python code: Ctrl-C raises
`KeyboardInterrupt` there, wherever that is.  In a function that clingo calls, the exception ends the process.  In a
destructor it is dropped, and the work goes on.  So the main thread neither calls clingo nor frees what clingo uses: it
waits for a `Job`, and what it lets go of is `Kept` for a thread that frees it.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import contextvars
import functools
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_main_thread = threading.main_thread().ident


def on_main_thread() -> bool:
    """Whether signal handlers may run here."""
    return threading.get_ident() == _main_thread


# Jobs ---------------------------------------------------------------------------------------------------------------


class Job(Generic[T]):
    """Work that is being done in another thread, in a copy of the context of the one that starts it.

    >>> job = Job(lambda: 6 * 7)
    >>> job.wait(60), job.result()
    (True, 42)
    """

    # Threads are started, and waited for, by what is written in C: the classes of `threading` consist of steps between
    # which an interrupt would leave a lock behind that nobody releases.

    def __init__(self, work: Callable[[], T]) -> None:
        self._work: Callable[[], T] | None = functools.partial(contextvars.copy_context().run, work)
        self._over = _thread.allocate_lock()
        self._over.acquire()
        self._error: BaseException | None = None
        self._value: T
        self.done = False
        try:
            if on_main_thread():
                _worker().give(self)
            else:
                _thread.start_new_thread(self.run, ())
        except RuntimeError:  # no thread can be started, for instance while Python ends
            self.run()

    def wait(self, seconds: float) -> bool:
        """Whether the work is done, after so many seconds at the latest.  Ctrl-C is heard meanwhile."""
        if not self.done and self._over.acquire(timeout=seconds):
            self._over.release()  # others may wait, too
        return self.done

    def result(self) -> T:
        """What the work has returned; what it has raised is raised, the first time."""
        if self._error is None:
            return self._value
        error, self._error = self._error, None
        try:
            raise error
        finally:
            del error  # it holds this frame

    def run(self) -> None:
        """Do the work, in this thread."""
        _running[self] = None
        try:
            assert self._work is not None
            self._value = self._work()
        except BaseException as error:
            self._error = error
        self._work = None  # what only the work needed is freed here
        _running.pop(self, None)  # it is not there when the work itself has forked this process
        self.done = True
        self._over.release()


class _Worker:
    """A thread that does the jobs of the main thread, one after the other: to start one for each takes longer than many."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._latest: Job[Any] | None = None
        self._started = False

    def start(self) -> None:
        """Start the thread."""
        _thread.start_new_thread(_work, (self._jobs,))
        self._started = True

    @property
    def free(self) -> bool:
        """Whether it would begin a job at once."""
        return self._started and (self._latest is None or self._latest.done)

    def give(self, job: Job[Any]) -> None:
        """Let it do a job."""
        self._latest = job  # if an interrupt comes between this and the next step, nobody waits for this thread again
        self._jobs.put(job)

    def retire(self) -> None:
        """Let it end when it has done what it was given."""
        self._started = False
        self._jobs.put(None)


def _work(jobs: SimpleQueue[Job[Any] | None]) -> None:
    while (job := jobs.get()) is not None:
        job.run()
        del job  # while this thread waits, it keeps nothing alive


_running: dict[Job[Any], None] = {}
_latest_worker = _Worker()


def _worker() -> _Worker:
    """One that is free.  Another one may be busy with work that was left behind; it ends after that."""
    global _latest_worker
    if not _latest_worker.free:
        _latest_worker.retire()
        _latest_worker = _Worker()
        _latest_worker.start()
    return _latest_worker


def working() -> bool:
    """Whether jobs are not done yet."""
    return bool(_running)


# What clingo uses -----------------------------------------------------------------------------------------------------


class Kept(Generic[T]):
    """Holds something of clingo's, which is freed in another thread once this is gone, wherever that happens.

    The last reference to this may go in the main thread, or be found there in a cycle by the garbage collector.  What is
    called then is written in C, so no signal handler can run.

    >>> held = Kept(["something"])
    >>> held.value
    ['something']
    """

    __slots__ = ("__weakref__", "_key")

    def __init__(self, value: T) -> None:
        _start_freeing()
        self._key = weakref.ref(self, _gone.put)
        _kept[self._key] = value

    @property
    def value(self) -> T:
        """What is held."""
        value: T = _kept[self._key]
        return value

    def free(self) -> None:
        """Free it in this thread, which is not the main one.  That takes less time than to leave it to another."""
        del _kept[self._key], self._key


_kept: dict[weakref.ref[Any], Any] = {}
_gone: SimpleQueue[weakref.ref[Any]] = SimpleQueue()
_freeing = False


def _start_freeing() -> None:
    global _freeing
    if not _freeing:
        with contextlib.suppress(RuntimeError):  # no thread can be started: what is let go of stays
            _thread.start_new_thread(_free, (_gone,))
            _freeing = True


def _free(gone: SimpleQueue[weakref.ref[Any]]) -> None:
    while True:
        _kept.pop(gone.get(), None)


# The process ----------------------------------------------------------------------------------------------------------


def _forked() -> None:
    """In a process that was forked, none of these threads exists, and what clingo's threads were doing cannot be ended."""
    global _main_thread, _latest_worker, _gone, _freeing
    _main_thread = threading.get_ident()
    _latest_worker = _Worker()
    _running.clear()
    _gone = SimpleQueue()
    _freeing = False


def _finish() -> None:
    """Python must not end, and free what clingo is using, while clingo is at work; Ctrl-C ends it without freeing."""
    try:
        for job in list(_running):
            while not job.wait(1):
                pass
    except KeyboardInterrupt:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(128 + signal.SIGINT)


def leave() -> None:
    """The process is about to end by ``os._exit``, which frees nothing: nobody waits for jobs."""
    atexit.unregister(_finish)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
atexit.register(_finish)
