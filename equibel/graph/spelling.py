"""Attributes that look like one of Equibel's and are not: misspelt ones, and those of something else.

Graphs keep attributes of every name, as those of networkx do, so that a misspelt one would have no effect and nobody would
notice.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from equibel.errors import OptionError
from equibel.graph.beliefs import ATOMS, FORMULAS
from equibel.graph.constraints import CONSTRAINTS, ENTAILMENT
from equibel.graph.weights import WEIGHT, WEIGHTS

#: The attributes that mean something to Equibel, by what has them.
MEANINGFUL = {"node": (FORMULAS, WEIGHTS), "edge": (WEIGHT,), "graph": (ATOMS, *CONSTRAINTS)}

_PLURAL = {"node": "nodes", "edge": "edges", "graph": "the graph"}
_ELSEWHERE = {"node": "G.nodes[v]", "edge": "G.edges[u, v]", "graph": "G.graph"}
_OTHER_WORDS = {
    **dict.fromkeys(["belief", "beliefs", "believes"], FORMULAS),
    **dict.fromkeys(["constraint", "constraints", "entail", "entails"], ENTAILMENT),
    **dict.fromkeys(["trust"], WEIGHT),
    **dict.fromkeys(["expertise"], WEIGHTS),
}
_ORDINARY = {"height", "heights", "eight", "freight"}  # words that are only one letter away
_NEAR = 0.8
_MOST = 1000  # names that are looked at, because comparing takes time


def unused(owner: str, names: Iterable[object]) -> Iterator[str]:
    """A sentence for every name of an attribute that looks like one of Equibel's and has no effect.

    Parameters
    ----------
    owner : str
        What has the attributes: ``"node"``, ``"edge"`` or ``"graph"``.
    names : iterable
        The names; at most 1000 are looked at.

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
    yield from unused("node", (name for data in graph._node.values() for name in data))
    yield from unused("edge", (name for near in graph._adj.values() for data in near.values() for name in data))


def misplaced(owner: str, name: str) -> str:
    """`` (did you mean 'x'?)``, or what has the attribute that was meant, or nothing.

    >>> misplaced("graph", "formula"), misplaced("graph", "colour")
    (" ('formulas' is an attribute of nodes)", '')
    """
    hint = _hint(owner, name, MEANINGFUL[owner])
    return f" ({hint})" if hint else ""


def refuse_misspelt(owner: str, names: Mapping[str, object], also: tuple[str, ...] = ()) -> None:
    """Raise `OptionError` for a keyword that looks like an attribute of Equibel's, or one ``also`` understood, and is none.

    >>> refuse_misspelt("node", {"formula": "p"})
    Traceback (most recent call last):
        ...
    equibel.errors.OptionError: 'formula' means nothing to Equibel as a node attribute (did you mean 'formulas'?); if it is \
to be one all the same, set it by G.nodes[v]['formula'] = …
    """
    if not names:
        return
    known = (*also, *MEANINGFUL[owner])
    for name, value in names.items():
        hint = _hint(owner, name, known)
        if hint:
            raise OptionError(
                f"{name!r} means nothing to Equibel as a {owner} attribute ({hint}); if it is to be one all the same, set "
                f"it by {_ELSEWHERE[owner]}[{name!r}] = …",
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
    """The known name that was meant, or ``""``; a name with other signs than ``_`` in it belongs to somebody else."""
    plain = name.lower().strip("_-. ")
    if plain in _ORDINARY or len(plain) > 20 or not plain.replace("_", "").isalpha():
        return ""
    if _OTHER_WORDS.get(plain) in known:
        return _OTHER_WORDS[plain]
    return next(iter(difflib.get_close_matches(plain, known, n=1, cutoff=_NEAR)), "")
