"""The end of a command: it is noticed at once, and Ctrl-C comes too late then."""

from queue import Empty, Queue

import pytest

from equibel.shell import Context, Session, parse, statement_execution
from equibel.shell.lines import PlainDisplay
from equibel.shell.runner import Runner


def test_nobody_waits_for_a_command_that_is_done(monkeypatch):
    """Its end wakes up who waits; questions are still answered in between."""
    waited = []

    class Watched(Queue):
        def get(self, *arguments, **options):
            try:
                return super().get(*arguments, **options)
            except Empty:
                waited.append(options)
                raise

    monkeypatch.setattr(statement_execution, "Queue", Watched)
    monkeypatch.setattr(statement_execution, "_POLL", 20)
    asked = []

    def ask(question):
        asked.append(question)
        return True

    session = Session()
    for call in parse("create_path h 3; derive r = ring; add_node 5; delete h"):
        statement_execution.execute_in_background(Context(session, ask=ask), call)
    assert (len(asked), waited) == (1, [])
    assert list(session.workspace.results) == []


class Impatient(PlainDisplay):
    """A display during which Ctrl-C is pressed."""

    def __init__(self):
        super().__init__()
        self.errors = []

    def show(self, reply):
        raise KeyboardInterrupt

    def error(self, text):
        self.errors.append(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add_node 1", "done; only the display was interrupted ('undo' reverses it)"),
        ("nodes", "done; only the display was interrupted"),
        ("save w.eqw", "done; only the display was interrupted"),
        ("open x.eqw", "done; only the display was interrupted"),
    ],
)
def test_interrupting_the_display(line, said, tmp_path, monkeypatch):
    """Ctrl-C after the work: it is done, and the message says whether something has changed."""
    monkeypatch.chdir(tmp_path)
    session, display = Session(), Impatient()
    runner = Runner(session, display)
    assert not runner.run(line, numbered=False)
    assert display.errors == [said]
    assert runner.code == 130
    assert (1 in session.workspace.graphs["g"]) == (line == "add_node 1")
    session.close()


def test_a_system_command_that_was_interrupted(capsys):
    """It is said to be interrupted, and ends a script as Ctrl-C does; another signal is named."""
    runner = Runner(Session(), PlainDisplay())
    runner.run("!kill -INT $$\nnodes")
    assert (runner.code, capsys.readouterr().err) == (130, "equibel: line 1: interrupted\n")
    runner.run("!kill -TERM $$")
    assert "ended by signal 15" in capsys.readouterr().err
