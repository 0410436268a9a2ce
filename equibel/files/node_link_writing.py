"""Writing of scenarios as node-link data; see `equibel.files.node_link_reading`."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Container, Hashable, Mapping
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError
from equibel.files.attributes import (
    CONSTRAINTS,
    GRAPH_ATTRIBUTES,
    NODE_ATTRIBUTES,
    WEIGHT,
    WEIGHTS,
    as_weight,
    declared_atoms,
    get_constraints,
    get_weights,
    weight_data,
)
from equibel.files.data import is_simple_node
from equibel.files.text import FilePath, Losses, Note, warn
from equibel.formula import Formula, to_text
from equibel.graph.nodes import plain_node, show_node
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.plain import MAX_DIGITS

_SHORT = 10**18  # most numbers are smaller, which is checked faster than their digits


def node_link(graph: EquibelGraph, path: FilePath = "<data>", *, note: Note = warn) -> dict[str, Any]:
    """The node-link data of a scenario: only dictionaries, lists, texts and numbers.

    Every node has its list of ``formulas``.  ``weights``, ``atoms`` and the constraints are present if there are any.
    `graph_from_node_link` and ``networkx.node_link_graph`` can read the data.

    Parameters
    ----------
    graph : EquibelGraph
        The scenario.
    path : str or path, optional
        The name of the data in errors and notes.
    note : callable, optional
        Receives a sentence about each attribute that is left out because it is not JSON data.

    Raises
    ------
    FileFormatError
        When a node is neither an integer, nor a text, nor a tuple of these.

    Examples
    --------
    >>> from equibel.equibel_graph import EquibelGraph
    >>> G = EquibelGraph([(1, 2)])
    >>> G.add_formula(1, "p")
    >>> node_link(G)["nodes"]
    [{'id': 1, 'formulas': ['p']}, {'id': 2, 'formulas': []}]
    """
    losses = Losses(path, "JSON")
    text = functools.cache(to_text)
    data = {
        "directed": False,
        "multigraph": False,
        "graph": _graph_attributes(graph, losses),
        "nodes": [_node(graph, node, path, losses, text) for node in graph],
        "edges": [_edge(u, v, attributes, path, losses) for u, v, attributes in graph.edges(data=True)],
    }
    losses.report(note)
    return data


def _graph_attributes(graph: EquibelGraph, losses: Losses) -> dict[str, Any]:
    texts = {kind: [to_text(formula) for formula in get_constraints(graph, kind)] for kind in CONSTRAINTS}
    texts[ATOMS] = declared_atoms(graph)
    present = {name: texts[name] for name in GRAPH_ATTRIBUTES if texts[name]}
    return present | _others("graph", graph.graph, losses, written=GRAPH_ATTRIBUTES)


def _node(
    graph: EquibelGraph, node: Hashable, path: FilePath, losses: Losses, text: Callable[[Formula], str]
) -> dict[str, Any]:
    data = {"id": _identifier(node, path), FORMULAS: list(map(text, graph.beliefs(node)))}
    weights = {name: weight_data(weight) for name, weight in get_weights(graph, node).items()}
    if weights:
        data[WEIGHTS] = weights
    return data | _others("node", graph.nodes[node], losses, written=NODE_ATTRIBUTES, reserved=("id",))


def _edge(u: Hashable, v: Hashable, attributes: Mapping[Any, object], path: FilePath, losses: Losses) -> dict[str, Any]:
    data = {"source": _identifier(u, path), "target": _identifier(v, path)}
    return data | _others("edge", _weighted(attributes), losses, reserved=("source", "target")) if attributes else data


def _identifier(node: Hashable, path: FilePath) -> object:
    if node.__class__ is str or (node.__class__ is int and abs(node) < _SHORT):
        return node
    node = plain_node(node)
    if is_simple_node(node):
        return node
    if isinstance(node, tuple) and node and all(map(is_simple_node, node)):
        return list(node)
    raise FileFormatError(
        f"JSON cannot hold the node {show_node(node)}: its nodes are integers of at most {MAX_DIGITS} digits, texts and "
        "tuples of these; rename the node with networkx.relabel_nodes",
        path=path,
    )


def _weighted(attributes: Mapping[Any, object]) -> Mapping[Any, object]:
    """The attributes of an edge, with its weight in the form of JSON; an invalid weight is not changed."""
    weight = as_weight(attributes.get(WEIGHT))
    return attributes if weight is None else {**attributes, WEIGHT: weight_data(weight)}


def _others(
    owner: str,
    attributes: Mapping[Any, object],
    losses: Losses,
    written: Container[str] = (),
    reserved: Container[str] = (),
) -> dict[str, Any]:
    """The attributes that are not in ``written``; those that JSON cannot hold, or with a ``reserved`` name, are lost."""
    others = {}
    for name, value in attributes.items():
        if name in written:
            continue
        if isinstance(name, str) and name not in reserved and _is_json(value):
            others[name] = value
        else:
            losses.add(owner, name)
    return others


def _is_json(value: object) -> bool:
    """Whether writing the value as JSON and reading it gives an equal value."""
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError, RecursionError):
        return False
