"""Every example runs and prints what its docstring says."""

import ast
import re
import runpy
import subprocess
from pathlib import Path

import pytest
from serving import Running

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


def promised_output(script):
    """The indented block after ``Prints::`` in the docstring."""
    docstring = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))
    block = docstring.split("Prints::\n\n")[1]
    lines = [line.removeprefix("    ") for line in block.split("\n")]
    return "\n".join(lines).rstrip() + "\n"


@pytest.mark.parametrize(
    "script",
    [pytest.param(script, marks=[pytest.mark.process] * script.stem.endswith(("client", "cluster"))) for script in SCRIPTS],
    ids=lambda script: script.stem,
)
def test_example_prints_what_it_promises(script, tmp_path, monkeypatch, capsys):
    """Examples run from any folder and print the block in their docstring."""
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr() == (promised_output(script), "")


@pytest.mark.process
def test_the_conversation_with_curl(tmp_path):
    """The script ends well, and shows what agents believe after a job."""
    with Running(tmp_path, "--log-level", "error") as server:
        command = [EXAMPLES / "http_curl.sh", f"http://127.0.0.1:{server.port}"]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '{"answer": true}' in ran.stdout
    assert '{"id": 2, "formulas": ["q & r"]}' in ran.stdout


def test_examples_are_listed_in_reading_order():
    """The table of contents has every file of the folder, the scripts in the order of their numbers."""
    contents = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(.+?)` \|", contents, re.MULTILINE)
    assert [name for name in listed if name.endswith(".py")] == [script.name for script in SCRIPTS]
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_file() and path.name != "README.md")


def test_examples_are_numbered_without_gaps():
    """The scripts are numbered from 01."""
    assert [script.name[:2] for script in SCRIPTS] == [f"{number:02}" for number in range(1, len(SCRIPTS) + 1)]
