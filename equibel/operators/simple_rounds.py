"""Simple steps of a whole network at once: beliefs are numbers in arrays, and each different star is solved once.

A step reads every edge once.  Later steps look only at nodes whose own belief, or a neighbour's, has changed.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Hashable, Iterable, Iterator, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from equibel.formula import Formula
from equibel.operators.run import Beliefs, Run
from equibel.solving import Leaves, Request, Stars, equivalent, parallel_map

Integers = NDArray[np.int64]
_ALL = np.iinfo(np.int64).max


class SimpleRounds:
    """Simple steps, one after the other: by the semantic characterization, without weights and constraints.

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
        self._stars = Stars(run.request)
        number = {belief: self._stars.number(belief) for belief in run.limits.over(dict.fromkeys(beliefs.values()))}
        self._numbers = np.fromiter(map(number.__getitem__, beliefs.values()), np.int64, len(beliefs))
        self._before = self._numbers
        self._alone = np.diff(self._begins) == 0
        self._stale = ~self._alone  # whether the star of a node differs from the one solved last

    def step(self) -> None:
        """Give every node its new belief, all at the same time; isolated nodes keep theirs."""
        run, nodes = self._run, self._nodes
        numbers = self._numbers.copy()
        stale = np.flatnonzero(self._stale)
        run.known.nodes = [nodes[i] for i in np.flatnonzero(self._alone)]
        total = len(nodes) - len(run.known.nodes)
        updated = itertools.count(1)

        def know(known: Integers) -> None:
            run.known.nodes += map(nodes.__getitem__, known.tolist())
            if run.progress is not None:
                for _ in range(len(known)):
                    run.report(next(updated), total, "nodes")

        know(np.flatnonzero(~self._stale & ~self._alone))
        stars, members = self._different(stale)
        for same, answer in zip(members, self._answers(stars), strict=True):
            run.limits.check()
            numbers[same] = answer
            know(same)
        run.known.rounds += 1
        self._before, self._numbers = self._numbers, numbers
        changed = self._before != numbers
        self._stale = changed.copy()
        self._stale[self._neighbours[_rows(self._begins, np.flatnonzero(changed))]] = True

    def changed(self) -> bool:
        """Whether the last step changed what some node believes."""
        pairs = np.unique(np.stack([self._before, self._numbers])[:, self._before != self._numbers], axis=1)
        formula, limits = self._stars.formula, self._run.limits
        return any(not equivalent(formula(before), formula(after), limits) for before, after in pairs.T.tolist())

    def beliefs(self) -> Beliefs:
        """What each node believes."""
        return self._formulas(self._numbers) if self._run.known.rounds else self._given

    def beliefs_before(self) -> Beliefs:
        """What each node believed before the last step."""
        return self._formulas(self._before) if self._run.known.rounds > 1 else self._given

    def _formulas(self, numbers: Integers) -> Beliefs:
        formula = functools.cache(self._stars.formula)
        found = dict(zip(self._nodes, map(formula, numbers.tolist()), strict=True))
        for i in np.flatnonzero(self._alone).tolist():
            found[self._nodes[i]] = self._given[self._nodes[i]]
        return found

    def _answers(self, stars: Sequence[tuple[int, Leaves]]) -> Iterator[int]:
        """The number of what the centre of each star believes in the end."""
        executor, limits, known = self._run.executor, self._run.limits, self._stars
        if executor is None:
            return (known.solve(center, leaves) for center, leaves in stars)
        written = [
            (known.formula(center), [(known.factor(factor), count) for factor, count in leaves]) for center, leaves in stars
        ]
        return map(known.number, parallel_map(_Centers(self._run.request), written, executor, limits))

    def _different(self, nodes: Integers) -> tuple[list[tuple[int, Leaves]], list[Integers]]:
        """The different stars around some nodes, and for each of them the nodes that have it."""
        centers = self._numbers[nodes]
        rows, factors, counts = self._heard(nodes)
        begins = np.searchsorted(rows, np.arange(len(nodes) + 1))
        members = _by_value(_same_rows(centers, begins, np.stack([factors, counts])))
        stars: list[tuple[int, Leaves]] = []
        for first in (int(same[0]) for same in members):
            row = slice(begins[first], begins[first + 1])
            stars.append((int(centers[first]), tuple(zip(factors[row].tolist(), counts[row].tolist(), strict=True))))
        return stars, [nodes[same] for same in members]

    def _heard(self, nodes: Integers) -> tuple[Integers, Integers, Integers]:
        """Which factors the neighbours of some nodes have, and how many of them, as far as these matter.

        Three arrays: the position of a node in ``nodes``, in ascending order, a factor in ascending order, and how often.
        """
        beliefs, which = np.unique(self._numbers, return_inverse=True)
        having = [self._stars.factors(belief) for belief in beliefs.tolist()]
        begins = np.concatenate([[0], np.cumsum([len(factors) for factors in having])])
        flat = np.fromiter(itertools.chain.from_iterable(having), np.int64, int(begins[-1]))
        sizes = np.diff(self._begins)[nodes]
        leaves = which.reshape(-1)[self._neighbours[_rows(self._begins, nodes)]]
        factors = flat[_rows(begins, leaves)]
        width = int(flat.max(initial=0)) + 1
        row = np.repeat(np.repeat(np.arange(len(nodes)), sizes), np.diff(begins)[leaves])
        pairs, counts = np.unique(row * width + factors, return_counts=True)
        factors = pairs % width
        most = np.full(width, _ALL)
        for factor in np.unique(flat).tolist():
            matter = self._stars.most_leaves(factor)
            most[factor] = _ALL if matter is None else matter
        return pairs // width, factors, np.minimum(counts, most[factors])


