"""The project's own promises about its files."""

import ast
import importlib
import re
import statistics
import tomllib
from importlib.resources import files
from pathlib import Path

import conftest

import equibel

ROOT = Path(__file__).parents[1]
MODULES = list((ROOT / "equibel").rglob("*.py"))


def test_version_is_the_latest_of_the_changelog():
    """The version of the package is the newest one the changelog describes."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    assert versions[0] == equibel.__version__


def test_version_is_the_one_to_cite():
    """Whoever cites the software gets the version of the package."""
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    shown = re.search(r"^  version = \{(.*)\},$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited[1] == shown[1] == equibel.__version__


def test_modules_are_short():
    """No module has more than 400 lines, and half of them fewer than 200."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > 400}
    assert statistics.median(n for n in lengths.values() if n) < 200


def test_modules_say_what_they_are_for():
    """Every module with code in it begins with a docstring."""
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not text or ast.get_docstring(ast.parse(text)), path


def test_commands_are_there():
    """What the installed commands ``equibel`` and ``equibeli`` call can be imported.

    ``equibeli`` once ended in a ``ModuleNotFoundError`` because a module had got another name.
    """
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert set(scripts) == {"equibel", "equibeli"}
    for place in scripts.values():
        module, name = place.split(":")
        assert callable(getattr(importlib.import_module(module), name))


def test_encodings_and_grammar_are_found_through_the_package():
    """What the package reads at run time is found by ``importlib.resources``, wherever it is installed."""
    encodings = sorted(entry.name for entry in files("equibel.asp").iterdir() if entry.name.endswith(".lp"))
    assert encodings == sorted(path.name for path in (ROOT / "equibel" / "asp").glob("*.lp"))
    assert files("equibel.formula").joinpath("grammar.lark").is_file()
    assert files("equibel").joinpath("py.typed").is_file()


def test_every_folder_with_modules_is_a_package():
    """A folder without ``__init__.py`` would be missing from the wheel."""
    assert not {path.parent for path in MODULES if not (path.parent / "__init__.py").exists()}


def test_links_at_the_top():
    """The encodings and the server are also found at the top: by relative links into the package."""
    for name in ("asp", "server"):
        assert (ROOT / name).readlink() == Path("equibel") / name


def test_modules_of_the_quick_run_exist():
    """``pytest -m quick`` misses nothing because a module has got another name."""
    modules = {path for path in (ROOT / "tests").rglob("test_*.py") if conftest.is_quick(path)}
    assert len(modules) == sum(len(names.split()) for names in conftest.QUICK.values())


def test_nothing_is_left_for_later():
    """No module, encoding or test is marked as unfinished or switched off."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|mark\.(skip|xfail)|pytest\.skip")
    for pattern in ("equibel/**/*.py", "equibel/asp/*", "tests/**/*.py", "examples/*"):
        for path in ROOT.glob(pattern):
            if path.is_file():
                found = marks.search(path.read_text(encoding="utf-8"))
                assert not found, f"{path}: {found}"
