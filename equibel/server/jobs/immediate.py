"""Computations within a request, without a workspace and without a job."""

from __future__ import annotations

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from equibel.server.jobs import child_work
from equibel.server.jobs.child_work import ComputationResult
from equibel.server.jobs.process import Processes
from equibel.server.jobs.turns import Turns
from equibel.server.metrics import Metrics
from equibel.server.settings import Settings
from equibel.workspace import Operation


class Immediate:
    """Computes for clients that wait, in processes, a few at a time; it belongs to one event loop."""

    def __init__(self, processes: Processes, settings: Settings, metrics: Metrics) -> None:
        self._processes = processes
        self._settings = settings
        self._metrics = metrics
        self._turns = Turns(settings.solves_running)
        self._threads = ThreadPoolExecutor(settings.solves_running, "solve")  # one for each turn

    async def solve(self, owner: str, data: Any, operation: Operation, time_limit: float | None) -> ComputationResult:
        """Apply an operation to node-link data; to cancel this task ends the computation.

        Parameters
        ----------
        owner : str
            For whom; turns are taken.
        data, operation
            See `equibel.server.jobs.child_work.solve`.
        time_limit : float or None
            Seconds; at most those of the server's settings count.

        Raises
        ------
        Unavailable
            When others take all turns for too long.
        Invalid, OverLimit
            When the data does not describe a graph, or it is too large.
        EquibelError
            What else the operation raises, and `Computation.wait`.
        """
        settings = self._settings
        limit = min(time_limit or math.inf, settings.solve_seconds)
        async with self._turns.turn(owner, settings.request_seconds):
            computation = self._processes.begin(
                child_work.solve, data, settings, operation, limit, time_limit=limit, memory_mb=settings.job_memory_mb
            )
            began = time.monotonic()
            ending = asyncio.get_running_loop().run_in_executor(self._threads, computation.wait)
            try:
                answer: ComputationResult = await asyncio.shield(ending)
            except asyncio.CancelledError:
                computation.kill()
                await asyncio.wait([ending])  # so that the next turn begins when this one has ended
                ending.exception()  # has been heard
                raise
            finally:
                self._metrics.solver(time.monotonic() - began, computation.calls)
        return answer

    def close(self) -> None:
        """Wait for computations that have been ended."""
        self._threads.shutdown()
