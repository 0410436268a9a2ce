"""Scenarios of growing difficulty.  All are drawn from a seed: the same arguments make the same scenario.

Nodes are integers and atoms are ``x0``, ``x1``, …
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

import equibel as eb

Literal = tuple[str, bool]
Clause = list[Literal]

WIDE_NODES, WIDE_ATOMS = 12, 60
LITERALS_AND_CLAUSES = ("x0", "~x0", "x1", "~x1", "x2", "~x2", "x3", "x0 | x1", "~x2 | x3", "x0 -> x3")


def path_conflict(n: int, k: int) -> eb.EquibelGraph:
    """A path of ``n`` nodes whose two ends contradict one another in ``k`` atoms: (n-1)^k maximal EQ sets."""
    atoms = names(k)
    G = eb.path_graph(n)
    G.add_atoms(atoms)
    G.add_formula(0, " & ".join(atoms))
    G.add_formula(n - 1, " & ".join(f"~{name}" for name in atoms))
    return G


def clause_scenario(
    kind: str, n: int, k: int, seed: int, density: float = 0.7, clauses: int = 2, width: int = 2
) -> eb.EquibelGraph:
    """Random clauses on a graph of some kind.

    Every node believes something with probability ``density``: a satisfiable conjunction of ``clauses`` clauses, each of
    one to ``width`` of the ``k`` atoms, all lengths and all signs being equally likely.
    """
    rng = random.Random(f"clauses on {kind}: {n}, {k}, {seed}")
    atoms = names(k)
    G = graph(kind, n, seed)
    G.add_atoms(atoms)
    for node in G:
        if rng.random() < density:
            G.add_formula(node, text(_satisfiable_clauses(rng, atoms, clauses, width)))
    return G


def literal_network(kind: str, n: int, seed: int) -> eb.EquibelGraph:
    """A network of which a third believes a literal or a clause of two, over four atoms: conflicts are many and local.

    Parameters
    ----------
    kind : str
        ``"ba"``: Barabási–Albert, each node joined to three; ``"ws"``: a small world, six neighbours, every tenth edge
        moved; ``"grid"``, with the largest square number of nodes up to ``n``; or ``"tree"``.
    """
    rng = random.Random(f"literals on {kind}: {n}, {seed}")
    match kind:
        case "ba":
            G = eb.barabasi_albert_graph(n, 3, seed=seed)
        case "ws":
            G = eb.connected_watts_strogatz_graph(n, 6, 0.1, seed=seed)
        case _:
            G = graph(kind, n, seed)
    for node in G:
        if rng.random() < 1 / 3:
            G.add_formula(node, rng.choice(LITERALS_AND_CLAUSES))
    return G


def planted_revision(n: int, seed: int, ratio: float = 3.2) -> eb.EquibelGraph:
    """Two nodes to revise one by the other: random 3-CNFs over ``n`` atoms with ``ratio`` times as many clauses.

    Each is made around an assignment of its own that satisfies it, so that both are consistent; together they are not.
    """
    rng = random.Random(f"revision: {n}, {seed}")
    atoms = names(n)
    G = eb.path_graph(2)
    G.add_atoms(atoms)
    for node in G:
        G.add_formula(node, text(_planted_clauses(rng, _assignment(rng, atoms), math.ceil(ratio * n))))
    return G


def wide(kind: str, seed: int) -> eb.EquibelGraph:
    """Twelve nodes that speak about sixty atoms.

    Parameters
    ----------
    kind : str
        ``"agreeing"``: a small world in which every node believes forty 3-clauses, all true under one assignment.
        ``"opposite"``: a path whose ends contradict one another in all sixty atoms.
        ``"objection"``: a path that begins with the conjunction of all atoms and ends with the disjunction of their
        negations: one atom has to give way, somewhere.
        ``"parity"``: a path whose ends say that an even and that an odd number of atoms are true.
        ``"disputes, path"`` and ``"disputes, small world"``: every node believes five random clauses of one or two
        literals, and which can be had together is for the network to find out.
    """
    atoms = names(WIDE_ATOMS)
    if kind == "opposite":
        return path_conflict(WIDE_NODES, WIDE_ATOMS)
    if kind.startswith("disputes"):
        return clause_scenario("path" if "path" in kind else "ws", WIDE_NODES, WIDE_ATOMS, seed, density=1, clauses=5)
    if kind == "agreeing":
        rng = random.Random(f"agreeing: {seed}")
        G = graph("ws", WIDE_NODES, seed)
        common = _assignment(rng, atoms)
        for node in G:
            G.add_formula(node, text(_planted_clauses(rng, common, 40)))
    else:
        ends = {
            "objection": (" & ".join(atoms), " | ".join(f"~{name}" for name in atoms)),
            "parity": (" ^ ".join(atoms), f"~({' ^ '.join(atoms)})"),
        }
        G = eb.path_graph(WIDE_NODES)
        first, last = ends[kind]
        G.add_formula(0, first)
        G.add_formula(WIDE_NODES - 1, last)
    G.add_atoms(atoms)
    return G


def graph(kind: str, n: int, seed: int) -> eb.EquibelGraph:
    """A graph of ``n`` nodes without formulas; a grid has the largest square number of nodes up to ``n``."""
    match kind:
        case "path":
            return eb.path_graph(n)
        case "star":
            return eb.star_graph(n - 1)
        case "cycle":
            return eb.cycle_graph(n)
        case "complete":
            return eb.complete_graph(n)
        case "tree":
            return eb.random_labeled_tree(n, seed=seed)
        case "ba":
            return eb.barabasi_albert_graph(n, min(2, n - 1), seed=seed)
        case "ws":
            return eb.connected_watts_strogatz_graph(n, 4, 0.3, seed=seed)
        case "grid":
            side = math.isqrt(n)
            return eb.grid_2d_graph(side, side)
    raise ValueError(f"unknown kind of graph {kind!r}")


def names(k: int) -> list[str]:
    """The first ``k`` atoms."""
    return [f"x{i}" for i in range(k)]


def text(clauses: Sequence[Clause]) -> str:
    """A conjunction of clauses, spelled out."""
    spelled = ("(" + " | ".join(name if sign else f"~{name}" for name, sign in clause) + ")" for clause in clauses)
    return " & ".join(spelled)


def _satisfiable_clauses(rng: random.Random, atoms: list[str], count: int, width: int) -> list[Clause]:
    """Clauses drawn again until some assignment satisfies them all."""
    while True:
        clauses = [_clause(rng, atoms, rng.randint(1, width)) for _ in range(count)]
        if next(_choices(clauses), None) is not None:
            return clauses


def _clause(rng: random.Random, atoms: list[str], width: int) -> Clause:
    return [(name, rng.random() < 0.5) for name in rng.sample(atoms, min(len(atoms), width))]


def _choices(clauses: Sequence[Clause], chosen: frozenset[Literal] = frozenset()) -> Iterator[frozenset[Literal]]:
    """The ways to pick a true literal from each of a few clauses without contradiction."""
    if not clauses:
        yield chosen
        return
    for name, sign in clauses[0]:
        if (name, not sign) not in chosen:
            yield from _choices(clauses[1:], chosen | {(name, sign)})


def _assignment(rng: random.Random, atoms: list[str]) -> dict[str, bool]:
    return {name: rng.random() < 0.5 for name in atoms}


def _planted_clauses(rng: random.Random, assignment: dict[str, bool], count: int) -> list[Clause]:
    """Clauses of three literals, drawn uniformly among those that the assignment satisfies."""
    atoms = list(assignment)
    clauses: list[Clause] = []
    while len(clauses) < count:
        clause = _clause(rng, atoms, 3)
        if any(assignment[name] == sign for name, sign in clause):
            clauses.append(clause)
    return clauses
