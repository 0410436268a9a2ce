"""Simplification: equivalent formulas that are short and readable.

>>> from equibel.formula import parse
>>> str(simplify(parse("(p -> q) & (q -> p) & (p | q) & (r = ~p)")))
'p & q & ~r'
>>> str(simplify(parse("~(p = q) & (r | s) & (s | r)")))
'(r | s) & ((p & ~q) | (q & ~p))'

Large formulas are first split syntactically: literals are propagated, and conjuncts (or disjuncts) without common atoms
are simplified one by one.  Each remaining part becomes a truth table if it has few atoms, and otherwise a decision diagram.
`equibel.formula.express` converts this function to a formula.  The work is bounded; a part that needs more is not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from equibel.formula.bdd import Bdd
from equibel.formula.budget import DEFAULT_NODES, OverBudget, StepBudget
from equibel.formula.cover import MAX_LITERALS
from equibel.formula.express import arrange, express, express_table, size
from equibel.formula.normal import as_literal, independent_parts, negation_normal
from equibel.formula.order import interaction_order
from equibel.formula.postfix import AND, OR
from equibel.formula.small_cover import SMALL
from equibel.formula.syntax import Formula, sorted_atoms, truth_columns, truth_table
from equibel.formula.unrolled import unrolled

READABLE = 200  # literals; simplification never makes a part longer than this
MAX_LENGTH = 120_000  # atoms and connectives; a longer formula is not simplified
MAX_ATOMS = 5_000  # connected parts with more atoms are not simplified
_LEVELS = 8  # the maximum number of nested syntactic splits; the diagram splits the rest
_LONG = 10_000  # symbols; shorter results are assembled even if the budget is used up
_TABLE = 12  # atoms; up to this number, it is faster to make a diagram from a truth table than from the formula
_UNBOUNDED = 1 << 60


def simplify(
    formula: Formula,
    *,
    deadline: float | None = None,
    max_nodes: int = DEFAULT_NODES,
    check: Callable[[], None] | None = None,
) -> Formula:
    """An equivalent formula, as short and readable as the limits allow; if they are exceeded, the formula itself.

    Equivalent formulas give the same result if the limits are not exceeded and the result has at most 200 literals.

    Parameters
    ----------
    deadline
        The time at which to stop, by the clock ``time.monotonic()``.
    max_nodes
        The maximum size of decision diagrams, which limits memory and time: about two seconds by default.
    check
        A function that is called regularly; an exception that it raises ends the simplification.

    Returns
    -------
    Formula
        ``True``, ``False``, or a formula with ``&``, ``|``, and ``~`` only before atoms.  Entailed literals are first.
        Parts without common atoms are separate, and each part is in the shorter one of its normal forms.

    Examples
    --------
    >>> from equibel.formula import parse
    >>> str(simplify(parse("(~p & ~q & r) | (~p & ~q & r & s)")))
    'r & ~p & ~q'
    >>> str(simplify(parse("(p & q) | (p & r)")))
    'p & (q | r)'
    """
    try:
        return _Simplifier(StepBudget(max_nodes, deadline, check), partial=True).run(formula)
    except OverBudget:
        return formula


def canonical(
    formula: Formula, max_nodes: int = DEFAULT_NODES, *, check: Callable[[], None] | None = None
) -> Formula | None:
    """The simplified formula, which is equal for equivalent formulas; None if the limits are exceeded.

    The arguments are those of `simplify`.
    """
    try:
        return _Simplifier(StepBudget(max_nodes, check=check), partial=False).run(formula)
    except OverBudget:
        return None


def truth_table_formula(table: int, atoms: Sequence[str]) -> Formula:
    """The simplified formula of a truth table in the form of `equibel.formula.truth_table`.

    Exponential in the number of atoms, like the table.

    >>> str(truth_table_formula(0b1000, ["p", "q"]))
    'p & q'
    """
    if len(atoms) <= SMALL and list(atoms) == sorted_atoms(atoms):
        return express_table(table, atoms)
    bdd = Bdd(atoms, StepBudget(_UNBOUNDED))
    return express(bdd, bdd.from_table(table), _UNBOUNDED)


class _Simplifier:
    """One simplification: its budget, and whether a part that exceeds the budget is kept unchanged."""

    def __init__(self, budget: StepBudget, *, partial: bool) -> None:
        self.budget = budget
        self.partial = partial
        self.gave_up = False

    def run(self, formula: Formula) -> Formula:
        """The simplified formula."""
        if len(formula) > MAX_LENGTH:
            raise OverBudget
        normal = negation_normal(formula, self.budget.spend)
        simplified = unrolled(self.part, (normal, 0))
        return formula if self.gave_up and size(simplified) >= size(formula) else simplified

    def part(self, where: tuple[Formula, int]) -> Generator[tuple[Formula, int], Formula, Formula]:
        """The simplified form of a part, given with its level below the whole formula."""
        formula, level = where
        try:
            parts = self.parts(formula, level)
            if parts is None:
                return self.whole(formula)
        except OverBudget:
            return self.given_up(formula)
        simplified = []
        for part in parts:
            done = part if as_literal(part) is not None else (yield part, level + 1)
            simplified.append(done)
        if sum(map(len, simplified)) <= _LONG:
            return arrange(formula.kind, simplified)
        try:
            return arrange(formula.kind, simplified, self.budget.spend)
        except OverBudget:
            return self.given_up(formula)

    def given_up(self, formula: Formula) -> Formula:
        """The result for a part that exceeds the budget: the part itself, if that is allowed."""
        if not self.partial:
            raise OverBudget
        self.gave_up = True
        return formula

    def parts(self, formula: Formula, level: int) -> list[Formula] | None:
        """The parts of a syntactic split, or None if the formula is not split."""
        self.budget.spend(len(formula))
        if level == _LEVELS or formula.kind not in (AND, OR) or len(formula.atoms()) <= SMALL:
            return None
        parts = independent_parts(formula, self.budget.spend)
        return None if parts == [formula] else parts

    def whole(self, formula: Formula) -> Formula:
        """The simplified form of a formula that is not split."""
        if as_literal(formula) is not None:
            return formula
        if len(formula.atoms()) > MAX_ATOMS:
            raise OverBudget
        atoms = sorted_atoms(formula.atoms())
        limit = max(READABLE, size(formula)) if self.partial else MAX_LITERALS
        if len(atoms) <= SMALL:
            self.budget.spend(3 ** len(atoms))  # the number of cubes
            columns, full = truth_columns(atoms)
            simplified = express_table(truth_table(formula, columns, full), atoms)
        else:
            simplified = express(*self.diagram(formula, atoms), limit)
        if size(simplified) > limit:
            raise OverBudget
        return simplified

    def diagram(self, formula: Formula, atoms: list[str]) -> tuple[Bdd, int]:
        """A diagram, and the function of the formula in this diagram."""
        bdd = Bdd(atoms, self.budget)
        if len(atoms) <= _TABLE:
            self.budget.spend(len(formula))
            columns, full = truth_columns(atoms)
            return bdd, bdd.from_table(truth_table(formula, columns, full))
        try:
            with self.budget.half():
                near = Bdd(interaction_order(formula, self.budget.spend), self.budget)
                return near, near.from_formula(formula)
        except OverBudget:
            return bdd, bdd.from_formula(formula)
