"""Worker processes for ``--jobs``."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor


@contextlib.contextmanager
def workers(jobs: int) -> Iterator[Executor | None]:
    """An executor of ``jobs`` processes, or ``None`` for one job, which needs no other process.

    Workers do not hear Ctrl-C: this process does, and ends them.
    """
    if jobs == 1:
        yield None
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    class Pool(ProcessPoolExecutor):
        def submit(self, *arguments: Any, **keywords: Any) -> Any:
            # This may start a worker: it inherits what is blocked, and is not lost to an interruption halfway.
            with _signals_blocked():
                return super().submit(*arguments, **keywords)

    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    pool = Pool(jobs, mp_context=context, initializer=_allow_termination)
    try:
        yield pool
    except BaseException:
        with _signals_blocked():
            for worker in multiprocessing.active_children():
                worker.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _allow_termination() -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
