"""What the server's modules show in their docstrings runs, and they import one way only."""

import ast
import doctest
import importlib
import warnings
from pathlib import Path

import pytest

import equibel.server

FOLDER = Path(equibel.server.__file__).parent
MODULES = sorted(
    "equibel.server" + "".join(f".{part}" for part in path.relative_to(FOLDER).with_suffix("").parts)
    for path in FOLDER.rglob("*.py")
    if path.name != "__init__.py" and "migrations" not in path.parts
)
ABOVE = ("equibel.cli", "equibel.shell", "clingo")


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    """Every example of a docstring prints what it says."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert doctest.testmod(importlib.import_module(name)).failed == 0


def imported(path):
    """What a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield node.module


def test_imports_go_one_way():
    """The server knows the workspaces and what is below them, not the other front ends, and leaves clingo to the solver."""
    for path in FOLDER.rglob("*.py"):
        for name in imported(path):
            assert not name.startswith(ABOVE), (path, name)


def test_nobody_below_knows_the_server():
    """Only the command line starts it."""
    for path in (FOLDER.parent / "equibel").rglob("*.py") if FOLDER.name == "server" else FOLDER.parent.rglob("*.py"):
        if FOLDER not in path.parents and path.parent.name != "cli":
            assert not [name for name in imported(path) if name.startswith("equibel.server")], path
