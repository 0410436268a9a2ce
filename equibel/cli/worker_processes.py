"""The worker processes of ``--jobs``."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

_ended: list[Executor] = []  # without a reference, a pool does not clean up


@contextlib.contextmanager
def workers(jobs: int) -> Iterator[Executor | None]:
    """An executor of ``jobs`` processes, or ``None`` for one job, which needs no other process.

    Workers end when this process ends, in any way, and ignore Ctrl-C.
    """
    if jobs == 1:
        yield None
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    class Pool(ProcessPoolExecutor):
        def submit(self, *arguments: Any, **keywords: Any) -> Any:
            with _interrupts_blocked():  # a worker that is started here inherits this
                return super().submit(*arguments, **keywords)

    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    pool = Pool(jobs, mp_context=context, initializer=_watch_parent)
    try:
        yield pool
    except BaseException:
        # A pool whose workers have ended fails and never exits if it still has cancelled work.  It removes that work when it
        # is shut down first.
        pool.shutdown(wait=False, cancel_futures=True)
        _ended.append(pool)
        end_workers()
        raise
    pool.shutdown()


def end_workers() -> None:
    """Kill all worker processes at once."""
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for worker in multiprocessing.active_children():
            worker.kill()


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _watch_parent() -> None:
    """Exit a worker when its parent process has ended; it would wait for work forever."""
    import multiprocessing

    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
