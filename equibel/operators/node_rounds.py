"""Steps of an iteration that update one node after the other, here or in an executor."""

from __future__ import annotations

import functools
from collections.abc import Hashable
from dataclasses import dataclass, replace

import networkx as nx

from equibel.formula import Formula
from equibel.graph import Weights
from equibel.operators.run import Beliefs, Known, Run
from equibel.operators.steps import Rule, Step
from equibel.solving import entails, parallel_map


class NodeRounds:
    """Steps that update one node after the other from the beliefs before."""

    def __init__(
        self, rule: Rule, edges: nx.Graph, weights: Weights, beliefs: Beliefs, consistency: list[Formula], run: Run
    ) -> None:
        self._rule = rule
        self._edges = edges
        self._weights = weights
        self._beliefs = self._before = beliefs
        self._consistency = consistency
        self._run = run
        self._isolated = {node for node in beliefs if node not in edges or not edges.adj[node].keys() - {node}}

    def step(self) -> None:
        """Update all nodes at the same time; isolated nodes keep their formulas."""
        run, self._before = self._run, self._beliefs
        nodes = [node for node in self._before if node not in self._isolated]
        run.known.nodes = [node for node in self._before if node in self._isolated]
        alone = replace(run, executor=None, progress=None, known=Known())
        update = _Updates(self._rule, self._edges, self._weights, self._before, alone, self._consistency)
        new = dict(self._before)
        for done, (node, formula) in enumerate(
            zip(nodes, parallel_map(update, nodes, run.executor, run.limits), strict=True), 1
        ):
            new[node] = formula
            run.known.nodes.append(node)
            run.report(done, len(nodes), "nodes")
        run.known.rounds += 1
        self._beliefs = new

    def changed(self) -> bool:
        """Whether the last step changed what some node believes."""
        return differ(self._before, self._beliefs, self._run)

    def beliefs(self) -> Beliefs:
        """What each node believes."""
        return self._beliefs

    def beliefs_before(self) -> Beliefs:
        """What each node believed before the last step."""
        return self._before


@dataclass
class _Updates:
    """The update of some nodes, as an executor takes it: sent to another process, it starts without memory there."""

    rule: Rule
    edges: nx.Graph
    weights: Weights
    beliefs: Beliefs
    run: Run
    consistency: list[Formula]

    @functools.cached_property
    def step(self) -> Step:
        """The step that remembers the neighbourhoods it has solved."""
        return Step(self.rule, self.edges, self.weights, self.beliefs, self.run, self.consistency)

    def __call__(self, nodes: list[Hashable]) -> list[Formula]:
        return self.step.update(nodes)

    def __reduce__(self) -> tuple[object, ...]:
        return _Updates, (self.rule, self.edges, self.weights, self.beliefs, self.run, self.consistency)


def differ(before: Beliefs, after: Beliefs, run: Run) -> bool:
    """Whether some node believes more afterwards; a step never adds models."""
    return any(
        formula != after[node] and not entails(formula, after[node], run.limits)
        for node, formula in run.limits.over(before.items())
    )
