"""What the README shows is what happens: its Python runs, its commands run, and they print what stands below them."""

import contextlib
import io
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from commandline import call, outcome

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


class Block(NamedTuple):
    line: int
    language: str
    text: str


def fenced_blocks(text):
    """The blocks between triple backticks, with the line they begin at."""
    pattern = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [Block(text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in pattern.finditer(text)]


BLOCKS = fenced_blocks(README)


def of(language):
    return pytest.mark.parametrize(
        "block", [block for block in BLOCKS if block.language == language], ids=lambda block: f"line{block.line}"
    )


@pytest.fixture
def folder(tmp_path):
    """A folder with the examples in it, to run in."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def test_python_blocks_print_what_the_next_block_says(folder, monkeypatch):
    """The Python blocks run one after the other, as in one session; a text block after one is its output."""
    monkeypatch.chdir(folder)
    session = {}
    for block, following in zip(BLOCKS, [*BLOCKS[1:], Block(0, "", "")], strict=True):
        if block.language != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.text, f"README.md:{block.line}", "exec"), session)
        expected = following.text if following.language == "text" else ""
        assert printed.getvalue() == expected, f"README.md, line {block.line}"


@of("console")
def test_console_blocks_print_what_they_show(block, folder, monkeypatch):
    """In a console block, a line beginning with ``$`` is a command; what follows is its output, both streams."""
    monkeypatch.chdir(folder)
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
        assert outcome(command)[1] == shown, command


def test_every_block_is_checked():
    """No block has a language that no test looks at; ``bash`` is for installing, ``bibtex`` for citing."""
    assert {block.language for block in BLOCKS} <= {"python", "text", "console", "bash", "bibtex", "toml", "json"}


def test_the_two_commands():
    """The commands for a fresh machine stand in the README as promised; the first one's second half works here."""
    commands = [line for block in BLOCKS if block.language == "bash" for line in block.text.splitlines()]
    assert "pip install -e . && equibel run examples/quickstart.toml" in commands
    assert "pip install -e '.[test]' && pytest" in commands


@of("toml")
def test_the_workspace_shown_is_one(block, tmp_path):
    """A TOML block is a workspace that can be run."""
    (tmp_path / "shown.toml").write_text(block.text, encoding="utf-8")
    ran = call("run", tmp_path / "shown.toml")
    assert ran.exit_code == 0, ran.output


def test_links_lead_somewhere():
    """Links to files of the project point at files it has."""
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target
