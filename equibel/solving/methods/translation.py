"""The translation of formulas between nodes under one EQ set: the syntactic characterization.

Under a maximal EQ set of a connected graph the two ends of every disagreeing edge differ.  So the value of an atom at one
node determines its value everywhere: it flips once for each disagreeing edge on the way.  Seen from node v, the atom p of
node u is p when the number of disagreeing edges between them is even, and ~p when it is odd, or a
constant where the way passes a backbone copy.
"""

from __future__ import annotations

from equibel.formula import FALSE, Formula, assign, atom, conjunction, literal, negation, translate
from equibel.solving.problem import Group


class Translation:
    """One EQ set of a group, as a sign for every copy.

    Parameters
    ----------
    group : Group
    disagreements : frozenset of int
        Positions in ``group.compared`` outside the EQ set.

    Attributes
    ----------
    possible : bool
        False when no interpretation has that EQ set, since backbone copies or a cycle of comparisons contradict it; the
        other attributes are then of no use.
    joint : Formula
        What all nodes believe, translated to the reference copies: for each atom, the first open copy.  When the open
        copies of an atom fall into several parts, backbone copies separate them; then every part is next to a backbone
        copy, its values are determined, and the atom does not occur.
    """

    def __init__(self, group: Group, disagreements: frozenset[int]) -> None:
        self._group = group
        neighbours: list[list[tuple[int, bool]]] = [[] for _ in group.copies]
        for k, (i, j, _) in enumerate(group.compared):
            differ = k in disagreements
            neighbours[i].append((j, differ))
            neighbours[j].append((i, differ))
        self._positions = {copy: i for i, copy in enumerate(group.copies[: group.open])}
        self.possible = True
        self._flipped: list[bool] = [False] * group.open  # value of a copy, relative to its reference copy
        self._value: list[bool | None] = [None] * group.open  # value, where a backbone copy determines it
        reached = [False] * group.open
        for start in range(group.open):
            if not reached[start]:
                self._follow(start, neighbours, reached)
        self.joint = conjunction(self._translated(*constraint) for constraint in group.constraints)
        self._by_flips: dict[frozenset[str], Formula] = {}

    def _follow(self, start: int, neighbours: list[list[tuple[int, bool]]], reached: list[bool]) -> None:
        """Find the signs of all copies reached from ``start``, and its value if a backbone copy is among them."""
        part = [start]
        reached[start] = True
        values: set[bool] = set()
        for here in part:
            for other, differ in neighbours[here]:
                flipped = self._flipped[here] != differ
                if other >= self._group.open:
                    values.add(self._group.backbone[other - self._group.open] != flipped)
                elif reached[other]:
                    self.possible = self.possible and self._flipped[other] == flipped
                else:
                    reached[other] = True
                    self._flipped[other] = flipped
                    part.append(other)
        if len(values) == 1:
            value = values.pop()
            for copy in part:
                self._value[copy] = value != self._flipped[copy]
        elif values:
            self.possible = False

    def _translated(self, node: int, formula: Formula) -> Formula:
        names = formula.atoms()
        positions = {name: self._positions[node, name] for name in names}
        constants = {name: value for name, i in positions.items() if (value := self._value[i]) is not None}
        flips = {name: negation(atom(name)) for name, i in positions.items() if self._flipped[i]}
        return translate(assign(formula, constants), flips)

    def open_atoms(self) -> list[str]:
        """The atoms whose values the EQ set leaves open, in the order of the copies."""
        names = {name: None for i, (_, name) in enumerate(self._group.copies[: self._group.open]) if self._value[i] is None}
        return list(names)

    def answer(self, copies: list[int]) -> Formula:
        """The values that the copies of one node take under the EQ set, as a formula in that node's atoms."""
        names = self._group.copies
        if self.joint == FALSE:
            return FALSE
        flips = frozenset(names[i][1] for i in copies if self._value[i] is None and self._flipped[i])
        formula = self._by_flips.get(flips)
        if formula is None:
            formula = self._by_flips[flips] = translate(self.joint, {name: negation(atom(name)) for name in flips})
        known = [literal(names[i][1], value) for i in copies if (value := self._value[i]) is not None]
        return conjunction([*known, formula]) if formula.kind != "true" else conjunction(known)

    def value(self, copies: list[int], reference: dict[str, bool]) -> tuple[bool, ...]:
        """The values of some copies when the reference copies of the open atoms have the values given."""
        names = self._group.copies
        return tuple(
            value if (value := self._value[i]) is not None else reference[names[i][1]] != self._flipped[i] for i in copies
        )
