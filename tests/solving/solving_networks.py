"""Scenarios of a size that brute force does not reach, drawn from seeds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import networkx as nx

import equibel as eb
from equibel.solving import Problem

KINDS = ("path", "star", "cycle", "complete", "tree", "scale-free", "small-world", "grid", "disconnected")


def clauses(rnd: random.Random, atoms: Sequence[str], number: int, width: int) -> str:
    """A conjunction of random clauses of up to ``width`` literals; a model is drawn first, so that there is one."""
    model = {p: rnd.random() < 0.5 for p in atoms}
    found: list[str] = []
    while len(found) < number:
        signs = {p: rnd.random() < 0.5 for p in rnd.sample(atoms, min(len(atoms), rnd.randint(1, width)))}
        if any(model[p] == sign for p, sign in signs.items()):
            found.append("(" + " | ".join(p if sign else f"~{p}" for p, sign in signs.items()) + ")")
    return " & ".join(found)


def graph(kind: str, n: int, seed: int = 0) -> nx.Graph:
    """A graph of one of the `KINDS` with about ``n`` nodes."""
    side = round(n**0.5)
    match kind:
        case "path":
            return nx.path_graph(n)
        case "star":
            return nx.star_graph(n - 1)
        case "cycle":
            return nx.cycle_graph(n)
        case "complete":
            return nx.complete_graph(n)
        case "tree":
            return nx.random_labeled_tree(n, seed=seed)
        case "scale-free":
            return nx.barabasi_albert_graph(n, 2, seed=seed)
        case "small-world":
            return nx.connected_watts_strogatz_graph(n, 4, 0.3, seed=seed)
        case "grid":
            return nx.convert_node_labels_to_integers(nx.grid_2d_graph(side, side))
        case "disconnected":
            return nx.disjoint_union(nx.path_graph(n // 2), nx.cycle_graph(n - n // 2))
    raise AssertionError(kind)


def clause_network(kind: str, n: int, k: int, seed: int, density: float = 0.7) -> eb.EquibelGraph:
    """Some of the nodes believe two clauses of one or two literals over ``k`` atoms."""
    rnd = random.Random(f"{kind} {n} {k} {seed}")
    G = eb.EquibelGraph(graph(kind, n, seed))
    atoms = [f"x{i}" for i in range(k)]
    G.add_atoms(atoms)
    for v in G:
        if rnd.random() < density:
            G.add_formula(v, clauses(rnd, atoms, 2, 2))
    return G


def opposed_path(n: int, k: int) -> eb.EquibelGraph:
    """A path with opposite literals over ``k`` atoms at its ends."""
    G = eb.path_graph(n)
    G.add_formula(0, " & ".join(f"x{i}" for i in range(k)))
    G.add_formula(n - 1, " & ".join(f"~x{i}" for i in range(k)))
    return G


def three_cnf(n: int, seed: int, ratio: float = 3.2) -> str:
    """A random conjunction of clauses of three literals over ``n`` atoms, with a model."""
    rnd = random.Random(f"{n} {seed}")
    model = [rnd.random() < 0.5 for _ in range(n)]
    found: list[str] = []
    while len(found) < ratio * n:
        chosen = {i: rnd.random() < 0.5 for i in rnd.sample(range(n), 3)}
        if any(model[i] == sign for i, sign in chosen.items()):
            found.append("(" + " | ".join(f"{'' if sign else '~'}x{i}" for i, sign in chosen.items()) + ")")
    return " & ".join(found)


def cnf_pair(n: int, seed: int) -> eb.EquibelGraph:
    """Two neighbours, each believing a random formula over the same ``n`` atoms: a revision."""
    G = eb.EquibelGraph([("K", "alpha")])
    G.add_formula("K", three_cnf(n, 2 * seed))
    G.add_formula("alpha", three_cnf(n, 2 * seed + 1))
    return G


def problem(G: eb.EquibelGraph, targets: Sequence[object] | None = None) -> Problem:
    """The scenario with its nodes numbered in order, for all of them or some."""
    number = {v: i for i, v in enumerate(G)}
    return Problem(
        beliefs=tuple(G.belief(v) for v in G),
        edges=tuple((number[x], number[y], 0) for x, y in G.edges if x != y),
        targets=tuple(number[v] for v in (G if targets is None else targets)),
    )
