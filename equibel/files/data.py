"""Checks of plain data for the readers of JSON and TOML, and errors with the place in the data."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable
from typing import Any, ClassVar, NoReturn

import networkx as nx

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, FileFormatError
from equibel.files.attributes import WEIGHT, check_weight, check_weights, doubtful, set_weights
from equibel.files.text import FilePath, Note
from equibel.formula import Formula, is_atom_name, parse
from equibel.graph.beliefs import SEPARATOR
from equibel.graph.filling import fill_edges
from equibel.graph.nodes import MAX_SHOWN, require_node, shorten
from equibel.plain import MAX_DIGITS, is_long, show
from equibel.visible import visible

#: The message for a file with an integer that Python cannot read.
LONG_INTEGER = f"the file has an integer of several thousand digits; expected at most {MAX_DIGITS}"

#: The place of a value in the data: ``("nodes", 3, "formulas", 0)``.
Place = tuple[str | int, ...]

#: A function from a place to its line and column in the source text; 0 means unknown.
Locate = Callable[[Place], tuple[int, int]]


class DataReader:
    """Checks parts of plain data; the arguments of each method are the place of a value and the value.

    Parameters
    ----------
    path : str or path
        The name of the data in errors and notes.
    locate : callable
        Returns the line and column of a place.
    note : callable
        Receives a sentence about everything that is changed or not kept.
    """

    #: The word of the format for a dict.
    mapping_name: ClassVar[str] = "an object"

    def __init__(self, path: FilePath, locate: Locate, note: Note) -> None:
        self.path = path
        self.locate = locate
        self.note = note
        self.repeated: list[Place] = []  # edges that occurred before with other attributes

    def fail(self, place: Place, problem: str, cause: Exception | None = None) -> NoReturn:
        """Raise the error for a value."""
        line, column = self.locate(place)
        problem = f"{spell(place)}: {problem}" if place else problem
        raise FileFormatError(problem, path=self.path, line=line, column=column) from cause

    def mapping(self, place: Place, value: object, example: str) -> dict[str, Any]:
        """The value, which must be a dict."""
        if not isinstance(value, dict):
            self.fail(place, f"expected {self.mapping_name} {example}, not {self.describe(value)}")
        return value

    def listing(self, place: Place, value: object, example: str) -> list[Any]:
        """The value, which must be a list."""
        if not isinstance(value, list):
            self.fail(place, f"expected a list {example}, not {self.describe(value)}")
        return value

    def text(self, place: Place, value: object, example: str) -> str:
        """The value, which must be a text."""
        if not isinstance(value, str):
            self.fail(place, f"expected a text {example}, not {self.describe(value)}")
        return value

    def flag(self, place: Place, value: object) -> bool:
        """The value, which must be true or false."""
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
        """The formula of a text."""
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
        """Read the weight among the attributes of an edge, if there is one."""
        if WEIGHT in attributes:
            try:
                attributes[WEIGHT] = check_weight("the weight of an edge", attributes[WEIGHT])
            except EquibelError as error:
                self.fail((*place, WEIGHT), str(error), error)

    def simple_node(self, place: Place, value: object) -> int | str:
        """The value as a node, which must be an integer or a text."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            self.fail(place, f"expected an integer or a text as a node, not {self.describe(value)}")
        if not is_simple_node(value):
            self.fail(place, f"expected an integer of at most {MAX_DIGITS} digits as a node, not {self.describe(value)}")
        return value

    def known(self, place: Place, graph: nx.Graph, node: Hashable) -> Hashable:
        """The node, which must be in the graph."""
        try:
            require_node(graph, node)
        except EquibelError as error:
            self.fail(place, str(error), error)
        return node

    def add_edge(self, place: Place, graph: EquibelGraph, edge: tuple[Any, Any, Any], *, parallel: bool = False) -> None:
        """Add an edge with its attributes; `note_repeated` notes it if it exists with others or is ``parallel``."""
        u, v, attributes = edge
        before = graph.get_edge_data(u, v)
        if before is not None and (parallel or any(before.get(name, value) != value for name, value in attributes.items())):
            self.repeated.append(place)
        fill_edges(graph, [edge])

    def note_repeated(self) -> None:
        """Note edges that were merged with earlier ones."""
        if self.repeated:
            more = f" (and {len(self.repeated) - 1} more)" if len(self.repeated) > 1 else ""
            self.note(
                f"{self.path}: {spell(self.repeated[0])}{more} is parallel to an earlier edge; scenarios have no parallel "
                "edges, so they are read as one edge, with the attributes of the last one"
            )
            self.repeated = []

    def note_doubtful(self, graph: EquibelGraph, of: str = "") -> None:
        """Note probable mistakes: misspelt attributes, and atoms with the name of a constant."""
        for sentence in doubtful(graph):
            self.note(f"{self.path}: {of}{sentence}")

    def describe(self, value: object) -> str:
        """A value for messages, in words if necessary."""
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
                return show(value)


def is_simple_node(value: object) -> bool:
    """Whether a node is an integer of at most `MAX_DIGITS` digits or a text, which all file formats hold."""
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and not is_long(value))


def spell(place: Place) -> str:
    """A place as text.

    >>> spell(("nodes", 3, "formulas", 0))
    'nodes[3].formulas[0]'
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{visible(shorten(step, MAX_SHOWN))}" for step in place)
    return "".join(steps).removeprefix(".")
