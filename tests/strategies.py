"""Hypothesis strategies: formulas, graphs and scenarios small enough for brute force."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import oracle
from hypothesis import strategies as st

import equibel as eb

ALPHABETS = (
    ["p", "q", "r", "s"],
    ["x1", "x2", "x10", "x20"],
    ["S", "I", "E", "N"],  # names that mean something to sympy
    ["1", "2", "b_3", "Aa"],
)
CONNECTIVES = {
    "&": ["&", "∧"],
    "|": ["|", "∨"],
    "^": ["^", "⊕"],
    "->": ["->", "=>", "→"],
    "=": ["=", "<->", "<=>", "≡", "↔"],
}
NEGATIONS = ["~", "!", "¬"]
NODE_NAMES = (
    [0, 1, 2, 3, 4, 5, 6, 7],
    [7, -3, 100, 0, 12, 5, -1, 8],
    ["alice", "bob", "charles", "dora", "eve", "fred", "grace", "heidi"],
    ["a node", 'he said "no"', "it's", "", "été", "p). q(1", "x\ny", "-1"],
    [1, "1", "one", 2, "2", "x", -1, "True"],
)
SIZE = 12  # nodes x atoms: at most 4096 interpretations


@dataclass(frozen=True)
class Case:
    """A scenario as text: what a user would type."""

    nodes: list[Hashable]
    edges: list[tuple[Hashable, Hashable]]
    formulas: dict[Hashable, list[str]]
    atoms: list[str]

    def oracle(self) -> oracle.Scenario:
        """The scenario as the oracle reads it."""
        return oracle.scenario(self.nodes, self.edges, self.formulas, self.atoms)

    def graph(self) -> eb.EquibelGraph:
        """The scenario as the package reads it, with all its atoms declared."""
        G = eb.EquibelGraph()
        G.add_nodes_from(self.nodes)
        G.add_edges_from(self.edges)
        G.add_atoms(self.atoms)
        for v, formulas in self.formulas.items():
            for formula in formulas:
                G.add_formula(v, formula)
        return G

    def holding(self, formulas: dict[Hashable, list[str]]) -> Case:
        """The same graph with other formulas."""
        return replace(self, formulas=formulas)


def formulas(atoms: Sequence[str], max_leaves: int = 8) -> st.SearchStrategy[str]:
    """Texts with every connective in every spelling; parentheses are sometimes left to the binding order."""
    return _formulas(tuple(atoms), max_leaves)


@functools.cache  # a recursive strategy is slow to make: making one for each formula took a fifth of the tests' time
def _formulas(atoms: tuple[str, ...], max_leaves: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from([*atoms, *atoms, *atoms, "True", "False"])

    def larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operand = st.one_of(smaller, smaller.map("({})".format))
        joined = [st.tuples(operand, st.sampled_from(how), operand).map(" ".join) for how in CONNECTIVES.values()]
        negated = st.tuples(st.sampled_from(NEGATIONS), operand).map("".join)
        in_parentheses = [each.map("({})".format) for each in joined]
        return st.one_of(*joined, *joined, *[negated] * len(joined), *in_parentheses)

    return st.recursive(leaves, larger, max_leaves=max_leaves)


def minterms(models: Iterable[int], atoms: Sequence[str]) -> str:
    """A formula with exactly these models, as the oracle writes them: its full disjunctive normal form."""
    rows = ([name if a >> i & 1 else f"~{name}" for i, name in enumerate(atoms)] for a in sorted(models))
    return " | ".join("(" + " & ".join(row) + ")" for row in rows)


@st.composite
def opinions(draw: st.DrawFn, atoms: Sequence[str]) -> str:
    """Any truth table, a clause or a conjunction of literals: these conflict more often than formulas at large."""
    if draw(st.integers(0, 2)):
        rows = 1 << len(atoms)
        table = draw(st.integers(1, (1 << rows) - 1))
        return minterms((a for a in range(rows) if table >> a & 1), atoms)
    signs = draw(st.lists(st.sampled_from(["", "~", None]), min_size=len(atoms), max_size=len(atoms)))
    literals = [sign + name for sign, name in zip(signs, atoms, strict=True) if sign is not None]
    return draw(st.sampled_from([" & ", " | "])).join(literals or ["True"])


@st.composite
def consistent_formulas(draw: st.DrawFn, atoms: Sequence[str], max_leaves: int = 8) -> str:
    """A satisfiable formula: of a contradiction, its negation."""
    text = draw(_texts(tuple(atoms), max_leaves))
    return text if oracle.belief(text, atoms) else f"~({text})"


@functools.cache
def _texts(atoms: tuple[str, ...], max_leaves: int) -> st.SearchStrategy[str]:
    return st.one_of(formulas(atoms, max_leaves), opinions(atoms), opinions(atoms))


def _grid(n: int) -> list[tuple[int, int]]:
    return [(i, i + 2) for i in range(n - 2)] + [(i, i + 1) for i in range(0, n - 1, 2)]


@st.composite
def edges(draw: st.DrawFn, n: int) -> list[tuple[int, int]]:
    """Edges over ``range(n)`` in one of eight topologies, at times with self-loops."""
    path = [(i, i + 1) for i in range(n - 1)]
    everything = [(i, j) for j in range(n) for i in range(j)]
    topology = draw(st.sampled_from(["path", "star", "cycle", "complete", "tree", "disconnected", "grid", "random"]))
    match topology:
        case "path":
            found = path
        case "star":
            found = [(0, i) for i in range(1, n)]
        case "cycle":
            found = path + [(n - 1, 0)] * (n > 2)
        case "complete":
            found = everything
        case "tree":
            found = [(draw(st.integers(0, i - 1)), i) for i in range(1, n)]
        case "disconnected":  # two paths, either of which may be a single node
            cut = draw(st.integers(0, max(0, n - 2)))
            found = [e for e in path if e[0] != cut]
        case "grid":  # a ladder, two nodes wide
            found = _grid(n)
        case _:
            found = draw(st.lists(st.sampled_from(everything), unique=True)) if everything else []
    if n and draw(st.integers(0, 4)) == 0:
        found = [*found, (draw(st.integers(0, n - 1)),) * 2]
    return found


@st.composite
def cases(draw: st.DrawFn, min_nodes: int = 0, max_nodes: int = 6, max_atoms: int = 4, size: int = SIZE) -> Case:
    """Scenarios with consistent beliefs; nodes may believe nothing, or hold several formulas."""
    width = draw(st.integers(1, max_atoms))
    largest = min(max_nodes, size // width)
    smallest = draw(st.sampled_from([min_nodes, largest // 2, largest - 1, largest]))  # few scenarios are tiny
    n = draw(st.integers(max(min_nodes, smallest), max(min_nodes, largest)))
    atoms = draw(st.sampled_from(ALPHABETS))[:width]
    names = draw(st.sampled_from(NODE_NAMES))[:n]
    believed = {}
    for name in names:
        held = [draw(consistent_formulas(atoms)) for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2])))]
        if held:
            believed[name] = held if oracle.belief(held, atoms) else held[:1]
    return Case(names, [(names[x], names[y]) for x, y in draw(edges(n))], believed, atoms)
