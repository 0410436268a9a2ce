"""Parallel work: the order of answers, executors of all sorts, and how work ends that does not end well."""

import contextlib
import functools
import multiprocessing
import os
import pickle
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from executors import AtOnce, Backwards, Foreign
from hypothesis import given
from hypothesis import strategies as st
from long_work import soon, stops
from plans import planned

import equibel as eb
from equibel.errors import Cancelled, ExecutorError, InconsistentFormulaError, TimeLimitExceeded
from equibel.solving import Limits, Statistics, parallel_map
from equibel.solving.parallel import _Parcel

METHODS = [name for name in ("fork", "forkserver", "spawn") if name in multiprocessing.get_all_start_methods()]
FAST = [name for name in METHODS if name != "spawn"]


def squares(numbers):
    return [n * n for n in numbers]


def endless(limits, numbers):
    while True:
        limits.check()
        time.sleep(0.005)


def processes(method="fork", workers=2):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method))


@given(st.lists(st.integers(), max_size=200))
def test_answers_come_in_order(numbers):
    """With and without an executor each item has its answer, in the order of the items."""
    assert list(parallel_map(squares, numbers, None, Limits())) == squares(numbers)
    assert list(parallel_map(squares, numbers, AtOnce(), Limits())) == squares(numbers)


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 127, 128, 1000, 6401])
def test_chunks(count):
    """Few items are tasks of their own; many are put together, so that there are enough tasks but not too many."""
    executor = AtOnce()
    assert list(parallel_map(squares, list(range(count)), executor, Limits())) == squares(range(count))
    assert executor.submitted == count if count < 128 else 64 <= executor.submitted < 128


def test_the_order_of_completion_does_not_matter():
    """What is done last may be submitted first."""
    assert list(parallel_map(squares, list(range(20)), Backwards(20), Limits())) == squares(range(20))


@pytest.mark.parametrize("make", [functools.partial(ThreadPoolExecutor, 3), Foreign], ids=["threads", "foreign"])
def test_executors_in_this_process(make):
    """Threads and executors of other libraries do the work."""
    with make() as executor:
        assert list(parallel_map(squares, list(range(500)), executor, Limits())) == squares(range(500))


@pytest.mark.parametrize("method", METHODS)
def test_pools_of_processes(method):
    """Processes do the work, however they are started."""
    with processes(method) as executor:
        for _ in range(2):
            assert list(parallel_map(squares, list(range(500)), executor, Limits())) == squares(range(500))


class Counted:
    """Work that counts how often it is packed and unpacked, and remembers."""

    packed = 0
    unpacked = 0

    def __init__(self):
        self.calls = 0

    def __call__(self, items):
        self.calls += 1
        return [self.calls for _ in items]

    def __reduce__(self):
        Counted.packed += 1
        return Counted._unpack, ()

    @staticmethod
    def _unpack():
        Counted.unpacked += 1
        return Counted()


def test_work_travels_once():
    """However many tasks there are, work is packed once, and unpacked once where it arrives, where it remembers."""
    Counted.packed = Counted.unpacked = 0
    parcel = _Parcel(Counted(), Limits())
    sent = [pickle.dumps((parcel, [n])) for n in range(10)]
    received = [pickle.loads(each) for each in sent]
    received = [pickle.loads(pickle.dumps(each)) for each in received]  # also by way of somebody
    assert [work(items) for work, items in received] == [([n + 1], Statistics()) for n in range(10)]
    assert (Counted.packed, Counted.unpacked) == (1, 1)


def test_threads_share_the_work_itself():
    """Nothing is packed for threads."""
    Counted.packed = 0
    with ThreadPoolExecutor(1) as executor:
        assert list(parallel_map(Counted(), list(range(5)), executor, Limits())) == [1, 2, 3, 4, 5]
    assert Counted.packed == 0


# When something goes wrong ------------------------------------------------------------------------------------------


