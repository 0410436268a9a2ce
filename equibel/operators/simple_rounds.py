"""Simple steps of a whole network at once.

A step reads every edge once.  Later steps look only at nodes whose own belief, or a neighbour's, has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equibel.operators.many_stars import Stars
from equibel.operators.network_rounds import NetworkRounds
from equibel.solving.belief_parts import NOTHING, positions
from equibel.solving.star_tables import Integers


class SimpleRounds(NetworkRounds):
    """Simple steps: every node completes the star of its neighbours."""

    def _stale(self) -> NDArray[np.bool_]:
        if not self._run.known.rounds:
            return np.ones(len(self._nodes), bool)
        stale: NDArray[np.bool_] = self._before != self._numbers
        stale[self._neighbours[positions(self._begins, np.flatnonzero(stale))]] = True
        return stale

    def _updated(self, nodes: Integers, know: Callable[[Integers], None]) -> Integers:
        beliefs = self._parts
        width = len(beliefs.atoms)
        own, heard = self._own(nodes), self._heard(nodes)
        # A star for each node and each component about which the node hears something.
        believing = own.row * width + beliefs.component_of_parts()[own.item]
        hearing = heard.row * width + beliefs.component_of_factors()[heard.item]
        order = np.argsort(hearing, kind="stable")
        hearing = hearing[order]
        parts = np.unique(np.concatenate([believing, hearing]))
        found = np.full(len(parts), NOTHING)
        found[np.searchsorted(parts, believing)] = own.item
        stars, begins = np.unique(hearing, return_index=True)
        centers = np.searchsorted(parts, stars)
        rows = stars // width
        missing = np.bincount(rows, minlength=len(nodes))  # how many stars of each node are not completed yet

        def tell(done: Integers) -> None:
            np.subtract.at(missing, rows[done], 1)
            touched = np.unique(rows[done])
            know(nodes[touched[missing[touched] == 0]])

        know(nodes[missing == 0])
        begins = np.append(begins, len(hearing))
        told = Stars(found[centers], begins, heard.item[order], heard.times[order])
        found[centers] = self._stars.complete(told, tell)
        rows, found = parts[found != NOTHING] // width, found[found != NOTHING]
        return self._joined(np.searchsorted(rows, np.arange(len(nodes) + 1)), found)

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


class Entries(NamedTuple):
    """Numbers in rows: the row of each entry, in ascending order, the number, and how often it is there."""

    row: Integers
    item: Integers
    times: Integers
