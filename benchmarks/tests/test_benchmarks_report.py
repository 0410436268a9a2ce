"""Tables and the command, from measurements made up for the purpose."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from benchmarks_measured import CASES, MEASURED, SECTION, command
from click.testing import CliRunner

from benchmarks import scenarios
from benchmarks.cases import LITERALS, Case, Section
from benchmarks.curves import Curve
from benchmarks.measure import DONE, FAILED, LIMIT, OURS, Measurement
from benchmarks.report import problems, ratio, seconds, setup, tabulate
from benchmarks.rivals import equibel_mcs_enumeration

OPTIONS = (
    "Options: clingo domRec: --heuristic=Domain --enum-mode=domRec --configuration=frumpy; "
    'PySAT LBX: mgh, without "clause D"; asprin 3: --project --approximation heuristic.'
)


def test_a_table_says_times_ratios_and_what_was_missing():
    """The ratio is to the best rival, and a bound where all of them were stopped."""
    table = tabulate(SECTION, MEASURED, limit=10)
    assert table.columns[-2:] == ["ratio", "ratio, wall time"]
    assert table.rows == [
        ["n=3", "10 ms", "2", "0.50 s", "0.20 s", "not available", "20 ×", "15 ×"],
        ["n=30", "50 ms", "> 1,234", "> 10 s", "> 10 s", "failed", "> 200 ×", "> 220 ×"],
    ]
    assert table.remarks == [
        "Equibel, n=3 → n=30: 5.0 times the time (wall time: 3.1).",
        "Equibel, all 2: 60 ms, the slowest 50 ms.",
        "From 2 lists of EQ sets, formulas were derived and compared: the same answers at every node.",
        OPTIONS,
        "asprin 3 on n=30: it broke",
        "asprin 3: not available (no asprin): pip install asprin",
    ]
    assert problems([SECTION], MEASURED) == []


def test_our_own_list_is_no_rival():
    """It has a column, and the ratio does not look at it."""
    own = equibel_mcs_enumeration()
    section = Section("revisions", "Some", (replace(CASES[0], rivals=(own, *LITERALS)),))
    measured = {**MEASURED, ("n=3", own.name): Measurement(DONE, 0.001, 0.001, 2, same=True)}
    table = tabulate(section, measured, limit=10)
    assert table.columns[3] == "EQ sets alone"
    assert table.rows == [["n=3", "10 ms", "2", "1.0 ms", "0.50 s", "0.20 s", "not available", "20 ×", "15 ×"]]


def test_a_busy_machine_is_mentioned():
    """Waiting for it is nobody's fault."""
    busy = {**MEASURED, ("n=3", "PySAT LBX"): Measurement(DONE, 0.2, 0.3, 2, same=True)}
    remarks = tabulate(SECTION, busy, limit=10).remarks
    assert "The machine had other work, too: up to 1.5 seconds passed for one of computing. Ignore wall times." in remarks


def test_different_answers_are_an_error():
    """They are named in the table and are a problem, and so are lists of different lengths."""
    wrong = {**MEASURED, ("n=3", "PySAT LBX"): Measurement(DONE, 0.2, 0.2, 3, same=False)}
    table = tabulate(SECTION, wrong, limit=10)
    assert table.rows[0][2] == "2 or 3"
    assert "OTHER ANSWERS than Equibel: PySAT LBX on n=3" in table.remarks[2]
    assert problems([SECTION], wrong) == [
        "paths: PySAT LBX on n=3 means other answers than Equibel's",
        "paths: rivals on n=3 list 2 and 3 maximal EQ sets",
    ]


def test_our_own_failure_is_an_error():
    """A rival may fail; Equibel may not."""
    failed = {**MEASURED, ("n=30", OURS): Measurement(FAILED, note="oh")}
    assert problems([SECTION], failed) == ["paths: Equibel on n=30 failed: oh"]


def test_a_table_holds_what_has_been_measured():
    """Before everything is."""
    some = {("n=3", OURS): MEASURED["n=3", OURS], ("n=3", "PySAT LBX"): MEASURED["n=3", "PySAT LBX"]}
    table = tabulate(SECTION, some, limit=10)
    assert table.rows == [["n=3", "10 ms", "2", "–", "0.20 s", "–", "20 ×", "15 ×"]]
    assert table.remarks[0].startswith("From 1 list of")


def test_networks_are_given_in_nodes_per_second():
    """Where size is what makes it hard, speed is what counts."""
    case = Case("net", partial(scenarios.path_conflict, 9, 1), task="simple", nodes=900)
    table = tabulate(Section("networks", "Networks", (case,)), {("net", OURS): Measurement(DONE, 0.5)}, 10)
    assert table.columns[:3] == ["scenario", "Equibel", "nodes/s"]
    assert table.rows[0][:3] == ["net", "0.50 s", "1,800"]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (Measurement(DONE, 2.0), [Measurement(DONE, 1.0)], "0.50 ×"),
        (Measurement(DONE, 2.0), [Measurement(DONE, 5.0), Measurement(LIMIT, 10)], "2.5 ×"),
        (Measurement(DONE, 2.0), [Measurement(LIMIT, 10)], "> 5.0 ×"),
        (Measurement(LIMIT, 10), [Measurement(DONE, 1.0)], "< 0.10 ×"),
        (Measurement(LIMIT, 10), [Measurement(LIMIT, 10)], "–"),
        (Measurement(DONE, 2.0), [], "–"),
        (Measurement(DONE, 2.0), [Measurement(FAILED)], "–"),
    ],
)
def test_ratios_are_honest(ours, theirs, expected):
    """Whoever was stopped leaves a bound, and where nothing is known nothing is said."""
    assert ratio(ours, theirs, lambda found: found.cpu) == expected


