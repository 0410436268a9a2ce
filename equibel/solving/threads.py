"""Threads for all work with clingo, since signal handlers interrupt the main thread.

Python runs signal handlers in the main thread, between any two steps of Python code: Ctrl-C raises `KeyboardInterrupt`
there at any place.  In a function that clingo calls, the exception ends the process.  In a destructor it is dropped, and
the work continues.  So the main thread neither calls clingo nor frees objects of clingo: it waits for a `Job`, and such
objects are `Kept` until another thread frees them.
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
    """Work in another thread, in a copy of the context of the thread that starts it.

    >>> job = Job(lambda: 6 * 7)
    >>> job.wait(60), job.result()
    (True, 42)
    """

    # Threads are started, and waited for, by functions written in C: an interrupt between two Python steps of the classes
    # of `threading` would leave a lock held for ever.

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
        """Whether the work is done; waits up to so many seconds, which Ctrl-C interrupts."""
        if not self.done and self._over.acquire(timeout=seconds):
            self._over.release()  # others may wait, too
        return self.done

    def result(self) -> T:
        """The value that the work returned.  The exception that it raised is raised here, the first time."""
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
        self._work = None  # frees what only the work needed
        _running.pop(self, None)  # absent when the work itself has forked this process
        self.done = True
        self._over.release()


class _Worker:
    """A thread that does the jobs of the main thread one by one, which saves the start of a thread for each job."""

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
        """Whether it can begin a job at once."""
        return self._started and (self._latest is None or self._latest.done)

    def give(self, job: Job[Any]) -> None:
        """Give it a job."""
        self._latest = job  # after an interrupt before the next step, this thread is not used again
        self._jobs.put(job)

    def retire(self) -> None:
        """End the thread after the jobs that it has."""
        self._started = False
        self._jobs.put(None)


def _work(jobs: SimpleQueue[Job[Any] | None]) -> None:
    while (job := jobs.get()) is not None:
        job.run()
        del job  # while this thread waits, it must not keep the job alive


_running: dict[Job[Any], None] = {}
_latest_worker = _Worker()


def _worker() -> _Worker:
    """A free worker.  One that is busy with abandoned work ends after that work."""
    global _latest_worker
    if not _latest_worker.free:
        _latest_worker.retire()
        _latest_worker = _Worker()
        _latest_worker.start()
    return _latest_worker


def working() -> bool:
    """Whether some job is not done yet."""
    return bool(_running)


# Objects of clingo -----------------------------------------------------------------------------------------------------


class Kept(Generic[T]):
    """A holder of an object of clingo, which is freed in another thread once the holder is gone.

    The last reference to the holder may disappear in the main thread, or the garbage collector may find it there in a cycle.
    The callback that is called then is written in C, so that no signal handler can run in it.

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
        """The object."""
        value: T = _kept[self._key]
        return value

    def free(self) -> None:
        """Free the object in this thread, which is not the main one; that is faster than in the other thread."""
        del _kept[self._key], self._key


_kept: dict[weakref.ref[Any], Any] = {}
_gone: SimpleQueue[weakref.ref[Any]] = SimpleQueue()
_freeing = False


def _start_freeing() -> None:
    global _freeing
    if not _freeing:
        with contextlib.suppress(RuntimeError):  # no thread can be started: objects are never freed
            _thread.start_new_thread(_free, (_gone,))
            _freeing = True


def _free(gone: SimpleQueue[weakref.ref[Any]]) -> None:
    while True:
        _kept.pop(gone.get(), None)


# The process ----------------------------------------------------------------------------------------------------------


def _forked() -> None:
    """Begin anew in a forked process, where none of these threads exists and clingo's searches cannot be ended."""
    global _main_thread, _latest_worker, _gone, _freeing
    _main_thread = threading.get_ident()
    _latest_worker = _Worker()
    _running.clear()
    _gone = SimpleQueue()
    _freeing = False


def _finish() -> None:
    """Wait for all jobs before Python ends and frees objects that clingo is using; Ctrl-C ends the process at once."""
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
    """Do not wait for jobs: the process is about to end by ``os._exit``, which frees nothing."""
    atexit.unregister(_finish)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
atexit.register(_finish)
