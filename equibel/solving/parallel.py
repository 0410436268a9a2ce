"""Independent work in parallel: items shared among the workers of an executor."""

from __future__ import annotations

import contextlib
import functools
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, Generic, TypeVar

from equibel.errors import Cancelled, EquibelError, ExecutorError
from equibel.solving.limits import Limits
from equibel.solving.plan import default
from equibel.solving.statistics import Statistics

A = TypeVar("A")
B = TypeVar("B")
Work = Callable[[list[A]], list[B]]
Done = tuple[list[B], Statistics | None]  # answers, and the counts of another process
_POLL = 0.1
_RUNS = 2  # whose work a process keeps unpacked


def parallel_map(work: Work[A, B], items: list[A], executor: Executor | None, limits: Limits) -> Iterator[B]:
    """``work`` applied to all items, in order: one by one here, or in chunks by an executor.

    With an executor of other processes, ``work`` and the items must be picklable; ``work`` is pickled once.  When the
    iterator is closed, a limit is reached or an error occurs, tasks that have not begun are cancelled, and running tasks
    stop at their next check of ``limits``.

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
    size = max(1, min(len(items) // default().tasks, default().largest_part))
    chunks = [items[i : i + size] for i in range(0, len(items), size)]
    parcel = _Parcel(work, limits)

    def submit(futures: list[Future[Done[B]]]) -> None:
        for chunk in chunks:
            limits.check()  # some executors do the work during submit
            futures.append(_submit(executor, parcel, chunk))

    for found in in_order(submit, limits):
        answers, elsewhere = guarded(functools.partial(_checked, found))
        if elsewhere is not None:
            limits.statistics.include(elsewhere)
        yield from answers


def in_order(
    submit: Callable[[list[Future[B]]], None], limits: Limits, watch: Callable[[], None] = lambda: None
) -> Iterator[B]:
    """The results of futures, in the order in which ``submit`` adds them to a list.

    ``watch`` is called while a result is awaited; what it raises ends that.  Errors are those of `parallel_map`.
    """
    futures: list[Future[B]] = []

    def done(future: Future[B]) -> B:
        while not future.done():
            limits.check()
            guarded(watch)
            _wait(future)
            for other in futures:
                if other.done():  # if it failed, waiting is of no use
                    guarded(other.result)
        return guarded(future.result)

    # An interrupt inside an executor or a future could leave its locks held for ever, so both are called in another thread.
    with limits.shared():
        try:
            limits.off_main_thread(functools.partial(guarded, functools.partial(submit, futures)))
            for future in futures:
                yield limits.off_main_thread(functools.partial(done, future))
        finally:
            for future in futures:
                future.cancel()


class _Parcel(Generic[A, B]):
    """Work that is pickled once, and unpickled once in each process that receives it.

    Another process counts in its copy of the limits, and sends the counts with the answers.
    """

    def __init__(self, work: Work[A, B], limits: Limits) -> None:
        self._work = work
        self._limits = limits
        self._elsewhere = False

    def __call__(self, chunk: list[A]) -> Done[B]:
        answers = self._work(chunk)
        return answers, self._limits.statistics.take() if self._elsewhere else None

    @functools.cached_property
    def _packed(self) -> bytes:
        return pickle.dumps((self._work, self._limits), pickle.HIGHEST_PROTOCOL)

    def __reduce__(self) -> tuple[object, ...]:
        return _unpack, (self._packed,)


@functools.lru_cache(maxsize=_RUNS)
def _unpack(packed: bytes) -> _Parcel[Any, Any]:
    parcel: _Parcel[Any, Any] = _Parcel(*pickle.loads(packed))
    parcel._packed = packed  # it may be sent on
    parcel._elsewhere = True
    return parcel


def _submit(executor: Executor, work: Callable[[list[A]], Done[B]], chunk: list[A]) -> Future[Done[B]]:
    future = executor.submit(work, chunk)
    if not callable(getattr(future, "result", None)):
        raise TypeError("submit did not return a future")
    return future


def _checked(found: object) -> Done[B]:
    answers, elsewhere = found if isinstance(found, tuple) and len(found) == 2 else (found, None)
    if not isinstance(answers, list):
        raise TypeError(f"a task answered with a value of type {type(answers).__name__}")
    return answers, elsewhere


def _wait(future: Future[B]) -> None:
    """Wait a moment for a task, however it ends."""
    with contextlib.suppress(TimeoutError, CancelledError):
        future.exception(timeout=_POLL)


def guarded(action: Callable[[], B]) -> B:
    """The result of an action of an executor; its errors are those of `parallel_map`."""
    try:
        return action()
    except EquibelError:
        raise
    except CancelledError as error:
        raise Cancelled("the executor was shut down before the work was done") from error
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise ExecutorError(f"the executor could not do the work ({said}); try again, or without an executor") from error