class _Centers:
    """The centres of some stars, as an executor solves them: sent to another process, it starts without memory there."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @functools.cached_property
    def _stars(self) -> Stars:
        return Stars(self._request)

    def __call__(self, written: list[tuple[Formula, list[tuple[Formula, int]]]]) -> list[Formula]:
        stars, found = self._stars, []
        for center, leaves in written:
            self._request.limits.check()
            told = tuple(sorted((stars.factor_number(factor), count) for factor, count in leaves))
            found.append(stars.formula(stars.solve(stars.number(center), told)))
        return found

    def __reduce__(self) -> tuple[object, ...]:
        return _Centers, (self._request,)


def _adjacency(graph: nx.Graph) -> tuple[Integers, Integers]:
    """The neighbours of all nodes, one node after the other, without self-loops; and where those of each node begin."""
    nodes = list(graph)
    sizes = np.fromiter(map(len, graph.adj.values()), np.int64, len(nodes))
    told: Iterable[Hashable] = itertools.chain.from_iterable(graph.adj.values())
    if nodes != list(range(len(nodes))):
        told = map({node: i for i, node in enumerate(nodes)}.__getitem__, told)
    neighbours = np.fromiter(told, np.int64, int(sizes.sum()))
    rows = np.repeat(np.arange(len(sizes)), sizes)
    others = neighbours != rows
    sizes -= np.bincount(rows[~others], minlength=len(sizes))
    return np.concatenate([[0], np.cumsum(sizes)]), neighbours[others]


def _rows(begins: Integers, rows: Integers) -> Integers:
    """The positions of the entries of some rows, one row after the other."""
    sizes = begins[rows + 1] - begins[rows]
    ends = np.cumsum(sizes)
    positions: Integers = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins[rows] - ends + sizes, sizes)
    return positions


def _same_rows(heads: Integers, begins: Integers, entries: Integers) -> Integers:
    """A number for each row, the same for rows with the same head and the same entries.

    Numbers are given column by column, to what was the same so far together with the next entry.
    """
    items = np.unique(entries, axis=1, return_inverse=True)[1].reshape(-1)
    width = int(items.max(initial=0)) + 1
    sizes = np.diff(begins)
    found = heads.copy()
    used = int(heads.max(initial=0)) + 1
    for column in range(int(sizes.max(initial=0))):
        longer = np.flatnonzero(sizes > column)
        new, number = np.unique(found[longer] * width + items[begins[longer] + column], return_inverse=True)
        found[longer] = used + number.reshape(-1)
        used += len(new)
    return found


def _by_value(values: Integers) -> list[Integers]:
    """The positions of each value, those of the least value first."""
    order = np.argsort(values, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(values[order])) + 1) if len(order) else []
