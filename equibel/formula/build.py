"""Builders of postfix code: flat connectives, and removal of constants."""

from __future__ import annotations

from collections.abc import Mapping

from equibel.formula.postfix import AND, FALSE_KIND, FLAT, IFF, NOT, OR, TRUE_KIND, XOR, Connective, Token, connective
from equibel.formula.syntax import Formula


class Builder:
    """Builds a formula from symbols in postfix order, with flat ``&``, ``|`` and ``^``.  Linear in the size.

    >>> b = Builder()
    >>> b.atom("p"); b.atom("q"); b.apply("and", 2); b.atom("r"); b.apply("and", 2)
    >>> str(b.formula())
    'p & q & r'
    """

    def __init__(self) -> None:
        self._code: list[Token | None] = []  # None: a token merged into a later one
        self._spans: list[tuple[int, int]] = []  # first and outermost token of each finished sub-formula

    def atom(self, name: str) -> None:
        """Append an atom; the name is not checked."""
        self._push(name)

    def apply(self, kind: str, arity: int) -> None:
        """Apply a connective to the last ``arity`` sub-formulas, or append a constant (``arity`` 0)."""
        if arity == 0:
            self._push(connective(kind, 0))
            return
        below = self._spans[-arity:]
        del self._spans[-arity:]
        if kind in FLAT:
            for _, top in below:
                token = self._code[top]
                if isinstance(token, Connective) and token.kind == kind:
                    arity += token.arity - 1
                    self._code[top] = None
        self._spans.append((below[0][0], len(self._code)))
        self._code.append(connective(kind, arity))

    def formula(self) -> Formula:
        """The formula that was built."""
        return Formula(tuple(token for token in self._code if token is not None))

    def _push(self, token: Token) -> None:
        self._spans.append((len(self._code), len(self._code)))
        self._code.append(token)


class FoldingBuilder(Builder):
    """A `Builder` that evaluates ``True`` and ``False``: no constant is below a connective."""

    def apply(self, kind: str, arity: int) -> None:
        """Apply a connective; the result is a constant, an operand, or has no constant operands."""
        below = self._spans[-arity:] if arity else []
        values = [self._constant(top) for _, top in below]
        if all(value is None for value in values):
            super().apply(kind, arity)
            return
        known = [value for value in values if value is not None]
        match kind:
            case "not":
                self._replace(below, not known[0])
            case "and" | "or":
                absorbing = kind == OR
                if absorbing in known:
                    self._replace(below, absorbing)
                else:
                    self._keep(below, values, kind, negate=False)
            case "implies":
                if values[0] is False or values[1] is True:
                    self._replace(below, True)
                else:
                    self._keep(below, values, AND, negate=values[1] is False)
            case "xor" | "iff":
                odd = sum(known) % 2 == 1 if kind == XOR else known.count(False) % 2 == 1
                self._keep(below, values, kind, negate=odd)

    def _constant(self, top: int) -> bool | None:
        token = self._code[top]
        if isinstance(token, Connective) and token.arity == 0:
            return token.kind == TRUE_KIND
        return None

    def _replace(self, below: list[tuple[int, int]], value: bool) -> None:
        del self._spans[-len(below) :]
        del self._code[below[0][0] :]
        self._push(connective(TRUE_KIND if value else FALSE_KIND, 0))

    def _keep(self, below: list[tuple[int, int]], values: list[bool | None], kind: str, *, negate: bool) -> None:
        """Remove the constant operands and join the others by ``kind``; the neutral constant when there are none."""
        kept = [span for span, value in zip(below, values, strict=True) if value is None]
        if not kept:
            self._replace(below, (kind in (AND, IFF)) != negate)
            return
        for (_, top), value in zip(below, values, strict=True):
            if value is not None:
                self._code[top] = None
        del self._spans[-len(below) :]
        self._spans += kept
        if len(kept) > 1:
            super().apply(kind, len(kept))
        if negate:
            super().apply(NOT, 1)


def assign(formula: Formula, values: Mapping[str, bool]) -> Formula:
    """The formula with fixed values for some atoms, without constants below connectives.

    >>> from equibel.formula import parse
    >>> str(assign(parse("p & (q -> r)"), {"r": False}))
    'p & ~q'
    """
    if not any(token in values if isinstance(token, str) else token.arity == 0 for token in formula.code):
        return formula
    builder = FoldingBuilder()
    for token in formula.code:
        if isinstance(token, str):
            value = values.get(token)
            if value is None:
                builder.atom(token)
            else:
                builder.apply(TRUE_KIND if value else FALSE_KIND, 0)
        else:
            builder.apply(*token)
    return builder.formula()
