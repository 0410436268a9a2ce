"""Simple steps of a whole network at once: beliefs are numbers in arrays, and each different star is solved once.

A step reads every edge once.  Later steps look only at nodes whose own belief, or a neighbour's, has changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

import networkx as nx
import numpy as np

from equibel.operators.run import Beliefs, Run
from equibel.solving import equivalent
from equibel.solving.belief_parts import NOTHING, BeliefParts, positions, selected
from equibel.solving.star_tables import Integers


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
        self._parts = BeliefParts(run.request, beliefs.values())
        number = {belief: self._parts.number(belief) for belief in dict.fromkeys(beliefs.values())}
        self._numbers = np.fromiter(map(number.__getitem__, beliefs.values()), np.int64, len(beliefs))
        self._before = self._numbers
        self._alone = np.diff(self._begins) == 0
        self._stale = ~self._alone  # whether the star of a node differs from the one completed last

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
        know(np.flatnonzero(~self._stale & ~self._alone))
        stale = np.flatnonzero(self._stale)
        numbers = self._numbers.copy()
        if len(stale):
            numbers[stale] = self._completed(stale, know)
        run.known.rounds += 1
        self._before, self._numbers = self._numbers, numbers
        changed = self._before != numbers
        self._stale = changed.copy()
        self._stale[self._neighbours[positions(self._begins, np.flatnonzero(changed))]] = True

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

    def _completed(self, nodes: Integers, know: Callable[[Integers], None]) -> Integers:
        """What some nodes believe when their stars are completed; ``know`` is told which of them are done."""
        beliefs = self._parts
        width = len(beliefs.atoms)
        own, heard = self._own(nodes), self._heard(nodes)
        # A star for each node and each component about which the node believes or hears something.
        believing = own.row * width + beliefs.component_of_parts()[own.item]
        hearing = heard.row * width + beliefs.component_of_factors()[heard.item]
        order = np.argsort(hearing, kind="stable")
        heard, hearing = Entries(*(each[order] for each in heard)), hearing[order]
        stars = np.unique(np.concatenate([believing, hearing]))
        centers = np.full(len(stars), NOTHING)
        centers[np.searchsorted(stars, believing)] = own.item
        begins = np.append(np.searchsorted(hearing, stars), len(hearing))
        # Equal stars are completed once.
        first, which = _different(_same_rows(centers, begins, heard.item, heard.times))
        answers = centers[first]
        told, is_small = begins[first + 1] > begins[first], beliefs.small()[stars[first] % width]
        small, large = (np.flatnonzero(told & kind) for kind in (is_small, ~is_small))
        if len(small):
            begin, at = selected(begins, first[small])
            answers[small] = beliefs.complete_small(answers[small], begin, heard.item[at], heard.times[at])
        written = []
        for i in first[large].tolist():
            leaves = slice(begins[i], begins[i + 1])
            written.append((int(centers[i]), zip(heard.item[leaves].tolist(), heard.times[leaves].tolist(), strict=True)))
        turn = np.full(len(answers), -1)
        turn[large] = np.arange(len(large))
        last = np.full(len(nodes), -1)  # which of the large stars of a node is completed last
        np.maximum.at(last, stars // width, turn[which])
        order = np.argsort(last, kind="stable")
        none, *after = np.split(nodes[order], np.searchsorted(last[order], np.arange(len(large))))
        know(none)
        for star, done, answer in zip(large, after, beliefs.complete_large(written, self._run.executor), strict=True):
            answers[star] = answer
            know(done)
        found = answers[which]
        rows, found = stars[found != NOTHING] // width, found[found != NOTHING]
        return self._joined(np.searchsorted(rows, np.arange(len(nodes) + 1)), found)

    def _joined(self, begins: Integers, parts: Integers) -> Integers:
        """The beliefs that consist of some parts, each of a row."""
        alike = _same_rows(np.zeros(len(begins) - 1, np.int64), begins, parts, np.ones(len(parts), np.int64))
        first, which = _different(alike)
        rows = (parts[begins[i] : begins[i + 1]].tolist() for i in first.tolist())
        return np.array([self._parts.belief(tuple(row)) for row in rows], np.int64)[which]

    def _own(self, nodes: Integers) -> Entries:
        """The parts of what some nodes believe."""
        begins, parts, which = self._rows_by_belief(self._parts.parts)
        sizes = np.diff(begins)[which[nodes]]
        row = np.repeat(np.arange(len(nodes)), sizes)
        return Entries(row, parts[positions(begins, which[nodes])], np.ones(len(row), np.int64))

    def _heard(self, nodes: Integers) -> Entries:
        """The factors that neighbours of some nodes have, in ascending order at each node, as often as they matter."""
        begins, factors, which = self._rows_by_belief(self._parts.factors)
        leaves = which[self._neighbours[positions(self._begins, nodes)]]
        row = np.repeat(np.arange(len(nodes)), np.diff(self._begins)[nodes])
        most = self._parts.most_leaves()
        told = np.repeat(row, np.diff(begins)[leaves]) * len(most) + factors[positions(begins, leaves)]
        pairs, counts = np.unique(told, return_counts=True)
        row, factor = np.divmod(pairs, max(1, len(most)))
        return Entries(row, factor, np.minimum(counts, most[factor]))

    def _rows_by_belief(self, items: Callable[[int], Sequence[int]]) -> tuple[Integers, Integers, Integers]:
        """Where the items of each different belief begin, all items, and which belief each node has."""
        beliefs, which = np.unique(self._numbers, return_inverse=True)
        rows = [items(belief) for belief in beliefs.tolist()]
        begins = np.append(0, np.cumsum([*map(len, rows)]))
        flat = np.fromiter(itertools.chain.from_iterable(rows), np.int64, int(begins[-1]))
        return begins, flat, which.reshape(-1)


class Entries(NamedTuple):
    """Numbers in rows: the row of each entry, in ascending order, the number, and how often it is there."""

    row: Integers
    item: Integers
    times: Integers


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


def _same_rows(heads: Integers, begins: Integers, items: Integers, counts: Integers) -> Integers:
    """A number for each row, the same for rows with the same head and the same entries.

    Numbers are given column by column, to what was the same so far together with the next entry.
    """
    _, entries = _different(items * (int(counts.max(initial=0)) + 1) + counts)
    width = int(entries.max(initial=0)) + 1
    sizes = np.diff(begins)
    found = heads.copy()
    used = int(heads.max(initial=0)) + 1
    for column in range(int(sizes.max(initial=0))):
        longer = np.flatnonzero(sizes > column)
        first, number = _different(found[longer] * width + entries[begins[longer] + column])
        found[longer] = used + number
        used += len(first)
    return found


def _different(values: Integers) -> tuple[Integers, Integers]:
    """Where each different value is first; and for each value which of the different ones it is."""
    _, first, which = np.unique(values, return_index=True, return_inverse=True)
    return first, which.reshape(-1)
