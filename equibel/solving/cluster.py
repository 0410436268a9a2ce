"""Clusters of Dask: executors that stand for one, and values that stay with its workers.

Dask is not imported here.  Whoever has a client of it has imported it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from equibel.errors import ExecutorError

_PATIENCE = 60.0  # seconds in which workers that have ended are replaced, as Dask's nannies do within some seconds
_LOOK = 1.0  # seconds between two looks at the workers


def as_executor(executor: Executor) -> Executor:
    """What was given, or the executor of a Dask client that was given in its place."""
    dask = sys.modules.get("distributed")
    if dask is not None and isinstance(executor, dask.Client):
        made: Executor = executor.get_executor(pure=False)
        return made
    return executor


def cluster_of(executor: Executor | None) -> Cluster | None:
    """The cluster whose workers do the work of an executor, if it is one of Dask."""
    dask = sys.modules.get("distributed.cfexecutor")
    return Cluster(executor) if dask is not None and isinstance(executor, dask.ClientExecutor) else None


class Cluster:
    """A Dask cluster, as an executor shows it.

    A value stays with the worker that has computed it, and what is computed from it is computed there.  When that worker
    ends, Dask computes the value again, from what it was computed from.
    """

    def __init__(self, executor: Any) -> None:
        self._client = executor._client
        self._options = executor._kwargs | {"pure": False}  # such as the workers that its user has chosen
        self._next_look = 0.0
        self._alive: float | None = None  # when there were workers the last time

    def places(self) -> list[str | None]:
        """The address of a worker for each of its threads; if there is no worker yet, one place that is not known."""
        if self._client.status != "running":
            raise ExecutorError("the Dask client is closed; connect again, or try without an executor")
        threads = self._client.nthreads()
        return [address for address, number in sorted(threads.items()) for _ in range(number)] or [None]

    def keep(self, function: Callable[..., Any], *args: Any, place: str | None = None) -> Any:
        """The future of a value that stays with a worker; arguments can be such futures."""
        return self._client.submit(function, *args, **self._options | self._at(place))

    def fetch(self, function: Callable[..., Any], *args: Any, place: str | None = None) -> Any:
        """The future of a value that is sent here."""
        return _Fetched(self.keep(function, *args, place=place))

    def watch(self) -> None:
        """Raise `ExecutorError` when all workers have ended and no others have come for some time."""
        now = time.monotonic()
        if now < self._next_look or self._client.status != "running":
            return
        self._next_look = now + _LOOK
        if self._client.nthreads():
            self._alive = now
        elif self._alive is not None and now - self._alive > _PATIENCE:
            raise ExecutorError("all workers of the cluster have ended; start others, and try again")

    def _at(self, place: str | None) -> dict[str, object]:
        """Options by which work is done at a place, or elsewhere once the worker there has ended."""
        free = place is None or "workers" in self._options
        return {} if free else {"workers": [place], "allow_other_workers": True}


class _Fetched:
    """A future whose value is sent here once; giving it up asks nobody, and nobody complains about it."""

    def __init__(self, future: Any) -> None:
        self._future = future
        self._value: list[Any] = []

    def done(self) -> bool:
        found: bool = self._future.done()
        return found

    def exception(self, timeout: float | None = None) -> object:
        return self._future.exception(timeout)

    def result(self) -> Any:
        if not self._value:
            self._value.append(self._future.result())
        return self._value[0]

    def cancel(self) -> None:
        self._future.release()
