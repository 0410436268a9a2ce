"""Elimination: a method for groups of small width, which eliminates their copies one by one instead of searching.

The copies of a group are eliminated in some order.  The *bag* of a copy has the copy and those not yet eliminated that are
linked with it, by a comparison, by a formula, or as copies of one target; from then on these are linked with one another.
The bags form a tree: the parent of a bag is the bag of that of its other copies which is eliminated next.  Every formula
and every comparison belongs to a bag with all its copies, and the bags that contain a copy are connected.  So one side of
the tree matters to the other side only through the copies that they share.  It is described in a message, which consists of
the kinds of interpretations of `equibel.solving.methods.dominance`.  Messages are passed from the leaves to the roots and
back; then every bag has the information of the whole tree.

On a path or a tree, bags have about as many copies as a node, information crosses each edge once in each direction, and the
work grows linearly with the number of nodes, however many EQ sets there are.

No code is shared with `equibel.solving.methods.search`, so that tests can compare the two.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator

from equibel.formula import Formula, truth_table, truth_table_formula
from equibel.solving.method import Answer, Budget, Case, Targets
from equibel.solving.methods import cubes, dominance
from equibel.solving.methods.bags import Bag, bags, parent
from equibel.solving.methods.dominance import Message
from equibel.solving.problem import Group
from equibel.solving.request import Request


class Elimination:
    """The method for groups of small width, by inclusion on one level: ``DESIGN.md``, step 5."""

    name = "elimination"
    calls_solver = False

    def applies(self, case: Case) -> bool:
        """Whether EQ sets are compared by inclusion on one level, and values are collected."""
        return case.collects_by_inclusion

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The answers, unless the group is wider than the budget allows, or there are more kinds of interpretations."""
        found = eliminate(case.group, case.targets, budget, case.request)
        return None if found is None else Answer(found)


def may_be_narrow(case: Case) -> bool:
    """Whether a group is small, or has few comparisons for its copies, as a tree has."""
    group, plan = case.group, case.request.plan
    return group.open < plan.grown_copies or 2 * len(group.compared) <= plan.few_comparisons * len(group.copies)


def is_wide(case: Case) -> bool:
    """Whether a group is large and has many comparisons, so that it is probably wide."""
    return not may_be_narrow(case)


def eliminate(group: Group, targets: Targets, budget: Budget, request: Request) -> dict[int, Formula] | None:
    """The formulas of the targets in interpretations that are optimal by inclusion.

    Parameters
    ----------
    group : Group
        All its comparisons are on one level.
    targets : dict
        The nodes whose answers are wanted, and their open copies.
    budget : Budget
        How many copies a bag may have, and how many kinds of interpretations, per copy of the group.  Where bags for all
        targets would be too wide, the targets are answered in several parts, unless the budget says ``at_once``.
    request : Request

    Returns
    -------
    dict or None
        The targets with their formulas; ``None`` when the group is wider, or there are more kinds of interpretations.

    Notes
    -----
    Three messages are put together for each copy.  A message about a bag of k copies has ``2**k`` bits for each of its
    kinds, of which there are some dozens for k = 6 and some hundreds for k = 8.
    """
    turns = _turns(group, targets, budget, request.limits.check)
    if turns is None:
        return None
    work = _Work(budget.kinds * group.open, request)
    try:
        return {
            node: formula for some, found in turns for node, formula in _Messages(group, found, work).answers(some).items()
        }
    except dominance.TooManyKindsError:
        return None
    finally:
        request.statistics.count(messages=work.messages, kinds=work.kinds, most_kinds=work.most_kinds)


