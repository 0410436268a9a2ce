"""Scenarios, neighbourhoods of nodes, integrity constraints, weights, and scenarios as ASP facts."""

from equibel.graph.constraints import CONSISTENCY, CONSTRAINTS, ENTAILMENT, get_constraints
from equibel.graph.neighbourhood import Neighbourhood, augmenting, distances, expanding, star
from equibel.graph.nodes import node_name, plain_node, require_node, shorten, show_node
from equibel.graph.scenario import ATOMS, FORMULAS, FormulasOf, Scenario
from equibel.graph.weights import WEIGHT, WEIGHTS, Weights, same_weights, weights_of

__all__ = [
    "ATOMS",
    "CONSISTENCY",
    "CONSTRAINTS",
    "ENTAILMENT",
    "FORMULAS",
    "WEIGHT",
    "WEIGHTS",
    "FormulasOf",
    "Neighbourhood",
    "Scenario",
    "Weights",
    "augmenting",
    "distances",
    "expanding",
    "get_constraints",
    "node_name",
    "plain_node",
    "require_node",
    "same_weights",
    "shorten",
    "show_node",
    "star",
    "weights_of",
]
