"""``equibel shell``, ``equibel -c`` and ``equibel run FILE.eqb``: the shell, on a terminal or with other input."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from equibel.cli.render import is_terminal, note
from equibel.cli.work_limits import end_process, end_program

if TYPE_CHECKING:
    from equibel.shell import Session

SCRIPT = ".eqb"


@click.command(
    short_help="Work with graphs and results interactively.",
    epilog="""\b
Examples:
  equibel shell
  equibel shell work.eqw
  equibel shell examples/quickstart.toml
  equibel shell < session.eqb
  equibel shell -c "create_path g2 4; add_formula 0 p; global" """,
)
@click.argument("file", required=False)
@click.option("-c", "--command", "commands", metavar="COMMANDS", help="Execute these commands and exit.")
@click.option("--keep-going", is_flag=True, help="Continue after an error, when commands come from a file or pipe.")
@click.option("--read-only", is_flag=True, help="Open an .eqw file for reading only, even if it is open elsewhere.")
def shell(file: str | None, commands: str | None, keep_going: bool, read_only: bool) -> int:
    """Start the shell, with the workspace in FILE if it is given.

    Every command is saved in an .eqw file at once; it is created if it does not exist. A .toml, .json or .bcf file is only
    read. 'help' in the shell lists its commands.

    If standard input is not a terminal, the commands are read from it: the shell stops at the first error, with exit code 1
    and a message with the line.
    """

    def work(session: Session) -> int:
        from equibel.shell import run_stream, run_text

        if commands is not None:
            return run_text(session, commands, keep_going=keep_going)
        if is_terminal(sys.stdin) and is_terminal(sys.stdout):
            from equibel.shell.terminal import Terminal

            return Terminal(session).loop()
        return 0 if sys.stdin is None else run_stream(session, sys.stdin.buffer, keep_going=keep_going)

    return _in_session(work, file, read_only)


def run_commands(commands: str, keep_going: bool = False, name: str = "") -> int:
    """Execute the commands of ``equibel -c``, or of the file ``name``; returns the exit code."""

    def work(session: Session) -> int:
        from equibel.shell import run_text

        return run_text(session, commands, name, keep_going=keep_going)

    return _in_session(work)


def is_script(file: str) -> bool:
    """Whether the name of a file is that of a script of the shell."""
    return os.path.splitext(file)[1].lower() == SCRIPT


def run_script(file: str, keep_going: bool = False) -> int:
    """Execute a script of the shell; returns the exit code."""
    from equibel.files.text import read_text

    return run_commands(read_text(file), keep_going, file)


def _in_session(work: Callable[[Session], int], file: str | None = None, read_only: bool = False) -> int:
    """Call ``work`` with a session for the workspace in a file; exit at the end without waiting for interrupted work."""
    from equibel.shell import Session
    from equibel.shell.commands.file_commands import open_file
    from equibel.shell.statement_execution import anything_left_behind

    session = Session(*open_file(file, note, read_only=read_only)) if file is not None else Session()
    code = 1
    try:
        code = work(session)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        raise
    finally:
        session.close()
        # Python would wait for a solver that does not react.  Only our own program is ended like this.
        if signal.getsignal(signal.SIGTERM) is end_program and anything_left_behind():
            _end_at_once(code)
    return code


def _end_at_once(code: int) -> None:
    """Exit without waiting for a solver that does not react; Python would wait."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    end_process(code)
