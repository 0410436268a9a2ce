"""The list of all caches of a process, with functions to get their sizes and to empty them.

Each cache has a maximum size, or has one entry per small number or per file of the package.  The caches never change a
result, and can be emptied at any time.

>>> clear()
>>> set(sizes().values())
{0}
>>> from equibel.formula import parse
>>> _ = parse("p & q")
>>> sizes()["formula.parsing._remembered"]
1
"""

from __future__ import annotations

import sys
from typing import Any

#: Module and name of every cache: a function with a cache of `functools`, or a dictionary.
NAMES = (
    "formula.express._express_table",
    "formula.express._natural_key",
    "formula.parsing._parser",
    "formula.parsing._remembered",
    "formula.postfix.connective",
    "formula.small_cover._all_cubes",
    "formula.small_cover.smallest_cover",
    "formula.sympy_bridge._remembered",
    "formula.sympy_bridge.symbol",
    "formula.syntax.atom",
    "formula.syntax.natural_key",
    "graph.spelling._hint",
    "server.routes.docs_routes._content",
    "solving.clingo.predicates._number",
    "solving.clingo.predicates.encoding",
    "solving.clingo.predicates.fact",
    "solving.methods.cubes._blocks",
    "solving.methods.cubes.equal",
    "solving.methods.cubes.full",
    "solving.methods.cubes.where",
    "solving.methods.star._choices",
    "solving.methods.star._most_agreements",
    "solving.parallel._unpack",
    "solving.portfolio.portfolio",
    "solving.star_tables._together",
    "workspace.changes.change._readers",
)


def sizes() -> dict[str, int]:
    """The number of entries of each cache; 0 when its module has not been imported."""
    return {name: _size(_find(name)) for name in NAMES}


def clear() -> None:
    """Empty all caches."""
    for name in NAMES:
        cache = _find(name)
        if isinstance(cache, dict):
            cache.clear()
        elif cache is not None:
            cache.cache_clear()


def _size(cache: Any) -> int:
    if cache is None:
        return 0
    return len(cache) if isinstance(cache, dict) else int(cache.cache_info().currsize)


def _find(name: str) -> Any:
    """A cache, or ``None`` when its module has not been imported."""
    module, _, attribute = name.rpartition(".")
    found = sys.modules.get(f"{__package__}.{module}")
    return None if found is None else getattr(found, attribute)
