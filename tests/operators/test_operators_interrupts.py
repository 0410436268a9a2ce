"""Ctrl-C while the library computes: each press raises `KeyboardInterrupt` soon, and the process goes on afterwards.

It once ended the process from inside clingo, about one press in eight on a network of sixty nodes, or was dropped in a
destructor, so that the work went on.
"""

import random
import signal
import subprocess
import sys
import time

import presses
import pytest
from commandline import ENVIRONMENT, ROOT

PATH = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}


@pytest.fixture(scope="module")
def program():
    """A program that has to survive all presses of this module."""
    program = presses.Program(ENVIRONMENT | PATH)
    yield program
    assert program.end() == (0, "")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.process] * (number % 5 > 0)) for number, name in enumerate(presses.WORK)]
)
def test_interrupting(program, name):
    """Whatever the library is doing, it ends with `KeyboardInterrupt` within half a second, and can go on."""
    draw = random.Random(name)
    program.press(name, draw.uniform(0, 0.3))


@pytest.mark.slow
def test_three_hundred_presses(program):
    """The same at many other moments."""
    draw = random.Random(1)
    names = list(presses.WORK)
    for number in range(300):
        program.press(names[number % len(names)], draw.choice([0.05, 0.5, 1]) * draw.random())
    late = sorted(program.presses)
    assert late[len(late) // 2][0] < presses.SOON / 2


FIRST_STEP = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import equibel as eb
G = eb.path_graph(4)
G.add_formula(0, "p")
eb.global_completion(G)
print("begun", flush=True)
try:
    eb.iterate_simple(G)
    time.sleep(60)
except KeyboardInterrupt:
    pass
print([str(eb.iterate_simple(G).formula_conj(v)) for v in G])
"""


@pytest.mark.process
@pytest.mark.parametrize("after", [0, 0.02, 0.05, 0.1])
def test_interrupting_the_first_step(after):
    """NumPy is loaded then: once it could not be loaded any more after Ctrl-C, and every later step failed."""
    with subprocess.Popen(
        [sys.executable, "-c", FIRST_STEP], env=ENVIRONMENT | PATH, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout.readline() == "begun\n"
        time.sleep(after)
        program.send_signal(signal.SIGINT)
        assert program.communicate(timeout=60) == ("['p', 'p', 'True', 'True']\n", "")
