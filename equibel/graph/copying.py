"""Copies of large graphs, with all attributes, without a call per node.

The code depends on how networkx stores nodes and neighbours; ``test_copies_are_those_of_networkx`` compares both.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from typing import Any

from equibel.graph.filling import Filled, Graph

#: The neighbours of nodes, each with the attributes of the edge.
Neighbours = dict[Hashable, dict[Hashable, dict[str, Any]]]

#: Attributes by which a subclass of networkx graphs can change how data is added.
_FILLING = (
    "add_nodes_from",
    "add_edges_from",
    "node_attr_dict_factory",
    "adjlist_inner_dict_factory",
    "edge_attr_dict_factory",
)


def is_special(kind: type[Graph]) -> bool:
    """Whether a class changes how nodes and edges are stored or added."""
    return any(getattr(kind, name) is not getattr(Filled, name) for name in _FILLING)


def copy_into(twin: Graph, graph: Graph) -> None:
    """Fill an empty graph with copies of everything in another one, in the order in which networkx does.

    The values of attributes are not copied, only the dictionaries that hold them.

    >>> import networkx as nx
    >>> H = nx.Graph()
    >>> copy_into(H, nx.Graph([(1, 2, {"weight": 3})]))
    >>> H.edges[1, 2]
    {'weight': 3}
    """
    twin.graph.update(graph.graph)
    twin._node.update(zip(graph._node, map(dict.copy, graph._node.values()), strict=True))
    adjacent: Neighbours = twin._adj
    adjacent.update((node, {}) for node in graph._node)
    if list(adjacent) == list(range(len(adjacent))):
        # Looking at a position of a list takes fewer looks at memory, which is what time is spent on, than hashing.
        with suppress(TypeError):  # an edge names node 1 as 1.0
            _copy_edges(graph._adj, adjacent, list(adjacent.values()))
            return
    _copy_edges(graph._adj, adjacent, adjacent)


def _copy_edges(old: Neighbours, new: Neighbours, near: Any) -> None:
    """Add copies of edges; ``near[v]`` is ``new[v]``.  Edges that are there already are kept."""
    for node, neighbours in old.items():
        known = new[node]
        for other, data in neighbours.items():
            if other not in known:
                near[other][node] = known[other] = data.copy() if data else {}
