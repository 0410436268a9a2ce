"""The shell on a terminal, with prompt-toolkit."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth
from prompt_toolkit.validation import ValidationError, Validator

from equibel._version import __version__
from equibel.files.access import MAX_BYTES, file_kind
from equibel.shell.command_registry import find
from equibel.shell.commands.file_commands import as_left
from equibel.shell.cursor import check
from equibel.shell.highlight import parts
from equibel.shell.rendering import coloured
from equibel.shell.reply import Reply
from equibel.shell.runner import Runner
from equibel.shell.session import Session
from equibel.shell.show import count, node_text
from equibel.shell.statements import is_open
from equibel.shell.tab_completion import complete
from equibel.visible import visible, visible_message

HISTORY = "EQUIBEL_HISTORY"
_PATIENCE = 0.5  # seconds of work before progress is shown
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_STYLE = Style.from_dict(
    {
        "command": "ansicyan bold",
        "unknown": "ansired",
        "number": "ansigreen",
        "text": "ansigreen",
        "atom": "",
        "constant": "ansimagenta",
        "connective": "ansiyellow",
        "bracket": "",
        "comment": "ansibrightblack italic",
        "error": "ansired underline bold",
        "prompt": "ansiblue bold",
        "bottom-toolbar": "noreverse bg:#303030 #d0d0d0",
        "bottom-toolbar.stale": "ansiyellow",
        "validation-toolbar": "noreverse bg:default ansired bold",
        "matching-bracket.cursor": "reverse",
        "matching-bracket.other": "bg:ansicyan #000000",
    }
)


class _Completer(Completer):
    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for each in complete(document.text_before_cursor, self.session):
            yield Completion(each.text, -each.replaces, display=visible(each.text), display_meta=visible(each.meaning))


class _Lexer(Lexer):
    def lex_document(self, document: Document) -> Any:
        text = document.text
        found = parts(text)
        starts = [0]
        for each in document.lines:
            starts.append(starts[-1] + len(each) + 1)

        def line(number: int) -> StyleAndTextTuples:
            begin, end = starts[number], starts[number] + len(document.lines[number])
            shown: StyleAndTextTuples = []
            for first, last, kind in found:
                if begin <= first < end:
                    shown += [("", text[begin:first]), (f"class:{kind}", text[first : min(last, end)])]
                    begin = min(last, end)
            return [*shown, ("", text[begin:end])]

        return line


class _Validator(Validator):
    """A validator that rejects formulas with errors, with a caret below the position."""

    def __init__(self, prompt_width: Any) -> None:
        self.prompt_width = prompt_width

    def validate(self, document: Document) -> None:
        problem = check(document.text)
        if problem is None:
            return
        position = min(problem.position, len(document.text))
        before = document.text[:position].rpartition("\n")[2]
        at = self.prompt_width() + get_cwidth(before)
        raise ValidationError(position, with_caret(visible(problem.message), at, shutil.get_terminal_size().columns))


def _common_beginning(words: list[str]) -> str:
    least, greatest = min(words), max(words)
    differing = (i for i, letter in enumerate(least) if greatest[i] != letter)
    return least[: next(differing, len(least))]


def goes_on(text: str) -> bool:
    """Whether Enter begins another line: a bracket is open, and there is no error before it.

    >>> goes_on("add_formula 1 (p &"), goes_on("add_formula 1 (p & &"), goes_on("add_formula 1 p &")
    (True, False, False)
    """
    problem = check(text)
    return is_open(text) and (problem is None or problem.position >= len(text.rstrip()))


def with_caret(message: str, at: int, width: int) -> str:
    """The message beside a caret in a column, on one line of a screen.

    >>> with_caret("wrong", 4, 40), with_caret("wrong", 36, 40), with_caret("a very long message", 15, 20)
    ('    ^ wrong', '                              wrong ^', 'a very long message')
    """
    for shorter in (message, message.partition("; expected")[0]):
        if at + 2 + len(shorter) <= width:
            return " " * at + "^ " + shorter
    if len(message) + 1 <= at < width:
        return " " * (at - len(message) - 1) + message + " ^"
    return message


def wrap(text: str, width: int) -> str:
    """The text with its lines broken between words; indented lines quote what was typed and stay as they are.

    >>> wrap("a long message about this\\n  and a quotation", 12)
    'a long\\nmessage\\nabout this\\n  and a quotation'
    """
    return "\n".join(
        line
        if line[:1].isspace()
        else textwrap.fill(line, max(width, 2), break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
        for line in text.split("\n")
    )


class _History(FileHistory):
    """The history in a file; errors of writing it are ignored."""

    def store_string(self, string: str) -> None:
        with contextlib.suppress(OSError):
            super().store_string(string)


def history_file() -> Path:
    """The path of the history file: from the environment, or in the user's state folder."""
    chosen = os.environ.get(HISTORY)
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_STATE_HOME")
    return Path(base or "~/.local/state").expanduser() / "equibel" / "history"


