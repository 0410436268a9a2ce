"""Irredundant covers: functions as disjunctions of few cubes (conjunctions of literals).

`irredundant_cover` is the method of Minato and Morreale.  It computes a good cover from a diagram, without a list of models
or prime implicants.  This cover depends on the order of the diagram; `canonical_cover` makes one that does not.

Reference: Minato, *Fast generation of irredundant sum-of-products forms from binary decision diagrams* (SASIMI 1992).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from equibel.formula.bdd import FALSE, TRUE, Bdd
from equibel.formula.budget import OverBudget
from equibel.formula.order import pulled_together
from equibel.formula.syntax import sorted_atoms
from equibel.formula.unrolled import unrolled

MAX_LITERALS = 20_000  # longer covers are not useful
_FIRST_BOUND = 64  # literals of the first attempt
_FAR = 4  # a cover that is longer than another one by this factor is longer in every order

Cube = tuple[tuple[int, bool], ...]  # a conjunction of literals: positions of atoms, and their values
NamedCube = tuple[tuple[str, bool], ...]


class _Cover(NamedTuple):
    """The cubes of three covers: ``low`` with the negated atom, ``high`` with the atom, ``both`` without the atom."""

    level: int
    low: _Cover | None
    high: _Cover | None
    both: _Cover | None
    cubes: int
    literals: int


_EMPTY = None  # no cube: False
_ALWAYS = _Cover(-1, None, None, None, 1, 0)  # the cube without literals: True

_Found = tuple[int, _Cover | None]  # a function and its cubes
Memo = dict[tuple[int, int], _Found]


class _TooLong(Exception):
    """A cover exceeds its limit."""


def irredundant_cover(
    bdd: Bdd, lower: int, upper: int, limit: int | None = None, memo: Memo | None = None
) -> list[Cube] | None:
    """Cubes whose disjunction is entailed by ``lower`` and entails ``upper``; ``lower`` must entail ``upper``.

    No cube, and no literal of a cube, can be removed.  An atom is given by its position in the order of ``bdd``.

    Parameters
    ----------
    limit
        The maximum number of literals of the cover; the result is None when it has more.
    memo
        Results of earlier calls in the same diagram, so that repeated calls with a growing limit do no work twice.

    Raises
    ------
    OverBudget
        When the budget of the diagram is used up.
    """
    known = {} if memo is None else memo
    level, low, high = bdd.level, bdd.low, bdd.high
    conjoin, disjoin = bdd.conjoin, bdd.disjoin
    literals = 0  # of the cubes found so far

    def between(bounds: tuple[int, int, int]) -> Generator[tuple[int, int, int], _Found, _Found]:
        nonlocal literals
        lower, upper, depth = bounds  # depth: further literals of the cubes
        if lower == FALSE:
            return FALSE, _EMPTY
        found = (TRUE, _ALWAYS) if upper == TRUE else known.get((lower, upper))
        if found is not None:
            cubes = found[1]
            if cubes is not None:
                literals += cubes.literals + depth * cubes.cubes
                if limit is not None and literals > limit:
                    raise _TooLong
            return found
        atom = min(level[lower], level[upper])
        lower0, lower1 = (low[lower], high[lower]) if level[lower] == atom else (lower, lower)
        upper0, upper1 = (low[upper], high[upper]) if level[upper] == atom else (upper, upper)
        # The part outside the other half needs the literal.  The part that is then still missing does not need it.
        f0, cover0 = yield conjoin(lower0, upper1 ^ 1), upper0, depth + 1
        f1, cover1 = yield conjoin(lower1, upper0 ^ 1), upper1, depth + 1
        missing = disjoin(conjoin(lower0, f0 ^ 1), conjoin(lower1, f1 ^ 1))
        f, cover = yield missing, conjoin(upper0, upper1), depth
        found = bdd.node(atom, disjoin(f0, f), disjoin(f1, f)), _cover(atom, cover0, cover1, cover)
        known[lower, upper] = found
        return found

    try:
        _, cover = unrolled(between, (lower, upper, 0))
    except _TooLong:
        return None
    return list(_cubes(cover))


def _cover(level: int, low: _Cover | None, high: _Cover | None, both: _Cover | None) -> _Cover:
    cubes = literals = 0
    for part, added in (low, 1), (high, 1), (both, 0):
        if part is not None:
            cubes += part.cubes
            literals += part.literals + added * part.cubes
    return _Cover(level, low, high, both, cubes, literals)


def _cubes(cover: _Cover | None) -> Iterator[Cube]:
    path: list[tuple[int, bool]] = []
    todo: list[tuple[_Cover | None, int, Cube]] = [(cover, 0, ())]  # a cover, its depth, the literal that leads there
    while todo:
        part, depth, literal = todo.pop()
        path[depth:] = literal
        if part is _ALWAYS:
            yield tuple(path)
        elif part is not None:
            depth = len(path)
            todo.append((part.both, depth, ()))
            todo.append((part.high, depth, ((part.level, True),)))
            todo.append((part.low, depth, ((part.level, False),)))


def canonical_covers(bdd: Bdd, f: int, limit: int) -> tuple[list[NamedCube] | None, list[NamedCube] | None]:
    """Canonical covers of ``f`` and of its negation; None for a cover that is far longer than the other one.

    Raises `OverBudget` when both have far more than ``limit`` literals.
    """
    memo: Memo = {}
    bound = _FIRST_BOUND
    lengths: list[int] = []
    while not lengths:
        if bound > _FAR * limit:
            raise OverBudget
        # With a growing limit, a cover that is far longer than the other one takes little time.
        found = [irredundant_cover(bdd, g, g, bound, memo) for g in (f, f ^ 1)]
        lengths = [count_literals(cover) for cover in found if cover is not None]
        bound *= 2
    # The order of the diagram can determine which of the two is shorter, but not which is far longer.
    bound = _FAR * min(lengths)
    positive, negative = (
        None if cover is None else canonical_cover(bdd, g, cover)
        for g, cover in ((g, irredundant_cover(bdd, g, g, bound, memo)) for g in (f, f ^ 1))
    )
    return positive, negative


def canonical_cover(bdd: Bdd, f: int, cover: list[Cube]) -> list[NamedCube]:
    """A cover of ``f`` by prime implicants that depends only on ``f``, computed from any cover by prime implicants.

    Notes
    -----
    A prime implicant is essential when every cover needs it.  Usually all are essential; then there is only one cover.
    Otherwise, the essential ones determine an order of the atoms, and the rest is computed in this order.
    """
    essential: list[NamedCube] = []
    others: list[NamedCube] = []
    for cube in cover:
        named = tuple((bdd.order[i], value) for i, value in cube)
        (essential if is_essential(bdd, f, cube) else others).append(named)
    if not others:
        return essential
    scopes = sorted(sorted(name for name, _ in cube) for cube in essential)
    order = pulled_together(sorted_atoms(bdd.support(f)), scopes, bdd.spend)
    target = Bdd(order, bdd.budget)
    found, remaining = (target.disjoin_all(target.cube(dict(cube)) for cube in part) for part in (essential, others))
    rest = irredundant_cover(target, target.conjoin(remaining, found ^ 1), target.disjoin(remaining, found)) or []
    return essential + [tuple((order[i], value) for i, value in cube) for cube in rest]


def is_essential(bdd: Bdd, f: int, cube: Cube) -> bool:
    """Whether every cover of ``f`` by prime implicants contains this one.

    This is true when the cube has a point at which changing any single literal of the cube makes ``f`` false: any other
    prime implicant that contains the point would contain one of these neighbours.  The search evaluates ``f`` at all
    neighbours at the same time.
    """
    level, branches = bdd.level, (bdd.low, bdd.high)
    values = dict(cube)
    start = tuple((i, f) for i, _ in cube)  # which literal was changed, and the function there
    seen = {start}
    todo = [start]
    while todo:
        neighbours = todo.pop()
        if not neighbours:
            return True
        bdd.spend(len(neighbours))
        atom = min(level[g] for _, g in neighbours)
        for value in (values[atom],) if atom in values else (False, True):
            following = tuple(
                (i, h) for i, g in neighbours if (h := branches[value != (i == atom)][g] if level[g] == atom else g) != FALSE
            )
            if following not in seen and all(h != TRUE for _, h in following):
                seen.add(following)
                todo.append(following)
    return False


def count_literals(cubes: Sequence[Sequence[object]]) -> int:
    """The number of literals of a cover."""
    return sum(map(len, cubes))
