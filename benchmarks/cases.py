"""What is measured: scenarios in sections, each section with the solvers that take part in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import equibel as eb
from benchmarks import scenarios
from benchmarks.rivals import RIVALS

ALL = tuple(RIVALS)


@dataclass(frozen=True)
class Case:
    """One scenario and what is asked about it.

    Attributes
    ----------
    name : str
    scenario : callable
        Makes the scenario; it is sent to another process.
    task : str
        ``"completion"``, ``"revision"`` of node 0 by node 1, or ``"simple"``, one step of the simple iteration.
    rivals : tuple of str
        Names in `RIVALS`.
    nodes : int
        How large it is, where speed is given in nodes per second.
    """

    name: str
    scenario: Callable[[], eb.EquibelGraph]
    task: str = "completion"
    rivals: tuple[str, ...] = ALL
    nodes: int = 0


@dataclass(frozen=True)
class Section:
    """Cases that belong together.

    ``growth`` pairs positions of a case and of one ten times as large; ``total`` asks for the sum of our times.
    """

    name: str
    title: str
    cases: tuple[Case, ...]
    growth: tuple[tuple[int, int], ...] = ()
    total: bool = False


def sections(seed: int, quick: bool) -> list[Section]:
    """All sections, or smaller ones when it has to be quick."""
    sizes = [(16, 3)] if quick else [(16, 3), (36, 4), (64, 6)]
    lengths = [(100, 5), (1000, 5)] if quick else [(1000, 5), (10_000, 5)]
    networks = (200, 2000) if quick else (2000, 20_000)
    return [
        Section(
            "paths",
            "Paths whose ends contradict one another",
            tuple(
                Case(f"{n:,} nodes, {k} atoms", partial(scenarios.path_conflict, n, k), rivals=ALL if n <= 1000 else ())
                for n, k in [(10, 3), (20, 3), (20, 4), *lengths]
            ),
            growth=((3, 4),),
        ),
        Section(
            "clauses",
            "Random clauses",
            tuple(
                Case(f"{kind}, {n} nodes, {k} atoms", partial(scenarios.clause_scenario, kind, n, k, seed))
                for kind in ("path", "tree", "ba", "ws", "grid")
                for n, k in sizes
            ),
            total=True,
        ),
        Section(
            "revisions",
            "Revision of one random 3-CNF by another",
            tuple(
                Case(f"{n} atoms, seed {s}", partial(scenarios.planted_revision, n, s), task="revision")
                for n in ((18, 24) if quick else (24, 30))
                for s in (seed, seed + 1)
            ),
        ),
        Section(
            "wide",
            "Sixty atoms, twelve nodes",
            tuple(
                Case(kind, partial(scenarios.wide, kind, seed))
                for kind in ("agreeing", "opposite", "objection", "parity", "disputes, path", "disputes, small world")
            ),
        ),
        Section(
            "networks",
            "One step of the simple iteration on Barabási–Albert networks, 4 atoms",
            tuple(
                Case(f"{n:,} nodes", partial(scenarios.clause_scenario, "ba", n, 4, seed), "simple", rivals=(), nodes=n)
                for n in networks
            ),
            growth=((0, 1),),
        ),
    ]
