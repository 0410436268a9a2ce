"""Scenarios as networkx node-link data: the dictionaries and lists that JSON files and HTTP bodies hold.

::

    {"directed": false, "multigraph": false,
     "graph": {"atoms": ["p", "q"], "entailment": ["p -> q"], "consistency": ["~p"]},
     "nodes": [{"id": 1, "formulas": ["p & q", "r"], "weights": {"p": 2}}, {"id": "b"}],
     "edges": [{"source": 1, "target": "b", "weight": 3}]}

A node's id is an integer, a text, or a list of these, which stands for a tuple.  ``edges`` may also be called
``links``, and ``atoms``, ``entailment`` and ``consistency`` may stand beside ``nodes`` instead of within ``graph``.
Every other attribute of a node, an edge or the graph is kept.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import suggestion
from equibel.files.attributes import GRAPH_ATTRIBUTES, NODE_ATTRIBUTES, WEIGHTS, set_constraints
from equibel.files.data import DataReader, Locate, Place, is_simple_node, spell
from equibel.files.text import FilePath, Note, warn
from equibel.graph.nodes import show_node
from equibel.graph.scenario import ATOMS, FORMULAS

_TOP_LEVEL = {"directed", "multigraph", "graph", "nodes", "edges", "links", *GRAPH_ATTRIBUTES}


def graph_from_node_link(
    data: object, path: FilePath = "<data>", *, locate: Locate = lambda _: (0, 0), note: Note = warn
) -> EquibelGraph:
    """The scenario that node-link data describes.

    Parameters
    ----------
    data : object
        What a JSON parser returned.  An object that holds the data as its ``"graph"``, as the answers of the command
        line and the server do, is accepted as well.
    path : str or path, optional
        How errors and notes call the data.
    locate : callable, optional
        Tells the line and column of a place in the source text.
    note : callable, optional
        Receives a sentence about everything that is not kept as it is: parallel and directed edges, unknown names.

    Raises
    ------
    FileFormatError
        When the data does not describe a scenario.  The message says where, as in ``nodes[3].formulas[0]``; when a
        formula cannot be read, the error's ``__cause__`` is the `FormulaSyntaxError`.

    Examples
    --------
    >>> nodes = [{"id": 1, "formulas": ["p"]}, {"id": 2}]
    >>> G = graph_from_node_link({"nodes": nodes, "edges": [{"source": 1, "target": 2}]})
    >>> G.formulas(1), list(G.edges)
    ({p}, [(1, 2)])
    """
    return _Reader(path, locate, note).read(data)


class _Reader(DataReader):
    """Reads node-link data from its outside to its inside."""

    def __init__(self, path: FilePath, locate: Locate, note: Note) -> None:
        super().__init__(path, locate, note)
        self.graph = EquibelGraph()
        self.repeated: list[Place] = []  # edges that occurred before, with other attributes or a key of their own

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
        self.note_misspelt()
        name = "links" if "links" in root and "edges" not in root else "edges"
        edges: Place = (*base, name)
        items = self.listing(edges, root.get(name), 'such as [{"source": 1, "target": 2}]')
        ends = [self.edge((*edges, index), item, multigraph) for index, item in enumerate(items)]
        if self.repeated:
            self.note_repeated()
        if directed:
            self.note_lone_directions(edges, ends)
        self.attributes(base, root)
        return self.graph

    def node(self, place: Place, item: object) -> None:
        """Add a node with its formulas, weights and other attributes."""
        attributes = dict(self.mapping(place, item, 'such as {"id": 1}'))
        if "id" not in attributes:
            self.fail(place, 'the node has no "id"; expected an object such as {"id": 1}')
        node = self.identifier((*place, "id"), attributes.pop("id"))
        if node in self.graph:
            self.fail((*place, "id"), f"there is a node {show_node(node)} already; expected every id once")
        formulas = self.formulas((*place, FORMULAS), attributes.pop(FORMULAS, []))
        weights = attributes.pop(WEIGHTS, {})
        self.graph.add_nodes_from([(node, attributes)])
        self.graph.set_formulas(node, formulas)
        self.weights((*place, WEIGHTS), weights, self.graph, node)

    def edge(self, place: Place, item: object, multigraph: bool) -> tuple[Hashable, Hashable]:
        """Add an edge with its attributes."""
        attributes = dict(self.mapping(place, item, 'such as {"source": 1, "target": 2}'))
        u, v = (self.end(place, attributes, name) for name in ("source", "target"))
        self.edge_weight(place, attributes)
        if multigraph:
            attributes.pop("key", None)
        if self.graph.has_edge(u, v):
            before = self.graph.edges[u, v]
            if multigraph or any(before.get(name, value) != value for name, value in attributes.items()):
                self.repeated.append(place)
        self.graph.add_edges_from([(u, v, attributes)])
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
        """Take over the attributes of the graph itself."""
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
        for name in root:
            if name not in _TOP_LEVEL:
                self.note(f"{self.path}: {name!r} is not part of the format and not kept{suggestion(name, _TOP_LEVEL)}")

    def note_misspelt(self) -> None:
        """Note node attributes that look like one of the format."""
        for name in {name: None for _, attributes in self.graph.nodes(data=True) for name in attributes}:
            meant = difflib.get_close_matches(name, NODE_ATTRIBUTES, n=1, cutoff=0.8)
            if meant and name != meant[0]:
                self.note(f"{self.path}: the node attribute {name!r} is kept but not used (did you mean {meant[0]!r}?)")

    def note_repeated(self) -> None:
        """Note edges that were merged with others."""
        count = len(self.repeated)
        more = f" (and {count - 1} more)" if count > 1 else ""
        self.note(
            f"{self.path}: {spell(self.repeated[0])}{more} is parallel to an earlier edge; two nodes are joined by one "
            "edge, so they are read as one, with the attributes of the last"
        )

    def note_lone_directions(self, place: Place, ends: list[tuple[Hashable, Hashable]]) -> None:
        """Note the edges of a directed graph that have no opposite."""
        known = set(ends)
        lone = [(index, u, v) for index, (u, v) in enumerate(ends) if (v, u) not in known]
        if lone:
            index, *edge = lone[0]
            u, v = map(show_node, edge)
            more = f"; so are {len(lone) - 1} more" if len(lone) > 1 else ""
            self.note(
                f"{self.path}: {spell((*place, index))}: the graph is directed, but {u} -> {v} comes without its "
                f"opposite; agents hear one another, so it is read as the edge {u} <-> {v}{more}"
            )
