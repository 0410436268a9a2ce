"""Reading of node-link data: the dictionaries and lists of networkx, in JSON files and HTTP bodies.

::

    {"directed": false, "multigraph": false,
     "graph": {"atoms": ["p", "q"], "entailment": ["p -> q"], "consistency": ["~p"]},
     "nodes": [{"id": 1, "formulas": ["p & q", "r"], "weights": {"p": 2}}, {"id": "b"}],
     "edges": [{"source": 1, "target": "b", "weight": 3}]}

The id of a node is an integer, a text, or a list of these, which is read as a tuple.  ``edges`` can also be called
``links``.  ``atoms``, ``entailment`` and ``consistency`` can be next to ``nodes`` instead of in ``graph``.  All other
attributes of nodes, edges and the graph are kept, with a note if they look misspelt.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import suggestion
from equibel.files.attributes import GRAPH_ATTRIBUTES, WEIGHT, WEIGHTS, as_weight, set_constraints
from equibel.files.data import DataReader, Locate, Place, is_simple_node, spell
from equibel.files.text import FilePath, Note, warn
from equibel.graph.beliefs import write_beliefs
from equibel.graph.filling import fill_nodes, lone_direction
from equibel.graph.nodes import show_node
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.graph.spelling import misplaced

_SIMPLE = (int, str)  # classes of nodes that are not converted
_NUMBERS = (int, float)  # classes of weights that are not converted
_TOP_LEVEL = {"directed", "multigraph", "graph", "nodes", "edges", "links", *GRAPH_ATTRIBUTES}


def graph_from_node_link(
    data: object, path: FilePath = "<data>", *, locate: Locate = lambda _: (0, 0), note: Note = warn
) -> EquibelGraph:
    """The scenario of node-link data.

    Parameters
    ----------
    data : object
        The value that a JSON parser returned.  It can also be an object with the data as its ``"graph"``, such as the
        output of the command line and the responses of the server.
    path : str or path, optional
        The name of the data in errors and notes.
    locate : callable, optional
        Returns the line and column of a place in the source text.
    note : callable, optional
        Receives a sentence about everything that is changed or not kept, or is probably a mistake: parallel and directed
        edges, unknown and misspelt names, atoms with the name of a constant of other notations.

    Raises
    ------
    FileFormatError
        When the data is invalid.  The message has the place, such as ``nodes[3].formulas[0]``.  For an invalid formula, the
        ``__cause__`` of the error is the `FormulaSyntaxError`.

    Examples
    --------
    >>> nodes = [{"id": 1, "formulas": ["p"]}, {"id": 2}]
    >>> G = graph_from_node_link({"nodes": nodes, "edges": [{"source": 1, "target": 2}]})
    >>> G.formulas(1), list(G.edges)
    ({p}, [(1, 2)])
    """
    return _Reader(path, locate, note).read(data)


class _Reader(DataReader):
    """Reads node-link data."""

    def __init__(self, path: FilePath, locate: Locate, note: Note) -> None:
        super().__init__(path, locate, note)
        self.graph = EquibelGraph()
        self.texts: dict[object, str] = {}

    def read(self, data: object) -> EquibelGraph:
        """The scenario."""
        base: Place = ()
        root = self.mapping(base, data, 'with "nodes" and "edges"')
        inner = root.get("graph")
        if "nodes" not in root and isinstance(inner, dict) and "nodes" in inner:
            base, root = ("graph",), inner
        directed = self.flag((*base, "directed"), root.get("directed", False))
        multigraph = self.flag((*base, "multigraph"), root.get("multigraph", False))
        nodes: Place = (*base, "nodes")
        for index, item in enumerate(self.listing(nodes, root.get("nodes"), 'such as [{"id": 1}]')):
            self.node((*nodes, index), item)
        edges, items = self.edges(base, root)
        near = dict(self.graph.adjacency())
        ends = []
        for index, item in enumerate(items):
            pair = (not multigraph and self.usual_edge(near, item)) or self.edge((*edges, index), item, multigraph)
            if directed:
                ends.append(pair)
        self.note_repeated()
        if directed:
            self.note_lone_directions(edges, ends)
        self.attributes(base, root)
        self.note_doubtful(self.graph)
        self.note_unknown(root)
        return self.graph

    def edges(self, base: Place, root: dict[str, Any]) -> tuple[Place, list[Any]]:
        """The place of the edges, and the edges: the list that exists and is not empty."""
        names = [name for name in ("edges", "links") if root.get(name) is not None] or ["edges"]
        found = [self.listing((*base, name), root.get(name), 'such as [{"source": 1, "target": 2}]') for name in names]
        if len(found) == 2 and all(found) and found[0] != found[1]:
            self.fail((*base, "links"), '"edges" has other edges; keep one of them')
        chosen = next((number for number, items in enumerate(found) if items), 0)
        return (*base, names[chosen]), found[chosen]

    def node(self, place: Place, item: object) -> None:
        """Add a node with its formulas, weights and other attributes."""
        attributes = dict(self.mapping(place, item, 'such as {"id": 1}'))
        if "id" not in attributes:
            self.fail(place, 'the node has no "id"; expected an object such as {"id": 1}')
        node = self.identifier((*place, "id"), attributes.pop("id"))
        if node in self.graph:
            self.fail((*place, "id"), f"the node {show_node(node)} already exists; expected every id once")
        text = self.stored((*place, FORMULAS), attributes.pop(FORMULAS, []))
        weights = attributes.pop(WEIGHTS, {})
        if text:
            attributes[FORMULAS] = text
        fill_nodes(self.graph, [(node, attributes)])
        if weights != {}:
            self.weights((*place, WEIGHTS), weights, self.graph, node)

    def stored(self, place: Place, value: object) -> str:
        """The text to store for the formulas of a node; equal ones are read once."""
        key = tuple(value) if isinstance(value, list) else value
        with suppress(KeyError, TypeError):  # TypeError: a list in the list
            return self.texts[key]
        text = write_beliefs(self.formulas(place, value))
        return self.texts.setdefault(key, text)

    def usual_edge(self, near: Mapping[Hashable, dict[Hashable, Any]], item: object) -> tuple[Hashable, Hashable] | None:
        """Add a new edge between known nodes, and return its ends; ``None`` for anything else, which `edge` looks at.

        ``near`` has the neighbours of all nodes.
        """
        if not isinstance(item, dict):
            return None
        attributes = item.copy()
        u, v = attributes.pop("source", None), attributes.pop("target", None)
        if u.__class__ not in _SIMPLE or v.__class__ not in _SIMPLE or u not in near or v not in near or v in near[u]:
            return None
        weight = attributes.get(WEIGHT, 1)
        if weight.__class__ not in _NUMBERS or as_weight(weight) is None:
            return None
        near[u][v] = near[v][u] = attributes
        return u, v

    def edge(self, place: Place, item: object, multigraph: bool) -> tuple[Hashable, Hashable]:
        """Add an edge with its attributes."""
        attributes = dict(self.mapping(place, item, 'such as {"source": 1, "target": 2}'))
        u, v = (self.end(place, attributes, name) for name in ("source", "target"))
        self.edge_weight(place, attributes)
        if multigraph:
            attributes.pop("key", None)
        self.add_edge(place, self.graph, (u, v, attributes), parallel=multigraph)
        return u, v

    def end(self, place: Place, attributes: dict[str, Any], name: str) -> Hashable:
        """The node at one end of an edge."""
        if name not in attributes:
            self.fail(place, f'the edge has no "{name}"; expected an object such as {{"source": 1, "target": 2}}')
        node = self.identifier((*place, name), attributes.pop(name))
        return self.known((*place, name), self.graph, node)

    def identifier(self, place: Place, value: object) -> Hashable:
        """A node."""
        if isinstance(value, list) and value and all(map(is_simple_node, value)):
            return tuple(value)
        return self.simple_node(place, value)

    def attributes(self, base: Place, root: dict[str, Any]) -> None:
        """Set the attributes of the graph itself."""
        inside: Place = (*base, "graph")
        attributes = dict(self.mapping(inside, root.get("graph", {}), 'such as {"atoms": ["p"]}'))
        for name in GRAPH_ATTRIBUTES:
            if name in root and name in attributes:
                self.fail((*base, name), f'"{name}" is also given within "graph"; keep one of them')
            place: Place = (*inside, name) if name in attributes else (*base, name)
            value = attributes.pop(name, root.get(name, []))
            if name == ATOMS:
                self.graph.add_atoms(self.atoms(place, value))
            else:
                set_constraints(self.graph, name, self.formulas(place, value))
        self.graph.graph.update(attributes)

    def note_unknown(self, root: dict[str, Any]) -> None:
        """Note unknown names at the top level."""
        for name in root:
            if name not in _TOP_LEVEL:
                hint = suggestion(name, _TOP_LEVEL) or misplaced("graph", name)
                self.note(f"{self.path}: {name!r} is not part of the format, and is not kept{hint}")

    def note_lone_directions(self, place: Place, ends: list[tuple[Hashable, Hashable]]) -> None:
        """Note the edges of a directed graph without the opposite edge."""
        known = set(ends)
        lone = [(index, u, v) for index, (u, v) in enumerate(ends) if (v, u) not in known]
        if lone:
            index, u, v = lone[0]
            self.note(f"{self.path}: {spell((*place, index))}: {lone_direction(u, v, len(lone) - 1)}")
