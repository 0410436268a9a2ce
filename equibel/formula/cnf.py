"""Conjunctive normal form (CNF): lists of clauses, and DIMACS text."""

from __future__ import annotations

from equibel.formula.build import assign
from equibel.formula.postfix import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR
from equibel.formula.syntax import Formula, conjuncts, fold, operands, sorted_atoms


def clauses(formula: Formula) -> tuple[list[str], list[list[int]]]:
    """The atoms, and clauses that are true exactly when the formula is true.

    Atom ``i`` of the list has number ``i + 1``, and a negative number is a negated atom.  A conjunction of clauses, or of
    implications between literals, is kept.  Otherwise, subformulas get auxiliary numbers after those of the atoms, with
    defining clauses in both directions (Tseitin 1968).  So every model of the formula extends to exactly one model of the
    clauses.  The number of clauses is linear in the size of the formula.

    >>> from equibel.formula import parse
    >>> clauses(parse("(p | ~q) & r"))
    (['p', 'q', 'r'], [[1, -2], [3]])
    >>> clauses(parse("p | (q & r)"))
    (['p', 'q', 'r'], [[-4, 2], [-4, 3], [4, -2, -3], [1, 4]])
    """
    atoms = sorted_atoms(formula.atoms())
    definitions = _Definitions(atoms)
    folded = assign(formula, {})  # no constants below connectives
    if folded.kind == FALSE_KIND:
        return atoms, [[]]
    asserted = []
    for part in conjuncts(folded):
        if part.kind == IMPLIES:
            antecedent, consequent = operands(part)
            asserted.append([-definitions.literal(antecedent), definitions.literal(consequent)])
        else:
            members = operands(part) if part.kind == OR else [part]
            asserted.append([definitions.literal(member) for member in members])
    return atoms, definitions.clauses + asserted


def to_dimacs(formula: Formula) -> str:
    """Write a formula in DIMACS CNF; comments give the number of each atom.

    The clauses are those of `clauses`, so they have the same number of models as the formula.

    >>> from equibel.formula import parse
    >>> print(to_dimacs(parse("(p | ~q) & r")), end="")
    c 1 p
    c 2 q
    c 3 r
    p cnf 3 2
    1 -2 0
    3 0
    """
    atoms, cnf = clauses(formula)
    highest = max((abs(number) for clause in cnf for number in clause), default=0)
    lines = [f"c {number} {name}" for number, name in enumerate(atoms, 1)]
    if highest > len(atoms):
        lines.append(
            f"c {len(atoms) + 1} to {highest} are auxiliary: each is true exactly when a subformula is true, "
            "so models correspond one to one"
        )
    lines.append(f"p cnf {max(highest, len(atoms))} {len(cnf)}")
    lines += [" ".join(map(str, [*clause, 0])) for clause in cnf]
    return "\n".join(lines) + "\n"


class _Definitions:
    """Numbers of subformulas, and the clauses that define them; equal subformulas have the same number."""

    def __init__(self, atoms: list[str]) -> None:
        self.clauses: list[list[int]] = []
        self._atoms = {name: number for number, name in enumerate(atoms, 1)}
        self._known: dict[tuple[object, ...], int] = {}

    def literal(self, formula: Formula) -> int:
        """The number that is true exactly when the formula is true; negative if the number is that of the negation."""
        return fold(formula, self._atoms.__getitem__, self._combine)

    def _combine(self, kind: str, values: list[int]) -> int:
        if kind == NOT:
            return -values[0]
        if kind == AND:
            return self._conjunction(*values)
        if kind == OR:
            return -self._conjunction(*(-value for value in values))
        if kind == IMPLIES:
            return -self._conjunction(values[0], -values[1])
        result = values[0]
        for value in values[1:]:
            result = self._exclusive(result, value)
        return -result if kind == IFF else result

    def _conjunction(self, *values: int) -> int:
        number, new = self._number(AND, *values)
        if new:
            self.clauses += [[-number, value] for value in values]
            self.clauses.append([number, *(-value for value in values)])
        return number

    def _exclusive(self, a: int, b: int) -> int:
        number, new = self._number("xor", a, b)
        if new:
            self.clauses += [[-number, a, b], [-number, -a, -b], [number, -a, b], [number, a, -b]]
        return number

    def _number(self, *definition: object) -> tuple[int, bool]:
        number = self._known.get(definition)
        if number is not None:
            return number, False
        number = self._known[definition] = len(self._atoms) + len(self._known) + 1
        return number, True
