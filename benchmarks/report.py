"""Measurements as tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata

from rich import box
from rich.table import Table as RichTable

from benchmarks.cases import Case, Section
from benchmarks.measure import DONE, FAILED, LIMIT, MISSING, OURS, PATIENCE, Measurement, Results
from benchmarks.rivals import Rival

NOT_RUN = "–"

_BUSY = 1.25  # seconds passed per second of computing: the machine has other things to do


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
        remarks = [line for remark in self.remarks for line in (remark, "")]
        return "\n".join([f"**{self.title}**", "", *lines, "", *remarks]).rstrip() + "\n"

    def rich(self) -> RichTable:
        """For a terminal."""
        caption = "\n".join(self.remarks)
        table = RichTable(
            title=self.title, caption=caption, box=box.SIMPLE_HEAD, title_justify="left", caption_justify="left"
        )
        for i, column in enumerate(self.columns):
            table.add_column(column, justify="right" if i else "left", no_wrap=not i)
        for row in self.rows:
            table.add_row(*row)
        return table


def tabulate(section: Section, results: Results, limit: float) -> Table:
    """One section, a row per case that has been measured."""
    cases = [case for case in section.cases if (case.name, OURS) in results]
    rivals = list(dict.fromkeys(rival.name for case in section.cases for rival in case.rivals))
    speeds = any(case.nodes for case in section.cases)
    columns = ["scenario", OURS, *(["nodes/s"] if speeds else []), "maximal EQ sets", *rivals, "ratio", "ratio, wall time"]
    rows = []
    for case in cases:
        ours = results[case.name, OURS]
        measured = [rival for rival in case.rivals if (case.name, rival.name) in results]
        theirs = {rival.name: results[case.name, rival.name] for rival in measured}
        rivals_only = [theirs[rival.name] for rival in measured if not rival.own]
        rows.append(
            [
                case.name,
                spell(ours, limit * PATIENCE),
                *([f"{case.nodes / ours.cpu:,.0f}" if ours.status == DONE else NOT_RUN] if speeds else []),
                _count(theirs.values()),
                *(spell(theirs[rival], limit) if rival in theirs else NOT_RUN for rival in rivals),
                ratio(ours, rivals_only, lambda measured: measured.cpu),
                ratio(ours, rivals_only, lambda measured: measured.wall),
            ]
        )
    return Table(section.title, columns, rows, _remarks(section, cases, results))


def spell(measurement: Measurement, limit: float) -> str:
    """The time, or why there is none."""
    match measurement.status:
        case "done":
            return seconds(measurement.cpu)
        case "limit":
            return f"> {limit:g} s"
        case "missing":
            return "not available"
        case _:
            return "failed"


def seconds(value: float) -> str:
    """Two significant digits.

    >>> seconds(0.00067), seconds(0.01234), seconds(0.1234), seconds(1.234), seconds(123.4)
    ('0.67 ms', '12 ms', '0.12 s', '1.2 s', '123 s')
    """
    if value < 0.1:
        return f"{_digits(value * 1000)} ms"
    return f"{_digits(value)} s"


def ratio(ours: Measurement, theirs: Iterable[Measurement], time: Callable[[Measurement], float]) -> str:
    """How many times as long as ours the best rival took; a bound when either was stopped at the limit."""
    theirs = list(theirs)
    done = [time(rival) for rival in theirs if rival.status == DONE]
    stopped = [time(rival) for rival in theirs if rival.status == LIMIT]
    if ours.status == DONE and (done or stopped):
        bound = "" if done else "> "
    elif ours.status == LIMIT and done:
        bound = "< "
    else:
        return NOT_RUN
    return f"{bound}{_digits(min(done or stopped) / max(time(ours), 1e-6))} ×"


def setup(sections: Sequence[Section], limit: float, repeat: int) -> str:
    """With what and how it was measured."""
    return (
        f"{versions(rival for section in sections for case in section.cases for rival in case.rivals)}. Computing "
        f"time (CPU), the best of up to {repeat} runs in processes of their own; a rival is stopped after {limit:g} s."
    )


def versions(rivals: Iterable[Rival]) -> str:
    """With what it was measured."""
    packages = dict.fromkeys(["equibel", "clingo", *(rival.package for rival in rivals)])
    named = ", ".join(f"{package} {version(package)}" for package in packages)
    return f"Python {platform.python_version()}, {named}, {os.cpu_count()} cores"


def problems(sections: Iterable[Section], results: Results) -> list[str]:
    """What must not happen: a rival's EQ sets mean something else than our answer, or we failed."""
    found = []
    for section in sections:
        for name, measured in _of(section.cases, results):
            if measured.same is False:
                found.append(f"{section.name}: {name} means other answers than {OURS}'s")
            if measured.status == FAILED and name.startswith(f"{OURS} "):
                found.append(f"{section.name}: {name} failed: {measured.note}")
        for case in section.cases:
            counts = _counts(results[case.name, r.name] for r in case.rivals if (case.name, r.name) in results)
            if len(counts) > 1:
                listed = " and ".join(f"{count:,}" for count in counts)
                found.append(f"{section.name}: rivals on {case.name} list {listed} maximal EQ sets")
    return found


