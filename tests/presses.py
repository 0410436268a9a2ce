"""Ctrl-C from outside, again and again, while a program of its own computes: what becomes of each press.

This module is that program: for each line it reads, which names some work, it does that over and over again until it is
interrupted, says when it noticed, and computes something small whose answer is known.  `Program` starts it and presses.
"""

import contextlib
import functools
import io
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from long_work import crowd, planted, quarrel

import equibel as eb
from equibel.solving import working

SOON = 0.5  # seconds within which a press raises


# What is interrupted --------------------------------------------------------------------------------------------------


@functools.cache
def gossip():
    """Some dozens of nodes with conflicts at many places, most of them small: very many short calls of the solver."""
    draw = random.Random(4)
    G = eb.barabasi_albert_graph(60, 2, seed=3)

    def clause():
        first, second = draw.sample("abcdef", 2)
        return f"({draw.choice(['', '~'])}{first} | {draw.choice(['', '~'])}{second})"

    for node in G:
        G.add_formula(node, " & ".join(clause() for _ in range(3)))
    return G


@functools.cache
def large():
    """A belief in so many atoms that every question about it takes the solver."""
    G = eb.path_graph(2)
    G.add_formula(0, planted(120, 3))
    G.add_formula(1, planted(120, 3) + " & (x1 | x2)")
    return G


@functools.cache
def diagram():
    """A belief whose decision diagram is large."""
    G = eb.path_graph(2)
    G.add_formula(0, planted(100, 7, 2.5))
    return G


def many(iterator, most=10_000):
    for _ in zip(iterator, range(most), strict=False):
        pass


def let_go():
    """Iterators that are given up after the first of many answers, some of them in a cycle for the garbage collector."""
    found = [large().models(0), eb.outcomes(eb.revise, planted(12, 1), planted(12, 2))]
    for each in found:
        next(each)
    found.append(found)
    next(large().models(0))


@functools.cache
def threads():
    return ThreadPoolExecutor(2)


@functools.cache
def processes():
    return ProcessPoolExecutor(2, mp_context=get_context("forkserver"))


def unchanged(change):
    """Something that changes a scenario, done to a copy."""
    return lambda: change(diagram().copy())


def question(ask, *arguments):
    return lambda: getattr(large(), ask)(0, *arguments)


SOURCES = [planted(10, seed, 2) for seed in range(4)]
OLD, NEW = planted(20, 1), planted(20, 2)
QUIET = io.StringIO()

#: What is interrupted, by name: done over and over again until Ctrl-C is pressed.
WORK = {
    "global": lambda: eb.global_completion(gossip()),
    "global, by size": lambda: eb.global_completion(gossip(), opt_type=eb.CARDINALITY),
    "global, translated": lambda: eb.global_completion(gossip(), method=eb.SYNTACTIC),
    "global, simplified": lambda: eb.global_completion(diagram(), simplify=True),
    "global, dense conflict": lambda: eb.global_completion(quarrel()),
    "global, many conflicts": lambda: eb.global_completion(crowd()),
    "global, with a limit": lambda: eb.global_completion(quarrel(), time_limit=600),
    "global, in threads": lambda: eb.global_completion(crowd(), executor=threads()),
    "global, in processes": lambda: eb.global_completion(gossip(), executor=processes()),  # they end what they have begun
    "simple": lambda: eb.iterate_simple(gossip()),
    "ring": lambda: eb.iterate_ring(gossip()),
    "expanding": lambda: eb.iterate_expanding(gossip()),
    "augmenting": lambda: eb.iterate_augmenting(gossip()),
    "simple, fixpoint": lambda: eb.iterate_simple_fixpoint(gossip()),
    "ring, fixpoint": lambda: eb.iterate_ring_fixpoint(gossip()),
    "expanding, fixpoint": lambda: eb.iterate_expanding_fixpoint(gossip()),
    "augmenting, fixpoint": lambda: eb.iterate_augmenting_fixpoint(gossip()),
    "revise": lambda: eb.revise(OLD, NEW),
    "revise, small": lambda: eb.revise("p & q", "~p | ~q"),
    "revise, by size": lambda: eb.revise(OLD, NEW, opt_type=eb.CARDINALITY),
    "revise, consistency": lambda: eb.revise(OLD, NEW, consistency="x0 & x1"),
    "revise, choice": lambda: eb.revise(OLD, NEW, choice=True, simplify=True),
    "contract": lambda: eb.contract(OLD, OLD),
    "merge": lambda: eb.merge(SOURCES),
    "merge, consensus": lambda: eb.merge(SOURCES[:3], method=eb.CONSENSUS),
    "extrapolate": lambda: eb.extrapolate(SOURCES),
    "outcomes": lambda: many(eb.outcomes(eb.revise, OLD, NEW)),
    "compare": lambda: eb.compare(*pair()),
    "equal": lambda: pair()[0] == pair()[1],
    "entails": question("entails", "x1 & x2"),
    "consistent_with": question("consistent_with", "x1 & ~x2 & x3"),
    "equivalent": question("equivalent", planted(120, 4)),
    "literals": question("literals"),
    "models": lambda: many(large().models(0)),
    "models, let go": let_go,
    "simplify": unchanged(eb.simplify_all_formulas),
    "print": lambda: eb.print_formulas(crowd(), file=QUIET),
    "sympy": lambda: [large().formula_conj(0), eb.parse_formula(OLD)],
}


