"""A partition of a network: parts of about equal size, with few edges between nodes of different parts.

The way of multilevel partitioning.  Nodes join a neighbour again and again, so that clusters grow; a cluster is a node of
the next, coarser network, and edges between two clusters become one edge with their number as its strength.  The coarsest
network is cut into parts, which grow one after the other along the strongest edges.  On the way back, nodes move to the
part with which they have more edges than with their own, as long as there is room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from equibel.solving.star_tables import Integers

ROOM = 1.1  # the largest part, in terms of the average
_CLUSTERS = 20  # for each part in the coarsest network
_SHARE = 10  # clusters that fit into a part, at least
_JOINING = 2 / 3  # of the nodes; the others are joined
_ENOUGH = 0.7  # with more clusters than this share of the nodes, neighbours alone do not bring them together
_SHRINKS = 0.95  # a coarser network has fewer nodes than this share; otherwise it is the coarsest
_SWEEPS = 2  # over each network: one alone moves only half of the nodes
_TIES = 20  # random bits that decide between equally strong labels
_BITS = 62  # for a pair of a node and a label, and the strength between them


class _Network(NamedTuple):
    """The edges, each in both directions and in ascending order of ``rows``; how strong they are; the sizes of the nodes."""

    rows: Integers
    columns: Integers
    strengths: Integers
    sizes: Integers


def partition(begins: Integers, neighbours: Integers, parts: int, check: Callable[[], None]) -> Integers:
    """The part of each node, from 0 on.

    Parameters
    ----------
    begins, neighbours : arrays
        The neighbours of all nodes, one node after the other, and where those of each node begin.
    parts : int
        How many parts there are at most.
    check : callable
        Called every now and then; what it raises ends the work.

    Returns
    -------
    array
        No part is more than a tenth larger than n / parts, or smaller than its half, unless single nodes are that large.

    Examples
    --------
    Two triangles and an edge between them:

    >>> import numpy as np
    >>> begins = np.array([0, 2, 4, 7, 10, 12, 14])
    >>> neighbours = np.array([1, 2, 0, 2, 0, 1, 3, 2, 4, 5, 3, 5, 3, 4])
    >>> found = partition(begins, neighbours, 2, lambda: None)
    >>> len(set(found[:3])), len(set(found[3:])), len(set(found))
    (1, 1, 2)
    """
    nodes = len(begins) - 1
    draw = np.random.default_rng(0)  # the same network is always cut in the same way
    rows = np.repeat(np.arange(nodes), np.diff(begins))
    network = _Network(rows, neighbours, np.ones(len(rows), np.int64), np.ones(nodes, np.int64))
    finer: list[tuple[_Network, Integers]] = []
    most = max(1, int(nodes / parts * ROOM))
    while len(network.sizes) > _CLUSTERS * parts:
        check()
        different, labels = np.unique(_clusters(network, max(2, most // _SHARE), draw), return_inverse=True)
        if len(different) > _SHRINKS * len(labels):
            break
        finer.append((network, labels))
        network = _coarser(network, labels, len(different))
    labels = _grown(network, parts, check)
    while True:
        check()
        _refine(network, labels, parts, nodes // (2 * parts), most, draw)
        if not finer:
            return labels
        network, cluster = finer.pop()
        labels = labels[cluster]


def _clusters(network: _Network, most: int, draw: np.random.Generator) -> Integers:
    """Labels of clusters: many nodes join the neighbour to which the edge is strongest, so far as there is room."""
    joining = draw.random(len(network.sizes)) < _JOINING
    can = joining[network.rows] & ~joining[network.columns]
    rows, columns, strengths = network.rows[can], network.columns[can], network.strengths[can]
    best = _strongest(rows, strengths, draw)
    nodes, to = rows[best], columns[best]
    kept = _fitting(to, strengths[best], network.sizes[nodes], most - network.sizes)
    labels = np.arange(len(network.sizes))
    labels[nodes[kept]] = to[kept]
    if len(labels) - len(kept) > _ENOUGH * len(labels):
        _unite(network, labels, most)
    return labels


def _refine(network: _Network, labels: Integers, parts: int, least: int, most: int, draw: np.random.Generator) -> None:
    """Let nodes change to the part with which they have more edges than with their own, so far as loads stay in bounds.

    Half of the nodes change at the same time.  If all did, neighbours would exchange their parts for ever.
    """
    loads = np.bincount(labels, network.sizes, parts).astype(np.int64)
    for _ in range(_SWEEPS):
        cut = labels[network.rows] != labels[network.columns]
        if np.count_nonzero(cut) > len(cut) / 2:
            return  # where most edges are cut, changes of single nodes make less than a hundredth of a difference
        border = np.zeros(len(labels), bool)
        border[network.rows[cut]] = draw.random(np.count_nonzero(cut)) < 1 / 2
        edges = np.flatnonzero(border[network.rows])
        rows = network.rows[edges]
        rows, near, strengths = _together(rows, labels[network.columns[edges]], network.strengths[edges], parts)
        own = labels[rows] == near
        here = np.zeros(len(labels), np.int64)
        here[rows[own]] = strengths[own]
        better = np.flatnonzero((strengths > here[rows]) & (loads[near] + network.sizes[rows] <= most))
        best = better[_strongest(rows[better], strengths[better], draw)]
        nodes, to, gain = rows[best], near[best], strengths[best] - here[rows[best]]
        kept = _fitting(to, gain, network.sizes[nodes], most - loads)
        nodes, to, gain = nodes[kept], to[kept], gain[kept]
        kept = _fitting(labels[nodes], gain, network.sizes[nodes], loads - least)
        nodes, to = nodes[kept], to[kept]
        np.subtract.at(loads, labels[nodes], network.sizes[nodes])
        np.add.at(loads, to, network.sizes[nodes])
        labels[nodes] = to


def _strongest(rows: Integers, strengths: Integers, draw: np.random.Generator) -> Integers:
    """The position of the strongest entry of each row, any of equally strong ones; rows are in ascending order."""
    first = _first(rows)
    if not len(first):
        return first
    score = (strengths << _TIES) + draw.integers(0, 1 << _TIES, len(rows))
    best = np.flatnonzero(score == np.repeat(np.maximum.reduceat(score, first), np.diff(first, append=len(rows))))
    found: Integers = best[_first(rows[best])]
    return found


def _unite(network: _Network, labels: Integers, most: int) -> None:
    """Give nodes that are still alone, as many as there is room for, a common label if their first neighbour is the same.

    So leaves of a hub come together for which its cluster has no room, and nodes without neighbours.
    """
    alone = np.flatnonzero((np.bincount(labels, minlength=len(labels)) == 1)[labels])
    first = _first(network.rows)
    leaders = np.full(len(labels), -1)
    leaders[network.rows[first]] = network.columns[first]
    alone = alone[np.argsort(leaders[alone], kind="stable")]
    filled = np.cumsum(network.sizes[alone]) // most
    begins = np.ones(len(alone), bool)
    begins[1:] = (np.diff(leaders[alone]) != 0) | (np.diff(filled) != 0)
    labels[alone] = labels[alone[begins]][np.cumsum(begins) - 1]


def _together(rows: Integers, columns: Integers, strengths: Integers, count: int) -> tuple[Integers, Integers, Integers]:
    """The different pairs of a row and one of ``count`` columns in ascending order, each with its strengths added up."""
    pairs = rows * count + columns
    bits = _BITS - int(pairs.max(initial=1)).bit_length()  # sorting numbers is much faster than sorting pairs
    packed = (pairs << bits) + np.minimum(strengths, (1 << bits) - 1)
    packed.sort()
    pairs = packed >> bits
    first = _first(pairs)
    found = np.add.reduceat(packed & ((1 << bits) - 1), first) if len(first) else packed
    return *np.divmod(pairs[first], count), found


def _fitting(where: Integers, gain: Integers, sizes: Integers, room: Integers) -> Integers:
    """Which moves there is room for, where each of them needs some; those with more gain come first."""
    order = np.lexsort((-gain, where))
    where, needed = where[order], np.cumsum(sizes[order])
    first = _first(where)
    before = np.repeat(needed[first] - sizes[order][first], np.diff(first, append=len(where)))
    return order[needed - before <= room[where]]


def _first(values: Integers) -> Integers:
    """Where each different one of some sorted values is first."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return np.flatnonzero(new)


