"""Running the command line, in this process and as a program of its own."""

import json
import os
import random
import shlex
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from equibel.cli import equibel

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-m", "equibel"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "80"}

CHAIN = {
    "nodes": [{"id": 1, "formulas": ["p & q & r"]}, {"id": 2}, {"id": 3}, {"id": 4, "formulas": ["~p & ~q"]}],
    "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}, {"source": 3, "target": 4}],
}
CHAIN_ANSWER = "1  p & q & r\n2  r\n3  r\n4  r & ~p & ~q\n"


def call(*arguments, stdin=None):
    """The outcome of a command run in this process: ``.exit_code``, ``.stdout``, ``.stderr``."""
    return CliRunner().invoke(equibel, [str(argument) for argument in arguments], input=stdin, prog_name="equibel")


def program(*arguments, **options):
    """The outcome of a command run as a program of its own."""
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, **{"env": ENVIRONMENT, **options})


def shell(command):
    """What a pipeline of bash prints, ``equibel`` being the program; it fails when any part of it does."""
    script = f'equibel() {{ "{PROGRAM[0]}" -m equibel "$@"; }}; set -o pipefail; {command}'
    return subprocess.run(["bash", "-c", script], env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=60)


def outcome(line):
    """Exit code and output, both streams, of a command line as documentation shows it, run in the current folder."""
    if "|" in shlex.split(line):
        ran = shell(f"{{ {line}; }} 2>&1")
        return ran.returncode, ran.stdout
    program, *arguments = shlex.split(line)
    assert program == "equibel"
    ran = call(*arguments)
    return ran.exit_code, ran.output


def write_json(path, data):
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def write_chain(folder):
    """The chain of four in a file, and where that is."""
    return write_json(folder / "chain.json", CHAIN)


def hard_scenario(nodes=40, atoms=40, clauses=80):
    """A scenario that takes far longer than any test may: everybody hears everybody and has random beliefs."""
    draw = random.Random(5)
    names = [f"x{i}" for i in range(atoms)]

    def clause():
        return "(" + " | ".join(draw.choice(["", "~"]) + name for name in draw.sample(names, 3)) + ")"

    return {
        "nodes": [{"id": v, "formulas": [clause() for _ in range(clauses)]} for v in range(nodes)],
        "edges": [{"source": u, "target": v} for u in range(nodes) for v in range(u)],
    }
