"""Operators in executors of all sorts: the same answers, and errors that are the package's own."""

import contextlib
import functools
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import oracle
import pytest
from answers import FIXPOINT, METHODS, ONCE
from executors import AtOnce, Foreign
from hypothesis import given
from hypothesis import strategies as st
from long_work import quarrel
from strategies import cases

import equibel as eb
from equibel.workspace import OPERATORS, Operation

OPERATIONS = [*ONCE.values(), *FIXPOINT.values()]
OPTIONS = [{"method": method, "opt_type": optimum} for method in METHODS for optimum in oracle.OPTIMA]
EVERY_OPTION = pytest.mark.parametrize(
    "options",
    [pytest.param(each, marks=[pytest.mark.slow] * (n in (1, 2))) for n, each in enumerate(OPTIONS)],
    ids=lambda options: "-".join(options.values()),
)
EVERY_OPERATOR = pytest.mark.parametrize("operator", OPERATIONS, ids=lambda f: f.__name__)


def processes(method, workers=2):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method))


POOLS = {
    "at once": lambda: contextlib.nullcontext(AtOnce()),
    "threads": lambda: ThreadPoolExecutor(3),
    "foreign": Foreign,
    "fork": lambda: processes("fork"),
    "forkserver": lambda: processes("forkserver"),
}


@pytest.fixture(scope="module", params=POOLS)
def executor(request):
    """One executor of each sort, for all tests."""
    with POOLS[request.param]() as executor:
        yield executor


def network():
    """Conflicts at several places, several parts, an isolated node, and nodes with other names than numbers."""
    G = eb.grid_2d_graph(2, 3)
    G.add_formula(0, "p & (q | r)")
    G.add_formula(2, "~p & (q -> r)")
    G.add_formula(5, "(p = ~q) & ~r")
    G.add_edges_from([("left", "middle"), ("middle", "right")])
    G.add_formula("left", "p & q & s")
    G.add_formula("right", "~p | ~q")
    G.add_node("alone")
    G.add_formula("alone", "s -> p")
    return G


def wide_network():
    """The same with a belief about so many linked atoms that every operator has work for an executor."""
    G = network()
    for node in list(G)[:4]:
        G.add_formula(node, " | ".join(f"a{i}" for i in range(1, 9)))
    return G


@functools.cache
def serial(operator, **options):
    return operator(network(), **options)


def check_same(there, here):
    """The same answers, with the same count and spelling."""
    if isinstance(here, tuple):
        (there, there_count), (here, here_count) = there, here
        assert there_count == here_count
    assert there.formulas() == here.formulas()
    assert there == here
    assert (list(there), list(there.edges)) == (list(here), list(here.edges))


@EVERY_OPTION
@EVERY_OPERATOR
@pytest.mark.process
def test_the_same_answers(executor, operator, options):
    """Every operator gives the same answer wherever the work is done, by both methods and both optima."""
    check_same(operator(network(), executor=executor, **options), serial(operator, **options))


@pytest.mark.parametrize("operator", [eb.global_completion, eb.iterate_simple_fixpoint], ids=lambda f: f.__name__)
def test_the_same_readable_answers(executor, operator):
    """The same with simplified formulas, with a time limit and with somebody listening."""
    options = {"executor": executor, "time_limit": 600, "cancel": threading.Event(), "progress": lambda *report: None}
    check_same(operator(network(), simplify=True, **options), serial(operator, simplify=True))


def test_the_same_revision(executor):
    """Revision, too."""
    K, alpha = ["p -> q", "p & (r | s)", "~t"], "~q & (t | ~r)"
    assert eb.revise(K, alpha, executor=executor) == eb.revise(K, alpha)


@given(case=cases(max_nodes=4), operation=st.sampled_from(OPERATIONS), options=st.sampled_from(OPTIONS))
def test_any_scenario(executor, case, operation, options):
    """The same on random scenarios."""
    G = case.graph()
    check_same(operation(G, executor=executor, **options), operation(G, **options))


