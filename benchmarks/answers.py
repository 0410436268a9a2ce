"""From all maximal EQ sets of a scenario to its global completion: the way that Equibel avoids, as a check.

Under a maximal EQ set of a connected graph, the ends of every edge outside it differ.  So atom p of node u, seen from
node v, is p or ~p, according to the number of disagreements on the way, and the answer at v is the disjunction over the
EQ sets of what all nodes of its component believe, read in v's atoms.
"""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

import equibel as eb
from benchmarks.rivals import Comparison, EqSet, comparisons
from equibel import formula as fm


def completion(graph: eb.EquibelGraph, eq_sets: Iterable[EqSet]) -> eb.EquibelGraph:
    """The global completion, from the disagreements of every maximal EQ set.

    Every node gets a disjunction with one part for each way in which the others' beliefs can look to it.
    """
    compared = comparisons(graph)
    parts: dict[int, dict[fm.Formula, None]] = {node: {} for node in graph}
    trees = [list(nx.bfs_edges(graph, min(component))) for component in nx.connected_components(graph)]
    for disagreements in eq_sets:
        differ = {compared[k] for k in disagreements}
        for component, tree in zip(nx.connected_components(graph), trees, strict=True):
            flipped = _flipped(min(component), tree, differ, graph.atom_names())
            joint = fm.conjunction(_negated(graph.belief(node), flipped[node]) for node in component)
            for node in component:
                parts[node][_negated(joint, flipped[node])] = None
    result = eb.EquibelGraph(nx.Graph(graph.edges))
    result.add_nodes_from(graph)
    for node, formulas in parts.items():
        result.add_formula(node, fm.disjunction(formulas))
    return result


def _flipped(root: int, tree: list[tuple[int, int]], differ: set[Comparison], atoms: list[str]) -> dict[int, frozenset[str]]:
    """For each node, the atoms whose values there are the opposite of those at the root."""
    flipped: dict[int, frozenset[str]] = {root: frozenset()}
    for x, y in tree:
        here = {name for name in atoms if (name, x, y) in differ or (name, y, x) in differ}
        flipped[y] = flipped[x] ^ here
    return flipped


def _negated(formula: fm.Formula, atoms: frozenset[str]) -> fm.Formula:
    return fm.translate(formula, {name: fm.literal(name, False) for name in atoms})
