"""Simple steps of a network whose parts stay with the workers of a Dask cluster.

The driver, which is this process, has the graph, and numbers of beliefs.  Each part is sent once.  Then it is told what has
changed in its halo, and tells what has changed at its nodes that other parts see.  All beliefs come here in the end.  When
a worker ends, Dask computes its parts again from what they were told; others do not notice.
"""

from __future__ import annotations

import functools
import itertools
import pickle
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from equibel.operators.belief_messages import Told, narrow, tell
from equibel.operators.network_part import News, Report, Start, begun, everything_of, next_part, report_of
from equibel.operators.partition import partition
from equibel.operators.run import Beliefs, Known, Run
from equibel.operators.simple_rounds import SimpleRounds
from equibel.solving import guarded, in_order
from equibel.solving.belief_parts import WrittenBelief, positions
from equibel.solving.cluster import Cluster
from equibel.solving.star_tables import Integers


class Division(NamedTuple):
    """What stays as it is about a part: its nodes, those of them that other parts see, its halo, and where it is kept."""

    nodes: Integers
    seen: Integers
    halo: Integers
    place: str | None


class DistributedRounds(SimpleRounds):
    """Simple steps, one after the other, in parts of the network; parameters as for `SimpleRounds`, and the cluster."""

    def __init__(self, cluster: Cluster, graph: nx.Graph, beliefs: Beliefs, run: Run) -> None:
        super().__init__(graph, beliefs, run)
        self._cluster = cluster
        places = run.limits.off_main_thread(functools.partial(guarded, cluster.places))
        labels = partition(self._begins, self._neighbours, run.request.plan.parts(len(graph), len(places)), run.limits.check)
        order = np.argsort(labels, kind="stable")
        bounds = np.searchsorted(labels[order], np.arange(1, labels.max() + 1))
        self._divisions: list[Division] = []
        self._states: list[Any] = []  # futures of the parts after the last step
        self._known: list[set[int]] = []  # the beliefs whose numbers each part knows
        self._news = np.zeros(len(graph), bool)  # which nodes that others see have changed in the last step
        divide = functools.partial(self._divide, np.split(order, bounds), labels, places)
        run.limits.off_main_thread(functools.partial(guarded, divide))
        self._new: list[set[int]] = [set() for _ in self._states]  # beliefs that a part was the first to tell
        self._active = [True] * len(self._states)  # whether the next step changes something even without news
        self._stepped: set[int] = set()  # the parts that had something to do in the last step
        self._changes = True

    def _divide(self, nodes_of: list[Integers], labels: Integers, places: list[str | None]) -> None:
        """Send each part to a worker."""
        run, numbers = self._run, np.empty(len(labels), np.int64)
        elsewhere = replace(run, executor=None, progress=None, known=Known())
        vocabulary = self._cluster.keep(_itself, self._parts.empty())
        outward = 0
        for part, (nodes, place) in enumerate(zip(nodes_of, itertools.cycle(places))):
            run.limits.check()
            sizes = self._begins[nodes + 1] - self._begins[nodes]
            near = self._neighbours[positions(self._begins, nodes)]
            outside = labels[near] != part
            halo = np.unique(near[outside])
            seen = nodes[np.unique(np.repeat(np.arange(len(nodes)), sizes)[outside])]
            outward += int(np.count_nonzero(outside))
            everyone = np.concatenate([nodes, halo])
            numbers[everyone] = np.arange(len(everyone))
            told = tell(self._numbers[everyone], None, int)
            known = set(map(self._number, told.beliefs))
            message = pickle.dumps(Start(narrow(sizes), narrow(numbers[near]), told, self._written(known)), _PROTOCOL)
            self._states.append(self._cluster.keep(begun, vocabulary, elsewhere, message, place=place))
            self._divisions.append(Division(nodes, seen, halo, place))
            self._known.append(known)
        run.limits.statistics.count(cut_edges=outward // 2)

    def step(self) -> None:
        """Give every node its new belief, all at the same time; isolated nodes keep theirs."""
        run, names, alone = self._run, self._nodes, self._alone
        run.known.nodes = [names[i] for i in np.flatnonzero(alone).tolist()]
        updated, total = itertools.count(1), len(names) - len(run.known.nodes)

        def know(nodes: Integers) -> None:
            nodes = nodes[~alone[nodes]]
            run.known.nodes += map(names.__getitem__, nodes.tolist())
            if run.progress is not None:
                for _ in range(len(nodes)):
                    run.report(next(updated), total, "nodes")
            run.limits.check()

        turn = [i for i, each in enumerate(self._divisions) if self._active[i] or self._news[each.halo].any()]
        for i in sorted({*range(len(self._divisions))} - {*turn}):
            know(self._divisions[i].nodes)
        told: list[bytes] = []

        def submit(futures: list[Future[bytes]]) -> None:
            for i in turn:
                run.limits.check()
                message = self._message(i)
                told.append(message)
                self._states[i] = self._keep(next_part, i, message)
                futures.append(self._fetch(report_of, i))

        for i, message in zip(turn, in_order(submit, run.limits, self._cluster.watch), strict=True):
            told.append(message)
            know(self._divisions[i].nodes)
        self._stepped, self._changes = set(turn), False
        self._news[:] = False
        for i, message in zip(turn, told[len(turn) :], strict=True):
            self._hear(i, pickle.loads(message))
        sent = sum(map(len, told))
        run.limits.statistics.count(sent=sent, most_sent=sent)
        run.known.rounds += 1

    def changed(self) -> bool:
        """Whether the last step changed what some node believes."""
        return self._changes

    def beliefs(self) -> Beliefs:
        """What each node believes."""
        self._numbers = self._collected(before=False)
        return super().beliefs()

    def beliefs_before(self) -> Beliefs:
        """What each node believed before the last step."""
        self._before = self._collected(before=True)
        return super().beliefs_before()

    def _message(self, i: int) -> bytes:
        """What a part is told before a step."""
        halo = self._divisions[i].halo
        told = tell(self._numbers[halo], self._news[halo], int)
        new = (self._new[i] | set(map(self._number, told.beliefs))) - self._known[i]
        self._known[i] |= new
        return pickle.dumps(News(self._run.limits, told, self._written(new)), _PROTOCOL)

    def _hear(self, i: int, report: Report) -> None:
        """Take in what a part tells after a step."""
        seen = self._divisions[i].seen
        where = seen if report.told.where is None else seen[report.told.where]
        numbers = report.told.read(self._number)
        self._new[i] = {self._number(belief) for belief in report.told.beliefs}
        self._news[where] = self._numbers[where] != numbers
        self._numbers[where] = numbers
        self._active[i] = report.stale
        self._changes |= report.changes
        self._run.limits.statistics.include(report.statistics)

    def _collected(self, *, before: bool) -> Integers:
        """The numbers of what all nodes believe, or believed before the last step."""

        def submit(futures: list[Future[bytes]]) -> None:
            futures += [self._fetch(everything_of, i, before and i in self._stepped) for i in range(len(self._divisions))]

        numbers = self._numbers.copy()
        messages = in_order(submit, self._run.limits, self._cluster.watch)
        for division, message in zip(self._divisions, messages, strict=True):
            told: Told = pickle.loads(message)
            numbers[division.nodes] = told.read(self._number)
        return numbers

    def _keep(self, function: Callable[..., Any], i: int, *args: object) -> Any:
        return self._cluster.keep(function, self._states[i], *args, place=self._divisions[i].place)

    def _fetch(self, function: Callable[..., Any], i: int, *args: object) -> Any:
        return self._cluster.fetch(function, self._states[i], *args, place=self._divisions[i].place)

    def _number(self, belief: int | WrittenBelief) -> int:
        """The number of a belief that a part calls by its number, or spells out."""
        return belief if isinstance(belief, int) else self._parts.read(belief)

    def _written(self, numbers: set[int]) -> list[tuple[int, WrittenBelief]]:
        return [(number, self._parts.written(number)) for number in sorted(numbers)]


_PROTOCOL = pickle.HIGHEST_PROTOCOL


def _itself(value: Any) -> Any:
    return value