@pytest.mark.parametrize("name", OPERATORS)
def test_operations_in_executors(executor, name):
    """Operations as values pass the executor on."""
    here = Operation(name, fixpoint=True).apply(network())
    there = Operation(name, fixpoint=True).apply(network(), executor=executor)
    check_same((there.graph, there.iterations), (here.graph, here.iterations))


def test_many_nodes(executor):
    """Chunks of many nodes come together in the right order."""
    G = eb.barabasi_albert_graph(400, 2, seed=1)
    for node in G:
        G.add_formula(node, ["p | q", "~p | r", "q & ~r", "p = r", "True"][node % 5])
    check_same(eb.iterate_simple(G, steps=2, executor=executor), eb.iterate_simple(G, steps=2))


def test_an_executor_is_used():
    """With an executor the work is done there: one task per group, large star or node, as long as these are few."""
    for operator, tasks in [(eb.global_completion, None), (eb.iterate_simple, None), (eb.iterate_augmenting, 9)]:
        executor = AtOnce()
        operator(wide_network(), executor=executor)
        assert executor.submitted == (tasks or executor.submitted) > 0


def test_errors_of_a_scenario(executor):
    """An error about the scenario is the same with an executor, and the executor remains of use."""
    G = network()
    G.add_formula("right", "r & ~r")
    for operator in OPERATIONS:
        with pytest.raises(eb.InconsistentFormulaError) as caught:
            operator(G, executor=executor)
        assert caught.value.node == "right"
    check_same(eb.iterate_simple(network(), executor=executor), serial(eb.iterate_simple))


# When executors fail -------------------------------------------------------------------------------------------------


class Victim(AtOnce):
    """A pool of processes, one of which is killed after some tasks have been submitted."""

    def __init__(self, pool, after):
        super().__init__()
        self.pool = pool
        self.after = after

    def submit(self, fn, /, *args):
        self.submitted += 1
        if self.submitted == self.after:
            fn, args = signal.raise_signal, (signal.SIGKILL,)
        return self.pool.submit(fn, *args)


@EVERY_OPERATOR
@pytest.mark.parametrize("after", [1, 2])
def test_workers_that_are_killed(operator, after):
    """When a worker is killed the operator ends with an error, soon, and what it has learned so far is not an answer."""
    with processes("fork") as pool, pytest.raises(eb.ExecutorError, match="try again, or without an executor"):
        operator(wide_network(), executor=Victim(pool, after))


def test_workers_that_are_killed_in_the_middle_of_long_work():
    """The same when they have been at work for a while."""
    with processes("forkserver") as pool:
        pool.submit(os.getpid).result()
        timer = threading.Timer(1, lambda: os.kill(next(iter(pool._processes)), signal.SIGKILL))
        timer.start()
        began = time.monotonic()
        with pytest.raises(eb.ExecutorError, match="BrokenProcessPool"):
            eb.iterate_simple(quarrel(), executor=pool)
        assert time.monotonic() - began < 15
        timer.join()


@EVERY_OPERATOR
@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors_that_are_shut_down(operator, kind):
    """An executor that takes no work is an error of the package."""
    executor = kind(1)
    executor.shutdown()
    with pytest.raises(eb.ExecutorError, match="shutdown"):
        operator(wide_network(), executor=executor)


@pytest.mark.parametrize("operator", [eb.global_completion, eb.iterate_simple], ids=lambda f: f.__name__)
def test_executors_that_are_shut_down_meanwhile(operator):
    """Work that nobody will begin any more counts as cancelled."""

    class Closing(AtOnce):
        """Shuts its pool down, which is busy with something else, once everything could have been submitted."""

        def __init__(self, pool):
            super().__init__()
            self.pool = pool

        def submit(self, fn, /, *args):
            future = self.pool.submit(fn, *args)
            if not self.submitted:
                threading.Timer(0.3, self.pool.shutdown, kwargs={"wait": False, "cancel_futures": True}).start()
            self.submitted += 1
            return future

    busy = threading.Event()
    pool = ThreadPoolExecutor(1)
    pool.submit(busy.wait, 30)
    try:
        with pytest.raises(eb.Cancelled, match="shut down before the work was done"):
            operator(wide_network(), executor=Closing(pool))
    finally:
        busy.set()
