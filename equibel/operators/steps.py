"""One application of an iterated operator at one node, as the definitions give them.

All compute a new formula for node v from the old scenario, by completing a small graph H around v and keeping only the
result at v (Vicol, Delgrande, Schaub, *A minimization-based approach to iterated multi-agent belief change*).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence

import networkx as nx

from equibel.formula import Formula, canonical
from equibel.graph import Neighbourhood, Weights, augmenting, distances, expanding, star
from equibel.operators.constraint_checks import complying
from equibel.operators.run import Run
from equibel.solving import Problem, maximize

Node = Hashable
#: From a step and a node to the node's new formula.
Rule = Callable[["Step", Node], Formula]


class Step:
    """Completes neighbourhoods of one scenario; equal neighbourhoods are solved once.

    Parameters
    ----------
    rule : callable
        The function for a node's new formula: a method of this class such as ``Step.simple``, or a similar function.
    graph : networkx.Graph
        Whose edges are used.
    weights : Weights
        Of its edges, and of atoms at its nodes; what is joined without being an edge of the graph has weight 1.
    beliefs : mapping
        The old formula of every node.
    run : Run
        The options and limits.
    consistency : sequence of Formula
        The consistency-based constraints, with which the result of every completion at its center has to be consistent.
    """

    def __init__(
        self,
        rule: Rule,
        graph: nx.Graph,
        weights: Weights,
        beliefs: Mapping[Node, Formula],
        run: Run,
        consistency: Sequence[Formula] = (),
    ) -> None:
        self.graph = graph
        self.weights = weights
        self.beliefs = beliefs
        self._rule = rule
        self._run = run
        self._solved: dict[Problem, Formula] = {}
        self._text = functools.cache(str)
        self._consistency = consistency

    def update(self, nodes: list[Node]) -> list[Formula]:
        """The new formulas of some nodes."""
        new = []
        for node in nodes:
            self._run.limits.check()
            new.append(self._rule(self, node))
        return new

    def simple(self, node: Node) -> Formula:
        """Complete the star joining v to its neighbours."""
        return self.complete(star(self.graph, node), self.beliefs[node])

    def ring(self, node: Node) -> Formula:
        """For r = 1, 2, …: complete the star joining v to the nodes at distance r, and go on with the result."""
        reached = distances(self.graph, node)
        current = self.beliefs[node]
        for r in range(1, max(reached.values()) + 1):
            current = self.complete(star(self.graph, node, r, reached), current)
        return current

    def expanding(self, node: Node) -> Formula:
        """For r = 1, 2, …: complete the shortest paths of length up to r from v, and go on with the result."""
        reached = distances(self.graph, node)
        current = self.beliefs[node]
        for r in range(1, max(reached.values()) + 1):
            current = self.complete(expanding(self.graph, node, r, reached), current)
        return current

    def augmenting(self, node: Node) -> Formula:
        """Complete all shortest paths from v, agreements compared distance by distance."""
        return self.complete(augmenting(self.graph, node), self.beliefs[node], by_level=True)

    def complete(self, around: Neighbourhood, current: Formula, *, by_level: bool = False) -> Formula:
        """The completion of H at its center, which believes ``current`` while the others believe what they did.

        ``by_level`` compares agreements level by level, as the edges of H have them, instead of all at once.
        """
        others = [node for node in around.nodes if node != around.center]
        if all(around.center in edge[:2] for edge in around.edges):
            # The leaves of a star can change places: sorted, equal neighbourhoods look the same.
            others.sort(key=lambda node: (self._text(self.beliefs[node]), *self._weights_of(around.center, node)))
        nodes = [around.center, *others]
        number = {node: i for i, node in enumerate(nodes)}
        edges = sorted((number[x], number[y], level if by_level else 0) for x, y, level in around.edges)
        problem = Problem(
            beliefs=(current, *(self.beliefs[node] for node in others)),
            edges=tuple(edges),
            targets=(0,),
            trust=self.weights.along((nodes[x], nodes[y]) for x, y, _ in edges),
            expertise=self.weights.at(nodes),
        )
        answer = self._solved.get(problem)
        if answer is None:
            found = complying(problem, self._consistency, self._maximize, self._run.limits)[0]
            answer = self._solved[problem] = canonical(found, check=self._run.limits.check) or found
        return answer

    def _maximize(self, problem: Problem) -> dict[int, Formula]:
        return maximize(problem, self._run.request)

    def _weights_of(self, center: Node, leaf: Node) -> tuple[object, ...]:
        """The weights of a leaf of a star, by which leaves with the same beliefs are sorted."""
        return self.weights.between(center, leaf), self.weights.expertise.get(leaf, ())
