"""Formulas as clauses, as far as they are small."""

from __future__ import annotations

from equibel.formula import Formula, truth_columns, truth_table


def clause_literals(formula: Formula) -> dict[str, bool] | None:
    """The literals of a disjunction of literals over different atoms, or ``None`` when it is something else."""
    literals: dict[str, bool] = {}
    name = None  # of the literal before, as long as it is positive
    for token in formula.code[:-1] if formula.kind == "or" else formula.code:
        if isinstance(token, str):
            if token in literals:
                return None
            name = token
            literals[name] = True
        elif token.kind == "not" and name is not None:
            literals[name] = False
            name = None
        else:
            return None
    return literals


def equivalent_clauses(formula: Formula, most_atoms: int) -> list[dict[str, bool]] | None:
    """Clauses equivalent to a formula: itself when it is one, one for each row that makes it false up to so many atoms."""
    literals = clause_literals(formula)
    if literals is not None:
        return [literals]
    names = sorted(formula.atoms())
    if len(names) > most_atoms:
        return None
    columns, full = truth_columns(names)
    false = full ^ truth_table(formula, columns, full)
    rows = [row for row in range(1 << len(names)) if false >> row & 1]
    return [{name: not row >> i & 1 for i, name in enumerate(names)} for row in rows]
