"""The shell in a real terminal: a process on a pseudo-terminal, and what it draws."""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest
from commandline import ENVIRONMENT, PROGRAM
from long_work import quarrel

import equibel as eb

PATIENCE = 60  # seconds that something may take to appear on a machine that has much else to do
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07")


class Shell:
    """A shell on a pseudo-terminal."""

    def __init__(self, folder, *arguments, size=(24, 80)):
        self.master, slave = os.openpty()
        self.resize(*size)
        environment = ENVIRONMENT | {"EQUIBEL_HISTORY": str(folder / "history"), "PROMPT_TOOLKIT_NO_CPR": "1"}
        environment.pop("COLUMNS", None)
        self.process = subprocess.Popen(
            [*PROGRAM, "shell", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=environment,
            preexec_fn=lambda: _control(slave),
            close_fds=True,
        )
        os.close(slave)
        self.raw = b""
        self.seen = 0

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.master, keys.encode())

    @property
    def text(self):
        return _CONTROL.sub(b"", self.raw).decode("utf-8", "replace").replace("\r", "")

    def _read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            self.raw += data
            return bool(data)
        return True

    def expect(self, pattern):
        """Wait until something appears behind what appeared before."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = re.compile(pattern).search(self.text, self.seen)
            if found:
                self.seen = found.end()
                return found
            if not self._read(0.2):
                break
        raise AssertionError(f"{pattern!r} did not appear in {self.text[self.seen :]!r}")

    def end(self):
        """The exit code, once the process has ended by itself."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < until:
            self._read(0.1)
        return self.process.wait(1)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


def _control(slave):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


@pytest.fixture
def start(tmp_path):
    """A function that starts a shell in an empty folder; all of them end with the test."""
    with contextlib.ExitStack() as stack:

        def run(*arguments, **options):
            shell = Shell(tmp_path, *arguments, **options)
            stack.callback(shell.close)
            shell.expect(r"equibeli \(.*?\) > ")
            return shell

        yield run


@pytest.mark.process
def test_typing_tab_arrows_and_leaving(start):
    """A line is typed, completed, repeated by the arrow; results are tables in colours; Ctrl-D leaves."""
    shell = start()
    shell.type("create_pa\th 4\r")
    shell.expect("h: 4 nodes")
    shell.expect(r"equibeli \(h\) > ")
    shell.type("add_formula 0 quiet\r")
    shell.expect(r"0 +quiet")
    shell.type("add_formula 3 ~q\t\r")
    shell.expect(r"3 +~quiet")
    shell.type("global\r")
    shell.expect("global of h")
    shell.expect("no node has changed")
    shell.type("undo\r")
    shell.expect("undone: global of h")
    shell.type("\x1b[A\x1b[A\r")
    shell.expect("global of h")
    shell.expect("no node has changed")
    shell.expect(r"equibeli \(h\) > ")
    assert b"\x1b[3" in shell.raw  # colours
    shell.type("\x04")
    shell.expect(r"not saved.*\[y/N\]")
    shell.type("y\r")
    assert shell.end() == 0


@pytest.mark.process
def test_a_formula_error_is_shown_before_it_is_accepted(start):
    """Below the line stands a caret with what is wrong; once corrected it is accepted."""
    shell = start()
    shell.type("add_node 1\r")
    shell.expect("1 node")
    shell.type("add_formula 1 p & & q\r")
    shell.expect(r"\^ unexpected '&'")
    shell.type("\x1b[3~r &\r")
    shell.expect(r"1 +p & r & q")


def test_interrupting_a_long_computation(start, tmp_path):
    """Progress is shown; Ctrl-C ends it at once, the workspace is as it was, the shell goes on."""
    eb.write_graph(quarrel(), tmp_path / "hard.json")
    shell = start("w.eqw")
    shell.type("load hard.json\r")
    shell.expect("loaded hard.json")
    for line in ("global", "derive x = simple g"):
        shell.type(line + "\r")
        shell.expect("Ctrl-C interrupts")
        shell.type("\x03")
        shell.expect("interrupted; the workspace is not changed")
    shell.type("results; history\r")
    shell.expect("load hard.json into g")
    shell.type("nodes\r")
    shell.expect(r"2 nodes: \[0, 1\]")
    shell.type("quit\r")
    assert shell.end() == 0


@pytest.mark.process
def test_resizing(start):
    """Tables and the line fit the new size."""
    shell = start()
    shell.resize(40, 120)
    os.killpg(shell.process.pid, signal.SIGWINCH)
    shell.type("create_path g2 3; add_formula 0 " + " & ".join(f"atom_{i}" for i in range(9)) + "\r")
    shell.expect(" & ".join(f"atom_{i}" for i in range(9)))
    shell.type("nodes\r")
    shell.expect("3 nodes")


@pytest.mark.process
def test_ctrl_c_at_the_prompt_and_system_commands(start):
    """Ctrl-C drops the line; a command of the system writes to the terminal."""
    shell = start()
    shell.type("add_node 1\x03")
    shell.type("!echo to-the-$((40+2))\r")
    shell.expect("to-the-42")
    shell.type("nodes\r")
    shell.expect(r"0 nodes: \[\]")


@pytest.mark.process
def test_interrupting_a_system_command(start):
    """Ctrl-C ends it; that is what the message says, and the shell goes on."""
    shell = start()
    shell.type("!echo sleeping-$((40+2)); exec sleep 60\r")
    shell.expect("sleeping-42")
    shell.type("\x03")
    shell.expect("interrupted")
    shell.type("add_node 1\r")
    shell.expect("1 node")


@pytest.mark.process
def test_killed_at_any_moment(start, tmp_path):
    """What was acknowledged is in the file."""
    shell = start("w.eqw")
    for number in range(3):
        shell.type(f"add_node {number}\r")
        shell.expect(f"{number + 1} nodes?:")
    shell.process.kill()
    shell.process.wait()
    again = start("w.eqw")
    again.type("nodes\r")
    again.expect(r"3 nodes: \[0, 1, 2\]")
