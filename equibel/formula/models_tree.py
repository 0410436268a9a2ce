"""Formulas with given models, in which common literals of several models are written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from equibel.formula.syntax import FALSE, Formula, conjunction, disjunction, literal

_DEEPEST = 20  # nested disjunctions; sympy uses recursion


def formula_of_models(names: Sequence[str], models: Iterable[int]) -> Formula:
    """The formula over ``names`` that is true in exactly the given models.

    Literals that all models have in common are written once.  Then the models are divided by the first remaining atom.  It
    takes O(n · m) steps for n models over m atoms.

    Parameters
    ----------
    names : sequence of str
        Different atoms.
    models : iterable of int
        Each is the set of the atoms that are true: bit i stands for ``names[i]``.

    Examples
    --------
    >>> print(formula_of_models(["p", "q", "r"], [0b011, 0b101]))
    p & ((~q & r) | (q & ~r))
    >>> print(formula_of_models(["p", "q"], [0b00, 0b10]))
    ~p
    """
    literals = [(literal(name, False), literal(name, True)) for name in names]

    def parts(rows: list[int], free: Iterable[int], depth: int) -> list[Formula]:
        """Conjuncts that are true in exactly these rows; the rows differ only in ``free``."""
        always = never = -1
        for row in rows:
            always &= row
            never &= ~row
        settled = always | never
        common = [literals[i][always >> i & 1] for i in free if settled >> i & 1]
        rest = [i for i in free if not settled >> i & 1]
        if len(rows) == 1 << len(rest):
            return common
        if depth == _DEEPEST:
            listed = (conjunction([literals[i][row >> i & 1] for i in rest]) for row in rows)
            return [*common, disjunction(listed)]
        first, *others = rest
        divided = ([row for row in rows if not row >> first & 1], [row for row in rows if row >> first & 1])
        halves = (
            conjunction([literals[first][value], *parts(half, others, depth + 1)]) for value, half in enumerate(divided)
        )
        return [*common, disjunction(halves)]

    different = list(dict.fromkeys(models))
    return conjunction(parts(different, range(len(names)), 0)) if different else FALSE
