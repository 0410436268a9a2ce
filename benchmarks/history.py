"""The page of results: the tables of the last run, and a line for every run there was.

A line has, for every section, the seconds of computing that Equibel needed for all of its scenarios, and how many these
are; a number of scenarios that has changed says that two lines do not compare.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cases import Section
from benchmarks.measure import DONE, OURS, Results
from benchmarks.report import NOT_RUN, Table, seconds, version

_TABLES = "\n## Tables of the last run\n"


def header(sections: Sequence[Section]) -> list[str]:
    """The columns of the history."""
    return ["date", "equibel", "clingo", *(section.name for section in sections)]


def row(sections: Sequence[Section], results: Mapping[str, Results], day: datetime.date) -> list[str]:
    """The line of a run."""
    totals = [_total(section, results[section.name]) for section in sections]
    return [day.isoformat(), version("equibel"), version("clingo"), *totals]


def _total(section: Section, results: Results) -> str:
    ours = [results[case.name, OURS] for case in section.cases]
    finished = [measured.cpu for measured in ours if measured.status == DONE]
    bound = "" if len(finished) == len(ours) else "> "
    return f"{bound}{seconds(sum(finished))} ({len(finished)})" if finished else NOT_RUN


def check(page: Path, sections: Sequence[Section]) -> str | None:
    """Why a run of these sections cannot be added to the page, if so."""
    try:
        text = page.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        return f"{page} cannot be read: {error}"
    if _TABLES not in text:
        return f"{page} has no line {_TABLES.strip()!r}"
    if _line(header(sections)) not in text:
        return f"{page} has no table that begins with {_line(header(sections)).strip()!r}"
    return None


def add(page: Path, sections: Sequence[Section], line: Sequence[str], setup: str, tables: Sequence[Table]) -> None:
    """Put a run's line above those of the runs before, and what it has measured in place of their tables."""
    head = _line(header(sections))
    before, _, after = page.read_text(encoding="utf-8").partition(head)
    rule, _, after = after.partition("\n")
    lines, _, _ = after.partition(_TABLES)
    shown = "\n".join(table.markdown() for table in tables)
    page.write_text(f"{before}{head}{rule}\n{_line(line)}{lines}{_TABLES}\n{setup}\n\n{shown}", encoding="utf-8")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
