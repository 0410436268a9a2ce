"""By cardinality, groups whose beliefs are implications: optimal interpretations are minimum cuts.

The weight of the comparisons that disagree is to be least.  Take copies as the vertices of a graph, with a source S for
"true" and a sink T for "false"; a cut puts the true copies on the side of S.  A comparison is an edge in both directions
with its weight, to S or T when one end is in the backbone; and that ``a`` implies ``b`` is an edge from ``a`` to ``b`` that
cannot be cut.  Then the cuts that cost the least are the optimal interpretations.  Other beliefs become implications when
some atoms are *renamed*: ``p | q`` says that ``~p`` implies ``q``.  Agreement does not change when all copies that
comparisons connect are negated together.

*All minimum cuts at once* (Picard and Queyranne 1980).  In the residual graph of any maximum flow, no edge leaves the S
side of a minimum cut, and every set with S and without T that no edge leaves is one.  So copies that S reaches are always
true, those that reach T always false, and of the others some can be true while some are false exactly when none of the
former reaches one of the latter.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from equibel.solving.limits import Limits
from equibel.solving.method import Answer, Budget, Case, formula_of_numbers
from equibel.solving.methods.growth_links import Links
from equibel.solving.methods.maximum_flow import Network
from equibel.solving.problem import Group, components
from equibel.solving.request import Request

Implication = tuple[int, bool, int, bool]  # a copy with this value implies another one with that


class MinimumCut:
    """Groups that a maximum flow solves: ``DESIGN.md``, step 17."""

    name = "cut"
    calls_solver = False

    def applies(self, case: Case) -> bool:
        """Whether values are collected by cardinality on one level, and no node has many copies."""
        return by_cut(case)

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The values of all targets, or ``None`` when beliefs are more than implications, whatever is renamed."""
        group, request = case.group, case.request
        links = Links(group)
        implications = _implications(links)
        negated = None if implications is None else _renaming(group, implications)
        if implications is None or negated is None:
            return None
        cuts = Cuts(group, implications, negated, request)
        if not cuts.relate(case.targets.values(), request.plan.cut_part, request.limits):
            return None
        believed = {
            node: formula_of_numbers([group.copies[i][1] for i in copies], cuts.values(copies), request.plan)
            for node, copies in request.limits.over(case.targets.items())
        }
        request.statistics.count(cut_flow=cuts.flow)
        return Answer(believed)


class Cuts:
    """All minimum cuts of a group; ``negated`` says which copies are renamed.

    Attributes
    ----------
    flow : int
        What a maximum flow takes from the source to the sink: the weight of the comparisons that disagree.
    """

    def __init__(self, group: Group, implications: list[Implication], negated: list[bool], request: Request) -> None:
        size = group.open
        source, sink = size, size + 1
        network = self._network = Network(size + 2)
        weights = group.weights or (1,) * len(group.compared)
        without_end = sum(weights) + 1
        beside: dict[tuple[int, int], int] = {}  # the weights of comparisons with backbone copies, together
        for (i, j, _), weight in zip(group.compared, weights, strict=True):
            if j < size:
                network.add(i, j, weight, weight)
            else:
                end = source if group.backbone[j - size] != negated[i] else sink
                beside[i, end] = beside.get((i, end), 0) + weight
        for (i, end), weight in beside.items():
            if end == source:
                network.add(source, i, weight, 0)
            else:
                network.add(i, sink, weight, 0)
        for i, value, j, implied in implications:
            if value != negated[i]:  # the other way round, a negated copy is false
                network.add(i, j, without_end, 0)
            else:
                network.add(j, i, without_end, 0)
            assert (value != negated[i]) == (implied != negated[j])
        self.flow = network.maximum_flow(source, sink, request.limits, request.plan.numpy_vertices)
        self._negated = negated
        true, false = network.reached([source]), network.reaching([sink])
        self._always = [1 if true[i] else 0 if false[i] else None for i in range(size)]
        self._free = [i for i, value in enumerate(self._always) if value is None]
        between = ((i, j) for i, j in network.residual() if not (true[i] or false[i] or true[j] or false[j]))
        self._part = components(size + 2, between)
        self._component: dict[int, int] = {}
        self._reached: dict[int, list[int]] = {}  # by part

    def relate(self, nodes: Iterable[list[int]], most: int, limits: Limits) -> bool:
        """Find out which copies of a node reach one another; ``False`` when a part has more than ``most`` copies."""
        asked: set[int] = set()
        for copies in nodes:
            parts = [self._part[i] for i in copies if self._always[i] is None]
            asked.update(part for part in parts if parts.count(part) > 1)
        members: dict[int, list[int]] = {part: [] for part in sorted(asked)}
        for i in self._free:
            if self._part[i] in members:
                members[self._part[i]].append(i)
        for part, vertices in members.items():
            if len(vertices) > most:
                return False
            component, self._reached[part] = self._network.closures(vertices, limits)
            self._component |= component
        return True

    def values(self, copies: list[int]) -> list[int]:
        """The values of a node's copies, as numbers, once copies have been related."""
        either = [i for i in copies if self._always[i] is None]
        reaches = [(i, j) for i in either for j in either if i != j and self._part[i] == self._part[j] and self._reach(i, j)]
        found = []
        for chosen in itertools.product((0, 1), repeat=len(either)):
            value = dict(zip(either, chosen, strict=True))
            if not any(value[i] and not value[j] for i, j in reaches):
                number = 0
                for n, i in enumerate(copies):
                    always = self._always[i]
                    number |= ((value[i] if always is None else always) ^ self._negated[i]) << n
                found.append(number)
        return found

    def _reach(self, i: int, j: int) -> bool:
        return bool(self._reached[self._part[i]][self._component[i]] >> self._component[j] & 1)


def by_cut(case: Case) -> bool:
    """Whether values are collected by cardinality on one level in a large group, and no node has many copies."""
    group, plan = case.group, case.request.plan
    return (
        case.sums_by_cardinality
        and group.open >= plan.cut_copies
        and max(map(len, group.nodes.values())) <= plan.grown_atoms
    )


def _implications(links: Links) -> list[Implication] | None:
    """Implications between two copies that say all that beliefs say, or ``None`` when there are none."""
    found: list[Implication] = []
    for table, copies, constraint in zip(links.tables, links.mentioned, links.constraints, strict=True):
        assert constraint
        full = links.rows[copies[0]][0] | links.rows[copies[0]][1]
        said = full
        for i, j in itertools.combinations(copies, 2):
            for value, other in itertools.product((False, True), repeat=2):
                excluded = links.rows[i][value] & links.rows[j][other]
                if not table & excluded:
                    said &= ~excluded
                    found.append((i, value, j, not other))
        if said != table:
            return None
    return found


def _renaming(group: Group, implications: list[Implication]) -> list[bool] | None:
    """Which copies are negated so that implications are between true copies or between false ones, ``None`` if impossible.

    Copies that comparisons connect are treated alike.
    """
    part_of = group.connected
    differ: dict[int, set[tuple[int, bool]]] = {}
    for i, value, j, implied in implications:
        differ.setdefault(part_of[i], set()).add((part_of[j], value != implied))
        differ.setdefault(part_of[j], set()).add((part_of[i], value != implied))
    negated: dict[int, bool] = {}
    for start in differ:
        if start in negated:
            continue
        negated[start] = False
        pending = [start]
        for part in pending:
            for other, changes in sorted(differ[part]):
                if other not in negated:
                    negated[other] = negated[part] != changes
                    pending.append(other)
                elif negated[other] != (negated[part] != changes):
                    return None
    return [negated.get(part, False) for part in part_of]
