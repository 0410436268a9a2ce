"""Workspaces that the shell left in files: taken up again as they were, put into others, read by the command line."""

from pathlib import Path

import pytest
from commandline import ROOT, call

import equibel as eb
from equibel.errors import EquibelError, FileAccessError, FileFormatError, NameTakenError
from equibel.shell import Context, Session, execute, parse, plain
from equibel.shell.commands.file_commands import open_file
from equibel.workspace import format_workspace_file, open_workspace


def do(session, text):
    """What the commands of a text answer."""
    return "".join(plain(execute(Context(session), call)) for call in parse(text))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


WORK = "create_path net 3; create_path other 2; add_formula 0 p; use net; cardinality; set choice [q, p]"


@pytest.mark.parametrize("file", ["w.eqw", "w.toml"])
@pytest.mark.parametrize("kept", [True, False], ids=["opened", "saved"])
def test_a_workspace_is_found_as_it_was_left(file, kept):
    """The current graph and the options that say what commands compute; a line says what is not usual."""
    session = Session()
    do(session, f"open work.eqw; {WORK}; save {file}" if kept else f"{WORK}; save {file}")
    session.close()
    again = Session()
    said = do(again, f"open {file}")
    assert (again.current, again.options.optimum, again.options.choice) == ("net", "cardinality", ["q", "p"])
    assert said.endswith("the current graph is net; options: optimum cardinality, choice [q, p]\n")
    again.close()


def test_what_is_left_is_kept_at_once_and_is_no_history():
    """After every command, also one that changes nothing else; undo leaves it alone; nothing is written for nothing."""
    session = Session(*open_file("w.eqw"))
    do(session, "create_path a 2; create_path b 2; use a; set merging consensus; undo; redo")
    with open_workspace("w.eqw", read_only=True) as looked_at:
        assert looked_at.session["current"] == "a"
        assert looked_at.session["merging"] == "consensus"
        assert len(looked_at.history()) == 3
    session.close()
    before = Path("w.eqw").read_bytes()
    Session(*open_file("w.eqw")).close()
    assert Path("w.eqw").read_bytes() == before


def test_without_such_a_record_a_graph_with_something_in_it_is_current():
    """The empty graph that sessions begin with is not, when there is another one."""
    with open_workspace("w.eqw") as workspace:
        for change in Session(*open_file("x.eqw")).workspace.history()[0].changes:
            workspace.apply(change)
        workspace.apply(eb.workspace.CreateGraph("net", eb.path_graph(3)))
    session = Session(*open_file("w.eqw"))
    assert (list(session.workspace.graphs), session.current) == (["g", "net"], "net")
    session.close()


@pytest.mark.parametrize("session", [{"current": "gone", "optimum": "best", "choice": "1 &", "more": "?"}, {}])
def test_a_record_that_means_nothing_is_passed_over(session):
    """Other programs may have written it, or removed the graph."""
    with open_workspace("w.eqw") as workspace:
        workspace.apply(eb.workspace.CreateGraph("net", eb.path_graph(3)))
        workspace.keep_session(session)
    opened = Session(*open_file("w.eqw"))
    assert (opened.current, opened.options.optimum, opened.options.choice) == ("net", "inclusion", False)
    opened.close()


@pytest.mark.parametrize("file", ["w.eqw", "w.toml"])
def test_a_workspace_is_loaded_into_another(file):
    """The empty graph that both sessions began with is in nobody's way; what is in the file becomes current."""
    session = Session(*open_file("w.eqw"))
    do(session, "create_path net 3; derive r = global; save w.toml")
    session.close()
    new = Session()
    assert do(new, f"load {file}") == f"loaded net from {file}\n"
    assert (new.current, list(new.workspace.results)) == ("net", ["r"])
    with pytest.raises(NameTakenError):
        do(new, f"load {file}")
    full = Session()
    do(full, f"add_node 1; load {file}")
    assert len(full.workspace.graphs["g"]) == 1
    with pytest.raises(EquibelError, match="leave the name out, or: open"):
        do(Session(), f"load {file} x")


def test_the_first_graph_is_replaced_only_while_it_is_empty():
    """A graph ``g`` of a file takes its place then, and clashes with it otherwise."""
    do(Session(), "create_path g 3; create_path h 2; save w.toml")
    session = Session()
    assert do(session, "load w.toml") == "loaded g, h from w.toml\n"
    assert len(session.workspace.graphs["g"]) == 3
    with pytest.raises(NameTakenError):
        do(Session(), "add_node 1; load w.toml")


