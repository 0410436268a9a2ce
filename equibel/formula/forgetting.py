"""Forgetting of atoms (variable elimination, existential quantification)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from equibel.formula.build import assign
from equibel.formula.simplification import simplify
from equibel.formula.syntax import Formula, conjunction, conjuncts, disjunction


def forget(formula: Formula, names: Iterable[str], check: Callable[[], None] | None = None) -> Formula:
    """The strongest consequence of ``formula`` without the atoms ``names`` (Lin and Reiter, *Forget it!*, 1994).

    The result of forgetting p in F is ``F[p ↦ True] | F[p ↦ False]``.  Only conjuncts that contain p change.  The result
    can be exponentially larger than the formula.

    >>> from equibel.formula import parse, to_text
    >>> to_text(forget(parse("(p -> q) & (q -> r) & s"), ["q"]))
    '(r | ~p) & s'
    """
    parts = set(conjuncts(formula))
    left = {name: sum(name in part.atoms() for part in parts) for name in names}
    while left:
        name = min(left, key=lambda name: (left[name], name))
        del left[name]
        touching = [part for part in parts if name in part.atoms()]
        if not touching:
            continue
        parts.difference_update(touching)
        whole = conjunction(sorted(touching, key=str))
        without = disjunction([assign(whole, {name: True}), assign(whole, {name: False})])
        parts.update(conjuncts(simplify(without, check=check)))
        left = {name: sum(name in part.atoms() for part in parts) for name in left}
    return conjunction(sorted(parts, key=str))
