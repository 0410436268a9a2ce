"""Ring steps of a whole network at once: layer by layer around many nodes.

A node is done when nothing that is said in the network could make its belief stronger.  In later steps, only components of
linked atoms count about which some belief has changed in the step before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from equibel.operators.hearing import FromListeners, FromSpeakers, Heard, Told
from equibel.operators.layers import Layers
from equibel.operators.many_stars import Stars
from equibel.operators.network_rounds import NetworkRounds
from equibel.operators.run import Beliefs, Run
from equibel.solving.belief_parts import NOTHING
from equibel.solving.star_tables import Integers


class RingRounds(NetworkRounds):
    """Ring steps: every node completes the star of the nodes at distance 1, then of those at distance 2, and so on."""

    def __init__(self, graph: nx.Graph, beliefs: Beliefs, run: Run) -> None:
        super().__init__(graph, beliefs, run)
        self._told: Told
        self._slow = self._hearing_of_large_components(graph)
        self._moved = np.ones(len(self._parts.atoms), bool)  # components about which beliefs changed in the last step

    def _hearing_of_large_components(self, graph: nx.Graph) -> NDArray[np.bool_]:
        """The nodes that may need stars that take long, so that all others can be done before."""
        begins, factors, which = self._rows_by_belief(self._parts.factors)
        large = ~self._parts.small()[self._parts.component_of_factors()[factors]]
        says = (np.diff(np.append(0, np.cumsum(large))[begins]) > 0)[which]
        if says.any():
            number = {node: i for i, node in enumerate(graph)}
            for linked in nx.connected_components(graph):
                places = [number[node] for node in linked]
                says[places] = says[places].any()
        return says

    def _stale(self) -> NDArray[np.bool_]:
        """Those to whom it matters what somebody in the network says."""
        said = self._rows_by_belief(self._parts.factors)
        beliefs, which = np.unique(self._numbers, return_inverse=True)
        of = self._parts.component_of_factors()
        told = self._told = Told(self._parts, *said, self._moved[of])
        listens, matters = np.zeros(len(beliefs), bool), np.zeros(len(of), bool)
        for block in self._blocks(np.arange(len(beliefs))):
            matter = told.matter(self._own(beliefs[block]))
            listens[block] = np.logical_or.reduce(matter, axis=0)
            matters[told.factors] |= np.logical_or.reduce(matter, axis=1)
        self._told = Told(self._parts, *said, matters)
        self._moved = np.zeros_like(self._moved)
        return listens[which.reshape(-1)]

    def _updated(self, nodes: Integers, know: Callable[[Integers], None]) -> Integers:
        found = np.empty_like(nodes)
        plan = self._run.request.plan
        most = max(1, plan.ring_bits // len(self._nodes))
        speakers = self._told.speakers()
        few = len(speakers) <= min(most, len(nodes))
        last = self._slow[nodes]
        for some in (np.flatnonzero(~last), np.flatnonzero(last)):
            for block in self._blocks(some, len(nodes) if few else min(most, plan.ring_nodes)):
                listeners = nodes[block]
                search = self._from_speakers(speakers, listeners) if few else self._from_listeners(listeners)
                found[block] = self._update(listeners, search, know)
        return found

    def _from_listeners(self, listeners: Integers) -> FromListeners:
        return FromListeners(self._told, self._layers(listeners))

    def _from_speakers(self, speakers: Integers, listeners: Integers) -> FromSpeakers:
        return FromSpeakers(self._told, self._layers(speakers), speakers, listeners, len(self._nodes))

    def _layers(self, sources: Integers) -> Layers:
        return Layers(self._begins, self._neighbours, sources, self._run.limits.check)

    def _blocks(self, rows: Integers, most: int | None = None) -> Iterator[Integers]:
        """Nodes or beliefs, as many at a time as fit in memory with some numbers for each factor and each component."""
        numbers = 8 * 64 * max(1, len(self._told.factors), len(self._moved))
        size = max(1, min(self._run.request.plan.ring_bits // numbers, most or len(rows)))
        return (rows[i : i + size] for i in range(0, len(rows), size))

    def _own(self, beliefs: Integers) -> Integers:
        """For each of some beliefs, the part about each component."""
        different, which = np.unique(beliefs, return_inverse=True)
        found = np.full((len(different), len(self._moved)), NOTHING)
        component = self._parts.component_of_parts()
        for row, belief in enumerate(different.tolist()):
            parts = np.array(self._parts.parts(belief), np.int64)
            found[row, component[parts]] = parts
        return found[which.reshape(-1)]

    def _update(self, nodes: Integers, search: FromListeners | FromSpeakers, know: Callable[[Integers], None]) -> Integers:
        """What some nodes believe after the step."""
        told, own = self._told, self._own(self._numbers[nodes])
        given = own.copy()
        matter = told.matter(own)
        listening = np.logical_or.reduce(matter, axis=0)
        while listening.any() and (heard := search.advance(matter)) is not None:
            changed = self._complete(own, heard)
            if len(changed):
                matter[:, changed] = told.matter(own[changed])
                before, listening = listening, np.logical_or.reduce(matter, axis=0)
                know(nodes[before & ~listening])
                search.leave(matter)
        know(nodes[listening])
        self._moved |= (own != given).any(axis=0)
        row, component = np.nonzero(own != NOTHING)
        return self._joined(np.searchsorted(row, np.arange(len(nodes) + 1)), own[row, component])

    def _complete(self, own: Integers, heard: Heard) -> Integers:
        """Complete the stars of one layer; returns the rows of the nodes that believe something new."""
        if not len(heard.factor):
            return heard.listener
        told = self._told
        star = heard.listener * own.shape[1] + told.components[heard.factor]
        order = np.argsort(star, kind="stable")
        stars, begins = np.unique(star[order], return_index=True)
        centers = own.reshape(-1)[stars]
        leaves = told.factors[heard.factor[order]], heard.times[order]
        answers = self._stars.complete(Stars(centers, np.append(begins, len(order)), *leaves), self._check)
        own.reshape(-1)[stars] = answers
        return np.unique(stars[answers != centers] // own.shape[1])

    def _check(self, done: Integers) -> None:
        self._run.limits.check()
