"""Alternatives: the optimal EQ sets one by one, each with its answers.

The skeptical answer of `equibel.solving.maximize` is the disjunction of all alternatives, and is found without listing
them.  There can be exponentially many, so each is found when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equibel.formula import Formula, sorted_atoms
from equibel.solving.limits import Limits
from equibel.solving.methods.covering import Search
from equibel.solving.methods.search import search
from equibel.solving.methods.witnesses import believed_under, comparisons, whole_group
from equibel.solving.problem import Group, Problem
from equibel.solving.request import Request


@dataclass(frozen=True)
class Alternative:
    """One optimal EQ set, and what the targets believe under it.

    Attributes
    ----------
    equalities : frozenset of (int, str)
        The number of an edge in ``problem.edges``, and an atom on which its ends agree.
    answers : dict
        Target → formula, in its own atoms.
    """

    equalities: frozenset[tuple[int, str]]
    answers: dict[int, Formula]


def outcomes(
    problem: Problem, optimum: str, limits: Limits | None = None, order: Sequence[str] | None = None
) -> Iterator[Alternative]:
    """The alternatives of a problem, each optimal EQ set once.

    Parameters
    ----------
    problem : Problem
    optimum : str
        ``INCLUSION`` or ``CARDINALITY``, as for `equibel.solving.maximize`.
    limits : Limits, optional
    order : sequence of str, optional
        The atoms that matter most; all others follow in natural order.  With an order, the first alternative does not
        depend on the solver: atom by atom, along the edges in their order, an equality is kept when some optimal EQ set
        contains it together with those kept so far.  That takes a solver call per equality.

    Notes
    -----
    Edges must be on one level.  The order of the other alternatives means nothing.
    """
    limits = limits or Limits()
    problem = problem.under(optimum)
    group = whole_group(problem)
    if not group.compared:
        yield _outcome(problem, group, frozenset(), limits)
        return
    optima = limits.off_main_thread(lambda: search(group, {}, Request(optimum, limits=limits)))
    first = None
    if order is not None:
        first = limits.off_main_thread(lambda: _preferred(group, optima, order))
        yield _outcome(problem, group, first, limits)
    while (found := limits.off_main_thread(optima.next_eq_set)) is not None:
        outside = group.disagreements(found)
        if outside != first:
            yield _outcome(problem, group, outside, limits)


def _preferred(group: Group, optima: Search, order: Sequence[str]) -> frozenset[int]:
    """The comparisons outside the EQ set that keeps the equalities that matter most."""
    names = sorted_atoms({name for _, name in group.copies})
    rank = {name: i for i, name in enumerate(dict.fromkeys([*order, *names]))}
    kept: list[int] = []
    for k in sorted(range(len(group.compared)), key=lambda k: rank[group.copies[group.compared[k][0]][1]]):
        if optima.can_keep([*kept, k]):
            kept.append(k)
    return frozenset(range(len(group.compared))).difference(kept)


def _outcome(problem: Problem, group: Group, outside: frozenset[int], limits: Limits) -> Alternative:
    counting, _ = comparisons(problem, sorted({name for _, name in group.copies}))
    return Alternative(
        frozenset(comparison for k, comparison in enumerate(counting) if k not in outside),
        believed_under(group, len(problem.beliefs), outside, problem.targets, limits),
    )
