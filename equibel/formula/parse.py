"""Reading formulas: ``parse("~p & q -> r")``.

The grammar is in ``grammar.lark``.  It is LALR, and an LALR parser reduces its rules in postfix order, which is the
order of the code a `Formula` stores: each callback appends to a `Builder` and no tree is ever built, so depth costs
nothing.
"""

from __future__ import annotations

import functools
import re
import threading
from importlib.resources import files
from typing import TYPE_CHECKING

from equibel.errors import FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
from equibel.formula.build import Builder
from equibel.formula.syntax import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR, Formula

if TYPE_CHECKING:
    from lark import Lark

MAX_TEXT = 2_000_000  # characters; past this a text is refused rather than filling the memory

#: What may stand where a formula begins, and where one has just ended.
OPERAND = ("an atom", "a negation", "an opening parenthesis")
CONNECTIVE = "a connective such as & or ->"
CLOSING = "a closing parenthesis"
END = "the end of the formula"


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
        When the text is longer than two million characters.
    NotAFormulaError
        When ``text`` is not a ``str``.

    Notes
    -----
    Time is linear in the length of the text, about 3 seconds for a million characters.

    Examples
    --------
    >>> str(parse("!p ∧ q => r"))
    '(~p & q) -> r'
    >>> parse("p -> q -> r") == parse("p -> (q -> r)")
    True
    """
    check_text(text)
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    parser, emit = _parser()
    emit.builder = Builder()
    try:
        parser.parse(text)
        return emit.builder.formula()
    except UnexpectedCharacters as error:
        position = error.pos_in_stream or 0
    except UnexpectedToken as error:
        position = len(text) if error.token.type == "$END" else error.token.start_pos or 0
    finally:
        del emit.builder
    raise _misfit(text, position)


def check_text(text: object) -> None:
    """Raise the error for an object that is no text, for one that is too long, and for one that is blank."""
    if not isinstance(text, str):
        raise NotAFormulaError(f"expected the text of a formula, not a value of type {type(text).__name__}", value=text)
    if len(text) > MAX_TEXT:
        raise FormulaTooLargeError(
            f"the text has {len(text)} characters; at most {MAX_TEXT} can be read", bound=MAX_TEXT, value=len(text)
        )
    if not text.strip(" \t\r\n\f\v"):
        raise syntax_error("the text is empty", text, 0, ["a formula"])


class _Emit(threading.local):
    """The rule callbacks: they append to ``builder``, of which each thread has its own."""

    builder: Builder

    def atom(self, children: list[str]) -> None:
        self.builder.atom(str(children[0]))

    def negate(self, _: object) -> None:
        self.builder.apply(NOT, 1)

    def conjoin(self, _: object) -> None:
        self.builder.apply(AND, 2)

    def disjoin(self, _: object) -> None:
        self.builder.apply(OR, 2)

    def xor(self, _: object) -> None:
        self.builder.apply(XOR, 2)

    def implies(self, _: object) -> None:
        self.builder.apply(IMPLIES, 2)

    def iff(self, _: object) -> None:
        self.builder.apply(IFF, 2)

    def true(self, _: object) -> None:
        self.builder.apply(TRUE_KIND, 0)

    def false(self, _: object) -> None:
        self.builder.apply(FALSE_KIND, 0)


@functools.cache
def _parser() -> tuple[Lark, _Emit]:
    # lark is imported when the first formula is read: importing Equibel should not wait for it.
    from lark import Lark

    emit = _Emit()
    grammar = files("equibel.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=emit, maybe_placeholders=False), emit


def _misfit(text: str, position: int) -> FormulaSyntaxError:
    """The error for text of which everything before ``position`` could be read, and nothing after it."""
    before = text[:position].rstrip(" \t\r\n\f\v")
    after_operand = before != "" and (before[-1] in ")_⊤⊥" or (before[-1].isascii() and before[-1].isalnum()))
    opened = _unclosed(before)
    expected = [CONNECTIVE, END if opened is None else CLOSING] if after_operand else list(OPERAND)
    if position == len(text):
        problem = "the formula ends too early"
        position = len(before)
    elif text[position] == ")" and opened is None and after_operand:
        problem = "this ')' closes nothing"
    else:
        problem = f"unexpected {_symbol(text, position)}"
    if opened is not None and text[position : position + 1] != ")":
        problem += " (the '(' at line {}, column {} is not closed yet)".format(*place(text, opened))
    return syntax_error(problem, text, position, expected)


def _unclosed(text: str) -> int | None:
    """Position of the innermost ``(`` that is not closed."""
    depth = 0
    for match in re.finditer(r"[()]", text[::-1]):
        depth += 1 if match.group() == ")" else -1
        if depth < 0:
            return len(text) - 1 - match.start()
    return None


def _symbol(text: str, position: int) -> str:
    """The symbol at ``position``, for an error message."""
    word = re.compile(r"[A-Za-z0-9_]{1,40}|->|=>|<->|<=>|[()~!&|^=¬∧∨⊕→≡↔⊤⊥]").match(text, position)
    if word is None:
        return f"character {ascii(text[position]) if not text[position].isprintable() else repr(text[position])}"
    digits = re.search(r"[0-9]+$", text[max(0, position - 40) : position])
    if digits and word.group()[0].isalnum():
        return f"{word.group()!r} right after {digits.group()!r}: an atom that begins with a digit has only digits"
    return repr(word.group())


def syntax_error(problem: str, text: str, position: int, expected: list[str]) -> FormulaSyntaxError:
    """The error that points at a position of the text."""
    line, column = place(text, position)
    return FormulaSyntaxError(problem, text=text, line=line, column=column, expected=expected)


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
