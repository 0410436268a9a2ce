"""Splitting a problem into independent groups.

Two copies are linked when they are the two ends of an edge for the same atom, or occur together in one conjunct of a
node's formula.  Whether a model of one group is optimal does not depend on the other groups, so each is solved alone
and the answers are conjoined.  A copy whose value its node's formula settles takes part in the comparisons along its
edges, but links nothing: its neighbours meet a constant.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from equibel.solving.limits import Limits
from equibel.solving.problem import Copy, Group, Problem
from equibel.solving.settle import settle
from equibel.solving.weights import Weights, whole

_OFTEN = 1024
_ONE = Fraction(1)


def split(problem: Problem, limits: Limits) -> tuple[list[Group], list[dict[str, bool]]]:
    """The groups that contain copies of targets, and for each node the values its formula settles.

    Linear in the size of those groups.
    """
    parts = []
    for belief in problem.beliefs:
        limits.check()
        parts.append(settle(belief, limits))
    settled = [values for values, _ in parts]
    weights = Weights(problem)
    neighbours: list[list[tuple[int, int, int]]] = [[] for _ in parts]
    for number, (x, y, level) in enumerate(problem.edges):
        neighbours[x].append((y, level, number))
        neighbours[y].append((x, level, number))
    mentioning: defaultdict[Copy, list[int]] = defaultdict(list)  # conjuncts of the node that mention the atom
    for node, (_, formulas) in enumerate(parts):
        for number, formula in enumerate(formulas):
            for name in formula.atoms():
                mentioning[node, name].append(number)

    def explore(start: Copy) -> Group:
        group = Group()
        position = {start: 0}
        boundary: dict[Copy, int] = {}  # settled copies met
        pending: list[tuple[int, Copy, int]] = []  # comparisons with them
        counting: list[Fraction] = []  # the weights of the comparisons
        counting_pending: list[Fraction] = []
        seen: set[tuple[int, int]] = set()  # conjuncts taken
        group.copies.append(start)
        for node, name in group.copies:  # grows while it is read
            here = position[node, name]
            if here % _OFTEN == 0:
                limits.check()
            for other, level, edge in neighbours[node]:
                copy = (other, name)
                weight = weights.of(edge, node, other, name) if weights.matter else _ONE
                if weights.matter and not weight:
                    group.lacking = True
                    continue
                if name in settled[other]:
                    boundary.setdefault(copy, len(boundary))
                    pending.append((here, copy, level))
                    counting_pending.append(weight)
                    continue
                if copy not in position:
                    position[copy] = len(group.copies)
                    group.copies.append(copy)
                if here < position[copy]:
                    group.compared.append((here, position[copy], level))
                    counting.append(weight)
            for number in mentioning.get((node, name), ()):
                if (node, number) in seen:
                    continue
                seen.add((node, number))
                formula = parts[node][1][number]
                group.constraints.append((node, formula))
                for linked in formula.atoms():
                    if (node, linked) not in position:
                        position[node, linked] = len(group.copies)
                        group.copies.append((node, linked))
        open_copies = len(group.copies)
        group.compared += [(here, open_copies + boundary[copy], level) for here, copy, level in pending]
        group.copies += boundary
        group.settled = [settled[node][name] for node, name in boundary]
        if weights.matter:
            group.weights = whole(counting + counting_pending, [level for _, _, level in group.compared])
        return group

    component_atoms = _atoms_by_component(problem, neighbours)
    groups: list[Group] = []
    done: set[Copy] = set()
    for target in problem.targets:
        for name in component_atoms[target]:
            copy = (target, name)
            if copy not in done and name not in settled[target]:
                group = explore(copy)
                done.update(group.copies[: group.open])
                groups.append(group)
    return groups, settled


def _atoms_by_component(problem: Problem, neighbours: list[list[tuple[int, int, int]]]) -> list[list[str]]:
    """For each node, the atoms that occur in its connected component, sorted."""
    atoms: list[list[str] | None] = [None] * len(neighbours)
    for start in problem.targets:
        if atoms[start] is not None:
            continue
        component = [start]
        seen = {start}
        for node in component:
            for other, _, _ in neighbours[node]:
                if other not in seen:
                    seen.add(other)
                    component.append(other)
        names = sorted({name for node in component for name in problem.beliefs[node].atoms()})
        for node in component:
            atoms[node] = names
    return [names or [] for names in atoms]
