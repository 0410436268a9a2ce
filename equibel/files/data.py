"""What the readers of JSON and TOML share: checking plain data, and saying where in it something is wrong."""

from __future__ import annotations

import datetime
import reprlib
from collections.abc import Callable, Hashable
from typing import Any, ClassVar, NoReturn

import networkx as nx

from equibel.errors import EquibelError, FileFormatError
from equibel.files.attributes import check_weight, check_weights, set_weights
from equibel.files.text import FilePath, Note
from equibel.formula import Formula, is_atom_name, parse
from equibel.graph.beliefs import SEPARATOR
from equibel.graph.nodes import require_node
from equibel.visible import visible

#: Where a value stands in the data: ``("nodes", 3, "formulas", 0)``.
Place = tuple[str | int, ...]

#: The line and column of a place in the source text, 0 when unknown.
Locate = Callable[[Place], tuple[int, int]]


class DataReader:
    """Checks pieces of plain data; each method takes the place of a value and the value.

    Parameters
    ----------
    path : str or path
        How errors and notes call the data.
    locate : callable
        Tells the line and column of a place.
    note : callable
        Receives a sentence about everything that is not kept as it is.
    """

    #: What the format calls a dict.
    mapping_name: ClassVar[str] = "an object"

    def __init__(self, path: FilePath, locate: Locate, note: Note) -> None:
        self.path = path
        self.locate = locate
        self.note = note

    def fail(self, place: Place, problem: str, cause: Exception | None = None) -> NoReturn:
        """Raise the error for a value."""
        line, column = self.locate(place)
        problem = f"{spell(place)}: {problem}" if place else problem
        raise FileFormatError(problem, path=self.path, line=line, column=column) from cause

    def mapping(self, place: Place, value: object, example: str) -> dict[str, Any]:
        """The value, a dict."""
        if not isinstance(value, dict):
            self.fail(place, f"expected {self.mapping_name} {example}, not {self.describe(value)}")
        return value

    def listing(self, place: Place, value: object, example: str) -> list[Any]:
        """The value, a list."""
        if not isinstance(value, list):
            self.fail(place, f"expected a list {example}, not {self.describe(value)}")
        return value

    def text(self, place: Place, value: object, example: str) -> str:
        """The value, a text."""
        if not isinstance(value, str):
            self.fail(place, f"expected a text {example}, not {self.describe(value)}")
        return value

    def flag(self, place: Place, value: object) -> bool:
        """The value, true or false."""
        if not isinstance(value, bool):
            self.fail(place, f"expected true or false, not {self.describe(value)}")
        return value

    def formulas(self, place: Place, value: object) -> list[Formula]:
        """The formulas of a list of texts, or of one text in which they are separated by ``;``."""
        if isinstance(value, str):
            return [self.formula(place, part) for part in value.split(SEPARATOR) if part.strip()]
        parts = self.listing(place, value, 'of formulas, such as ["p & q"]')
        return [self.formula((*place, index), part) for index, part in enumerate(parts)]

    def formula(self, place: Place, value: object) -> Formula:
        """The formula that the text stands for."""
        text = self.text(place, value, 'such as "p & q"')
        try:
            return parse(text)
        except EquibelError as error:
            self.fail(place, f"in the formula, {error}", error)

    def atoms(self, place: Place, value: object) -> list[str]:
        """The atoms of a list, or of one text in which they are separated by spaces."""
        names = value.split() if isinstance(value, str) else self.listing(place, value, 'of atoms, such as ["p", "q"]')
        for index, name in enumerate(names):
            if not isinstance(name, str) or not is_atom_name(name):
                problem = f"expected an atom, a word of letters, digits and '_', not {self.describe(name)}"
                self.fail((*place, index), problem)
        return names

    def weights(self, place: Place, value: object, graph: nx.Graph, node: Hashable) -> None:
        """Set the weights of a node."""
        try:
            set_weights(graph, node, check_weights(value))
        except EquibelError as error:
            self.fail(place, str(error), error)

    def edge_weight(self, place: Place, attributes: dict[str, Any]) -> None:
        """Check the weight among the attributes of an edge, if there is one."""
        if "weight" in attributes:
            try:
                check_weight("the weight of an edge", attributes["weight"])
            except EquibelError as error:
                self.fail((*place, "weight"), str(error), error)

    def simple_node(self, place: Place, value: object) -> int | str:
        """The value, an integer or a text."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            self.fail(place, f"expected an integer or a text as a node, not {self.describe(value)}")
        return value

    def known(self, place: Place, graph: nx.Graph, node: Hashable) -> Hashable:
        """The node, which the graph has."""
        try:
            require_node(graph, node)
        except EquibelError as error:
            self.fail(place, str(error), error)
        return node

    def describe(self, value: object) -> str:
        """A value in words, for messages."""
        match value:
            case None:
                return "null or nothing"
            case bool():
                return str(value).lower()
            case list():
                return "a list"
            case dict():
                return self.mapping_name
            case datetime.date() | datetime.time():
                return "a date or time"
            case _:
                return reprlib.repr(value)


def is_simple_node(value: object) -> bool:
    """Whether files hold a node as it is: an integer or a text."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def spell(place: Place) -> str:
    """Write a place as a path.

    >>> spell(("nodes", 3, "formulas", 0))
    'nodes[3].formulas[0]'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{visible(step)}" for step in place).removeprefix(".")
