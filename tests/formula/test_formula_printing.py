"""Writing formulas in ASCII, Unicode and LaTeX."""

import pickle

import pytest
from formula_values import formulas
from hypothesis import given

from equibel.formula import atom, conjunction, disjunction, parse, to_latex, to_text, to_unicode

TEXTS = [
    ("p", "p"),
    ("!p", "~p"),
    ("~~p", "~~p"),
    ("p&q&~r", "p & q & ~r"),
    ("p&q|r", "(p & q) | r"),
    ("p->q->r", "p -> (q -> r)"),
    ("p=q=r", "p = (q = r)"),
    ("(p->q)->r", "(p -> q) -> r"),
    ("p&q->r|s", "(p & q) -> (r | s)"),
    ("~(p&q)", "~(p & q)"),
    ("~~(p=q)&r", "~~(p = q) & r"),
    ("p^q^r", "p ^ q ^ r"),
    ("p^(q|~r)", "p ^ (q | ~r)"),
    ("True&False", "True & False"),
    ("~True", "~True"),
]

LATEX = [
    ("p", "p"),
    ("~p & q | r", r"(\neg p \wedge q) \vee r"),
    ("p -> q = r", r"(p \rightarrow q) \leftrightarrow r"),
    ("p ^ True ^ False", r"p \oplus \top \oplus \bot"),
    ("~(p | q)", r"\neg (p \vee q)"),
    ("x1 & x10", r"x_{1} \wedge x_{10}"),
    ("x_1", r"\mathit{x\_1}"),
    ("rain", r"\mathit{rain}"),
    ("rain12", r"\mathit{rain}_{12}"),
    ("rain_today", r"\mathit{rain\_today}"),
    ("_", r"\_"),
    ("_1", r"\mathit{\_1}"),
    ("007", "007"),
    ("pi", r"\mathit{pi}"),
    ("a1b2", r"\mathit{a1b2}"),
]


@pytest.mark.parametrize(("text", "written"), TEXTS)
def test_text(text, written):
    """Composite operands stand in parentheses, literals do not."""
    assert to_text(parse(text)) == written


@pytest.mark.parametrize(("text", "written"), LATEX)
def test_latex(text, written):
    """LaTeX uses the usual symbols; a final number is a subscript and words are set upright as words."""
    assert to_latex(parse(text)) == written


def test_latex_tells_atoms_apart():
    """Different atoms look different in LaTeX."""
    names = ["x1", "x_1", "x01", "x", "X1", "_x1", "x1_", "xx1", "1", "01"]
    assert len({to_latex(atom(name)) for name in names}) == len(names)


def test_unicode():
    """Unicode uses the symbols of logic."""
    assert to_unicode(parse("~p & (q | r ^ s) -> (True = False)")) == "(¬p ∧ ((q ∨ r) ⊕ s)) → (⊤ ↔ ⊥)"


def test_str_and_repr():
    """``str`` is the canonical text, and ``repr`` shows it."""
    formula = parse("p∧¬q")
    assert (str(formula), repr(formula)) == ("p & ~q", "Formula('p & ~q')")


@given(formulas())
def test_round_trip(formula):
    """Reading what was written gives the same formula."""
    assert parse(to_text(formula)) == formula
    assert parse(to_unicode(formula)) == formula
    assert to_text(formula).isascii()


@given(formulas())
def test_pickle(formula):
    """Formulas travel between processes."""
    assert pickle.loads(pickle.dumps(formula)) == formula


def test_empty_connectives():
    """The conjunction of nothing is written True, the disjunction of nothing False."""
    assert (to_text(conjunction([])), to_text(disjunction([]))) == ("True", "False")
