"""What the commands that apply operators have in common: the operators in their help, and options about them.

The registry, and with it the solver, is imported when it is asked for something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from equibel.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equibel.operators.registry import Operator

    _Type = click.ParamType[str]
else:
    _Type = click.ParamType  # which takes no type in older versions of click


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
    """The name of an operator; the error for another word proposes the nearest."""

    name = "operator"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        if value in operators():
            return str(value)
        known = ", ".join(map(repr, operators()))
        return self.fail(f"{value!r} is not one of {known}{suggestion(str(value), operators())}", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What stands for it in help: all names."""
        return f"[{'|'.join(operators())}]"

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What could have been given."""
        return f"Choose from: {', '.join(operators())}"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin with what is typed."""
        return [CompletionItem(name) for name in operators() if name.startswith(incomplete)]


def check_repetition(steps: int | None, fixpoint: bool) -> None:
    """Refuse a number of steps together with a fixpoint."""
    if steps is not None and fixpoint:
        raise click.UsageError("--steps and --fixpoint exclude each other")
