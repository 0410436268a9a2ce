"""Large networks: how the time and the memory of Equibel grow with the number of nodes.

``python -m benchmarks networks`` completes networks of four kinds by both optima, and applies simple steps to ever larger
ones.  Programs that list all maximal EQ sets take part in the smallest of each kind, where they are stopped at the limit.
The memory of a network is compared with that of the bare graph in networkx.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import networkx as nx
from rich.console import Console

from benchmarks import measure, scenarios
from benchmarks.cases import LARGE_CLAUSES, Case
from benchmarks.measure import DONE, OURS, Measurement, Results
from benchmarks.report import NOT_RUN, Table, ratio, spell, versions

LIMIT = 60.0  # seconds of computing for Equibel; rivals have a tenth
KINDS = {"ba": "Barabási–Albert", "ws": "small world", "grid": "grid", "tree": "tree"}
OPTIMA = {"completion": "inclusion", "cardinality": "cardinality"}
SIZES, QUICK_SIZES = (300, 1000, 3000, 10_000, 30_000), (100, 300)
SIMPLE, QUICK_SIMPLE = (10_000, 30_000, 100_000, 300_000, 1_000_000), (1000, 3000)
PAGE = "networks.md"


def completions(sizes: Sequence[int], seed: int) -> list[Case]:
    """Completions of all kinds by both optima, the smallest with rivals."""
    return [
        Case(
            f"{kind} {n}",
            partial(scenarios.literal_network, kind, n, seed),
            LARGE_CLAUSES[:1] if n == sizes[0] and task == "completion" else (),
            task,
            n,
        )
        for task in OPTIMA
        for kind in KINDS
        for n in sizes
    ]


def simple_steps(sizes: Sequence[int], seed: int) -> list[Case]:
    """For each size one step, the fixpoint up to 100,000 nodes, and the memory of the bare graph."""
    made = partial(scenarios.literal_network, "ba")
    cases = []
    for n in sizes:
        cases.append(Case(f"bare {n}", partial(nx.barabasi_albert_graph, n, 3, seed), (), "nothing", n))
        cases.append(Case(f"simple {n}", partial(made, n, seed), (), "simple", n))
        if n <= 100_000:
            cases.append(Case(f"fixpoint {n}", partial(made, n, seed), (), "fixpoint", n))
    return cases


def measure_all(
    cases: Sequence[Case], limit: float, results: dict[str, Results], announce: Callable[[str], None]
) -> dict[str, Results]:
    """Measure each case, but none larger than one of its kind that has met the limit; filled in as they come."""
    slow: set[tuple[str, str]] = set()
    for case in cases:
        kind = case.name.split()[0], case.task
        if kind in slow:
            continue
        found = results.setdefault(case.task, {})
        announce(f"{case.name} nodes, {OPTIMA.get(case.task, case.task)}")
        found[case.name, OURS] = measure.run(None, case, limit)
        for rival in case.rivals:
            found[case.name, rival.name] = measure.run(rival, case, limit / 10)
        if found[case.name, OURS].status != DONE:
            slow.add(kind)
    return results


def completion_table(task: str, sizes: Sequence[int], results: Results, limit: float) -> Table:
    """Times of one optimum: a row for each size, a column for each kind."""
    rows = []
    for n in sizes:
        ours = [results.get((f"{kind} {n}", OURS)) for kind in KINDS]
        if any(ours):
            rows.append([f"{n:,} nodes", *(spell(found, limit) if found else NOT_RUN for found in ours)])
    remarks = [_growth(kind, sizes, results) for kind in KINDS]
    for rival in LARGE_CLAUSES[:1]:
        if (f"{next(iter(KINDS))} {sizes[0]}", rival.name) in results:
            times = (
                f"{KINDS[kind]} {ratio(results[name, OURS], [results[name, rival.name]], lambda measured: measured.cpu)}"
                for kind in KINDS
                if (name := f"{kind} {sizes[0]}", rival.name) and (name, rival.name) in results
            )
            remarks.append(f"{rival.name} on {sizes[0]:,} nodes, times the time of {OURS}: {', '.join(times)}.")
    title = f"Global completion by {OPTIMA[task]}"
    return Table(title, ["size", *KINDS.values()], rows, [remark for remark in remarks if remark])


def simple_table(sizes: Sequence[int], results: dict[str, Results], limit: float) -> Table:
    """One step and the fixpoint of the simple iteration, with memory."""
    rows = []
    for n in sizes:
        step = results.get("simple", {}).get((f"simple {n}", OURS))
        if step is None:
            continue
        fixpoint = results.get("fixpoint", {}).get((f"fixpoint {n}", OURS))
        bare = results["nothing"][f"bare {n}", OURS]
        rows.append(
            [
                f"{n:,} nodes",
                spell(step, limit),
                f"{n / step.cpu:,.0f}" if step.status == DONE else NOT_RUN,
                spell(fixpoint, limit) if fixpoint else NOT_RUN,
                *(f"{found.memory / 2**20:,.0f} MB" if found.status == DONE else NOT_RUN for found in (step, bare)),
            ]
        )
    columns = ["size", "one step", "nodes/s", "fixpoint", "memory, with the result", "bare graph in networkx"]
    return Table("Simple iteration on Barabási–Albert networks", columns, rows, [])


def _growth(kind: str, sizes: Sequence[int], results: Results) -> str:
    """How the time grows with ten times as many nodes."""
    grown = []
    for n in sizes:
        small, large = (results.get((f"{kind} {size}", OURS), Measurement(measure.MISSING)) for size in (n, 10 * n))
        if small.status == large.status == DONE:
            grown.append(f"{n:,} → {10 * n:,} nodes {large.cpu / small.cpu:.1f}")
    return f"{KINDS[kind]}, times the time: {', '.join(grown)}." if grown else ""


def draw(sizes: Sequence[int], simple: Sequence[int], results: dict[str, Results], target: Path) -> None:
    """Draw the time over the number of nodes: completions on the left, simple steps on the right."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "equibel", "font.size": 9, "axes.titlesize": 10}):
        figure = Figure(figsize=(10, 3.9), layout="constrained", facecolor="white")
        titles = [*(f"Global completion by {optimum}" for optimum in OPTIMA.values()), "Simple iteration, Barabási–Albert"]
        panels = [figure.add_subplot(1, 3, i + 1) for i in range(3)]
        for axes, title in zip(panels, titles, strict=True):
            _axes(axes, title)
        for axes, task in zip(panels, OPTIMA, strict=False):
            for kind, color, marker in zip(KINDS, ("#d1495b", "#00798c", "#3b3b98", "#b8860b"), "os^D", strict=True):
                _curve(axes, results.get(task, {}), kind, sizes, KINDS[kind], color, marker)
        _curve(panels[2], results.get("simple", {}), "simple", simple, "one step", "#d1495b", "o")
        _curve(panels[2], results.get("fixpoint", {}), "fixpoint", simple, "fixpoint", "#00798c", "s")
        panels[0].set_ylabel("computing time")
        for axes in panels[1:]:
            axes.legend(frameon=False)
        metadata = {"Date": None} if target.suffix.lower() == ".svg" else {}
        figure.savefig(target, dpi=160, metadata=metadata)


