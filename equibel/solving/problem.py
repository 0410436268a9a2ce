"""What is maximized: a small labelled graph, and the independent groups it splits into."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from equibel.formula import Formula

Copy = tuple[int, str]  # (node, atom): the node's own copy of the atom
Witness = tuple[tuple[int, Formula], ...]  # the nodes that believe something else, and what


@dataclass(frozen=True)
class Problem:
    """A scenario over nodes ``0 … n-1``.

    Attributes
    ----------
    beliefs : tuple of Formula
        The formula of each node; each has a model.
    edges : tuple of (int, int, int)
        Ends and level.  EQ sets are compared on level 0 first, then 1, and so on; the operators that do not order edges
        use level 0 alone.
    targets : tuple of int
        The nodes whose answers are wanted.
    witnesses : tuple of Witness
        Further scenarios over the same graph, each given by the beliefs of the nodes where it differs.  Only those
        equalities count that hold in all of them at once, each in a model of its own: `equibel.solving.witnesses`.
    """

    beliefs: tuple[Formula, ...]
    edges: tuple[tuple[int, int, int], ...]
    targets: tuple[int, ...]
    witnesses: tuple[Witness, ...] = ()


@dataclass
class Group:
    """Copies that depend on one another and on no others, apart from copies whose value is settled.

    ``copies`` lists the open copies first, then the settled ones next to them; an interpretation of the group is a list
    of truth values in that order.
    """

    copies: list[Copy] = field(default_factory=list)
    settled: list[bool] = field(default_factory=list)  # values of the last len(settled) copies
    constraints: list[tuple[int, Formula]] = field(default_factory=list)  # (node, a formula it believes)
    compared: list[tuple[int, int, int]] = field(default_factory=list)  # (copy, copy, level): the agreements that count
    twins: list[list[tuple[int, int]]] = field(default_factory=list)  # what must agree too for a comparison to count
    agreeing: frozenset[int] = frozenset()  # copies that agree with all they are compared with whenever optimal: autarky.py

    @functools.cached_property
    def open(self) -> int:
        """Number of open copies.  Ask once the group is complete."""
        return len(self.copies) - len(self.settled)

    def nodes(self) -> dict[int, list[int]]:
        """The open copies of each node, as positions in ``copies``."""
        by_node: dict[int, list[int]] = {}
        for position, (node, _) in enumerate(self.copies[: self.open]):
            by_node.setdefault(node, []).append(position)
        return by_node

    def deciding(self) -> list[tuple[int, Formula]]:
        """The constraints without copies that agree anyway: these alone decide which EQ sets are optimal."""
        agreeing = {self.copies[i] for i in self.agreeing}
        return [
            (node, formula)
            for node, formula in self.constraints
            if agreeing.isdisjoint((node, name) for name in formula.atoms())
        ]

    def disagreements(self, values: Sequence[bool]) -> frozenset[int]:
        """Positions in ``compared`` that are outside the EQ set of an interpretation."""
        outside = {k for k, (i, j, _) in enumerate(self.compared) if values[i] != values[j]}
        outside.update(k for k, pairs in enumerate(self.twins) if any(values[i] != values[j] for i, j in pairs))
        return frozenset(outside)
