"""Values of a node's copies, and formulas that have exactly these models."""

from __future__ import annotations

from collections.abc import Iterable

from equibel.formula import Formula, formula_of_models, truth_columns, truth_table, truth_table_formula
from equibel.solving.plan import Plan

Values = tuple[bool, ...]


def formula_of(names: list[str], values: Iterable[Values], plan: Plan) -> Formula:
    """The formula over ``names`` with exactly these models."""
    return formula_of_numbers(names, (sum(1 << i for i, value in enumerate(row) if value) for row in values), plan)


def formula_of_numbers(names: list[str], values: Iterable[int], plan: Plan) -> Formula:
    """The same for values whose i-th bit says whether ``names[i]`` is true."""
    if len(names) > plan.listed_atoms:
        return formula_of_models(names, values)
    return truth_table_formula(sum(1 << value for value in set(values)), names)


def values_of(formula: Formula, names: list[str]) -> set[Values]:
    """The models of a formula over few atoms."""
    columns, full = truth_columns(names)
    table = truth_table(formula, columns, full)
    return {tuple(bool(row >> i & 1) for i in range(len(names))) for row in range(1 << len(names)) if table >> row & 1}
