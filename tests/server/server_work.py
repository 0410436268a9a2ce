"""Functions that are computed in processes of their own, and found there by their names."""

import os
import threading
import time


def add(a, b, *, progress):
    return a + b


def report(*, progress):
    for done in range(3):
        progress(done, 3, "steps")
        time.sleep(0.6)  # more often nobody is told
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


def fill_memory(megabytes, *, progress):
    """Bit by bit, and in threads of its own, as searches do."""
    blocks = []

    def fill():
        blocks.append(b"x" * 2**20)

    for _ in range(megabytes):
        thread = threading.Thread(target=fill)
        thread.start()
        thread.join()
    time.sleep(1)
    return len(blocks)


def crash(*, progress):
    os.abort()


def leave_a_thread(*, progress):
    threading.Thread(target=time.sleep, args=(3600,)).start()
    return "done"


def process_numbers(*, progress):
    return os.getpid(), os.getppid(), os.getsid(0), os.nice(0)