def test_seconds_have_two_digits():
    """As many as a single run deserves."""
    times = (0.000123, 0.00123, 0.0123, 0.123, 1.23, 123.4)
    assert [seconds(value) for value in times] == ["0.12 ms", "1.2 ms", "12 ms", "0.12 s", "1.2 s", "123 s"]


def test_it_is_said_what_was_used():
    """Versions of everything that takes part, and how it was measured."""
    text = setup([SECTION], 10, 5)
    assert text.startswith("Python 3.")
    assert all(f"{package} " in text for package in ("equibel", "clingo", "python-sat", "asprin"))
    assert "the best of up to 5 runs" in text
    assert "stopped after 10 s" in text


def test_the_command_prints_a_table(measured):
    """One row per scenario; what is being measured is said on standard error."""
    done = CliRunner().invoke(command.main, [])
    assert done.exit_code == 0, done.output
    assert "20 ×" in done.stdout
    assert done.stderr.splitlines() == ["paths: n=3", "paths: n=30"]
    assert measured == [("n=3", command.LIMIT, command.REPEAT), ("n=30", command.LIMIT, command.REPEAT)]


def test_quick_means_a_shorter_limit_unless_one_is_given(measured):
    """And fewer repetitions."""
    assert CliRunner().invoke(command.main, ["--quick"]).exit_code == 0
    assert CliRunner().invoke(command.main, ["--quick", "--limit", "3"]).exit_code == 0
    assert {asked[1:] for asked in measured} == {(command.QUICK_LIMIT, command.QUICK_REPEAT), (3, command.QUICK_REPEAT)}


def test_the_command_prints_markdown(measured):
    """Tables as a README has them."""
    lines = CliRunner().invoke(command.main, ["--markdown"]).stdout.splitlines()
    assert lines[0].startswith("Python 3.")
    assert lines[2:4] == ["**Some paths**", ""]
    assert lines[4].startswith("| scenario | Equibel | maximal EQ sets | clingo domRec | PySAT LBX | asprin 3 | ratio |")
    assert lines[5].startswith("| --- | ---: |")
    assert lines[6] == "| n=3 | 10 ms | 2 | 0.50 s | 0.20 s | not available | 20 × | 15 × |"


def test_a_wrong_answer_is_the_commands_failure(measured, monkeypatch):
    """The table comes first."""
    monkeypatch.setitem(MEASURED, ("n=3", "PySAT LBX"), Measurement(DONE, 0.2, 0.2, 2, same=False))
    done = CliRunner().invoke(command.main, [])
    assert done.exit_code == 1
    assert "Some paths" in done.stdout
    assert "Error: paths: PySAT LBX on n=3 means other answers than Equibel's" in done.stderr


def test_an_interrupted_command_prints_what_there_is(measured, monkeypatch, tmp_path):
    """Rows, curves, and the exit code of an interruption."""
    finished = command.measure.compare

    def compare(case, limit, repeat, results, announce):
        if case is CASES[1]:
            raise KeyboardInterrupt
        finished(case, limit, repeat, results, announce)

    monkeypatch.setattr(command.measure, "compare", compare)
    done = CliRunner().invoke(command.main, ["--plot", str(tmp_path / "curves.svg")])
    assert done.exit_code == 130
    assert "n=3 " in done.stdout
    assert "n=30" not in done.stdout
    assert "interrupted" in done.stderr
    assert not list(tmp_path.iterdir())


def test_interrupted_curves_are_drawn_as_far_as_they_go(measured, monkeypatch, tmp_path):
    """Some minutes of measuring are not lost."""

    def trace(family, seed, limit, announce, curves):
        curves[OURS] = Curve([(10, 0.1), (20, 0.2)])
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "trace", trace)
    target = tmp_path / "curves.svg"
    done = CliRunner().invoke(command.main, ["--plot", str(target)])
    assert done.exit_code == 130
    assert target.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "nothing"], "'nothing' is not one of"),
        (["--limit", "0"], "0.0 is not in the range 0<x<=86400"),
        (["--limit", "inf"], "inf is not in the range"),
        (["--limit", "nan"], "expected a number of seconds"),
        (["--limit", "soon"], "'soon' is not a valid float"),
        (["--seed", "x"], "'x' is not a valid integer"),
        (["--plot", "curves.pdf"], "expected a name that ends with .png or .svg"),
        (["--plot", "no/such/folder/curves.png"], "the folder 'no/such/folder' does not exist"),
        (["--plot", "curves.png", "--only", "wide"], "--plot draws curves of paths, revisions, networks"),
        (["surplus"], "No such command 'surplus'"),
    ],
)
def test_wrong_arguments_are_refused_at_once(arguments, message):
    """With a message that says what was expected."""
    done = CliRunner().invoke(command.main, arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_curves_need_matplotlib(monkeypatch):
    """It is said before anything is measured."""
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None)
    done = CliRunner().invoke(command.main, ["--plot", "curves.png"])
    assert done.exit_code == 2
    assert "pip install matplotlib" in " ".join(done.stderr.split())


def test_ctrl_c_ends_the_command_and_its_runs():
    """In a terminal, all of it, while a rival is at work."""
    arguments = [sys.executable, "-u", "-m", "benchmarks", "--only", "wide", "--quick", "--limit", "60"]
    folder = Path(__file__).parents[2]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(arguments, cwd=folder, text=True, start_new_session=True, **pipes) as process:
        try:
            for line in process.stderr:
                if line.startswith("wide: agreeing: asprin"):
                    break
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130, err
    assert "agreeing" in out
    assert "interrupted" in err
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
