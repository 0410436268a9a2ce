"""The class `Formula`, with functions that build, split and evaluate formulas.

A formula is stored as flat postfix code (`equibel.formula.postfix`).  Every operation is a loop over this tuple, without
recursion.  So a formula can be a million connectives deep without a stack overflow.  It is hashed and compared as one
tuple, and sent between processes as a flat object.

``&``, ``|`` and ``^`` are associative and stored flat: ``(p & q) & r`` and ``p & q & r`` are the same formula.
``->`` and ``=`` are binary.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from equibel.errors import FormulaTooLargeError, NotAFormulaError
from equibel.formula.infix import ASCII, infix
from equibel.formula.postfix import (
    AND,
    FALSE_KIND,
    IFF,
    IMPLIES,
    NOT,
    OR,
    TRUE_KIND,
    XOR,
    Connective,
    Token,
    connective,
)
from equibel.plain import as_text, show

ATOM_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+"
_ATOM = re.compile(ATOM_PATTERN)
CONSTANT_NAMES = frozenset({"True", "False"})
MAX_SIZE = 10_000_000  # tokens; the limit protects the memory

T = TypeVar("T")


class Formula:
    """A propositional formula: an immutable value.  Two formulas are equal when they have the same syntax.

    Build formulas with the functions of this module, or with `equibel.formula.parse`.  For logical equivalence, use the
    solver (`equibel.solving`).
    """

    __slots__ = ("_hash", "code")

    code: tuple[Token, ...]

    def __init__(self, code: tuple[Token, ...]) -> None:
        if len(code) > MAX_SIZE:
            raise FormulaTooLargeError(
                f"the formula has {len(code)} symbols; the limit is {MAX_SIZE}",
                bound=MAX_SIZE,
                value=len(code),
            )
        self.code = code
        self._hash: int | None = None

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Formula) and self.code == other.code)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.code)
        return self._hash

    def __reduce__(self) -> tuple[type[Formula], tuple[tuple[Token, ...]]]:
        return Formula, (self.code,)

    def __len__(self) -> int:
        """The number of atoms and connectives."""
        return len(self.code)

    def __str__(self) -> str:
        return infix(self.code, ASCII)

    def __repr__(self) -> str:
        return f"Formula({str(self)!r})"

    @property
    def kind(self) -> str:
        """The kind of the outermost connective, or ``"atom"``."""
        top = self.code[-1]
        return "atom" if isinstance(top, str) else top.kind

    def atoms(self) -> frozenset[str]:
        """The names of the atoms of the formula."""
        return frozenset(token for token in self.code if type(token) is str)


TRUE = Formula((connective(TRUE_KIND, 0),))
FALSE = Formula((connective(FALSE_KIND, 0),))


def is_atom_name(name: str) -> bool:
    """Whether ``name`` can be an atom."""
    return _ATOM.fullmatch(name) is not None and name not in CONSTANT_NAMES


@functools.lru_cache(maxsize=65536)
def atom(name: str) -> Formula:
    """The formula that consists of one atom.

    Raises `NotAFormulaError` unless ``name`` is a letter or ``_`` followed by letters, digits and ``_``, or a number.
    """
    if not is_atom_name(name):
        raise NotAFormulaError(
            f"{show(name)} cannot be an atom; expected a letter or '_' followed by letters, digits or '_', or digits only",
            value=name,
        )
    return Formula((as_text(name),))


def literal(name: str, positive: bool) -> Formula:
    """``name`` or its negation."""
    return atom(name) if positive else negation(atom(name))


def constant(value: bool) -> Formula:
    """``True`` or ``False``."""
    return TRUE if value else FALSE


def negation(formula: Formula) -> Formula:
    """``~formula``."""
    return Formula((*formula.code, connective(NOT, 1)))


def conjunction(formulas: Iterable[Formula]) -> Formula:
    """The conjunction; ``True`` when there are none."""
    return _flat(AND, formulas, TRUE)


def disjunction(formulas: Iterable[Formula]) -> Formula:
    """The disjunction; ``False`` when there are none."""
    return _flat(OR, formulas, FALSE)


def exclusive_or(formulas: Iterable[Formula]) -> Formula:
    """True when an odd number of the formulas is true; ``False`` when there are none."""
    return _flat(XOR, formulas, FALSE)


def implies(antecedent: Formula, consequent: Formula) -> Formula:
    """``antecedent -> consequent``."""
    return Formula((*antecedent.code, *consequent.code, connective(IMPLIES, 2)))


def iff(left: Formula, right: Formula) -> Formula:
    """``left = right``: both true or both false."""
    return Formula((*left.code, *right.code, connective(IFF, 2)))


def _flat(kind: str, formulas: Iterable[Formula], empty: Formula) -> Formula:
    code: list[Token] = []
    arity = 0
    only = empty
    for only in formulas:
        top = only.code[-1]
        if isinstance(top, Connective) and top.kind == kind:
            code += only.code[:-1]
            arity += top.arity
        else:
            code += only.code
            arity += 1
    if arity == 0 or (arity == 1 and len(code) == len(only.code)):
        return only
    return Formula((*code, connective(kind, arity)))


def fold(formula: Formula, leaf: Callable[[str], T], combine: Callable[[str, list[T]], T]) -> T:
    """Compute a value bottom-up: ``leaf(name)`` for atoms, ``combine(kind, values)`` for connectives and constants."""
    stack: list[T] = []
    for token in formula.code:
        if isinstance(token, str):
            stack.append(leaf(token))
        else:
            kind, arity = token
            if arity:
                values = stack[-arity:]
                del stack[-arity:]
            else:
                values = []
            stack.append(combine(kind, values))
    return stack[0]


def depth(formula: Formula) -> int:
    """Number of connectives on the longest branch; 0 for an atom."""
    return fold(formula, lambda _: 0, lambda _, below: 1 + max(below, default=-1))


def conjuncts(formula: Formula) -> list[Formula]:
    """The operands of a conjunction; for another formula, ``[formula]``, and for ``True``, ``[]``."""
    return operands(formula) if formula.kind == AND else ([] if formula.kind == TRUE_KIND else [formula])


def operands(formula: Formula) -> list[Formula]:
    """The subformulas directly below the outermost connective."""
    top = formula.code[-1]
    if isinstance(top, str) or top.arity == 0:
        return []
    starts: list[int] = []  # where the subformulas on the stack begin
    for position, token in enumerate(formula.code[:-1]):
        if isinstance(token, str) or token.arity == 0:
            starts.append(position)
        else:
            del starts[len(starts) - token.arity + 1 :]
    ends = [*starts[1:], len(formula.code) - 1]
    return [Formula(formula.code[a:b]) for a, b in zip(starts, ends, strict=True)]


def translate(formula: Formula, images: Mapping[str, Formula]) -> Formula:
    """Replace atoms by literals or constants, as the syntactic characterization does; other atoms are kept."""
    code: list[Token] = []
    for token in formula.code:
        image = images.get(token) if isinstance(token, str) else None
        if image is None:
            code.append(token)
        else:
            code += image.code
    return Formula(tuple(code))


def truth_table(formula: Formula, columns: Mapping[str, int], full: int) -> int:
    """The truth table of a formula: its values in many rows, which are assignments.

    ``columns`` maps each atom to an integer whose bit ``r`` is the value of the atom in row ``r``.  ``full`` has a 1 for
    every row.  Returns the integer whose bit ``r`` is the value of the formula in row ``r``.
    """

    def combine(kind: str, values: list[int]) -> int:
        match kind:
            case "not":
                return full ^ values[0]
            case "and":
                return functools.reduce(int.__and__, values)
            case "or":
                return functools.reduce(int.__or__, values)
            case "xor":
                return functools.reduce(int.__xor__, values)
            case "implies":
                return (full ^ values[0]) | values[1]
            case "iff":
                return full ^ values[0] ^ values[1]
            case _:
                return full if kind == TRUE_KIND else 0

    return fold(formula, columns.__getitem__, combine)


def truth_columns(atoms: Sequence[str]) -> tuple[dict[str, int], int]:
    """The ``columns`` and ``full`` of `truth_table` for all ``2**len(atoms)`` assignments; atom i is bit i of the row."""
    rows = 1 << len(atoms)
    full = (1 << rows) - 1
    columns = {}
    for i, name in enumerate(atoms):
        period = 1 << i
        block = ((1 << period) - 1) << period  # false for `period` rows, then true for as many
        width = 2 * period
        while width < rows:
            block |= block << width
            width *= 2
        columns[name] = block
    return columns, full


def holds(formula: Formula, assignment: Mapping[str, bool]) -> bool:
    """The truth value of a formula under an assignment to all its atoms."""
    return bool(truth_table(formula, {name: int(value) for name, value in assignment.items()}, 1))


@functools.lru_cache(maxsize=65536)
def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """The sort key of natural order, which has ``x2`` before ``x10``."""
    return (*_natural_parts(name), (2, 0, name))


def _natural_parts(name: str) -> Iterator[tuple[int, int, str]]:
    for digits, letters in re.findall(r"([0-9]+)|([^0-9]+)", name):
        number = digits.lstrip("0")  # without leading zeros, the longer number is the larger one
        yield (0, len(number), number) if digits else (1, 0, letters)


def sorted_atoms(names: Iterable[str]) -> list[str]:
    """The names in natural order."""
    return sorted(names, key=natural_key)
