"""Weights of a scenario: how much the agreement of two neighbours on an atom counts by cardinality.

A node has weights of atoms, its expertise.  They are stored as text, the JSON object ``{"p": 2}``, in the node attribute
``weights``, so that every writer of networkx can store them.  An edge has one weight, the trust along it, in the attribute
``weight`` of networkx.  Weights are numbers of at least 0; the default is 1.

Weights are exact.  A float means the decimal number that Python prints for it: 0.1 is a tenth.  A number that no float can
represent in this way, such as ``Fraction(1, 3)``, is stored as the text ``1/3``.  Such a text is a valid weight everywhere.
"""

from __future__ import annotations

import json
import math
import numbers
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from equibel.errors import OptionError
from equibel.formula import is_atom_name
from equibel.graph.nodes import MAX_SHOWN, shorten, show_node
from equibel.plain import MAX_DIGITS, as_float, as_integer, as_text, is_long, show

if TYPE_CHECKING:
    Graph: TypeAlias = nx.Graph[Any]

Node = Hashable
Weight = float | Fraction
WEIGHTS = "weights"  # of a node
WEIGHT = "weight"  # of an edge

_SMALL = 10**9
_OBJECT = 'an object such as {"p": 2}'
_NUMBER = "a number of at least 0"
_DIGITS = f"[0-9]{{1,{MAX_DIGITS}}}"
_DECIMAL = re.compile(rf"({_DIGITS}\.?|{_DIGITS}\.{_DIGITS}|\.{_DIGITS})([eE][+-]?[0-9]{{1,4}})?")
_FRACTION = re.compile(rf"({_DIGITS})/([1-9][0-9]{{0,{MAX_DIGITS - 1}}})")
_ONE = Fraction(1)


@dataclass(frozen=True)
class Weights:
    """The weights of a scenario that are not 1, as exact numbers: of edges, and of atoms at nodes."""

    trust: Mapping[frozenset[Node], Fraction] = field(default_factory=dict)
    expertise: Mapping[Node, tuple[tuple[str, Fraction], ...]] = field(default_factory=dict)

    def between(self, x: Node, y: Node) -> Fraction:
        """The weight of an edge; 1 by default."""
        return self.trust.get(frozenset((x, y)), _ONE)

    def along(self, edges: Iterable[tuple[Node, Node]]) -> tuple[Fraction, ...]:
        """The weight of each edge; empty when all are 1."""
        found = tuple(self.between(x, y) for x, y in edges) if self.trust else ()
        return found if any(weight != 1 for weight in found) else ()

    def at(self, nodes: Iterable[Node]) -> tuple[tuple[int, str, Fraction], ...]:
        """The weights of atoms at some nodes, which are numbered from 0 in the given order."""
        if not self.expertise:
            return ()
        return tuple((i, name, weight) for i, node in enumerate(nodes) for name, weight in self.expertise.get(node, ()))


def weights_of(graph: Graph) -> Weights:
    """All weights of a scenario; raises `OptionError`, which names the node or the edge, when a weight is invalid."""
    trust = {}
    for x, y, value in graph.edges(data=WEIGHT, default=1):
        if x == y or (weight := as_weight(value)) == 1:
            continue
        if weight is None:
            weight = check_weight(f"the weight of the edge {show_node(x)} <-> {show_node(y)}", value)  # says what is wrong
        trust[frozenset((x, y))] = exact(weight)
    expertise = {}
    for node in graph:
        if other := tuple((name, exact(weight)) for name, weight in sorted(_other_than_1(graph, node).items())):
            expertise[node] = other
    return Weights(trust, expertise)


def same_weights(one: Graph, other: Graph) -> bool:
    """Whether two graphs with the same nodes and edges have the same weights; no weight means 1."""
    if any(not _same(weight, other.adj[x][y].get(WEIGHT, 1)) for x, y, weight in one.edges(data=WEIGHT, default=1)):
        return False
    return all(_other_than_1(one, node) == _other_than_1(other, node) for node in one)


def _same(one: object, other: object) -> bool:
    """Whether two values are the same weight, or equal invalid values."""
    if type(one) is type(other):
        return bool(one == other)
    given, counterpart = as_weight(one), as_weight(other)
    return bool(one == other) if given is None or counterpart is None else exact(given) == exact(counterpart)


def _other_than_1(graph: Graph, node: Node) -> dict[str, Weight]:
    return {name: weight for name, weight in get_weights(graph, node).items() if weight != 1}


def exact(weight: Weight) -> Fraction:
    """The exact number of a weight.

    >>> exact(0.1), exact(3)
    (Fraction(1, 10), Fraction(3, 1))
    """
    return Fraction(repr(weight)) if isinstance(weight, float) else Fraction(weight)


