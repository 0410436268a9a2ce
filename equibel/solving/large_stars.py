"""Stars over more linked atoms than a machine word has room for, completed by maximization."""

from __future__ import annotations

from collections.abc import Sequence

from equibel.formula import Formula, canonical
from equibel.solving.maximization import maximize
from equibel.solving.problem import Problem
from equibel.solving.request import Request

#: A star over the atoms of one component: what its centre believes, and which factors its leaves have how often.
WrittenStar = tuple[Formula, tuple[tuple[Formula, int], ...]]


class LargeStars:
    """Completes stars by maximization, as an executor does it."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, stars: Sequence[WrittenStar]) -> list[Formula]:
        """What the centre of each star believes in the end."""
        return list(map(self._complete, stars))

    def _complete(self, star: WrittenStar) -> Formula:
        center, leaves = star
        beliefs = (center, *(factor for factor, count in leaves for _ in range(count)))
        edges = tuple((0, leaf, 0) for leaf in range(1, len(beliefs)))
        found = maximize(Problem(beliefs, edges, targets=(0,)), self._request)[0]
        return canonical(found, check=self._request.limits.check) or found
