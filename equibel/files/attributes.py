"""The attributes of nodes and graphs that mean something to Equibel, and that files therefore keep."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from equibel.equibel_graph import EquibelGraph
from equibel.errors import suggestion
from equibel.formula import constants_note
from equibel.graph.beliefs import read_atoms
from equibel.graph.constraints import CONSISTENCY, CONSTRAINTS, ENTAILMENT, get_constraints, set_constraints
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.graph.spelling import unused_in
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
    "doubtful",
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


def unheeded(graph: EquibelGraph, optimum: str = INCLUSION) -> list[str]:
    """What the graph carries that operators take no account of, one sentence each.

    By inclusion that is every weight other than 1, by cardinality the weight of an atom that no formula has.

    >>> G = EquibelGraph([(1, 2)], formulas={1: "q"})
    >>> G.add_weight(1, "q", 2)
    >>> unheeded(G, "inclusion"), unheeded(G, "cardinality")
    (['weights have no effect by inclusion, only by cardinality'], [])
    >>> G.add_weight(1, "qq", 2)
    >>> unheeded(G, "cardinality")
    ["weights of qq have no effect: no formula has it (did you mean 'q'?)"]
    """
    given = {name: weight for node in graph for name, weight in get_weights(graph, node).items() if weight != 1}
    if optimum == CARDINALITY:
        atoms = graph.atom_names() if given else []
        unknown = [name for name in given if name not in atoms]
        if not unknown:
            return []
        return [f"weights of {', '.join(unknown[:5])} have no effect: no formula has it{suggestion(unknown[0], atoms)}"]
    if given or any(weight != 1 for _, _, weight in graph.edges(data=WEIGHT, default=1)):
        return ["weights have no effect by inclusion, only by cardinality"]
    return []


def doubtful(graph: EquibelGraph) -> Iterator[str]:
    """What may not be what was meant, one sentence each: misspelt attributes, atoms called as constants are elsewhere.

    >>> G = EquibelGraph([(1, 2)])
    >>> G.graph["entailments"] = "p"
    >>> G.add_constraint("p -> q")
    >>> list(doubtful(G))
    ["the graph attribute 'entailments' is kept but not used (did you mean 'entailment'?)"]
    """
    yield from unused_in(graph)
    told = constants_note(graph.atom_names())
    if told:
        yield told


def declared_atoms(graph: nx.Graph) -> list[str]:
    """The declared atoms of the graph, whether or not a formula uses them."""
    stored = graph.graph.get(ATOMS) or ()
    return read_atoms(stored)