def _coarser(network: _Network, labels: Integers, count: int) -> _Network:
    """The network of the clusters with these labels."""
    rows, columns = labels[network.rows], labels[network.columns]
    between = rows != columns
    edges = _together(rows[between], columns[between], network.strengths[between], count)
    return _Network(*edges, np.bincount(labels, network.sizes, count).astype(np.int64))


def _grown(network: _Network, parts: int, check: Callable[[], None]) -> Integers:
    """The part of each node; each part begins with the largest node that is left, and takes in what is tied to it most."""
    begins = np.searchsorted(network.rows, np.arange(len(network.sizes) + 1)).tolist()
    sizes = network.sizes.tolist()
    left = sum(sizes)
    labels = np.full(len(sizes), parts - 1)
    free = network.sizes.astype(float)  # whom to take next when none of those that are left is tied to the part
    for part in range(parts - 1):
        check()
        wanted, load = left / (parts - part), 0
        tied = np.zeros(len(sizes))
        while True:
            node = int(np.argmax(np.where(free > 0, tied, -1)))
            if not tied[node]:
                node = int(np.argmax(free))
            if not free[node] or (load and load + sizes[node] / 2 > wanted):
                break
            labels[node], free[node] = part, 0
            load += sizes[node]
            edges = slice(begins[node], begins[node + 1])
            tied[network.columns[edges]] += network.strengths[edges]
        left -= load
    return labels
