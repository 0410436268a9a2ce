"""The parser of formulas: ``parse("~p & q -> r")``.

The grammar is in ``grammar.lark``.  It is an LALR grammar.  An LALR parser reduces its rules in postfix order, which is the
order of the code of a `Formula`.  So each callback appends to a `Builder`.  No tree is built, and deep formulas need no
recursion.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

from equibel.errors import FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
from equibel.formula.build import Builder
from equibel.formula.hints import infix_hint
from equibel.formula.postfix import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR
from equibel.formula.syntax import Formula
from equibel.plain import as_text

if TYPE_CHECKING:
    from lark import Lark

MAX_TEXT = 1_000_000  # characters; the limit keeps the time below a few seconds

_SHORT = 10_000  # characters

#: What is allowed where a formula begins, and where a formula has ended.
OPERAND = ("an atom", "a negation", "an opening parenthesis")
CONNECTIVE = "a connective such as & or ->"
CLOSING = "a closing parenthesis"
END = "the end of the formula"

BLANK = " \t\r\n\f\v"
_SYMBOL = re.compile(r"[A-Za-z0-9_]{1,40}|<->|<=>|->|=>|[()~!&|^=*+¬∧∨⊕→≡↔⊤⊥-]")
_LITERALS = re.compile(rf"(~?)[{BLANK}]*([A-Za-z0-9_]+)")
_DIGITS = re.compile(r"(?<![A-Za-z0-9_])[0-9]+\Z")


def parse(text: str) -> Formula:
    """Read a formula.

    The connectives, ordered by precedence with the tightest first, are ``~`` (also ``!`` ``¬``), ``&`` (``∧``), ``|``
    (``∨``), ``^`` (exclusive or, ``⊕``), ``->`` (``=>`` ``→``) and ``=`` (``<->`` ``<=>`` ``≡`` ``↔``).  The last two are
    right-associative.  The constants are ``True`` (``⊤``) and ``False`` (``⊥``).  An atom is a letter or ``_`` followed by
    letters, digits and ``_``, or a number.

    Parameters
    ----------
    text : str
        The formula; white space and line ends are allowed between its symbols.

    Returns
    -------
    Formula
        The formula as written, except that nested ``&``, ``|`` and ``^`` are flat.

    Raises
    ------
    FormulaSyntaxError
        When the text is not a formula; the error has the line, the column and what was expected there.
    FormulaTooLargeError
        When the text is longer than a million characters.
    NotAFormulaError
        When ``text`` is not a ``str``.

    Notes
    -----
    Time is linear in the length of the text: about 0.2 seconds for 100 kB, and a third of that for clauses and cubes in
    parentheses.  There is a cache of texts of at most 10,000 characters.

    Examples
    --------
    >>> str(parse("!p ∧ q => r"))
    '(~p & q) -> r'
    >>> parse("p -> q -> r") == parse("p -> (q -> r)")
    True
    """
    if isinstance(text, str) and len(text) <= _SHORT:
        return _remembered(as_text(text))
    return read(text, "formula", _misfit)


@functools.lru_cache(maxsize=1024)  # the same texts are often read again
def _remembered(text: str) -> Formula:
    return read(text, "formula", _misfit)


def read(text: str, start: str, misfit: Callable[[str, int], FormulaSyntaxError]) -> Formula:
    """Read text by one of the grammar's notations; ``misfit(text, position)`` makes the error for an unexpected symbol."""
    _check_text(text)
    text = as_text(text)
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    parser, emit = _parser()
    emit.builder = Builder()
    try:
        parser.parse(text, start=start)
        return emit.builder.formula()
    except UnexpectedCharacters as error:
        position = error.pos_in_stream or 0
    except UnexpectedToken as error:
        position = len(text) if error.token.type == "$END" else error.token.start_pos or 0
    finally:
        del emit.builder
    raise misfit(text, position)


def _check_text(text: object) -> None:
    """Raise an error when the object is not a text, or the text is too long or blank."""
    if not isinstance(text, str):
        raise NotAFormulaError(f"expected the text of a formula, not a value of type {type(text).__name__}", value=text)
    if len(text) > MAX_TEXT:
        raise FormulaTooLargeError(
            f"the text has {len(text)} characters; at most {MAX_TEXT} can be read", bound=MAX_TEXT, value=len(text)
        )
    if not text.strip(BLANK):
        raise syntax_error("the text is empty", text, 0, ["a formula"])


