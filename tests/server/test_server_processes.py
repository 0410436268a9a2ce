"""Computations are processes: started, answered, ended at any moment, limited."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
import server_work as work
from server_jobs import children, eventually, gone

from equibel.errors import Cancelled, ExecutorError, FileFormatError, FormulaSyntaxError, TimeLimitExceeded
from equibel.server.jobs.process import BrokenComputationError, MemoryLimitExceeded, Processes

SOON = 10  # seconds; what happens at once has happened long before


@pytest.fixture(scope="module")
def processes():
    with Processes() as processes:
        yield processes


def begin(processes, function, *arguments, time_limit=60, memory_mb=500, **options):
    return processes.begin(function, *arguments, time_limit=time_limit, memory_mb=memory_mb, **options)


def begun(processes, function, *arguments, **options):
    """A computation that has reported that it is at work, the only one, and a list for its outcome."""
    eventually(lambda: not children(processes.pid))
    computation = begin(processes, function, *arguments, **options)
    at_work, outcome = threading.Event(), []

    def wait():
        try:
            outcome.append(computation.wait(lambda *_: at_work.set()))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert at_work.wait(SOON)
    return computation, thread, outcome


def test_a_value_comes_back(processes):
    """What the function returns, computed in another process of its own session."""
    assert begin(processes, work.add, 1, 2).wait() == 3
    pid, parent, session, nice = begin(processes, work.process_numbers, nice=5).wait()
    assert (pid, parent, session) == (pid, processes.pid, pid)
    assert nice >= 5
    assert gone(pid)


def test_little_is_loaded(processes):
    """Processes that compute do without what a server alone needs: they are there sooner, and smaller."""
    modules = begin(processes, work.loaded).wait()
    assert "equibel.server.jobs.child_work" in modules
    assert not modules & {"fastapi", "sqlalchemy", "alembic", "uvicorn", "equibel.server.app"}


def test_progress_is_told(processes):
    """Reports arrive in order, and not too many of them."""
    told = []
    assert begin(processes, work.report).wait(lambda *report: told.append(report)) == "reported"
    assert told == [(0, 3, "steps"), (1, 3, "steps"), (2, 3, "steps")]


def test_large_values_go_both_ways(processes):
    """More than a socket holds at once."""
    text = "x" * 5_000_000
    assert begin(processes, work.add, text, "y").wait() == text + "y"


def test_errors_come_back_with_their_data(processes):
    """Also the error that one was raised from, which has the line and column of a formula."""
    cause = FormulaSyntaxError("it ends", text="p &", line=1, column=4)
    computation = begin(processes, work.fail_because, FileFormatError("not a formula", path="x", line=3), cause)
    with pytest.raises(FileFormatError) as caught:
        computation.wait()
    assert caught.value.line == 3
    assert caught.value.__cause__.column == 4


def test_a_mistake_is_not_an_answer(processes):
    """An error that is none of ours is told apart, with its traceback, of which what it says is a part of its own."""
    with pytest.raises(BrokenComputationError) as caught:
        begin(processes, work.fail, ZeroDivisionError("nothing")).wait()
    assert re.search(r"(?s)Traceback.*server_work.py.*ZeroDivisionError: nothing", caught.value.traceback)
    assert re.search(r"(?s)server_work.py.*ZeroDivisionError$", caught.value.where)
    assert "nothing" not in caught.value.where + str(caught.value)


def test_what_is_left_running_ends(processes):
    """A thread that goes on does not keep the process alive."""
    assert begin(processes, work.leave_a_thread).wait() == "done"
    assert gone(*children(processes.pid))


@pytest.mark.parametrize("function", [work.never_end, work.ground_without_end, work.hold_the_interpreter])
def test_killing(processes, function):
    """A computation ends at once, whatever it is doing; to kill it again does nothing."""
    computation, thread, outcome = begun(processes, function)
    (pid,) = children(processes.pid)
    computation.kill()
    computation.kill()
    thread.join(SOON)
    assert isinstance(outcome[0], Cancelled)
    assert gone(pid)
    computation.kill()


def test_killing_before_it_is_waited_for(processes):
    """It need not have begun."""
    computation = begin(processes, work.never_end)
    computation.kill()
    with pytest.raises(Cancelled):
        computation.wait()


@pytest.mark.parametrize("size", [1, 5_000_000])
def test_killing_what_has_not_begun(processes, size):
    """Whoever waits hears of it at once, even while no process can be started: the starter may still be loading."""
    eventually(lambda: not children(processes.pid))
    os.kill(processes.pid, signal.SIGSTOP)
    try:
        computation, outcome = begin(processes, work.add, "x" * size, "y"), []

        def wait():
            with pytest.raises(Cancelled) as caught:
                computation.wait()
            outcome.append(caught)

        thread = threading.Thread(target=wait)
        thread.start()
        computation.kill()
        thread.join(SOON)
        assert outcome
    finally:
        os.kill(processes.pid, signal.SIGCONT)
    assert begin(processes, work.add, 1, 2).wait() == 3
    eventually(lambda: not children(processes.pid))


def test_time_limit(processes, monkeypatch):
    """A computation that does not end in time is ended, though it does not look at the clock."""
    monkeypatch.setattr("equibel.server.jobs.process._GRACE", 0.1)
    computation = begin(processes, work.hold_the_interpreter, time_limit=0.2)
    with pytest.raises(TimeLimitExceeded, match=r"the time limit of 0\.2 s was reached") as caught:
        computation.wait()
    assert caught.value.seconds == 0.2
    assert gone(*children(processes.pid))


@pytest.mark.parametrize("limit", [10, 40, 100])
def test_memory_limit(processes, limit):
    """A process that takes more memory than it may have is ended, whatever its threads are doing."""
    with pytest.raises(MemoryLimitExceeded, match=f"the {limit} MB") as caught:
        begin(processes, work.fill_memory, 3 * limit, 30, memory_mb=limit).wait()
    assert (caught.value.limit, caught.value.status) == (limit, 422)
    assert gone(*children(processes.pid))


def test_memory_below_the_limit(processes):
    """What stays below the limit is not disturbed."""
    assert begin(processes, work.fill_memory, 50, 0.2, memory_mb=100).wait() == 50


def test_memory_at_once(processes):
    """What grows faster than anybody looks is refused by the system."""
    with pytest.raises(MemoryLimitExceeded, match="100 MB"):
        begin(processes, work.take_memory, 5000, memory_mb=100).wait()


def test_killed_by_somebody_else(processes):
    """The error says so, and the next computation is not affected."""
    _, thread, outcome = begun(processes, work.never_end)
    (pid,) = children(processes.pid)
    os.kill(pid, signal.SIGKILL)
    thread.join(SOON)
    assert isinstance(outcome[0], ExecutorError)
    assert "ended from outside (signal 9)" in str(outcome[0])
    assert begin(processes, work.add, 1, 2).wait() == 3


def test_a_crash(processes):
    """A process that ends without an answer is a lost one."""
    with pytest.raises(ExecutorError, match=r"signal 6"):
        begin(processes, work.crash).wait()


def test_only_the_server_ends_computations(processes):
    """Ctrl-C, or a service manager that tells all processes to terminate, reaches the server and not these."""
    computation, thread, outcome = begun(processes, work.never_end)
    (pid,) = children(processes.pid)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
        os.kill(processes.pid, number)
    assert begin(processes, work.add, 1, 2).wait() == 3
    assert not outcome
    computation.kill()
    thread.join(SOON)


def test_many_at_once(processes):
    """Threads may share the starter, and each gets its own answer."""
    answers = {}

    def compute(number):
        answers[number] = begin(processes, work.add, number, 1).wait()

    threads = [threading.Thread(target=compute, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number + 1 for number in range(8)}


@pytest.mark.process
def test_losing_the_fork_server_and_stopping():
    """Its computations are lost with it, and the next one starts another; until it is all stopped."""
    with Processes() as processes:
        _, thread, outcome = begun(processes, work.never_end)
        lost, (pid,) = processes.pid, children(processes.pid)
        os.kill(lost, signal.SIGKILL)
        thread.join(SOON)
        assert isinstance(outcome[0], ExecutorError)
        assert gone(pid)
        assert begin(processes, work.add, 1, 2).wait() == 3
        assert processes.pid != lost
        _stop(processes)


def _stop(processes):
    """Stopping ends all, and nothing begins afterwards."""
    with processes:
        _, thread, outcome = begun(processes, work.never_end)
        fork_server, (pid,) = processes.pid, children(processes.pid)
    thread.join(SOON)
    assert isinstance(outcome[0], ExecutorError)
    assert gone(pid, fork_server)
    with pytest.raises(ExecutorError, match="stopping"):
        begin(processes, work.add, 1, 2)


OWNER = """
import sys
sys.path.insert(0, sys.argv[1])
import server_work as work
from equibel.server.jobs.process import Processes
processes = Processes()
found = [processes.begin(work.hold_the_interpreter, time_limit=60, memory_mb=500) for _ in range(2)]
found[0].wait(lambda *_: print(processes.pid, flush=True))
"""


@pytest.mark.process
def test_nothing_outlives_the_owner():
    """A process that is killed leaves no computation behind."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, os.path.dirname(__file__)], stdout=subprocess.PIPE, text=True
    ) as owner:
        fork_server = int(owner.stdout.readline())
        found = children(fork_server)
        owner.kill()
    assert found
    assert gone(fork_server, *found)
    with suppress(ProcessLookupError):
        os.kill(fork_server, signal.SIGKILL)
