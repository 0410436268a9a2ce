"""One application of an iterated operator at one node, as the definitions give them.

All compute a new formula for node v from the old scenario, by completing a small graph H around v and keeping only the
result at v (Vicol, Delgrande, Schaub, *A minimization-based approach to iterated multi-agent belief change*).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping

import networkx as nx

from equibel.formula import Formula, canonical
from equibel.graph import Neighbourhood, augmenting, distances, expanding, star
from equibel.operators.run import Run
from equibel.solving import Problem, maximize

Node = Hashable


class Step:
    """Completes neighbourhoods of one scenario; equal neighbourhoods are solved once.

    Parameters
    ----------
    operator : str
        ``"simple"``, ``"ring"``, ``"expanding"`` or ``"augmenting"``.
    graph : networkx.Graph
        Whose edges are used.
    beliefs : mapping
        The old formula of every node.
    run : Run
        The options and limits.
    """

    def __init__(self, operator: str, graph: nx.Graph, beliefs: Mapping[Node, Formula], run: Run) -> None:
        self.graph = graph
        self.beliefs = beliefs
        self._apply: Callable[[Node], Formula] = getattr(self, operator)
        self._run = run
        self._solved: dict[Problem, Formula] = {}
        self._text = functools.cache(str)

    def update(self, nodes: list[Node]) -> list[Formula]:
        """The new formulas of some nodes."""
        new = []
        for node in nodes:
            self._run.limits.check()
            new.append(self._apply(node))
        return new

    def simple(self, node: Node) -> Formula:
        """Complete the star joining v to its neighbours."""
        return self._complete(star(self.graph, node), self.beliefs[node])

    def ring(self, node: Node) -> Formula:
        """For r = 1, 2, …: complete the star joining v to the nodes at distance r, and go on with the result."""
        reached = distances(self.graph, node)
        current = self.beliefs[node]
        for r in range(1, max(reached.values()) + 1):
            current = self._complete(star(self.graph, node, r, reached), current)
        return current

    def expanding(self, node: Node) -> Formula:
        """For r = 1, 2, …: complete the shortest paths of length up to r from v, and go on with the result."""
        reached = distances(self.graph, node)
        current = self.beliefs[node]
        for r in range(1, max(reached.values()) + 1):
            current = self._complete(expanding(self.graph, node, r, reached), current)
        return current

    def augmenting(self, node: Node) -> Formula:
        """Complete all shortest paths from v, agreements compared distance by distance."""
        return self._complete(augmenting(self.graph, node), self.beliefs[node], by_level=True)

    def _complete(self, around: Neighbourhood, current: Formula, *, by_level: bool = False) -> Formula:
        """The completion of H at its center, which believes ``current`` while the others believe what they did."""
        others = [node for node in around.nodes if node != around.center]
        if all(around.center in edge[:2] for edge in around.edges):
            # The leaves of a star can change places: sorted, equal neighbourhoods look the same.
            others.sort(key=lambda node: self._text(self.beliefs[node]))
        number = {node: i for i, node in enumerate([around.center, *others])}
        problem = Problem(
            beliefs=(current, *(self.beliefs[node] for node in others)),
            edges=tuple(sorted((number[x], number[y], level if by_level else 0) for x, y, level in around.edges)),
            targets=(0,),
        )
        answer = self._solved.get(problem)
        if answer is None:
            found = maximize(problem, self._run.optimum, self._run.method, self._run.limits)[0]
            answer = self._solved[problem] = canonical(found, check=self._run.limits.check) or found
        return answer

