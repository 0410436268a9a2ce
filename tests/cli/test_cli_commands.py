"""``equibel run``, ``query`` and ``convert``, help and version."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from commandline import CHAIN, ENVIRONMENT, ROOT, call, outcome, write_chain, write_json

from equibel._version import __version__
from equibel.cli import equibel
from equibel.files import parse_bcf, parse_json, read_graph
from equibel.workspace import load_workspace

QUICKSTART = ROOT / "examples" / "quickstart.toml"


@pytest.fixture
def chain(tmp_path):
    return write_chain(tmp_path)


def workspace(folder, text):
    file = folder / "w.toml"
    file.write_text(text, encoding="utf-8")
    return file


# run ------------------------------------------------------------------------------------------------------------------


def test_quickstart():
    """The workspace of the first README command shows what everybody believes in the end."""
    ran = call("run", QUICKSTART)
    assert (ran.exit_code, ran.stderr) == (0, "")
    heading, *nodes = ran.stdout.splitlines()
    assert heading.startswith("shared: global of ")
    assert [line.split(maxsplit=1)[1] for line in nodes] == ["p & q & r", "r", "r", "r & ~p & ~q"]


def test_verbose_runs(tmp_path):
    """What was done for the results of a workspace, or by the commands of a script, is told on standard error."""
    ran = call("run", QUICKSTART, "--verbose")
    assert ran.stdout == call("run", QUICKSTART).stdout
    assert re.search(r"^equibel: problems: [1-9]", ran.stderr, re.MULTILINE)
    script = tmp_path / "short.eqb"
    script.write_text("create_path g [1, 2]\nadd_formula 1 p\nglobal\n")
    ran = call("run", script, "--verbose")
    assert ran.exit_code == 0, ran.stderr
    assert "equibel: problems: 1, groups: 1, " in ran.stderr


def test_results_come_in_the_order_of_their_dependencies(tmp_path):
    """A result derived from another is shown after it, whatever the order of declaration."""
    ran = call(
        "run",
        workspace(
            tmp_path,
            """
            [graphs.g]
            path = 3
            formulas = {0 = "p"}
            [results.second]
            of = "first"
            operator = "ring"
            optimum = "cardinality"
            fixpoint = true
            [results.first]
            of = "g"
            operator = "simple"
            steps = 2
            """,
        ),
    )
    assert ran.stderr == ""
    assert ran.stdout == (
        "first: simple of g, 2 steps\n  0  p\n  1  p\n  2  p\n\n"
        "second: ring of first, by cardinality, fixpoint at iteration 1\n  0  p\n  1  p\n  2  p\n"
    )


def test_a_workspace_without_results_is_noted(tmp_path):
    """Nothing to compute is no failure, but it is said."""
    ran = call("run", workspace(tmp_path, "[graphs.g]\npath = 2\n"))
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "declares no results" in ran.stderr


@pytest.mark.parametrize("name", ["chain.json", "-", "toml"])
def test_only_workspaces_run(name):
    """Anything but a .toml file is wrong usage."""
    ran = call("run", name)
    assert ran.exit_code == 2
    assert f"equibel: {name} is not a workspace; expected a file whose name ends in .toml" in ran.stderr


def test_circles_are_reported(tmp_path):
    """Results that are derived from one another fail with their names."""
    text = '[results.a]\nof = "b"\noperator = "ring"\n[results.b]\nof = "a"\noperator = "ring"\n'
    ran = call("run", workspace(tmp_path, text))
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "circle" in ran.stderr


# query ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "formula", "answer"), [("1", "p & q", "yes"), ("1", "s", "no"), ("2", "p | ~p", "yes"), ("4", "p", "no")]
)
def test_query_answers_yes_or_no(chain, node, formula, answer):
    """The answer is printed; both answers are a success."""
    ran = call("query", chain, node, formula)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, f"{answer}\n", "")


def test_query_a_result_of_a_workspace():
    """``--graph`` may name a result, which is then computed."""
    assert call("query", QUICKSTART, "2", "r", "--graph", "shared").stdout == "yes\n"
    ran = call("query", QUICKSTART, "2", "r")
    assert (ran.stdout, ran.exit_code) == ("no\n", 0)
    # It answered about a graph that it did not name, where a result was meant.
    assert ran.stderr == "equibel: note: the graph chain is used; --graph chooses another graph or result: shared\n"
    assert call("query", QUICKSTART, "2", "r", "--graph", "chain").stderr == ""


def test_query_notes_what_is_read_as_an_atom(chain):
    """Words and digits that are constants elsewhere; of digits only among other names."""
    for formula, said in (("p | true", "'true'"), ("p & 0", "'0'"), ("1", "'1'"), ("p & ~q", "")):
        note = f"equibel: note: {said} is read as an atom; the constants are True and False\n"
        assert call("query", chain, "1", formula).stderr == (note if said else "")


def test_query_reads_what_solve_prints(chain):
    """``solve --output json`` can be piped into ``query -``."""
    solved = call("solve", chain, "--operator", "global", "--output", "json").stdout
    assert call("query", "-", "4", "r & ~p", stdin=solved).stdout == "yes\n"


def test_nodes_are_integers_before_texts(tmp_path):
    """A number means the integer node when there is one, and the text otherwise; negative numbers are no options."""
    data = {
        "nodes": [
            {"id": 1, "formulas": ["p"]},
            {"id": "1", "formulas": ["q"]},
            {"id": "2", "formulas": ["r"]},
            {"id": -3, "formulas": ["s"]},
            {"id": "two words", "formulas": ["t"]},
        ],
        "edges": [],
    }
    file = write_json(tmp_path / "g.json", data)
    for node, atom in [("1", "p"), ('"1"', "q"), ("2", "r"), ("-3", "s"), ("two words", "t"), ('"two words"', "t")]:
        assert call("query", file, node, atom).stdout == "yes\n", node


@pytest.mark.parametrize("node", ["", "+1", "01", "1.0", "9" * 5000, "\udcff", "[bold]"])
def test_texts_that_name_no_node(chain, node):
    """Whatever is given as a node, the answer is that there is no such node."""
    ran = call("query", chain, node, "p")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("equibel: the graph has no node '")


def test_unknown_node_and_formula_that_cannot_be_read(chain):
    """Both fail with a message; the formula's shows the place."""
    ran = call("query", chain, "9", "p")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("equibel: the graph has no node '9'")
    ran = call("query", chain, "1", "p -> ")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[0].startswith("equibel: line 1, column ")
    assert ran.stderr.splitlines()[1:] == ["  p -> ", "      ^"]