class _Emit(threading.local):
    """The callbacks of the grammar: they append to ``builder``; each thread has its own."""

    builder: Builder

    def atom(self, children: list[str]) -> None:
        self.builder.atom(str(children[0]))

    def true(self, _: list[None]) -> None:
        self.builder.apply(TRUE_KIND, 0)

    def false(self, _: list[None]) -> None:
        self.builder.apply(FALSE_KIND, 0)

    def negate(self, _: list[None]) -> None:
        self.builder.apply(NOT, 1)

    def conjoin(self, children: list[None]) -> None:
        self._join(AND, TRUE_KIND, len(children))

    def disjoin(self, children: list[None]) -> None:
        self._join(OR, FALSE_KIND, len(children))

    def clause(self, children: list[str]) -> None:
        self._join(OR, FALSE_KIND, self._literals(children[0]))

    def cube(self, children: list[str]) -> None:
        self._join(AND, TRUE_KIND, self._literals(children[0]))

    def xor(self, _: list[None]) -> None:
        self.builder.apply(XOR, 2)

    def implies(self, _: list[None]) -> None:
        self.builder.apply(IMPLIES, 2)

    def iff(self, _: list[None]) -> None:
        self.builder.apply(IFF, 2)

    def _literals(self, text: str) -> int:
        """Append the literals of a clause or cube, and return their number."""
        found = _LITERALS.findall(text)
        for sign, name in found:
            self.builder.atom(name)
            if sign:
                self.builder.apply(NOT, 1)
        return len(found)

    def _join(self, kind: str, empty: str, arity: int) -> None:
        if arity != 1:
            self.builder.apply(kind if arity else empty, arity)


@functools.cache
def _parser() -> tuple[Lark, _Emit]:
    # lark is imported when the first formula is read, so that importing Equibel is fast.
    from lark import Lark

    emit = _Emit()
    grammar = files("equibel.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=["formula", "prefix"], parser="lalr", lexer="contextual", transformer=emit), emit


def _misfit(text: str, position: int) -> FormulaSyntaxError:
    """The error for a formula with an unexpected symbol at ``position``."""
    operand = ends_operand(text, position)
    opened = unclosed(text, position)
    expected = [CONNECTIVE, END if opened is None else CLOSING] if operand else OPERAND
    problem = problem_at(text, position, opened if operand else None, infix_hint(text, position, operand))
    return syntax_error(problem, text, position, expected)


def ends_operand(text: str, position: int) -> bool:
    """Whether the last symbol before the position ends a formula: an atom, a constant or ``)``."""
    return re.search(rf"[A-Za-z0-9_)⊤⊥][{BLANK}]*\Z", text[:position]) is not None


def unclosed(text: str, position: int) -> int | None:
    """The position of the innermost ``(`` that is open at a position."""
    depth = 0
    for match in re.finditer(r"[()]", text[:position][::-1]):
        depth += 1 if match.group() == ")" else -1
        if depth < 0:
            return position - 1 - match.start()
    return None


def problem_at(text: str, position: int, opened: int | None, hint: str) -> str:
    """The problem at a position; ``opened`` is the position of a parenthesis that is not closed there.

    A hint about what to write is more useful than the parenthesis, so it replaces it.
    """
    note = f" ({hint})" if hint else ""
    if opened is not None and not hint:
        note = f" (the '(' {_seen_from(text, position, opened)} is not closed)"
    if position == len(text):
        return "the formula ends too early" + note
    if text[position] == ")" and unclosed(text, position) is None:
        return "unexpected ')' (there is no matching '(')"
    symbol = _SYMBOL.match(text, position)
    if symbol is None:
        return f"unexpected character {text[position]!r}{note}"
    before = _DIGITS.search(text, max(0, position - 40), position)
    if before and symbol.group().isidentifier():
        word = before.group() + symbol.group()
        return f"{word!r} is not an atom: an atom that begins with a digit has only digits"
    return f"unexpected {symbol.group()!r}{note}"


def _seen_from(text: str, position: int, opened: int) -> str:
    """An earlier position in words, relative to this one, so that it is correct anywhere in a file."""
    line, column = place(text, opened)
    above = place(text, _shown(text, position))[0] - line
    return f"at column {column}" + (f", {above} line{'s' * (above > 1)} above," if above else "")


def syntax_error(problem: str, text: str, position: int, expected: Iterable[str]) -> FormulaSyntaxError:
    """The error at a position of the text, or after its last symbol when the text ends too early."""
    line, column = place(text, _shown(text, position))
    return FormulaSyntaxError(problem, text=text, line=line, column=column, expected=expected)


def _shown(text: str, position: int) -> int:
    return position if position < len(text) else len(text.rstrip(BLANK))


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position; both count from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