def test_the_empty_first_graph_is_saved_only_when_it_is_all():
    """Or when a result is derived from it."""
    do(Session(), "create_path net 3; save a.toml")
    assert "[graphs.g]" not in Path("a.toml").read_text(encoding="utf-8")
    do(Session(), "create_path net 3; derive r = global g; save b.toml")
    assert "[graphs.g]" in Path("b.toml").read_text(encoding="utf-8")
    do(Session(), "save c.toml")
    assert "[graphs.g]" in Path("c.toml").read_text(encoding="utf-8")


def test_opening_what_is_open_made_or_nowhere():
    """Each is called by its name."""
    session = Session()
    assert do(session, "open w.eqw") == "created w.eqw: g\n"
    assert do(session, "add_node 1\nopen ./w.eqw").endswith("open here already\n")
    assert 1 in session.workspace.graphs["g"]
    with pytest.raises(FileAccessError, match=r"folder .* not found"):
        do(session, "open nowhere/w.eqw")
    assert do(session, "open x.eqw\nopen w.eqw").endswith("opened w.eqw: g\n")
    session.close()
    assert "not found" in call("shell", "nowhere/w.eqw", "-c", "nodes").stderr


@pytest.mark.parametrize(
    ("line", "endings"),
    [
        ("load /etc/passwd", ".bcf, .json, .eqw, .toml"),
        ("store x.foo", ".bcf, .json, .lp, .cnf, .toml"),
        ("save x.foo", ".eqw, .toml"),
        ("save old.json", "store FILE"),
        ("convert net.bcf old.foo", ".bcf, .json, .lp"),
    ],
)
def test_endings_are_looked_at_first(line, endings):
    """The message has all that would do; nobody is asked about a file that is not going to be written."""
    for name in ("old.json", "old.foo", "x.foo"):
        Path(name).touch()
    (call,) = parse(line)
    with pytest.raises(FileFormatError, match=endings):
        execute(Context(Session(), ask=lambda question: pytest.fail(question)), call)


def test_looking_is_no_change():
    """Computing a result, and undoing what was done, leave nothing to save; a declaration does."""
    session = Session(*open_file(str(ROOT / "examples" / "quickstart.toml")))
    do(session, "show shared; refresh; add_node 99; undo")
    assert not session.unsaved
    do(session, "derive x = ring")
    assert session.unsaved


def damaged():
    """A workspace file that was damaged behind the third command."""
    with open_workspace("w.eqw") as workspace:
        for name in "abc":
            workspace.apply(eb.workspace.CreateGraph(name, eb.path_graph(3)))
        data = format_workspace_file(workspace.records()[:4])
    Path("w.eqw").write_bytes(data + b"damage\n" * 2)


def test_a_damaged_file_is_recovered_as_the_message_says():
    """The command in it works when it is typed."""
    damaged()
    said = call("shell", "w.eqw", "-c", "nodes").stderr
    command = said.partition("equibel -c '")[2].partition("'")[0]
    assert command.startswith("recover ")
    assert "3 commands" in call("-c", command).stdout
    session = Session(*open_file("NEW.eqw"))
    assert list(session.workspace.graphs) == ["a", "b", "c"]
    session.close()


def test_the_command_line_reads_what_the_shell_keeps():
    """``run`` shows the results, computed ones as they are; others take one graph or result, the empty one aside."""
    session = Session(*open_file("w.eqw"))
    do(session, "create_path net 3; add_formula 0 p; derive r = global; derive s = simple r fixpoint;")
    before = Path("w.eqw").read_bytes()
    ran = call("run", "w.eqw")  # while the shell has it
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("r: global of net\n  0  p\n  1  p\n  2  p\n\ns: simple of r")
    assert call("query", "w.eqw", "2", "p", "--graph", "r").stdout == "yes\n"
    assert call("query", "w.eqw", "2", "p").stdout == "no\n"
    assert call("solve", "w.eqw", "--operator", "global").stdout == "0  p\n1  p\n2  p\n"
    assert call("convert", "w.eqw", "r.json", "--graph", "r").exit_code == 0
    assert eb.read_graph("r.json").entails(2, "p")
    do(session, "create_path more 2")
    assert "--graph: g, net, more" in call("query", "w.eqw", "2", "p").stderr
    session.close()
    assert Path("w.eqw").read_bytes().startswith(before)
