"""The attributes of nodes and graphs that mean something to Equibel, and that files therefore keep."""

from __future__ import annotations

import networkx as nx

from equibel.graph.beliefs import read_atoms
from equibel.graph.constraints import CONSISTENCY, CONSTRAINTS, ENTAILMENT, get_constraints, set_constraints
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.graph.weights import (
    WEIGHT,
    WEIGHTS,
    Weight,
    as_weight,
    check_weight,
    check_weights,
    get_weights,
    read_weight,
    set_weights,
    weight_data,
)
from equibel.options import CARDINALITY, INCLUSION

__all__ = [
    "CONSISTENCY",
    "CONSTRAINTS",
    "ENTAILMENT",
    "GRAPH_ATTRIBUTES",
    "NODE_ATTRIBUTES",
    "WEIGHT",
    "WEIGHTS",
    "Weight",
    "as_weight",
    "check_weight",
    "check_weights",
    "declared_atoms",
    "get_constraints",
    "get_weights",
    "read_weight",
    "set_constraints",
    "set_weights",
    "unheeded",
    "weight_data",
]

#: The attributes of nodes and of the graph that mean something to Equibel.
NODE_ATTRIBUTES = (FORMULAS, WEIGHTS)
GRAPH_ATTRIBUTES = (ATOMS, ENTAILMENT, CONSISTENCY)


def unheeded(graph: nx.Graph, optimum: str = INCLUSION) -> list[str]:
    """What the graph carries that operators take no account of, one sentence each: weights other than 1, by inclusion.

    >>> import networkx as nx
    >>> G = nx.path_graph(2)
    >>> set_weights(G, 0, {"p": 2})
    >>> unheeded(G, "inclusion"), unheeded(G, "cardinality")
    (['weights have no effect by inclusion, only by cardinality'], [])
    """
    if optimum == CARDINALITY:
        return []
    given = any(weight != 1 for node in graph for weight in get_weights(graph, node).values())
    if given or any(weight != 1 for _, _, weight in graph.edges(data=WEIGHT, default=1)):
        return ["weights have no effect by inclusion, only by cardinality"]
    return []


def declared_atoms(graph: nx.Graph) -> list[str]:
    """The declared atoms of the graph, whether or not a formula uses them."""
    stored = graph.graph.get(ATOMS) or ()
    return read_atoms(stored)
