"""Line mode: commands from a pipe, a file or an argument, without a prompt; plain replies and an exit code."""

from __future__ import annotations

import sys
from typing import BinaryIO, TextIO

from equibel.errors import FileFormatError
from equibel.files.access import MAX_BYTES
from equibel.shell.rendering import coloured, plain
from equibel.shell.reply import Reply
from equibel.shell.runner import Runner
from equibel.shell.session import Session
from equibel.shell.statements import is_open
from equibel.visible import visible, visible_message

STDIN = "standard input"


class PlainDisplay:
    """A display that writes replies to one stream and messages to another; replies have colours on a terminal."""

    terse = False

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.err = err or sys.stderr

    def show(self, reply: Reply) -> None:
        """Print a reply and flush it, because the program at the other end of a pipe may wait for it."""
        if self.out.isatty():
            import shutil

            self.out.write(coloured(reply, shutil.get_terminal_size().columns))
        else:
            self.out.write(plain(reply))
        self.out.flush()

    def note(self, text: str) -> None:
        """Print a note."""
        self.error(f"note: {visible(text)}")

    def error(self, text: str) -> None:
        """Print a message."""
        self.out.flush()
        self.err.write(f"equibel: {visible_message(text)}\n")
        self.err.flush()

    def tick(self, name: str, seconds: float, progress: str) -> None:
        """Show no progress."""

    def done(self) -> None:
        """Show no progress."""

    def before_system(self) -> None:
        """Flush the output."""
        self.out.flush()

    def may_leave(self) -> bool:
        """A script quits without a question."""
        return True


def run_text(session: Session, text: str, name: str = "", *, keep_going: bool = False) -> int:
    """Execute the commands in a text; returns the exit code: 0, 1 after an error, 130 after Ctrl-C."""
    runner = Runner(session, PlainDisplay(), keep_going)
    runner.run(text, name)
    return runner.code


def run_stream(session: Session, stream: BinaryIO, *, keep_going: bool = False) -> int:
    """Execute the commands of a stream, each as soon as it is complete; returns the exit code, as `run_text` does."""
    runner = Runner(session, PlainDisplay(), keep_going)
    pending, first = "", 1
    for number, data in enumerate(iter(lambda: stream.readline(MAX_BYTES + 1), b""), start=1):
        if len(data) + len(pending) > MAX_BYTES:
            problem = f"a command is too long; expected at most {MAX_BYTES // 2**20} MiB"
            raise FileFormatError(problem, path=STDIN, line=number)
        try:
            pending += data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise FileFormatError("this is not UTF-8 text", path=STDIN, line=number) from None
        if is_open(pending, blank_ends=False):
            continue
        if not runner.run(pending, "", first):
            return runner.code
        pending, first = "", number + 1
    runner.run(pending, "", first)
    return runner.code
