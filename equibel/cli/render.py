"""The output of results and messages: tables on a terminal, complete plain text elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Hashable
from typing import TYPE_CHECKING, TextIO

import click

from equibel.plain import INTEGER
from equibel.visible import escape_json, is_visible, visible, visible_message

if TYPE_CHECKING:
    from equibel.equibel_graph import EquibelGraph
    from equibel.solving import Statistics


def message(text: str) -> None:
    """Print a message on standard error."""
    click.echo(f"equibel: {visible_message(text)}", err=True)


def note(text: str) -> None:
    """Print a note on standard error: what a format does not support, or how something was read."""
    message(f"note: {visible(text)}")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; it is ``None`` if the process was started without it."""
    return stream is not None and stream.isatty()


def show_costs(statistics: Statistics) -> None:
    """Print the statistics of a computation on standard error."""
    for line in statistics.summary() or ["nothing was computed"]:
        message(line)


def show(graph: EquibelGraph, heading: str = "") -> None:
    """Print every node with what it believes: a table on a terminal, aligned lines elsewhere.

    On a pipe or in a file no formula is cut or wrapped.
    """
    rows = [(node_text(node), str(graph.belief(node))) for node in graph]
    if heading:
        click.echo(visible(heading))
    if is_terminal(sys.stdout):
        _table(rows)
    elif rows:
        width = max(len(node) for node, _ in rows)
        indent = "  " if heading else ""
        click.echo("\n".join(f"{indent}{node:<{width}}  {formula}" for node, formula in rows))


def node_text(node: Hashable) -> str:
    """A node as it is shown: a text that could be read as something else is in quotes.

    >>> node_text(1), node_text("alice"), node_text("1"), node_text("two words"), node_text(("a", 1))
    ('1', 'alice', '"1"', '"two words"', "('a', 1)")
    """
    if not isinstance(node, str):
        return visible(str(node))
    plain = is_visible(node) and not reads_as_integer(node) and not any(c.isspace() or c in "\"'()" for c in node)
    return node if plain and node else escape_json(json.dumps(node, ensure_ascii=False))


def reads_as_integer(text: str) -> bool:
    """Whether ``text`` is an integer in the form in which integers are printed, and short enough for Python to read."""
    return INTEGER.fullmatch(text) is not None


def _table(rows: list[tuple[str, str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for name in ("node", "believes"):
        table.add_column(name, overflow="fold")
    for node, formula in rows:
        # Text, because strings would be searched for rich's [markup].
        table.add_row(Text(node), Text(formula))
    Console(highlight=False).print(table)
