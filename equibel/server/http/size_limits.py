"""Limits on the size of graphs and formulas, as set in `equibel.server.settings.Settings`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.files import get_constraints
from equibel.files.attributes import CONSTRAINTS
from equibel.formula import Formula, depth, parse
from equibel.graph import FORMULAS, show_node
from equibel.graph.beliefs import SEPARATOR
from equibel.server.http.problems import OverLimit
from equibel.server.settings import Settings

_FORMULAS = (FORMULAS, *CONSTRAINTS)  # where formulas stand in node-link data


@dataclass(frozen=True)
class Size:
    """How large a graph is."""

    nodes: int
    edges: int
    formulas: int
    atoms: frozenset[str]

    def counts(self) -> dict[str, int]:
        """The numbers, by name."""
        return {"nodes": self.nodes, "edges": self.edges, "formulas": self.formulas, "atoms": len(self.atoms)}


def size_of(graph: EquibelGraph) -> Size:
    """The size of a graph, linear in it."""
    formulas = sum(len(graph.beliefs(node)) for node in graph)
    formulas += sum(len(get_constraints(graph, kind)) for kind in CONSTRAINTS)
    return Size(graph.number_of_nodes(), graph.number_of_edges(), formulas, frozenset(graph.atom_names()))


def check_size(size: Size, settings: Settings) -> Size:
    """The size; raises `OverLimit` when a graph of it is too large."""
    for what, value in size.counts().items():
        check_count(f"max_{what}", value, settings, f"{what} in a graph")
    return size


def check_graph(graph: EquibelGraph, settings: Settings) -> Size:
    """The size of a graph; raises `OverLimit` when it, or one of its formulas, is too large.

    >>> G = EquibelGraph([(1, 2)])
    >>> check_graph(G, Settings()).edges
    1
    >>> check_graph(G, Settings(max_nodes=1))
    Traceback (most recent call last):
    equibel.server.http.problems.OverLimit: limit of 1 nodes in a graph exceeded (max_nodes): 2
    """
    check_count("max_nodes", graph.number_of_nodes(), settings, "nodes in a graph")
    check_count("max_edges", graph.number_of_edges(), settings, "edges in a graph")
    for node in graph:
        for formula in graph.beliefs(node):
            check_shape(formula, settings, f"a formula of node {show_node(node)}")
    for kind in CONSTRAINTS:
        for formula in get_constraints(graph, kind):
            check_shape(formula, settings, f"a constraint ({kind})")
    return check_size(size_of(graph), settings)


def check_formula(text: str, settings: Settings) -> Formula:
    """The formula that a text stands for.

    Raises
    ------
    OverLimit
        When it is too long or too deep.
    FormulaSyntaxError
        When it is not a formula.

    Examples
    --------
    >>> check_formula("p -> q", Settings())
    Formula('p -> q')
    >>> check_formula("~" * 300 + "p", Settings())
    Traceback (most recent call last):
    equibel.server.http.problems.OverLimit: limit of 200 levels of nesting in the formula exceeded (max_formula_depth): 300
    """
    check_length(text, settings)
    formula = parse(text)
    check_shape(formula, settings, "the formula")
    return formula


def check_length(text: str, settings: Settings, what: str = "a formula") -> None:
    """Raise `OverLimit` for a text that is too long to be read as a formula."""
    check_count("max_formula_length", len(text), settings, f"characters in {what}")


def check_shape(formula: Formula, settings: Settings, what: str) -> None:
    """Raise `OverLimit` for a formula that is nested too deeply, or has more symbols than a text may have characters."""
    if len(formula.code) > settings.max_formula_depth:  # else it cannot be deeper
        check_count("max_formula_depth", depth(formula), settings, f"levels of nesting in {what}")
        check_count("max_formula_length", len(formula.code), settings, f"symbols in {what}")


def check_count(limit: str, value: int, settings: Settings, what: str) -> None:
    """Raise `OverLimit` when a value exceeds the setting ``limit``; ``what`` says what is counted."""
    allowed = getattr(settings, limit)
    if value > allowed:
        raise OverLimit(f"limit of {allowed} {what} exceeded ({limit}): {value}", limit=limit, bound=allowed, value=value)


def check_data(data: Mapping[str, Any], settings: Settings) -> None:
    """Raise `OverLimit` for node-link data that is too large, before time is spent on reading it.

    What is wrong with its shape is found out later.
    """
    nodes, edges = data.get("nodes"), max(data.get("edges"), data.get("links"), key=_length)
    check_count("max_nodes", _length(nodes), settings, "nodes in a graph")
    check_count("max_edges", _length(edges), settings, "edges in a graph")
    places = [data, data.get("graph"), *(nodes if isinstance(nodes, list) else ())]
    texts = [text for place in places if isinstance(place, dict) for key in _FORMULAS for text in _texts(place.get(key))]
    check_count("max_formulas", len(texts), settings, "formulas in a graph")
    for text in texts:
        check_length(text, settings)


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _texts(formulas: object) -> list[str]:
    """The texts of a list of formulas, or of one text with ``;`` between them."""
    if isinstance(formulas, str):
        return formulas.split(SEPARATOR)
    return [text for text in formulas if isinstance(text, str)] if isinstance(formulas, list) else []
