"""What a node can take in optimal interpretations, seen through a window: a few copies around it.

A *window* is a set W of open copies that contains, with a copy, all those that a belief mentions together with it.  Let B
be the copies outside W that are compared with some in W.  In the window's group the copies of W and B are open, with the
beliefs about W and the comparisons that have an end in W; each copy of B that is not in the backbone is compared with a
copy that is true and with one that is false as well.

*What no optimal interpretation of the window's group shows, none of the group shows.*  Let M be optimal in the group, and
suppose that some N has all agreements of M in the window's group and more.  On B it has the values of M, since each copy
there agrees with exactly one of its two constants.  Give M the values of N on W: all beliefs are true, since none
mentions copies on both sides, and only comparisons with an end in W are touched.  They agree where they did, and one more
does: M was not optimal.  When B has backbone copies only, the window is independent of the rest, and what it shows, the
group shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from equibel.formula import disjunction, literal
from equibel.solving.clingo.solver import TakesLongError
from equibel.solving.methods.covering import Interpretation
from equibel.solving.methods.growth_links import Links
from equibel.solving.methods.search import search
from equibel.solving.problem import Copy, Group
from equibel.solving.request import Request

TRUE_NODE, FALSE_NODE = -1, -2  # nodes of the constants


class Window(NamedTuple):
    """A window's group, and where its open copies are in the group: those inside first, then those of the boundary."""

    group: Group
    positions: list[int]
    inside: int

    @property
    def closed(self) -> bool:
        """Whether nothing outside can matter."""
        return self.inside == len(self.positions)


def window(group: Group, links: Links, start: Sequence[int], size: int) -> Window:
    """About ``size`` copies around those of a node.

    ``links`` may have further beliefs, which do not decide what is optimal in the group.  In the window's group each is true
    or a copy says that it is exempt; these copies agree, so that a rival may be exempt.  What no optimal interpretation
    shows that is not exempt, none of the group shows that makes the further beliefs true.
    """
    inside: dict[int, None] = {}

    def add(copy: int) -> None:
        belief = links.belief_of[copy]
        inside.update(dict.fromkeys([copy] if belief < 0 else links.mentioned[belief]))

    for i in start:
        add(i)
    pending = list(inside)
    for i in pending:  # grows while it is read
        if len(inside) >= size:
            break
        for j in links.neighbours[i]:
            if j < links.open and j not in inside:
                before = len(inside)
                add(j)
                pending += list(inside)[before:]
    return _window(group, links, list(inside))


def _window(group: Group, links: Links, inside: list[int]) -> Window:
    taken = set(inside)
    boundary: dict[int, None] = {}
    backbone: dict[int, None] = {}
    pairs: list[tuple[int, int]] = []
    for i in inside:
        for j in links.neighbours[i]:
            if j not in taken:
                (backbone if j >= links.open else boundary)[j] = None
            elif j < i:
                continue
            pairs.append((i, j))
    positions = [*inside, *boundary]
    names = dict.fromkeys(group.copies[j][1] for j in boundary)
    constants: list[Copy] = [(node, name) for name in names for node in (TRUE_NODE, FALSE_NODE)]
    copies = [*(group.copies[i] for i in positions), *(group.copies[j] for j in backbone), *constants]
    number = {j: n for n, j in enumerate([*positions, *backbone])}
    place = {copy: len(number) + n for n, copy in enumerate(constants)}
    compared = [(number[i], number[j], 0) for i, j in pairs]
    for j in boundary:
        compared += [(number[j], place[node, group.copies[j][1]], 0) for node in (TRUE_NODE, FALSE_NODE)]
    deciding = set(group.constraints)
    free = "exempt"  # an atom of its own
    while any(name == free for _, name in copies):
        free += "_"
    beliefs = {links.belief_of[i] for i in positions} - {-1}
    constraints = []
    exempt: dict[int, None] = {}  # nodes
    for belief in sorted(beliefs):
        if all(i in number for i in links.mentioned[belief]):
            further = [constraint for constraint in links.constraints[belief] if constraint not in deciding]
            constraints += [(node, disjunction([formula, literal(free, True)])) for node, formula in further]
            exempt.update((node, None) for node, _ in further)
            if links.mentioned[belief][0] in taken:
                constraints += [constraint for constraint in links.constraints[belief] if constraint in deciding]
    found = Group(
        copies=tuple(copies),
        backbone=(*(bool(links.backbone[j - links.open]) for j in backbone), *(node == TRUE_NODE for node, _ in constants)),
        constraints=tuple(constraints),
        compared=tuple(compared),
    )
    if exempt:
        exempt.update((group.copies[i][0], None) for i in inside)
        found = _with_exempt(found, [(node, free) for node in exempt])
    return Window(found, positions, len(inside))


def _with_exempt(group: Group, exempt: list[Copy]) -> Group:
    """The group with these open copies besides, all of which agree."""
    size, more = group.open, len(exempt)

    def place(i: int) -> int:
        return i if i < size else i + more

    return Group(
        copies=(*group.copies[:size], *exempt, *group.copies[size:]),
        backbone=group.backbone,
        constraints=group.constraints,
        compared=(
            *((i, place(j), level) for i, j, level in group.compared),
            *((size + n, size + n + 1, 0) for n in range(more - 1)),
        ),
        agreeing=frozenset(range(size, size + more)),
    )


def showing(through: Window, node: int, known: int, request: Request) -> dict[int, Interpretation] | None:
    """Values of a node that optimal interpretations of a window show, besides the ``known`` ones, each with one of them.

    Values are numbers whose n-th bit belongs to the n-th open copy of the node, and ``known`` has a bit for each of them.
    ``None`` when it takes long to say.
    """
    group, plan = through.group, request.plan
    copies = [i for i in range(through.inside) if group.copies[i][0] == node]
    copies.sort(key=through.positions.__getitem__)
    values = range(1 << len(copies))
    excluded = [_bits(value, len(copies)) for value in values if known >> value & 1]
    exempt = next((i for i in sorted(group.agreeing) if group.copies[i][0] == node), None)
    if exempt is not None:
        excluded = [(*row, False) for row in excluded] + [(*_bits(value, len(copies)), True) for value in values]
        wanted = [*copies, exempt]
    else:
        wanted = copies
    optima = search(group, {node: wanted}, replace(request, plan=replace(plan, target_conflicts=plan.window_conflicts)))
    optima.exclude(node, excluded)
    shown: dict[int, Interpretation] = {}
    for _ in range(plan.window_eq_sets):
        try:
            found = optima.find(plan.joint_models, patient=False)
        except TakesLongError:
            return None
        if found is None:
            return shown
        if found.same is None:
            return None
        new = []
        for interpretation in found.same:
            if exempt is not None and interpretation[exempt]:
                continue
            value = sum(interpretation[i] << n for n, i in enumerate(copies))
            if not known >> value & 1 and value not in shown:
                shown[value] = interpretation
                new.append(_bits(value, len(copies)) if exempt is None else (*_bits(value, len(copies)), False))
        optima.exclude(node, new)
    return None


def _bits(value: int, size: int) -> tuple[bool, ...]:
    return tuple(bool(value >> n & 1) for n in range(size))
