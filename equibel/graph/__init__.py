"""Scenarios, the small graphs around a node that operators complete, and scenarios as ASP facts."""

from equibel.graph.facts import to_asp
from equibel.graph.neighbourhood import Neighbourhood, augmenting, distances, expanding, star
from equibel.graph.nodes import node_name, require_node, show_node
from equibel.graph.scenario import ATOMS, FORMULAS, Scenario

__all__ = [
    "ATOMS",
    "FORMULAS",
    "Neighbourhood",
    "Scenario",
    "augmenting",
    "distances",
    "expanding",
    "node_name",
    "require_node",
    "show_node",
    "star",
    "to_asp",
]
