"""Other threads than the main one: clingo is called and freed there, at little cost, and they do no harm to the process.

Ctrl-C itself is pressed in ``tests/operators/test_operators_interrupts.py``.
"""

import _thread
import contextlib
import contextvars
import functools
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import types

import clingo
import presses
import pytest
from commandline import ENVIRONMENT, ROOT
from long_work import left_behind_ends, planted, quarrel
from solving_networks import clause_network, opposed_path

import equibel as eb
from equibel.errors import EncodingError, TimeLimitExceeded
from equibel.solving import Limits, limits, threads
from equibel.solving.clingo.facts import Instance
from equibel.solving.clingo.solver import Solver
from equibel.solving.threads import Job, Kept

MAIN = threading.main_thread().ident


def soon(happened, seconds=20):
    """Wait until something has happened."""
    late = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < late
        time.sleep(0.005)


# Where clingo is called -----------------------------------------------------------------------------------------------

TEN = [planted(10, seed, 2) for seed in range(3)]


def network(operator, **options):
    return lambda: operator(clause_network("small-world", 12, 4, seed=2), **options)


#: All that calls the solver, in some way of its own.
CALLS = {
    "global": network(eb.global_completion),
    "global, by size": network(eb.global_completion, opt_type=eb.CARDINALITY),
    "global, translated": network(eb.global_completion, method=eb.SYNTACTIC),
    "augmenting": network(eb.iterate_augmenting),
    "expanding": network(eb.iterate_expanding_fixpoint),
    "revise": lambda: eb.revise(planted(14, 1), planted(14, 2)),
    "revise, consistency": lambda: eb.revise(planted(12, 1), planted(12, 2), consistency="x0 & x1"),
    "revise, choice": lambda: eb.revise(planted(14, 1), planted(14, 2), choice=True),
    "merge": lambda: eb.merge(TEN),
    "contract": lambda: eb.contract(planted(12, 1), [planted(12, 1), "x0"]),
    "outcomes": lambda: list(zip(range(3), eb.outcomes(eb.revise, planted(14, 1), planted(14, 2)), strict=False)),
    "entails": lambda: presses.large().entails(0, "x1 & x2"),
    "models": lambda: list(presses.large().models(0, limit=30)),
    "literals": lambda: presses.large().literals(0),
    "let go": lambda: next(presses.large().models(0)),
    "let go, outcomes": lambda: next(eb.outcomes(eb.revise, planted(12, 1), planted(12, 2))),
    "refused": lambda: refused(),
    "limit": lambda: ends_early(),
}


def refused():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("equibel.solving.clingo.program.encoding", lambda name: "p(X :- q.")
        with pytest.raises(EncodingError):
            Solver(["some.lp"], Instance([], []), Limits())


def ends_early():
    with pytest.raises(TimeLimitExceeded):
        eb.global_completion(quarrel(), time_limit=0.2)


class Watched:
    """clingo's library; notes in which threads its functions are called."""

    def __init__(self, library, calls):
        self._library = library
        self._calls = calls

    def __getattr__(self, name):
        found = getattr(self._library, name)
        if not isinstance(found, types.BuiltinFunctionType):
            return found

        def called(*arguments):
            self._calls.append((name, threading.get_ident()))
            return found(*arguments)

        return called


@pytest.fixture
def calls(monkeypatch):
    """What is called of clingo, but for making terms, and in which thread."""
    gc.collect()
    soon(lambda: not threads._kept)  # what other tests have left is freed before calls are counted
    calls = []
    for module in (clingo.control, clingo.solving, clingo.backend, clingo.symbolic_atoms, clingo.configuration):
        monkeypatch.setattr(module, "_lib", Watched(module._lib, calls))
    return calls


def all_is_freed(calls):
    names = [name for name, _ in calls]
    return not threads._kept and names.count("clingo_control_new") == names.count("clingo_control_free")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (number % 4 > 0)) for number, name in enumerate(CALLS)]
)
def test_clingo_is_never_called_in_the_main_thread(name, calls):
    """Neither to solve nor to free: signal handlers run there, and what they raise amid a call of clingo's is fatal.

    What clingo uses is freed when nobody needs it, without the garbage collector: a control that held itself once had to be
    found by that, wherever it happened to run.
    """
    gc.collect()
    gc.disable()
    try:
        CALLS[name]()
        soon(lambda: all_is_freed(calls))
    finally:
        gc.enable()
    assert calls
    assert MAIN not in {thread for _, thread in calls}


def test_what_is_found_by_the_garbage_collector_is_freed_elsewhere(calls):
    """A cycle of the user's may hold an iterator, and the collector may find it in the main thread."""
    found = [presses.large().models(0)]
    next(found[0])
    found.append(found)
    del found
    assert not all_is_freed(calls)
    gc.collect()
    soon(lambda: all_is_freed(calls))
    assert MAIN not in {thread for _, thread in calls}


