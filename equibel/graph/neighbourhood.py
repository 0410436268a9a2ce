"""The small graphs around a node that the iterated operators complete.

Each is given by its nodes and its edges; what the nodes believe does not matter here.  Self-loops carry no information
and are left out.  Nodes come in the order in which a breadth-first search from the centre meets them, the centre first.
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
        Two ends and a level: how far the end named first is from the centre.  In a star all edges have level 0.
    """

    center: Node
    nodes: tuple[Node, ...]
    edges: tuple[tuple[Node, Node, int], ...]


def distances(graph: Graph, center: Node) -> dict[Node, int]:
    """The length of a shortest path from ``center`` to every node of its component, nearest first.

    Linear in the size of the component.  Raises `UnknownNodeError` when the graph has no such node.

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

    ``reached`` may give the `distances` from the centre when they are known already.  With ``r`` = 1 the cost is the
    number of neighbours, otherwise the size of the component.

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

    They consist of the nodes at distance at most ``r`` and the edges among them whose ends are at different distances.
    ``reached`` may give the `distances` from the centre when they are known already.

    >>> import networkx as nx
    >>> expanding(nx.cycle_graph(5), 0, 2).edges
    ((0, 1, 0), (0, 4, 0), (1, 2, 1), (4, 3, 1))
    """
    known = distances(graph, center) if reached is None else reached
    nodes = tuple(node for node, distance in known.items() if distance <= r)
    adjacent = graph.adj
    # The ends of an edge are at most 1 apart, so an edge with different distances leads from one layer to the next.
    edges = tuple(
        (node, neighbour, known[node])
        for node in nodes
        if known[node] < r
        for neighbour in adjacent[node]
        if known[neighbour] == known[node] + 1
    )
    return Neighbourhood(center, nodes, edges)


def augmenting(graph: Graph, center: Node, reached: Mapping[Node, int] | None = None) -> Neighbourhood:
    """All shortest paths from ``center``, however long; the level of an edge is the distance of its nearer end.

    ``reached`` may give the `distances` from the centre when they are known already.

    >>> import networkx as nx
    >>> augmenting(nx.path_graph(4), 0).edges
    ((0, 1, 0), (1, 2, 1), (2, 3, 2))
    """
    known = distances(graph, center) if reached is None else reached
    return expanding(graph, center, max(known.values()), known)
