"""What this process keeps between computations, so that what comes again is not computed again.

Every such cache is listed here, with its name; each is bounded, or holds as much as there are small numbers and files of the
package.  No answer depends on them: they may be emptied at any time.

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

#: Module and name of every cache: a function that remembers its answers, or a dictionary.
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
    "solving.preprocessing.backbone._known",
    "workspace.changes.change._readers",
)


def sizes() -> dict[str, int]:
    """How many entries each cache has; 0 for those of modules that have not been imported."""
    return {name: _size(_find(name)) for name in NAMES}


def clear() -> None:
    """Empty all of them."""
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
