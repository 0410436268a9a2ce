"""Integrity constraints of a scenario, stored in attributes of the graph.

There are two kinds.  Every result must *entail* the entailment-based constraints, and be *consistent with* each
consistency-based constraint.  The constraints of one kind are stored as one plain text, ``p -> q; ~r``, as formulas of
nodes are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from equibel.formula import Formula, as_formula
from equibel.graph.beliefs import FORMULA_ERRORS, Beliefs, read_beliefs, write_beliefs
from equibel.graph.nodes import locate
from equibel.options import check_choice

if TYPE_CHECKING:
    Graph: TypeAlias = nx.Graph[Any]

ENTAILMENT = "entailment"
CONSISTENCY = "consistency"
CONSTRAINTS = (ENTAILMENT, CONSISTENCY)


def read_constraints(graph: Graph, kind: str) -> Beliefs:
    """The constraints of the kind ``"entailment"`` or ``"consistency"``.

    Raises `OptionError` when the kind is invalid, and the errors of formulas when the attribute has invalid formulas.
    """
    kind = check_choice("kind", kind, CONSTRAINTS)
    stored = graph.graph.get(kind)
    try:
        return read_beliefs(stored)
    except FORMULA_ERRORS as error:
        raise locate(error, f"the {kind}-based constraints") from None


def get_constraints(graph: Graph, kind: str) -> list[Formula]:
    """The constraints of the kind ``"entailment"`` or ``"consistency"``, in the order of insertion."""
    return list(read_constraints(graph, kind).formulas)


def set_constraints(graph: Graph, kind: str, formulas: Iterable[Any]) -> None:
    """Replace the constraints of one kind; an empty list removes the attribute.

    >>> import networkx as nx
    >>> G = nx.path_graph(2)
    >>> set_constraints(G, "entailment", ["p -> q", "~r"])
    >>> G.graph
    {'entailment': 'p -> q; ~r'}
    """
    kind = check_choice("kind", kind, CONSTRAINTS)
    text = write_beliefs(map(as_formula, formulas))
    if text:
        graph.graph[kind] = text
    else:
        graph.graph.pop(kind, None)
