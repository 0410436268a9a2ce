"""What ``import equibel`` brings in, and what it leaves for when it is needed."""

import subprocess
import sys

import pytest

LATER = [
    "lark",
    "click",
    "rich",
    "prompt_toolkit",
    "fastapi",
    "uvicorn",
    "pydantic",
    "matplotlib",
    "hypothesis",
    "pytest",
]


def modules_after(code):
    """The modules a fresh interpreter has loaded after running ``code``."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded():
    return modules_after("import equibel")


@pytest.mark.parametrize("name", LATER)
def test_import_is_light(loaded, name):
    """Importing the package loads neither the parser generator nor any front end."""
    assert name not in loaded


def test_import_brings_what_it_must(loaded):
    """Importing the package loads the graph, formula and solver libraries."""
    assert {"equibel", "networkx", "sympy"} <= loaded


def test_star_import():
    """``from equibel import *`` works, and does not load a front end either."""
    assert not modules_after("from equibel import *") & set(LATER[1:])
