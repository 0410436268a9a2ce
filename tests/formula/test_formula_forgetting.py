"""Forgetting: both values of an atom are allowed, and it is gone."""

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import formulas

from equibel.formula import forget, parse, to_text

ATOMS = ["p", "q", "r", "s"]


@given(formulas(ATOMS), st.sets(st.sampled_from(ATOMS)))
def test_forgetting_allows_both_values(text, names):
    """A valuation is a model of the result exactly when it is one of the formula up to the forgotten atoms."""
    forgotten = forget(parse(text), names)
    assert not forgotten.atoms() & names
    mask = sum(1 << i for i, name in enumerate(ATOMS) if name in names)
    up_to = {a & ~mask for a in oracle.belief(text, ATOMS)}
    assert oracle.belief(to_text(forgotten), ATOMS) == {a for a in range(1 << len(ATOMS)) if a & ~mask in up_to}


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("p & q", ["p"], "q"),
        ("p | q", ["p"], "True"),
        ("p = q", ["q"], "True"),
        ("p & ~p", ["p"], "False"),
        ("p & q", ["r"], "p & q"),
        ("p & q", [], "p & q"),
        ("(p -> q) & (q -> r) & (r -> s)", ["q", "r"], "p -> s"),
    ],
)
def test_examples(text, names, expected):
    """By hand."""
    assert oracle.belief(to_text(forget(parse(text), names)), ATOMS) == oracle.belief(expected, ATOMS)


def test_a_long_chain_is_shortened_link_by_link():
    """Only the conjuncts that mention an atom are touched, so that forgetting many of them is quick."""
    chain = " & ".join(f"(x{i} -> x{i + 1})" for i in range(200))
    assert to_text(forget(parse(chain), [f"x{i}" for i in range(1, 200)])) in ("x200 | ~x0", "~x0 | x200")
