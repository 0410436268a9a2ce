"""Spreading independent work over an executor."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from typing import TypeVar

from equibel.errors import Cancelled, EquibelError, ExecutorError
from equibel.solving.limits import Limits

A = TypeVar("A")
B = TypeVar("B")
_MOST = 64  # items per task: enough that starting a task does not matter
_TASKS = 32  # at least so many tasks, if there are enough items, so that all workers have something to do
_POLL = 0.1


def spread(work: Callable[[list[A]], list[B]], items: list[A], executor: Executor | None, limits: Limits) -> Iterator[B]:
    """``work`` applied to all items, in order: one by one here, or in chunks by an executor.

    With an executor, ``work`` and the items must be picklable.  When the iterator is closed, a limit is reached or an
    error is met, tasks that have not begun are cancelled, and those that run stop if they look at ``limits``.

    Raises
    ------
    ExecutorError
        When the executor fails, for instance because a worker process was killed.
    """
    if executor is None:
        for item in items:
            yield from work([item])
        return
    size = max(1, min(_MOST, len(items) // _TASKS))
    futures: list[Future[list[B]]] = []
    with limits.shared():
        try:
            chunks = [items[i : i + size] for i in range(0, len(items), size)]
            futures += (_guarded(functools.partial(_submit, executor, work, chunk)) for chunk in chunks)
            for future in futures:
                while not future.done():
                    limits.check()
                    _wait(future)
                yield from _guarded(functools.partial(_result, future))
        finally:
            for future in futures:
                future.cancel()


def _submit(executor: Executor, work: Callable[[list[A]], list[B]], chunk: list[A]) -> Future[list[B]]:
    future = executor.submit(work, chunk)
    if not callable(getattr(future, "result", None)):
        raise TypeError("submit did not return a future")
    return future


def _result(future: Future[list[B]]) -> list[B]:
    answers = future.result()
    if not isinstance(answers, list):
        raise TypeError(f"a task answered with a value of type {type(answers).__name__}")
    return answers


def _wait(future: Future[list[B]]) -> None:
    """Wait a moment for a task; how it ended does not matter here."""
    with contextlib.suppress(TimeoutError, CancelledError):
        future.exception(timeout=_POLL)


def _guarded(action: Callable[[], B]) -> B:
    try:
        return action()
    except EquibelError:
        raise
    except CancelledError as error:
        raise Cancelled("the executor was shut down before the work was done") from error
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise ExecutorError(f"the executor could not do the work ({said}); try again, or without an executor") from error