def _digits(value: float) -> str:
    """Two significant digits at least, no fraction from ten on."""
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"


def _counts(theirs: Iterable[Measurement]) -> list[int]:
    return sorted({rival.eq_sets for rival in theirs if rival.status == DONE})


def _count(theirs: Iterable[Measurement]) -> str:
    """How many maximal EQ sets there are: all, or those that were found before the limit."""
    theirs = list(theirs)
    if complete := _counts(theirs):
        return " or ".join(f"{count:,}" for count in complete)
    found = max((rival.eq_sets for rival in theirs), default=0)
    return f"> {found:,}" if found else NOT_RUN


def _remarks(section: Section, cases: list[Case], results: Results) -> list[str]:
    remarks = []
    for small, large in section.growth:
        names = [section.cases[i].name for i in (small, large)]
        before, after = (results.get((name, OURS), Measurement(MISSING)) for name in names)
        if before.status == after.status == DONE:
            grown = f"{_digits(after.cpu / before.cpu)} times the time (wall time: {_digits(after.wall / before.wall)})"
            remarks.append(f"{OURS}, {names[0]} → {names[1]}: {grown}.")
    ours = [results[case.name, OURS] for case in cases]
    if section.total and len(ours) > 1 and all(measured.status == DONE for measured in ours):
        total, most = sum(measured.cpu for measured in ours), max(measured.cpu for measured in ours)
        remarks.append(f"{OURS}, all {len(ours)}: {seconds(total)}, the slowest {seconds(most)}.")
    compared = [(name, measured.same) for name, measured in _of(cases, results) if measured.same is not None]
    if compared:
        wrong = [name for name, same in compared if not same]
        verdict = f"OTHER ANSWERS than {OURS}: {'; '.join(wrong)}" if wrong else "the same answers at every node"
        lists = f"{len(compared)} list{'s' if len(compared) > 1 else ''}"
        remarks.append(f"From {lists} of EQ sets, formulas were derived and compared: {verdict}.")
    if (waited := _waiting(measured for _, measured in _of(cases, results))) > _BUSY:
        remarks.append(
            f"The machine had other work, too: up to {waited:.1f} seconds passed for one of computing. Ignore wall times."
        )
    if options := _options(rival for case in cases for rival in case.rivals):
        remarks.append(options)
    notes = [f"{name}: {m.note}" for name, m in _of(cases, results) if m.status == FAILED]
    notes += [f"{name.split(' on ')[0]}: {m.note}" for name, m in _of(cases, results) if m.status == MISSING]
    return remarks + list(dict.fromkeys(notes))


def _options(rivals: Iterable[Rival]) -> str:
    """How the rivals were called."""
    given = dict.fromkeys(f"{rival.name}: {rival.options}" for rival in rivals if rival.options)
    return f"Options: {'; '.join(given)}." if given else ""


def _waiting(measurements: Iterable[Measurement]) -> float:
    """How much longer runs took than they computed, where they took long enough to tell."""
    return max((found.wall / found.cpu for found in measurements if found.cpu >= 0.05), default=1.0)


def _of(cases: Section | Iterable[Case], results: Results) -> list[tuple[str, Measurement]]:
    """The measurements of these cases, each with what was measured on what."""
    cases = cases.cases if isinstance(cases, Section) else cases
    keys = [(case.name, solver) for case in cases for solver in [OURS, *(rival.name for rival in case.rivals)]]
    return [(f"{key[1]} on {key[0]}", results[key]) for key in keys if key in results]


def version(package: str) -> str:
    """Of a package that takes part, if it is installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"
