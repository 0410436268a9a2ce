"""Limits: when they say stop, to whom, and that work which does not listen is left behind."""

import gc
import itertools
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import weakref

import pytest
from commandline import ENVIRONMENT
from hypothesis import given
from hypothesis import strategies as st
from long_work import left_behind_ends, pressed, soon, stops

from equibel.errors import Cancelled, ExecutorError, TimeLimitExceeded
from equibel.solving import Limits
from equibel.solving import limits as limits_module


def test_without_limits_there_is_no_end():
    """The default never stops."""
    limits = Limits()
    limits.check()
    assert list(limits.over(range(5000))) == list(range(5000))
    assert limits.wait_for(threading.current_thread) is threading.current_thread()


class Clock:
    """The clock that limits look at, set by hand."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(limits_module, "time", clock)
    return clock


def test_a_time_limit(clock):
    """When the time is over the error says how much there was, and that nothing is known yet."""
    limits = Limits(time_limit=5)
    clock.now += 4.9
    limits.check()
    clock.now += 0.1
    with pytest.raises(TimeLimitExceeded, match="the time limit of 5 s was reached") as caught:
        limits.check()
    assert (caught.value.seconds, caught.value.completed, caught.value.rounds) == (5, [], 0)


def test_cancelling():
    """Once the event has happened it is time to stop."""
    event = threading.Event()
    limits = Limits(cancel=event)
    limits.check()
    event.set()
    with pytest.raises(Cancelled):
        limits.check()


@given(st.lists(st.integers()))
def test_looking_while_going_over_items(items):
    """What is gone over comes out as it is, whatever it is made of."""
    assert list(Limits(time_limit=60).over(iter(items))) == items


def test_endless_items_come_to_an_end():
    """Going over items notices that it is time to stop."""
    with stops(TimeLimitExceeded, after=0.2):
        for _ in Limits(time_limit=0.2).over(itertools.count()):
            pass


class Stubborn:
    """Work that does not listen; it ends when the test does."""

    def __init__(self, limits=None):
        self.limits = limits
        self.enough = threading.Event()
        self.noticed = None

    def __call__(self):
        self.enough.wait(30)
        try:
            self.limits.check()
        except (Cancelled, TimeLimitExceeded) as error:
            self.noticed = error
        return "done"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.enough.set()
        left_behind_ends()


def test_work_that_does_not_listen_is_left_behind():
    """When time is over nobody waits for work that is busy; the next time it looks, it stops."""
    limits = Limits(time_limit=0.2)
    with Stubborn(limits) as work:
        began = time.monotonic()
        with pytest.raises(TimeLimitExceeded):
            limits.wait_for(work)
        assert time.monotonic() - began < 2
    assert isinstance(work.noticed, TimeLimitExceeded)


def test_work_that_is_left_behind_stops_whatever_becomes_of_the_event():
    """Work that was cancelled does not go on when the event is used again."""
    with soon() as event:
        limits = Limits(cancel=event)
        with Stubborn(limits) as work:
            with pytest.raises(Cancelled):
                limits.wait_for(work)
            event.clear()
        assert isinstance(work.noticed, Cancelled)


def test_work_that_listens_has_the_last_word():
    """Work that stops by itself says what is known: its own error is the one that is raised."""
    limits = Limits(time_limit=0.1)

    def work():
        try:
            while True:
                limits.check()
        except TimeLimitExceeded as error:
            error.completed = ["first"]
            raise

    with pytest.raises(TimeLimitExceeded) as caught:
        limits.wait_for(work)
    assert caught.value.completed == ["first"]


def test_work_that_ends_in_time():
    """What work returns or raises is returned or raised."""
    limits = Limits(time_limit=60)
    assert limits.wait_for(lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        limits.wait_for(lambda: 1 // 0)


def test_errors_of_work_keep_nothing_alive():
    """When its error is forgotten, everything that the work used can go."""

    class Large:
        pass

    def fails(large):
        raise Cancelled("for a test")

    large = Large()
    gone = weakref.ref(large)
    gc.disable()
    try:
        with pytest.raises(Cancelled):
            Limits(time_limit=60).wait_for(lambda large=large: fails(large))
        left_behind_ends()
        del large
        assert gone() is None
    finally:
        gc.enable()


def test_interrupting_who_waits():
    """Ctrl-C is heard while work is waited for, and the work stops when it looks."""
    limits = Limits(time_limit=60)
    with Stubborn(limits) as work, pytest.raises(KeyboardInterrupt), pressed(0.3):
        limits.wait_for(work)
    assert isinstance(work.noticed, Cancelled)


# Copies in other processes -----------------------------------------------------------------------------------------


def copy(limits):
    return pickle.loads(pickle.dumps(limits))


def copy_when_work_fails(limits, error, file=None):
    """A copy made during shared work that then ends with an error; ``file`` is where the copy looks."""
    copies = []

    def work():
        with limits.shared():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(limits, "_stop_file", file or limits._stop_file)
                copies.append(copy(limits))
            raise error

    with pytest.raises(error):
        work()
    return copies[0]


def test_copies_have_the_time_that_is_left(clock):
    """A copy stops when the original does, and names the same limit; one without limits never stops."""
    limits = Limits(time_limit=5)
    clock.now += 3
    other, forever = copy(limits), copy(Limits())
    clock.now += 1.9
    other.check()
    clock.now += 0.2
    with pytest.raises(TimeLimitExceeded, match="5 s") as caught:
        other.check()
    assert caught.value.seconds == 5
    late = copy(limits)
    clock.now += 0.01
    with pytest.raises(TimeLimitExceeded):
        late.check()
    forever.check()


def test_events_stay_at_home(clock):
    """The event itself need not be picklable; copies hear of it by way of a file, once the original has stopped."""
    event = threading.Event()
    limits = Limits(cancel=event)
    with pytest.raises(Cancelled), limits.shared():  # noqa: PT012 - what happens before the end matters
        copies = [copy(limits), copy(copy(limits))]  # what is sent by way of somebody is copied twice
        for each in copies:
            each.check()
        event.set()
        for each in copies:
            each.check()
        limits.check()
    clock.now += 0.15  # copies look ten times a second
    for each in copies:
        with pytest.raises(Cancelled):
            each.check()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_any_error_stops_all_who_share_the_work(error, clock):
    """Whatever ends the work here ends it in other threads and processes as well."""
    limits = Limits()
    other = copy_when_work_fails(limits, error)
    clock.now += 0.15
    for each in (limits, other):
        with pytest.raises(Cancelled):
            each.check()


def test_work_that_ends_well_leaves_no_file(monkeypatch, tmp_path):
    """The folder of the file is gone when the work is done, and copies do not mind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    limits = Limits()
    with limits.shared():
        assert len(list(tmp_path.iterdir())) == 1
        other = copy(limits)
    assert list(tmp_path.iterdir()) == []
    other.check()
    limits.check()


