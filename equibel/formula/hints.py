"""Hints for the commonest slips: connectives as other languages write them, and names that are no atoms."""

from __future__ import annotations

import re

#: How connectives are written elsewhere, and how here; of those that begin alike the longer one comes first.
_SYMBOLS = {
    "==>": "->",
    "-->": "->",
    "==": "=",
    "!=": "^",
    "&&": "&",
    "||": "|",
    "/\\": "&",
    "\\/": "|",
    "*": "&",
    "+": "|",
    "⇒": "->",
    "⇔": "=",
}
_DOUBLED = ("==>", "==", "&&", "||")
_WORDS = {"and": "&", "or": "|", "not": "~", "xor": "^", "implies": "->", "iff": "="}
_WORD = re.compile(r"[A-Za-z]{1,10}(?![A-Za-z0-9_])")
_WORD_BEFORE = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]{2,7}(?=\s{0,9}\Z)")
_BEGINNING = re.compile(r"[A-Za-z0-9_(~!¬*+-]")
_GLUED = re.compile(r"(?<=[A-Za-z0-9_])-[A-Za-z0-9_]")
_INFIX = re.compile(r"[~!&|^=¬∧∨⊕→≡↔⇒⇔\\/]|->|<->|<=>")

ATOMS = "an atom has letters a to z, digits and _ only"
PREFIX = "BCF formulas are prefix, such as *(p -q)"


def infix_hint(text: str, position: int, after_operand: bool) -> str:
    """What to write instead of what stands at a position where the formula goes wrong, or ``""``.

    >>> infix_hint("p && q", 3, False), infix_hint("p or q", 2, True), infix_hint("not p", 4, True)
    ("write & for '&&'", "write | for 'or'", "write ~ for 'not'")
    >>> infix_hint("naïve", 2, True), infix_hint("p q", 2, True)
    ('an atom has letters a to z, digits and _ only', '')
    """
    word = _foreign_word(text, position) if after_operand else ""
    if word:
        return f"write {_WORDS[word.lower()]} for '{word}'"
    found = text[position : position + 1]
    if (found.isalpha() and not found.isascii()) or _GLUED.match(text, position):
        return ATOMS
    if found == "-" and not after_operand:
        return "write ~ for '-'"
    # The first half of && can be read: then the error is at the second, where a formula should begin.
    symbols, start = (_SYMBOLS, position) if after_operand else (_DOUBLED, position - 1)
    symbol = next((symbol for symbol in symbols if start >= 0 and text.startswith(symbol, start)), "")
    return symbol and f"write {_SYMBOLS[symbol]} for '{symbol}'"


def prefix_hint(text: str, position: int) -> str:
    """What to say of an infix connective at a position of a formula that should be prefix, or ``""``.

    >>> prefix_hint("p & q", 2), prefix_hint("p and q", 2), prefix_hint("*p", 1)
    ('BCF formulas are prefix, such as *(p -q)', 'BCF formulas are prefix, such as *(p -q)', '')
    """
    return PREFIX if _INFIX.match(text, position) or _foreign_word(text, position) else ""


def _foreign_word(text: str, position: int) -> str:
    """The word at the position, or before the operand there, that elsewhere is a connective; here it is an atom."""
    before = _BEGINNING.match(text, position) and _WORD_BEFORE.search(text[max(0, position - 20) : position])
    words = [found.group() for found in (_WORD.match(text, position), before) if found]
    return next((word for word in words if word.lower() in _WORDS), "")
