"""Between formulas and sympy's objects."""

import pickle
import random
import sys

import pytest
import strategies
import sympy
from formula_values import formulas, meaning
from hypothesis import given, settings
from sympy.logic.boolalg import Exclusive, Xnor

from equibel.errors import FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
from equibel.formula import (
    FALSE,
    TRUE,
    as_formula,
    atom,
    conjunction,
    disjunction,
    fold,
    from_sympy,
    literal,
    parse,
    symbol,
    to_sympy,
)
from equibel.formula.sympy_bridge import MAX_SYMPY_DEPTH, MAX_UNFOLDED

p, q, r, s = sympy.symbols("p q r s")

NAMES = ["S", "I", "E", "N", "Q", "O", "C", "pi", "lambda", "zoo", "Symbol", "1", "007", "_", "None", "beta", "x1"]

FROM_SYMPY = [
    (sympy.true, "True"),
    (sympy.false, "False"),
    (True, "True"),
    (False, "False"),
    (p, "p"),
    (~p, "~p"),
    (p & q & ~r, "p & q & ~r"),
    (p | q, "p | q"),
    (p ^ q ^ r, "p ^ q ^ r"),
    (p >> q, "p -> q"),
    (sympy.Equivalent(p, q), "p = q"),
    (sympy.Equivalent(p, q, r), "(p & q & r) | (~p & ~q & ~r)"),
    (sympy.Equivalent(p, q, r, s), "(p & q & r & s) | (~p & ~q & ~r & ~s)"),
    (sympy.Equivalent(p, evaluate=False), "True"),
    (sympy.ITE(p, q, r), "(p -> q) & (~p -> r)"),
    (sympy.Nand(p, q), "~(p & q)"),
    (sympy.Nand(p, q, r, evaluate=False), "~(p & q & r)"),
    (sympy.Nor(p, q), "~p & ~q"),
    (sympy.Nor(p, q, r, evaluate=False), "~(p | q | r)"),
    (Xnor(p, q, r), "~(p ^ q ^ r)"),
    (Xnor(p, q, r, evaluate=False), "~(p ^ q ^ r)"),
    (Exclusive(p, q, r), "~(p & q) & ~(p & r) & ~(q & r)"),
    (Exclusive(p, q, r, evaluate=False), "~(p & q) & ~(p & r) & ~(q & r)"),
    (Exclusive(p, evaluate=False), "True"),
    (sympy.And(evaluate=False), "True"),
    (sympy.Or(evaluate=False), "False"),
    (sympy.Or(p, evaluate=False), "p"),
    (sympy.And(sympy.And(p, q, evaluate=False), sympy.true, evaluate=False), "p & q & True"),
    (sympy.Not(sympy.Not(p, evaluate=False), evaluate=False), "p"),
    (sympy.Implies(sympy.ITE(p, q, r), sympy.Equivalent(q, r, s)), "((p & q) | (~p & r)) -> ((q = r) & (r = s))"),
]

REFUSED = [
    None,
    1,
    2.5,
    [p],
    sympy.Integer(1),
    p + q,
    sympy.pi,
    sympy.S,
    p < 1,
    sympy.Eq(p, q),
    p & (q < 1),
    sympy.Q.even(p),
    sympy.Q.even,
    sympy.Contains(p, sympy.Interval(0, 1)),
    sympy.Function("f")(p),
    sympy.And,
    object(),
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name):
    """Every atom becomes a plain symbol of its name, and comes back."""
    there = to_sympy(atom(name))
    assert there == sympy.Symbol(name) == symbol(name)
    assert type(there) is sympy.Symbol
    assert from_sympy(there) == atom(name)


@pytest.mark.parametrize(("expression", "text"), FROM_SYMPY)
def test_from_sympy(expression, text):
    """Every propositional class of sympy keeps its meaning."""
    atoms = ["p", "q", "r", "s"]
    assert meaning(from_sympy(expression), atoms) == meaning(parse(text), atoms)


@pytest.mark.parametrize("value", REFUSED)
def test_not_propositional(value):
    """What is not propositional is refused, at the top and inside."""
    with pytest.raises(NotAFormulaError, match="not a propositional formula") as caught:
        as_formula(value)
    assert type(caught.value.value).__name__ in str(caught.value)


@pytest.mark.parametrize("name", ["a b", "", "1a", "p'", "True", "p&q", "x_{1}", "é"])
def test_bad_symbol(name):
    """A symbol whose name is no atom is refused by its name."""
    with pytest.raises(NotAFormulaError, match="cannot be an atom") as caught:
        from_sympy(p & sympy.Symbol(name))
    assert repr(name) in str(caught.value)


