"""The method for stars: the values of the centre in optimal interpretations, without a search.

Every comparison of a star has one end at the centre.  Once the centre has the value ``a``, its leaves no longer depend on
one another: each model of leaf u contributes the set of the comparisons in which it agrees with ``a``, and only maximal
sets matter.  Whether a choice of such sets can be beaten is decided leaf by leaf.  Against a competing value ``a'``, a leaf
with the set E is of one of three kinds:

- it cannot keep up: no model of u agrees with ``a'`` on all of E (then ``a'`` does not beat the choice);
- it can keep up: some model agrees on all of E, none on more;
- it can do better: some model agrees on more than E.

The choice is beaten by ``a'`` when no leaf fails to keep up and some leaf can do better.  So a leaf's choice is described
by two sets of competitors: those it stops and those it helps.  The descriptions of all leaves are united, and only those
that stop most and help least are kept.  By cardinality, the sizes of the best sets of all leaves are added up.

No code is shared with `equibel.solving.methods.search`, so that tests can compare the two.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from equibel.formula import truth_columns, truth_table, truth_table_formula
from equibel.options import CARDINALITY, SEMANTIC
from equibel.solving.limits import Limits
from equibel.solving.method import Answer, Budget, Case
from equibel.solving.problem import Group
from equibel.solving.request import Request

#: The two ends of a comparison, leaf first: a position among the open copies of the node, or the value of a backbone copy.
Ends = tuple[int | bool, int | bool]
#: Competitors that a leaf's choice stops, and those it helps; bit ``a`` stands for the value ``a`` of the centre.
Choice = tuple[int, int]


class Star:
    """The method for a group that is a star around its only target: ``DESIGN.md``, step 4."""

    name = "star"
    calls_solver = False

    def applies(self, case: Case) -> bool:
        """Whether the values of a single node are collected."""
        return case.request.method == SEMANTIC and len(case.targets) == 1

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """The answer, or ``None`` when the group is no star or has too many atoms.  All values of the centre are tried."""
        [(node, copies)] = case.targets.items()
        values = star_values(case.group, node, case.request)
        if values is None:
            return None
        table = sum(1 << value for value in values)
        return Answer({node: truth_table_formula(table, [case.group.copies[i][1] for i in copies])})


def star_values(group: Group, center: int, request: Request) -> list[int] | None:
    """The values of the centre's open copies in optimal interpretations; bit i of a value belongs to the i-th copy.

    ``None`` when the group is not a star around ``center`` with all comparisons on one level, or has too many atoms.
    """
    open_copies = group.nodes
    size = len(open_copies[center])
    if max(map(len, open_copies.values())) > request.plan.star_atoms or len({level for _, _, level in group.compared}) != 1:
        return None
    leaves: dict[int, list[tuple[int, Ends]]] = {}  # comparisons and their weights
    local = {i: n for positions in open_copies.values() for n, i in enumerate(positions)}

    def end(position: int) -> int | bool:
        return local[position] if position < group.open else group.backbone[position - group.open]

    optimum, limits = request.optimum, request.limits
    weights = group.weights if optimum == CARDINALITY and group.weights else [1] * len(group.compared)
    for (i, j, _), weight in zip(group.compared, weights, strict=True):
        if group.copies[i][0] == center:
            i, j = j, i
        if group.copies[j][0] != center:
            return None
        leaves.setdefault(group.copies[i][0], []).append((weight, (end(i), end(j))))
    tables = _model_tables(group, open_copies)
    descriptions = [
        (len(open_copies.get(leaf, ())), size, tuple(ends for _, ends in compared), tables.get(leaf, 1))
        for leaf, compared in leaves.items()
    ]
    models = [a for a in range(1 << size) if tables[center] >> a & 1]
    if optimum == CARDINALITY:
        heavy = [tuple(weight for weight, _ in compared) for compared in leaves.values()]
        scores = [_most_agreements(*leaf, weighing) for leaf, weighing in zip(descriptions, heavy, strict=True)]
        totals = {a: sum(score[a] for score in scores) for a in models}
        return [a for a in models if totals[a] == max(totals.values())]
    choices = [_choices(*leaf) for leaf in descriptions]
    return [a for a in models if _unbeaten([choice[a] for choice in choices], tables[center], limits)]


def maximal_choices(table: int, size: int) -> tuple[tuple[Choice, ...], ...]:
    """For each value of the centre, what a leaf can choose that has the same ``size`` open copies and this truth table."""
    return _choices(size, size, tuple((i, i) for i in range(size)), table)


def most_agreements(table: int, size: int) -> tuple[int, ...]:
    """For each value of the centre, on how many of ``size`` atoms such a leaf can agree with it."""
    return _most_agreements(size, size, tuple((i, i) for i in range(size)), table, (1,) * size)


def _unbeaten(leaves: list[tuple[Choice, ...]], competitors: int, limits: Limits) -> bool:
    """Whether the leaves have a choice with which every competitor that is helped is stopped by some leaf."""
    stopped = helped = 0
    for choices in leaves:
        if len(choices) == 1:
            stopped, helped = stopped | choices[0][0], helped | choices[0][1]
    united: set[Choice] = {(stopped, helped)}
    for choices in (choices for choices in leaves if len(choices) > 1):
        limits.check()
        united = least({(stopped | s, helped | h) for stopped, helped in united for s, h in choices})
    return any(not helped & ~stopped & competitors for stopped, helped in united)


def least(choices: set[Choice]) -> set[Choice]:
    """The choices that stop most and help least; a stopped competitor is not helped."""
    kept: list[Choice] = []
    for stopped, helped in sorted(((s, h & ~s) for s, h in choices), key=lambda choice: -choice[0].bit_count()):
        if not any(stopped | s == s and helped | h == helped for s, h in kept):
            kept.append((stopped, helped))
    return set(kept)


@functools.lru_cache(maxsize=4096)
def _choices(open_copies: int, size: int, ends: tuple[Ends, ...], table: int) -> tuple[tuple[Choice, ...], ...]:
    """For each value of the centre, what the leaf can choose."""
    best = [_maximal(set(agreements)) for agreements in _agreements(open_copies, size, ends, table)]

    def choice(kept: int) -> Choice:
        stopped = helped = 0
        for competitor, theirs in enumerate(best):
            as_good = [other for other in theirs if other & kept == kept]
            if not as_good:
                stopped |= 1 << competitor
            elif as_good != [kept]:
                helped |= 1 << competitor
        return stopped, helped

    return tuple(tuple(least({choice(kept) for kept in mine})) for mine in best)


@functools.lru_cache(maxsize=4096)
def _most_agreements(
    open_copies: int, size: int, ends: tuple[Ends, ...], table: int, weights: tuple[int, ...]
) -> tuple[int, ...]:
    """For each value of the centre, the weight of the comparisons on which the leaf can agree with it."""

    def weight(agreements: int) -> int:
        return sum(weight for k, weight in enumerate(weights) if agreements >> k & 1)

    return tuple(max(map(weight, agreements)) for agreements in _agreements(open_copies, size, ends, table))


def _agreements(open_copies: int, size: int, ends: tuple[Ends, ...], table: int) -> Iterator[list[int]]:
    """For each value of the centre, and each model of the leaf, the comparisons on which they agree, as bits."""

    def column(at: int | bool, size: int) -> list[bool]:
        return [at if isinstance(at, bool) else bool(value >> at & 1) for value in range(1 << size)]

    compared = [(1 << k, column(at, open_copies), column(there, size)) for k, (at, there) in enumerate(ends)]
    models = [b for b in range(1 << open_copies) if table >> b & 1]
    for a in range(1 << size):
        yield [sum(bit for bit, here, there in compared if here[b] == there[a]) for b in models]


def _maximal(sets: set[int]) -> list[int]:
    return [kept for kept in sets if not any(kept != other and kept & other == kept for other in sets)]


def _model_tables(group: Group, open_copies: dict[int, list[int]]) -> dict[int, int]:
    """For each node, its models as a truth table over its open copies."""
    tables: dict[int, int] = {}
    columns: dict[int, dict[str, int]] = {}
    full: dict[int, int] = {}
    for node, positions in open_copies.items():
        columns[node], full[node] = truth_columns([group.copies[i][1] for i in positions])
        tables[node] = full[node]
    for node, formula in group.constraints:
        tables[node] &= truth_table(formula, columns[node], full[node])
    return tables
