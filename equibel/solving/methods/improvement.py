"""Local improvement: flips that improve an interpretation, and the lemmas that are learned from them.

Let ``M'`` arise from ``M`` by flipping a set D of copies.  Only the comparisons on the boundary of D (one end inside, one
outside) change sides, so ``M'`` beats ``M`` when, at the first level with a comparison on the boundary, all of those
disagree in ``M``, and the formulas that mention copies of D still hold after the flip.  The argument uses nothing
else about ``M``.  Hence no interpretation in which the same boundary comparisons disagree, and in which the literals
that keep those formulas true have the same values, is optimal: a clause that removes them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from equibel.formula import Formula, holds, truth_columns, truth_table
from equibel.solving.clingo.facts import clause_literals
from equibel.solving.problem import Group
from equibel.solving.request import Request

#: A clause over a group: equalities that may hold (positions in ``compared``), and copies that may differ from a value.
Lemma = tuple[list[int], list[tuple[int, bool]]]


class Improvements:
    """The flips that improve interpretations of one group, by inclusion, level by level."""

    def __init__(self, group: Group, request: Request) -> None:
        self._group = group
        self._limits = request.limits
        most_atoms = request.plan.improvement_atoms
        self._neighbours: list[list[tuple[int, int, int]]] = [[] for _ in range(group.open)]
        for k, (i, j, level) in enumerate(group.compared):
            self._neighbours[i].append((k, j, level))
            if j < group.open:
                self._neighbours[j].append((k, i, level))
        self._levels = sorted({level for _, _, level in group.compared})
        self._conditions = [condition(node, formula, group.position, most_atoms) for node, formula in group.deciding()]
        self._mentioning: list[list[int]] = [[] for _ in range(group.open)]
        # Conditions that may be violated when a copy leaves a value: a clause only when its literal was true.
        self._endangered: list[tuple[list[int], list[int]]] = [([], []) for _ in range(group.open)]
        for number, (positions, test) in enumerate(self._conditions):
            for n, i in enumerate(positions):
                self._mentioning[i].append(number)
                for value in (False, True):
                    if not isinstance(test, Clause) or test.signs[n] == value:
                        self._endangered[i][value].append(number)

    def climb(self, values: list[bool]) -> tuple[list[bool], list[Lemma]]:
        """Flip blocks of agreeing copies as long as that improves.

        Returns the interpretation reached, and lemmas that exclude the given one; no lemmas when no block can be flipped.
        Each flip gains an equality, so that the loop ends.
        """
        lemmas = [self.lemma(values, flip) for level in self._levels for flip in self._blocks(values, level)]
        reached = list(values)
        changed = bool(lemmas)
        while changed:
            changed = False
            for level in self._levels:
                for flip in list(self._blocks(reached, level)):
                    self._limits.check()
                    if self._gains(reached, flip) and self._hold_after(reached, flip):
                        changed = True
                        for i in flip:
                            reached[i] = not reached[i]
        return reached, lemmas

    def between(self, values: list[bool], better: list[bool]) -> list[Lemma]:
        """Lemmas that exclude an interpretation, from another interpretation that beats it."""
        different = {i for i in range(self._group.open) if values[i] != better[i]}
        lemmas = []
        while different:
            start = different.pop()
            part = [start]
            for i in part:
                linked = [j for _, j, _ in self._neighbours[i]]
                linked += [j for number in self._mentioning[i] for j in self._conditions[number][0]]
                for j in linked:
                    if j in different:
                        different.remove(j)
                        part.append(j)
            flip = set(part)
            if self._gains(values, flip):
                lemmas.append(self.lemma(values, flip))
        return lemmas

    def lemma(self, values: list[bool], flip: set[int]) -> Lemma:
        """The lemma learned from flipping ``flip`` in ``values``."""
        reasons: dict[int, bool] = {}
        for number in {number for i in flip for number in self._mentioning[i]}:
            positions, test = self._conditions[number]
            for i in test.reason(positions, values, flip, reasons):
                reasons[i] = values[i]
        return self._boundary(flip), list(reasons.items())

    def _gains(self, values: list[bool], flip: set[int]) -> bool:
        boundary = [self._group.compared[k] for k in self._boundary(flip)]
        return bool(boundary) and all(values[i] != values[j] for i, j, _ in boundary)

    def _boundary(self, flip: set[int]) -> list[int]:
        """The comparisons with one end in ``flip``, at the first level that has some."""
        boundary = [(k, level) for i in flip for k, j, level in self._neighbours[i] if j not in flip]
        first = min((level for _, level in boundary), default=None)
        return [k for k, level in boundary if level == first]

    def _blocks(self, values: list[bool], level: int) -> Iterator[set[int]]:
        """The improving sets among the parts joined by agreements of at most this level."""
        reached = [False] * self._group.open
        for start in range(self._group.open):
            if reached[start]:
                continue
            reached[start] = True
            block = [start]
            gain = False
            at_backbone = False
            for i in block:
                for _, j, at in self._neighbours[i]:
                    if at > level:
                        continue
                    if values[i] != values[j]:
                        gain = True
                    elif j >= self._group.open:
                        at_backbone = True
                    elif not reached[j]:
                        reached[j] = True
                        block.append(j)
            if gain and not at_backbone:
                flip = set(block)
                if self._hold_after(values, flip):
                    yield flip

    def _hold_after(self, values: list[bool], flip: set[int]) -> bool:
        for i in flip:
            for number in self._endangered[i][values[i]]:
                positions, test = self._conditions[number]
                if not test.holds(positions, values, flip):
                    return False
        return True


class Clause:
    """A disjunction of literals; ``signs`` belong to the positions."""

    def __init__(self, signs: list[bool]) -> None:
        self.signs = signs

    def holds(self, positions: list[int], values: list[bool], flip: set[int]) -> bool:
        """Whether it is true once ``flip`` is flipped."""
        for i, sign in zip(positions, self.signs):  # noqa: B905, SIM110 - the innermost loop of the search
            if (values[i] != (i in flip)) == sign:
                return True
        return False

    def reason(self, positions: list[int], values: list[bool], flip: set[int], known: dict[int, bool]) -> list[int]:
        """A literal that keeps it true after the flip; one that is needed anyway, if possible."""
        true = [i for i, sign in zip(positions, self.signs, strict=True) if (values[i] != (i in flip)) == sign]
        return [next((i for i in true if i in known), true[0])]


class TruthTable:
    """A formula in few atoms, as a truth table over its positions."""

    def __init__(self, table: int, size: int) -> None:
        self._table = table
        self._columns, self._full = truth_columns([str(i) for i in range(size)])

    def holds(self, positions: list[int], values: list[bool], flip: set[int]) -> bool:
        """Whether it is true once ``flip`` is flipped."""
        row = sum(1 << n for n, i in enumerate(positions) if values[i] != (i in flip))
        return bool(self._table >> row & 1)

    def reason(self, positions: list[int], values: list[bool], flip: set[int], known: dict[int, bool]) -> list[int]:
        """Positions whose values keep it true after the flip, whatever the other values are; none can be left out."""
        needed = {n: (values[i] != (i in flip)) for n, i in enumerate(positions)}
        for n in sorted(needed, key=lambda n: positions[n] in known):
            rest = [m for m in needed if m != n]
            rows = self._full
            for m in rest:
                column = self._columns[str(m)]
                rows &= column if needed[m] else self._full ^ column
            if not rows & ~self._table:
                del needed[n]
        return [positions[n] for n in needed]


class Whole:
    """A formula in many atoms; all of its values are the reason."""

    def __init__(self, formula: Formula, names: list[str]) -> None:
        self._formula = formula
        self._names = names

    def holds(self, positions: list[int], values: list[bool], flip: set[int]) -> bool:
        """Whether it is true once ``flip`` is flipped."""
        assignment = {name: values[i] != (i in flip) for name, i in zip(self._names, positions, strict=True)}
        return holds(self._formula, assignment)

    def reason(self, positions: list[int], values: list[bool], flip: set[int], known: dict[int, bool]) -> list[int]:
        """All positions that the formula mentions."""
        return positions


def condition(
    node: int, formula: Formula, position: dict[tuple[int, str], int], most_atoms: int
) -> tuple[list[int], Clause | TruthTable | Whole]:
    """A formula of a node, as positions of copies and a test of their values; a truth table up to ``most_atoms`` atoms."""
    literals = clause_literals(formula)
    if literals is not None:
        return [position[node, name] for name in literals], Clause(list(literals.values()))
    names = sorted(formula.atoms())
    positions = [position[node, name] for name in names]
    if len(names) <= most_atoms:
        columns, full = truth_columns(names)
        return positions, TruthTable(truth_table(formula, columns, full), len(names))
    return positions, Whole(formula, names)
