"""Revision of a belief base by new information."""

import oracle
import pytest
from answers import METHODS, models
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ALPHABETS, consistent_formulas
from sympy import Symbol

import equibel as eb

BY_DISTANCE = {"inclusion": oracle.satoh, "cardinality": oracle.dalal}
OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)


@st.composite
def revisions(draw):
    """Atoms, a belief base of one to three formulas, and new information."""
    atoms = draw(st.sampled_from(ALPHABETS))[: draw(st.integers(1, 4))]
    base = draw(st.lists(consistent_formulas(atoms), min_size=1, max_size=3))
    return atoms, (base if oracle.belief(base, atoms) else base[:1]), draw(consistent_formulas(atoms))


def check_revision(example, optimum):
    atoms, base, new = example
    old, alpha = oracle.belief(base, atoms), oracle.belief(new, atoms)
    expected = oracle.revise(old, alpha, len(atoms), optimum)
    assert expected == BY_DISTANCE[optimum](old, alpha)
    for method in METHODS:
        assert models(eb.revise(base, new, opt_type=optimum, method=method), atoms) == expected, method
    assert models(eb.revise(base, [new], opt_type=optimum, simplify=True), atoms) == expected


@OPTIMA
@given(example=revisions())
def test_revision_is_a_completion_and_minimizes_distance(optimum, example):
    """By inclusion revision is Satoh's operator, by cardinality Dalal's; both are the completion of ``K — alpha``."""
    check_revision(example, optimum)


@pytest.mark.slow
@OPTIMA
@given(example=revisions())
@settings(max_examples=800)
def test_revision_at_length(optimum, example):
    """Revision, on thousands of inputs."""
    check_revision(example, optimum)


@OPTIMA
@given(example=revisions())
def test_rationality_postulates(optimum, example):
    """Success, vacuity and consistency preservation (Katsuno and Mendelzon's R1, R2, R3)."""
    atoms, base, new = example
    old, alpha = oracle.belief(base, atoms), oracle.belief(new, atoms)
    revised = models(eb.revise(base, new, opt_type=optimum), atoms)
    assert revised <= alpha
    assert revised
    if old & alpha:
        assert revised == old & alpha


def test_sympy_objects_and_text_may_be_mixed():
    """A belief base is text, a sympy object, or a list of both."""
    p, q = Symbol("p"), Symbol("q")
    assert eb.revise([p, "q"], ~q, simplify=True) == p & ~q
    assert eb.revise(p & q, "~q", simplify=True) == p & ~q


def test_an_empty_base_believes_nothing():
    """Revising no beliefs gives the new information."""
    assert eb.revise([], "p & q", simplify=True) == Symbol("p") & Symbol("q")


@pytest.mark.parametrize(("base", "new"), [("p & ~p", "q"), (["p", "~p"], "q"), ("q", "p & ~p"), ("q", "False")])
def test_contradictions_are_refused(base, new):
    """A contradiction on either side has no revision, and is an error of its own."""
    with pytest.raises(eb.InconsistentFormulaError, match="contradiction"):
        eb.revise(base, new)