def divide(numbers):
    return [1 // n for n in numbers]


def contradict(numbers):
    raise InconsistentFormulaError("node 7 believes a contradiction", node=7, formula="p & ~p")


POOLS = {
    "at once": lambda: contextlib.nullcontext(AtOnce()),
    "threads": lambda: ThreadPoolExecutor(2),
    "foreign": Foreign,
    "processes": processes,
}
EVERY_POOL = pytest.mark.parametrize("make", POOLS.values(), ids=POOLS)


@EVERY_POOL
def test_foreign_errors_in_the_work(make):
    """An error that is not the package's is wrapped in one that is, with its words, and is its cause."""
    with (
        make() as executor,
        pytest.raises(ExecutorError, match=r"\(ZeroDivisionError: .* by zero\); try again") as caught,
    ):
        list(parallel_map(divide, [1, 2, 0, 4], executor, Limits()))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@EVERY_POOL
def test_errors_of_the_package_in_the_work(make):
    """An error of the package arrives as it is, with its data."""
    with make() as executor, pytest.raises(InconsistentFormulaError, match="node 7") as caught:
        list(parallel_map(contradict, [1, 2, 3], executor, Limits()))
    assert (caught.value.node, caught.value.formula) == (7, "p & ~p")


def test_work_that_cannot_be_pickled():
    """Work that cannot go to another process is an error that says so, and the pool remains of use."""
    with processes() as executor:
        with pytest.raises(ExecutorError, match="pickle"):
            list(parallel_map(lambda numbers: numbers, [1, 2, 3], executor, Limits()))
        assert list(parallel_map(squares, [1, 2, 3], executor, Limits())) == [1, 4, 9]


def nothing(numbers):
    return None


class Odd(Executor):
    """An executor whose ``submit`` gives whatever it is told to."""

    def __init__(self, gives):
        self.gives = gives

    def submit(self, fn, /, *args):
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@pytest.mark.parametrize(
    ("executor", "words"),
    [
        (Odd(None), "submit did not return a future"),
        (Odd(OSError("no route to host")), "OSError: no route to host"),
        (AtOnce(), "a task answered with a value of type NoneType"),
    ],
    ids=["no future", "no submission", "no answer"],
)
def test_executors_that_do_not_do_their_duty(executor, words):
    """What an executor does wrong is an error of the package."""
    with pytest.raises(ExecutorError, match=words):
        list(parallel_map(nothing, [1, 2, 3], executor, Limits()))


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors_that_are_shut_down(kind):
    """An executor that takes no more work is an error of the package."""
    executor = kind(1)
    executor.shutdown()
    with pytest.raises(ExecutorError, match="shutdown"):
        list(parallel_map(squares, [1, 2, 3], executor, Limits()))


@pytest.mark.parametrize("make", [functools.partial(ThreadPoolExecutor, 1), functools.partial(processes, workers=1)])
def test_executors_that_are_shut_down_meanwhile(make):
    """Work that was submitted but not begun when the executor is shut down counts as cancelled."""
    executor = make()
    answers = parallel_map(functools.partial(after_a_moment, 0.2), list(range(20)), executor, Limits())
    assert next(answers) == 0
    executor.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(Cancelled, match="the executor was shut down"):
        list(answers)
    executor.shutdown()


def after_a_moment(seconds, numbers):
    time.sleep(seconds)
    return squares(numbers)


def one_is_killed(mark, numbers):
    """Answer with the process, until somebody is asked for the number of the mark."""
    if mark in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return squares(numbers)


@pytest.mark.parametrize("method", FAST)
def test_workers_that_die(method):
    """A worker that is killed is an error of the package, at once, with a hint; nothing hangs."""
    with processes(method) as executor, pytest.raises(ExecutorError, match=r"BrokenProcessPool.*without an executor"):
        list(parallel_map(functools.partial(one_is_killed, 5), list(range(20)), executor, Limits()))


def test_workers_that_are_killed_while_they_work():
    """The same when the worker is killed from outside, by the number of its process."""
    with processes() as executor:
        executor.submit(os.getpid).result()
        victim = next(iter(executor._processes))
        timer = threading.Timer(0.3, os.kill, [victim, signal.SIGKILL])
        timer.start()
        began = time.monotonic()
        with pytest.raises(ExecutorError, match="BrokenProcessPool"):
            list(parallel_map(functools.partial(endless, Limits()), [1, 2, 3], executor, Limits()))
        assert time.monotonic() - began < 10
        timer.join()


# Limits ---------------------------------------------------------------------------------------------------------------


def work_under(limits):
    return functools.partial(endless, limits)


@EVERY_POOL
def test_time_limits_in_executors(make):
    """When the time is over, workers stop as well: the executor is free, and can be shut down, soon after."""
    with stops(TimeLimitExceeded, after=0.4), make() as executor:
        limits = Limits(0.4)
        list(parallel_map(work_under(limits), [1, 2, 3], executor, limits))


@pytest.mark.parametrize("make", [POOLS[name] for name in ("threads", "foreign", "processes")])
def test_cancelling_in_executors(make):
    """The same when the work is cancelled."""
    with soon(0.4) as event, stops(Cancelled, after=0.4), make() as executor:
        limits = Limits(cancel=event)
        list(parallel_map(work_under(limits), [1, 2, 3], executor, limits))


def fail_or_work_on(limits, numbers):
    if 0 in numbers:
        raise InconsistentFormulaError("node 0 believes a contradiction", node=0, formula="False")
    endless(limits, numbers)


@pytest.mark.parametrize("numbers", [[0, 1, 2], [1, 0, 2]])
@pytest.mark.parametrize("make", [POOLS[name] for name in ("threads", "foreign", "processes")])
def test_an_error_ends_the_work_of_all(make, numbers):
    """When one task fails, whichever it is, the others stop, and need no time limit for that."""
    began = time.monotonic()
    limits = Limits()
    with make() as executor, pytest.raises(InconsistentFormulaError):
        list(parallel_map(functools.partial(fail_or_work_on, limits), numbers, executor, limits))
    assert time.monotonic() - began < 5


def first_is_ready(limits, numbers):
    if 0 in numbers:
        return squares(numbers)
    endless(limits, numbers)
    return None


@pytest.mark.parametrize("make", [POOLS[name] for name in ("threads", "foreign", "processes")])
def test_nobody_waits_for_answers_that_are_not_wanted(make):
    """When the answers are read no further, work that has begun stops and the rest is not begun."""
    began = time.monotonic()
    with make() as executor:
        limits = Limits()
        answers = parallel_map(functools.partial(first_is_ready, limits), [0, 1, 2, 3], executor, limits)
        assert next(answers) == 0
        answers.close()
    assert time.monotonic() - began < 5


def test_tasks_that_have_not_begun_are_cancelled():
    """Tasks that wait when the work ends are taken back."""

    class Never(Executor):
        def __init__(self):
            self.futures = []

        def submit(self, fn, /, *args):
            self.futures.append(Future())
            return self.futures[-1]

    executor = Never()
    with stops(TimeLimitExceeded, after=0.3):
        list(parallel_map(squares, list(range(10)), executor, Limits(0.3)))
    assert len(executor.futures) == 10
    assert all(future.cancelled() for future in executor.futures)


def test_limits_are_looked_at_while_tasks_are_submitted():
    """Executors that work while they submit do not make the time limit late."""

    class Slow(AtOnce):
        def submit(self, fn, /, *args):
            time.sleep(0.1)
            return super().submit(fn, *args)

    executor = Slow()
    with stops(TimeLimitExceeded, after=0.35):
        list(parallel_map(squares, list(range(100)), executor, Limits(0.35)))
    assert executor.submitted < 10


# What is sent ---------------------------------------------------------------------------------------------------------


class Weighed(AtOnce):
    """Counts the bytes of every task."""

    def __init__(self):
        super().__init__()
        self.bytes = []

    def submit(self, fn, /, *args):
        self.bytes.append(len(pickle.dumps((fn, args))))
        return super().submit(fn, *args)


def test_a_task_has_its_groups_only():
    """Four times as many villages are more tasks, none of which is larger; each once listed all nodes."""
    heaviest = []
    for villages in (100, 400):
        G = eb.EquibelGraph((3 * v + i, 3 * v + i + 1) for v in range(villages) for i in (0, 1))
        for village in range(villages):
            G.add_formula(3 * village, "p & (q | r)")
            G.add_formula(3 * village + 2, "~p & (q -> r)")
        executor = Weighed()
        with planned(tasks=1, largest_part=50):
            eb.global_completion(G, executor=executor)
        assert executor.submitted == 2 * villages // 50  # a group about p, and one about q and r
        heaviest.append(max(executor.bytes))
    assert heaviest[1] <= 1.2 * heaviest[0]
