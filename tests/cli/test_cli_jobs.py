"""``--jobs``: the same answers from several processes, none of which is left however the program ends."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from commandline import CHAIN_ANSWER, ENVIRONMENT, PROGRAM, call, hard_scenario, write_chain, write_json

MARK = "EQUIBEL_TEST_RUN"


class Run:
    """The program at work on something that takes long, and the processes it has started."""

    def __init__(self, *arguments):
        self.mark = f"{MARK}={uuid.uuid4()}"
        name, value = self.mark.split("=")
        self.process = subprocess.Popen(
            [*PROGRAM, *map(str, arguments)],
            env=ENVIRONMENT | {name: value},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def processes(self):
        """All processes of this run, with their command lines; the program itself as well, as long as it is there."""
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and self.mark in (folder / "environ").read_text(errors="replace").split("\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_text(errors="replace").replace("\0", " ")
            except OSError:  # it has ended meanwhile
                continue
        return {number: command for number, command in found.items() if command}  # what has ended has no command line

    def workers(self, count, seconds=30):
        """The workers, once there are so many and they are at work."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            found = [number for number in self.processes() if number != self.process.pid and _time_used(number) > 0.3]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise AssertionError(f"there are no {count} workers at work: {self.processes()}")

    def end(self, seconds=20):
        """What the program said, and that nothing is left of it."""
        output, messages = self.process.communicate(timeout=seconds)
        limit = time.monotonic() + 5
        while self.processes() and time.monotonic() < limit:
            time.sleep(0.05)
        assert self.processes() == {}
        return self.process.returncode, output, messages

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for number in self.processes():
            os.kill(number, signal.SIGKILL)
        self.process.communicate()


def _time_used(number):
    """Seconds of processor time that a process has used."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def hard(tmp_path):
    return write_json(tmp_path / "hard.json", hard_scenario())


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.process
def test_the_same_answer(tmp_path, jobs):
    """However many processes there are, the answer is the same."""
    ran = call("solve", write_chain(tmp_path), "--operator", "global", "--jobs", jobs)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, CHAIN_ANSWER, "")


@pytest.mark.process
@pytest.mark.parametrize(
    "options",
    [
        ["simple", "--fixpoint"],
        pytest.param(["ring", "--steps", "2"], marks=pytest.mark.slow),
        pytest.param(["augmenting", "--optimum", "cardinality"], marks=pytest.mark.slow),
    ],
    ids=lambda options: options[0],
)
def test_the_same_answers(tmp_path, options):
    """The same for iterations, with as many nodes as are put together in tasks."""
    beliefs = [["p | q"], ["~p | r", "q"], ["q & ~r"], ["p = r"], []]
    graph = {
        "nodes": [{"id": v, "formulas": beliefs[v % 5]} for v in range(140)],
        "edges": [{"source": v, "target": v + 1} for v in range(139) if v % 20 != 19],
    }
    file = write_json(tmp_path / "g.json", graph)
    alone, together = (call("solve", file, "--operator", *options, "--jobs", jobs) for jobs in (1, 2))
    assert alone.exit_code == together.exit_code == 0
    assert together.stdout == alone.stdout
    assert together.stderr == alone.stderr


@pytest.mark.parametrize("jobs", ["0", "-1", "1001", "two"])
@pytest.mark.process
def test_a_number_of_jobs_is_wanted(tmp_path, jobs):
    """What is no sensible number of processes is refused."""
    ran = call("solve", write_chain(tmp_path), "--operator", "global", "--jobs", jobs)
    assert ran.exit_code == 2
    assert "--jobs" in ran.stderr


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [(signal.SIGINT, 130, "equibel: interrupted\n"), (signal.SIGTERM, 143, "")],
    ids=["INT", "TERM"],
)
@pytest.mark.process
def test_signals(hard, number, code, message):
    """Ctrl-C, or a request to end, ends the program and all its processes soon, and nobody complains."""
    with Run("solve", hard, "--operator", "simple", "--jobs", "2") as run:
        run.workers(2)
        began = time.monotonic()
        run.process.send_signal(number)
        assert run.end() == (code, "", message)
        assert time.monotonic() - began < 5


@pytest.mark.process
def test_ctrl_c_for_everybody(hard):
    """A terminal sends Ctrl-C to all processes of the program: one message, and still nobody complains."""
    with Run("solve", hard, "--operator", "simple", "--jobs", "2", "--time-limit", "60") as run:
        run.workers(2)
        os.killpg(run.process.pid, signal.SIGINT)
        assert run.end() == (130, "", "equibel: interrupted\n")


@pytest.mark.parametrize("moment", [pytest.param(at, marks=[pytest.mark.slow] * (at != 0.4)) for at in (0.1, 0.4, 0.8, 1.2)])
def test_ctrl_c_at_the_beginning(hard, moment):
    """While the program and its workers are starting it is the same, once the program can speak."""
    with Run("solve", hard, "--operator", "simple", "--jobs", "2") as run:
        time.sleep(moment)
        os.killpg(run.process.pid, signal.SIGINT)
        code, output, messages = run.end()
        assert output == ""
        if "equibel: " in messages or code == 130:
            assert (code, messages) == (130, "equibel: interrupted\n")
        else:  # Python itself was still starting
            assert code in (-signal.SIGINT, 1)


@pytest.mark.process
def test_ctrl_c_while_a_module_is_imported(tmp_path):
    """Python runs many modules' texts by `exec`; after Ctrl-C there, ``python -m`` would end by the signal, not with 130."""
    (tmp_path / "program.py").write_text(
        "from equibel.cli import command_line, main\n"
        "command_line.show_help.callback = lambda **_: exec('raise KeyboardInterrupt')\n"
        "main()\n"
    )
    command = [sys.executable, "-m", "program", "help"]
    ran = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "equibel: interrupted\n")