def open_history() -> History:
    """The history, in memory if the file cannot be used."""
    try:
        path = history_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        if file_kind(path) not in ("a file", ""):
            return InMemoryHistory()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(descriptor).st_size
        os.close(descriptor)
    except (OSError, RuntimeError, ValueError):
        return InMemoryHistory()
    if size > MAX_BYTES:
        return InMemoryHistory()
    return _History(str(path))


class Terminal:
    """The shell on a terminal.  In scripts executed with `source`, commands that build graphs are shown by one line each.

    Parameters
    ----------
    session : Session
    input, output : prompt_toolkit.input.Input, prompt_toolkit.output.Output, optional
        Input of keys and output of text; the default is the terminal.
    """

    terse = True

    def __init__(self, session: Session, input: Input | None = None, output: Output | None = None) -> None:
        self.session = session
        self.runner = Runner(session, self, ask=self.ask)
        self._spinning = False
        self._status: tuple[object, str, str] = (None, "", "")
        self.prompt: PromptSession[str] = PromptSession(
            self._message,
            input=input,
            output=output,
            lexer=_Lexer(),
            completer=_Completer(session),
            complete_while_typing=False,
            complete_in_thread=False,
            validator=_Validator(lambda: get_cwidth(self._prompt_text())),
            validate_while_typing=False,
            history=open_history(),
            enable_history_search=True,
            auto_suggest=AutoSuggestFromHistory(),
            multiline=Condition(lambda: goes_on(self.prompt.default_buffer.text)),
            prompt_continuation=lambda width, number, wrapped: [("class:prompt", "… ".rjust(width))],
            input_processors=[HighlightMatchingBracketProcessor()],
            bottom_toolbar=self._toolbar,
            key_bindings=self._keys(),
            style=_STYLE,
            include_default_pygments_style=False,
        )
        # Messages and the toolbar stand right below what is typed, so that the caret points at it.
        self.prompt.layout.current_window.dont_extend_height = to_filter(True)

    def loop(self) -> int:
        """Read and execute commands until the user quits; returns the exit code."""
        self._write(self._welcome())
        while not self.runner.left:
            try:
                self.runner.run(self.prompt.prompt(), numbered=False)
            except KeyboardInterrupt:
                continue
            except EOFError:
                self.runner.left = self.may_leave()
        return 0

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("tab")
        def tab(event: KeyPressEvent) -> None:
            """Insert the common beginning of all completions, or show the menu of completions."""
            buffer = event.current_buffer
            if buffer.complete_state:
                buffer.complete_next()
                return
            found = complete(buffer.document.text_before_cursor, self.session)
            if not found:
                return
            common = _common_beginning([each.text for each in found])
            if len(found) == 1 or len(common) > found[0].replaces:
                buffer.delete_before_cursor(found[0].replaces)
                command = find(common) if len(found) == 1 and not buffer.text[: buffer.cursor_position].strip() else None
                buffer.insert_text(common + (" " if command is not None and command.arguments else ""))
            else:
                buffer.start_completion()

        return keys

    # What is shown around the line --------------------------------------------------------------------------------

    def _prompt_text(self) -> str:
        return f"equibeli ({visible(self.session.current or '-')}) > "

    def _message(self) -> StyleAndTextTuples:
        return [("class:prompt", self._prompt_text())]

    def _welcome(self) -> str:
        where = f", {self.session.workspace.path}" if self.session.workspace.path else ""
        where += as_left(self.session)
        told = f"Equibel {__version__}{where}.  help lists the commands, TAB completes, Ctrl-D quits."
        return wrap(visible(told), shutil.get_terminal_size().columns) + "\n"

    def _toolbar(self) -> StyleAndTextTuples:
        session = self.session
        key = (session.workspace, session.workspace.version, session.current)
        if self._status[0] != key:  # found out once, not at every key
            self._status = key, self._graph_status(), self._result_status()
        _, graph, results = self._status
        options = session.options
        words = [options.optimum, options.method]
        words += [f"{options.time_limit:g} s"] if options.time_limit is not None else []
        words += [f"{options.jobs} jobs"] if options.jobs > 1 else []
        kept = session.workspace.path
        file = visible(os.path.basename(kept)) if kept else "not saved" if session.unsaved else "in memory"
        shown: StyleAndTextTuples = [("", f" {graph} │ {' '.join(words)} │ ")]
        if results:
            shown += [("class:bottom-toolbar.stale" if "stale" in results else "", results), ("", " │ ")]
        return [*shown, ("", file)]

    def _graph_status(self) -> str:
        name, graph = self.session.current, self.session.peek()
        if name is None:
            return "no graph"
        if graph is None:
            return f"{node_text(name)}: not computed yet"
        sizes = [count(graph.number_of_nodes(), "node"), count(graph.number_of_edges(), "edge")]
        return f"{node_text(name)}: {', '.join([*sizes, count(len(self.session.atoms()), 'atom')])}"

    def _result_status(self) -> str:
        states = [status.state for status in self.session.workspace.statuses().values()]
        parts = [f"{states.count(state)} {state}" for state in ("stale", "new", "failed") if state in states]
        return f"{count(len(states), 'result')}{': ' + ', '.join(parts) if parts else ''}" if states else ""

    # Display ------------------------------------------------------------------------------------------------------

    def show(self, reply: Reply) -> None:
        """Show a reply; a long one in the pager."""
        if not reply.parts:
            return
        size = shutil.get_terminal_size()
        text = coloured(reply, size.columns)
        if self.session.options.pager and text.count("\n") >= size.lines - 1 and sys.stdout.isatty() and _page(text):
            return
        self._write(text)

    def note(self, text: str) -> None:
        """Show a note."""
        wrapped = wrap(f"note: {visible(text)}", shutil.get_terminal_size().columns).removeprefix("note:")
        self._write(f"\x1b[33mnote:\x1b[0m{wrapped}\n")

    def error(self, text: str) -> None:
        """Show an error."""
        self._write(f"\x1b[31m{wrap(visible_message(text), shutil.get_terminal_size().columns)}\x1b[0m\n")

    def tick(self, name: str, seconds: float, progress: str) -> None:
        """Show the progress of a command that has been running for a while."""
        if seconds < _PATIENCE:
            return
        self._spinning = True
        turning = _SPINNER[int(seconds * 10) % len(_SPINNER)]
        line = f"{turning} {name} {visible(progress)}  {seconds:.0f} s  Ctrl-C interrupts"
        self._write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")

    def done(self) -> None:
        """Remove the progress display."""
        if self._spinning:
            self._spinning = False
            self._write("\r\x1b[K")

    def before_system(self) -> None:
        """Flush the output."""
        sys.stdout.flush()

    def may_leave(self) -> bool:
        """Whether the user wants to quit, although there are changes that are not saved."""
        return not self.session.unsaved or self.ask(
            "The changes are not saved ('save FILE' saves them). Quit without saving?"
        )

    def ask(self, question: str) -> bool:
        """Ask the user a yes-or-no question; Ctrl-C and Ctrl-D mean no."""
        self.done()
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return input(f"{visible(question)} [y/N] ").strip().lower() in ("y", "yes")
        except (KeyboardInterrupt, EOFError):
            self._write("\n")
            return False
        finally:
            signal.signal(signal.SIGINT, before)

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _page(text: str) -> bool:
    """Show a text in the user's pager; returns whether there is one."""
    command = shlex.split(os.environ.get("PAGER") or "less -RFX")
    if not command or shutil.which(command[0]) is None:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run(command, input=text, text=True, encoding="utf-8", check=False)
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True