@pytest.mark.parametrize("arguments", [[], ["g.json"], ["g.json", "1"], ["g.json", "1", "p", "q"], ["--node", "1"]])
def test_query_with_wrong_arguments(arguments):
    """Arguments that are missing or too many are wrong usage."""
    ran = call("query", *arguments)
    assert ran.exit_code == 2
    assert ran.stderr.endswith("; see 'equibel query --help'\n")


# convert --------------------------------------------------------------------------------------------------------------


def test_convert_between_formats(chain, tmp_path):
    """A scenario is the same in every format that is read."""
    for name in ("a.bcf", "b.json"):
        ran = call("convert", chain, tmp_path / name)
        assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "")
        assert read_graph(tmp_path / name) == read_graph(chain)


@pytest.mark.parametrize(("source", "name"), [("file", "chain"), ("-", "graph")])
def test_convert_to_a_workspace(chain, tmp_path, source, name):
    """A workspace of one graph, called like the file it is from, is read back."""
    stdin = chain.read_text(encoding="utf-8") if source == "-" else None
    ran = call("convert", chain if source == "file" else "-", tmp_path / "w.toml", stdin=stdin)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "")
    assert dict(load_workspace(tmp_path / "w.toml").graphs) == {name: read_graph(chain)}


def test_only_dimacs_is_of_a_node(chain, tmp_path):
    """``--node`` with another format is wrong usage."""
    for target in ("-", tmp_path / "a.toml", tmp_path / "a.json"):
        ran = call("convert", chain, target, "--node", 1)
        assert (ran.exit_code, ran.stderr) == (2, "equibel: --node is for .cnf files; see 'equibel convert --help'\n")


def test_convert_to_formats_that_are_only_written(chain, tmp_path):
    """ASP facts hold the whole scenario, DIMACS one node."""
    assert call("convert", chain, tmp_path / "a.lp").exit_code == 0
    assert (tmp_path / "a.lp").read_text(encoding="utf-8") == read_graph(chain).to_asp()
    assert call("convert", chain, tmp_path / "a.cnf", "--node", 4).exit_code == 0
    assert "p cnf 2 2" in (tmp_path / "a.cnf").read_text(encoding="utf-8")


def test_convert_a_result_to_standard_output():
    """``-`` writes JSON to standard output, and ``--graph`` may name a result."""
    ran = call("convert", QUICKSTART, "-", "--graph", "shared")
    assert ran.exit_code == 0
    assert parse_json(ran.stdout).equivalent(4, "r & ~p & ~q")


def test_convert_from_standard_input(tmp_path):
    """``-`` reads JSON."""
    ran = call("convert", "-", tmp_path / "a.bcf", stdin=json.dumps(CHAIN))
    assert ran.exit_code == 0, ran.stderr
    assert parse_bcf((tmp_path / "a.bcf").read_text(encoding="utf-8")).equivalent(1, "p & q & r")


def test_what_a_format_cannot_hold_is_noted(tmp_path):
    """Losses are told on standard error; the conversion succeeds."""
    data = {"nodes": [{"id": 1, "colour": "red"}], "edges": []}
    ran = call("convert", write_json(tmp_path / "g.json", data), tmp_path / "g.bcf")
    assert ran.exit_code == 0
    assert ran.stderr.startswith("equibel: note: ")
    assert "colour" in ran.stderr


