"""Formulas as ASP terms."""

import clingo
import pytest
from formula_values import formulas, meaning
from hypothesis import given

from equibel.formula import FALSE, TRUE, atom, conjunction, disjunction, exclusive_or, iff, implies, negation, parse
from equibel.formula.printing import to_term

BUILD = {
    "and": lambda a, b: conjunction([a, b]),
    "or": lambda a, b: disjunction([a, b]),
    "xor": lambda a, b: exclusive_or([a, b]),
    "imp": implies,
    "iff": iff,
    "neg": negation,
    "true": lambda: TRUE,
    "false": lambda: FALSE,
}


def from_term(term):
    """The formula of a term as clingo reads it."""
    if term.type is clingo.SymbolType.String:
        return atom(term.string)
    return BUILD[term.name](*map(from_term, term.arguments))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("p", '"p"'),
        ("True", "true"),
        ("~False", "neg(false)"),
        ("S & 1", 'and("S","1")'),
        ("p | q | r", 'or("p",or("q","r"))'),
        ("p ^ q ^ r ^ s", 'xor("p",xor("q",xor("r","s")))'),
        ("p & q & r -> (s = ~t)", 'imp(and("p",and("q","r")),iff("s",neg("t")))'),
    ],
)
def test_terms(text, term):
    """Atoms are strings, connectives functions, and longer conjunctions nest to the right."""
    assert to_term(parse(text)) == term


@given(formulas())
def test_clingo_reads_the_term(formula):
    """clingo reads the term back as the same formula."""
    again = from_term(clingo.parse_term(to_term(formula)))
    assert again == formula
    assert meaning(again) == meaning(formula)
