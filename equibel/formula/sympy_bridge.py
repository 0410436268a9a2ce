"""Conversion between `Formula` and the Boolean objects of sympy, which users of the library see.

sympy objects are trees, and sympy uses recursion on them.  So formulas deeper than `MAX_SYMPY_DEPTH` are not converted.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import TypeAlias

import sympy
from sympy.logic import boolalg

from equibel.errors import FormulaTooLargeError, NotAFormulaError, warn
from equibel.formula.build import Builder
from equibel.formula.lookalikes import constants_note, may_have_constants
from equibel.formula.parsing import parse
from equibel.formula.postfix import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR, Connective, connective
from equibel.formula.sympy_lattice import Lattice
from equibel.formula.syntax import FALSE, TRUE, Formula, depth, fold, is_atom_name
from equibel.plain import as_text

#: What the library accepts as a formula.
FormulaLike: TypeAlias = Formula | str | bool | boolalg.Boolean

MAX_SYMPY_DEPTH = 100  # sympy's printer overflows Python's stack at about 200
MAX_UNFOLDED = 1_000_000  # symbols; an object with shared parts can be exponentially larger when it is written out
_MEMO_SIZE = 1000  # symbols; larger formulas are not cached

_LATTICE = {AND: sympy.And, OR: sympy.Or}
_CONSTRUCTORS = {XOR: sympy.Xor, IMPLIES: sympy.Implies, IFF: sympy.Equivalent}
_KINDS = {sympy.And: AND, sympy.Or: OR, sympy.Xor: XOR}
_NEGATED_KINDS = {sympy.Nand: AND, sympy.Nor: OR, boolalg.Xnor: XOR}


def to_sympy(formula: Formula) -> boolalg.Boolean:
    """The formula as a sympy object; atoms called ``S``, ``I`` or ``pi`` become plain ``Symbol`` objects, too.

    The constructors of sympy simplify, so the object can be simpler than the formula: ``p & p`` becomes ``p``.

    Raises `FormulaTooLargeError` when the formula is more than 100 connectives deep, because sympy cannot print it.

    >>> from equibel.formula import parse
    >>> to_sympy(parse("~p & q -> S"))
    Implies(q & ~p, S)
    """
    return _remembered(formula) if len(formula) <= _MEMO_SIZE else _convert(formula)


def _convert(formula: Formula) -> boolalg.Boolean:
    deep = depth(formula)
    if deep > MAX_SYMPY_DEPTH:
        raise FormulaTooLargeError(
            f"the formula is {deep} connectives deep; sympy objects can be at most {MAX_SYMPY_DEPTH} deep",
            bound=MAX_SYMPY_DEPTH,
            value=deep,
        )

    lattice = Lattice()

    def combine(kind: str, values: list[boolalg.Boolean]) -> boolalg.Boolean:
        if not values:
            return sympy.true if kind == TRUE_KIND else sympy.false
        if kind == NOT:
            return lattice.negate(*values)
        if kind in _LATTICE:
            return lattice.join(_LATTICE[kind], values)
        return _CONSTRUCTORS[kind](*values)

    return fold(formula, symbol, combine)


_remembered = functools.lru_cache(maxsize=4096)(_convert)


@functools.lru_cache(maxsize=65536)
def symbol(name: str) -> sympy.Symbol:
    """The sympy symbol for an atom."""
    return sympy.Symbol(as_text(name))


def from_sympy(expression: boolalg.Boolean | bool) -> Formula:
    """The formula of a sympy Boolean object.

    All propositional classes are supported: ``And Or Not Xor Implies Equivalent Nand Nor Xnor ITE Exclusive``, symbols, and
    the constants of sympy and Python.  ``Equivalent`` with several arguments means that all are equal.

    Raises
    ------
    NotAFormulaError
        When a part is not propositional, such as the relation ``x < 1``, or the name of a symbol cannot be an atom.
    FormulaTooLargeError
        When the formula has more than a million symbols when written out, or the object is too deep for sympy.

    Examples
    --------
    >>> import sympy
    >>> p, q, r = sympy.symbols("p q r")
    >>> str(from_sympy(sympy.ITE(p, q, r)))
    '(p & q) | (~p & r)'
    """
    builder = Builder()
    size = 0
    todo: list[object] = [expression]
    while todo:
        item = todo.pop()
        size += 1
        if size > MAX_UNFOLDED:
            raise FormulaTooLargeError(
                f"the sympy object has more than {MAX_UNFOLDED} symbols when written out",
                bound=MAX_UNFOLDED,
                value=size,
            )
        if isinstance(item, Connective):
            builder.apply(*item)
        elif isinstance(item, sympy.Symbol):
            builder.atom(_atom_name(item))
        elif isinstance(item, bool | boolalg.BooleanAtom):
            builder.apply(TRUE_KIND if item else FALSE_KIND, 0)
        else:
            todo.extend(reversed(_postfix(item)))
    return builder.formula()


def as_formula(value: FormulaLike) -> Formula:
    """Convert a text, a sympy object, a Python bool or a `Formula` to a `Formula`.

    Raises `FormulaSyntaxError`, `FormulaTooLargeError` or `NotAFormulaError`, as `parse` and `from_sympy` do.  An atom in a
    text with the name of a constant of other notations, such as ``true``, causes an `EquibelWarning`.

    >>> as_formula("p & q") == as_formula(sympy.And(*sympy.symbols("p q")))
    True
    """
    if isinstance(value, Formula):
        return value
    if isinstance(value, str):
        formula = parse(value)
        if may_have_constants(value) and (note := constants_note(formula.atoms())):
            warn(note)
        return formula
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return from_sympy(value)


def _atom_name(item: sympy.Symbol) -> str:
    if isinstance(item, sympy.Dummy | sympy.Wild):
        kind = type(item).__name__
        raise NotAFormulaError(f"a sympy {kind} cannot be an atom; use sympy.Symbol({item.name!r})", value=item)
    if not is_atom_name(item.name):
        raise NotAFormulaError(
            f"the symbol's name {item.name!r} cannot be an atom; expected a letter or '_' followed by letters, digits "
            "or '_', or digits only",
            value=item,
        )
    return as_text(item.name)


def _postfix(item: object) -> Sequence[object]:
    """The arguments of a compound object and the connectives that join them, in postfix order."""
    args = _arguments(item)
    if type(item) in _KINDS:
        return _joined(_KINDS[type(item)], args)
    if type(item) in _NEGATED_KINDS:
        return [*_joined(_NEGATED_KINDS[type(item)], args), connective(NOT, 1)]
    match item, args:
        case sympy.Not(), [p]:
            return [p, connective(NOT, 1)]
        case sympy.Implies(), [p, q]:
            return [p, q, connective(IMPLIES, 2)]
        case sympy.Equivalent(), _:
            return _joined(AND, [(p, q, connective(IFF, 2)) for p, q in pairwise(args)])
        case sympy.ITE(), [p, q, r]:
            both = connective(AND, 2)
            return [p, q, both, p, connective(NOT, 1), r, both, connective(OR, 2)]
        case boolalg.Exclusive(), _:
            return _joined(AND, [(p, q, connective(AND, 2), connective(NOT, 1)) for p, q in combinations(args, 2)])
        case _:
            raise NotAFormulaError(
                f"a value of type {type(item).__name__} is not a propositional formula; expected text, or a sympy "
                "object built from symbols by &, |, ~, ^, >>, Implies, Equivalent and the like",
                value=item,
            )


def _arguments(item: object) -> Sequence[object]:
    if not isinstance(item, boolalg.BooleanFunction):
        return ()
    try:
        return tuple(item.args)
    except RecursionError:  # sympy sorts the arguments of And and Or, with recursion on everything below them
        raise FormulaTooLargeError(
            "the sympy object is too deep for sympy itself; build the formula from text instead",
            bound=MAX_SYMPY_DEPTH,
            value=MAX_SYMPY_DEPTH + 1,
        ) from None


def _joined(kind: str, parts: Sequence[object]) -> Sequence[object]:
    """The parts, each an object or a tuple in postfix order, joined by one n-ary connective."""
    items = [x for part in parts for x in (part if isinstance(part, tuple) else (part,))]
    if not parts:
        return [connective(TRUE_KIND if kind == AND else FALSE_KIND, 0)]
    return items if len(parts) == 1 else [*items, connective(kind, len(parts))]
