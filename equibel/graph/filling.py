"""Graphs that check names of attributes, and notes about edges that are lost by conversion."""
# Without the stubs of networkx, its classes have the type Any; the base class is allowed nevertheless.
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from equibel.errors import EquibelGraphException, OptionError, warn
from equibel.garbage import uncollected
from equibel.graph.beliefs import FORMULAS
from equibel.graph.nodes import show_node
from equibel.graph.spelling import refuse_misspelt, unused, unused_in

if TYPE_CHECKING:
    Graph: TypeAlias = nx.Graph[Any]
else:
    Graph = nx.Graph


_SEQUENCES = (tuple, list)


class Filled(Graph):
    """An undirected graph that detects misspelt names of the attributes that Equibel uses.

    A misspelt keyword raises `OptionError`.  Misspelt attributes in data, and edges that lose their direction, cause an
    `EquibelWarning`.
    """

    _filling = False  # whether the constructor is reading other data

    def __init__(self, incoming_graph_data: Any = None, **attr: Any) -> None:
        refuse_misspelt("graph", attr, also=(FORMULAS,))
        # networkx tries several ways to read the data, and hides exceptions, also those of warnings.
        self._filling = True
        try:
            with uncollected():
                super().__init__(incoming_graph_data, **attr)
        except (nx.NetworkXException, TypeError, ValueError, LookupError, AttributeError) as error:
            raise EquibelGraphException(
                f"this {type(incoming_graph_data).__name__} cannot be converted to a graph ({error}); expected a networkx "
                "graph, a list of edges such as [(1, 2), (2, 3)], or a dict of neighbours"
            ) from None
        del self._filling
        if incoming_graph_data is not None and not isinstance(incoming_graph_data, Filled):
            sentences = [*lost_edges(incoming_graph_data)] if isinstance(incoming_graph_data, nx.Graph) else []
            for sentence in (*sentences, *unused_in(self)):
                warn(sentence)

    def add_node(self, node_for_adding: Hashable, **attr: Any) -> None:
        """Add a node, as networkx does; a misspelt attribute that no other node has raises `OptionError`."""
        try:
            refuse_misspelt("node", attr)
        except OptionError as error:  # to rename nodes in place, networkx adds nodes with all attributes
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
    """Add nodes without warnings, for readers that give notes instead."""
    Graph.add_nodes_from(graph, nodes)


def fill_edges(graph: Filled, edges: Iterable[Any]) -> None:
    """Add edges without warnings."""
    Graph.add_edges_from(graph, edges)


def _collecting(items: Iterable[Any], size: int, names: dict[object, None]) -> Iterator[Any]:
    """The items; names of attributes, which are the last part of items of the given size, are added to ``names``."""
    for item in items:
        if item.__class__ in _SEQUENCES and len(item) == size and item[-1]:
            data = item[-1]
            if isinstance(data, dict):
                names.update(dict.fromkeys(data))
        yield item


def lost_edges(graph: Any) -> Iterator[str]:
    """Sentences about edges of a networkx graph that are lost in an undirected graph without parallel edges.

    >>> print(*lost_edges(nx.DiGraph([(1, 2), (2, 1), (2, 3)])), sep="\\n")
    the graph is directed, but 2 -> 3 has no opposite edge; edges of scenarios are undirected, so it is read as 2 <-> 3
    >>> print(*lost_edges(nx.MultiGraph([(1, 2), (1, 2)])), sep="\\n")
    1 <-> 2 is parallel to an earlier edge; scenarios have no parallel edges, so they are read as one edge
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
            f"{u} {'->' if directed else '<->'} {v}{more} is parallel to an earlier edge; scenarios have no parallel edges, "
            "so they are read as one edge"
        )


def lone_direction(u: Hashable, v: Hashable, more: int) -> str:
    """The note about an edge of a directed graph without the opposite edge, and the number of other such edges."""
    others = f" (and {more} more)" if more else ""
    return (
        f"the graph is directed, but {show_node(u)} -> {show_node(v)} has no opposite edge; edges of scenarios are "
        f"undirected, so it is read as {show_node(u)} <-> {show_node(v)}{others}"
    )
