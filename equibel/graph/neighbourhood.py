"""Neighbourhoods: the small graphs around a node that the iterations complete.

A neighbourhood has nodes and edges, without formulas.  Self-loops have no effect, and are left out.  The nodes are in the
order of a breadth-first search from the centre, with the centre first.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from equibel.graph.nodes import require_node

if TYPE_CHECKING:
    Graph: TypeAlias = nx.Graph[Any]

Node = Hashable


@dataclass(frozen=True)
class Neighbourhood:
    """A graph around ``center``.

    Attributes
    ----------
    center : node
    nodes : tuple of nodes
        The centre first.
    edges : tuple of (node, node, int)
        Two ends and a level: the distance of the first end from the centre.  In a star, all edges have level 0.
    """

    center: Node
    nodes: tuple[Node, ...]
    edges: tuple[tuple[Node, Node, int], ...]


def distances(graph: Graph, center: Node) -> dict[Node, int]:
    """The length of a shortest path from ``center`` to every node of its component, the nearest first.

    Linear in the size of the component.  Raises `UnknownNodeError` when the node is not found.

    >>> import networkx as nx
    >>> distances(nx.path_graph(4), 1)
    {1: 0, 0: 1, 2: 1, 3: 2}
    """
    require_node(graph, center)
    adjacent = graph.adj
    found: dict[Node, int] = {center: 0}
    layer: list[Node] = [center]
    distance = 0
    while layer:
        distance += 1
        nearer, layer = layer, []
        for node in nearer:
            for neighbour in adjacent[node]:
                if neighbour not in found:
                    found[neighbour] = distance
                    layer.append(neighbour)
    return found


def star(graph: Graph, center: Node, r: int = 1, reached: Mapping[Node, int] | None = None) -> Neighbourhood:
    """The star that joins ``center`` to the nodes at distance exactly ``r`` ≥ 1.

    ``reached`` can be the `distances` from the centre if they are already known.  The time is linear in the number of
    neighbours if ``r`` = 1, and otherwise in the size of the component.

    >>> import networkx as nx
    >>> star(nx.path_graph(5), 2, r=2).edges
    ((2, 0, 0), (2, 4, 0))
    """
    if r == 1:
        require_node(graph, center)
        leaves: list[Node] = [node for node in graph.adj[center] if node != center]
    else:
        known = distances(graph, center) if reached is None else reached
        leaves = [node for node, distance in known.items() if distance == r]
    return Neighbourhood(center, (center, *leaves), tuple((center, leaf, 0) for leaf in leaves))


def expanding(graph: Graph, center: Node, r: int, reached: Mapping[Node, int] | None = None) -> Neighbourhood:
    """All shortest paths of length at most ``r`` from ``center``.

    They consist of the nodes at distance at most ``r``, and of the edges among them whose ends have different distances.
    ``reached`` can be the `distances` from the centre if they are already known.

    >>> import networkx as nx
    >>> expanding(nx.cycle_graph(5), 0, 2).edges
    ((0, 1, 0), (0, 4, 0), (1, 2, 1), (4, 3, 1))
    """
    known = distances(graph, center) if reached is None else reached
    nodes = tuple(node for node, distance in known.items() if distance <= r)
    adjacent = graph.adj
    # The distances of the ends of an edge differ by at most 1; if they differ, the edge leads to the next layer.
    edges = tuple(
        (node, neighbour, known[node])
        for node in nodes
        if known[node] < r
        for neighbour in adjacent[node]
        if known[neighbour] == known[node] + 1
    )
    return Neighbourhood(center, nodes, edges)


def augmenting(graph: Graph, center: Node, reached: Mapping[Node, int] | None = None) -> Neighbourhood:
    """All shortest paths from ``center``, of any length; the level of an edge is the distance of its nearer end.

    ``reached`` can be the `distances` from the centre if they are already known.

    >>> import networkx as nx
    >>> augmenting(nx.path_graph(4), 0).edges
    ((0, 1, 0), (1, 2, 1), (2, 3, 2))
    """
    known = distances(graph, center) if reached is None else reached
    return expanding(graph, center, max(known.values()), known)
