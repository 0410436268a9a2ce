"""What ``import equibel`` brings in, and what it leaves for when it is needed."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import equibel as eb

LATER = [
    "equibel.operators",
    "equibel.files",
    "equibel.solving",
    "equibel.workspace",
    "clingo",
    "concurrent.futures",
    "multiprocessing",
    "asyncio",
    "pickle",
    "ssl",
    "lark",
]
FRONT_ENDS = ["click", "rich", "prompt_toolkit", "fastapi", "uvicorn", "pydantic", "matplotlib", "hypothesis", "pytest"]


def modules_after(code):
    """The modules a fresh interpreter has loaded after running ``code``."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded():
    return modules_after("import equibel")


@pytest.mark.parametrize("name", [*LATER, *FRONT_ENDS])
def test_import_is_light(loaded, name):
    """Importing the package loads neither operators and files, nor the solver, the parser generator or any front end.

    It once loaded all of the first three, and took 1.3 times as long as the libraries that it is built on.
    """
    assert name not in loaded


def test_import_brings_what_it_must(loaded):
    """Importing the package loads the graph and formula libraries."""
    assert {"equibel", "equibel.equibel_graph", "networkx", "sympy"} <= loaded


@pytest.mark.process
def test_building_and_reading_graphs_does_not_load_the_solver():
    """Nodes, edges, formulas and atoms are there without it; the first question loads it."""
    build = "import equibel as eb; G = eb.path_graph(2); G.add_formula(0, 'p'); G.formulas(); G.atoms(); G.copy(); repr(G)"
    assert "clingo" not in modules_after(build)
    assert "clingo" in modules_after(f"{build}; G.entails(0, 'q')")


@pytest.mark.process
def test_the_command_line_loads_what_a_command_needs():
    """``equibel --help`` does not load the operators, nor what they need; a command whose help lists them does."""
    later = {"equibel.operators", "equibel.solving", "clingo", "lark", "fastapi", "prompt_toolkit"}
    run = "from click.testing import CliRunner; from equibel.cli import equibel; CliRunner().invoke(equibel, [{}])"
    assert not modules_after(run.format("'--help'")) & later
    assert "equibel.operators" in modules_after(run.format("'solve', '--help'"))


@pytest.mark.process
def test_numpy_is_loaded_when_a_network_is_iterated():
    """Neither the package nor other operators load it: that takes as long as a fifth of the package."""
    build = "import equibel as eb; G = eb.path_graph(2); G.add_formula(0, 'p')"
    assert "numpy" not in modules_after(f"{build}; eb.global_completion(G); eb.iterate_expanding(G)")
    assert "numpy" in modules_after(f"{build}; eb.iterate_simple(G)")
    assert "numpy" in modules_after(f"{build}; eb.iterate_ring(G)")


def test_star_import():
    """``from equibel import *`` brings all names, and loads no front end either."""
    assert not modules_after("from equibel import *; global_completion, read_graph") & set(FRONT_ENDS)


def test_names_loaded_later_are_those_that_type_checkers_see():
    """What stands under ``TYPE_CHECKING`` says where a name comes from, and that is where it is found."""
    tree = ast.parse(Path(eb.__file__).read_text(encoding="utf-8"))
    (later,) = (part for part in tree.body if isinstance(part, ast.If))
    assert later.body
    for statement in later.body:
        for name in statement.names:
            assert getattr(eb, name.name) is getattr(importlib.import_module(statement.module), name.name)


def test_packages_loaded_later_are_attributes():
    """``import equibel`` is enough for ``equibel.files.parse_bcf``, as it was when all packages were loaded at once."""
    modules_after("import equibel; equibel.files.parse_bcf, equibel.solving.maximize, equibel.operators.revise")


def test_names_loaded_later_are_listed_before():
    """Completion and ``help`` know them."""
    modules_after("import equibel; assert {'revise', 'read_graph', 'path_graph'} <= set(dir(equibel))")


def test_unknown_name():
    """A name that no package has is reported as for any module."""
    with pytest.raises(AttributeError, match="module 'equibel' has no attribute 'no_such_name'"):
        eb.no_such_name  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'no_such_name'"):
        from equibel import no_such_name  # noqa: F401
