"""Writing of formulas as terms of answer set programming (ASP)."""

from __future__ import annotations

from equibel.formula.infix import Shape, render
from equibel.formula.postfix import AND, FLAT, IFF, IMPLIES, NOT, OR, XOR, Token, connective
from equibel.formula.syntax import Formula

_FUNCTORS = {NOT: "neg", AND: "and", OR: "or", XOR: "xor", IMPLIES: "imp", IFF: "iff"}


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
    return render(code, _leaf, lambda kind, nested: Shape(_FUNCTORS[kind] + "(", ",", ")"))


def _leaf(token: Token) -> str:
    return f'"{token}"' if isinstance(token, str) else token.kind
