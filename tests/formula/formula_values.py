"""Formula values for property tests, and their meaning by truth table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from equibel.errors import FormulaSyntaxError
from equibel.formula import (
    FALSE,
    TRUE,
    Formula,
    atom,
    conjunction,
    disjunction,
    exclusive_or,
    iff,
    implies,
    negation,
    truth_columns,
    truth_table,
)

ATOMS = ["p", "S", "_a1", "x2", "x10", "007", "lambda"]


def formulas(constants: bool = True, arrows: bool = True, max_leaves: int = 12) -> st.SearchStrategy[Formula]:
    """All shapes the constructors can build, over a few oddly named atoms."""
    leaves = st.sampled_from([*map(atom, ATOMS), *([TRUE, FALSE] if constants else [])])

    def larger(smaller: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        several = st.lists(smaller, max_size=4) if constants else st.lists(smaller, min_size=1, max_size=4)
        shapes = [smaller.map(negation), several.map(conjunction), several.map(disjunction)]
        if arrows:
            shapes += [
                several.map(exclusive_or),
                st.builds(implies, smaller, smaller),
                st.builds(iff, smaller, smaller),
            ]
        return st.one_of(shapes)

    return st.recursive(leaves, larger, max_leaves=max_leaves)


def meaning(formula: Formula, atoms: Sequence[str] = ATOMS) -> int:
    """The truth table: equal for two formulas exactly when they are equivalent."""
    return truth_table(formula, *truth_columns(atoms))


def count_models(formula: Formula) -> int:
    """The number of models over the formula's own atoms."""
    return meaning(formula, sorted(formula.atoms())).bit_count()


def place_of_error(read: Callable[[str], Formula], text: str) -> tuple[int, int] | None:
    """Line and column of the syntax error in a text, if there is one; any other error goes through."""
    try:
        read(text)
    except FormulaSyntaxError as error:
        return error.line, error.column
    return None
