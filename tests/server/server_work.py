"""Functions that are computed in processes of their own, and found there by their names."""

import os
import sys
import threading
import time

from equibel.server.jobs import child


def add(a, b, *, progress):
    return a + b


def report(*, progress):
    child._SELDOM = 0.05  # of this process; more often nobody is told
    for done in range(3):
        progress(done, 3, "steps")
        progress(done, 3, "too soon")
        time.sleep(0.1)
    return "reported"


def fail(error, *, progress):
    raise error


def fail_because(error, cause, *, progress):
    raise error from cause


def never_end(*, progress):
    progress(0, 1, "begun")
    while True:
        time.sleep(60)


def ground_without_end(*, progress):
    """What clingo does not listen during."""
    import clingo

    control = clingo.Control()
    control.add("base", [], "n(1..100000). p(X,Y) :- n(X), n(Y).")
    progress(0, 1, "begun")
    control.ground([("base", [])])


def hold_the_interpreter(*, progress):
    """No other thread of the process runs meanwhile."""
    progress(0, 1, "begun")
    return len(str((10**9) ** (10**8)))


def take_memory(megabytes, *, progress):
    """At once, without using it."""
    return len(bytes(megabytes * 2**20))


def fill_memory(megabytes, seconds, *, progress):
    """Bit by bit, and in threads of its own, as searches do; and keep it for a while."""
    blocks = []

    def fill():
        blocks.append(b"x" * 2**20)

    for _ in range(megabytes):
        thread = threading.Thread(target=fill)
        thread.start()
        thread.join()
    time.sleep(seconds)
    return len(blocks)


def complain(words, *, progress):
    """On standard error, and crash."""
    os.write(2, words.encode())
    os.abort()


def crash(*, progress):
    os.abort()


def leave_a_thread(*, progress):
    threading.Thread(target=time.sleep, args=(3600,)).start()
    return "done"


def loaded(*, progress):
    return set(sys.modules)


def process_numbers(*, progress):
    return os.getpid(), os.getppid(), os.getsid(0), os.nice(0)
