"""Postfix code, in which formulas are stored.

``~p & q -> r`` is the tuple ``p  not/1  q  and/2  r  implies/2``.  Atoms are strings.  Connectives are `Connective` values,
which have the number of subformulas before them to which they are applied.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

TRUE_KIND, FALSE_KIND, NOT, AND, OR, XOR, IMPLIES, IFF = "true", "false", "not", "and", "or", "xor", "implies", "iff"
FLAT = frozenset({AND, OR, XOR})


class Connective(NamedTuple):
    """A connective of postfix code, applied to the ``arity`` subformulas before it."""

    kind: str
    arity: int


@functools.lru_cache(maxsize=4096)
def connective(kind: str, arity: int) -> Connective:
    """The shared `Connective` of a kind and arity."""
    return Connective(kind, arity)


Token = str | Connective
