"""What is measured: scenarios in sections, each section with the rivals that take part in it.

The rivals' options are those that were fastest on scenarios of the section's kind, by ``benchmarks.configurations``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import equibel as eb
from benchmarks import scenarios
from benchmarks.rivals import Rival, asprin, clingo_domrec, equibel_mcs_enumeration, pysat_lbx, pysat_mcsls

ASPRIN = asprin("--project", "--approximation", "heuristic")
LITERALS = (clingo_domrec("frumpy"), pysat_lbx("mgh", clause_d=False), ASPRIN)
LARGE_CLAUSES = (clingo_domrec("frumpy"), pysat_lbx("mgh", clause_d=True))
CLAUSES = (*LARGE_CLAUSES, ASPRIN)
WIDE = (clingo_domrec("jumpy"), pysat_lbx("cd195", clause_d=True), pysat_mcsls("cd195", clause_d=True), ASPRIN)
DENSE = (clingo_domrec("jumpy"), pysat_lbx("mgh", clause_d=True), pysat_mcsls("mgh", clause_d=True), ASPRIN)


@dataclass(frozen=True)
class Case:
    """One scenario and what is asked about it.

    Attributes
    ----------
    name : str
    scenario : callable
        Makes the scenario.
    rivals : tuple of Rival
        Who is asked, besides Equibel.
    task : str
        ``"completion"``, by inclusion, or ``"cardinality"``; ``"revision"`` of node 0 by node 1; ``"simple"``, one step of
        the simple iteration, or its ``"fixpoint"``; ``"nothing"`` takes the memory of the scenario alone.
    nodes : int
        How large it is, where speed is given in nodes per second.
    """

    name: str
    scenario: Callable[[], eb.EquibelGraph]
    rivals: tuple[Rival, ...] = ()
    task: str = "completion"
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
    sizes = [(16, 3, CLAUSES), *([] if quick else [(36, 4, LARGE_CLAUSES), (64, 6, LARGE_CLAUSES)])]
    lengths = [(100, 5), (1000, 5)] if quick else [(1000, 5), (10_000, 5)]
    return [
        Section(
            "paths",
            "Global completion of paths whose ends contradict one another",
            (
                *(path(n, 3, LITERALS) for n in (10, 20, 40)),
                *(path(n, k) for n, k in lengths),
            ),
            growth=((3, 4),),
        ),
        Section(
            "clauses",
            "Global completion of random clauses",
            tuple(
                Case(f"{kind}, {n} nodes, {k} atoms", partial(scenarios.clause_scenario, kind, n, k, seed), rivals)
                for n, k, rivals in sizes
                for kind in ("path", "tree", "ba", "ws", "grid")
            ),
            total=True,
        ),
        Section(
            "revisions",
            "Revision of one random 3-CNF by another",
            tuple(
                revision(n, s, (equibel_mcs_enumeration(), *DENSE))
                for n in ((18, 24) if quick else (18, 24, 30, 36))
                for s in (seed, seed + 1)
            ),
        ),
        Section(
            "wide",
            "Global completion of twelve nodes with sixty atoms",
            tuple(
                Case(kind, partial(scenarios.wide, kind, seed), WIDE)
                for kind in ("agreeing", "opposite", "objection", "parity", "disputes, path", "disputes, small world")
            ),
        ),
        Section(
            "networks",
            "One step of the simple iteration on Barabási–Albert networks, 4 atoms",
            (
                network(200, seed, CLAUSES),
                *([network(2000, seed)] if quick else [network(2000, seed, LARGE_CLAUSES), network(20_000, seed)]),
            ),
            growth=((0, 1) if quick else (1, 2),),
        ),
    ]


def path(n: int, k: int, rivals: tuple[Rival, ...] = ()) -> Case:
    """A path whose ends contradict one another in ``k`` atoms."""
    return Case(f"{n:,} nodes, {k} atoms", partial(scenarios.path_conflict, n, k), rivals)


def revision(n: int, seed: int, rivals: tuple[Rival, ...] = DENSE) -> Case:
    """Two 3-CNFs over ``n`` atoms."""
    return Case(f"{n} atoms, seed {seed}", partial(scenarios.planted_revision, n, seed), rivals, "revision")


def network(n: int, seed: int, rivals: tuple[Rival, ...] = ()) -> Case:
    """A large network; rivals list the EQ sets of every neighbourhood."""
    return Case(f"{n:,} nodes", partial(scenarios.clause_scenario, "ba", n, 4, seed), rivals, "simple", nodes=n)
