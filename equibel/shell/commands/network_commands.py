"""Commands about nodes and edges."""

from __future__ import annotations

from collections.abc import Hashable

from equibel.graph.weights import Weight
from equibel.shell.arguments import EDGE, EDGES, NODE, NODES, NUMBER
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Say, Table
from equibel.shell.show import SHOWN, belief_text, count, edge_text, listing, node_text
from equibel.shell.show import edges as edges_of
from equibel.workspace import AddEdges, AddEdgeWeights, AddNodes, RemoveEdges, RemoveNodes

GROUP = "nodes and edges"
Edge = tuple[Hashable, Hashable]


@command(group=GROUP, examples=("nodes",))
def nodes(at: Context) -> Reply:
    """List the nodes of the current graph."""
    graph = at.graph()
    return Reply((Say(f"{count(len(graph), 'node')}: {listing(graph)}"),))


def _nodes(at: Context, name: str) -> Reply:
    graph = at.workspace.graphs[name]
    shown = listing(graph)
    cut = shown[:400].rpartition(", ")[0]
    text = shown if len(shown) < 400 else f"{cut}, …]" if cut else f"{shown[:400]}…]"
    return Reply((Say(f"{count(len(graph), 'node')}: {text}"),))


@command(("node", NODE), group=GROUP, examples=("node 1",))
def node(at: Context, node: Hashable) -> Reply:
    """Show one node: its neighbours, what it believes, its weights.

    A number alone does the same, as in 2016.
    """
    graph = at.graph()
    found = at.node(graph, node)
    text = belief_text(graph, found)
    rows = [
        (Cell("believes"), Cell(text, "formula")),
        (Cell("neighbours"), Cell(listing(other for other in graph.adj[found] if other != found))),
    ]
    weights = ", ".join(f"{atom} {weight}" for atom, weight in graph.weights(found).items())
    if weights:
        rows.append((Cell("weights"), Cell(weights)))
    return Reply((Table(("", ""), tuple(rows), f"node {node_text(found)}"),))


@command(("node", NODE), group=GROUP, examples=("add_node 1", "add_node alice"))
def add_node(at: Context, node: Hashable) -> Reply:
    """Add a node to the current graph: a number, a word, or a text in quotation marks."""
    return add_nodes(at, [node])


@command(("nodes", NODES), group=GROUP, examples=("add_nodes [1, 2, 3]", "add_nodes [1..100]", "add_nodes [ann, bob]"))
def add_nodes(at: Context, nodes: list[Hashable]) -> Reply:
    """Add nodes to the current graph; nodes that exist already are not changed."""
    name = at.own()
    at.apply(AddNodes(name, nodes))
    return _nodes(at, name)


@command(("node", NODE), group=GROUP, examples=("remove_node 1",))
def remove_node(at: Context, node: Hashable) -> Reply:
    """Remove a node, with its edges and formulas."""
    return remove_nodes(at, [node])


@command(("nodes", NODES), group=GROUP, examples=("remove_nodes [1, 2]", "remove_nodes [3..4]"))
def remove_nodes(at: Context, nodes: list[Hashable]) -> Reply:
    """Remove nodes, with their edges and formulas."""
    name = at.own()
    at.apply(RemoveNodes(name, at.nodes(at.workspace.graphs[name], nodes)))
    return _nodes(at, name)


@command(group=GROUP, examples=("edges",))
def edges(at: Context) -> Reply:
    """List the edges of the current graph."""
    return Reply((edges_of(at.graph()),))


@command(("edge", EDGE), group=GROUP, examples=("add_edge (1, 2)", "add_edge ann bob"))
def add_edge(at: Context, edge: Edge) -> Reply:
    """Add an edge between two nodes; missing nodes are added."""
    return add_edges(at, [edge])


@command(("edges", EDGES), group=GROUP, examples=("add_edges [(1, 2), (2, 3), (3, 4)]",))
def add_edges(at: Context, edges: list[Edge]) -> Reply:
    """Add edges between pairs of nodes; missing nodes are added."""
    name = at.own()
    graph = at.workspace.graphs[name]
    at.apply(AddEdges(name, [(at.node(graph, u), at.node(graph, v)) for u, v in edges]))
    return Reply((edges_of(at.workspace.graphs[name], SHOWN),))


@command(("edge", EDGE), group=GROUP, examples=("remove_edge (1, 2)",))
def remove_edge(at: Context, edge: Edge) -> Reply:
    """Remove an edge; its nodes are kept."""
    return remove_edges(at, [edge])


@command(("edges", EDGES), group=GROUP, examples=("remove_edges [(1, 2), (2, 3)]",))
def remove_edges(at: Context, edges: list[Edge]) -> Reply:
    """Remove edges; their nodes are kept."""
    name = at.own()
    graph = at.workspace.graphs[name]
    at.apply(RemoveEdges(name, [(at.node(graph, u), at.node(graph, v)) for u, v in edges]))
    return Reply((edges_of(at.workspace.graphs[name], SHOWN),))


@command(("edge", EDGE), ("weight", NUMBER), group=GROUP, examples=("add_edge_weight (1, 2) 0.5",))
def add_edge_weight(at: Context, edge: Edge, weight: Weight) -> Reply:
    """Set the weight of an edge: how much agreement along it counts (trust); the default is 1.

    Weights are used with the optimum cardinality only; see `weights`.
    """
    name = at.own()
    graph = at.workspace.graphs[name]
    ends = at.node(graph, edge[0]), at.node(graph, edge[1])
    at.apply(AddEdgeWeights(name, [(*ends, weight)]))
    return Reply((Say(f"{edge_text(ends)} has weight {weight}"),))
