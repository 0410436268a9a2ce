"""Computing results of one state of a workspace, each after the one it is derived from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Unpack

from equibel.errors import EquibelError, TimeLimitExceeded
from equibel.operators.run import RunOptions, start
from equibel.options import SEMANTIC, check_seconds
from equibel.workspace.results.cache import Memory
from equibel.workspace.results.provenance import Computed
from equibel.workspace.results.task import Task
from equibel.workspace.state.dependencies import derivation_order
from equibel.workspace.state.model import State

#: What has been computed for a task already, if anything.
Known = Callable[[Task], Computed | None]


def check_options(run_options: RunOptions) -> None:
    """Raise `OptionError` when a keyword option has no such value."""
    start(SEMANTIC, **run_options)


def compute(
    state: State,
    names: Iterable[str] | None,
    memory: Memory,
    known: Known,
    store: Callable[[Computed], Computed],
    **run_options: Unpack[RunOptions],
) -> dict[str, Computed]:
    """What some results are, those they are derived from first.

    Results whose source failed are left out.  ``store`` receives what had to be computed, and returns what is to be used
    for it.  ``time_limit`` is for all together.
    """
    limit = check_seconds("time_limit", run_options.get("time_limit"))
    began = time.monotonic()
    found: dict[str, Computed] = {}
    for name in derivation_order(state, names):
        task = task_for(state, name, memory, found)
        if task is None:
            continue
        computed = known(task)
        if computed is None:
            if limit is not None:
                run_options["time_limit"] = max(limit - (time.monotonic() - began), 1e-6)
            try:
                computed = store(task.run(**run_options))
            except TimeLimitExceeded as error:
                assert limit is not None
                error.args = (str(error).replace(f"{error.seconds:g} s", f"{limit:g} s", 1),)
                error.seconds = limit
                raise
        found[name] = computed
    return found


def next_task(state: State, name: str, memory: Memory, known: Known) -> Task | None:
    """The first computation that is missing for a result."""
    found: dict[str, Computed] = {}
    for each in derivation_order(state, [name]):
        task = task_for(state, each, memory, found)
        if task is None:
            return None
        computed = known(task)
        if computed is None:
            return task
        found[each] = computed
    return None


def task_for(state: State, name: str, memory: Memory, found: dict[str, Computed]) -> Task | None:
    """The computation of a result, those before it having been ``found``; ``None`` when its source failed."""
    result = state.results[name]
    if result.of in state.graphs:
        version, graph = state.versions[result.of], state.graphs[result.of]
        return Task(name, result.of, version, memory.digest(version, graph), graph, result.operation)
    source = found.get(result.of)
    if source is None or source.graph is None:
        return None
    return Task(name, result.of, source.version, source.digest, source.graph, result.operation)


def failure_of(found: dict[str, Computed]) -> EquibelError | None:
    """The error of the result that failed, with its name, if one did."""
    for name, computed in found.items():
        if computed.failure is not None:
            error = computed.failure.error()
            error.args = (f"result {name!r}: {error}",)
            return error
    return None
