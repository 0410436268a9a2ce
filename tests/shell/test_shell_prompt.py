"""The shell on a terminal, with keys through a pipe and nothing drawn."""

import os
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from equibel.shell import Session, terminal
from equibel.shell.terminal import HISTORY, Terminal, history_file, open_history

TAB, ENTER, CTRL_C, CTRL_D, CTRL_R, UP, ESCAPE = "\t", "\r", "\x03", "\x04", "\x12", "\x1b[A", "\x1b"
KILL = "\x05\x15"  # to the end of the line, and delete all of it


class Screen(DummyOutput):
    def get_size(self):
        return Size(rows=24, columns=80)


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    """A function that types keys into a new shell until it is left; what was printed, and the session."""
    monkeypatch.setenv(HISTORY, str(tmp_path / "state" / "history"))
    monkeypatch.chdir(tmp_path)

    def run(keys, answer="y"):
        monkeypatch.setattr("builtins.input", lambda question: print(question) or answer)
        session = Session()
        with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=Screen()):
            keyboard.send_text(keys)
            assert Terminal(session, keyboard, Screen()).loop() == 0
        return capsys.readouterr().out, session

    return run


def graph_of(outcome):
    return outcome[1].workspace.graphs[outcome[1].current]


def test_typing_and_leaving(typed):
    """Lines are commands; Ctrl-D leaves, after a question when work is in no file."""
    out, session = typed("add_nodes [1..3]" + ENTER + "frobnicat" + ENTER + CTRL_D)
    assert "3 nodes: [1, 2, 3]" in out
    assert "no command 'frobnicat'" in out
    assert "not saved" in out
    assert session.unsaved


def test_no_question_when_there_is_nothing_to_lose(typed):
    """A session in which nothing was done is left at once."""
    assert "not saved" not in typed("nodes" + ENTER + "quit" + ENTER)[0]


def test_tab_completes(typed):
    """Commands, nodes and atoms; a common beginning is completed as far as it goes."""
    keys = "create_pa" + TAB + "h 4" + ENTER + "add_formula 0 quiet" + ENTER + "add_fo" + TAB + " 1 ~q" + TAB + ENTER
    outcome = typed(keys + CTRL_D)
    assert graph_of(outcome).entails(1, "~quiet")


def test_a_wrong_formula_is_not_accepted(typed):
    """Enter leaves it there to be corrected, the cursor at the place."""
    outcome = typed("add_node 1" + ENTER + "add_formula 1 p & & q" + ENTER + "\x1b[3~" + "r &" + ENTER + CTRL_D)
    assert str(graph_of(outcome).belief(1)) == "p & r & q"


def test_several_lines(typed):
    """While a bracket is open Enter begins another line."""
    outcome = typed("add_nodes [1," + ENTER + "2]" + ENTER + "add_formula 1 (p &" + ENTER + "q)" + ENTER + CTRL_D)
    assert graph_of(outcome).equivalent(1, "p & q")


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "an endless device", "a large file", "a NUL"])
def test_history_where_no_file_can_be(tmp_path, monkeypatch, kind):
    """What was typed is kept in memory where the file is none, or would fill it, or would be waited for without end."""
    path = tmp_path / "history"
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a folder":
            path.mkdir()
        case "an endless device":
            path.symlink_to("/dev/zero")
        case "a large file":
            with open(path, "wb") as file:
                file.truncate(2**40)
        case _:
            monkeypatch.setattr(terminal, "history_file", lambda: Path("nul\0"))
    monkeypatch.setenv(HISTORY, str(path))
    assert isinstance(open_history(), InMemoryHistory)


def test_history_across_sessions(typed):
    """What was typed can be found again, by the arrow and by Ctrl-R, also in the next session."""
    typed("add_node 41" + ENTER + "add_node 42" + ENTER + CTRL_D)
    outcome = typed(CTRL_R + "node 41" + ENTER + ENTER + UP + UP + ENTER + CTRL_D)
    assert 41 in graph_of(outcome)
    assert history_file().read_text(encoding="utf-8").count("add_node 42") >= 1
    assert history_file().stat().st_mode & 0o077 == 0


def test_ctrl_c_drops_the_line(typed):
    """The line is gone, the shell is there."""
    outcome = typed("add_node 1" + CTRL_C + "add_node 2" + ENTER + CTRL_D)
    assert list(graph_of(outcome)) == [2]


def test_a_refusal_to_leave(typed, monkeypatch):
    """Who says no stays."""
    answers = iter(["n", "y"])
    monkeypatch.setattr(Terminal, "ask", lambda self, question: next(answers) == "y")
    outcome = typed("add_node 1" + ENTER + CTRL_D + "add_node 2" + ENTER + CTRL_D)
    assert list(graph_of(outcome)) == [1, 2]


def test_overwriting_is_asked_for(typed, tmp_path):
    """A file that is there is overwritten only when the user says so."""
    (tmp_path / "c.bcf").write_text("old", encoding="utf-8")
    assert "Overwrite" in typed("store c.bcf" + ENTER + CTRL_D, answer="n")[0]
    assert (tmp_path / "c.bcf").read_text(encoding="utf-8") == "old"
    typed("store c.bcf" + ENTER + CTRL_D)
    assert (tmp_path / "c.bcf").read_text(encoding="utf-8") != "old"


def test_the_toolbar_says_where_one_is(typed):
    """Graph, size, options, and what is stale."""
    keys = ["add_edges [(1, 2), (2, 3)]", "add_formula 1 p & q", "derive s = global", "add_node 9", "cardinality"]
    _, session = typed(ENTER.join(keys) + ENTER + CTRL_D)
    with create_pipe_input() as keyboard:
        terminal = Terminal(session, keyboard, Screen())
        shown = "".join(text for _, text in terminal._toolbar())
    assert shown == " g: 4 nodes, 2 edges, 2 atoms │ cardinality semantic │ 1 result: 1 stale │ not saved"


def test_a_script_builds_graphs_in_few_words(typed, tmp_path):
    """A line for each command that builds, in place of what it led to; what is asked and computed is shown."""
    lines = ["add_edges [(1, 2), (2, 3)]", "add_formula [1, 2] p & q", "add_atom r;", "global", "formulas 3", "entails 1 p"]
    (tmp_path / "s.eqb").write_text("\n".join(lines), encoding="utf-8")
    out, session = typed("source s.eqb" + ENTER + "add_formula 1 s" + ENTER + CTRL_D)
    assert "2 edges" not in out
    history = [entry.line for entry in session.workspace.history()]
    assert history[0] in out
    assert history[1] in out
    assert history[2] not in out
    assert "global of g" in out
    assert "yes" in out
    assert out.count(history[-1]) == 0  # what is typed is answered as ever


def test_messages_are_broken_between_words(typed):
    """However long a message is, no word of it is cut."""
    out, _ = typed("derive shared = global" + ENTER + "use shared" + ENTER + "add_node 1" + ENTER + CTRL_D)
    message = out.partition("shared is a result, which")[2].partition("\x1b")[0]
    assert "\n" in message
    assert all(len(line) <= 80 for line in message.split("\n"))
    assert message.replace("\n", " ").strip().endswith("make a graph of it (copy shared NEW)")


def test_a_history_that_cannot_be_written(typed, monkeypatch, tmp_path):
    """It is kept in memory then."""
    (tmp_path / "file").touch()
    monkeypatch.setenv(HISTORY, str(tmp_path / "file" / "history"))
    assert "1 node" in typed("add_node 1" + ENTER + CTRL_D)[0]
