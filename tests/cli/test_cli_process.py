"""The command as a program of its own: streams, pipes, signals and terminals."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import pytest
from commandline import CHAIN_ANSWER, ENVIRONMENT, PROGRAM, hard_scenario, program, shell, write_chain, write_json


@pytest.fixture
def chain(tmp_path):
    return write_chain(tmp_path)


@pytest.fixture
def hard(tmp_path):
    return write_json(tmp_path / "hard.json", hard_scenario())


@pytest.fixture
def wide(tmp_path):
    """A scenario whose result is longer than a pipe's buffer."""
    return write_json(tmp_path / "wide.json", {"nodes": [{"id": f"n{i}" + 100 * "x"} for i in range(2000)], "edges": []})


@pytest.mark.process
def test_results_and_messages_have_their_own_streams(chain):
    """Results are on standard output, and nothing else; messages are on standard error."""
    ran = program("solve", chain, "--operator", "global")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, CHAIN_ANSWER, "")
    ran = program("solve", "missing.json", "--operator", "global")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("equibel: missing.json")


def test_standard_input(chain):
    """``-`` reads JSON from a pipe, so that commands can be chained."""
    ran = shell(f"cat {chain} | equibel solve - --operator global --output json | equibel query - 3 r")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "yes\n", "")


@pytest.mark.process
def test_standard_input_that_is_closed():
    """Reading from a closed standard input fails with a message."""
    ran = shell("equibel query - 3 r <&-")
    assert ran.returncode == 1
    assert ran.stderr == "equibel: standard input is closed\n"


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.process
def test_reader_that_stops_early(wide, output):
    """When the reader of a pipe has seen enough, the program ends without a word."""
    ran = shell(f"set +o pipefail; equibel solve {wide} --operator global --output {output} | head -c 10")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout) == 10


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    [
        "solve {0} --operator global",
        "-c 'create_path g 3; nodes; edges'",
        "revise p q",
        "convert {0} -",
        "query {0} 1 p",
        "--help",
        "solve --help",
        "--version",
    ],
)
@pytest.mark.process
def test_reader_that_is_gone(chain, arguments, unbuffered):
    """It was exit code 0, though nothing was written; 141 is what a shell says of programs that SIGPIPE ends."""
    ran = shell(f"PYTHONUNBUFFERED={unbuffered} equibel {arguments.format(chain)} | true; exit ${{PIPESTATUS[0]}}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (141, "", "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.process
def test_reader_that_has_seen_enough(wide, unbuffered):
    """The same in the middle of a long output; with PYTHONUNBUFFERED what was not taken was dropped."""
    command = f"PYTHONUNBUFFERED={unbuffered} equibel solve {wide} --operator global"
    ran = shell(f"{command} | head -c 10; exit ${{PIPESTATUS[0]}}")
    assert (ran.returncode, len(ran.stdout), ran.stderr) == (141, 10, "")


COMMANDS = [
    "solve {0} --operator global",
    "run {1}",
    "query {0} 1 p",
    "compare {0}",
    "convert {0} -",
    "-c nodes",
    "revise p q",
    "help",
    "--help",
    "query --help",
    "--version",
]


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize(
    ("to", "why"),
    [(">&-", "Bad file descriptor"), ("1</dev/null", "Bad file descriptor"), (">/dev/full", "No space left on device")],
)
@pytest.mark.process
def test_output_that_cannot_be_written(chain, tmp_path, arguments, to, why):
    """Output that cannot be written is a failure that is told; to a closed standard output it was lost with exit code 0."""
    workspace = tmp_path / "w.toml"
    workspace.write_text('[graphs.g]\npath = 2\n[results.r]\nof = "g"\noperator = "global"\n')
    ran = shell(f"equibel {arguments.format(chain, workspace)} {to}")
    assert (ran.returncode, ran.stderr) == (1, f"equibel: the output cannot be written: {why}\n")


@pytest.mark.parametrize("arguments", ["convert {0} {1}", "-c 'add_node 1;'", "shell </dev/null"])
@pytest.mark.process
def test_closed_output_of_commands_that_write_nothing(chain, tmp_path, arguments):
    """They do what they were asked."""
    ran = shell(f"equibel {arguments.format(chain, tmp_path / 'out.json')} >&-")
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("arguments", ["solve missing.json --operator global", "-c nonsense"])
@pytest.mark.parametrize("to", ["2>&-", "2>/dev/full"])
@pytest.mark.process
def test_messages_that_cannot_be_written(arguments, to):
    """The exit code remains."""
    ran = shell(f"equibel {arguments} {to}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", "")


@pytest.mark.process
def test_names_outside_the_character_set(tmp_path):
    """What the output's character set does not have is shown by its number; JSON escapes it."""
    file = write_json(tmp_path / "g.json", {"nodes": [{"id": "愛", "formulas": ["p"]}], "edges": []})
    environment = ENVIRONMENT | {"PYTHONIOENCODING": "latin-1"}
    assert program("solve", file, "--operator", "global", env=environment).stdout == "\\u611b  p\n"
    ran = program("solve", file, "--operator", "global", "--output", "json", env=environment)
    assert json.loads(ran.stdout)["graph"]["nodes"][0]["id"] == "愛"


@pytest.mark.process
@pytest.mark.parametrize(
    ("number", "code", "jobs"),
    [
        pytest.param(signal.SIGINT, 130, 1, id="INT"),
        pytest.param(signal.SIGINT, 130, 2, id="INT-workers", marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, 2, id="TERM-workers"),
    ],
)
def test_signals_end_a_long_solve(tmp_path, number, code, jobs):
    """Ctrl-C and a request to terminate end the work at once, in order, and with all its processes."""
    file = write_json(tmp_path / "hard.json", hard_scenario() | {"comment": "makes a note when it is read"})
    command = [*PROGRAM, "solve", str(file), "--operator", "simple", "--jobs", str(jobs)]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stderr.readline().startswith("equibel: note: ")
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(number)
    # The pipes end when the last process that holds them does: workers, too.
    output, messages = process.communicate(timeout=20)
    assert process.returncode == code
    assert output == ""
    assert messages == ("equibel: interrupted\n" if number == signal.SIGINT else "")


@pytest.mark.process
def test_workers_do_not_outlive_a_program_that_is_killed(hard):
    """A program that has no chance to end in order still leaves no process behind."""
    command = [*PROGRAM, "solve", str(hard), "--operator", "simple", "--jobs", "2"]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(2)
    process.kill()
    assert process.communicate(timeout=20)[0] == b""


class Terminal:
    """A program in a pseudo-terminal of 80 columns."""

    def __init__(self, *arguments, environment=ENVIRONMENT, output=None):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            env=environment,
            stdin=slave,
            stdout=slave if output is None else output,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: _make_controlling(slave),
        )
        os.close(slave)
        self.text = ""

    def read(self, until=None, seconds=30):
        """Read until the text matches, or to the end."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and not (until and re.search(until, self.text)):
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    data = os.read(self.master, 65536)
                except OSError:  # the other end is closed
                    break
                if not data:
                    break
                self.text += data.decode("utf-8", "replace")
        return self.text

    def type(self, keys):
        os.write(self.master, keys)

    def close(self):
        code = self.process.wait(timeout=20)
        os.close(self.master)
        return code


def _make_controlling(terminal):
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))


def without_controls(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.process
def test_table_on_a_terminal(chain):
    """On a terminal the result is a table with a heading and a rule."""
    terminal = Terminal("solve", chain, "--operator", "global")
    lines = [line.rstrip() for line in without_controls(terminal.read()).split("\n")]
    assert terminal.close() == 0
    assert any(re.fullmatch(r"\s*node\s+believes", line) for line in lines)
    assert any(re.fullmatch(r"\s*4\s+r & ~p & ~q", line) for line in lines)
    assert "─" in "".join(lines)


@pytest.mark.process
def test_long_formulas_are_folded_on_a_terminal(tmp_path):
    """A table on a terminal folds what is too long for a line and shows all of it, markup or not."""
    atoms = [f"a{i}" for i in range(100)]
    data = {"nodes": [{"id": 60 * "[bold]x[/bold]", "formulas": [" & ".join(atoms)]}], "edges": []}
    terminal = Terminal("solve", write_json(tmp_path / "g.json", data), "--operator", "global")
    text = without_controls(terminal.read())
    assert terminal.close() == 0
    assert re.findall(r"\ba\d+\b", text) == atoms
    assert text.count("x") >= 60
    assert "[bold]x[/bold]" in text
    assert "…" not in text


@pytest.mark.process
def test_no_colour_is_respected(chain):
    """With ``NO_COLOR`` set the terminal receives no colours."""
    terminal = Terminal("solve", chain, "--operator", "global", environment=ENVIRONMENT | {"NO_COLOR": "1"})
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", terminal.read())
    terminal.close()


@pytest.mark.process
def test_progress_of_long_work_on_a_terminal(hard):
    """Work that takes longer than a second shows a bar on the terminal, also when the results go elsewhere."""
    terminal = Terminal("solve", hard, "--operator", "simple", "--time-limit", "2.5", output=subprocess.PIPE)
    text = terminal.read()
    assert terminal.process.stdout.read() == b""
    terminal.process.stdout.close()
    assert terminal.close() == 1
    assert "simple" in without_controls(text)
    assert re.search(r"0:00:0[12]", text)
    assert "equibel: the time limit of 2.5 s was reached" in text
    assert text.rstrip().endswith("smaller")
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h")  # the cursor is back


@pytest.mark.process
def test_short_work_shows_no_progress(chain):
    """Work that is done at once shows its result only."""
    terminal = Terminal("solve", chain, "--operator", "global")
    assert "0:00" not in terminal.read()
    terminal.close()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.process
def test_ctrl_c_on_a_terminal(hard, jobs):
    """Ctrl-C reaches all processes of the terminal and gives one message, with the cursor visible again."""
    terminal = Terminal("solve", hard, "--operator", "simple", "--jobs", jobs)
    terminal.read(until=r"0:00:0[1-9]")
    terminal.type(b"\x03")
    text = terminal.read()
    assert terminal.close() == 130
    assert "Traceback" not in text
    assert text.count("equibel: ") == 1
    assert text.rstrip().endswith("equibel: interrupted")
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h")


@pytest.mark.process
def test_python_dash_m(chain):
    """``python -m equibel`` is the same program, under the same name."""
    ran = program("--help")
    assert ran.stdout.startswith("Usage: equibel [OPTIONS]")
