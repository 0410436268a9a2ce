"""Frozen copies of graphs: checked, and made of data that can be stored."""

from __future__ import annotations

import json
from collections.abc import Container, Hashable, Mapping
from typing import Any

from equibel.equibel_graph import EquibelGraph, require_equibel_graph
from equibel.errors import FileFormatError, OptionError
from equibel.files.attributes import (
    CONSTRAINTS,
    GRAPH_ATTRIBUTES,
    NODE_ATTRIBUTES,
    WEIGHT,
    WEIGHTS,
    as_weight,
    check_weight,
    declared_atoms,
    get_weights,
    weight_data,
)
from equibel.files.text import Losses, Note, warn
from equibel.formula import sorted_atoms
from equibel.graph.constraints import read_constraints
from equibel.graph.nodes import show_node
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.plain import MAX_DIGITS, as_text
from equibel.workspace.state.content import as_node
from equibel.workspace.state.frozen import freeze, is_frozen

_SHORT = 2**63  # integers below it need no look at how many digits they have
_LOST = object()


def frozen_copy(graph: EquibelGraph, name: str = "", *, note: Note = warn) -> EquibelGraph:
    """A copy of a graph that cannot be changed, is checked, and consists of data that a workspace can store.

    A frozen copy is returned as it is.  Linear in the size of the graph.

    Parameters
    ----------
    graph : EquibelGraph
        It is not changed, and shares no attribute with the copy.
    name : str, optional
        The name of the graph in notes and errors.
    note : callable, optional
        Receives a sentence for each attribute that is not JSON data and is left out.

    Raises
    ------
    FileFormatError
        When a node is neither an integer, nor a text, nor a tuple of these.
    OptionError
        When ``graph`` is not an `EquibelGraph`, or a weight is not a number of at least 0.
    FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
        When an attribute is not made of formulas.

    Examples
    --------
    >>> G = EquibelGraph([(1, 2)])
    >>> G.add_formula(1, "p")
    >>> copy = frozen_copy(G)
    >>> copy == G, copy is G, frozen_copy(copy) is copy
    (True, False, True)
    """
    require_equibel_graph(graph)
    return graph if is_frozen(graph) else _Copier(graph, f"the graph {name!r}").copy(note)


class _Copier:
    """The parts of a frozen copy, in the places where networkx keeps nodes and neighbours."""

    def __init__(self, graph: EquibelGraph, path: str) -> None:
        self.graph = graph
        self.path = path
        self.losses = Losses(path, "a workspace")
        self.texts: dict[str, dict[str, str]] = {FORMULAS: {}, WEIGHTS: {}}  # by the texts that were stored

    def copy(self, note: Note) -> EquibelGraph:
        """The copy."""
        copy = EquibelGraph()
        copy.graph.update(self.graph_attributes())
        plain = {node: self.node(node) for node in self.graph._node}
        copy._node.update((plain[node], self.node_attributes(node, found)) for node, found in self.graph._node.items())
        adjacent = copy._adj
        adjacent.update((node, {}) for node in plain.values())
        for node, neighbours in self.graph._adj.items():
            u = plain[node]
            known = adjacent[u]
            for neighbour, attributes in neighbours.items():
                v = plain[neighbour]
                if v not in known:
                    known[v] = adjacent[v][u] = self.edge_attributes(u, v, attributes) if attributes else {}
        self.losses.report(note)
        return freeze(copy)

    def node(self, node: Hashable) -> Hashable:
        """The node itself, or the equal one of Python's own types."""
        if type(node) is str or (type(node) is int and -_SHORT < node < _SHORT):
            return node
        try:
            return as_node(node)
        except OptionError:
            raise FileFormatError(
                f"a workspace cannot store the node {show_node(node)}: its nodes are integers of at most {MAX_DIGITS} "
                "digits, texts and tuples of these; rename the node with networkx.relabel_nodes",
                path=self.path,
            ) from None

    def graph_attributes(self) -> dict[str, Any]:
        """The attributes of the graph, with constraints and atoms as they are written."""
        texts = {kind: read_constraints(self.graph, kind).text for kind in CONSTRAINTS}
        texts[ATOMS] = " ".join(sorted_atoms(declared_atoms(self.graph)))
        found: dict[str, Any] = {kind: text for kind, text in texts.items() if text}
        return found | self.others("graph", self.graph.graph, written=GRAPH_ATTRIBUTES)

    def node_attributes(self, node: Hashable, attributes: Mapping[Any, Any]) -> dict[str, Any]:
        """The attributes of a node, with formulas and weights as they are written."""
        found: dict[str, Any] = {}
        if (stored := attributes.get(FORMULAS)) is not None and (text := self.written(FORMULAS, node, stored)):
            found[FORMULAS] = text
        if (stored := attributes.get(WEIGHTS)) is not None and (text := self.written(WEIGHTS, node, stored)):
            found[WEIGHTS] = text
        if len(found) < len(attributes):
            found |= self.others("node", attributes, written=NODE_ATTRIBUTES, reserved=("id",))
        return found

    def written(self, attribute: str, node: Hashable, stored: object) -> str:
        """The formulas or weights of a node as they are written, found once for each text; empty when there are none."""
        known = self.texts[attribute]
        text = known.get(stored) if type(stored) is str else None
        if text is None:
            if attribute == FORMULAS:
                text = self.graph._beliefs(node).text
            else:
                weights = {name: weight_data(weight) for name, weight in get_weights(self.graph, node).items()}
                text = json.dumps(weights) if weights else ""
            if type(stored) is str:
                known[stored] = text
        return text

    def edge_attributes(self, u: Hashable, v: Hashable, attributes: Mapping[Any, Any]) -> dict[str, Any]:
        """The attributes of an edge, with its weight as a number or as the text of a fraction."""
        found: dict[str, Any] = {}
        if WEIGHT in attributes:
            value = attributes[WEIGHT]
            if type(value) is int and 0 <= value < _SHORT:
                found[WEIGHT] = value
            elif as_weight(value) is None and _plain(value) is _LOST:
                self.losses.add("edge", WEIGHT)
            else:
                found[WEIGHT] = weight_data(check_weight(f"the weight of the edge {show_node(u)} <-> {show_node(v)}", value))
        if len(found) < len(attributes):
            found |= self.others("edge", attributes, written=(WEIGHT,), reserved=("source", "target"))
        return found

    def others(
        self, owner: str, attributes: Mapping[Any, Any], *, written: Container[object], reserved: Container[object] = ()
    ) -> dict[str, Any]:
        """The attributes not yet ``written``; those that are not JSON data, or have a ``reserved`` name, are lost."""
        found = {}
        for name, value in attributes.items():
            if name in written:
                continue
            plain = _plain(value) if isinstance(name, str) and name not in reserved else _LOST
            if plain is _LOST:
                self.losses.add(owner, name)
            else:
                found[as_text(name)] = plain
        return found


def _plain(value: Any) -> Any:
    """The equal value that JSON gives back, a new one if it can be changed; `_LOST` when there is none."""
    if value is None or type(value) in (str, bool) or (type(value) is int and -_SHORT < value < _SHORT):
        return value
    try:
        plain = json.loads(json.dumps(value, allow_nan=False))
        return plain if plain == value else _LOST
    except (TypeError, ValueError, RecursionError):
        return _LOST
