"""The prefix form of BCF files."""

import pytest
from formula_values import formulas, meaning, place_of_error
from hypothesis import given
from hypothesis import strategies as st

from equibel.errors import FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
from equibel.formula import FALSE, TRUE, parse, parse_prefix, to_prefix
from equibel.formula.hints import DIMACS, PREFIX
from equibel.formula.syntax import MAX_SIZE

READ = [
    ("p", "p"),
    ("-p", "~p"),
    ("- -p", "~~p"),
    ("-(p)", "~p"),
    ("((p))", "p"),
    ("*(p q)", "p & q"),
    ("+(p q r)", "p | q | r"),
    ("*(r)", "r"),
    ("-*(p -q)", "~(p & ~q)"),
    ("-(-*(p q))", "~~(p & q)"),
    ("( * (p - q) )", "p & ~q"),
    ("*(p *(q r))", "p & q & r"),
    ("+( p\n\t*(q\n  -r)\r\n)", "p | (q & ~r)"),
    ("(+(p q *(q r -s -t) *(r)))", "p | q | (q & r & ~s & ~t) | r"),
    ("*(1 -22 a_b)", "1 & ~22 & a_b"),
    ("*(p(q)-(r)*(s))", "p & q & ~r & s"),
    ("*()", "True"),
    ("+()", "False"),
    ("-+()", "~False"),
]

WRITTEN = [
    ("p", "p"),
    ("~~p", "--p"),
    ("p & ~q & r", "*(p -q r)"),
    ("~(p | q)", "-+(p q)"),
    ("p & (q | ~(r & s))", "*(p +(q -*(r s)))"),
    ("p -> q -> r", "+(-p -q r)"),
    ("(p & q) -> r", "+(-*(p q) r)"),
    ("p = q", "+(*(p q) *(-p -q))"),
    ("p ^ q", "+(*(p -q) *(-p q))"),
    ("True & p | False", "+(*(*() p) +())"),
]

OPERAND = ["an atom", "'-'", "'*('", "'+('", "'('"]
MORE = [*OPERAND, "a closing parenthesis"]

ERRORS = [
    ("", 1, 1, "the text is empty", ["a formula"]),
    ("p q", 1, 3, "unexpected 'q'", ["the end of the formula"]),
    ("p)", 1, 2, "unexpected ')' (there is no matching '(')", ["the end of the formula"]),
    ("*p", 1, 2, "unexpected 'p'", ["an opening parenthesis"]),
    ("*", 1, 2, "the formula ends too early", ["an opening parenthesis"]),
    ("-", 1, 2, "the formula ends too early", OPERAND),
    ("()", 1, 2, "unexpected ')'", OPERAND),
    ("*(p -)", 1, 6, "unexpected ')'", OPERAND),
    ("(p q)", 1, 4, "unexpected 'q' (the '(' at column 1 is not closed)", ["a closing parenthesis"]),
    ("*(p\n +(q", 2, 5, "the formula ends too early (the '(' at column 3 is not closed)", MORE),
    ("* (p $)", 1, 6, "unexpected character '$' (the '(' at column 3 is not closed)", MORE),
    ("p -> q", 1, 3, f"unexpected '->' ({PREFIX})", ["the end of the formula"]),
    ("*(p & q)", 1, 5, f"unexpected '&' ({PREFIX})", MORE),
    ("p & q", 1, 3, f"unexpected '&' ({PREFIX})", ["the end of the formula"]),
    ("p and q", 1, 3, f"unexpected 'and' ({PREFIX})", ["the end of the formula"]),
    ("not p", 1, 5, f"unexpected 'p' ({PREFIX})", ["the end of the formula"]),
    ("~p", 1, 1, f"unexpected '~' ({PREFIX})", OPERAND),
    ("p ＆ q", 1, 3, f"unexpected character '＆' ({PREFIX})", ["the end of the formula"]),
    ("*(p –q)", 1, 5, "unexpected character '–' (write - for '–')", MORE),
    ("1 -2 0", 1, 3, f"unexpected '-' ({DIMACS})", ["the end of the formula"]),
]


@pytest.mark.parametrize(("text", "formula"), READ)
def test_read(text, formula):
    """White space and redundant parentheses do not matter; nothing below ``*`` or ``+`` is a constant."""
    assert parse_prefix(text) == parse(formula)


@pytest.mark.parametrize(("formula", "text"), WRITTEN)
def test_write(formula, text):
    """Arrows and exclusive or are rewritten, the rest is kept."""
    assert to_prefix(parse(formula)) == text


@pytest.mark.parametrize(("text", "line", "column", "problem", "expected"), ERRORS)
def test_errors(text, line, column, problem, expected):
    """An error says where the text stops being a formula, what is wrong there, and what was expected."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse_prefix(text)
    error = caught.value
    assert (error.line, error.column, error.problem, error.expected) == (line, column, problem, expected)
    assert error.text == text


def test_not_text():
    """What is no text is refused."""
    with pytest.raises(NotAFormulaError):
        parse_prefix(None)


@given(formulas(max_leaves=6))
def test_round_trip_keeps_the_meaning(formula):
    """Reading what was written gives an equivalent formula."""
    assert meaning(parse_prefix(to_prefix(formula))) == meaning(formula)


@given(formulas(arrows=False))
def test_round_trip_is_exact_without_arrows(formula):
    """A formula of ``&``, ``|`` and ``~`` comes back as it was, the constants too."""
    assert parse_prefix(to_prefix(formula)) == formula


def test_constants():
    """The constants are the conjunction and the disjunction of nothing."""
    assert (to_prefix(TRUE), to_prefix(FALSE)) == ("*()", "+()")


@given(st.text("pq1 ()*+-\n$"))
def test_any_text(text):
    """Any text is a formula or a syntax error that points into it."""
    line, column = place_of_error(parse_prefix, text) or (1, 1)
    lines = text.split("\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1


@pytest.mark.parametrize("connective", ["=", "^"])
def test_doubling_is_refused(connective):
    """Nested ``=`` and ``^`` double at every level; past the bound they are refused before any work."""
    with pytest.raises(FormulaTooLargeError, match="simplify it") as caught:
        to_prefix(parse(connective.join(f"x{i}" for i in range(1000))))
    assert caught.value.bound == MAX_SIZE < caught.value.value
