"""Commands about whole graphs."""

from __future__ import annotations

from collections.abc import Hashable

import equibel.generators as generators
from equibel.equibel_graph import EquibelGraph
from equibel.errors import NameInUseError
from equibel.shell.arguments import COUNT, GRAPH, NEW, NUMBER, SIZE
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Style, Table, one_line, say
from equibel.shell.show import count
from equibel.workspace import CreateGraph, Delete, Rename, ReplaceGraph

GROUP = "graphs"
NAMED = ("name", NEW)
Size = int | list[Hashable]


@command(group=GROUP, examples=("graphs",))
def graphs(at: Context) -> Reply:
    """List the graphs; the current graph is marked.

    `results` lists the results derived from them.
    """
    current = at.session.current
    rows = [
        (
            Cell(name, "name"),
            Cell(str(graph.number_of_nodes())),
            Cell(str(graph.number_of_edges())),
            Cell(str(sum(1 for node in graph if graph.nodes[node].get("formulas")))),
        )
        for name, graph in at.workspace.graphs.items()
    ]
    if not rows:
        return say("there are no graphs; create one: create_graph NAME", "dim")
    marked = frozenset(i for i, name in enumerate(at.workspace.graphs) if name == current)
    return Reply((Table(("graph", "nodes", "edges", "nodes with formulas"), tuple(rows), changed=marked),))


def _create(at: Context, name: str, graph: EquibelGraph) -> Reply:
    """Add a graph and make it current; its name must be free, or the name of an empty graph."""
    there = at.workspace.graphs.get(name)
    untouched = there is not None and not len(there) and not there.graph
    at.apply(ReplaceGraph(name, graph) if untouched else CreateGraph(name, graph), label=CreateGraph(name, graph).line())
    at.session.use(name)
    return _now(at, name)


def _now(at: Context, name: str) -> Reply:
    graph = at.workspace.graphs[name]
    size = f"{count(graph.number_of_nodes(), 'node')}, {count(graph.number_of_edges(), 'edge')}"
    return Reply((one_line(f"{name}: {size}; it is the current graph"),))


@command(NAMED, group=GROUP, examples=("create_graph g2",))
def create_graph(at: Context, name: str) -> Reply:
    """Create an empty graph, which becomes the current one."""
    return _create(at, name, EquibelGraph())


@command(NAMED, ("nodes", SIZE), group=GROUP, examples=("create_path g2 6", "create_path g3 [1..6]"))
def create_path(at: Context, name: str, nodes: Size) -> Reply:
    """Create a path, which becomes the current graph.

    A number N makes the nodes 0 to N - 1; a list gives the nodes in their order.
    """
    return _create(at, name, generators.path_graph(nodes))


@command(NAMED, ("nodes", SIZE), group=GROUP, examples=("create_star s 3", "create_star s2 [boss, ann, bob]"))
def create_star(at: Context, name: str, nodes: Size) -> Reply:
    """Create a star, which becomes the current graph.

    A number N makes the centre 0 and N leaves; the first node of a list is the centre.
    """
    return _create(at, name, generators.star_graph(nodes))


@command(NAMED, ("nodes", SIZE), group=GROUP, examples=("create_complete k5 5",))
def create_complete(at: Context, name: str, nodes: Size) -> Reply:
    """Create a complete graph, in which all nodes are neighbours; it becomes the current graph."""
    return _create(at, name, generators.complete_graph(nodes))


@command(NAMED, ("nodes", SIZE), group=GROUP, examples=("create_cycle ring6 6",))
def create_cycle(at: Context, name: str, nodes: Size) -> Reply:
    """Create a cycle, which becomes the current graph."""
    return _create(at, name, generators.cycle_graph(nodes))


@command(NAMED, ("rows", COUNT), ("columns", COUNT), group=GROUP, examples=("create_grid field 3 4",))
def create_grid(at: Context, name: str, rows: int, columns: int) -> Reply:
    """Create a grid, whose nodes are numbered row by row from 0; it becomes the current graph."""
    return _create(at, name, generators.grid_2d_graph(rows, columns))


@command(
    NAMED,
    ("nodes", COUNT),
    ("probability", NUMBER),
    ("seed", COUNT, True),
    group=GROUP,
    examples=("create_random net 20 0.2 1",),
)
def create_random(at: Context, name: str, nodes: int, probability: float, seed: int | None) -> Reply:
    """Create a random graph: every two nodes are neighbours with the given probability.

    The same seed gives the same graph.  The graph becomes the current one.
    """
    return _create(at, name, generators.erdos_renyi_graph(nodes, probability, seed))


@command(("name", GRAPH), group=GROUP, examples=("use g",))
def use(at: Context, name: str) -> Reply:
    """Set the current graph; a result can be chosen too.

    Commands apply to the current graph.  A result cannot be changed; `copy` makes a graph of it.
    """
    at.session.use(name)
    if name in at.workspace.graphs:
        return _now(at, name)
    return say(f"{name} is a result, {at.workspace.status(name).state}; it can be shown, not changed")


@command(("name", GRAPH), ("new", NEW), group=GROUP, examples=("copy g draft",))
def copy(at: Context, name: str, new: str) -> Reply:
    """Copy a graph, or the value of a result, to a new graph, which becomes the current one."""
    at.apply(CreateGraph(new, at.value(name)), label=f"copy {name} as {new}")
    at.session.use(new)
    return _now(at, new)


@command(("name", GRAPH), ("new", NEW), group=GROUP, examples=("rename g drones",))
def rename(at: Context, name: str, new: str) -> Reply:
    """Rename a graph or result; results derived from it are kept."""
    at.apply(Rename(name, new))
    at.session.renamed(name, new)
    return say(f"renamed {name} to {new}")


@command(("name", GRAPH), group=GROUP, examples=("delete old",))
def delete(at: Context, name: str) -> Reply:
    """Delete a graph or result; `undo` restores it.

    When results are derived from it, all of them are deleted together: on a terminal after a question, elsewhere not at all.
    """
    try:
        at.apply(Delete(name))
    except NameInUseError as error:
        from equibel.shell.command_context import always

        derived = ", ".join(error.results)
        if at.ask is always or not at.ask(f"Results are derived from {name}: {derived}. Delete {name} and all of them?"):
            raise
        at.apply(Delete(name, dependents=True))
    current = at.session.current
    style: Style = "dim" if current is None else ""
    return say(f"deleted {name}; " + ("no graph is left" if current is None else f"the current graph is {current}"), style)