@pytest.mark.parametrize("value", [sympy.Dummy("p"), sympy.Wild("p")])
def test_anonymous_symbols(value):
    """Symbols that are not identified by their names are refused."""
    with pytest.raises(NotAFormulaError, match=r"use sympy.Symbol\('p'\)"):
        from_sympy(value | q)


@given(formulas())
def test_round_trip(formula):
    """Through sympy a formula keeps its meaning."""
    assert meaning(from_sympy(to_sympy(formula))) == meaning(formula)


CONSTRUCTORS = {
    "not": sympy.Not,
    "and": sympy.And,
    "or": sympy.Or,
    "xor": sympy.Xor,
    "implies": sympy.Implies,
    "iff": sympy.Equivalent,
}


def constructed(formula):
    """The object that sympy's constructors make."""

    def combine(kind, parts):
        return CONSTRUCTORS[kind](*parts) if parts else sympy.sympify(kind == "true")

    return fold(formula, sympy.Symbol, combine)


@settings(max_examples=500)
@given(formulas(max_leaves=30))
def test_the_objects_that_sympy_would_make(formula):
    """What is built without sympy's sorting is the same object in every respect, the order of its arguments included."""
    made, expected = to_sympy(formula), constructed(formula)
    assert made == expected
    assert hash(made) == hash(expected)
    assert sympy.srepr(made) == sympy.srepr(expected)
    assert made.args == expected.args
    assert sympy.And(made, p) == sympy.And(expected, p)
    assert pickle.loads(pickle.dumps(made)) == expected


def test_large_disjunctions():
    """A disjunction of hundreds of terms is what sympy's constructors make of it."""
    rng = random.Random(1)
    terms = [conjunction(literal(f"x{i}", rng.random() < 0.5) for i in range(12)) for _ in range(300)]
    formula = disjunction([*terms, atom("y"), *terms[:5]])
    assert sympy.srepr(to_sympy(formula)) == sympy.srepr(constructed(formula))


@given(strategies.formulas(["p", "q", "r", "s"]))
def test_as_formula(text):
    """Text, sympy objects and formulas are taken alike."""
    formula = parse(text)
    assert as_formula(text) == formula
    assert as_formula(formula) is formula
    atoms = ["p", "q", "r", "s"]
    assert meaning(as_formula(to_sympy(formula)), atoms) == meaning(formula, atoms)


def test_as_formula_constants():
    """Python's truth values are the constants."""
    assert (as_formula(True), as_formula(False)) == (TRUE, FALSE)


def test_as_formula_text_error():
    """Text that is no formula is a syntax error."""
    with pytest.raises(FormulaSyntaxError):
        as_formula("p &")


def test_sympy_is_not_asked_to_read():
    """Text that sympy would evaluate is an atom or an error, never an effect."""
    assert as_formula("__import__").atoms() == {"__import__"}
    with pytest.raises(FormulaSyntaxError):
        as_formula("__import__('os')")


def test_too_deep_for_sympy():
    """A formula deeper than sympy can print is refused; one within the bound can be printed."""
    text = "x0"
    for i in range(1, MAX_SYMPY_DEPTH + 1):
        text = f"({text} {'&|'[i % 2]} x{i})"
    assert str(to_sympy(parse(text)))
    with pytest.raises(FormulaTooLargeError) as caught:
        to_sympy(parse(f"y -> {text}"))
    assert (caught.value.bound, caught.value.value) == (MAX_SYMPY_DEPTH, MAX_SYMPY_DEPTH + 1)


def test_wide():
    """Width is no difficulty: thousands of clauses go to sympy and back."""
    text = " & ".join(f"(x{i} | ~x{(i * 7) % 50} | y{i % 30})" for i in range(3000))
    assert from_sympy(to_sympy(parse(text))).atoms() == parse(text).atoms()


def test_deep_sympy_object():
    """A sympy object of any depth is read."""
    deep = p
    for _ in range(5000):
        deep = sympy.Implies(deep, q)
    assert len(from_sympy(deep)) == 10_001


def test_shared_parts():
    """An object whose parts are shared is refused when it would be exponentially large written out."""
    shared = p
    for _ in range(60):
        shared = sympy.Implies(sympy.Implies(shared, q), shared)
    with pytest.raises(FormulaTooLargeError) as caught:
        from_sympy(shared)
    assert caught.value.bound == MAX_UNFOLDED


def test_too_deep_for_sympy_itself():
    """When sympy cannot walk its own object, the error is one of ours."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        deep = p
        for _ in range(3000):
            deep = sympy.Implies(deep, q)
        deep = sympy.Equivalent(deep, sympy.Not(deep, evaluate=False))
    finally:
        sys.setrecursionlimit(limit)
    with pytest.raises(FormulaTooLargeError, match="too deep for sympy"):
        from_sympy(deep)