def test_threads_of_the_user(calls):
    """What is called in another thread is done there, and several may call at once."""
    answers = []

    def ask():
        answers.append((threading.get_ident(), eb.revise(planted(10, 1), planted(10, 2), simplify=True)))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    ask()
    for thread in asking:
        thread.join()
    assert len(answers) == 4
    assert len({answer for _, answer in answers}) == 1
    solved = {thread for call, thread in calls if call == "clingo_control_solve"}
    assert {thread for thread, _ in answers} - {MAIN} <= solved
    assert MAIN not in solved


# How often another thread is entered ----------------------------------------------------------------------------------


@pytest.fixture
def entered(monkeypatch):
    """Once for each time that the main thread waits for another."""
    entered = []

    class Counted(Job):
        def __init__(self, work):
            entered.append(work)
            super().__init__(work)

    monkeypatch.setattr(limits, "Job", Counted)
    return entered


@pytest.mark.parametrize(
    "work",
    [
        lambda: eb.global_completion(opposed_path(20, 3)),
        lambda: eb.iterate_expanding(opposed_path(20, 3), simplify=True),
        lambda: eb.revise("p & q", "~p | ~q", simplify=True),
        lambda: eb.compare(opposed_path(9, 3), eb.global_completion(opposed_path(9, 3))),
        lambda: opposed_path(2, 3).entails(0, "x0 | y"),
    ],
)
def test_small_calls_need_no_other_thread(work, entered):
    """What is done within a fraction of a millisecond needs no solver, and would take longer in another thread."""
    work()
    assert entered == []


@pytest.mark.parametrize(
    ("name", "most"),
    [("entails", 1), ("literals", 2), ("revise", 6), ("merge", 4), ("let go, outcomes", 5), ("global", 3)],
)
def test_another_thread_is_entered_a_few_times(name, most, entered):
    """Not for each of the hundreds of calls of a solver."""
    CALLS[name]()
    assert 0 < len(entered) <= most


def test_models_are_found_some_at_a_time(entered, monkeypatch):
    """In the main thread; but none before somebody asks, and the second not before it is wanted."""
    monkeypatch.setattr("equibel.solving.clingo.solver._AHEAD", 3600)
    read = []
    is_true = clingo.Model.is_true
    monkeypatch.setattr(clingo.Model, "is_true", lambda model, literal: read.append(model) or is_true(model, literal))
    G = eb.path_graph(2)
    G.add_formula(0, "y1 | y2 | y3 | y4 | y5")
    found = G.models(0)
    assert entered == []
    next(found)
    assert (len(read), len(entered)) == (5, 2)
    models = [*found]
    assert len(models) == 30
    assert len(entered) == 4  # the last time there is none
    assert len({frozenset(model.items()) for model in models}) == len(models)


# Jobs -----------------------------------------------------------------------------------------------------------------


def test_a_job():
    """Work is done in another thread, always the same one, in the context of the one who asks; its error is raised here."""
    variable = contextvars.ContextVar("variable")
    variable.set("set")
    seen = [ask(lambda: (threading.get_ident(), variable.get())) for _ in range(3)]
    assert len(set(seen)) == 1
    assert seen[0][0] != MAIN
    assert seen[0][1] == "set"
    with pytest.raises(ZeroDivisionError):
        ask(lambda: 1 // 0)
    with pytest.raises(StopIteration):
        ask(lambda: next(iter([])))


def ask(work):
    return Limits().off_main_thread(work)


def test_elsewhere_there_is_no_other_thread():
    """Signal handlers run in the main thread only."""
    assert ask(lambda: ask(threading.get_ident) == threading.get_ident())


def test_work_that_is_left_behind_keeps_nobody_waiting():
    """The next work is done in a new thread, and the old one ends when it is done, so that there are never many."""
    enough = threading.Event()
    threads_before = _thread._count()
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            interrupted(lambda: ask(lambda: enough.wait(30)))
    assert ask(lambda: "done") == "done"
    enough.set()
    left_behind_ends()
    soon(lambda: _thread._count() <= threads_before + 1)
    assert len({ask(threading.get_ident) for _ in range(3)}) == 1


def interrupted(work):
    """Interrupt some work soon, as Ctrl-C does."""
    timer = threading.Timer(0.1, signal.pthread_kill, [MAIN, signal.SIGINT])
    timer.start()
    try:
        return work()
    finally:
        timer.join()


def test_a_handler_that_computes():
    """What runs when a signal arrives may ask something itself, while the main thread waits."""
    answers = []

    def handler(number, frame):
        answers.append(presses.large().entails(0, "x1 & x2 & x3"))

    before = signal.signal(signal.SIGINT, handler)
    try:
        assert interrupted(lambda: ask(lambda: [time.sleep(0.3), "done"])) == [None, "done"]
    finally:
        signal.signal(signal.SIGINT, before)
    assert answers == [False]


class Elsewhere(Exception):
    """What the handler of a signal may raise."""


def test_other_signals():
    """It is not for Ctrl-C alone: a handler that raises, as those of time limits do, is heard as well."""

    def handler(number, frame):
        raise Elsewhere

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Elsewhere):
            eb.global_completion(quarrel())
    finally:
        signal.signal(signal.SIGALRM, before)
    left_behind_ends()


