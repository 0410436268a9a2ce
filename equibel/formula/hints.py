r"""Hints for common mistakes in formulas: connectives of programming languages, mathematics and word processors.

Symbols are normalized first: full-width characters and typographic dashes are replaced by those of the keyboard.  So ``＆``
is found as ``&``, and ``–>`` as ``->``.
"""

from __future__ import annotations

import re
import unicodedata

_LEGAL = {"~", "!", "&", "|", "^", "->", "=>", "=", "<->", "<=>", "(", ")"}

#: Connectives in other notations, and in the notation of Equibel.
_SYMBOLS = {
    **{symbol: symbol for symbol in _LEGAL},
    **dict.fromkeys(["==>", "-->", "===>", "--->", ">>", "~>", "->>", "|->", ">", "⇒", "⟶", "⟹", "⊃", "↦"], "->"),
    **dict.fromkeys(["==", "===", "<==>", "<-->", "<->>", "←→", "⇔", "⟷", "⟺", "≣"], "="),
    **dict.fromkeys(["!=", "!==", "~=", "=/=", "<>", "^^", "≠", "≢", "⊻", "↮"], "^"),
    **dict.fromkeys(["&&", "/\\", "*", "**", "·", "∙", "⋅", "•", "×", "∩", "⋀"], "&"),
    **dict.fromkeys(["||", "\\/", "+", "∪", "⋁", "∥", "‖"], "|"),
    **dict.fromkeys(["∼", "˜", "⌐", "￢"], "~"),
    **dict.fromkeys(["[", "{"], "("),
    **dict.fromkeys(["]", "}"], ")"),
    **dict.fromkeys(["\\to", "\\rightarrow", "\\Rightarrow", "\\implies", "\\supset"], "->"),
    **dict.fromkeys(["\\leftrightarrow", "\\Leftrightarrow", "\\iff", "\\equiv"], "="),
    **dict.fromkeys(["\\land", "\\wedge"], "&"),
    **dict.fromkeys(["\\lor", "\\vee"], "|"),
    **dict.fromkeys(["\\neg", "\\lnot"], "~"),
    "\\oplus": "^",
    "\\top": "True",
    "\\bot": "False",
    "#true": "True",
    "#false": "False",
}
_LONGEST = max(map(len, _SYMBOLS))
_BACKWARD = ("<--", "<-", "<==", "<=", ">=", ":-", "←", "⇐", "⟵", "⟸")
_WORDS = {"and": "&", "or": "|", "not": "~", "xor": "^", "implies": "->", "iff": "=", "equiv": "="}
_PHRASES = {
    **{symbol: ("q -> p", f"p {symbol} q") for symbol in _BACKWARD},
    **dict.fromkeys(["if", "then"], ("p -> q", "if p then q")),
    "nand": ("~(p & q)", "p nand q"),
    "nor": ("~(p | q)", "p nor q"),
}
_KNOWN = (*_WORDS, "if", "then", "nand", "nor")
_QUANTIFIERS = ("forall", "exists", "∀", "∃")
_QUOTES = ("“", "”", "„", "‘", "’", "«", "»")
_WORD = re.compile(r"[A-Za-z]{1,10}(?![A-Za-z0-9_])")
_WORD_BEFORE = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]{2,7}(?=\s{0,9}\Z)")
_BEGINNING = re.compile(r"[A-Za-z0-9_(~!¬*+-]")
_GLUED = re.compile(r"(?<=[A-Za-z0-9_])-[A-Za-z0-9_]")
_CALL = re.compile(r"(?<=[A-Za-z0-9_])\(")
_RUN = re.compile(r"[^\sA-Za-z0-9_()]*\Z")
_INFIX = re.compile(r"[~!&|^=¬∧∨⊕→≡↔⇒⇔\\/]|->|<->|<=>")
_DIMACS = re.compile(r"(?:c(?:[ \t][^\n]*)?\n|\s)*(?:p\s+w?cnf\b|(?:(?:-?[1-9][0-9]*\s+)+0\s*)+\Z)")

ATOMS = "an atom has letters a to z, digits and _ only"
PREFIX = "BCF formulas are prefix, such as *(p -q)"
DIMACS = "this looks like DIMACS CNF, which is written but not read; write a formula such as (p | ~q) & r"
_NO_ARGUMENTS = "an atom has no arguments; write a connective before '('"
_NO_QUANTIFIERS = "formulas are propositional, without quantifiers"


