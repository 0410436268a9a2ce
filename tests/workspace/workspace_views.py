"""Workspaces as plain data that can be compared, and small workspaces to begin with."""

import json

from equibel.equibel_graph import EquibelGraph
from equibel.workspace import Declare, Operation, Workspace
from equibel.workspace.state.content import encode


def view(state, versions=True):
    """Everything declared, as data: two states are the same when their views are equal."""
    seen = {
        "graphs": {name: json.dumps(encode(graph)) for name, graph in state.graphs.items()},
        "results": dict(state.results),
        "versions": dict(state.versions) if versions else None,
    }
    if hasattr(state, "snapshots"):
        seen["snapshots"] = {name: view(snapshot, versions) for name, snapshot in state.snapshots.items()}
        seen["eager"] = state.eager
    return seen


def lines(ws):
    """What the history says of what is done, and of what is undone."""
    return [entry.line for entry in ws.history()], [entry.line for entry in ws.undone()]


def chain(*formulas):
    """A path of nodes 1, 2, … that believe these formulas."""
    graph = EquibelGraph()
    graph.add_nodes_from(range(1, len(formulas) + 1))
    graph.add_edges_from((i, i + 1) for i in range(1, len(formulas)))
    for node, formula in enumerate(formulas, start=1):
        if formula:
            graph.add_formula(node, formula)
    return graph


def derived(**of):
    """A workspace with the graph ``g``, and a result of each name, one simple step of what is given."""
    ws = Workspace({"g": chain("p & q", "", "", "~p")})
    for name, source in of.items():
        ws.apply(Declare(name, source, Operation("simple")))
    return ws
