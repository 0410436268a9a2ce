"""Tables, curves and the command, from measurements made up for the purpose."""

import importlib
from functools import partial

import pytest
from click.testing import CliRunner

from benchmarks import plot, scenarios
from benchmarks.cases import Case, Section
from benchmarks.measure import DONE, FAILED, LIMIT, MISSING, OURS, Measurement
from benchmarks.report import ratio, seconds, tabulate

command = importlib.import_module("benchmarks.__main__")
CASES = tuple(Case(f"n={n}", partial(scenarios.path_conflict, n, 1)) for n in (3, 30))
SECTION = Section("paths", "Some paths", CASES, growth=((0, 1),), total=True)
MEASURED = {
    ("n=3", OURS): Measurement(DONE, 0.01),
    ("n=3", "clingo domRec"): Measurement(DONE, 0.5, 2, same=True),
    ("n=3", "PySAT LBX"): Measurement(DONE, 0.2, 2),
    ("n=3", "asprin 3"): Measurement(MISSING, note="not installed: pip install asprin"),
    ("n=30", OURS): Measurement(DONE, 0.05),
    ("n=30", "clingo domRec"): Measurement(LIMIT, eq_sets=1234),
    ("n=30", "PySAT LBX"): Measurement(LIMIT, eq_sets=99),
    ("n=30", "asprin 3"): Measurement(FAILED, note="it broke"),
}


@pytest.fixture
def measured(monkeypatch):
    """Let the command measure nothing, but say what was measured."""
    asked = []

    def measure(solver, case, limit, check=False):
        asked.append((case.name, solver))
        return MEASURED[case.name, solver]

    monkeypatch.setattr(command, "measure", measure)
    monkeypatch.setattr(command, "sections", lambda seed, quick: [SECTION])
    return asked


def test_a_table_says_times_ratios_and_what_was_missing():
    """The ratio is to the best rival, and a bound where all of them were stopped."""
    table = tabulate(SECTION, MEASURED, limit=10)
    assert table.rows == [
        ["n=3", "0.010 s", "2", "0.50 s", "0.20 s", "not available", "20 ×"],
        ["n=30", "0.050 s", "> 1,234", "> 10 s", "> 10 s", "failed", "> 200 ×"],
    ]
    assert table.remarks == [
        "Equibel, n=3 → n=30: 5.0 times the time.",
        "Equibel, all 2: 0.060 s.",
        "Of 1 lists of EQ sets, the formulas were derived and compared: the same answers at every node.",
        "asprin 3 on n=3: not installed: pip install asprin",
        "asprin 3 on n=30: it broke",
    ]


def test_a_table_says_so_when_answers_differ():
    """A difference is named, not hidden in a number."""
    wrong = {**MEASURED, ("n=3", "PySAT LBX"): Measurement(DONE, 0.2, 3, same=False)}
    table = tabulate(SECTION, wrong, limit=10)
    assert table.rows[0][2] == "2 or 3"
    assert "other answers than Equibel: PySAT LBX on n=3" in table.remarks[2]


def test_networks_are_given_in_nodes_per_second():
    """Where there is no rival, the speed is what counts."""
    case = Case("net", partial(scenarios.path_conflict, 9, 1), "simple", rivals=(), nodes=900)
    table = tabulate(Section("networks", "Networks", (case,)), {("net", OURS): Measurement(DONE, 0.5)}, 10)
    assert table.columns == ["scenario", "Equibel", "nodes/s"]
    assert table.rows == [["net", "0.50 s", "1,800"]]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (Measurement(DONE, 2.0), [Measurement(DONE, 1.0)], "0.50 ×"),
        (Measurement(DONE, 2.0), [Measurement(DONE, 5.0), Measurement(LIMIT)], "2.5 ×"),
        (Measurement(LIMIT), [Measurement(DONE, 1.0)], "< 0.10 ×"),
        (Measurement(LIMIT), [Measurement(LIMIT)], "–"),
        (Measurement(DONE, 2.0), [], "–"),
        (Measurement(DONE, 2.0), [Measurement(FAILED)], "–"),
    ],
)
def test_ratios_are_honest(ours, theirs, expected):
    """Whoever was stopped leaves a bound, and where nothing is known nothing is said."""
    assert ratio(ours, theirs, limit=10) == expected


def test_seconds_have_two_digits():
    """As many as a single run deserves."""
    assert [seconds(value) for value in (0.0123, 0.123, 1.23, 123.4)] == ["0.012 s", "0.12 s", "1.2 s", "123 s"]


def test_the_command_prints_a_table(measured):
    """One row per scenario; what is being measured is said on standard error."""
    done = CliRunner().invoke(command.main, [])
    assert done.exit_code == 0, done.output
    assert "20 ×" in done.stdout
    assert "paths: n=30, asprin 3" in done.stderr
    assert len(measured) == 8


def test_the_command_prints_markdown(measured):
    """A table as a README has it."""
    lines = CliRunner().invoke(command.main, ["--markdown"]).stdout.splitlines()
    assert lines[:2] == ["**Some paths**", ""]
    assert lines[2] == "| scenario | Equibel | maximal EQ sets | clingo domRec | PySAT LBX | asprin 3 | ratio |"
    assert lines[3].startswith("| --- | ---: |")
    assert lines[4] == "| n=3 | 0.010 s | 2 | 0.50 s | 0.20 s | not available | 20 × |"


def test_the_command_measures_only_what_it_is_asked(measured):
    """A section is chosen by its name."""
    assert CliRunner().invoke(command.main, ["--only", "networks"]).exit_code == 0
    assert not measured
    assert CliRunner().invoke(command.main, ["--only", "nothing"]).exit_code == 2


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_curves_are_drawn(suffix, tmp_path):
    """The suffix chooses the format; a solver without a single time is left out."""
    target = tmp_path / f"growth.{suffix}"
    found = {OURS: [(10, 0.001), (100, 0.01)], "PySAT LBX": [(10, 0.1)], "asprin 3": []}
    plot.draw(found, 10, target)
    start = target.read_bytes()[:8]
    assert start == b"\x89PNG\r\n\x1a\n" if suffix == "png" else start.startswith(b"<?xml")


def test_a_curve_ends_where_the_limit_is_met(monkeypatch):
    """Longer paths are not tried once one took too long, nor those longer than asked for."""
    tried = []

    def measure(solver, case, limit):
        tried.append((solver, int(case.name)))
        stopped = solver != OURS and int(case.name) > 8
        return Measurement(LIMIT) if stopped else Measurement(DONE, 0.5)

    monkeypatch.setattr(plot, "measure", measure)
    found = plot.curves(10, longest=14, announce=lambda text: None)
    assert [n for n, _ in found[OURS]] == [4, 6, 8, 10, 14]
    assert [n for n, _ in found["PySAT LBX"]] == [4, 6, 8]
    assert ("PySAT LBX", 14) not in tried