def infix_hint(text: str, position: int, after_operand: bool) -> str:
    """A hint for a syntax error at a position: what to write instead; ``""`` if there is no hint.

    >>> infix_hint("p && q", 3, False), infix_hint("p or q", 2, True), infix_hint("not p", 4, True)
    ("write & for '&&'", "write | for 'or'", "write ~ for 'not'")
    >>> infix_hint("p <-- q", 2, True), infix_hint("p –> q", 2, True), infix_hint("p ＆ q", 2, True)
    ("write q -> p for 'p <-- q'", "write -> for '–>'", "write & for '＆'")
    >>> infix_hint("naïve", 2, True), infix_hint("p q", 2, True)
    ('an atom has letters a to z, digits and _ only', '')
    """
    if is_dimacs(text):
        return DIMACS
    word = _foreign_word(text, position) if after_operand else ""
    if word:
        return _NO_QUANTIFIERS if word.lower() in _QUANTIFIERS else _instead(word)
    found = text[position : position + 1]
    if found in _QUANTIFIERS:
        return _NO_QUANTIFIERS
    if (found.isalpha() and not found.isascii()) or found in _QUOTES or _GLUED.match(text, position):
        return ATOMS
    if after_operand and _CALL.match(text, position):
        return _NO_ARGUMENTS
    return _blank(found) or _symbol_hint(text, position, after_operand) or _dash(text, position, after_operand)


def prefix_hint(text: str, position: int) -> str:
    """A hint for an infix connective or an unusual character at a position of a formula in prefix notation.

    >>> prefix_hint("p & q", 2), prefix_hint("p and q", 2), prefix_hint("*p", 1), prefix_hint("–p", 0)
    ('BCF formulas are prefix, such as *(p -q)', 'BCF formulas are prefix, such as *(p -q)', '', "write - for '–'")
    """
    if is_dimacs(text):
        return DIMACS
    if _INFIX.match(_plain(text[position : position + 3])) or _foreign_word(text, position):
        return PREFIX
    found = text[position : position + 1]
    plain = _plain(found)
    return _blank(found) or (f"write {plain} for '{found}'" if plain != found and plain in "*+-()" else "")


def is_dimacs(text: str) -> bool:
    """Whether a text looks like DIMACS CNF: it has the line ``p cnf``, or consists of clauses: numbers that end with 0.

    >>> is_dimacs("c a comment\\np cnf 2 1\\n1 -2 0"), is_dimacs("1 -2 0"), is_dimacs("p"), is_dimacs("0")
    (True, True, False, False)
    """
    return _DIMACS.match(text) is not None


def _foreign_word(text: str, position: int) -> str:
    """The word at the position, or before the operand there, that is a connective in other notations; here it is an atom."""
    before = _BEGINNING.match(text, position) and _WORD_BEFORE.search(text[max(0, position - 20) : position])
    words = [found.group() for found in (_WORD.match(text, position), before) if found]
    return next((word for word in words if word.lower() in (*_KNOWN, *_QUANTIFIERS)), "")


def _symbol_hint(text: str, position: int, after_operand: bool) -> str:
    """The hint for the longest symbol of another notation that covers the position.

    The first ``&`` of ``&&`` is valid, so the error is at the second one, where an operand should begin.
    """
    run = _RUN.search(text[max(0, position - 3) : position])
    for start in (position - len(run.group() if run else ""), position):
        window = _plain(text[start : start + _LONGEST])
        symbols = [s for s in (*_SYMBOLS, *_BACKWARD) if window.startswith(s) and start + len(s) > position]
        symbol = max(symbols, key=len, default="")
        written = text[start : start + len(symbol)]
        if symbol in _BACKWARD or (symbol and written not in _LEGAL):
            begins = start < position or after_operand == (_SYMBOLS.get(symbol) not in ("~", "(", "True", "False"))
            return _instead(symbol, written) if begins else ""
    return ""


def _instead(symbol: str, written: str = "") -> str:
    written = written or symbol
    key = symbol.lower() if symbol.isalpha() else symbol
    if key in _PHRASES:
        ours, theirs = _PHRASES[key]
        return f"write {ours} for '{theirs.replace(symbol, written)}'"
    return f"write {_SYMBOLS.get(symbol) or _WORDS[key]} for '{written}'"


def _dash(text: str, position: int, after_operand: bool) -> str:
    found = text[position : position + 1]
    if _plain(found) != "-":
        return ""
    if not after_operand:
        return f"write ~ for '{found}'"
    return "" if found == "-" else f"'{found}' is a dash; write -> for an implication, ~ for a negation"


def _blank(found: str) -> str:
    if found and not found.isascii() and (found.isspace() or unicodedata.category(found) in ("Cf", "Zs")):
        name = unicodedata.name(found, f"U+{ord(found):04X}").lower()
        return f"this is the character {name}; write a space, or nothing"
    return ""


def _plain(text: str) -> str:
    """The text with every full-width character or dash replaced by the character of the keyboard, one by one."""
    return text if text.isascii() else "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    if character == "−" or unicodedata.category(character) == "Pd":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character
