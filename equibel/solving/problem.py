"""Problems and groups: what is maximized, and its independent parts."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from equibel.formula import Formula, literal
from equibel.options import CARDINALITY

Copy = tuple[int, str]  # (node, atom): the node's own copy of the atom
Witness = tuple[tuple[int, Formula], ...]  # the nodes whose beliefs differ, and those beliefs
Backbone = tuple[dict[str, bool], tuple[Formula, ...]]  # of a formula; with the conjuncts that remain, in other atoms


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
    targets : sequence of int
        The nodes whose answers are wanted.
    witnesses : tuple of Witness
        Further scenarios over the same graph, each given by the nodes whose beliefs differ.  Only those equalities count
        that hold in all scenarios at once, each with a model of its own: `equibel.solving.methods.witnesses`.
    trust : tuple of Fraction
        The weight of each edge; empty when all are 1.
    expertise : tuple of (int, str, Fraction)
        The weight of an atom at a node, where it is not 1.  See
        `equibel.solving.preprocessing.comparison_weights`.
    """

    beliefs: tuple[Formula, ...]
    edges: tuple[tuple[int, int, int], ...]
    targets: Sequence[int]
    witnesses: tuple[Witness, ...] = ()
    trust: tuple[Fraction, ...] = ()
    expertise: tuple[tuple[int, str, Fraction], ...] = ()

    def under(self, optimum: str) -> Problem:
        """The problem without what an optimum does not look at: by inclusion, weights have no effect."""
        if optimum == CARDINALITY or not (self.trust or self.expertise):
            return self
        return replace(self, trust=(), expertise=())


@dataclass(frozen=True)
class Group:
    """Copies that depend on one another and on no other open copies, with their formulas and comparisons.

    An interpretation of the group is a list of truth values in the order of its copies.

    Attributes
    ----------
    copies : tuple of Copy
        The open copies first, then the backbone copies next to them.
    backbone : tuple of bool
        The values of the backbone copies, which are the last ``len(backbone)``.
    constraints : tuple of (int, Formula)
        Nodes, each with a formula that the node believes.
    compared : tuple of (int, int, int)
        Two copies and a level: the agreements that count, in the order in which EQ sets refer to them.
    weights : tuple of int
        How much each comparison counts; empty when all count the same.
    lacking : bool
        Whether some comparisons are left out because their weight is 0.
    witness_pairs : tuple of tuple of (int, int)
        For each comparison, the same two copies in every witness; the comparison counts only when they agree too.  Empty
        when there are no witnesses.
    agreeing : frozenset of int
        Copies that agree with all they are compared with whenever optimal: `equibel.solving.preprocessing.autarky`.
    """

    copies: tuple[Copy, ...]
    backbone: tuple[bool, ...] = ()
    constraints: tuple[tuple[int, Formula], ...] = ()
    compared: tuple[tuple[int, int, int], ...] = ()
    weights: tuple[int, ...] = ()
    lacking: bool = False
    witness_pairs: tuple[tuple[tuple[int, int], ...], ...] = ()
    agreeing: frozenset[int] = frozenset()

    @functools.cached_property
    def open(self) -> int:
        """Number of open copies."""
        return len(self.copies) - len(self.backbone)

    @functools.cached_property
    def position(self) -> dict[Copy, int]:
        """The position of each copy in ``copies``."""
        return {copy: i for i, copy in enumerate(self.copies)}

    @functools.cached_property
    def on_one_level(self) -> bool:
        """Whether there are comparisons, and all on the same level."""
        return len({level for _, _, level in self.compared}) == 1

    @functools.cached_property
    def connected(self) -> list[int]:
        """For each open copy the least one that comparisons connect it with; those with the same are a *connected part*."""
        return components(self.open, ((i, j) for i, j, _ in self.compared if j < self.open))

    @functools.cached_property
    def held(self) -> frozenset[int]:
        """The connected parts, by their least copies, that are compared with a backbone copy."""
        return frozenset(self.connected[i] for i, j, _ in self.compared if j >= self.open)

    def falls_apart(self) -> bool:
        """Whether copies of an atom are separated because comparisons of weight 0 are left out.

        Otherwise every copy is connected by comparisons with copies at all nodes of the group, or with a backbone copy.
        """
        if not self.lacking:
            return False
        sizes = Counter(part for part in self.connected if part not in self.held)  # a part has one copy per node
        return any(size < len(self.nodes) for size in sizes.values())

    def opened(self) -> Group:
        """The same group with formulas instead of backbone copies."""
        backbone = zip(self.copies[self.open :], self.backbone, strict=True)
        known = tuple((node, literal(name, value)) for (node, name), value in backbone)
        return replace(self, backbone=(), constraints=self.constraints + known) if known else self

    @functools.cached_property
    def nodes(self) -> dict[int, list[int]]:
        """The open copies of each node, as positions in ``copies``."""
        by_node: dict[int, list[int]] = {}
        for position, (node, _) in enumerate(self.copies[: self.open]):
            by_node.setdefault(node, []).append(position)
        return by_node

    def deciding(self) -> list[tuple[int, Formula]]:
        """The constraints without copies in ``agreeing``: they alone decide which EQ sets are optimal."""
        agreeing = {self.copies[i] for i in self.agreeing}
        return [
            (node, formula)
            for node, formula in self.constraints
            if agreeing.isdisjoint((node, name) for name in formula.atoms())
        ]

    def disagreements(self, values: Sequence[bool]) -> frozenset[int]:
        """Positions in ``compared`` that are outside the EQ set of an interpretation."""
        outside = {k for k, (i, j, _) in enumerate(self.compared) if values[i] != values[j]}
        outside.update(k for k, pairs in enumerate(self.witness_pairs) if any(values[i] != values[j] for i, j in pairs))
        return frozenset(outside)


def components(size: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """The component of each of ``size`` items, named by its least item: all that are linked, directly or along a chain."""
    least = list(range(size))

    def find(i: int) -> int:
        while least[i] != i:
            least[i] = least[least[i]]
            i = least[i]
        return i

    for i, j in links:
        i, j = find(i), find(j)
        least[max(i, j)] = min(i, j)
    return [find(i) for i in range(size)]
