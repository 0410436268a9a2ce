"""Everything that a process keeps between computations is listed in one place, and can be emptied."""

import ast
import importlib
from importlib.resources import files
from pathlib import Path

import equibel as eb
from equibel import caches
from equibel.formula import parse

FOLDER = Path(str(files("equibel")))
NO_CACHES = {  # what begins empty for another reason: registers, and what has yet to end
    "cli.worker_processes._ended",
    "shell.statement_execution._left_behind",
    "shell.command_registry._commands",
    "shell.command_registry._names",
    "solving.limits._stopped",
    "solving.threads._kept",
    "solving.threads._running",
    "workspace.changes.change._kinds",
}


def remembers(node):
    """Whether an expression makes a function that remembers its answers."""
    return any(
        isinstance(part, ast.Attribute | ast.Name)
        and (part.attr if isinstance(part, ast.Attribute) else part.id) in ("cache", "lru_cache")
        for part in ast.walk(node)
    )


def kept(path):
    """The names in a module that hold what is kept: functions that remember, and containers that begin empty."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any(map(remembers, node.decorator_list)):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and any(map(remembers, part.decorator_list)):
                    yield f"{node.name}.{part.name}"
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            empty = isinstance(node.value, ast.Dict | ast.List) and not ast.unparse(node.value).strip("{}[]")
            if empty or (isinstance(node.value, ast.Call) and remembers(node.value)):
                yield from map(ast.unparse, targets)


def test_every_cache_is_listed():
    """No module keeps anything that is not listed, and nothing is listed that is not there."""
    found = {
        f"{'.'.join(path.relative_to(FOLDER).with_suffix('').parts)}.{name}"
        for path in FOLDER.rglob("*.py")
        for name in kept(path)
    }
    assert found - NO_CACHES == set(caches.NAMES)
    assert found >= NO_CACHES
    assert list(caches.NAMES) == sorted(caches.NAMES)


def test_caches_can_be_emptied():
    """After work there is something in them, and answers are the same when it is gone."""
    for name in caches.NAMES:
        importlib.import_module(f"equibel.{name.rpartition('.')[0]}")
    expected = eb.revise("p & (q | r)", "~p | ~q", simplify=True)
    before = caches.sizes()
    assert before["formula.parsing._remembered"] > 0
    caches.clear()
    assert caches.sizes() == dict.fromkeys(caches.NAMES, 0)
    assert eb.revise("p & (q | r)", "~p | ~q", simplify=True) == expected
    assert parse("p & q") == parse("p & q")


def test_bounds():
    """All are bounded, but for those whose keys are few by nature: encodings, the grammar, and small numbers."""
    unbounded = set()
    for name in caches.NAMES:
        module, _, attribute = name.rpartition(".")
        cache = getattr(importlib.import_module(f"equibel.{module}"), attribute)
        if not isinstance(cache, dict) and cache.cache_info().maxsize is None:
            unbounded.add(name)
    assert unbounded == {
        "formula.parsing._parser",
        "server.routes.docs_routes._content",
        *(f"solving.methods.cubes.{name}" for name in ("_blocks", "equal", "full", "where")),
        "solving.clingo.predicates.encoding",
        "workspace.changes.change._readers",
    }