@functools.cache
def pair():
    """Two scenarios that are hard to tell apart."""
    G, H = eb.path_graph(3), eb.path_graph(3)
    for node in G:
        text = planted(120, node)
        G.add_formula(node, text)
        H.add_formula(node, text + f" & (x{node} | ~x{node} | x7)")
    return G, H


def goes_on():
    """Whether what is computed now is right, with and without the solver."""
    G = eb.path_graph(4)
    G.add_formula(0, "p & q & r")
    G.add_formula(3, "~p & ~q")
    R = eb.global_completion(G, simplify=True)
    return (
        [str(R.formula_conj(v)) for v in R] == ["p & q & r", "r", "r", "r & ~p & ~q"]
        and len(list(R.models(2))) == 4
        and eb.revise("p & q", "~p | ~q", choice="q", simplify=True) == eb.parse_formula("q & ~p")
        and large().entails(0, planted(120, 3))
        and not large().entails(0, "x1 & x2 & x3 & x4")
    )


def main():
    """Do what the lines of standard input name, one after the other, each until it is interrupted."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    assert goes_on()
    for line in sys.stdin:
        work = WORK[line.strip()]
        try:
            say("begun")
            while True:
                work()
        except KeyboardInterrupt:
            noticed = time.monotonic()
        assert goes_on()
        late = time.monotonic() + 20
        while working():
            assert time.monotonic() < late
            time.sleep(0.01)
        say(repr(noticed))


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# Who presses ----------------------------------------------------------------------------------------------------------


class Program:
    """This module as a program of its own; ``presses`` are the names of the work and how late each press was noticed."""

    def __init__(self, environment):
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.presses = []

    def press(self, name, after):
        """Press while the program does something, after so many seconds; then it must still be fit for more."""
        self._process.stdin.write(f"{name}\n")
        assert self._said() == "begun\n", self._end_of(name)
        time.sleep(after)
        with Stalls() as stalls:
            pressed = time.monotonic()
            os.kill(self._process.pid, signal.SIGINT)
            noticed = self._said()
        assert noticed, self._end_of(name)
        late = float(noticed) - pressed
        self.presses.append((late, name))
        assert late <= SOON + stalls.until(float(noticed)), f"{name}, {after:.3f} s: noticed after {late:.3f} s"

    def end(self):
        """Exit code and standard error, once there is nothing more to do."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        with self._process.stderr as errors:
            said = errors.read()
        self._process.stdout.close()
        return self._process.wait(60), said

    def _said(self):
        ready, _, _ = select.select([self._process.stdout], [], [], 60)
        return self._process.stdout.readline() if ready else ""

    def _end_of(self, name):
        if self._process.poll() is None:
            self._process.kill()
            return f"{name}: the press was lost: {self.end()[1]}"
        return f"{name}: the program ended: {self.end()}"


class Stalls:
    """How long the machine did not let a program go on that wanted to."""

    def __enter__(self):
        self._seen = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()

    def until(self, moment):
        """In all, until then."""
        return sum(late for when, late in self._seen if when < moment)

    def _watch(self):
        while not self._over.is_set():
            began = time.monotonic()
            time.sleep(0.005)
            self._seen.append((began, max(0.0, time.monotonic() - began - 0.006)))


if __name__ == "__main__":
    main()
