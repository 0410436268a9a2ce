"""Calling the operators by name, and reading their answers back as truth tables computed here."""

from __future__ import annotations

import functools
import operator
from collections.abc import Hashable, Sequence
from typing import Any

import oracle
import sympy

import equibel as eb
from equibel import formula as own
from equibel.operators import Operation

METHODS = (eb.SEMANTIC, eb.SYNTACTIC)

#: The functions of the operators of the papers: that which applies it, and that which does so until nothing changes.
ONCE = {name: eb.OPERATORS[name].functions[0] for name in oracle.OPERATORS}
FIXPOINT = {name: eb.OPERATORS[name].functions[1] for name in oracle.ITERATIONS}


def once(operator: str, G: eb.EquibelGraph, **options: Any) -> eb.EquibelGraph:
    """The result of any operator, by its own function if it has one."""
    return ONCE[operator](G, **options) if operator in ONCE else eb.solve(G, operator, **options)


def fixpoint(operator: str, G: eb.EquibelGraph, method: str, optimum: str) -> tuple[eb.EquibelGraph, int]:
    """The fixpoint of any operator, and the number of applications."""
    if operator in FIXPOINT:
        return FIXPOINT[operator](G, method=method, optimum=optimum)
    outcome = Operation(operator, optimum, method, fixpoint=True).apply(G)
    return outcome.graph, outcome.iterations


def models(formula: sympy.Basic, atoms: Sequence[str]) -> oracle.Belief:
    """The models of a sympy formula over ``atoms``, as the oracle writes them."""
    rows = range(1 << len(atoms))
    full = (1 << len(rows)) - 1
    columns = {p: sum(1 << a for a in rows if a >> i & 1) for i, p in enumerate(atoms)}

    def table(f: sympy.Basic) -> int:
        if isinstance(f, sympy.Symbol):
            return columns[f.name]
        if f in (sympy.true, sympy.false):
            return full if f == sympy.true else 0
        parts = [table(x) for x in f.args]
        match type(f).__name__:
            case "Not":
                return full ^ parts[0]
            case "And":
                return functools.reduce(operator.and_, parts)
            case "Or":
                return functools.reduce(operator.or_, parts)
            case "Xor":
                return functools.reduce(operator.xor, parts)
            case "Implies":
                return full ^ parts[0] | parts[1]
            case "Equivalent":
                return functools.reduce(operator.and_, (full ^ parts[0] ^ other for other in parts[1:]))
        raise AssertionError(f"unexpected {f!r}")

    bits = table(formula)
    return frozenset(a for a in rows if bits >> a & 1)


def beliefs(G: eb.EquibelGraph, atoms: Sequence[str]) -> dict[Hashable, oracle.Belief]:
    """What every node believes, read from its sympy formula and, independently, from the package's own form."""
    columns, full = own.truth_columns(atoms)
    found = {}
    for v in G:
        bits = own.truth_table(G.belief(v), columns, full)
        found[v] = models(G.formula_conj(v), atoms)
        assert found[v] == {a for a in range(1 << len(atoms)) if bits >> a & 1}
    return found