def test_an_interrupted_iterator_is_over():
    """As any generator after an error."""
    found = quarrel().models(0)
    next(found)
    with pytest.raises(KeyboardInterrupt):
        interrupted(lambda: [None for _ in found])
    assert list(found) == []
    left_behind_ends()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("options", [{}, {"time_limit": 60}], ids=["", "limit"])
def test_progress(error, options):
    """It is told in the thread that calls, unless there is a limit, in its context; what it raises ends the operator."""
    variable = contextvars.ContextVar("variable")
    variable.set("set")
    told = []

    def progress(done, total, what):
        told.append((threading.get_ident() == MAIN, variable.get()))
        raise error("no more")

    with pytest.raises(error, match="no more"):
        eb.global_completion(clause_network("small-world", 12, 4, seed=2), progress=progress, **options)
    assert told == [(not options, "set")]
    left_behind_ends()


def test_no_more_threads(monkeypatch):
    """Where none can be started, for instance while Python ends, the work is done where it is asked for."""

    def refuse(*arguments):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads, "_latest_worker", threads._Worker())
    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    assert ask(threading.get_ident) == MAIN
    assert presses.large().entails(0, "x1") in (True, False)


# The collector ---------------------------------------------------------------------------------------------------------


def test_interrupting_who_switches_the_collector_off(monkeypatch):
    """It is switched on again when an interrupt comes right after it has been switched off."""
    disable = gc.disable

    def interrupted():
        disable()
        raise KeyboardInterrupt

    monkeypatch.setattr(gc, "disable", interrupted)
    with pytest.raises(KeyboardInterrupt):
        eb.global_completion(opposed_path(3, 1))
    assert gc.isenabled()


# The process ----------------------------------------------------------------------------------------------------------


def run(program, **options):
    """What a program of its own prints, and how it ends."""
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    started = subprocess.Popen(
        [sys.executable, "-c", program],
        env=ENVIRONMENT | path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    out, errors = started.communicate(timeout=60)
    return started.returncode, out, errors


def test_the_process_ends_while_iterators_are_open():
    """Nobody has to exhaust them."""
    program = """if True:
        import builtins, equibel as eb, presses
        from long_work import planted
        found = [presses.large().models(0), eb.outcomes(eb.revise, planted(12, 1), planted(12, 2))]
        for each in found:
            next(each)
        builtins.found = [found]
        builtins.found.append(builtins.found)
        print("end")
    """
    assert run(program) == (0, "end\n", "")


LEFT_BEHIND = """if True:
    import os, signal, sys, time
    from equibel.solving import Limits
    def press(number, frame):
        raise KeyboardInterrupt
    signal.signal(signal.SIGALRM, press)
    signal.setitimer(signal.ITIMER_REAL, 0.2, {again})
    try:
        Limits().off_main_thread(lambda: time.sleep({seconds}) or print("done"))
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.process
def test_the_process_waits_for_work_that_was_left_behind():
    """It must not free what clingo is using."""
    assert run(LEFT_BEHIND.format(again=0, seconds=1.5)) == (0, "interrupted\ndone\n", "")


def test_interrupting_the_end_of_the_process():
    """Who does not want to wait for that presses once more: the process ends without freeing anything."""
    began = time.monotonic()
    assert run(LEFT_BEHIND.format(again=1, seconds=50)) == (130, "interrupted\n", "")
    assert time.monotonic() - began < 40


def forked(work):
    """Whether some work is done in a process that was forked from this one."""
    child = os.fork()
    if not child:
        signal.alarm(30)
        with contextlib.suppress(BaseException):
            if work():
                os._exit(0)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def works():
    return presses.large().entails(0, planted(120, 3)) and len(list(presses.large().models(0, limit=3))) == 3


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_forking():
    """A process that is forked has none of the threads: it starts its own, and lets go of what it cannot end."""
    found = [presses.large().models(0)]
    next(found[0])
    assert works()

    def lets_go():
        found.clear()
        return works()

    assert forked(lets_go)
    assert next(found[0])


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_forking_while_others_work():
    """The same in a thread while the main thread waits, and in the progress callback of an operator with a limit."""
    outcome = []
    timer = threading.Timer(0.3, lambda: outcome.append(forked(works)))
    timer.start()
    with pytest.raises(TimeLimitExceeded):
        eb.global_completion(quarrel(), time_limit=1.5)
    timer.join()
    told = functools.partial(lambda *what: outcome.append(forked(works)))
    eb.global_completion(opposed_path(3, 1), progress=told, time_limit=60)
    assert len(outcome) >= 2
    assert all(outcome)


# Held things ----------------------------------------------------------------------------------------------------------


class Thing:
    """Notes where it is freed."""

    freed: list

    def __init__(self, freed):
        self.freed = freed

    def __del__(self):
        self.freed.append(threading.get_ident())


def test_held_things():
    """They are freed in another thread when their holder is gone, or in this one when that is told to."""
    freed = []
    held = Kept(Thing(freed))
    assert isinstance(held.value, Thing)
    del held
    soon(lambda: freed)
    assert freed.pop() != MAIN
    held = Kept(Thing(freed))
    held.free()
    assert freed == [MAIN]