def as_weight(value: object) -> Weight | None:
    """A value as a weight: an int, a float, or a `Fraction` that no float can represent.

    A number of another library means the number that is printed for it.  ``None`` when the value is not a valid weight.

    >>> from decimal import Decimal
    >>> as_weight(0.5), as_weight(Decimal("0.1")), as_weight(Fraction(1, 3)), as_weight("1/3"), as_weight("2"), as_weight(-1)
    (0.5, 0.1, Fraction(1, 3), Fraction(1, 3), None, None)
    """
    if type(value) is float or (type(value) is int and value < _SMALL):  # the usual case
        return value if 0 <= value < math.inf else None
    number = _number(value)
    if number is None or not 0 <= number.numerator < 10**MAX_DIGITS or is_long(number.denominator):
        return None
    if isinstance(value, float):
        return float(value)
    if number.denominator == 1:
        return int(number)
    written = as_float(number)
    return written if written is not None and written < math.inf and Fraction(repr(written)) == number else number


def _number(value: object) -> Fraction | None:
    """The exact number of a value."""
    integer = as_integer(value)
    if integer is not None or isinstance(value, bool):
        return None if integer is None else Fraction(integer)
    try:
        if isinstance(value, str):
            found = _FRACTION.fullmatch(value)
            return Fraction(int(found[1]), int(found[2])) if found else None
        if isinstance(value, Decimal):
            return Fraction(value) if value.is_finite() and abs(value.adjusted()) < 2 * MAX_DIGITS else None
        if isinstance(value, numbers.Rational):
            return Fraction(int(value.numerator), int(value.denominator))
        if isinstance(value, numbers.Real):
            return Fraction(float.__repr__(value) if isinstance(value, float) else str(value))
    except ValueError:  # infinity, not a number
        pass
    return None


def read_weight(text: str) -> Weight | None:
    """The weight of a text, a number or a fraction: ``2``, ``0.5``, ``1e-3``, ``1/3``; ``None`` for any other text.

    >>> read_weight("2"), read_weight("0.5"), read_weight("2/6"), read_weight("-1"), read_weight("nan")
    (2, 0.5, Fraction(1, 3), None, None)
    """
    if not _DECIMAL.fullmatch(text):
        return as_weight(text)
    number = Decimal(text)
    written = float(text)
    return as_weight(written if not text.isdigit() and Decimal(repr(written)) == number else number)


def get_weights(graph: Graph, node: Node) -> dict[str, Weight]:
    """The weights of atoms at a node; an atom that is not listed has weight 1.

    Raises `OptionError` when the attribute is not a JSON object of numbers.
    """
    stored = graph.nodes[node].get(WEIGHTS)
    return {} if stored is None else check_weights(stored, f"the weights of node {show_node(node)}")


def set_weights(graph: Graph, node: Node, weights: Mapping[str, Weight]) -> None:
    """Replace the weights of a node; an empty mapping removes the attribute.

    >>> import networkx as nx
    >>> G = nx.path_graph(2)
    >>> set_weights(G, 0, {"p": 2})
    >>> G.nodes[0], get_weights(G, 0)
    ({'weights': '{"p": 2}'}, {'p': 2})
    """
    checked = check_weights(weights)
    if checked:
        graph.nodes[node][WEIGHTS] = json.dumps({name: weight_data(weight) for name, weight in checked.items()})
    else:
        graph.nodes[node].pop(WEIGHTS, None)


def check_weights(value: object, what: str = WEIGHTS) -> dict[str, Weight]:
    """The weights of a mapping or its JSON text; raises `OptionError` when one is invalid."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise _misfit(what, value, _OBJECT) from None
    if not isinstance(value, Mapping):
        raise _misfit(what, value, _OBJECT)
    checked = {}
    for name, weight in value.items():
        if not isinstance(name, str) or not is_atom_name(name):
            raise _misfit("the name of a weighted atom", name, "a letter or '_' followed by letters, digits or '_'")
        checked[as_text(name)] = check_weight(f"the weight of {shorten(as_text(name), MAX_SHOWN)}", weight)
    return checked


def check_weight(what: str, value: object) -> Weight:
    """A value as a weight; raises `OptionError` when it is invalid."""
    weight = as_weight(value)
    if weight is None:
        raise _misfit(what, value, f"{_NUMBER} with at most {MAX_DIGITS} digits" if _is_positive(value) else _NUMBER)
    return weight


def _is_positive(value: Any) -> bool:
    number = as_float(value)
    return number is not None and not isinstance(value, float) and not math.isnan(number) and bool(value > 0)


def weight_data(weight: Weight) -> float | str:
    """A weight for JSON and TOML: a number, or the text of a fraction.

    >>> weight_data(2), weight_data(Fraction(1, 3))
    (2, '1/3')
    """
    return str(weight) if isinstance(weight, Fraction) else weight


def _misfit(what: str, value: object, expected: str) -> OptionError:
    return OptionError(f"{what} is {show(value)}; expected {expected}", option=what, value=value, expected=expected)
