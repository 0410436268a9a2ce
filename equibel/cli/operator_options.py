"""Options of several commands, and the operators in the help of the commands that apply them.

The registry, and with it the solver, is imported when it is asked for something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from equibel.errors import OptionError, suggestion
from equibel.options import INCLUSION, METHODS, OPTIMA, SEMANTIC, check_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equibel.operators.registry import Operator

    _Type = click.ParamType[str]
else:
    _Type = click.ParamType  # which takes no type in older versions of click


def _seconds(ctx: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    try:
        return check_seconds("it", value)
    except OptionError as error:
        raise click.BadParameter(f"expected {error.expected}, not {value:g}") from None


OPTIMUM = click.option(
    "--optimum",
    type=click.Choice(OPTIMA),
    default=INCLUSION,
    show_default=True,
    help="Compare sets of agreements by inclusion or by size.",
)
METHOD = click.option(
    "--method",
    type=click.Choice(METHODS),
    default=SEMANTIC,
    show_default=True,
    help="Collect models or translate formulas; the results are equivalent.",
)
JOBS = click.option(
    "--jobs", type=click.IntRange(1, 1000), metavar="N", default=1, show_default=True, help="The number of processes."
)
OUTPUT = click.option(
    "--output", type=click.Choice(("text", "json")), default="text", show_default=True, help="The output format."
)
TIME_LIMIT = click.option(
    "--time-limit", type=float, metavar="S", callback=_seconds, help="Stop with an error after S seconds."
)
VERBOSE = click.option("--verbose", is_flag=True, help="Print statistics of the solver on standard error.")


def operators() -> Mapping[str, Operator]:
    """The operators on networks, by name."""
    from equibel.operators import OPERATORS

    return OPERATORS


class OperatorCommand(click.Command):
    """A command whose help lists the operators."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the operators."""
        super().format_options(ctx, formatter)
        with formatter.section("Operators"):
            formatter.write_dl([(operator.name, f"{operator.summary}.") for operator in operators().values()])


class OperatorName(_Type):
    """The type of operator names; the error for another word proposes the nearest name."""

    name = "operator"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        if value in operators():
            return str(value)
        known = ", ".join(map(repr, operators()))
        return self.fail(f"{value!r} is not one of {known}{suggestion(str(value), operators())}", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The text in help: all names."""
        return f"[{'|'.join(operators())}]"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The text of the error when the option is missing."""
        return f"Choose from: {', '.join(operators())}"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin with what is typed."""
        return [CompletionItem(name) for name in operators() if name.startswith(incomplete)]


def check_repetition(steps: int | None, fixpoint: bool) -> None:
    """Refuse a number of steps together with a fixpoint."""
    if steps is not None and fixpoint:
        raise click.UsageError("--steps and --fixpoint exclude each other")