def _axes(axes: Any, title: str) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    axes.set(xscale="log", yscale="log", xlabel="nodes")
    axes.set_title(title, loc="left")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} s" if value >= 1 else f"{value * 1000:g} ms"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(which="major", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _curve(axes: Any, results: Results, kind: str, sizes: Sequence[int], label: str, color: str, marker: str) -> None:
    points = [(n, found.cpu) for n in sizes if (found := results.get((f"{kind} {n}", OURS))) and found.status == DONE]
    if points:
        axes.plot(*zip(*points, strict=True), color=color, marker=marker, markersize=4, linewidth=1.8, label=label)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Small networks: some seconds.")
@click.option("--limit", type=click.FloatRange(0, 86_400, min_open=True), default=LIMIT, show_default=True,
              help="Seconds of computing for each network.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="Of the random networks.")
@click.option("--markdown", is_flag=True, help="Print tables as Markdown.")
@click.option("--results", "folder", type=click.Path(file_okay=False, exists=True, writable=True, path_type=Path),
              help=f"Also write the tables to {PAGE} in this folder, and draw networks.svg.")  # fmt: skip
@click.pass_context
def networks(context: click.Context, quick: bool, limit: float, seed: int, markdown: bool, folder: Path | None) -> None:
    """Measure how time and memory grow with the number of nodes.

    Each run has a process of its own, which is killed at the limit; then larger networks of its kind are left out.  Tables
    go to standard output, progress to standard error.  Ctrl-C prints what has been measured.
    """
    sizes, simple = (QUICK_SIZES, QUICK_SIMPLE) if quick else (SIZES, SIMPLE)
    measure.preload(set(LARGE_CLAUSES[:1]))
    results: dict[str, Results] = {}
    interrupted = False
    try:
        cases = [*simple_steps(simple, seed), *completions(sizes, seed)]
        measure_all(cases, limit, results, lambda what: click.echo(what, err=True))
    except KeyboardInterrupt:
        click.echo("interrupted; this is what was measured", err=True)
        interrupted = True
    tables = [completion_table(task, sizes, results.get(task, {}), limit) for task in OPTIMA]
    tables = [table for table in [*tables, simple_table(simple, results, limit)] if table.rows]
    console = Console(width=None if sys.stdout.isatty() else 140)
    for table in tables:
        if markdown:
            click.echo(table.markdown())
        else:
            console.print(table.rich())
    if folder and not interrupted:
        draw(sizes, simple, results, folder / "networks.svg")
        text = "\n".join(table.markdown() for table in tables)
        stopped = f"Computing time (CPU); a run is stopped after {limit:g} s, and a rival after a tenth of that."
        (folder / PAGE).write_text(f"{_HEAD}\n{versions(LARGE_CLAUSES[:1])}. {stopped}\n\n{text}", encoding="utf-8")
    if interrupted:
        context.exit(130)


_HEAD = """# Large networks

A third of the nodes believe one of ten literals and clauses of two literals, over four atoms. [README.md](README.md) says
how it is measured. `python -m benchmarks networks --results benchmarks` writes this page.

![Computing time over the number of nodes: completions by both optima, and the simple iteration](networks.svg)
"""
