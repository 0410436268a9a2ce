"""Work that takes longer than any test may, and how late it ends when it is told to."""

import _thread
import contextlib
import functools
import gc
import random
import threading
import time

import pytest

import equibel as eb
from equibel.solving import working

LATE = 2.0  # seconds that an end may be late on a machine that has much else to do


def planted(n, seed, ratio=3.6):
    """A satisfiable random 3-CNF over ``x0`` … in ``n`` atoms, with ``ratio`` times as many clauses."""
    draw = random.Random(seed)
    value = {f"x{i}": draw.random() < 0.5 for i in range(n)}
    clauses = []
    while len(clauses) < ratio * n:
        clause = [(name, draw.random() < 0.5) for name in draw.sample(list(value), 3)]
        if any(value[name] == sign for name, sign in clause):
            clauses.append("(" + " | ".join(name if sign else f"~{name}" for name, sign in clause) + ")")
    return " & ".join(clauses)


@functools.cache
def quarrel(n=90, nodes=2):
    """Neighbours whose beliefs contradict one another in countless ways: nothing that is exact ends soon."""
    G = eb.path_graph(nodes)
    for node in G:
        G.add_formula(node, planted(n, node))
    return G


@functools.cache
def crowd(side=8, atoms=12):
    """A grid in which everybody has an opinion about everything."""
    G = eb.grid_2d_graph(side, side)
    for number, node in enumerate(G):
        G.add_formula(node, planted(atoms, number, 1))
    return G


@contextlib.contextmanager
def stops(error, after):
    """The block ends with the error after so many seconds, and leaves no thread at work for long."""
    began = time.monotonic()
    with pytest.raises(error) as caught:
        yield caught
    late = time.monotonic() - began - after
    assert -0.05 < late < LATE
    left_behind_ends()


@contextlib.contextmanager
def pressed(after):
    """Ctrl-C is pressed in the block after so many seconds, and then every second, as long as nobody hears it.

    Python drops what a signal handler raises in callbacks and finalizers that the garbage collector runs.  Hypothesis and
    Dask have such callbacks, and other tests leave much to finalize, so that nothing is collected meanwhile.
    """
    gc.collect()
    gc.disable()
    over = threading.Event()

    def press():
        wait = after
        while not over.wait(wait):
            _thread.interrupt_main()
            wait = 1.0

    presser = threading.Thread(target=press)
    presser.start()
    try:
        yield
    finally:
        over.set()
        gc.enable()


def left_behind_ends(seconds=20):
    """Work left behind comes to an end."""
    late = time.monotonic() + seconds
    while working():
        assert time.monotonic() < late
        time.sleep(0.005)


@contextlib.contextmanager
def soon(seconds=0.5):
    """An event that happens soon."""
    event = threading.Event()
    timer = threading.Timer(seconds, event.set)
    timer.start()
    try:
        yield event
    finally:
        timer.cancel()
        timer.join()
