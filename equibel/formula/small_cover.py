"""Smallest covers of functions of few atoms: the Quine–McCluskey method with a bounded search.

Reference: McCluskey, *Minimization of Boolean functions* (Bell System Technical Journal 1956).
"""

from __future__ import annotations

import functools
import itertools

from equibel.formula.cover import Cube

SMALL = 7  # the maximum number of atoms
_SEARCH = 400  # the maximum number of steps of the search

Prime = tuple[int, Cube]  # a cube after the rows where it is true


@functools.lru_cache(maxsize=4096)
def smallest_cover(table: int, atoms: int) -> tuple[Cube, ...]:
    """Cubes whose disjunction has this truth table; their number of literals is the smallest that the search finds.

    Row ``r`` of the table is its bit ``r``.  Atom i is true in row r when bit i of r is 1.
    """
    primes: list[Prime] = []
    for rows, cube in _all_cubes(atoms):
        if not rows & ~table and all(rows & ~larger for larger, _ in primes):
            primes.append((rows, cube))
    choices = {row: [p for p in primes if p[0] >> row & 1] for row in range(1 << atoms) if table >> row & 1}
    hardest_first = sorted(choices, key=lambda row: len(choices[row]))

    best: tuple[int, tuple[Prime, ...]] = (1 << 30, ())
    steps = 0
    todo: list[tuple[int, int, tuple[Prime, ...]]] = [(table, 0, ())]
    while todo and (steps < _SEARCH or not best[1]):
        left, cost, chosen = todo.pop()
        steps += 1
        if cost >= best[0]:
            continue
        if not left:
            chosen = _without_redundant(chosen)
            best = (sum(_cost(cube) for _, cube in chosen), chosen)
            continue
        row = next(row for row in hardest_first if left >> row & 1)
        # The cube that covers the most rows for its length is tried first, so it is put on the stack last.
        promising = sorted(choices[row], key=lambda prime: -(prime[0] & left).bit_count() / (len(prime[1]) + 1))
        for rows, cube in reversed(promising):
            todo.append((left & ~rows, cost + _cost(cube), (*chosen, (rows, cube))))
    return tuple(cube for _, cube in best[1])


def _cost(cube: Cube) -> int:
    return 1000 * len(cube) + 1  # with the same number of literals, fewer cubes are better


def _without_redundant(chosen: tuple[Prime, ...]) -> tuple[Prime, ...]:
    kept = list(chosen)
    for prime in sorted(chosen, key=lambda prime: -len(prime[1])):
        others = functools.reduce(int.__or__, (rows for rows, cube in kept if cube != prime[1]), 0)
        if not prime[0] & ~others:
            kept.remove(prime)
    return tuple(kept)


@functools.lru_cache(maxsize=SMALL + 1)
def _all_cubes(atoms: int) -> list[Prime]:
    """All cubes with the rows in which they are true; short cubes first, and positive literals before negative ones."""
    full = (1 << (1 << atoms)) - 1
    columns = [sum(1 << row for row in range(1 << atoms) if row >> i & 1) for i in range(atoms)]
    found = []
    for signs in itertools.product((True, False, None), repeat=atoms):
        cube = tuple((i, sign) for i, sign in enumerate(signs) if sign is not None)
        rows = functools.reduce(int.__and__, (columns[i] if sign else full ^ columns[i] for i, sign in cube), full)
        found.append((rows, cube))
    return sorted(found, key=lambda pair: (len(pair[1]), sum(not sign for _, sign in pair[1]), pair[1]))
