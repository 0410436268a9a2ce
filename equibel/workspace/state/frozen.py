"""Frozen graphs, which refuse changes, and copies that share their unchanged parts.

A workspace stores every version of a graph that its history or a reader needs.  Two versions share their equal parts:
networkx stores a graph as a dict of dicts, of which `thaw` copies the outer ones, and the inner ones of the nodes that are
about to change.  In a graph of 20 000 nodes this takes half a millisecond, and copying the whole graph several hundred
times as long.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, NoReturn

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelGraphException

#: Everything by which networkx or a scenario changes a graph.
_CHANGING = (
    "add_node",
    "add_nodes_from",
    "remove_node",
    "remove_nodes_from",
    "add_edge",
    "add_edges_from",
    "add_weighted_edges_from",
    "remove_edge",
    "remove_edges_from",
    "update",
    "clear",
    "clear_edges",
    "add_constraint",
    "remove_constraint",
    "_store",
    "_declare",
)


def freeze(graph: EquibelGraph) -> EquibelGraph:
    """Make a graph refuse to be changed, and return it; a ``copy()`` of it can be changed.

    >>> G = freeze(EquibelGraph([(1, 2)]))
    >>> G.add_formula(1, "p")
    Traceback (most recent call last):
        ...
    equibel.errors.EquibelGraphException: this graph belongs to a workspace and cannot be changed; change a copy() of it
    >>> H = G.copy()
    >>> H.add_formula(1, "p")
    """
    for name in _CHANGING:
        setattr(graph, name, _refuse)
    graph.frozen = True  # where networkx looks
    return graph


def is_frozen(graph: EquibelGraph) -> bool:
    """Whether `freeze` made the graph refuse changes."""
    return vars(graph).get("_store") is _refuse


def thaw(graph: EquibelGraph) -> EquibelGraph:
    """A graph that can be changed and shares its inner dicts with ``graph``; see `own`."""
    copy = EquibelGraph()
    copy.graph = dict(graph.graph)
    copy._node = dict(graph._node)
    copy._adj = dict(graph._adj)
    return copy


def own(graph: EquibelGraph, nodes: Iterable[Hashable]) -> dict[Hashable, tuple[Any, Any]]:
    """Give a thawed graph its own inner dicts for some nodes, which may then be changed.

    Returns the attributes and neighbours these nodes had, ``None`` for those that are not there.  The attributes of an
    edge remain shared: they may be replaced, by `set_edge`, but not changed.
    """
    before: dict[Hashable, tuple[Any, Any]] = {}
    for node in nodes:
        if node in before:
            continue
        before[node] = graph._node.get(node), graph._adj.get(node)
        if node in graph._node:
            graph._node[node] = dict(graph._node[node])
            graph._adj[node] = dict(graph._adj[node])
    return before


def changed(graph: EquibelGraph, before: dict[Hashable, tuple[Any, Any]]) -> bool:
    """Whether any of the nodes that `own` returned is different now."""
    return any((graph._node.get(node), graph._adj.get(node)) != was for node, was in before.items())


def set_edge(graph: EquibelGraph, u: Hashable, v: Hashable, attributes: dict[str, Any]) -> None:
    """Give the edge between two owned nodes these attributes besides those it has."""
    graph._adj[u][v] = graph._adj[v][u] = graph._adj[u][v] | attributes


def _refuse(*arguments: Any, **keywords: Any) -> NoReturn:
    raise EquibelGraphException("this graph belongs to a workspace and cannot be changed; change a copy() of it")