def test_machines_that_do_not_see_the_file(clock):
    """Where there is no such file only the time limit ends the work."""
    limits = Limits(time_limit=5)
    other = copy_when_work_fails(limits, ValueError, file="/no/such/folder/on/that/machine")
    clock.now += 4
    other.check()
    clock.now += 1
    with pytest.raises(TimeLimitExceeded):
        other.check()


def test_no_place_for_a_file(monkeypatch, tmp_path):
    """Without any folder for temporary files the error is the package's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(ExecutorError, match="temporary file"), Limits().shared():
        pass


def test_the_file_is_not_looked_for_all_the_time(clock, monkeypatch):
    """Copies look for the file ten times a second, however often they are asked."""
    looks = []
    limits = Limits()
    with limits.shared():
        other = copy(limits)
        monkeypatch.setattr(limits_module.os.path, "exists", lambda path: looks.append(path) and False)
        for _ in range(1000):
            clock.now += 0.001
            other.check()
        monkeypatch.undo()
    assert 9 <= len(looks) <= 11


@pytest.mark.process
def test_the_program_ends_in_order_when_work_was_left_behind():
    """Python does not free what clingo is using in a thread that was left behind: that once ended in a crash."""
    program = """if True:
        import clingo
        from equibel.errors import TimeLimitExceeded
        from equibel.solving import Limits
        control = clingo.Control(["--warn=none"])
        control.add("base", [], "{ a(1..400000) }. b(X,Y) :- a(X), Y = 1..2.")
        try:
            Limits(0.2).wait_for(lambda: control.ground([("base", [])]))
        except TimeLimitExceeded:
            print("over")
    """
    ran = subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "over\n", "")
