"""Partial interpretations and their rivals, as far as both matter elsewhere.

Take some comparisons and constraints of a group, *what has been seen*, and a few variables, the *boundary*, which are the
only ones that the rest of the group mentions as well.  An interpretation of what has been seen is described by its
value ``a`` of the boundary, and by what its rivals there can do: for every value ``r`` of the boundary,

- no interpretation with the value r has all the agreements of this one, and then r is not among its *equals*; or
- some has all of them: r belongs to ``equals``; and when some has more, to ``betters`` as well.

Interpretations with the same sets of equals and betters are kept together: a `Kind` is these two sets, and the set of the
values a.  All are sets of interpretations of the boundary, in the manner of `equibel.solving.methods.cubes`.

Of two interpretations with the same a, one whose equals and betters are contained in those of the other can replace it:
whatever the rest is, what beats the first beats the second.  An interpretation that has a better with the same value of
the boundary is beaten already.  Both are dropped (`least`), so that few kinds remain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from equibel.solving.methods import cubes
from equibel.solving.plan import Plan


class TooManyKindsError(Exception):
    """There are more kinds of interpretations than can be handled soon."""


class Kind(NamedTuple):
    """Interpretations with the same rivals: values of the boundary, as sets; ``betters`` is part of ``equals``."""

    equals: int
    betters: int
    values: int


def unconstrained(k: int) -> list[Kind]:
    """Nothing has been seen: all interpretations of k variables, and all are equal."""
    return [Kind(cubes.full(k), 0, cubes.full(k))]


def constrain(kinds: list[Kind], models: int, plan: Plan) -> list[Kind]:
    """A formula has been seen: interpretations and rivals are models of it."""
    return least((Kind(equals & models, betters & models, values & models) for equals, betters, values in kinds), plan)


def compare(kinds: list[Kind], agreeing: int, plan: Plan) -> list[Kind]:
    """A comparison has been seen, with the interpretations of the boundary in which it agrees.

    Who agrees has no rivals but those that agree; to who disagrees, a rival that agrees is better.
    """
    agree = (Kind(equals & agreeing, betters & agreeing, values & agreeing) for equals, betters, values in kinds)
    disagree = (Kind(equals, betters | equals & agreeing, values & ~agreeing) for equals, betters, values in kinds)
    return least([*agree, *disagree], plan)


def join(some: list[Kind], others: list[Kind], plan: Plan, check: Callable[[], None]) -> list[Kind]:
    """What two parts have seen, together.  A rival keeps up when it does in both, and is better when it is in one.

    Calls ``check`` every now and then, which may raise what is to end this.
    """
    if len(some) * len(others) > plan.joined_pairs:
        raise TooManyKindsError

    def pairs() -> Iterator[Kind]:
        for equals, betters, values in some:
            check()
            for more, better, both in others:
                if values & both:
                    yield Kind(equals & more, (betters | better) & equals & more, values & both)

    return least(pairs(), plan)


def forget(kinds: list[Kind], k: int, i: int, plan: Plan) -> list[Kind]:
    """Variable i of k leaves the boundary: whoever comes later does not mention it."""
    forgotten = (
        Kind(cubes.forget(equals, k, i), cubes.forget(betters, k, i), cubes.forget(values, k, i))
        for equals, betters, values in kinds
    )
    return least(forgotten, plan)


def insert(kinds: list[Kind], k: int, i: int) -> list[Kind]:
    """A variable enters the boundary as variable i; there were k before."""
    return [Kind(*(cubes.insert(each, k, i) for each in kind)) for kind in kinds]


def optimal(kinds: list[Kind]) -> int:
    """When everything has been seen: the values of optimal interpretations, which nothing is better than."""
    values = 0
    for kind in kinds:
        if not kind.betters:
            values |= kind.values
    return values


def least(kinds: Iterable[Kind], plan: Plan) -> list[Kind]:
    """Without interpretations that are beaten, or can be replaced by others; `TooManyKindsError` when too many are left."""
    most = plan.kinds_at_once
    together: dict[tuple[int, int], int] = {}
    for equals, betters, values in kinds:
        values &= ~betters
        if values:
            together[equals, betters] = together.get((equals, betters), 0) | values
    kept: list[Kind] = []
    of_value: dict[int, list[tuple[int, int]]] = {}  # the rivals of those that are kept
    for equals, betters in sorted(together, key=_size):
        left = values = together[equals, betters]
        while left:
            value = left & -left
            left ^= value
            others = of_value.setdefault(value, [])
            if any(fewer | equals == equals and less | betters == betters for fewer, less in others):
                values ^= value
            else:
                others.append((equals, betters))
        if values:
            kept.append(Kind(equals, betters, values))
            if len(kept) > most:
                raise TooManyKindsError
    return kept


def _size(sets: tuple[int, int]) -> int:
    return sets[0].bit_count() + sets[1].bit_count()
