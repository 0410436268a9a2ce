"""What it costs to make and read large graphs: ``python -m benchmarks.loading``, about two minutes.

Every row compares Equibel with networkx, which does the same in the same process, in turn with it: it makes or reads the
same graph, with texts as attributes that it does not look at.  Computing time counts, and the least of several runs.
"""

from __future__ import annotations

import gc
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial

import click
import networkx as nx
from rich.console import Console

import equibel as eb
from benchmarks.report import Table
from equibel.files import read_graph, write_graph

NODES, QUICK_NODES = 200_000, 2_000
REPEAT, QUICK_REPEAT = 3, 1
TEXTS = ["p", "~p", "q", "~q", "r", "~r", "s", "p & q", "~r | s", "p & ~s"]

Act = Callable[[], object]


def network(nodes: int, seed: int) -> nx.Graph:
    """A Barabási–Albert graph with three edges a node, and formulas at a third of the nodes."""
    graph = nx.barabasi_albert_graph(nodes, 3, seed=seed)
    rng = random.Random(seed)
    nx.set_node_attributes(graph, {v: rng.choice(TEXTS) for v in graph if rng.random() < 1 / 3}, "formulas")
    return graph


def pairs(graph: nx.Graph, folder: str) -> Iterator[tuple[str, Act, Act]]:
    """What is done, by Equibel and by networkx."""
    edges, nodes = list(graph.edges), list(graph.nodes(data=True))
    formulas = nx.get_node_attributes(graph, "formulas")
    scenario = eb.EquibelGraph(graph)
    lines, as_json, as_bcf = (os.path.join(folder, name) for name in ("edges.txt", "graph.json", "graph.bcf"))
    yield "edges", partial(eb.EquibelGraph, edges), partial(nx.Graph, edges)
    yield "edges, formulas=", partial(eb.EquibelGraph, edges, formulas=formulas), partial(nx.Graph, edges)
    yield "a graph of networkx", partial(eb.EquibelGraph, graph), partial(nx.Graph, graph)
    yield "add_nodes_from", partial(_filled, eb.EquibelGraph, nodes, edges), partial(_filled, nx.Graph, nodes, edges)
    yield "add_formula", partial(_told, edges, formulas), partial(_marked, edges, formulas)
    yield "JSON written", partial(write_graph, scenario, as_json), partial(_dump, graph, as_json)
    yield "JSON read", partial(read_graph, as_json), partial(_load, as_json)
    edge_list = partial(nx.write_edgelist, graph, lines, data=False)
    yield "BCF written (networkx: edges)", partial(write_graph, scenario, as_bcf), edge_list
    yield (
        "BCF read (networkx: edges)",
        partial(read_graph, as_bcf),
        partial(nx.read_edgelist, lines, nodetype=int, data=False),
    )


def _filled(kind: type[nx.Graph], nodes: list[object], edges: list[object]) -> nx.Graph:
    graph = kind()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    return graph


def _told(edges: list[object], formulas: dict[int, str]) -> eb.EquibelGraph:
    graph = eb.EquibelGraph(edges)
    for node, formula in formulas.items():
        graph.add_formula(node, formula)
    return graph


def _marked(edges: list[object], formulas: dict[int, str]) -> nx.Graph:
    graph = nx.Graph(edges)
    for node, formula in formulas.items():
        graph.nodes[node]["formulas"] = formula
    return graph


def _dump(graph: nx.Graph, path: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(nx.node_link_data(graph, edges="edges"), file)


def _load(path: str) -> nx.Graph:
    with open(path, encoding="utf-8") as file:
        return nx.node_link_graph(json.load(file), edges="edges")


def seconds(acts: tuple[Act, Act], repeat: int) -> list[float]:
    """The least computing time of each of two acts, which take turns."""
    least = [float("inf")] * len(acts)
    for _ in range(repeat):
        for i, act in enumerate(acts):
            gc.collect()
            began = time.process_time()
            made = act()
            least[i] = min(least[i], time.process_time() - began)
            del made
    return least


def table(nodes: int, repeat: int, seed: int) -> Table:
    """A row for each way to make a graph, and to write one."""
    graph = network(nodes, seed)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, *acts in pairs(graph, folder):
            ours, theirs = seconds((acts[0], acts[1]), repeat)
            rows.append([name, f"{ours:.3f} s", f"{theirs:.3f} s", f"{ours / theirs:.2f} ×"])
    remarks = [
        f"{nodes:,} nodes, {graph.number_of_edges():,} edges, {len(TEXTS)} different formulas at a third of the nodes."
    ]
    return Table("Loading", ["what", "Equibel", "networkx", "ratio"], rows, remarks)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="A smaller graph, once: some seconds.")
@click.option("--seed", default=1, show_default=True, help="Of the random graph.")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
def main(quick: bool, seed: int, markdown: bool) -> None:
    """Measure what making and reading large graphs costs, beside the same with networkx."""
    found = table(QUICK_NODES, QUICK_REPEAT, seed) if quick else table(NODES, REPEAT, seed)
    if markdown:
        click.echo(found.markdown())
    else:
        Console(width=None if Console().is_terminal else 140).print(found.rich())


if __name__ == "__main__":
    main()
