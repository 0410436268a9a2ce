"""Weights and integrity constraints, kept as attributes of the graph.

They are plain text, as the formulas are, so that every networkx writer can store them: a node's weights as a JSON
object, ``{"p": 2}``, and the constraints of one kind as formulas joined by ``; ``.
"""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import networkx as nx

from equibel.errors import OptionError
from equibel.formula import Formula, as_formula, is_atom_name
from equibel.graph.beliefs import read_atoms, read_beliefs, write_beliefs
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.options import check_choice

WEIGHTS = "weights"
ENTAILMENT = "entailment"
CONSISTENCY = "consistency"
CONSTRAINTS = (ENTAILMENT, CONSISTENCY)

#: The attributes of nodes and of the graph that mean something to Equibel.
NODE_ATTRIBUTES = (FORMULAS, WEIGHTS)
GRAPH_ATTRIBUTES = (ATOMS, ENTAILMENT, CONSISTENCY)


def get_weights(graph: nx.Graph, node: Hashable) -> dict[str, float]:
    """The node's weights: how much its agreement on an atom counts; an atom that is not listed has weight 1.

    Raises `OptionError` when the attribute is not a JSON object of numbers.
    """
    return check_weights(graph.nodes[node].get(WEIGHTS, {}))


def set_weights(graph: nx.Graph, node: Hashable, weights: Mapping[str, float]) -> None:
    """Replace the node's weights; an empty mapping removes the attribute.

    >>> import networkx as nx
    >>> G = nx.path_graph(2)
    >>> set_weights(G, 0, {"p": 2})
    >>> G.nodes[0], get_weights(G, 0)
    ({'weights': '{"p": 2}'}, {'p': 2})
    """
    checked = check_weights(weights)
    if checked:
        graph.nodes[node][WEIGHTS] = json.dumps(checked)
    else:
        graph.nodes[node].pop(WEIGHTS, None)


def check_weights(value: object) -> dict[str, float]:
    """The weights that a mapping, or its JSON text, stands for; `OptionError` says what is wrong with another value."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise _misfit(WEIGHTS, value, 'an object such as {"p": 2}') from None
    if not isinstance(value, Mapping):
        raise _misfit(WEIGHTS, value, 'an object such as {"p": 2}')
    for name, weight in value.items():
        if not isinstance(name, str) or not is_atom_name(name):
            raise _misfit("the name of a weighted atom", name, "a letter or '_' followed by letters, digits or '_'")
        check_weight(f"the weight of {name}", weight)
    return {name: float(weight) if isinstance(weight, float) else int(weight) for name, weight in value.items()}


def check_weight(what: str, value: object) -> None:
    """Raise `OptionError` unless the value can be a weight."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise _misfit(what, value, "a number of at least 0")


def get_constraints(graph: nx.Graph, kind: str) -> list[Formula]:
    """The constraints of the kind ``"entailment"`` or ``"consistency"``."""
    return list(read_beliefs(graph.graph.get(check_choice("kind", kind, CONSTRAINTS))).formulas)


def set_constraints(graph: nx.Graph, kind: str, formulas: Iterable[Any]) -> None:
    """Replace the constraints of one kind; none at all removes the attribute.

    >>> import networkx as nx
    >>> G = nx.path_graph(2)
    >>> set_constraints(G, "entailment", ["p -> q", "~r"])
    >>> G.graph
    {'entailment': 'p -> q; ~r'}
    """
    text = write_beliefs(map(as_formula, formulas))
    if text:
        graph.graph[check_choice("kind", kind, CONSTRAINTS)] = text
    else:
        graph.graph.pop(check_choice("kind", kind, CONSTRAINTS), None)


def unheeded(graph: nx.Graph) -> list[str]:
    """What the graph carries that operators take no account of, one sentence each: constraints, and weights other than 1.

    >>> import networkx as nx
    >>> G = nx.path_graph(2)
    >>> set_constraints(G, "entailment", ["p -> q"])
    >>> unheeded(G)
    ['the entailment-based constraints are kept, but operators take no account of them']
    """
    carried = [f"the {kind}-based constraints are" for kind in CONSTRAINTS if get_constraints(graph, kind)]
    if any(weight != 1 for node in graph for weight in get_weights(graph, node).values()):
        carried.append("the weights of atoms are")
    if any(data.get("weight", 1) != 1 for _, _, data in graph.edges(data=True)):
        carried.append("the weights of edges are")
    return [f"{what} kept, but operators take no account of them" for what in carried]


def declared_atoms(graph: nx.Graph) -> list[str]:
    """The declared atoms of the graph, whether or not a formula uses them."""
    stored = graph.graph.get(ATOMS) or ()
    return read_atoms(stored)


def _misfit(what: str, value: object, expected: str) -> OptionError:
    problem = f"{what} is {reprlib.repr(value)}; expected {expected}"
    return OptionError(problem, option=what, value=value, expected=expected)
