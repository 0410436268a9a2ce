"""Writing formulas: ASCII, Unicode and LaTeX.

Every operand that is itself composite is put in parentheses, ``(p & ~q) | r``, so that nobody has to remember which
connective binds tighter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from equibel.formula.syntax import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR, Formula, Token

_ASCII = {
    NOT: "~",
    AND: " & ",
    OR: " | ",
    XOR: " ^ ",
    IMPLIES: " -> ",
    IFF: " = ",
    TRUE_KIND: "True",
    FALSE_KIND: "False",
}
_UNICODE = {
    NOT: "¬",
    AND: " ∧ ",
    OR: " ∨ ",
    XOR: " ⊕ ",
    IMPLIES: " → ",
    IFF: " ↔ ",
    TRUE_KIND: "⊤",
    FALSE_KIND: "⊥",
}
_LATEX = {
    NOT: r"\neg ",
    AND: r" \wedge ",
    OR: r" \vee ",
    XOR: r" \oplus ",
    IMPLIES: r" \rightarrow ",
    IFF: r" \leftrightarrow ",
    TRUE_KIND: r"\top",
    FALSE_KIND: r"\bot",
}


def to_text(formula: Formula) -> str:
    """Write a formula in ASCII, the canonical spelling: `parse` reads back the same formula.

    >>> from equibel.formula import parse
    >>> to_text(parse("p & !q ∨ r => s"))
    '((p & ~q) | r) -> s'
    """
    return _infix(formula, _ASCII, str)


def to_unicode(formula: Formula) -> str:
    """Write a formula with the symbols of logic; `parse` reads back the same formula.

    >>> from equibel.formula import parse
    >>> to_unicode(parse("~p & (q -> True)"))
    '¬p ∧ (q → ⊤)'
    """
    return _infix(formula, _UNICODE, str)


def to_latex(formula: Formula) -> str:
    r"""Write a formula for LaTeX's mathematical mode; different atoms look different.

    >>> from equibel.formula import parse
    >>> print(to_latex(parse("x10 -> ~(p = rain_today)")))
    x_{10} \rightarrow \neg (p \leftrightarrow \mathit{rain\_today})
    """
    return _infix(formula, _LATEX, _latex_atom)


def _latex_atom(name: str) -> str:
    if len(name) == 1 or name.isdigit():
        return name.replace("_", r"\_")
    indexed = re.fullmatch(r"([A-Za-z]+)([0-9]+)", name)
    base, index = indexed.groups() if indexed else (name, "")
    if len(base) > 1:
        base = r"\mathit{" + base.replace("_", r"\_") + "}"
    return base + ("_{" + index + "}" if index else "")


class Shape(NamedTuple):
    """What is written before, between and after the operands of a connective."""

    before: str
    between: str
    after: str


def render(code: Sequence[Token], leaf: Callable[[Token], str], shape: Callable[[str, bool], Shape]) -> str:
    """Write postfix code with its operands between the strings of their connective's `Shape`.

    ``leaf`` writes atoms and constants; ``shape(kind, nested)`` is asked once per connective, ``nested`` telling
    whether it stands below another one.  Linear in the size: the pieces are collected from the last to the first.
    """
    pieces: list[str] = []
    pending: list[tuple[Shape, int]] = []  # connectives with operands still to be written
    for token in reversed(code):
        if isinstance(token, tuple) and token.arity:
            form = shape(token.kind, bool(pending))
            pieces.append(form.after)
            pending.append((form, token.arity))
            continue
        pieces.append(leaf(token))
        while pending:
            form, missing = pending.pop()
            if missing > 1:
                pieces.append(form.between)
                pending.append((form, missing - 1))
                break
            pieces.append(form.before)
    pieces.reverse()
    return "".join(pieces)


def _infix(formula: Formula, symbols: Mapping[str, str], atom: Callable[[str], str]) -> str:
    def leaf(token: Token) -> str:
        return atom(token) if isinstance(token, str) else symbols[token.kind]

    def shape(kind: str, nested: bool) -> Shape:
        if kind == NOT:
            return Shape(symbols[NOT], "", "")
        return Shape("(", symbols[kind], ")") if nested else Shape("", symbols[kind], "")

    return render(formula.code, leaf, shape)
