"""The command ``python -m benchmarks``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click
from rich.console import Console

from benchmarks import plot
from benchmarks.cases import sections
from benchmarks.measure import OURS, Measurement, measure
from benchmarks.report import tabulate

NAMES = [section.name for section in sections(seed=1, quick=False)]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Smaller scenarios: a few minutes.")
@click.option("--limit", type=click.FloatRange(0, min_open=True), default=20, show_default=True, help="Seconds per run.")
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Only this section; may be repeated.")
@click.option("--seed", default=1, show_default=True, help="Of the random scenarios.")
@click.option("--check", is_flag=True, help="Also compare the formulas that the rivals' EQ sets mean.")
@click.option("--markdown", is_flag=True, help="Print tables for a README.")
@click.option(
    "--plot", "target", type=click.Path(dir_okay=False, path_type=Path), help="Draw growth curves to a PNG or SVG."
)
def main(
    quick: bool, limit: float, only: tuple[str, ...], seed: int, check: bool, markdown: bool, target: Path | None
) -> None:
    """Measure Equibel and programs that list all maximal EQ sets, on the same scenarios, one after the other.

    Each run has a process of its own, which is killed at the limit.  The clock starts when everything is imported and
    the scenario has been made; short runs are repeated, and the best counts.  Listing is all that the rivals are asked
    for: making formulas from the lists would come on top.  Of asprin's times, a tenth of a second is its start.
    """
    if target is not None and importlib.util.find_spec("matplotlib") is None:
        raise click.ClickException("matplotlib, which draws the curves, is not installed: pip install matplotlib")
    console = Console(width=None if Console().is_terminal else 125)
    for section in sections(seed, quick):
        if only and section.name not in only:
            continue
        results: dict[tuple[str, str], Measurement] = {}
        for case in section.cases:
            for solver in [OURS, *case.rivals]:
                _announce(f"{section.name}: {case.name}, {solver}")
                results[case.name, solver] = measure(solver, case, limit, check)
        table = tabulate(section, results, limit)
        if markdown:
            click.echo(table.markdown())
        else:
            console.print(table.rich())
    if target is not None:
        plot.draw(plot.curves(limit, 1000 if quick else 10_000, _announce), limit, target)


def _announce(text: str) -> None:
    """Say on standard error what is being measured."""
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
