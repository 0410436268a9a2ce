"""A group as lists of numbers, as growing interpretations and flipping parts of them need it in their inner loops."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from equibel.formula import Formula, truth_columns, truth_table
from equibel.solving.methods.cubes import bits
from equibel.solving.problem import Group, components

Rows = tuple[int, int]  # the rows of a truth table in which a copy is false, and those in which it is true


class Links:
    """What links the copies of a group: comparisons, and *beliefs*: formulas of a node that share copies, as one table.

    Attributes
    ----------
    neighbours : list of list of int
        For each open copy those it is compared with, backbone copies too.
    belief_of : list of int
        For each open copy the number of the belief that mentions it, or -1.
    mentioned : list of list of int
        For each belief its copies.
    tables : list of int
        For each belief its truth table; the n-th of its copies is the n-th atom.
    constraints : list of list of (int, Formula)
        For each belief the constraints that it consists of.
    rows : list of (int, int)
        For each open copy its rows in the table of its belief.
    held : list of bool
        For each open copy whether comparisons connect it to a backbone copy.
    """

    def __init__(self, group: Group) -> None:
        self.open = group.open
        self.backbone = [int(value) for value in group.backbone]
        self.neighbours: list[list[int]] = [[] for _ in range(group.open)]
        for i, j, _ in group.compared:
            self.neighbours[i].append(j)
            if j < group.open:
                self.neighbours[j].append(i)
        self.held = [part in group.held for part in group.connected]
        self.beside_backbone = [i for i, others in enumerate(self.neighbours) if any(j >= group.open for j in others)]
        self.belief_of = [-1] * group.open
        self.mentioned: list[list[int]] = []
        self.tables: list[int] = []
        self.constraints: list[list[tuple[int, Formula]]] = []
        self.rows: list[Rows] = [(0, 0)] * group.open
        by_node: dict[int, list[Formula]] = {}
        for node, formula in group.constraints:
            by_node.setdefault(node, []).append(formula)
        for node, formulas in by_node.items():
            self._add_beliefs(group, node, formulas)

    def models(self, copies: list[int]) -> int:
        """The values that beliefs allow all open copies of a node, as a truth table; the n-th copy is the n-th atom."""
        columns, full = truth_columns([str(i) for i in copies])
        table = full
        for number in sorted({self.belief_of[i] for i in copies} - {-1}):
            allowed = 0
            for values in bits(self.tables[number]):
                rows = full
                for n, i in enumerate(self.mentioned[number]):
                    rows &= columns[str(i)] if values >> n & 1 else full ^ columns[str(i)]
                allowed |= rows
            table &= allowed
        return table

    def false(self, values: Sequence[int]) -> list[int]:
        """The beliefs that are false in an interpretation."""
        return [number for number in range(len(self.tables)) if not self.holds(number, values)]

    def holds(self, belief: int, values: Mapping[int, int] | Sequence[int]) -> bool:
        """Whether a belief is true when the copies it mentions have these values."""
        table = self.tables[belief]
        for i in self.mentioned[belief]:
            table &= self.rows[i][values[i]]
        return table != 0

    def forced(self) -> list[tuple[int, int]]:
        """The copies to which beliefs leave one value only, and that value."""
        found = []
        for table, mentioned in zip(self.tables, self.mentioned, strict=True):
            for i in mentioned:
                false, true = self.rows[i]
                if not table & false:
                    found.append((i, 1))
                elif not table & true:
                    found.append((i, 0))
        return found

    def _add_beliefs(self, group: Group, node: int, formulas: list[Formula]) -> None:
        mentioned = [sorted(group.position[node, name] for name in formula.atoms()) for formula in formulas]
        copies = sorted({i for positions in mentioned for i in positions})
        number = {i: n for n, i in enumerate(copies)}
        part_of = components(len(copies), ((number[some[0]], number[i]) for some in mentioned for i in some[1:]))
        for part in sorted(set(part_of)):
            members = [i for i in copies if part_of[number[i]] == part]
            names = [group.copies[i][1] for i in members]
            columns, full = truth_columns(names)
            here = [bool(some) and part_of[number[some[0]]] == part for some in mentioned]
            believed = list(itertools.compress(formulas, here))
            table = full
            for formula in believed:
                table &= truth_table(formula, columns, full)
            self.constraints.append([(node, formula) for formula in believed])
            for i, name in zip(members, names, strict=True):
                self.belief_of[i] = len(self.tables)
                self.rows[i] = full ^ columns[name], columns[name]
            self.mentioned.append(members)
            self.tables.append(table)
