"""Clauses and DIMACS text."""

import itertools

import pytest
from formula_values import count_models, formulas
from hypothesis import given

from equibel.formula import clauses, holds, parse, to_dimacs


def models(cnf, numbers):
    """The assignments of the variables ``1 .. numbers`` that satisfy all clauses, as tuples of truth values."""
    for values in itertools.product([False, True], repeat=numbers):
        if all(any(values[abs(x) - 1] == (x > 0) for x in clause) for clause in cnf):
            yield values


def read_dimacs(text):
    """Atom names, number of variables, and clauses."""
    names, cnf, size = [], [], (0, 0)
    for line in text.splitlines():
        match line.split():
            case ["c", number, name] if number.isdigit():
                names.append(name)
                assert int(number) == len(names)
            case ["c", *_]:
                pass
            case ["p", "cnf", variables, count]:
                size = int(variables), int(count)
            case numbers:
                *clause, zero = map(int, numbers)
                assert zero == 0
                cnf.append(clause)
    assert len(cnf) == size[1]
    return names, size[0], cnf


@pytest.mark.parametrize(
    ("text", "atoms", "expected"),
    [
        ("p", ["p"], [[1]]),
        ("~p", ["p"], [[-1]]),
        ("p | ~q", ["p", "q"], [[1, -2]]),
        ("(x10 | x2) & ~x1 & (x2 | ~x10)", ["x1", "x2", "x10"], [[3, 2], [-1], [2, -3]]),
        ("(p -> q) & (~q -> r)", ["p", "q", "r"], [[-1, 2], [2, 3]]),
        ("True", [], []),
        ("False", [], [[]]),
        ("p | True", ["p"], []),
        ("p & False", ["p"], [[]]),
        ("p & (q | False)", ["p", "q"], [[1], [2]]),
    ],
)
def test_clauses_are_kept(text, atoms, expected):
    """A conjunction of clauses is kept as it is, with the atoms in natural order; constants go away, atoms stay."""
    assert clauses(parse(text)) == (atoms, expected)


def test_dimacs_without_auxiliaries():
    """Comments map numbers to atoms."""
    assert to_dimacs(parse("(x10 | ~S) & x2")) == "c 1 S\nc 2 x2\nc 3 x10\np cnf 3 2\n3 -1 0\n2 0\n"


def test_dimacs_of_constants():
    """True has no clauses, False the empty one."""
    assert to_dimacs(parse("True")) == "p cnf 0 0\n"
    assert to_dimacs(parse("False")) == "p cnf 0 1\n0\n"


def test_auxiliaries_are_announced():
    """A comment says which variables are auxiliary and what that means for counting models."""
    lines = to_dimacs(parse("p = q")).splitlines()
    assert lines[:4] == [
        "c 1 p",
        "c 2 q",
        "c 3 to 3 are auxiliary: each is true exactly when a subformula is true, so models correspond one to one",
        "p cnf 3 5",
    ]


def test_equal_parts_share_an_auxiliary():
    """A sub-formula that occurs twice is defined once."""
    _, cnf = clauses(parse("(p & q | r) & (p & q | s)"))
    assert max(abs(x) for clause in cnf for x in clause) == 5


@given(formulas(max_leaves=5))
def test_models_correspond(formula):
    """Restricted to the atoms, the models of the DIMACS text are those of the formula, each exactly once."""
    names, variables, cnf = read_dimacs(to_dimacs(formula))
    if variables > 12:
        return
    assert set(names) == formula.atoms()
    found = [values[: len(names)] for values in models(cnf, variables)]
    assert all(holds(formula, dict(zip(names, values, strict=True))) for values in found)
    assert len(set(found)) == len(found) == count_models(formula)
