"""The prefix notation of BCF files: ``*( … )`` is a conjunction, ``+( … )`` a disjunction, ``-`` a negation.

::

    (+(p q *(q r -s -t) *(r)))      is      p | q | (q & r & ~s & ~t) | r

Parentheses without ``*`` or ``+`` are allowed around any formula, and white space and line ends between any symbols.
There are no constants: ``*()``, the empty conjunction, is ``True``, and ``+()``, the empty disjunction, is ``False``.
"""

from __future__ import annotations

from equibel.errors import FormulaSyntaxError, FormulaTooLargeError
from equibel.formula.build import Builder
from equibel.formula.hints import prefix_hint
from equibel.formula.infix import Shape, render
from equibel.formula.parsing import CLOSING, END, ends_operand, problem_at, read, syntax_error, unclosed
from equibel.formula.postfix import AND, FALSE_KIND, IMPLIES, NOT, OR, TRUE_KIND, XOR, Token, connective
from equibel.formula.syntax import MAX_SIZE, Formula, fold

_OPERAND = ["an atom", "'-'", "'*('", "'+('", "'('"]


def parse_prefix(text: str) -> Formula:
    """Read a formula in the prefix notation of BCF files; linear in the length of the text.

    Raises `FormulaSyntaxError`, `FormulaTooLargeError` or `NotAFormulaError`, as `equibel.formula.parse` does.

    >>> str(parse_prefix("( * (p - q +(r)) )"))
    'p & ~q & r'
    """
    return read(text, "prefix", _misfit)


def _misfit(text: str, position: int) -> FormulaSyntaxError:
    opened = unclosed(text, position)
    listing = opened is not None and text[:opened].rstrip()[-1:] in ("*", "+")
    operand = ends_operand(text, position)
    before = text[:position].rstrip()[-1:]
    if before in ("*", "+"):
        expected = ["an opening parenthesis"]
    elif listing and before != "-":
        expected = [*_OPERAND, CLOSING]
    elif operand:
        expected = [END if opened is None else CLOSING]
    else:
        expected = _OPERAND
    problem = problem_at(text, position, opened if CLOSING in expected else None, prefix_hint(text, position))
    return syntax_error(problem, text, position, expected)


def to_prefix(formula: Formula) -> str:
    """Write a formula in the prefix notation of BCF files.

    The notation has only ``*``, ``+`` and ``-``.  ``p -> q`` becomes ``+(-p q)``.  For ``=`` and ``^``, both operands are
    written twice, so nesting them doubles the text at every level.

    Raises
    ------
    FormulaTooLargeError
        When the text would have more than 10 million symbols, because ``=`` or ``^`` are nested too deeply.

    Examples
    --------
    >>> from equibel.formula import parse
    >>> to_prefix(parse("(p -> q) & ~(r | s)"))
    '*(+(-p q) -+(r s))'
    >>> to_prefix(parse("p = q"))
    '+(*(p q) *(-p -q))'
    """

    def shape(kind: str, nested: bool) -> Shape:
        return Shape("-", "", "") if kind == NOT else Shape("*(" if kind == AND else "+(", " ", ")")

    return render(_without_arrows(formula).code, _leaf, shape)


def _leaf(token: Token) -> str:
    if isinstance(token, str):
        return token
    return "*()" if token.kind == TRUE_KIND else "+()"


class _Rope:
    """Postfix code in pieces; a piece that is needed twice is not copied."""

    def __init__(self, *parts: Token | _Rope) -> None:
        self.parts = parts
        self.size: int = sum(part.size if isinstance(part, _Rope) else 1 for part in parts)
        if self.size > MAX_SIZE:
            raise FormulaTooLargeError(
                f"without = and ^ the formula would have more than {MAX_SIZE} symbols; simplify it, or write it in a "
                "format that has these connectives",
                bound=MAX_SIZE,
                value=self.size,
            )

    def formula(self) -> Formula:
        builder = Builder()
        todo: list[Token | _Rope] = [self]
        while todo:
            part = todo.pop()
            if isinstance(part, _Rope):
                todo.extend(reversed(part.parts))
            elif isinstance(part, str):
                builder.atom(part)
            else:
                builder.apply(*part)
        return builder.formula()


def _without_arrows(formula: Formula) -> Formula:
    """An equivalent formula with only ``&``, ``|`` and ``~``; the same one if it has no other connectives."""
    neg, both, either = connective(NOT, 1), connective(AND, 2), connective(OR, 2)

    def combine(kind: str, values: list[_Rope]) -> _Rope:
        if kind in (NOT, AND, OR, TRUE_KIND, FALSE_KIND):
            return _Rope(*values, connective(kind, len(values)))
        result = values[0]
        for value in values[1:]:
            if kind == IMPLIES:
                result = _Rope(result, neg, value, either)
            elif kind == XOR:
                result = _Rope(result, value, neg, both, result, neg, value, both, either)
            else:
                result = _Rope(result, value, both, result, neg, value, neg, both, either)
        return result

    return fold(formula, _Rope, combine).formula()
