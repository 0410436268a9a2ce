"""Graphs in the bodies of requests and answers, checked, with errors that name the place in the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError, FormulaSyntaxError
from equibel.files import graph_from_node_link, node_link
from equibel.files.data import Place
from equibel.formula import numbers_note
from equibel.server.http.problems import Invalid
from equibel.server.http.size_limits import check_data, check_graph
from equibel.server.settings import Settings
from equibel.solving import uncollected
from equibel.workspace import frozen_copy


class FormulaInvalid(Invalid):
    """A formula within a graph cannot be read: ``line``, ``column``, ``expected``, and ``where`` in the request it is."""

    kind, title = "formula-syntax", "Formula syntax error"
    where: str
    line: int
    column: int
    expected: list[str]


def read_graph(data: Mapping[str, Any], settings: Settings, where: Place = ("body",)) -> tuple[EquibelGraph, list[str]]:
    """The graph that node-link data describes, frozen, and notes about what was read in a particular way.

    Parameters
    ----------
    data : mapping
        As `equibel.server.schemas.graph_schemas.NodeLink` demands.
    settings : Settings
        With the limits.
    where : tuple
        Where in the request it stands.

    Raises
    ------
    OverLimit
        When it is too large.
    FormulaInvalid, Invalid
        When a formula cannot be read, or the data does not describe a graph.

    Examples
    --------
    >>> graph, notes = read_graph({"nodes": [{"id": 1, "formula": "p"}]}, Settings())
    >>> notes
    ["body: the node attribute 'formula' is kept but not used (did you mean 'formulas'?)"]
    >>> try:
    ...     read_graph({"nodes": [{"id": 1, "formulas": ["p &"]}]}, Settings())
    ... except FormulaInvalid as error:
    ...     error.where, error.line, error.column
    ('body.nodes.0.formulas.0', 1, 4)
    """
    check_data(data, settings)
    if "edges" not in data and "links" not in data:
        data = {**data, "edges": []}
    notes: list[str] = []
    places: list[Place] = []

    def locate(place: Place) -> tuple[int, int]:
        places.append(place)
        return 0, 0

    name = _spell(where)
    with uncollected():
        try:
            graph = graph_from_node_link(data, name, locate=locate, note=notes.append)
        except FileFormatError as error:
            _refuse(error, where, places[-1] if places else ())
        frozen = frozen_copy(graph, name, note=notes.append)
        check_graph(frozen, settings)
        told = numbers_note(frozen.atom_names())
    return frozen, [*notes, f"{name}: {told}"] if told else notes


def write_graph(graph: EquibelGraph) -> dict[str, Any]:
    """The node-link data of a graph; attributes that JSON cannot hold, which only a file can have brought, are left out."""
    with uncollected():
        return node_link(graph, note=lambda _: None)


def _spell(place: Place) -> str:
    return ".".join(map(str, place))


def _refuse(error: FileFormatError, where: Place, place: Place) -> NoReturn:
    spelt = _spell((*where, *place))
    cause = error.__cause__
    if isinstance(cause, FormulaSyntaxError):
        raise FormulaInvalid(
            f"{spelt}: {cause}",
            where=spelt,
            line=cause.line,
            column=cause.column,
            expected=cause.expected,
            errors=[{"where": spelt, "problem": str(cause)}],
        ) from None
    problem = str(error).split(": ", 1)[-1] if not place else str(error).split(": ", 2)[-1]
    raise Invalid(f"{spelt}: {problem}", where=spelt, errors=[{"where": spelt, "problem": problem}]) from None
