"""Detection of misspelt and misplaced names of attributes.

As in networkx, graphs can have attributes with any name.  So a misspelt name of an attribute of Equibel would silently have
no effect.
"""

from __future__ import annotations

import difflib
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from equibel.errors import OptionError
from equibel.graph.beliefs import ATOMS, FORMULAS
from equibel.graph.constraints import CONSTRAINTS, ENTAILMENT
from equibel.graph.weights import WEIGHT, WEIGHTS

#: The attributes that Equibel uses: of nodes, edges and graphs.
MEANINGFUL = {"node": (FORMULAS, WEIGHTS), "edge": (WEIGHT,), "graph": (ATOMS, *CONSTRAINTS)}

_PLURAL = {"node": "nodes", "edge": "edges", "graph": "the graph"}
_ELSEWHERE = {"node": "G.nodes[v]", "edge": "G.edges[u, v]", "graph": "G.graph"}
_OTHER_WORDS = {
    **dict.fromkeys(["belief", "beliefs", "believes"], FORMULAS),
    **dict.fromkeys(["constraint", "constraints", "entail", "entails"], ENTAILMENT),
    **dict.fromkeys(["trust"], WEIGHT),
    **dict.fromkeys(["expertise"], WEIGHTS),
}
_ORDINARY = {"height", "heights", "eight", "freight"}  # ordinary words that are similar
_NEAR = 0.8
_MOST = 1000  # names that are compared; comparing takes time


def unused(owner: str, names: Iterable[object]) -> Iterator[str]:
    """A sentence for every attribute with a misspelt or misplaced name, which has no effect.

    Parameters
    ----------
    owner : str
        What has the attributes: ``"node"``, ``"edge"`` or ``"graph"``.
    names : iterable
        The names; at most 1000 are compared.

    Examples
    --------
    >>> print(*unused("edge", ["weigth", "formulas", "colour", "weight"]), sep="\\n")
    the edge attribute 'weigth' is kept but not used (did you mean 'weight'?)
    the edge attribute 'formulas' is kept but not used ('formulas' is an attribute of nodes)
    """
    for _, name in zip(range(_MOST), dict.fromkeys(names), strict=False):
        hint = _hint(owner, name, MEANINGFUL[owner]) if isinstance(name, str) else ""
        if hint:
            yield f"the {owner} attribute {name!r} is kept but not used ({hint})"


def unused_in(graph: Any) -> Iterator[str]:
    """The sentences of `unused` about the attributes of a graph, of its nodes and of its edges."""
    yield from unused("graph", graph.graph)
    neighbours = graph._adj.values()
    edges = (data for near in neighbours if any(near.values()) for data in near.values())  # most have no attributes
    yield from unused("node", itertools.chain.from_iterable(graph._node.values()))
    yield from unused("edge", itertools.chain.from_iterable(edges))


def misplaced(owner: str, name: str) -> str:
    """`` (did you mean 'x'?)``, or a sentence that says where the attribute belongs, or ``""``.

    >>> misplaced("graph", "formula"), misplaced("graph", "colour")
    (" ('formulas' is an attribute of nodes)", '')
    """
    hint = _hint(owner, name, MEANINGFUL[owner])
    return f" ({hint})" if hint else ""


def refuse_misspelt(owner: str, names: Mapping[str, object], also: tuple[str, ...] = ()) -> None:
    """Raise `OptionError` for a keyword that is a misspelt attribute, or a misspelt name in ``also``.

    >>> refuse_misspelt("node", {"formula": "p"})
    Traceback (most recent call last):
        ...
    equibel.errors.OptionError: unknown node attribute 'formula' (did you mean 'formulas'?); to set an attribute with this \
name, use G.nodes[v]['formula'] = …
    """
    if not names:
        return
    known = (*also, *MEANINGFUL[owner])
    for name, value in names.items():
        hint = _hint(owner, name, known)
        if hint:
            raise OptionError(
                f"unknown {owner} attribute {name!r} ({hint}); to set an attribute with this name, use "
                f"{_ELSEWHERE[owner]}[{name!r}] = …",
                option=name,
                value=value,
                expected=", ".join(known),
            )


@functools.lru_cache(maxsize=1024)
def _hint(owner: str, name: str, known: tuple[str, ...]) -> str:
    if name in known:
        return ""
    meant = _nearest(name, known)
    if meant:
        return f"did you mean {meant!r}?"
    for other, theirs in MEANINGFUL.items():
        meant = _nearest(name, theirs) if other != owner else ""
        if meant:
            return f"{meant!r} is an attribute of {_PLURAL[other]}"
    return ""


def _nearest(name: str, known: tuple[str, ...]) -> str:
    """The known name that is similar, or ``""``; names with characters other than letters and ``_`` are ignored."""
    plain = name.lower().strip("_-. ")
    if plain in _ORDINARY or len(plain) > 20 or not plain.replace("_", "").isalpha():
        return ""
    if _OTHER_WORDS.get(plain) in known:
        return _OTHER_WORDS[plain]
    return next(iter(difflib.get_close_matches(plain, known, n=1, cutoff=_NEAR)), "")
