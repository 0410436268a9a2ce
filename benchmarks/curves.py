"""Growth curves: the computing time of every solver over the size of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.cases import CLAUSES, DENSE, LITERALS, Case, network, path, revision
from benchmarks.measure import DONE, OURS, Results, compare
from benchmarks.rivals import Rival

SEEDS = 5
REPEAT = 3


@dataclass(frozen=True)
class Family:
    """Scenarios of growing size; with several at one size, the median counts.

    ``cases`` makes those of one size with the given rivals, from a seed.
    """

    name: str
    title: str
    unit: str
    sizes: tuple[int, ...]
    rivals: tuple[Rival, ...]
    cases: Callable[[int, tuple[Rival, ...], int], list[Case]]


@dataclass(frozen=True)
class Curve:
    """Sizes and seconds, and the size at which the limit was met, if it was."""

    points: list[tuple[int, float]]
    stopped: int | None = None


Curves = dict[str, Curve]  # by name of solver


def families(quick: bool) -> list[Family]:
    """Paths, revisions and networks."""
    paths = (5, 7, 10, 14, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
    atoms = (9, 12, 15, 18, 21, 24, 27, 30, 33)
    nodes = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
    return [
        Family(
            "paths",
            "Completion of a path, opposite ends",
            "nodes (3 disputed atoms)",
            paths[1:11:3] if quick else paths,
            LITERALS,
            lambda n, rivals, seed: [path(n, 3, rivals)],
        ),
        Family(
            "revisions",
            "Revision of a random 3-CNF",
            "atoms",
            atoms[:6:2] if quick else atoms,
            DENSE,
            lambda n, rivals, seed: [revision(n, seed + i, rivals) for i in range(SEEDS)],
        ),
        Family(
            "networks",
            "Simple iteration of a network",
            "nodes (Barabási–Albert, 4 atoms)",
            nodes[:5:2] if quick else nodes,
            CLAUSES,
            lambda n, rivals, seed: [network(n, seed, rivals)],
        ),
    ]


def trace(family: Family, seed: int, limit: float, announce: Callable[[str], None], curves: Curves) -> None:
    """Measure each solver on larger and larger scenarios, until it takes longer than ``limit``.

    The solvers take turns, and a solver that was stopped once is not asked again.  ``curves`` is filled in as they come.
    """
    for name in (OURS, *(rival.name for rival in family.rivals)):
        curves[name] = Curve([])
    for size in family.sizes:
        results: Results = {}
        going = [name for name, curve in curves.items() if curve.stopped is None]
        cases = family.cases(size, tuple(rival for rival in family.rivals if rival.name in going), seed)
        for case in cases:
            still = tuple(rival for rival in case.rivals if curves[rival.name].stopped is None)
            compare(replace(case, rivals=still), limit, REPEAT if len(cases) == 1 else 1, results, announce, check=False)
            for name in (OURS, *(rival.name for rival in still)):
                if results[case.name, name].status != DONE:
                    curves[name] = replace(curves[name], stopped=size)
            if curves[OURS].stopped is not None:
                break
        for name in going:
            times = [results[case.name, name].cpu for case in cases if (case.name, name) in results]
            if curves[name].stopped is None and len(times) == len(cases):
                curves[name].points.append((size, median(times)))
        if curves[OURS].stopped is not None:
            return
