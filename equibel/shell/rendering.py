"""Replies as text: plain and complete for files and pipes, tables with colours for terminals."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from equibel.shell.reply import Part, Reply, Say, Section, Style, Table
from equibel.visible import visible, visible_lines

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_STYLES = {"good": "green", "bad": "red", "dim": "dim", "name": "bold"}
_MANY = 2000  # rows, above which a table is not drawn: that would take seconds
_FORMULA_STYLES = {"connective": "yellow", "constant": "magenta", "bracket": "dim"}


def plain(reply: Reply) -> str:
    """The reply as text with complete lines; rows that have changed begin with ``*``."""
    return "".join(f"{line}\n" for part in reply.parts for line in _plain_lines(part))


def _plain_lines(part: Part) -> list[str]:
    match part:
        case Say():
            return visible_lines(part.text).split("\n")
        case Section():
            width = max((len(word) for word, _ in part.entries), default=0)
            lines = [f"{part.title}:", *(f"  {word:<{width}}  {meaning}".rstrip() for word, meaning in part.entries)]
            return list(map(visible, lines))
        case Table():
            return _plain_table(part)


def _plain_table(table: Table) -> list[str]:
    # What was there before is for readers of the terminal; in a file the mark says enough.
    count = len(table.columns) - (table.columns[-1:] == ("before",))
    rows = [[visible(cell.text) for cell in row[:count]] for row in table.rows]
    titled = table.headed and any(table.columns)
    lines = [list(map(visible, table.columns[:count])), *rows] if titled else rows
    widths = [max((len(line[i]) for line in lines), default=0) for i in range(count)]
    marks = [""] * titled + ["*" if i in table.changed else "" for i in range(len(rows))]
    shown = [f"{visible(table.title)}:"] if table.title else []
    for mark, line in zip(marks, lines, strict=True):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        shown.append(f"{mark:<2}{cells}".rstrip())
    return [*shown, *([f"  … and {table.more} more"] if table.more else [])]


def coloured(reply: Reply, width: int) -> str:
    """The reply for a terminal of that width."""
    from rich.console import Console

    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=True,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None if os.environ.get("TERM") == "dumb" else "standard",
    )
    for part in reply.parts:
        for item in _rich(part):
            console.print(item)
    return file.getvalue()


def _rich(part: Part) -> list[RenderableType]:
    from rich.text import Text

    match part:
        case Say():
            return [_text(visible_lines(part.text), part.style)]
        case Section():
            return [Text(visible(part.title), style="bold"), _grid(part)]
        case Table() if len(part.rows) > _MANY:
            return [Text("\n".join(_plain_lines(part)))]
        case Table():
            shown: list[RenderableType] = [Text(visible(part.title), style="bold")] if part.title else []
            more = [Text(f"  … and {part.more} more", style="dim")] if part.more else []
            return [*shown, *([_rich_table(part)] if part.rows else []), *more]


def _grid(section: Section) -> RenderableType:
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for word, meaning in section.entries:
        grid.add_row(Text("  " + visible(word), style="cyan"), Text(visible(meaning)))
    return grid


def _rich_table(table: Table) -> RenderableType:
    from rich import box
    from rich.table import Table as Rich
    from rich.text import Text

    headed = any(table.columns)
    shown = Rich(box=box.SIMPLE_HEAD if headed else None, show_header=headed, pad_edge=False, padding=(0, 1))
    if table.changed:
        shown.add_column("", width=1)
    for column in table.columns:
        shown.add_column(Text(visible(column)), overflow="fold")
    for position, row in enumerate(table.rows):
        changed = position in table.changed
        cells = [_text(visible(cell.text), cell.style) for cell in row]
        mark = [Text("●", style="green")] if changed else [Text("")]
        shown.add_row(*(mark if table.changed else []), *cells)
    return shown


def _text(text: str, style: Style) -> Text:
    from rich.text import Text

    from equibel.shell.highlight import formula_parts

    shown = Text(text, style=_STYLES.get(style, ""))
    if style == "formula" and len(text) < 100_000:
        for start, end, kind in formula_parts(text):
            if kind in _FORMULA_STYLES:
                shown.stylize(_FORMULA_STYLES[kind], start, end)
    return shown
