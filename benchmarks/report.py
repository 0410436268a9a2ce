"""Measurements as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table as RichTable

from benchmarks.cases import Section
from benchmarks.measure import DONE, FAILED, LIMIT, MISSING, OURS, Measurement

Results = Mapping[tuple[str, str], Measurement]  # by names of case and solver
NOT_RUN = "–"


@dataclass(frozen=True)
class Table:
    """A title, a header, rows of text, and remarks below them."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    remarks: list[str]

    def markdown(self) -> str:
        """As GitHub writes tables."""
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [f"| {' | '.join(cells)} |" for cells in [self.columns, rule, *self.rows]]
        return "\n".join([f"**{self.title}**", "", *lines, "", *(f"{remark}  " for remark in self.remarks)]).rstrip() + "\n"

    def rich(self) -> RichTable:
        """For a terminal."""
        table = RichTable(title=self.title, caption="\n".join(self.remarks), box=box.SIMPLE_HEAD, title_justify="left")
        for i, column in enumerate(self.columns):
            table.add_column(column, justify="right" if i else "left", no_wrap=not i)
        for row in self.rows:
            table.add_row(*row)
        return table


def tabulate(section: Section, results: Results, limit: float) -> Table:
    """One section, a row per case."""
    rivals = list(dict.fromkeys(rival for case in section.cases for rival in case.rivals))
    networks = any(case.nodes for case in section.cases)
    columns = ["scenario", OURS]
    columns += ["nodes/s"] if networks else ["maximal EQ sets", *rivals, "ratio"]
    rows = []
    for case in section.cases:
        ours = results[case.name, OURS]
        row = [case.name, spell(ours, limit)]
        if networks:
            row.append(f"{case.nodes / ours.seconds:,.0f}" if ours.seconds else NOT_RUN)
        else:
            theirs = {rival: results[case.name, rival] for rival in case.rivals}
            row.append(_count(list(theirs.values())))
            row += [spell(theirs[rival], limit) if rival in theirs else NOT_RUN for rival in rivals]
            row.append(ratio(ours, list(theirs.values()), limit))
        rows.append(row)
    return Table(section.title, columns, rows, _remarks(section, results))


def spell(measurement: Measurement, limit: float) -> str:
    """The time, or why there is none."""
    match measurement.status:
        case "done":
            return seconds(measurement.seconds or 0.0)
        case "limit":
            return f"> {limit:g} s"
        case "missing":
            return "not available"
        case _:
            return "failed"


def seconds(value: float) -> str:
    """Two significant digits, as far as there are that many.

    >>> seconds(0.01234), seconds(0.1234), seconds(1.234), seconds(123.4)
    ('0.012 s', '0.12 s', '1.2 s', '123 s')
    """
    digits = 3 if value < 0.1 else 2 if value < 1 else 1 if value < 10 else 0
    return f"{value:.{digits}f} s"


def ratio(ours: Measurement, theirs: Sequence[Measurement], limit: float) -> str:
    """How many times as long as ours the best rival took; a bound when either was stopped at the limit."""
    times = [rival.seconds for rival in theirs if rival.seconds is not None]
    if ours.seconds is not None and (times or any(rival.status == LIMIT for rival in theirs)):
        bound, value = "" if times else "> ", min(times, default=limit) / ours.seconds
    elif ours.status == LIMIT and times:
        bound, value = "< ", min(times) / limit
    else:
        return NOT_RUN
    digits = 0 if value >= 10 else 1 if value >= 1 else 2
    return f"{bound}{value:,.{digits}f} ×"


def _count(theirs: Sequence[Measurement]) -> str:
    """How many maximal EQ sets there are: all, or those that were found before the limit."""
    complete = [rival.eq_sets for rival in theirs if rival.status == DONE]
    if complete:
        return " or ".join(f"{count:,}" for count in sorted(set(complete)))
    found = max((rival.eq_sets for rival in theirs), default=0)
    return f"> {found:,}" if found else NOT_RUN


def _remarks(section: Section, results: Results) -> list[str]:
    remarks = []
    for small, large in section.growth:
        before, after = (results[section.cases[i].name, OURS] for i in (small, large))
        if before.seconds and after.seconds:
            names = f"{section.cases[small].name} → {section.cases[large].name}"
            remarks.append(f"{OURS}, {names}: {after.seconds / before.seconds:.1f} times the time.")
    ours = [m.seconds for case in section.cases if (m := results[case.name, OURS]).seconds is not None]
    if section.total and len(ours) == len(section.cases):
        remarks.append(f"{OURS}, all {len(ours)}: {seconds(sum(ours))}.")
    compared = [(name, m.same) for name, m in _of(section, results) if m.same is not None]
    if compared:
        wrong = [name for name, same in compared if not same]
        verdict = f"other answers than {OURS}: {'; '.join(wrong)}" if wrong else "the same answers at every node"
        remarks.append(f"Of {len(compared)} lists of EQ sets, the formulas were derived and compared: {verdict}.")
    notes = [f"{name}: {m.note}" for name, m in _of(section, results) if m.status in (MISSING, FAILED)]
    return remarks + list(dict.fromkeys(notes))


def _of(section: Section, results: Results) -> list[tuple[str, Measurement]]:
    """The measurements of a section, each with what was measured on what."""
    pairs = [(case.name, solver) for case in section.cases for solver in [OURS, *case.rivals]]
    return [(f"{solver} on {name}", results[name, solver]) for name, solver in pairs]
