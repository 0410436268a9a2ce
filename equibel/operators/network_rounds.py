"""Steps of a whole network at once: beliefs are numbers in arrays."""

from __future__ import annotations

import abc
import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence

import networkx as nx
import numpy as np

from equibel.operators.many_stars import ManyStars, different, same_rows
from equibel.operators.run import Beliefs, Run
from equibel.solving import equivalent
from equibel.solving.belief_parts import BeliefParts
from equibel.solving.star_tables import Integers


class NetworkRounds(abc.ABC):
    """Steps, one after the other: by the semantic characterization, without weights and constraints.

    Parameters
    ----------
    graph : networkx.Graph
        Whose edges are used; self-loops are ignored.
    beliefs : dict
        What each node of the graph believes at first, in the order of the graph.
    run : Run
        The options and limits.
    """

    def __init__(self, graph: nx.Graph, beliefs: Beliefs, run: Run) -> None:
        self._run = run
        self._given = beliefs
        self._nodes: list[Hashable] = list(beliefs)
        self._begins, self._neighbours = _adjacency(graph)
        objects = {id(belief): belief for belief in beliefs.values()}  # many nodes have the same one
        self._parts = BeliefParts(run.request, objects.values())
        self._stars = ManyStars(self._parts, run)
        number = {identity: self._parts.number(belief) for identity, belief in objects.items()}
        self._numbers = np.fromiter(map(number.__getitem__, map(id, beliefs.values())), np.int64, len(beliefs))
        self._before = self._numbers
        self._alone = np.diff(self._begins) == 0

    def step(self) -> None:
        """Give every node its new belief, all at the same time; isolated nodes keep theirs."""
        run, nodes = self._run, self._nodes
        run.known.nodes = []
        updated = itertools.count(1)
        total = len(nodes) - int(self._alone.sum())

        def know(known: Integers, *, told: bool = True) -> None:
            run.known.nodes += map(nodes.__getitem__, known.tolist())
            if told and run.progress is not None:
                for _ in range(len(known)):
                    run.report(next(updated), total, "nodes")
            run.limits.check()

        know(np.flatnonzero(self._alone), told=False)
        stale = self._stale() & ~self._alone
        know(np.flatnonzero(~stale & ~self._alone))
        numbers = self._numbers.copy()
        if stale.any():
            numbers[stale] = self._updated(np.flatnonzero(stale), know)
        run.known.rounds += 1
        self._before, self._numbers = self._numbers, numbers

    @abc.abstractmethod
    def _stale(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which nodes may believe something new after the next step."""

    @abc.abstractmethod
    def _updated(self, nodes: Integers, know: Callable[[Integers], None]) -> Integers:
        """What some nodes believe after the step; ``know`` is told which of them are done."""

    def changed(self) -> bool:
        """Whether the last step changed what some node believes."""
        pairs = np.unique(np.stack([self._before, self._numbers])[:, self._before != self._numbers], axis=1)
        formula, limits = self._parts.formula, self._run.limits
        return any(not equivalent(formula(before), formula(after), limits) for before, after in pairs.T.tolist())

    def beliefs(self) -> Beliefs:
        """What each node believes."""
        return self._formulas(self._numbers) if self._run.known.rounds else self._given

    def beliefs_before(self) -> Beliefs:
        """What each node believed before the last step."""
        return self._formulas(self._before) if self._run.known.rounds > 1 else self._given

    def _formulas(self, numbers: Integers) -> Beliefs:
        beliefs, which = np.unique(numbers, return_inverse=True)
        formulas = list(map(self._parts.formula, beliefs.tolist()))
        found = dict(zip(self._nodes, map(formulas.__getitem__, which.tolist()), strict=True))
        for i in np.flatnonzero(self._alone).tolist():
            found[self._nodes[i]] = self._given[self._nodes[i]]
        return found

    def _joined(self, begins: Integers, parts: Integers) -> Integers:
        """The beliefs that consist of some parts, each of a row."""
        first, which = different(same_rows(np.zeros(len(begins) - 1, np.int64), begins, parts, np.ones_like(parts)))
        rows = (parts[begins[i] : begins[i + 1]].tolist() for i in first.tolist())
        return np.array([self._parts.belief(tuple(row)) for row in rows], np.int64)[which]

    def _rows_by_belief(self, items: Callable[[int], Sequence[int]]) -> tuple[Integers, Integers, Integers]:
        """Where the items of each different belief begin, all items, and which belief each node has."""
        beliefs, which = np.unique(self._numbers, return_inverse=True)
        rows = [items(belief) for belief in beliefs.tolist()]
        begins = np.cumsum([0, *map(len, rows)])
        flat = np.fromiter(itertools.chain.from_iterable(rows), np.int64, int(begins[-1]))
        return begins, flat, which.reshape(-1)


def _adjacency(graph: nx.Graph) -> tuple[Integers, Integers]:
    """The neighbours of all nodes, one node after the other, without self-loops; and where those of each node begin."""
    nodes = list(graph)
    near = [neighbours for _, neighbours in graph.adjacency()]
    sizes = np.fromiter(map(len, near), np.int64, len(nodes))
    told: Iterable[Hashable] = itertools.chain.from_iterable(near)
    if nodes != list(range(len(nodes))):
        told = map({node: i for i, node in enumerate(nodes)}.__getitem__, told)
    neighbours = np.fromiter(told, np.int64, int(sizes.sum()))
    rows = np.repeat(np.arange(len(sizes)), sizes)
    others = neighbours != rows
    sizes -= np.bincount(rows[~others], minlength=len(sizes))
    return np.concatenate([[0], np.cumsum(sizes)]), neighbours[others]
