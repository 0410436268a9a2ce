"""Reading formulas: ``parse("~p & q -> r")``.

The grammar is in ``grammar.lark``.  It is LALR, and an LALR parser reduces its rules in postfix order, which is the
order of the code a `Formula` stores: each callback appends to a `Builder` and no tree is ever built, so depth costs
nothing.
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

MAX_TEXT = 1_000_000  # characters; a longer text is refused, so that no text takes more than a few seconds

_SHORT = 10_000  # characters

#: What may stand where a formula begins, and where one has just ended.
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

    The connectives are, from the tightest to the loosest binding, ``~`` (also ``!`` ``¬``), ``&`` (``∧``), ``|``
    (``∨``), ``^`` (exclusive or, ``⊕``), ``->`` (``=>`` ``→``) and ``=`` (``<->`` ``<=>`` ``≡`` ``↔``); the last two
    associate to the right.  The constants are ``True`` (``⊤``) and ``False`` (``⊥``).  An atom is a letter or ``_``
    followed by letters, digits and ``_``, or it is digits only.

    Parameters
    ----------
    text : str
        The formula; white space and line ends may stand between its symbols.

    Returns
    -------
    Formula
        The formula as written, except that nested ``&``, ``|`` and ``^`` are flat.

    Raises
    ------
    FormulaSyntaxError
        When the text is not a formula; the error carries the line, the column and what was expected there.
    FormulaTooLargeError
        When the text is longer than a million characters.
    NotAFormulaError
        When ``text`` is not a ``str``.

    Notes
    -----
    Time is linear in the length of the text, about 0.2 seconds for 100 kB, a third of that for clauses and cubes in
    parentheses.  Texts of a few pages that have been read lately are not read again.

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


@functools.lru_cache(maxsize=1024)  # a base is revised by one formula after another
def _remembered(text: str) -> Formula:
    return read(text, "formula", _misfit)


def read(text: str, start: str, misfit: Callable[[str, int], FormulaSyntaxError]) -> Formula:
    """Read text by one of the grammar's notations; ``misfit(text, position)`` makes the error for what does not fit."""
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
    """Raise the error for an object that is no text, for one that is too long, and for one that is blank."""
    if not isinstance(text, str):
        raise NotAFormulaError(f"expected the text of a formula, not a value of type {type(text).__name__}", value=text)
    if len(text) > MAX_TEXT:
        raise FormulaTooLargeError(
            f"the text has {len(text)} characters; at most {MAX_TEXT} can be read", bound=MAX_TEXT, value=len(text)
        )
    if not text.strip(BLANK):
        raise syntax_error("the text is empty", text, 0, ["a formula"])


class _Emit(threading.local):
    """The grammar's callbacks: they append to ``builder``, of which each thread has its own."""

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
        """Append the literals of a clause or cube, and count them."""
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
    # lark is imported when the first formula is read: importing Equibel should not wait for it.
    from lark import Lark

    emit = _Emit()
    grammar = files("equibel.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=["formula", "prefix"], parser="lalr", lexer="contextual", transformer=emit), emit


def _misfit(text: str, position: int) -> FormulaSyntaxError:
    """The error for a formula of which everything before ``position`` could be read, and nothing after it."""
    operand = ends_operand(text, position)
    opened = unclosed(text, position)
    expected = [CONNECTIVE, END if opened is None else CLOSING] if operand else OPERAND
    problem = problem_at(text, position, opened if operand else None, infix_hint(text, position, operand))
    return syntax_error(problem, text, position, expected)


def ends_operand(text: str, position: int) -> bool:
    """Whether the last symbol before the position ends a formula: an atom, a constant or ``)``."""
    return re.search(rf"[A-Za-z0-9_)⊤⊥][{BLANK}]*\Z", text[:position]) is not None


def unclosed(text: str, position: int) -> int | None:
    """Where the innermost ``(`` stands that is open at the position."""
    depth = 0
    for match in re.finditer(r"[()]", text[:position][::-1]):
        depth += 1 if match.group() == ")" else -1
        if depth < 0:
            return position - 1 - match.start()
    return None


def problem_at(text: str, position: int, opened: int | None, hint: str) -> str:
    """What is wrong at the position; ``opened`` is a parenthesis whose closing is missing there.

    A hint at what to write explains more than the parenthesis, so that it comes instead.
    """
    note = f" ({hint})" if hint else ""
    if opened is not None and not hint:
        note = f" (the '(' {_seen_from(text, position, opened)} is not closed)"
    if position == len(text):
        return "the formula ends too early" + note
    if text[position] == ")" and unclosed(text, position) is None:
        return "this ')' closes nothing"
    symbol = _SYMBOL.match(text, position)
    if symbol is None:
        return f"unexpected character {text[position]!r}{note}"
    before = _DIGITS.search(text, max(0, position - 40), position)
    if before and symbol.group().isidentifier():
        word = before.group() + symbol.group()
        return f"{word!r} is no atom: an atom that begins with a digit has only digits"
    return f"unexpected {symbol.group()!r}{note}"


def _seen_from(text: str, position: int, opened: int) -> str:
    """Where an earlier position is, so that it is right wherever in a file the text stands."""
    line, column = place(text, opened)
    above = place(text, _shown(text, position))[0] - line
    return f"at column {column}" + (f", {above} line{'s' * (above > 1)} above," if above else "")


def syntax_error(problem: str, text: str, position: int, expected: Iterable[str]) -> FormulaSyntaxError:
    """The error that points at a position of the text, or behind its last symbol when it ends too early."""
    line, column = place(text, _shown(text, position))
    return FormulaSyntaxError(problem, text=text, line=line, column=column, expected=expected)


def _shown(text: str, position: int) -> int:
    return position if position < len(text) else len(text.rstrip(BLANK))


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
