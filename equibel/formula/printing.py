"""Writing of formulas in ASCII, Unicode and LaTeX.

Every operand that is not a literal or a constant is in parentheses, ``(p & ~q) | r``, so that readers need not know the
precedence of connectives.
"""

from __future__ import annotations

import re

from equibel.formula.infix import infix
from equibel.formula.postfix import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR
from equibel.formula.syntax import Formula

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
    """Write a formula in ASCII, the standard notation; `parse` reads the same formula from the text.

    >>> from equibel.formula import parse
    >>> to_text(parse("p & !q ∨ r => s"))
    '((p & ~q) | r) -> s'
    """
    return str(formula)


def to_unicode(formula: Formula) -> str:
    """Write a formula with the symbols of logic; `parse` reads the same formula from the text.

    >>> from equibel.formula import parse
    >>> to_unicode(parse("~p & (q -> True)"))
    '¬p ∧ (q → ⊤)'
    """
    return infix(formula.code, _UNICODE)


def to_latex(formula: Formula) -> str:
    r"""Write a formula for the math mode of LaTeX; different atoms look different.

    >>> from equibel.formula import parse
    >>> print(to_latex(parse("x10 -> ~(p = rain_today)")))
    x_{10} \rightarrow \neg (p \leftrightarrow \mathit{rain\_today})
    """
    return infix(formula.code, _LATEX, _latex_atom)


def _latex_atom(name: str) -> str:
    if len(name) == 1 or name.isdigit():
        return name.replace("_", r"\_")
    indexed = re.fullmatch(r"([A-Za-z]+)([0-9]+)", name)
    base, index = indexed.groups() if indexed else (name, "")
    if len(base) > 1:
        base = r"\mathit{" + base.replace("_", r"\_") + "}"
    return base + ("_{" + index + "}" if index else "")
