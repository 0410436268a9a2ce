"""The attributes of nodes and graphs that Equibel uses, and notes about attributes without effect."""

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

#: The attributes of nodes and of the graph that Equibel uses.
NODE_ATTRIBUTES = (FORMULAS, WEIGHTS)
GRAPH_ATTRIBUTES = (ATOMS, ENTAILMENT, CONSISTENCY)


def unheeded(graph: EquibelGraph, optimum: str = INCLUSION) -> list[str]:
    """Sentences about weights of the graph that have no effect.

    By inclusion, these are all weights other than 1; by cardinality, weights of atoms that occur in no formula.

    >>> G = EquibelGraph([(1, 2)], formulas={1: "q"})
    >>> G.add_weight(1, "q", 2)
    >>> unheeded(G, "inclusion"), unheeded(G, "cardinality")
    (['weights have no effect by inclusion, only by cardinality'], [])
    >>> G.add_weight(1, "qq", 2)
    >>> unheeded(G, "cardinality")
    ["the weight of qq has no effect: it occurs in no formula (did you mean 'q'?)"]
    """
    given = {name: weight for node in graph for name, weight in get_weights(graph, node).items() if weight != 1}
    if optimum == CARDINALITY:
        atoms = graph.atom_names() if given else []
        unknown = [name for name in given if name not in atoms]
        if not unknown:
            return []
        one = len(unknown) == 1
        subject = f"the weight of {unknown[0]} has" if one else f"the weights of {', '.join(unknown[:5])} have"
        return [f"{subject} no effect: {'it occurs' if one else 'they occur'} in no formula{suggestion(unknown[0], atoms)}"]
    if given or any(weight != 1 for _, _, weight in graph.edges(data=WEIGHT, default=1)):
        return ["weights have no effect by inclusion, only by cardinality"]
    return []


def doubtful(graph: EquibelGraph) -> Iterator[str]:
    """Sentences about probable mistakes: misspelt attributes, and atoms with the name of a constant.

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
    """The declared atoms of the graph, also those that no formula uses."""
    stored = graph.graph.get(ATOMS) or ()
    return read_atoms(stored)