@pytest.mark.parametrize("target", ["out.txt", "out", "missing/out.json", "out.cnf"])
def test_convert_to_what_cannot_be_written(chain, tmp_path, target):
    """An unknown ending, a missing folder and a missing node fail with a message, and nothing is written."""
    ran = call("convert", chain, tmp_path / target)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"equibel: {tmp_path / target}")
    assert not (tmp_path / target).exists()


# all ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["solve", "--operator", "global"], ["query", "1", "p"], ["convert", "out.json"]])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("missing.json", None),
        ("empty.json", ""),
        ("list.json", "[1, 2]"),
        ("half.json", '{"nodes": ['),
        ("bad.bcf", "x 1 2\n"),
        ("bad.toml", "[graphs\n"),
        ("latin.json", b"\xe9"),
        ("facts.lp", "node(1)."),
        ("notes.txt", "p & q"),
        ("noending", "p & q"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, monkeypatch, command, name, text):
    """Every file that is missing or not of its format gives a message with its path, and exit code 1."""
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = call(command[0], name, *command[1:])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"equibel: {name}")
    assert "Traceback" not in ran.stderr
    assert "internal error" not in ran.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "'': the name of the file is empty; "),
        ("folder", "folder: this is a folder; "),
        ("file", "file: the name has no ending; "),
        ("session.eqb", "session.eqb: unknown ending '.eqb'"),
    ],
)
def test_names_that_tell_no_format(tmp_path, monkeypatch, name, words):
    """All formats that the command line reads are named, those of workspaces too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for command in (["solve", "--operator", "global"], ["query", "1", "p"], ["compare"], ["convert", "out.json"]):
        ran = call(command[0], name, *command[1:])
        assert ran.exit_code == 1
        assert ran.stderr.startswith(f"equibel: {words}")
        assert ran.stderr.endswith("files that can be read end in .bcf, .json, .toml, .eqw\n")
    ran = call("convert", ROOT / "examples" / "chain.json", "out.eqw")
    assert ran.stderr.endswith("is that of a workspace; files that can be written end in .bcf, .json, .lp, .cnf, .toml\n")


@pytest.mark.parametrize("text", ["", "nonsense", "[]", b"\xff\xfe"])
def test_standard_input_that_is_no_scenario(text):
    """Standard input has to be JSON, and is named in the message when it is not."""
    ran = call("query", "-", "1", "p", stdin=text)
    assert ran.exit_code == 1
    assert ran.stderr.startswith("equibel: standard input")


def test_version():
    """``--version`` prints the name and the version."""
    assert call("--version").stdout == f"equibel {__version__}\n"


@pytest.mark.parametrize("command", [None, *equibel.commands])
def test_help_has_examples(command):
    """Every help text explains the command and shows examples that begin with its name."""
    arguments = [command, "--help"] if command else ["--help"]
    ran = call(*arguments)
    assert ran.exit_code == 0
    assert "Examples:\n" in ran.stdout
    assert f"  equibel {command or ''}".rstrip() in ran.stdout
    assert all(len(line) <= 100 for line in ran.stdout.splitlines())


def test_examples_in_help_run(tmp_path, monkeypatch):
    """The commands that help shows do what they are meant to."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "examples" / "vote.bcf", tmp_path / "network.bcf")
    helps = [call(*name, "--help").stdout for name in [[], *([name] for name in equibel.commands)]]
    shown = [line.strip() for text in helps for line in text.split("Examples:")[1].splitlines()]
    commands = [line for line in shown if "examples/" in line or "network" in line]
    assert len(commands) >= 12
    monkeypatch.chdir(tmp_path)
    for command in commands:
        code, output = outcome(command)
        assert code == 0, (command, output)


@pytest.mark.parametrize("arguments", [["sovle"], ["--verison"], ["server"], ["help", "sovle"]])
def test_unknown_commands(arguments):
    """A command that does not exist is wrong usage, told in one line."""
    ran = call(*arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("equibel: ")
    assert ran.stderr.endswith("; see 'equibel --help'\n")
    assert ran.stderr.count("\n") == 1


def test_help_is_a_command():
    """``equibel help`` is ``equibel --help``, and so it is for each command."""
    assert call("help").stdout == call("--help").stdout
    for command in equibel.commands:
        ran = call("help", command)
        assert (ran.exit_code, ran.stdout) == (0, call(command, "--help").stdout)


def test_without_a_command_there_is_help():
    """The help goes to standard error, since nothing was done that it could be the result of."""
    ran = call()
    assert (ran.exit_code, ran.stdout, ran.stderr) == (2, "", call("--help").stdout)


def test_commands_import_what_they_need_when_they_run():
    """The command line itself adds only click to what ``import equibel`` loads, so that help comes quickly."""
    code = (
        "import equibel, sys\nbefore = set(sys.modules)\nfrom equibel.cli import equibel\n"
        "try:\n    equibel.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "added = {name.split('.')[0] for name in set(sys.modules) - before if not name.startswith('equibel')}\n"
        "print(*sorted(added - sys.stdlib_module_names), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, encoding="utf-8")
    assert ran.stderr == "click\n"
