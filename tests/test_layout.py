"""The project's own promises about its files."""

import ast
import re
import statistics
from importlib.resources import files
from pathlib import Path

import equibel

ROOT = Path(__file__).parents[1]
MODULES = [path for folder in ("equibel", "server", "asp") for path in (ROOT / folder).rglob("*.py")]


def test_version_is_the_latest_of_the_changelog():
    """The version of the package is the newest one the changelog describes."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    assert versions[0] == equibel.__version__


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


def test_encodings_and_grammar_are_found_through_the_package():
    """What the package reads at run time is found by ``importlib.resources``, wherever it is installed."""
    encodings = sorted(entry.name for entry in files("equibel.asp").iterdir() if entry.name.endswith(".lp"))
    assert encodings == sorted(path.name for path in (ROOT / "asp").glob("*.lp"))
    assert files("equibel.formula").joinpath("grammar.lark").is_file()
    assert files("equibel").joinpath("py.typed").is_file()


def test_every_package_folder_is_declared():
    """A folder with modules that ``pyproject.toml`` forgets would be missing from the wheel."""
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    present = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in (ROOT / "equibel").rglob("*.py")}
    server = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in (ROOT / "server").rglob("*.py")}
    assert present | {"equibel.asp"} | {f"equibel.{folder}" for folder in server} == set(declared)


def test_nothing_is_left_for_later():
    """No module, encoding or test is marked as unfinished or switched off."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|mark\.(skip|xfail)|pytest\.skip")
    for pattern in ("equibel/**/*.py", "asp/*", "server/**/*.py", "tests/**/*.py", "examples/*"):
        for path in ROOT.glob(pattern):
            if path.is_file():
                found = marks.search(path.read_text(encoding="utf-8"))
                assert not found, f"{path}: {found}"
