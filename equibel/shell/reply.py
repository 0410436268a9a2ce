"""Replies of commands: values that a front end shows, and what else it has to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from equibel.visible import visible

#: How a cell is to be shown: ``"formula"`` is coloured like one, ``"good"``, ``"bad"`` and ``"dim"`` are moods.
Style = Literal["", "formula", "name", "good", "bad", "dim"]


@dataclass(frozen=True)
class Cell:
    """A text in a table, with its style."""

    text: str
    style: Style = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings.

    Attributes
    ----------
    columns : tuple of str
        The headings.
    rows : tuple of tuple of Cell
        The cells.
    title : str
        The text above the table.
    changed : frozenset of int
        The numbers of the rows that have changed, which are marked.
    more : int
        The number of further rows that are left out.
    headed : bool
        Whether the headings are needed to understand the rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    changed: frozenset[int] = frozenset()
    more: int = 0
    headed: bool = True


@dataclass(frozen=True)
class Say:
    """A text, on one line or several."""

    text: str
    style: Style = ""


@dataclass(frozen=True)
class Section:
    """Lines under a heading, such as a list of commands: pairs of a word and its meaning."""

    title: str
    entries: tuple[tuple[str, str], ...]


Part = Table | Say | Section


@dataclass(frozen=True)
class Reply:
    """The answer of a command.

    Attributes
    ----------
    parts : tuple
        What is shown, unless the command is silenced.
    notes : tuple of str
        What the user should know besides, even then.
    system : str
        A command for the system to run.
    script : tuple of (str, str), or None
        A name and a text whose commands are to be executed now.
    quit : bool
        Whether the session is over.
    """

    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    system: str = ""
    script: tuple[str, str] | None = None
    quit: bool = field(default=False)


def one_line(text: str, style: Style = "") -> Say:
    """A text on one line; line breaks in names are escaped."""
    return Say(visible(text), style)


def say(text: str, style: Style = "") -> Reply:
    """A reply of one line."""
    return Reply((one_line(text, style),))