@pytest.mark.process
def test_time_limit(hard):
    """When the time is over the workers end with the program."""
    with Run("solve", hard, "--operator", "simple", "--jobs", "2", "--time-limit", "3") as run:
        code, output, messages = run.end()
        assert (code, output) == (1, "")
        assert re.fullmatch(r"equibel: the time limit of 3 s was reached; .*\n", messages)


def test_a_worker_that_is_killed(hard):
    """When a worker is killed, the program says so and ends, with the other workers."""
    with Run("solve", hard, "--operator", "simple", "--jobs", "2") as run:
        os.kill(max(run.workers(2)), signal.SIGKILL)
        code, output, messages = run.end()
        assert (code, output) == (1, "")
        said = r"equibel: the executor could not do the work \(BrokenProcessPool: .*\); try again.*\n"
        assert re.fullmatch(said, messages)


@pytest.mark.process
def test_a_program_that_is_killed(hard):
    """A program that has no chance to end in order still leaves no process behind."""
    with Run("solve", hard, "--operator", "simple", "--jobs", "2") as run:
        run.workers(2)
        run.process.kill()
        code, output, _ = run.end()
        assert (code, output) == (-signal.SIGKILL, "")


CANCELLED_WORK = """
import time
from equibel.cli import worker_processes

end_workers = worker_processes.end_workers
worker_processes.end_workers = lambda: (end_workers(), time.sleep(0.5))  # the pool notices before anything else happens
try:
    with worker_processes.workers(2) as pool:
        tasks = [pool.submit(time.sleep, 60) for _ in range(4)]
        tasks += [pool.submit(len, bytes(200_000)) for _ in range(50)]
        time.sleep(0.5)
        for task in tasks:
            task.cancel()
        raise TimeoutError
except TimeoutError:
    print("left")
"""


@pytest.mark.process
def test_work_that_was_cancelled(tmp_path):
    """Workers are ended while cancelled work is still waiting: the program ends too, and nothing is said about it."""
    ran = subprocess.run([sys.executable, "-c", CANCELLED_WORK], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "left\n", "")
