"""Measuring Equibel and its rivals on one scenario, each run in a process of its own.

A process is a copy of one that has everything imported.  It makes the scenario and lets the solver work on some small
ones, so that no code is used for the first time; then the clocks start, and they stop at the answer.  Short runs are
repeated, the solvers taking turns, and the best one counts.

What counts is computing time, which other work on the machine hardly disturbs; the system ends a process that has used
up its limit.  The time that passes is measured as well.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

import networkx as nx

import equibel as eb
from benchmarks import scenarios
from benchmarks.answers import completion
from benchmarks.cases import Case
from benchmarks.rivals import Found, Listing, Rival, comparisons

OURS = "Equibel"
DONE, LIMIT, MISSING, FAILED = "done", "limit", "missing", "failed"
PATIENCE = 4  # Equibel's own limit, in rivals' limits: where it is slow, it should be seen how slow

_ENOUGH = 2.0  # seconds that a solver has computed on one scenario: no more repetitions
_WAITING = 20  # limits after which a process is killed that does not use up its own by computing
_PREPARING = 120.0  # seconds to make the scenario
_WARMING, _WARM = 10, 0.1  # rounds of small scenarios before the one that counts, and seconds after which they are enough
_CHECKING = 60.0  # seconds to compare a rival's answers with ours, after its clock has stopped
_CHECKED = 1_000_000  # comparisons in all EQ sets together, up to which they are kept and compared

Part = tuple[list[int], eb.EquibelGraph, Listing]  # nodes to be answered for, and a graph whose EQ sets tell
Results = dict[tuple[str, str], "Measurement"]  # by names of case and solver


@dataclass(frozen=True)
class Measurement:
    """What came of a run.

    Attributes
    ----------
    status : str
        ``DONE``, ``LIMIT`` (killed), ``MISSING`` (not installed) or ``FAILED``.
    cpu, wall : float
        Seconds of computing, and seconds passed, until the answer or until the end.
    eq_sets : int
        How many maximal EQ sets a rival found, all when it is done.
    note : str
        Why, when it is missing or failed.
    memory : int
        Bytes of memory that the process took besides what everything imported takes, at most, the scenario included.
    same : bool, optional
        Whether a rival's EQ sets mean what Equibel answers; ``None`` when they were not compared.
    answer : EquibelGraph, optional
        Equibel's.
    """

    status: str
    cpu: float = 0.0
    wall: float = 0.0
    eq_sets: int = 0
    note: str = ""
    memory: int = 0
    same: bool | None = None
    answer: Any = field(default=None, repr=False, compare=False)


def preload(rivals: set[Rival]) -> None:
    """Import what the runs need, and make the parser, so that none of them has to."""
    for rival in rivals:
        rival.missing()
    eb.revise("p", "q")  # loads the operators and the solver
    eb.iterate_simple(eb.path_graph(2))  # loads NumPy
    gc.collect()
    gc.freeze()


def compare(
    case: Case, limit: float, repeat: int, results: Results, announce: Callable[[str], None], check: bool = True
) -> None:
    """Measure Equibel and the rivals of a case; ``results`` is filled in as they come.

    Lists that come to an end are compared with Equibel's answers if there is something to ``check``.
    """
    spent: dict[str, float] = {}
    for number in range(repeat):
        for rival in (None, *case.rivals):
            name = rival.name if rival else OURS
            key = case.name, name
            if number and (results[key].status != DONE or spent[name] > _ENOUGH):
                continue
            announce(f"{case.name}: {name}" + (f", {number + 1}" if number else ""))
            ours = results[case.name, OURS].answer if rival and check and not number else None
            found = run(rival, case, limit if rival else limit * PATIENCE, ours)
            spent[name] = spent.get(name, 0.0) + found.cpu
            if not number:
                results[key] = found
            elif found.status == DONE:
                best = results[key]
                results[key] = replace(best, cpu=min(best.cpu, found.cpu), wall=min(best.wall, found.wall))


def run(rival: Rival | None, case: Case, limit: float, ours: eb.EquibelGraph | None = None) -> Measurement:
    """Run Equibel, or a rival, once; a rival's EQ sets are compared with our answer when there is one."""
    if rival and (note := rival.missing()):
        return Measurement(MISSING, note=note)
    context = multiprocessing.get_context("fork")
    counter = context.Value("q", 0, lock=False)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(rival, case, limit, ours, counter, sender))
    process.start()
    sender.close()
    found = Measurement(FAILED, note="the process ended without an answer")
    started = time.perf_counter()
    try:
        if not receiver.poll(_PREPARING):
            return Measurement(FAILED, note=f"not prepared within {_PREPARING:g} s")
        ready: Measurement | None = receiver.recv()
        if ready is not None:
            return ready
        started = time.perf_counter()
        if not receiver.poll(limit * _WAITING):
            return Measurement(LIMIT, limit, time.perf_counter() - started, counter.value)
        found = receiver.recv()
        if ours is not None and found.status == DONE and receiver.poll(_CHECKING):
            same: bool | Measurement | None = receiver.recv()
            found = same if isinstance(same, Measurement) else replace(found, same=same)
    except EOFError:  # it ended, and what it has sent before is all there is
        process.join()
        if process.exitcode == -signal.SIGPROF:
            found = Measurement(LIMIT, limit, time.perf_counter() - started, counter.value)
    finally:
        _kill(process)
    return found


def _kill(process: Any) -> None:
    """End a process and those it has started: it leads a group of its own once it has begun."""
    if process.exitcode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
        process.join()


