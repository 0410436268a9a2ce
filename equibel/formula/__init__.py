"""Propositional formulas: reading, building, writing, evaluating and simplifying.

A `Formula` is an immutable value, stored as flat postfix code, so that large and deep formulas cause no stack overflow::

    >>> from equibel.formula import atom, conjunction, negation, parse, to_unicode
    >>> f = parse("p & q -> ~r")
    >>> str(f)
    '(p & q) -> ~r'
    >>> to_unicode(f)
    '(p ∧ q) → ¬r'
    >>> conjunction([atom("p"), negation(atom("q"))]) == parse("p & ~q")
    True

`parse` reads text, and `as_formula` reads also sympy objects.  `to_text`, `to_unicode`, `to_latex`, `to_prefix`,
`to_term`, `to_dimacs` and `to_sympy` write formulas.  `simplify` finds an equivalent formula that is easier to read.  Every
name can be an atom, even if it is a constant or function of sympy.
"""

from equibel.formula.build import Builder, assign
from equibel.formula.cnf import clauses, to_dimacs
from equibel.formula.forgetting import forget
from equibel.formula.generate import random_formula
from equibel.formula.hints import is_dimacs
from equibel.formula.lookalikes import atom_notes, constants_note, numbers_note
from equibel.formula.models_tree import formula_of_models
from equibel.formula.normal import as_literal
from equibel.formula.parsing import parse
from equibel.formula.prefix import parse_prefix, to_prefix
from equibel.formula.printing import to_latex, to_term, to_text, to_unicode
from equibel.formula.simplification import canonical, simplify, truth_table_formula
from equibel.formula.sympy_bridge import FormulaLike, as_formula, from_sympy, symbol, to_sympy
from equibel.formula.syntax import (
    FALSE,
    TRUE,
    Formula,
    atom,
    conjunction,
    conjuncts,
    constant,
    depth,
    disjunction,
    exclusive_or,
    fold,
    holds,
    iff,
    implies,
    is_atom_name,
    literal,
    natural_key,
    negation,
    operands,
    sorted_atoms,
    translate,
    truth_columns,
    truth_table,
)

__all__ = [
    "FALSE",
    "TRUE",
    "Builder",
    "Formula",
    "FormulaLike",
    "as_formula",
    "as_literal",
    "assign",
    "atom",
    "atom_notes",
    "canonical",
    "clauses",
    "conjunction",
    "conjuncts",
    "constant",
    "constants_note",
    "depth",
    "disjunction",
    "exclusive_or",
    "fold",
    "forget",
    "formula_of_models",
    "from_sympy",
    "holds",
    "iff",
    "implies",
    "is_atom_name",
    "is_dimacs",
    "literal",
    "natural_key",
    "negation",
    "numbers_note",
    "operands",
    "parse",
    "parse_prefix",
    "random_formula",
    "simplify",
    "sorted_atoms",
    "symbol",
    "to_dimacs",
    "to_latex",
    "to_prefix",
    "to_sympy",
    "to_term",
    "to_text",
    "to_unicode",
    "translate",
    "truth_columns",
    "truth_table",
    "truth_table_formula",
]
