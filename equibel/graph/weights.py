"""Weights of a scenario: how much the agreement of two neighbours on an atom counts, when agreements are counted.

A node has weights for atoms, its expertise; they are kept as text, the JSON object ``{"p": 2}``, in the node attribute
``weights``, so that every networkx writer can store them.  An edge has one weight, the trust along it, in the attribute
``weight`` that networkx uses.  Weights are numbers of at least 0; what has none has weight 1.
"""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from equibel.errors import OptionError
from equibel.formula import is_atom_name
from equibel.graph.nodes import show_node

if TYPE_CHECKING:
    Graph: TypeAlias = nx.Graph[Any]

Node = Hashable
WEIGHTS = "weights"  # of a node
WEIGHT = "weight"  # of an edge

_OBJECT = 'an object such as {"p": 2}'
_ONE = Fraction(1)


@dataclass(frozen=True)
class Weights:
    """The weights of a scenario that are not 1, as exact numbers: of edges, and of atoms at nodes."""

    trust: Mapping[frozenset[Node], Fraction] = field(default_factory=dict)
    expertise: Mapping[Node, tuple[tuple[str, Fraction], ...]] = field(default_factory=dict)

    def between(self, x: Node, y: Node) -> Fraction:
        """The weight of an edge; 1 when there is none."""
        return self.trust.get(frozenset((x, y)), _ONE)

    def along(self, edges: Iterable[tuple[Node, Node]]) -> tuple[Fraction, ...]:
        """The weight of each edge; nothing when all are 1."""
        found = tuple(self.between(x, y) for x, y in edges) if self.trust else ()
        return found if any(weight != 1 for weight in found) else ()

    def at(self, nodes: Iterable[Node]) -> tuple[tuple[int, str, Fraction], ...]:
        """The weights of atoms at some nodes, which are numbered from 0 as they come."""
        if not self.expertise:
            return ()
        return tuple((i, name, weight) for i, node in enumerate(nodes) for name, weight in self.expertise.get(node, ()))


def weights_of(graph: Graph) -> Weights:
    """All weights of a scenario; `OptionError` names the node or the edge that has something else as a weight.

    A float counts as the decimal number by which Python writes it: 0.1 is a tenth.
    """
    trust = {
        frozenset((x, y)): exact(weight)
        for x, y, weight in graph.edges(data=WEIGHT, default=1)
        if x != y and checked_weight(f"the weight of the edge {show_node(x)} <-> {show_node(y)}", weight) != 1
    }
    expertise = {}
    for node in graph:
        found = ((name, exact(weight)) for name, weight in sorted(get_weights(graph, node).items()) if weight != 1)
        if other := tuple(found):
            expertise[node] = other
    return Weights(trust, expertise)


def same_weights(one: Graph, other: Graph) -> bool:
    """Whether two graphs with the same nodes and edges have the same weights; a weight of 1 is as good as none."""
    if any(weight != other.adj[x][y].get(WEIGHT, 1) for x, y, weight in one.edges(data=WEIGHT, default=1)):
        return False
    return all(_other_than_1(one, node) == _other_than_1(other, node) for node in one)


def _other_than_1(graph: Graph, node: Node) -> dict[str, float]:
    return {name: weight for name, weight in get_weights(graph, node).items() if weight != 1}


def exact(weight: float) -> Fraction:
    """The number that is written as a weight.

    >>> exact(0.1), exact(3)
    (Fraction(1, 10), Fraction(3, 1))
    """
    return Fraction(repr(float(weight))) if isinstance(weight, float) else Fraction(weight)


def get_weights(graph: Graph, node: Node) -> dict[str, float]:
    """The node's weights: how much its agreement on an atom counts; an atom that is not listed has weight 1.

    Raises `OptionError` when the attribute is not a JSON object of numbers.
    """
    stored = graph.nodes[node].get(WEIGHTS)
    return {} if stored is None else check_weights(stored, f"the weights of node {show_node(node)}")


def set_weights(graph: Graph, node: Node, weights: Mapping[str, float]) -> None:
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


def check_weights(value: object, what: str = WEIGHTS) -> dict[str, float]:
    """The weights that a mapping, or its JSON text, stands for; `OptionError` says what is wrong with another value."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise _misfit(what, value, _OBJECT) from None
    if not isinstance(value, Mapping):
        raise _misfit(what, value, _OBJECT)
    for name, weight in value.items():
        if not isinstance(name, str) or not is_atom_name(name):
            raise _misfit("the name of a weighted atom", name, "a letter or '_' followed by letters, digits or '_'")
        check_weight(f"the weight of {name}", weight)
    return {name: float(weight) if isinstance(weight, float) else int(weight) for name, weight in value.items()}


def check_weight(what: str, value: object) -> None:
    """Raise `OptionError` unless the value can be a weight."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise _misfit(what, value, "a number of at least 0")


def checked_weight(what: str, value: Any) -> float:
    """The value, which can be a weight; otherwise as `check_weight`."""
    check_weight(what, value)
    weight: float = value
    return weight


def _misfit(what: str, value: object, expected: str) -> OptionError:
    problem = f"{what} is {reprlib.repr(value)}; expected {expected}"
    return OptionError(problem, option=what, value=value, expected=expected)
