"""What the commands that apply operators have in common: the operators in their help, and options about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from equibel.errors import suggestion
from equibel.operators import OPERATORS


class OperatorCommand(click.Command):
    """A command whose help lists the operators."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the operators."""
        super().format_options(ctx, formatter)
        with formatter.section("Operators"):
            formatter.write_dl([(operator.name, f"{operator.summary}.") for operator in OPERATORS.values()])


if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # which takes no type before click 8.2


class OperatorName(_Choice):
    """The name of an operator; the error for another word proposes the nearest."""

    def __init__(self) -> None:
        super().__init__(tuple(OPERATORS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            return self.fail(error.message.removesuffix(".") + suggestion(str(value), OPERATORS), param, ctx)


def check_repetition(steps: int | None, fixpoint: bool) -> None:
    """Refuse a number of steps together with a fixpoint."""
    if steps is not None and fixpoint:
        raise click.UsageError("--steps and --fixpoint exclude each other")