def _work(
    rival: Rival | None, case: Case, limit: float, ours: eb.EquibelGraph | None, counter: Any, sender: Connection
) -> None:
    """What the other process does: it says that it is ready (or why not), then how it went."""
    os.setsid()
    imported = _memory()
    try:
        graph = case.scenario()
        _warm_up(rival, case.task)
        parts = [(node, part, rival.listing(part)) for node, part in _parts(case.task, graph)] if rival else []
        listed: list[list[Any]] = [[] for _ in parts]
        collectors = _collectors(counter, listed, [len(comparisons(part)) for _, part, _ in parts])
        gc.collect()
        gc.freeze()  # so that no run happens to be the one in which all that was imported is looked through
        sender.send(None)
        answer, cpu, wall = _timed(lambda: solve(case.task, graph) if rival is None else _list(parts, collectors), limit)
        if rival is None:
            answer = _as_graph(graph, answer) if case.rivals else None
            sender.send(Measurement(DONE, cpu, wall, memory=max(0, _memory() - imported), answer=answer))
            return
        sender.send(Measurement(DONE, cpu, wall, counter.value))
        if ours is not None:
            kept = sum(map(len, listed)) == counter.value
            sender.send(_agree(ours, parts, listed) if kept else None)
    except Exception as error:  # whatever a solver raises is its result
        sender.send(Measurement(FAILED, note=f"{type(error).__name__}: {error}"))


def _timed(work: Callable[[], Any], limit: float) -> tuple[Any, float, float]:
    """What comes of the work, its computing time, and the time that has passed; at the limit, the process ends."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, limit)
    wall, cpu = time.perf_counter(), _computed()
    answer = work()
    wall, cpu = time.perf_counter() - wall, _computed() - cpu
    signal.setitimer(signal.ITIMER_PROF, 0)
    return answer, cpu, wall


def _computed() -> float:
    """Computing time of this process; `time.process_time` becomes coarse once a timer is set."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory() -> int:
    """The most memory that this process has had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _list(parts: list[Part], collectors: list[Found]) -> None:
    for (_, _, listing), found in zip(parts, collectors, strict=True):
        listing.run(found)


def _warm_up(rival: Rival | None, task: str) -> None:
    """Use everything a few times, unless it is slow anyway: Python is slower in code that it has not run before."""
    started = time.perf_counter()
    for seed in range(_WARMING):
        if time.perf_counter() - started > _WARM:
            break
        small = [scenarios.planted_revision(12, seed)]
        if task != "revision":
            small = [scenarios.clause_scenario("ws", 6, 2, seed), scenarios.path_conflict(5 + seed, 2)]
        for graph in small:
            if rival:
                rival.listing(graph).run(lambda _: None)
            else:
                solve(task, graph)


def _collectors(counter: Any, listed: list[list[Any]], weights: list[int]) -> list[Found]:
    """For each part, what takes in its EQ sets: all are counted, and as many are kept as can be compared."""
    room = _CHECKED

    def collector(eq_sets: list[Any], weight: int) -> Found:
        def found(eq_set: Any) -> None:
            nonlocal room
            counter.value += 1
            room -= weight
            if room >= 0:
                eq_sets.append(eq_set)

        return found

    return [collector(eq_sets, weight) for eq_sets, weight in zip(listed, weights, strict=True)]


def solve(task: str, graph: eb.EquibelGraph) -> Any:
    """Do what a case asks, with Equibel."""
    match task:
        case "completion":
            return eb.global_completion(graph)
        case "cardinality":
            return eb.global_completion(graph, optimum=eb.CARDINALITY)
        case "revision":
            return eb.revise(graph.beliefs(0), graph.beliefs(1))
        case "simple":
            return eb.iterate_simple(graph)
        case "fixpoint":
            return eb.iterate_simple_fixpoint(graph)
        case "nothing":
            return graph
    raise ValueError(f"unknown task {task!r}")


def _as_graph(graph: eb.EquibelGraph, answer: Any) -> eb.EquibelGraph:
    """The answer of a revision belongs to the second node."""
    if isinstance(answer, eb.EquibelGraph):
        return answer
    revised = eb.EquibelGraph(nx.Graph(graph.edges))
    revised.add_formula(1, answer)
    return revised


def _parts(task: str, graph: eb.EquibelGraph) -> list[tuple[list[int], eb.EquibelGraph]]:
    """The graphs whose EQ sets have to be listed, each with the nodes that the answer is wanted for."""
    if task in ("completion", "cardinality"):
        return [(list(graph), graph)]
    if task == "revision":
        return [([1], graph)]
    return [([node], _star(graph, node)) for node in graph]


def _star(graph: eb.EquibelGraph, centre: int) -> eb.EquibelGraph:
    star = eb.EquibelGraph(nx.Graph([(centre, other) for other in graph.adj[centre] if other != centre]))
    star.add_node(centre)
    star.add_atoms(graph.atom_names())
    for node in star:
        for formula in graph.beliefs(node):
            star.add_formula(node, formula)
    return star


def _agree(ours: eb.EquibelGraph, parts: list[Part], listed: list[list[Any]]) -> bool:
    """Whether the listed EQ sets mean what Equibel answers, wherever an answer is wanted."""
    for (wanted, part, listing), eq_sets in zip(parts, listed, strict=True):
        theirs = completion(part, map(listing.disagreements, eq_sets))
        if not all(ours.equivalent(node, theirs.belief(node)) for node in wanted):
            return False
    return True
