"""The execution of the commands of a text, one after the other, for a display."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import replace
from typing import Protocol

from equibel.errors import Cancelled, EquibelError, FormulaSyntaxError
from equibel.shell.command_context import Context, always
from equibel.shell.command_registry import command_word, read
from equibel.shell.reply import Reply, one_line
from equibel.shell.scanner import CommandError
from equibel.shell.session import Session
from equibel.shell.statement_execution import execute_in_background
from equibel.shell.statements import Statement, split
from equibel.visible import visible
from equibel.workspace import Entry, Workspace

FAILED, INTERRUPTED = 1, 130
_BUILDING = ("nodes and edges", "atoms and formulas")  # groups of commands
_DEEPEST = 20  # scripts that execute one another


class Display(Protocol):
    """The output of replies and messages.

    Attributes
    ----------
    terse : bool
        Whether commands of a script that build graphs are shown by one line each, without their replies.
    """

    terse: bool

    def show(self, reply: Reply) -> None:
        """Show a reply."""

    def note(self, text: str) -> None:
        """Show a note."""

    def error(self, text: str) -> None:
        """Show an error."""

    def tick(self, name: str, seconds: float, progress: str) -> None:
        """Show that a command has been running for some seconds."""

    def done(self) -> None:
        """Remove the progress display: the command has ended."""

    def before_system(self) -> None:
        """Flush the output: another program is about to write to the terminal."""

    def may_leave(self) -> bool:
        """Whether the user wants to quit: there may be changes that are not saved."""


class Runner:
    """Executes commands for a display.

    Parameters
    ----------
    session : Session
    display : Display
    keep_going : bool
        Whether execution continues after an error.
    ask : callable, optional
        Asks the user a yes-or-no question.

    Attributes
    ----------
    code : int
        The exit code so far: 0, 1 when a command failed, 130 when one was interrupted.
    left : bool
        Whether the user has quit.
    """

    def __init__(self, session: Session, display: Display, keep_going: bool = False, ask: object = always) -> None:
        self.session = session
        self.display = display
        self.keep_going = keep_going
        self.ask = ask if callable(ask) else always
        self.code = 0
        self.left = False
        self._depth = 0

    def run(self, text: str, name: str = "", first_line: int = 1, *, numbered: bool = True) -> bool:
        """Execute the commands in a text; returns whether execution may continue with the next text.

        ``name`` is the name of its file, and ``first_line`` the number of its first line there; messages contain both if
        they are ``numbered``.
        """
        for statement in split(text):
            line = first_line + statement.line - 1
            place = ", ".join(([visible(name)] if name else []) + [f"line {line}"]) if numbered else ""
            before = self.session.workspace, self._last()
            try:
                goes_on = self._execute(statement)
            except KeyboardInterrupt:  # not while it was carried out, for then Ctrl-C only asks it to stop
                what = "done; only the display was interrupted"
                what += " ('undo' reverses it)" if self._done_since(before) else ""
                self.display.error(f"{place}: {what}" if place else what)
                self.code = INTERRUPTED
                return False
            except Cancelled:
                self.display.error(f"{place}: interrupted" if place else "interrupted; the workspace is not changed")
                self.code = INTERRUPTED
                return False
            except EquibelError as error:
                self.display.error(explain(error, statement, place, line))
                self.code = FAILED
                goes_on = self.keep_going
            if self.left or not goes_on:
                return False
        return True

    def _execute(self, statement: Statement) -> bool:
        call = read(statement)
        context = Context(self.session, ask=self.ask)
        before = self.session.workspace, self._last()
        try:
            reply = execute_in_background(
                context, call, lambda seconds, progress: self.display.tick(call.command.name, seconds, progress)
            )
        finally:
            self.display.done()
            if self.session.options.verbose:
                for line in context.statistics.summary():
                    self.display.note(line)
        for note in reply.notes:
            self.display.note(note)
        done = self._done_since(before)
        if self._depth and self.display.terse and call.command.group in _BUILDING and done is not None:
            reply = replace(reply, parts=(one_line(done.line, "dim"),) if reply.parts else ())
        self.display.show(reply)
        if reply.quit:
            self.left = self.display.may_leave()
        if reply.system:
            self._system(reply.system)
        return reply.script is None or self._script(*reply.script)

    def _last(self) -> Entry | None:
        """The last command of the history."""
        return next(reversed(self.session.workspace.history()), None)

    def _done_since(self, before: tuple[Workspace, Entry | None]) -> Entry | None:
        """The last command of the history, if it is new."""
        workspace, last = before
        now = self._last()
        new = now is not None and (last is None or now.number > last.number)
        return now if new and workspace is self.session.workspace else None

    def _script(self, name: str, text: str) -> bool:
        if self._depth >= _DEEPEST:
            raise CommandError(f"too many nested scripts: {name} executes a file that executes it again")
        self._depth += 1
        try:
            return self.run(text, name)
        finally:
            self._depth -= 1

    def _system(self, line: str) -> None:
        self.display.before_system()
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
        try:
            code = subprocess.run(line, shell=True, check=False, preexec_fn=_hear_interrupts).returncode
        except (OSError, ValueError) as error:
            raise CommandError(f"the command cannot be run: {error}") from None
        finally:
            signal.signal(signal.SIGINT, before)
        if code == -signal.SIGINT:
            raise Cancelled("interrupted")
        if code < 0:
            raise CommandError(f"the command was ended by signal {-code}")
        if code:
            raise CommandError(f"the command ended with code {code}")


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def explain(error: EquibelError, statement: Statement, place: str = "", line: int = 1) -> str:
    """The message of an error: its place, the command, what was expected."""
    text = str(error).replace("add them with add_nodes_from", "add them with add_nodes")  # as the shell calls it
    if isinstance(error, FormulaSyntaxError) and error.text == statement.text:
        # The message counts lines from the beginning of the command; a script's reader counts from that of the file.
        if place:
            place = place.removesuffix(str(line)) + str(line + error.line - 1)
        text = text.split(", ", 1)[1]
    if isinstance(error, CommandError) and error.usage:
        text += f"\n  usage: {error.usage}"
    word = command_word(statement.text)[0]
    return f"{place}, {word}: {text}" if place and word else f"{place}: {text}" if place else text
