"""``equibel shell``, ``equibel -c`` and ``equibel run FILE.eqb``: the shell, on a terminal or not."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from equibel.cli.jobs import end_workers
from equibel.cli.render import is_terminal, note

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
@click.option("-c", "--command", "commands", metavar="COMMANDS", help="Execute these commands and end.")
@click.option("--keep-going", is_flag=True, help="Go on after an error, where commands come from a file or pipe.")
@click.option("--read-only", is_flag=True, help="Look at an .eqw file, whoever has it open.")
def shell(file: str | None, commands: str | None, keep_going: bool, read_only: bool) -> int:
    """Start the shell, with the workspace in FILE if there is one.

    An .eqw file keeps every command as soon as it is done, and is made when it is not there; .toml, .json and .bcf files
    are read. 'help' in the shell lists its commands.

    When standard input is no terminal the commands come from there: the first error ends it, with exit code 1 and a
    message that names the line.
    """
    with _session(file, read_only) as session:
        from equibel.shell import run_stream, run_text

        if commands is not None:
            return run_text(session, commands, keep_going=keep_going)
        if is_terminal(sys.stdin) and is_terminal(sys.stdout):
            from equibel.shell.terminal import Terminal

            return Terminal(session).loop()
        return 0 if sys.stdin is None else run_stream(session, sys.stdin.buffer, keep_going=keep_going)


def run_commands(commands: str, keep_going: bool = False) -> int:
    """Execute the commands of ``equibel -c``; the exit code."""
    with _session(None) as session:
        from equibel.shell import run_text

        return run_text(session, commands, keep_going=keep_going)


def is_script(file: str) -> bool:
    """Whether the file is a script of the shell, by its name."""
    return os.path.splitext(file)[1].lower() == SCRIPT


def run_script(file: str, keep_going: bool = False) -> int:
    """Execute a script of the shell; the exit code."""
    from equibel.files.text import read_text

    text = read_text(file)
    with _session(None) as session:
        from equibel.shell import run_text

        return run_text(session, text, file, keep_going=keep_going)


@contextlib.contextmanager
def _session(file: str | None, read_only: bool = False) -> Iterator[Session]:
    """A session with the workspace in a file; in the end nothing waits for work that was interrupted."""
    from equibel.shell import Session
    from equibel.shell.commands.files import open_file
    from equibel.shell.execution import anything_left_behind

    session = Session(*open_file(file, note, read_only=read_only)) if file is not None else Session()
    code = 1
    try:
        yield session
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        raise
    finally:
        session.close()
        if anything_left_behind():
            _end_at_once(code)


def _end_at_once(code: int) -> None:
    """End without waiting for a solver that does not listen: Python would."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    end_workers()
    atexit._run_exitfuncs()
    os._exit(code)


def main() -> None:
    """``equibeli``: the same as ``equibel shell``."""
    from equibel.cli import equibel
    from equibel.cli.work import handle_signals

    if sys.stdout is not None:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    handle_signals()
    equibel.main(["shell", *sys.argv[1:]], prog_name="equibel")
