"""Ring steps of a whole network at once: layer by layer around many nodes, by one breadth-first search for all of them.

A node is left when nothing that is said in the network could make its belief stronger.  In later steps, only components of
linked atoms count about which some belief has changed in the step before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from equibel.operators.layers import Layers, packed, unpacked
from equibel.operators.many_stars import Stars
from equibel.operators.network_rounds import NetworkRounds
from equibel.operators.run import Beliefs, Run
from equibel.solving.belief_parts import NOTHING, BeliefParts, positions
from equibel.solving.star_tables import Integers, Words

_WORDS = 1 << 18  # whose bits are counted together


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
        beliefs, which = np.unique(self._numbers, return_inverse=True)
        self._told = Told(self._parts, *self._rows_by_belief(self._parts.factors), self._moved)
        self._moved = np.zeros_like(self._moved)
        open_beliefs = [np.logical_or.reduce(self._told.matter(self._own(some)), axis=0) for some in self._blocks(beliefs)]
        return np.concatenate([np.zeros(0, bool), *open_beliefs])[which.reshape(-1)]

    def _updated(self, nodes: Integers, know: Callable[[Integers], None]) -> Integers:
        found = np.empty_like(nodes)
        last = self._slow[nodes]
        for some in (np.flatnonzero(~last), np.flatnonzero(last)):
            for block in self._blocks(some):
                found[block] = self._update(nodes[block], know)
        return found

    def _blocks(self, rows: Integers) -> Iterator[Integers]:
        """Nodes or beliefs, as many at a time as fit in memory with a bit for each node and a number for each factor."""
        plan = self._run.request.plan
        most = plan.ring_bits // max(len(self._nodes), 64 * len(self._told.factors), 64 * len(self._moved), 1)
        size = max(1, min(most, plan.ring_nodes))
        return (rows[i : i + size] for i in range(0, len(rows), size))

    def _own(self, beliefs: Integers) -> Integers:
        """For each of some beliefs, the part about each component."""
        found = np.full((len(beliefs), len(self._moved)), NOTHING)
        component = self._parts.component_of_parts()
        for row, belief in enumerate(beliefs.tolist()):
            parts = np.array(self._parts.parts(belief), np.int64)
            found[row, component[parts]] = parts
        return found

    def _update(self, nodes: Integers, know: Callable[[Integers], None]) -> Integers:
        """What the nodes of one block believe after the step."""
        told, own = self._told, self._own(self._numbers[nodes])
        given = own.copy()
        rows = np.arange(len(nodes))  # of those around which layers are looked at
        matter = told.matter(own)
        listening = np.logical_or.reduce(matter, axis=0)
        layers = Layers(self._begins, self._neighbours, nodes, self._run.limits.check)
        while listening.any():
            layers.advance()
            if not len(layers.nodes):
                break
            changed = self._complete(own, rows, told.heard(layers, matter))
            if len(changed):
                matter[:, np.searchsorted(rows, changed)] = told.matter(own[changed])
                before, listening = listening, np.logical_or.reduce(matter, axis=0)
                know(nodes[rows[before & ~listening]])
                if 2 * listening.sum() <= len(rows):
                    layers.keep(np.flatnonzero(listening))
                    rows, matter, listening = rows[listening], matter[:, listening], listening[listening]
        know(nodes[rows[listening]])
        self._moved |= (own != given).any(axis=0)
        row, component = np.nonzero(own != NOTHING)
        return self._joined(np.searchsorted(row, np.arange(len(nodes) + 1)), own[row, component])

    def _complete(self, own: Integers, rows: Integers, heard: Heard) -> Integers:
        """Complete the stars of one layer; returns the rows of the nodes that believe something new."""
        if not len(heard.factor):
            return rows[:0]
        told = self._told
        star = rows[heard.source] * own.shape[1] + told.components[heard.factor]
        order = np.argsort(star, kind="stable")
        stars, begins = np.unique(star[order], return_index=True)
        centers = own.reshape(-1)[stars]
        leaves = told.factors[heard.factor[order]], heard.times[order]
        answers = self._stars.complete(Stars(centers, np.append(begins, len(order)), *leaves), self._check)
        own.reshape(-1)[stars] = answers
        return np.unique(stars[answers != centers] // own.shape[1])

    def _check(self, done: Integers) -> None:
        self._run.limits.check()


class Heard(NamedTuple):
    """What is heard from one layer: the source of the search, the place of a factor, in ascending order, and how often."""

    source: Integers
    factor: Integers
    times: Integers


class Told:
    """What the nodes of a network say about some components.

    Parameters
    ----------
    parts : BeliefParts
        Of the beliefs before the step.
    begins, factors, which : arrays
        Where the factors of each different belief begin, all these factors, and which belief each node has.
    counted : array
        Which components count.

    Attributes
    ----------
    factors, components : arrays
        The different factors, and the component of each.
    """

    def __init__(
        self, parts: BeliefParts, begins: Integers, factors: Integers, which: Integers, counted: NDArray[np.bool_]
    ) -> None:
        kept = counted[parts.component_of_factors()[factors]]
        self.factors, item = np.unique(factors[kept], return_inverse=True)
        self.components = parts.component_of_factors()[self.factors]
        self._parts = parts
        self._most = parts.most_leaves()[self.factors]
        self._begins = np.append(0, np.cumsum(kept))[begins]
        self._item = item.reshape(-1)
        self._which = which

    def matter(self, own: Integers) -> NDArray[np.bool_]:
        """For each factor, to which of some nodes it matters; ``own`` has their parts, a row for each node."""
        return self._parts.matter(own[:, self.components].T, self.factors[:, None])

    def heard(self, layers: Layers, matter: NDArray[np.bool_]) -> Heard:
        """The factors of the layer that matter to the sources, as often as they matter."""
        belief = self._which[layers.nodes]
        factor = self._item[positions(self._begins, belief)]
        row = np.repeat(np.arange(len(belief)), np.diff(self._begins)[belief])
        some = np.logical_or.reduce(matter, axis=1)[factor]
        order = np.flatnonzero(some)[np.argsort(factor[some], kind="stable")]
        different, first = np.unique(factor[order], return_index=True)
        words, found = layers.words, []
        for each, speakers, wanted in zip(
            different.tolist(), np.split(row[order], first[1:]), packed(matter[different]), strict=False
        ):
            said = words[speakers]
            heard = np.bitwise_or.reduce(said, axis=0) & wanted
            source = np.flatnonzero(unpacked(heard))
            most = int(self._most[each])
            times = np.ones(len(source), np.int64) if most == 1 else np.minimum(_counts(said, heard)[source], most)
            found.append((source, np.full(len(source), each), times))
        none = np.zeros(0, np.int64)
        return Heard(*map(np.concatenate, zip((none, none, none), *found, strict=True)))


def _counts(said: Words, heard: Words) -> Integers:
    """How many rows have each bit; only in the words where something is heard."""
    counts = np.zeros((len(heard), 64), np.int64)
    some = np.flatnonzero(heard)
    for part in np.array_split(said, 1 + said.size // _WORDS):
        counts[some] += unpacked(part[:, some]).sum(axis=0, dtype=np.int64).reshape(-1, 64)
    return counts.reshape(-1)
