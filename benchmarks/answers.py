"""From all maximal EQ sets of a scenario to its global completion: the way that Equibel avoids, as a check.

Under a maximal EQ set of a connected graph, the ends of every edge outside it differ.  So atom p of node u, seen from
node v, is p or ~p, according to the number of disagreements on the way, and the answer at v is the disjunction over the
EQ sets of what all nodes of its component believe, read in v's atoms.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

import equibel as eb
from benchmarks.rivals import comparisons
from equibel import formula as fm


def completion(graph: eb.EquibelGraph, eq_sets: Iterable[Iterable[int]]) -> eb.EquibelGraph:
    """The global completion, from the disagreements of every maximal EQ set.

    Every node gets a disjunction with one part for each way in which the others' beliefs can look to it.
    """
    bit = {name: 1 << i for i, name in enumerate(graph.atom_names())}
    compared = [(bit[name], x, y) for name, x, y in comparisons(graph)]
    components = [(sorted(nodes), list(nx.bfs_edges(graph, min(nodes)))) for nodes in nx.connected_components(graph)]
    speakers = [[node for node in nodes if graph.beliefs(node)] for nodes, _ in components]
    seen: dict[int, set[tuple[int, ...]]] = {node: set() for node in graph}  # which atoms of the speakers look negated
    for disagreements in eq_sets:
        differ: dict[tuple[int, int], int] = {}
        for k in disagreements:
            name, x, y = compared[k]
            differ[x, y] = differ.get((x, y), 0) | name
        for (nodes, tree), speaking in zip(components, speakers, strict=True):
            flipped = {nodes[0]: 0}  # the atoms whose values are the opposite of those at the first node
            for x, y in tree:
                flipped[y] = flipped[x] ^ (differ.get((x, y), 0) | differ.get((y, x), 0))
            for node in nodes:
                seen[node].add(tuple(flipped[speaker] ^ flipped[node] for speaker in speaking))
    result = eb.EquibelGraph(nx.Graph(graph.edges))
    result.add_nodes_from(graph)
    result.add_atoms(bit)
    for (nodes, _), speaking in zip(components, speakers, strict=True):
        beliefs = [graph.belief(speaker) for speaker in speaking]
        for node in nodes:
            views = (
                fm.conjunction(_negated(belief, flips, bit) for belief, flips in zip(beliefs, flipped, strict=True))
                for flipped in sorted(seen[node])
            )
            result.add_formula(node, fm.disjunction(views))
    return result


def _negated(formula: fm.Formula, flips: int, bit: dict[str, int]) -> fm.Formula:
    return fm.translate(formula, {name: fm.literal(name, False) for name in bit if flips & bit[name]})
