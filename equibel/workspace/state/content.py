"""Stored nodes and graphs: their JSON data, and digests that identify their content.

A stored graph is the object ``{"graph": {…}, "nodes": [[node, {…}], …], "edges": [[u, v, {…}], …]}`` with the attributes
as an `EquibelGraph` has them: formulas and atoms are texts there, and are parsed when they are used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import OptionError, WorkspaceError
from equibel.files.attributes import (
    CONSTRAINTS,
    GRAPH_ATTRIBUTES,
    NODE_ATTRIBUTES,
    check_weight,
    get_constraints,
    get_weights,
)
from equibel.files.data import is_simple_node
from equibel.graph.filling import fill_edges, fill_nodes
from equibel.graph.nodes import plain_node, show_node
from equibel.plain import MAX_DIGITS
from equibel.workspace.state.frozen import freeze


def as_node(value: object) -> Hashable:
    """The node that a value stands for: an integer, a text, or a tuple or list of these.

    Raises `OptionError` for any other value, because a workspace could not store it.

    >>> as_node(1), as_node("a"), as_node(["a", 1])
    (1, 'a', ('a', 1))
    """
    node = plain_node(tuple(value) if isinstance(value, list) else value)
    if is_simple_node(node) or (isinstance(node, tuple) and node and all(map(is_simple_node, node))):
        return node
    expected = f"an integer of at most {MAX_DIGITS} digits, a text or a tuple of these"
    raise OptionError(f"node is {show_node(value)}; expected {expected}", option="node", value=value, expected=expected)


def encode(graph: EquibelGraph) -> dict[str, Any]:
    """The graph as JSON data; equal graphs with nodes in the same order give equal data."""
    position = {node: i for i, node in enumerate(graph)}
    edges = [
        [u, v, graph.adj[u][v]]
        for u in position
        for v in sorted(graph.adj[u], key=position.__getitem__)
        if position[u] <= position[v]
    ]
    return {"graph": graph.graph, "nodes": [list(item) for item in graph.nodes(data=True)], "edges": edges}


def decode(data: Any) -> EquibelGraph:
    """The frozen graph that `encode` wrote; `ValueError` or another built-in error for other data."""
    graph = EquibelGraph()
    graph.graph.update(_attributes(data["graph"], GRAPH_ATTRIBUTES))
    fill_nodes(graph, [(as_node(node), _attributes(found, NODE_ATTRIBUTES)) for node, found in data["nodes"]])
    if len(graph) != len(data["nodes"]):
        raise ValueError("two nodes are equal")
    edges = [(as_node(u), as_node(v), _attributes(found)) for u, v, found in data["edges"]]
    if not all(u in graph and v in graph for u, v, _ in edges):
        raise ValueError("the node of an edge was not found")
    fill_edges(graph, edges)
    return freeze(graph)


def _attributes(value: Any, texts: Iterable[str] = ()) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(value.get(key, ""), str) for key in texts):
        raise ValueError("the attributes are invalid")
    return value


def check_graph(graph: EquibelGraph) -> None:
    """Read all formulas, weights and constraints, which raises what they raise when they are not such."""
    graph.atom_names()
    for node in graph:
        get_weights(graph, node)
    for u, v, weight in graph.edges(data="weight", default=1):
        check_weight(f"the weight of the edge {show_node(u)} <-> {show_node(v)}", weight)
    for kind in CONSTRAINTS:
        get_constraints(graph, kind)


def digest(graph: EquibelGraph) -> str:
    """A text that identifies the content of a graph; equal graphs have equal digests when their nodes have one order."""
    return hashlib.sha256(json.dumps(encode(graph), sort_keys=True).encode()).hexdigest()


def to_json(data: Any) -> str:
    """JSON data as a text on one line, of ASCII characters only.

    Raises `WorkspaceError` when it contains an integer that Python cannot write.
    """
    try:
        return json.dumps(data, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise WorkspaceError(f"this cannot be stored: {error}") from None
