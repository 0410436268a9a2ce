"""Writing of formulas in infix notation, with any symbols.

Every operand that is not a literal or a constant is in parentheses, ``(p & ~q) | r``, so that readers need not know the
precedence of connectives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from equibel.formula.postfix import AND, FALSE_KIND, IFF, IMPLIES, NOT, OR, TRUE_KIND, XOR, Token

ASCII = {
    NOT: "~",
    AND: " & ",
    OR: " | ",
    XOR: " ^ ",
    IMPLIES: " -> ",
    IFF: " = ",
    TRUE_KIND: "True",
    FALSE_KIND: "False",
}


class Shape(NamedTuple):
    """The strings before, between and after the operands of a connective."""

    before: str
    between: str
    after: str


def render(code: Sequence[Token], leaf: Callable[[Token], str], shape: Callable[[str, bool], Shape]) -> str:
    """The text of postfix code, with the strings of each connective's `Shape` around its operands.

    ``leaf`` gives the text of atoms and constants.  ``shape(kind, nested)`` is called once per connective; ``nested`` says
    whether it is below another connective.  Linear in the size: the pieces are collected from the last to the first.
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


def infix(code: Sequence[Token], symbols: Mapping[str, str], atom: Callable[[str], str] = str) -> str:
    """The text of postfix code in infix notation; ``symbols`` are those of connectives, and ``atom`` gives that of atoms."""

    def leaf(token: Token) -> str:
        return atom(token) if isinstance(token, str) else symbols[token.kind]

    def shape(kind: str, nested: bool) -> Shape:
        if kind == NOT:
            return Shape(symbols[NOT], "", "")
        return Shape("(", symbols[kind], ")") if nested else Shape("", symbols[kind], "")

    return render(code, leaf, shape)
