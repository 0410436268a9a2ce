"""Spreading independent work over an executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
_CHUNK = 32  # items per task: enough that starting a task does not matter


def spread(work: Callable[[list[A]], list[B]], items: list[A], executor: Executor | None) -> Iterator[B]:
    """``work`` applied to all items, in order: one by one here, or in chunks by an executor.

    With an executor, ``work`` and the items must be picklable; what has not begun is cancelled when the iterator is
    closed or an error is met.
    """
    if executor is None:
        for item in items:
            yield from work([item])
        return
    futures = [executor.submit(work, items[i : i + _CHUNK]) for i in range(0, len(items), _CHUNK)]
    try:
        for future in futures:
            yield from future.result()
    finally:
        for future in futures:
            future.cancel()
