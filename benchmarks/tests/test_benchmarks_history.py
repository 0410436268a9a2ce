"""The page of results: runs are added, and none is lost."""

import datetime
from pathlib import Path

import pytest
from benchmarks_measured import MEASURED, SECTION, command
from click.testing import CliRunner

from benchmarks import history
from benchmarks.cases import sections
from benchmarks.measure import DONE, LIMIT, OURS, Measurement
from benchmarks.report import tabulate

PAGE = """# Results

Something about them.

| date | equibel | clingo | paths |
| --- | --- | --- | ---: |
| 2020-01-01 | 1.0.0 | 5.5.0 | 2.0 s (1) |

## Tables of the last run

OLD
"""


@pytest.fixture
def page(tmp_path):
    """A page with one run."""
    found = tmp_path / "results.md"
    found.write_text(PAGE, encoding="utf-8")
    return found


def test_a_line_has_totals_and_how_many_they_are_of():
    """Of the scenarios that Equibel has finished; a bound when there are others."""
    day = datetime.date(2026, 1, 31)
    assert history.row([SECTION], {"paths": MEASURED}, day)[0] == "2026-01-31"
    assert history.row([SECTION], {"paths": MEASURED}, day)[3:] == ["60 ms (2)"]
    stopped = {**MEASURED, ("n=30", OURS): Measurement(LIMIT, 40)}
    assert history.row([SECTION], {"paths": stopped}, day)[3:] == ["> 10 ms (1)"]
    nothing = {("n=3", OURS): Measurement(LIMIT, 40), ("n=30", OURS): Measurement(LIMIT, 40)}
    assert history.row([SECTION], {"paths": nothing}, day)[3:] == ["–"]


def test_a_run_is_added_above_those_before(page):
    """Their lines stay, and so does the text above them; the tables are the new ones."""
    tables = [tabulate(SECTION, MEASURED, limit=10)]
    for day in ("2026-01-31", "2026-02-28"):
        history.add(page, [SECTION], [day, "2.0.0", "5.8.3", "60 ms (2)"], "How.", tables)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(PAGE.partition("| 2020")[0])
    lines = [line for line in text.splitlines() if line.startswith("| 20")]
    assert [line[2:12] for line in lines] == ["2026-02-28", "2026-01-31", "2020-01-01"]
    assert text.endswith(f"(1) |\n\n## Tables of the last run\n\nHow.\n\n{tables[0].markdown()}")


def test_the_command_adds_a_run(measured, page):
    """After it has printed the tables."""
    done = CliRunner().invoke(command.main, ["--results", str(page)])
    assert done.exit_code == 0, done.output
    assert "Some paths" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert f"| {datetime.date.today()} | " in text
    assert "| n=3 | 10 ms |" in text
    assert "OLD" not in text


@pytest.mark.parametrize("options", [["--quick"], ["--only", "paths"], ["--seed", "2"]])
def test_part_of_a_run_is_not_added(measured, page, options):
    """It would not compare with the others."""
    done = CliRunner().invoke(command.main, ["--results", str(page), *options])
    assert done.exit_code == 2
    assert "runs of everything" in done.stderr
    assert not measured


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "cannot be read"), (PAGE.replace("paths", "roads"), "has no table"), (PAGE.replace("##", "#"), "has no line")],
)
def test_other_pages_are_refused_at_once(measured, tmp_path, text, message):
    """Before minutes of measuring."""
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(command.main, ["--results", str(page)])
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
    assert not measured


def test_interrupted_and_wrong_runs_are_not_added(measured, page, monkeypatch):
    """Nor what has failed."""
    monkeypatch.setitem(MEASURED, ("n=3", "PySAT LBX"), Measurement(DONE, 0.2, 0.2, 2, same=False))
    assert CliRunner().invoke(command.main, ["--results", str(page)]).exit_code == 1

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.measure, "compare", interrupted)
    assert CliRunner().invoke(command.main, ["--results", str(page)]).exit_code == 130
    assert page.read_text(encoding="utf-8") == PAGE


def test_the_page_of_the_project_can_be_added_to():
    """Its history has the sections that are measured now."""
    assert history.check(Path(history.__file__).with_name("results.md"), sections(seed=1, quick=False)) is None
