"""What a formula settles: the atoms to which all its models give the same value, and what remains of it in the others."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque

from equibel.formula import FALSE, Formula, as_literal, assign, conjunction, conjuncts, literal, simplify
from equibel.solving.limits import Limits
from equibel.solving.queries import backbone, satisfiable

_SMALL = 8  # atoms left after unit propagation up to which a formula is simplified: its literals and factors then show
_LARGE = 256  # atoms up to which the solver is asked what a formula entails
_MOST_KNOWN = 1 << 14

Settled = tuple[dict[str, bool], tuple[Formula, ...]]
_known: dict[Formula, Settled] = {}  # what formulas settle; they come again and again


def settle(formula: Formula, limits: Limits) -> Settled:
    """The atoms whose value a formula settles, and the conjuncts that remain, in the other atoms.

    Unit propagation over the conjuncts finds some of them; then simplifying finds the others in small formulas, and the
    solver in larger ones.  In very large ones there is only unit propagation: what it misses costs time, not correctness.

    >>> from equibel.formula import parse
    >>> settle(parse("p & (p -> q) & (r | s)"), Limits())
    ({'p': True, 'q': True}, (Formula('r | s'),))
    """
    known = _known.get(formula)
    if known is None:
        if len(_known) == _MOST_KNOWN:
            _known.clear()
        known = _known[formula] = _settle(formula, limits)
    return known


def consistent(formula: Formula, limits: Limits) -> bool:
    """Whether a formula has a model.  What it settles is found on the way, and remembered."""
    _, rest = settle(formula, limits)
    if rest == (FALSE,):
        return False
    return len(_atoms(rest)) <= _LARGE or satisfiable(conjunction(rest), limits)


def _settle(formula: Formula, limits: Limits) -> Settled:
    values, rest = _propagate(formula)
    atoms = len(_atoms(rest))
    if not 0 < atoms <= _LARGE:
        return values, rest
    if atoms <= _SMALL:
        left = simplify(conjunction(rest))
    else:
        entailed = backbone(rest, limits)
        if entailed is None:
            return {}, (FALSE,)
        if not entailed:
            return values, rest
        left = conjunction([*rest, *(literal(*each) for each in entailed.items())])
    more, rest = _propagate(left)
    return values | more, rest


def _atoms(formulas: tuple[Formula, ...]) -> frozenset[str]:
    return frozenset().union(*(formula.atoms() for formula in formulas))


def _propagate(formula: Formula) -> tuple[dict[str, bool], tuple[Formula, ...]]:
    """What a formula settles by unit propagation, and what remains."""
    values: dict[str, bool] = {}
    parts: dict[int, Formula] = {}  # conjuncts in atoms that are not settled, so far
    mentioning: defaultdict[str, list[int]] = defaultdict(list)
    pending = deque([formula])
    for number in itertools.count():
        if not pending:
            break
        part = pending.popleft()
        if part.kind == "and":
            pending += conjuncts(part)
            continue
        unit = as_literal(part)
        if unit is None or unit[0] in values:
            part = assign(part, values)
            unit = as_literal(part)
        if part == FALSE:
            return {}, (FALSE,)
        if unit is not None:
            name, values[unit[0]] = unit
            pending += (parts.pop(old) for old in mentioning.pop(name, ()) if old in parts)
        elif part.kind in ("and", "true"):
            pending += conjuncts(part)
        else:
            parts[number] = part
            for name in part.atoms():
                mentioning[name].append(number)
    return values, tuple(parts.values())
