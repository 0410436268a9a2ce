"""Dominance: which partial interpretations of a group have to be kept, and which are dominated by others.

One side of a cut through the group consists of some of its comparisons and constraints.  The *boundary* are the variables
that the other side mentions, too.  A partial interpretation, of the variables of one side, is described by its value ``a``
of the boundary, and by its rivals, which are the other partial interpretations.  For every value ``r`` of the boundary:

- no rival with the value r has all agreements of the interpretation: then r is not among its *equals*;
- some rival has all of them: then r belongs to ``equals``, and when some rival has more, also to ``betters``.

Interpretations with the same equals and betters are kept together: a `Kind` is these two sets, and the set of the values
a.  All three are sets of interpretations of the boundary, as in `equibel.solving.methods.cubes`.

Of two interpretations with the same a, one *dominates* the other when its equals and betters are contained in those of the
other: whatever beats the first beats the second.  An interpretation with a better rival at its own value a is beaten
already.  Dominated and beaten interpretations are dropped (`least`), so that few kinds remain.
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


Message = tuple[Kind, ...]


def unconstrained(k: int) -> Message:
    """The kinds without comparisons and constraints: all interpretations of k variables, and all are equal."""
    return (Kind(cubes.full(k), 0, cubes.full(k)),)


def constrain(kinds: Message, models: int, plan: Plan) -> Message:
    """Add a formula: interpretations and rivals are models of it."""
    return least((Kind(equals & models, betters & models, values & models) for equals, betters, values in kinds), plan)


def compare(kinds: Message, agreeing: int, plan: Plan) -> Message:
    """Add a comparison, given by the interpretations of the boundary in which it agrees.

    An interpretation that agrees keeps as equals only rivals that agree.  For one that disagrees, equals that agree become
    betters.
    """
    agree = (Kind(equals & agreeing, betters & agreeing, values & agreeing) for equals, betters, values in kinds)
    disagree = (Kind(equals, betters | equals & agreeing, values & ~agreeing) for equals, betters, values in kinds)
    return least([*agree, *disagree], plan)


def join(some: Message, others: Message, plan: Plan, check: Callable[[], None]) -> Message:
    """The kinds of two sides together.  A rival is equal when it is in both, and better when it is better in one of them.

    Calls ``check`` every now and then, which may raise an error to end this.
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


def forget(kinds: Message, k: int, i: int, plan: Plan) -> Message:
    """Variable i of k leaves the boundary, since no other side mentions it."""
    forgotten = (
        Kind(cubes.forget(equals, k, i), cubes.forget(betters, k, i), cubes.forget(values, k, i))
        for equals, betters, values in kinds
    )
    return least(forgotten, plan)


def insert(kinds: Message, k: int, i: int) -> Message:
    """A variable enters the boundary as variable i; there were k before."""
    return tuple(Kind(*(cubes.insert(each, k, i) for each in kind)) for kind in kinds)


def optimal(kinds: Message) -> int:
    """When all comparisons and constraints are added: the values of optimal interpretations, which have no betters."""
    values = 0
    for kind in kinds:
        if not kind.betters:
            values |= kind.values
    return values


def least(kinds: Iterable[Kind], plan: Plan) -> Message:
    """The kinds without beaten and dominated interpretations; `TooManyKindsError` when too many are left."""
    most = plan.kinds_at_once
    together: dict[tuple[int, int], int] = {}
    for equals, betters, values in kinds:
        values &= ~betters
        if values:
            together[equals, betters] = together.get((equals, betters), 0) | values
    kept: list[Kind] = []
    of_value: dict[int, list[tuple[int, int]]] = {}  # the equals and betters of the interpretations that are kept, by value
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
    return tuple(kept)


def _size(sets: tuple[int, int]) -> int:
    return sets[0].bit_count() + sets[1].bit_count()