def _turns(
    group: Group, targets: Targets, budget: Budget, check: Callable[[], None]
) -> list[tuple[Targets, dict[int, Bag]]] | None:
    """The targets, as many at a time as can be answered at once, and the bags for them."""
    found = _bags(group, targets.values(), budget.width, check)
    if found is not None:
        return [(targets, found)]
    if budget.at_once or len(targets) == 1:
        return None
    nodes = list(targets)
    turns = []
    for some in (nodes[: len(nodes) // 2], nodes[len(nodes) // 2 :]):
        more = _turns(group, {node: targets[node] for node in some}, budget, check)
        if more is None:
            return None
        turns += more
    return turns


class _Work:
    """The work that has been done, and how much is left."""

    def __init__(self, most: int, request: Request) -> None:
        self.messages = self.kinds = self.most_kinds = 0
        self._left = most
        self._known: dict[tuple[object, ...], Message] = {}
        self.plan = request.plan
        self.check = request.limits.check

    def once(self, operation: Callable[..., Message], *arguments: object) -> Message:
        """The result of an operation; the same one again, small enough to be remembered, is looked up."""
        key = (operation, *arguments)
        kinds = self._known.get(key)
        if kinds is None:
            kinds = operation(*arguments)
            if len(kinds) <= self.plan.remembered_kinds:
                self._known[key] = kinds
        return kinds

    def done(self, kinds: Message) -> Message:
        """The same kinds, taken off the work that is left."""
        self.check()
        self._left -= len(kinds)
        if self._left < 0:
            raise dominance.TooManyKindsError
        return self.noted(kinds)

    def noted(self, kinds: Message) -> Message:
        """The same kinds, counted."""
        self.messages += 1
        self.kinds += len(kinds)
        self.most_kinds = max(self.most_kinds, len(kinds))
        return kinds


def _bags(group: Group, together: Collection[list[int]], widest: int, check: Callable[[], None]) -> dict[int, Bag] | None:
    """The bag of every copy; ``None`` when one is too wide."""
    if max(map(len, together)) > widest:  # the copies of a target are in one bag
        return None
    cliques = [[i, j] for i, j, _ in group.compared if j < group.open]
    cliques += [[group.position[node, name] for name in formula.atoms()] for node, formula in group.constraints]
    return bags(group.open, [*cliques, *together], widest, check)


class _Messages:
    """The formulas and comparisons of each bag, and the messages between bags."""

    def __init__(self, group: Group, found: dict[int, Bag], work: _Work) -> None:
        self._group = group
        self._bags = found
        self._work = work
        self._turn = {i: number for number, i in enumerate(found)}
        self._children: dict[int, list[int]] = {i: [] for i in found}
        for i, bag in found.items():
            for above in parent(bag):
                self._children[above].append(i)
        self._models = {i: cubes.full(len(bag)) for i, bag in found.items()}  # of the formulas of a bag
        for node, formula in group.constraints:
            copies = {name: group.position[node, name] for name in formula.atoms()}
            home = self._first(copies.values())
            columns = {name: self._where(home, copy) for name, copy in copies.items()}
            self._models[home] &= truth_table(formula, columns, cubes.full(len(found[home])))
        self._agreeing: dict[int, list[int]] = {i: [] for i in found}  # of each comparison of a bag
        for i, j, _ in group.compared:
            home = self._first([i, j] if j < group.open else [i])
            everything = cubes.full(len(found[home]))
            there = self._where(home, j) if j < group.open else everything * group.backbone[j - group.open]
            self._agreeing[home].append(everything & ~(self._where(home, i) ^ there))

    def answers(self, targets: Targets) -> dict[int, Formula]:
        """The formula of each target."""
        upward: dict[int, Message] = {}  # the message of a bag, and of those below it, to its parent
        for i, bag in self._bags.items():
            for above in parent(bag):
                upward[i] = self._message(self._joined(i, [upward[child] for child in self._children[i]]), i, above)
        homes = {self._first(copies) for copies in targets.values()}
        concerned = set(homes)  # with targets there or below
        for i, bag in self._bags.items():
            if i in concerned:
                concerned.update(parent(bag))
        values: dict[int, int] = {}  # optimal ones, of all copies of a bag
        downward: dict[int, Message] = {}  # the message to a bag, of all bags but those below it
        for i in reversed(self._bags):
            if i not in concerned:
                continue
            received = [downward.pop(i)] if i in downward else []
            messages = [self._joined(i, received), *(upward[child] for child in self._children[i])]
            if i in homes:
                values[i] = dominance.optimal(functools.reduce(self._join, messages))
            for child, others in zip(self._children[i], self._all_but_one(messages)[1:], strict=True):
                if child in concerned:
                    downward[child] = self._message(functools.reduce(self._join, others), i, child)
        found = {}
        for node, copies in targets.items():
            home = self._first(copies)
            found[node] = self._formula(values[home], home, copies)
        return found

    def _first(self, copies: Iterable[int]) -> int:
        """The copy whose bag has all these linked copies."""
        return min(copies, key=self._turn.__getitem__)

    def _where(self, home: int, copy: int) -> int:
        bag = self._bags[home]
        return cubes.where(len(bag), bag.index(copy))

    def _joined(self, i: int, received: list[Message]) -> Message:
        """The kinds of a bag, with the messages that it has received."""
        kinds = functools.reduce(self._join, received) if received else dominance.unconstrained(len(self._bags[i]))
        return self._work.once(self._constrained, kinds, self._models[i], tuple(self._agreeing[i]))

    def _constrained(self, kinds: Message, models: int, agreeing: tuple[int, ...]) -> Message:
        kinds = self._work.noted(dominance.constrain(kinds, models, self._work.plan))
        for compared in agreeing:
            kinds = self._work.done(dominance.compare(kinds, compared, self._work.plan))
        return kinds

    def _join(self, some: Message, others: Message) -> Message:
        return self._work.once(self._together, some, others)

    def _together(self, some: Message, others: Message) -> Message:
        return self._work.done(dominance.join(some, others, self._work.plan, self._work.check))

    def _all_but_one(self, messages: list[Message]) -> list[list[Message]]:
        """For each message, all other messages, joined to two at most."""
        before = list(itertools.accumulate(messages[:-1], self._join))
        after = list(itertools.accumulate(reversed(messages[1:]), self._join))[::-1]
        return [(before[i - 1 : i] if i else []) + after[i : i + 1] for i in range(len(messages))]

    def _message(self, kinds: Message, i: int, j: int) -> Message:
        """The message with these kinds of the bag i to the bag j, its parent or its child, over the copies of j."""
        here, there = self._bags[i], self._bags[j]
        known = set(here).intersection(there)
        new = tuple(number for number, copy in enumerate(there) if copy not in known)
        return self._work.once(self._moved, kinds, tuple(_leaving(here, there)), len(known), new)

    def _moved(self, kinds: Message, leaving: tuple[tuple[int, int], ...], known: int, new: tuple[int, ...]) -> Message:
        for size, number in leaving:
            kinds = self._work.done(dominance.forget(kinds, size, number, self._work.plan))
        for size, number in enumerate(new, known):
            kinds = dominance.insert(kinds, size, number)
        return kinds

    def _formula(self, values: int, home: int, copies: list[int]) -> Formula:
        """The formula over some copies of a bag: true when the other copies can complete it to one of the values."""
        bag = self._bags[home]
        for size, number in _leaving(bag, copies):
            values = cubes.forget(values, size, number)
        return truth_table_formula(values, [self._group.copies[copy][1] for copy in bag if copy in copies])


def _leaving(bag: Bag, staying: Collection[int]) -> Iterator[tuple[int, int]]:
    """The steps of forgetting all copies but some: the number of copies before, and the position of the one to forget."""
    size = len(bag)
    for number in reversed(range(size)):
        if bag[number] not in staying:
            yield size, number
            size -= 1
