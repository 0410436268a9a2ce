"""Writing of formulas in ASCII, Unicode and LaTeX, and as terms of answer set programming (ASP).

Every operand that is not a literal or a constant is in parentheses, ``(p & ~q) | r``, so that readers need not know the
precedence of connectives.
"""

from __future__ import annotations

import re

from equibel.formula.infix import Shape, infix, render
from equibel.formula.postfix import AND, FALSE_KIND, FLAT, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR, Token, connective
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

_FUNCTORS = {NOT: "neg", AND: "and", OR: "or", XOR: "xor", IMPLIES: "imp", IFF: "iff"}


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


def to_term(formula: Formula) -> str:
    """Write a formula as an ASP term.

    Atoms are quoted strings.  The constants are ``true`` and ``false``, and the functions ``neg/1``, ``and/2``, ``or/2``,
    ``xor/2``, ``imp/2`` and ``iff/2``.  Connectives with more than two operands are nested to the right.  Linear in the
    size.

    clingo reads terms with recursion.  A term that is nested tens of thousands of levels deep causes a stack overflow.  So
    programs that pass such text to clingo should check the size of the formula first.

    >>> from equibel.formula import parse
    >>> to_term(parse("p & ~q & r -> True"))
    'imp(and("p",and(neg("q"),"r")),true)'
    """
    code: list[Token] = []
    for token in formula.code:
        if isinstance(token, tuple) and token.kind in FLAT:
            code += [connective(token.kind, 2)] * (token.arity - 1)
        else:
            code.append(token)
    return render(code, _term_leaf, lambda kind, nested: Shape(_FUNCTORS[kind] + "(", ",", ")"))


def _term_leaf(token: Token) -> str:
    return f'"{token}"' if isinstance(token, str) else token.kind
