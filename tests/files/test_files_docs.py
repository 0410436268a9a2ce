"""What docs/FILES.md shows is what is read and written: one scenario in every format."""

import re

import pytest
from commandline import ROOT, outcome
from test_readme import fenced_blocks

from equibel.files import parse_bcf, parse_json, read_graph, write_dimacs
from equibel.files.formats import READERS, WRITERS
from equibel.formula import parse, parse_prefix, to_prefix
from equibel.workspace import evaluate, load_workspace, parse_workspace

PAGE = ROOT / "docs" / "FILES.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = fenced_blocks(TEXT)
BY_LANGUAGE = {block.language: block.text for block in BLOCKS if block.language != "console"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a file for every block of a format that is read, to run in."""
    for ending in ("toml", "json", "bcf"):
        (tmp_path / f"team.{ending}").write_text(BY_LANGUAGE[ending], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_format_has_one_block():
    """There is a block for each format that is read or written as text, and what it is called ends like it."""
    assert {f".{language}" for language in BY_LANGUAGE} == {*READERS, *WRITERS, ".toml", ".cnf"}
    assert len(BLOCKS) == len(BY_LANGUAGE) + TEXT.count("```console\n")


def test_all_formats_hold_the_same_scenario(folder):
    """They are read without a note, as equal graphs; BCF lacks the weight of an edge."""
    in_toml = load_workspace("team.toml", note=pytest.fail).graphs["team"]
    in_json, in_bcf = (read_graph(f"team.{ending}", note=pytest.fail) for ending in ("json", "bcf"))
    assert in_toml.edges["a", "b"]["weight"] == 3
    assert in_toml == in_json
    assert in_bcf != in_json
    del in_json.edges["a", "b"]["weight"]
    assert in_bcf == in_json
    assert in_bcf.atom_names() == in_json.atom_names() == ["p", "q", "r", "s"]


def test_commands_print_what_they_show(folder):
    """In a console block, a line beginning with ``$`` is a command; what follows is its output."""
    commands = [pair for block in BLOCKS if block.language == "console" for pair in _commands(block.text)]
    assert len(commands) == 3
    for command, shown in commands:
        assert outcome(command) == (0, shown), command


def _commands(text):
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)


def test_what_is_written_is_shown(folder):
    """The facts and the clauses are those that the commands before them write."""
    for command in re.findall(r"^`(equibel convert .*?)`", TEXT, re.MULTILINE):
        assert outcome(command)[0] == 0, command
    assert (folder / "team.lp").read_text(encoding="utf-8") == BY_LANGUAGE["lp"]
    assert (folder / "c.cnf").read_text(encoding="utf-8") == BY_LANGUAGE["cnf"]
    write_dimacs(read_graph("team.json"), "c", "again.cnf")
    assert (folder / "again.cnf").read_text(encoding="utf-8") == BY_LANGUAGE["cnf"]


def test_defaults_and_generators():
    """What the text says of keys that are left out, and of generators, is so."""
    sizes = {"path = 4": 4, "cycle = 4": 4, "complete = 4": 4, "star = 3": 4, "grid = [2, 3]": 6}
    for line, size in sizes.items():
        assert f"`{line}`" in TEXT
        assert list(parse_workspace(f"[graphs.g]\n{line}\n").graphs["g"]) == list(range(size))
    results = '[graphs.g]\npath = 2\n[results.r]\nof = "g"\noperator = "simple"\n'
    given = results + 'optimum = "inclusion"\nmethod = "semantic"\nsteps = 1\n'
    assert parse_workspace(results).results == parse_workspace(given).results
    unchanged = parse_workspace(results.replace("path = 2", 'path = 2\nformulas = {0 = "p"}') + "steps = 0\n")
    assert evaluate(unchanged)["r"].graph == unchanged.graphs["g"]


def test_prefix_formulas():
    """The prefix formulas in the text are the infix ones beside them."""
    pairs = re.findall(r"`([^`]*)` is `([^`]*)`", TEXT)
    assert len(pairs) == 5
    for prefix, infix in pairs:
        assert str(parse_prefix(prefix)) == infix
        assert str(parse(infix)) == infix
    assert "`p -> q` is written `+(-p q)`" in TEXT
    assert to_prefix(parse("p -> q")) == "+(-p q)"


def test_what_is_said_of_json_and_bcf():
    """Other names, places and kinds of line that the text allows."""
    assert list(parse_json('{"nodes": [{"id": 1}, {"id": ["a", 2]}], "links": [], "atoms": ["p"]}')) == [1, ("a", 2)]
    assert list(parse_bcf("n 0..2 x\n")) == [0, 1, 2, "x"]


def test_links_lead_somewhere():
    """Links within the page are those of its headings."""
    headings = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^a-z -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#(.*?)\)", TEXT)) == anchors
