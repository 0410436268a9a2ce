"""Standard output and standard error, including those that are closed, full or without a reader."""

from __future__ import annotations

import contextlib
import io
import os
import select
import sys


def prepare() -> None:
    """Make both streams accept all characters, and writing to a closed standard output fail.

    Python has ``None`` for a closed stream, and would drop what is written.  Messages to a closed standard error are
    dropped: the exit code remains.
    """
    if sys.stdout is None:
        # Nothing can be written to what was opened for reading; and no other file takes its number.
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the same
    if isinstance(sys.stdout.buffer, io.RawIOBase):
        # With PYTHONUNBUFFERED, as in many containers, Python drops what a write to a full disk or pipe does not take.
        sys.stdout = open(sys.stdout.fileno(), "w", encoding=sys.stdout.encoding, closefd=False)  # noqa: SIM115
    # A name the terminal's character set does not have is shown by its number.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def reader_has_ended() -> bool:
    """Whether the program at the other end of standard output has ended."""
    if not hasattr(select, "poll"):
        return False
    output = select.poll()
    output.register(sys.stdout.fileno(), 0)  # errors are told without being asked for
    return any(event & select.POLLERR for _, event in output.poll(0))


def abandon_output() -> None:
    """Redirect standard output to the null device, so that Python does not try again to write while it exits."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
