"""Conversion of functions (BDDs, truth tables) to readable formulas.

A function is split into independent parts, alternately by conjunction and disjunction (`equibel.formula.factor`).  A part
that cannot be split is written in the shorter one of its disjunctive and conjunctive normal forms
(`equibel.formula.cover`).  Positive literals are before negative ones, short parts before long ones, and atoms in natural
order.  The result depends only on the function, so that equivalent formulas have the same result.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import starmap

from equibel.formula.bdd import TRUE, Bdd
from equibel.formula.cover import MAX_LITERALS, NamedCube, canonical_covers, count_literals
from equibel.formula.factor import conjunctive_factors, disjunctive_factors
from equibel.formula.postfix import AND, NOT, OR, connective
from equibel.formula.small_cover import SMALL, smallest_cover
from equibel.formula.syntax import Formula, conjunction, constant, disjunction, literal, natural_key, operands, sorted_atoms
from equibel.formula.unrolled import unrolled

_NaturalKey = tuple[tuple[int, int, str], ...]
_ReadingKey = tuple[int, bool, list[tuple[_NaturalKey, bool]]]
_natural_key = functools.lru_cache(maxsize=65536)(natural_key)
_JOIN = {AND: conjunction, OR: disjunction}


def size(formula: Formula) -> int:
    """The number of occurrences of atoms."""
    return sum(type(token) is str for token in formula.code)


def arrange(kind: str, parts: Iterable[Formula], spend: Callable[[int], None] = lambda _: None) -> Formula:
    """The conjunction or disjunction (``kind``) of the parts, in reading order: short parts first.

    ``spend`` is called with the number of steps.
    """
    flat: list[Formula] = []
    neutral, absorbing = constant(kind == AND), constant(kind == OR)
    for part in parts:
        if part == absorbing:
            return absorbing
        if part.kind == kind:
            flat += operands(part)
        elif part != neutral:
            flat.append(part)

    def reading_key(part: Formula) -> _ReadingKey:
        spend(1 + len(part) // 4)
        return _reading_key(part)

    return _JOIN[kind](sorted(flat, key=reading_key))


def _reading_key(formula: Formula) -> _ReadingKey:
    negation = connective(NOT, 1)
    following = (*formula.code[1:], None)
    literals = [
        (_natural_key(token), after == negation)
        for token, after in zip(formula.code, following, strict=True)
        if isinstance(token, str)
    ]
    return len(literals), len(literals) == 1 and literals[0][1], literals


def express(bdd: Bdd, f: int, limit: int = MAX_LITERALS) -> Formula:
    """The formula of a function.  Raises `OverBudget` when one of its normal forms is far longer than ``limit`` literals."""
    memo: dict[int, frozenset[int]] = {}

    def parts(f: int) -> Generator[int, Formula, Formula]:
        if f <= TRUE:
            return constant(f == TRUE)
        if bdd.low[f] <= TRUE and bdd.high[f] <= TRUE:
            return literal(bdd.order[bdd.level[f]], bdd.high[f] == TRUE)
        for kind, factors in (AND, conjunctive_factors), (OR, disjunctive_factors):
            found = factors(bdd, f, memo)
            if len(found) > 1:
                formulas = []
                for g in found:
                    formula = yield g
                    formulas.append(formula)
                return arrange(kind, formulas, bdd.spend)
        return _normal_form(bdd, f, limit)

    return unrolled(parts, f)


def express_table(table: int, atoms: Sequence[str]) -> Formula:
    """The formula of a truth table of at most `SMALL` atoms, given in natural order."""
    formula = _express_table(table, len(atoms))
    return Formula(tuple(atoms[int(token)] if isinstance(token, str) else token for token in formula.code))


@functools.lru_cache(maxsize=8192)
def _express_table(table: int, atoms: int) -> Formula:
    bdd = Bdd([str(i) for i in range(atoms)])
    return express(bdd, bdd.from_table(table))


def _normal_form(bdd: Bdd, f: int, limit: int) -> Formula:
    """The shorter one of the disjunctive and conjunctive normal forms; the first if they have the same length."""
    atoms = sorted_atoms(bdd.support(f))
    positive, negative = _small_covers(bdd, f, atoms) if len(atoms) <= SMALL else canonical_covers(bdd, f, limit)
    if positive is not None and (negative is None or count_literals(positive) <= count_literals(negative)):
        return arrange(OR, (arrange(AND, starmap(literal, cube)) for cube in positive))
    clauses = ([(name, not value) for name, value in cube] for cube in negative or ())
    return arrange(AND, (arrange(OR, starmap(literal, clause)) for clause in clauses))


def _small_covers(bdd: Bdd, f: int, atoms: list[str]) -> tuple[list[NamedCube], list[NamedCube]]:
    table = bdd.to_table(f, atoms)
    everywhere = (1 << (1 << len(atoms))) - 1
    positive, negative = (
        [tuple((atoms[i], value) for i, value in cube) for cube in smallest_cover(t, len(atoms))]
        for t in (table, everywhere ^ table)
    )
    return positive, negative
