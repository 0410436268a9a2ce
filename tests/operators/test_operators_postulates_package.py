"""The package's classical operators satisfy the postulates that hold and violate the others where they must."""

import oracle
import pytest
from belief_change import by_package
from hypothesis import given, settings
from hypothesis import strategies as st
from postulates import BOTH, COUNTEREXAMPLES, POSTULATES
from strategies import ALPHABETS, consistent_formulas, minterms

OPTIMA = pytest.mark.parametrize("optimum", BOTH)
OPERATORS = ("revise", "contract", "extrapolate", "merge", "consensus")
VIOLATIONS = [(c, optimum) for c in COUNTEREXAMPLES for optimum in c.optima]


@st.composite
def drawn(draw, count=6):
    """Atoms and consistent formulas; of three neighbours one is, at times, a disjunction of the others.

    Half of the formulas have three models at most, so that conflicts are common.
    """
    atoms = tuple(draw(st.sampled_from(ALPHABETS))[: draw(st.sampled_from([1, 2, 3, 3, 3]))])
    rows = st.frozensets(st.integers(0, (1 << len(atoms)) - 1), min_size=1, max_size=3)
    kinds = st.one_of(rows.map(lambda models: minterms(models, atoms)), consistent_formulas(atoms, max_leaves=5))
    texts = draw(st.lists(kinds, min_size=count, max_size=count))
    for i in range(2, count):
        if draw(st.integers(0, 2)) == 0:
            texts[i] = f"({texts[i - 1]}) | ({texts[i - 2]})"
    return atoms, texts


def fill(signature, beliefs):
    """Arguments of that signature; the first tuple has two members, another one has one."""
    rest, arguments = iter(beliefs), []
    for letter in signature:
        size = 1 if any(isinstance(a, tuple) for a in arguments) else 2
        arguments.append(next(rest) if letter == "B" else tuple(next(rest) for _ in range(size)))
    return arguments


def check_postulates(operator, optimum, example):
    atoms, texts = example
    operators = by_package(atoms, optimum, texts)
    beliefs = [oracle.belief(text, atoms) for text in texts]
    asked = [p for p in POSTULATES if p.operator == operator and optimum in p.holds]
    assert asked
    assert not [p.name for p in asked if not p.satisfied(operators, *fill(p.signature, beliefs))]


@OPTIMA
@pytest.mark.parametrize("operator", OPERATORS)
@given(example=drawn())
@settings(max_examples=15)
def test_postulates_that_hold(operator, optimum, example):
    """All that hold are satisfied, whatever the formulas."""
    check_postulates(operator, optimum, example)


@pytest.mark.slow
@OPTIMA
@pytest.mark.parametrize("operator", OPERATORS)
@given(example=drawn())
@settings(max_examples=120)
def test_postulates_that_hold_at_length(operator, optimum, example):
    """The same, for more formulas."""
    check_postulates(operator, optimum, example)


@pytest.mark.parametrize(("example", "optimum"), VIOLATIONS, ids=lambda x: x if isinstance(x, str) else str(x.postulate))
def test_counterexamples_violate(example, optimum):
    """The smallest counterexample to what fails, for the package."""
    assert not example.postulate.satisfied(by_package(example.atoms, optimum, example.texts()), *example.beliefs())


@OPTIMA
@given(example=drawn(4))
@settings(max_examples=15)
def test_syntax_does_not_matter(optimum, example):
    """Equivalent formulas give equivalent results: R4, extensionality, IC3."""
    atoms, texts = example
    one, two, three, four = (oracle.belief(text, atoms) for text in texts)
    op, other = by_package(atoms, optimum, texts), by_package(atoms, optimum)  # the other writes disjunctive normal forms
    assert op.revise(one, two) == other.revise(one, two)
    assert op.contract(one, two) == other.contract(one, two)
    assert op.merge((one, two, three), four) == other.merge((one, two, three), four)
    assert op.consensus((one, two, three), four) == other.consensus((one, two, three), four)
    assert op.extrapolate((one, two, three)) == other.extrapolate((one, two, three))


@given(example=drawn(4))
@settings(max_examples=15)
def test_cardinality_entails_inclusion(example):
    """The largest EQ sets are among the maximal ones: of every operator that compares them only once."""
    atoms, texts = example
    one, two, three, four = (oracle.belief(text, atoms) for text in texts)
    maximal, largest = (by_package(atoms, optimum, texts) for optimum in BOTH)
    assert largest.revise(one, two) <= maximal.revise(one, two)
    assert largest.contract(one, two) <= maximal.contract(one, two)
    assert largest.merge((one, two, three), four) <= maximal.merge((one, two, three), four)
    unconstrained = (one, two, three), maximal.everything
    assert largest.consensus(*unconstrained) <= maximal.consensus(*unconstrained)
    both = zip(largest.extrapolate((one, two, three)), maximal.extrapolate((one, two, three)), strict=True)
    assert all(a <= b for a, b in both)


def test_a_constraint_on_a_consensus_may_undo_that():
    """Consensus under a constraint compares twice, and the stronger consensus is revised to something weaker."""
    sources, constraint = ("~(p | q)", "p = q", "p"), "q"
    *sources, mu = (oracle.belief(text, "pq") for text in (*sources, constraint))
    maximal, largest = (by_package("pq", optimum).consensus(tuple(sources), mu) for optimum in BOTH)
    assert maximal == oracle.belief("p & q", "pq")
    assert largest == oracle.belief("q", "pq")
