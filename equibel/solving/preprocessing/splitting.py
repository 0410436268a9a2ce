"""The split of a problem into independent groups.

Two copies are linked when they are the two ends of an edge for the same atom, or occur together in one conjunct of a
node's formula.  Whether a model of one group is optimal does not depend on the other groups, so each is solved alone
and the answers are conjoined.  A copy in the backbone of its node's formula takes part in the comparisons along its
edges, but links nothing, since it is a constant for its neighbours.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from fractions import Fraction

from equibel.formula import Formula
from equibel.solving.limits import Limits
from equibel.solving.preprocessing.backbone import find_backbones
from equibel.solving.preprocessing.comparison_weights import ComparisonWeights, whole
from equibel.solving.problem import Copy, Group, Problem

_OFTEN = 1024


def split(problem: Problem, limits: Limits) -> tuple[list[Group], list[dict[str, bool]]]:
    """The groups that contain copies of targets, and for each node the backbone of its formula.

    Linear in the size of those groups.
    """
    parts = find_backbones(problem.beliefs, limits)
    backbones = [values for values, _ in parts]
    weights = ComparisonWeights(problem)
    weighted = weights.matter
    first, neighbours = _neighbours(problem)
    mentioning: defaultdict[Copy, list[int]] = defaultdict(list)  # conjuncts of the node that mention the atom
    for node, (_, formulas) in enumerate(parts):
        for number, formula in enumerate(formulas):
            for name in formula.atoms():
                mentioning[node, name].append(number)

    def explore(start: Copy) -> Group:
        copies = [start]
        compared: list[tuple[int, int, int]] = []
        constraints: list[tuple[int, Formula]] = []
        lacking = False
        position = {start: 0}
        boundary: dict[Copy, int] = {}  # backbone copies met
        pending: list[tuple[int, Copy, int]] = []  # comparisons with them
        counting: list[Fraction] = []  # the weights of the comparisons
        counting_pending: list[Fraction] = []
        seen: set[tuple[int, int]] = set()  # conjuncts that are in the group already
        for here, copy in enumerate(copies):  # grows while it is read
            node, name = copy
            if here % _OFTEN == 0:
                limits.check()
            for other, level, edge in neighbours[first[node] : first[node + 1]]:
                if weighted:
                    weight = weights.of(edge, node, other, name)
                    if not weight:
                        lacking = True
                        continue
                end = (other, name)
                if name in backbones[other]:
                    boundary.setdefault(end, len(boundary))
                    pending.append((here, end, level))
                    if weighted:
                        counting_pending.append(weight)
                    continue
                there = position.setdefault(end, len(copies))
                if there == len(copies):
                    copies.append(end)
                if here < there:
                    compared.append((here, there, level))
                    if weighted:
                        counting.append(weight)
            for number in mentioning.get(copy, ()):
                if (node, number) in seen:
                    continue
                seen.add((node, number))
                formula = parts[node][1][number]
                constraints.append((node, formula))
                for linked in sorted(formula.atoms()):
                    if (node, linked) not in position:
                        position[node, linked] = len(copies)
                        copies.append((node, linked))
        open_copies = len(copies)
        compared += [(here, open_copies + boundary[end], level) for here, end, level in pending]
        copies += boundary
        return Group(
            copies=tuple(copies),
            backbone=tuple([backbones[node][name] for node, name in boundary]),
            constraints=tuple(constraints),
            compared=tuple(compared),
            weights=tuple(whole(counting + counting_pending, [level for _, _, level in compared])) if weighted else (),
            lacking=lacking,
        )

    regions = {} if weighted else _regions(backbones, {name for _, name in mentioning})

    def group_of(start: Copy) -> Group:
        node, name = start
        if name not in regions:
            return explore(start)
        found = regions[name].get(node)
        if found is None:
            group = explore(start)
            regions[name].update((node, group) for node, _ in group.copies[: group.open])
            return group
        copies = tuple([(node, name) for node, _ in found.copies])
        values = tuple([backbones[node][name] for node, _ in copies[found.open :]])
        return Group(copies, values, compared=found.compared)

    component_atoms = _atoms_by_component(problem, first, neighbours)
    groups: list[Group] = []
    done: set[Copy] = set()
    for target in problem.targets:
        for name in component_atoms[target]:
            copy = (target, name)
            if copy not in done and name not in backbones[target]:
                group = group_of(copy)
                done.update(group.copies[: group.open])
                groups.append(group)
    return groups, backbones


def _regions(backbones: list[dict[str, bool]], linked: set[str]) -> dict[str, dict[int, Group]]:
    """For atoms that no conjunct mentions, where to keep the groups of their copies, by node.

    The groups of such an atom end where it is in the backbone.  So atoms that are in the backbones of the same nodes have
    groups that differ in names and values only: these have one place together.  Other atoms are not among the keys.
    """
    backbone_at: defaultdict[str, list[int]] = defaultdict(list)
    for node, values in enumerate(backbones):
        for name in values:
            if name not in linked:
                backbone_at[name].append(node)
    together: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for name, nodes in backbone_at.items():
        together[tuple(nodes)].append(name)
    regions: dict[str, dict[int, Group]] = {}
    for names in together.values():
        if len(names) > 1:
            shared: dict[int, Group] = {}
            regions |= dict.fromkeys(names, shared)
    return regions


def _neighbours(problem: Problem) -> tuple[list[int], list[tuple[int, int, int]]]:
    """For each node, where its neighbours begin in a list of all, each as (node, level, number of the edge).

    One list instead of one for each node, which would slow down the garbage collector.
    """
    degrees = [0] * (len(problem.beliefs) + 1)
    for x, y, _ in problem.edges:
        degrees[x + 1] += 1
        degrees[y + 1] += 1
    first = list(itertools.accumulate(degrees))
    free = first.copy()
    neighbours = [(0, 0, 0)] * first[-1]
    for number, (x, y, level) in enumerate(problem.edges):
        neighbours[free[x]] = (y, level, number)
        free[x] += 1
        neighbours[free[y]] = (x, level, number)
        free[y] += 1
    return first, neighbours


def _atoms_by_component(problem: Problem, first: list[int], neighbours: list[tuple[int, int, int]]) -> list[list[str]]:
    """For each node, the atoms that occur in its connected component, sorted."""
    atoms: list[list[str] | None] = [None] * len(problem.beliefs)
    for start in problem.targets:
        if atoms[start] is not None:
            continue
        component = [start]
        seen = {start}
        for node in component:
            for other, _, _ in neighbours[first[node] : first[node + 1]]:
                if other not in seen:
                    seen.add(other)
                    component.append(other)
        believed = {problem.beliefs[node] for node in component}
        names = sorted({name for belief in believed for name in belief.atoms()})
        for node in component:
            atoms[node] = names
    return [names or [] for names in atoms]
