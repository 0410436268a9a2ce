"""Spreading independent work over an executor."""

from __future__ import annotations

import contextlib
import functools
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, Generic, TypeVar

from equibel.errors import Cancelled, EquibelError, ExecutorError
from equibel.solving.limits import Limits

A = TypeVar("A")
B = TypeVar("B")
Work = Callable[[list[A]], list[B]]
_TASKS = 64  # about so many, if there are enough items: all workers have something to do, and starting does not matter
_POLL = 0.1
_RUNS = 2  # whose work a process remembers


def spread(work: Work[A, B], items: list[A], executor: Executor | None, limits: Limits) -> Iterator[B]:
    """``work`` applied to all items, in order: one by one here, or in chunks by an executor.

    With an executor of other processes, ``work`` and the items must be picklable; ``work`` is pickled once.  When the
    iterator is closed, a limit is reached or an error is met, tasks that have not begun are cancelled, and those that
    run stop when they look at ``limits``.

    Raises
    ------
    ExecutorError
        When the executor fails, for instance because a worker process was killed.
    Cancelled
        When the executor is shut down before the work is done.
    """
    if executor is None:
        for item in items:
            yield from work([item])
        return
    size = max(1, len(items) // _TASKS)
    chunks = [items[i : i + size] for i in range(0, len(items), size)]
    parcel = _Parcel(work)
    futures: list[Future[list[B]]] = []

    def submit() -> None:
        for chunk in chunks:
            limits.check()  # an executor may do the work while it is submitted
            futures.append(_guarded(functools.partial(_submit, executor, parcel, chunk)))

    def answers(future: Future[list[B]]) -> list[B]:
        while not future.done():
            limits.check()
            _wait(future)
            for other in futures:
                if other.done():  # if it failed there is no use in waiting
                    _guarded(functools.partial(_result, other))
        return _guarded(functools.partial(_result, future))

    # An interrupt amid the steps of an executor, or of a future, could leave its locks held for ever.
    with limits.shared():
        try:
            limits.off_main_thread(submit)
            for future in futures:
                yield from limits.off_main_thread(functools.partial(answers, future))
        finally:
            for future in futures:
                future.cancel()


class _Parcel(Generic[A, B]):
    """Work that is packed once and, in each process that receives it, unpacked once."""

    def __init__(self, work: Work[A, B]) -> None:
        self._work = work

    def __call__(self, chunk: list[A]) -> list[B]:
        return self._work(chunk)

    @functools.cached_property
    def _packed(self) -> bytes:
        return pickle.dumps(self._work, pickle.HIGHEST_PROTOCOL)

    def __reduce__(self) -> tuple[object, ...]:
        return _unpack, (self._packed,)


@functools.lru_cache(maxsize=_RUNS)
def _unpack(packed: bytes) -> _Parcel[Any, Any]:
    parcel: _Parcel[Any, Any] = _Parcel(pickle.loads(packed))
    parcel._packed = packed  # it may be sent on
    return parcel


def _submit(executor: Executor, work: Work[A, B], chunk: list[A]) -> Future[list[B]]:
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
