"""Measuring one solver on one scenario in a process of its own, which is killed when its time is over.

The clock starts when everything is imported and the scenario has been made, and stops at the answer.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import equibel as eb
from benchmarks.answers import completion
from benchmarks.cases import Case
from benchmarks.rivals import RIVALS, EqSet

OURS = "Equibel"
DONE, LIMIT, MISSING, FAILED = "done", "limit", "missing", "failed"

_REPEATED_BELOW = 2.0  # seconds; the best of three runs counts, since short ones are easily disturbed
_START_UP = 120.0  # seconds to import and to make the scenario
_CHECKING = 300.0  # seconds to compare a rival's answers with ours, after its clock has stopped
_CHECKED_SETS = 10_000  # EQ sets up to which they are compared


@dataclass(frozen=True)
class Measurement:
    """What came of it.

    Attributes
    ----------
    status : str
        ``DONE``, ``LIMIT`` (killed), ``MISSING`` (not installed) or ``FAILED``.
    seconds : float, optional
    eq_sets : int
        How many maximal EQ sets a rival found, all when it is done.
    note : str
        Why, when it is missing or failed.
    same : bool, optional
        Whether a rival's EQ sets mean what Equibel answers; ``None`` when they were not compared.
    """

    status: str
    seconds: float | None = None
    eq_sets: int = 0
    note: str = ""
    same: bool | None = None


def measure(solver: str, case: Case, limit: float, check: bool = False) -> Measurement:
    """Run a solver, `OURS` or one of `RIVALS`, on a case; short runs three times, each in a new process."""
    best = _once(solver, case, limit, check)
    if best.seconds is not None and best.seconds < _REPEATED_BELOW:
        again = [_once(solver, case, limit, check=False) for _ in range(2)]
        seconds = min(run.seconds for run in [best, *again] if run.seconds is not None)
        best = replace(best, seconds=seconds)
    return best


def _once(solver: str, case: Case, limit: float, check: bool) -> Measurement:
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0, lock=False)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(solver, case, check, counter, sender))
    process.start()
    sender.close()
    measurement = Measurement(FAILED, note="the process ended without an answer")
    try:
        if not receiver.poll(_START_UP):
            return Measurement(FAILED, note=f"the scenario was not made within {_START_UP:g} s")
        problem: Measurement | None = receiver.recv()
        if problem is not None:
            return problem
        if not receiver.poll(limit):
            return Measurement(LIMIT, eq_sets=counter.value)
        measurement = receiver.recv()
        if check and solver != OURS and measurement.status == DONE and receiver.poll(_CHECKING):
            measurement = replace(measurement, same=receiver.recv())
    except EOFError:
        pass  # it ended, and what it has sent before is all there is
    finally:
        _kill(process)
    return measurement


def _kill(process: Any) -> None:
    """End a process and those it has started: it leads a group of its own once it has begun."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    process.join()


def _work(solver: str, case: Case, check: bool, counter: Any, sender: Connection) -> None:
    """What the other process does: it says that it is ready (or what it lacks), then how it went."""
    os.setsid()
    rival = RIVALS.get(solver)
    if rival is not None:
        try:
            importlib.import_module(rival.module)
        except ImportError:
            sender.send(Measurement(MISSING, note=f"not installed: pip install {rival.package}"))
            return
    graph = case.scenario()
    gc.collect()
    gc.freeze()  # so that no run happens to be the one in which all that was imported is looked through
    sender.send(None)
    try:
        if rival is None:
            start = time.perf_counter()
            answer(case.task, graph)
            sender.send(Measurement(DONE, time.perf_counter() - start))
            return
        found: list[EqSet] = []
        start = time.perf_counter()
        for eq_set in rival.eq_sets(graph):
            counter.value += 1
            if check and len(found) <= _CHECKED_SETS:
                found.append(eq_set)
        sender.send(Measurement(DONE, time.perf_counter() - start, counter.value))
    except Exception as error:  # whatever a rival raises is its result
        sender.send(Measurement(FAILED, note=f"{type(error).__name__}: {error}"))
        return
    if check:
        small = len(found) <= _CHECKED_SETS
        sender.send(completion(graph, found) == eb.global_completion(graph) if small else None)


def answer(task: str, graph: eb.EquibelGraph) -> object:
    """Do what a case asks."""
    match task:
        case "completion":
            return eb.global_completion(graph)
        case "revision":
            return eb.revise(graph.beliefs(0), graph.beliefs(1))
        case "simple":
            return eb.iterate_simple(graph)
    raise ValueError(f"unknown task {task!r}")
