"""The command ``python -m benchmarks``."""

from __future__ import annotations

import datetime
import importlib.util
import math
import os
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from benchmarks import history, measure, plot
from benchmarks.cases import Section, sections
from benchmarks.curves import Curves, Family, families, trace
from benchmarks.networks import networks
from benchmarks.report import problems, setup, tabulate

NAMES = [section.name for section in sections(seed=1, quick=False)]
LIMIT, QUICK_LIMIT = 6.0, 1.0
REPEAT, QUICK_REPEAT = 5, 2


def _target(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    """Refuse what could not be written, before minutes of measuring."""
    if value is None:
        return None
    if value.suffix.lower() not in plot.SUFFIXES:
        raise click.BadParameter(f"expected a name that ends with {' or '.join(plot.SUFFIXES)}, not {str(value)!r}")
    if not value.absolute().parent.is_dir():
        raise click.BadParameter(f"the folder {str(value.parent)!r} does not exist")
    if not os.access(value.absolute().parent, os.W_OK):
        raise click.BadParameter(f"nothing can be written to the folder {str(value.parent)!r}")
    if importlib.util.find_spec("matplotlib") is None:
        raise click.BadParameter("matplotlib, which draws the curves, is not installed: pip install matplotlib")
    return value


def _seconds(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    """Infinity and "nan" are numbers, too, but no limits."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter("expected a number of seconds")
    return value


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Smaller scenarios and a shorter limit: about a minute.")
@click.option(
    "--limit", type=click.FloatRange(0, 86_400, min_open=True), callback=_seconds,
    help=f"Seconds of computing per rival and scenario [{LIMIT:g}; quick: {QUICK_LIMIT:g}].",
)  # fmt: skip
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Only this section; may be repeated.")
@click.option("--seed", default=1, show_default=True, help="Of the random scenarios.")
@click.option("--markdown", is_flag=True, help="Print tables as Markdown.")
@click.option(
    "--plot", "target", type=click.Path(dir_okay=False, writable=True, path_type=Path), callback=_target,
    help="Also draw growth curves, to a .png or .svg file.",
)  # fmt: skip
@click.option(
    "--results", "page", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also put the tables, and a line of its history, into this page.  Of a run of everything.",
)  # fmt: skip
@click.pass_context
def main(
    context: click.Context,
    quick: bool,
    limit: float | None,
    only: tuple[str, ...],
    seed: int,
    markdown: bool,
    target: Path | None,
    page: Path | None,
) -> None:
    """Measure Equibel and programs that list all maximal EQ sets on the same scenarios, taking turns.

    Each run has a process of its own, which is killed at the limit.  Computing time is what counts, from when everything
    is imported, the scenario has been made in the solver's own form, and the solver has been used a few times.  Listing is
    all that the rivals are asked for: making formulas from the lists would come on top.  The lists that come to an end are
    turned into formulas afterwards, without a clock, and compared with Equibel's answers; a difference is an error.

    Tables go to standard output, progress to standard error.  Ctrl-C prints what has been measured.
    """
    if context.invoked_subcommand is not None:
        return
    limit = limit or (QUICK_LIMIT if quick else LIMIT)
    repeat = QUICK_REPEAT if quick else REPEAT
    wanted = [section for section in sections(seed, quick) if not only or section.name in only]
    growing = [family for family in families(quick) if not only or family.name in only] if target else []
    if target and not growing:
        names = ", ".join(family.name for family in families(quick))
        raise click.UsageError(f"--plot draws curves of {names}, and --only names none of these")
    if page and (quick or only or seed != 1):
        raise click.UsageError("--results is for runs of everything: without --quick, --only and --seed")
    if page and (why_not := history.check(page, wanted)):
        raise click.UsageError(f"--results: {why_not}")
    measure.preload({rival for section in wanted for case in section.cases for rival in case.rivals})
    console = Console(width=None if Console().is_terminal else 140)
    results: dict[str, measure.Results] = {section.name: {} for section in wanted}
    drawn: list[tuple[Family, Curves]] = []
    try:
        click.echo(setup(wanted, limit, repeat) + "\n")
        for section in wanted:
            try:
                for case in section.cases:
                    measure.compare(case, limit, repeat, results[section.name], _announcer(section.name))
            finally:
                _show(section, results[section.name], limit, markdown, console)
        for family in growing:
            drawn.append((family, {}))
            trace(family, seed, limit, _announcer(f"{family.name}, growth"), drawn[-1][1])
    except KeyboardInterrupt:
        click.echo("interrupted; this is what was measured", err=True)
        context.exit(130)
    finally:
        if target and any(curve.points for _, curves in drawn for curve in curves.values()):
            plot.draw(drawn, limit, target)
            click.echo(f"curves: {target}", err=True)
    found = [problem for section in wanted for problem in problems([section], results[section.name])]
    if found:
        raise click.ClickException("\n".join(found))
    if page:
        tables = [tabulate(section, results[section.name], limit) for section in wanted]
        line = history.row(wanted, results, datetime.date.today())
        history.add(page, wanted, line, setup(wanted, limit, repeat), tables)


def _show(section: Section, results: measure.Results, limit: float, markdown: bool, console: Console) -> None:
    if results:
        table = tabulate(section, results, limit)
        if markdown:
            click.echo(table.markdown())
        else:
            console.print(table.rich())


def _announcer(where: str) -> Callable[[str], None]:
    """Say on standard error what is being measured."""
    return lambda what: click.echo(f"{where}: {what}", err=True)


main.add_command(networks)

if __name__ == "__main__":
    main()
