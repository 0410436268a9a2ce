"""Backbones of formulas: the atoms to which all models give the same value, and what remains in the other atoms."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

from equibel.formula import FALSE, TRUE, Formula, as_literal, assign, conjunction, conjuncts, simplify
from equibel.solving.clingo.facts import joined_literals
from equibel.solving.limits import Limits
from equibel.solving.plan import default
from equibel.solving.problem import Backbone
from equibel.solving.queries import backbones, satisfiable

_MOST_KNOWN = 1 << 16  # formulas; beyond that, the backbones of a long iteration are dropped


def find_backbones(formulas: Iterable[Formula], limits: Limits) -> list[Backbone]:
    """The backbone of each formula, and the conjuncts that remain of the formula, in the other atoms.

    Unit propagation over the conjuncts finds some literals.  The others are found by simplifying in small formulas, and by
    the solver, several formulas at a time, in larger ones.  Very large formulas only have unit propagation: literals that it
    misses cost time, not correctness.  Backbones that were found under the same limits are taken from there.

    >>> from equibel.formula import parse
    >>> find_backbones([parse("p & (p -> q) & (r | s)")], Limits())
    [({'p': True, 'q': True}, (Formula('r | s'),))]
    """
    asked = list(formulas)
    plan = default()
    known = limits.backbones
    found: dict[Formula, Backbone] = {}
    left: dict[Formula, Backbone] = {}  # what the solver is asked about
    for formula in asked:
        if formula in found:
            continue
        backbone = known.get(formula) or _evident(formula)
        if backbone is None:
            limits.check()
            backbone = _propagated(formula, plan.simplified_atoms)
            if plan.simplified_atoms < len(_atoms(backbone[1])) <= plan.backbone_atoms:
                left[formula] = backbone
        found[formula] = backbone
    for some in _batches(left, plan.backbone_atoms):
        entailed = backbones([left[formula][1] for formula in some], limits)
        for formula, more in zip(some, entailed, strict=True):
            values, rest = left[formula]
            if more is None:
                found[formula] = {}, (FALSE,)
            elif more:
                others = [part for conjunct in rest for part in conjuncts(assign(conjunct, more))]
                found[formula] = values | more, tuple(others)
    if len(known) > _MOST_KNOWN:
        known.clear()
    known |= found
    return [found[formula] for formula in asked]


def consistent(formulas: Iterable[Formula], limits: Limits) -> list[bool]:
    """Whether each formula has a model.  This finds the backbones, which are needed next."""
    most = default().backbone_atoms
    return [
        rest != (FALSE,) and (len(_atoms(rest)) <= most or satisfiable(conjunction(rest), limits))
        for _, rest in find_backbones(formulas, limits)
    ]


def _batches(left: Mapping[Formula, Backbone], most: int) -> Iterator[list[Formula]]:
    """The formulas in batches for one program each, by the number of atoms that are left."""
    batch: list[Formula] = []
    size = 0
    for formula, (_, rest) in left.items():
        more = len(_atoms(rest))
        if size + more > most:
            yield batch
            batch, size = [], 0
        batch.append(formula)
        size += more
    if batch:
        yield batch


def _atoms(formulas: tuple[Formula, ...]) -> set[str]:
    return {token for formula in formulas for token in formula.code if type(token) is str}


def _evident(formula: Formula) -> Backbone | None:
    """The backbone of a conjunction of literals or of a clause, which need no search; ``None`` for other formulas."""
    literals = {} if formula == TRUE else joined_literals(formula, "and")
    if literals is not None:
        return literals, ()
    return ({}, (formula,)) if joined_literals(formula, "or") is not None else None


def _propagated(formula: Formula, most: int) -> Backbone:
    """The part of the backbone that unit propagation finds and, of up to ``most`` atoms left, simplifying."""
    values, rest = _propagate(formula)
    if 0 < len(_atoms(rest)) <= most:
        more, rest = _propagate(simplify(conjunction(rest)))
        values |= more
    return values, rest


def _propagate(formula: Formula) -> tuple[dict[str, bool], tuple[Formula, ...]]:
    """The part of the backbone that unit propagation finds, and what remains."""
    values: dict[str, bool] = {}
    parts: dict[int, Formula] = {}  # conjuncts in atoms that are not in the backbone, so far
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
