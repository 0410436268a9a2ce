"""Filling graphs in the ways of networkx, and saying what is lost on the way or has no effect."""
# Without networkx's stubs its classes are of type Any, which is no reason to refuse the base class.
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from equibel.errors import EquibelGraphException, OptionError, warn
from equibel.graph.beliefs import FORMULAS
from equibel.graph.nodes import show_node
from equibel.graph.spelling import refuse_misspelt, unused, unused_in

if TYPE_CHECKING:
    Graph: TypeAlias = nx.Graph[Any]
else:
    Graph = nx.Graph


_SEQUENCES = (tuple, list)


class Filled(Graph):
    """An undirected graph that notices attributes which look like Equibel's and are not.

    Keywords are refused with `OptionError`; attributes that come with data, and edges that lose their direction, cause an
    `EquibelWarning`.
    """

    _filling = False  # whether it is being made of other data

    def __init__(self, incoming_graph_data: Any = None, **attr: Any) -> None:
        refuse_misspelt("graph", attr, also=(FORMULAS,))
        # networkx tries several ways to read the data, and hides what is raised on the way: a warning, too.
        self._filling = True
        try:
            super().__init__(incoming_graph_data, **attr)
        except (nx.NetworkXException, TypeError, ValueError, LookupError, AttributeError) as error:
            raise EquibelGraphException(
                f"no graph can be made of this {type(incoming_graph_data).__name__} ({error}); expected a networkx "
                "graph, a list of edges such as [(1, 2), (2, 3)], or a dict of neighbours"
            ) from None
        del self._filling
        if incoming_graph_data is not None and not isinstance(incoming_graph_data, Filled):
            sentences = [*lost_edges(incoming_graph_data)] if isinstance(incoming_graph_data, nx.Graph) else []
            for sentence in (*sentences, *unused_in(self)):
                warn(sentence)

    def add_node(self, node_for_adding: Hashable, **attr: Any) -> None:
        """Add a node, as networkx does; a misspelt attribute raises `OptionError`, unless other nodes have it already."""
        try:
            refuse_misspelt("node", attr)
        except OptionError as error:  # networkx renames nodes in place by adding them with all their attributes
            if not any(error.option in data for data in self._node.values()):
                raise
        super().add_node(node_for_adding, **attr)

    def add_edge(self, u_of_edge: Hashable, v_of_edge: Hashable, **attr: Any) -> None:
        """Add an edge, as networkx does; a misspelt attribute raises `OptionError`."""
        refuse_misspelt("edge", attr)
        super().add_edge(u_of_edge, v_of_edge, **attr)

    def add_nodes_from(self, nodes_for_adding: Iterable[Any], **attr: Any) -> None:
        """Add nodes, as networkx does; a misspelt keyword raises `OptionError`, a misspelt attribute causes a warning."""
        refuse_misspelt("node", attr)
        self._add("node", super().add_nodes_from, nodes_for_adding, attr)

    def add_edges_from(self, ebunch_to_add: Iterable[Any], **attr: Any) -> None:
        """Add edges, as networkx does; a misspelt keyword raises `OptionError`, a misspelt attribute causes a warning."""
        refuse_misspelt("edge", attr)
        self._add("edge", super().add_edges_from, ebunch_to_add, attr)

    def _add(self, owner: str, add: Any, items: Iterable[Any], attr: dict[str, Any]) -> None:
        names: dict[object, None] = {}
        size = 2 if owner == "node" else 3
        add(items if self._filling else _collecting(items, size, names), **attr)
        for sentence in unused(owner, names):
            warn(sentence)


def fill_nodes(graph: Filled, nodes: Iterable[Any]) -> None:
    """Add nodes without a warning, as a reader does that has notes of its own to give."""
    Graph.add_nodes_from(graph, nodes)


def fill_edges(graph: Filled, edges: Iterable[Any]) -> None:
    """Add edges without a warning."""
    Graph.add_edges_from(graph, edges)


def _collecting(items: Iterable[Any], size: int, names: dict[object, None]) -> Iterator[Any]:
    """The items; the names of attributes, which come last in items of some size, are collected on the way."""
    for item in items:
        if item.__class__ in _SEQUENCES and len(item) == size and item[-1]:
            data = item[-1]
            if isinstance(data, dict):
                names.update(dict.fromkeys(data))
        yield item


def lost_edges(graph: Any) -> Iterator[str]:
    """What a graph of networkx loses when two nodes are joined by one edge without a direction, one sentence each.

    >>> print(*lost_edges(nx.DiGraph([(1, 2), (2, 1), (2, 3)])), sep="\\n")
    the graph is directed, but 2 -> 3 comes without its opposite; agents hear one another, so it is read as the edge 2 <-> 3
    >>> print(*lost_edges(nx.MultiGraph([(1, 2), (1, 2)])), sep="\\n")
    1 <-> 2 is parallel to an earlier edge; two nodes are joined by one edge, so they are read as one
    """
    directed, parallel = graph.is_directed(), graph.is_multigraph()
    if not (directed or parallel):
        return
    lone = [(u, v) for u, v in graph.edges() if directed and not graph.has_edge(v, u)]
    if lone:
        yield lone_direction(*lone[0], len(lone) - 1)
    repeated = []
    known: dict[frozenset[Hashable], tuple[Hashable, dict[str, Any]]] = {}
    for u, v, data in graph.edges(data=True):
        first, before = known.setdefault(frozenset((u, v)), (u, data))
        opposite = directed and first != u
        if before is not data and (before != data or not opposite):
            repeated.append((u, v))
    if repeated:
        u, v = map(show_node, repeated[0])
        more = f" (and {len(repeated) - 1} more)" if len(repeated) > 1 else ""
        yield (
            f"{u} {'->' if directed else '<->'} {v}{more} is parallel to an earlier edge; two nodes are joined by one edge, "
            "so they are read as one"
        )


def lone_direction(u: Hashable, v: Hashable, more: int) -> str:
    """What to say of an edge of a directed graph that has no opposite, and of some more of them."""
    others = f"; so are {more} more" if more > 1 else "; so is 1 more" if more else ""
    return (
        f"the graph is directed, but {show_node(u)} -> {show_node(v)} comes without its opposite; agents hear one another, "
        f"so it is read as the edge {show_node(u)} <-> {show_node(v)}{others}"
    )
