"""The oracle itself: its two characterizations coincide, and it gives the published answers."""

import re

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import INCOMPARABLE, PUBLISHED, REVISIONS
from strategies import cases, formulas

SMALL = [example for example in PUBLISHED if len(example.nodes) < 10]
OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)


def answer_of(operator, scenario, optimum, fixpoint):
    """The answer and, for a fixpoint, its count."""
    if fixpoint:
        return oracle.fixpoint(operator, scenario, optimum)
    return oracle.apply(operator, scenario, optimum), None


def atoms_of(*texts):
    return sorted(set(re.findall(r"[A-Za-z]\w*", " ".join(texts))) - {"True", "False"})


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("p -> q -> r", "p -> (q -> r)"),
        ("p = q = r", "p = (q = r)"),
        ("p | q & ~r", "p | (q & (~r))"),
        ("p ^ q | r", "p ^ (q | r)"),
        ("p -> q ^ r", "p -> (q ^ r)"),
        ("p = q -> r", "p = (q -> r)"),
        ("p ∧ ¬q ⊕ r", "(p & !q) ^ r"),
        ("p <=> q => True", "p ≡ (q → True)"),
    ],
)
def test_reading_follows_the_binding_order(text, models):
    """Formulas without parentheses are read by the documented binding order."""
    assert oracle.belief(text, ["p", "q", "r"]) == oracle.belief(models, ["p", "q", "r"])


@given(formulas(["p", "q", "r"]), st.integers(0, 7))
def test_truth_is_local(text, assignment):
    """A formula and its negation are never true together, nor false together."""
    assert (assignment in oracle.belief(text, "pqr")) != (assignment in oracle.belief(f"~({text})", "pqr"))


@OPTIMA
@given(case=cases())
def test_translating_formulas_gives_the_same_completion(optimum, case):
    """The semantic and the syntactic characterization of the completion coincide."""
    scenario = case.oracle()
    assert oracle.complete_by_translation(scenario, optimum) == oracle.global_completion(scenario, optimum)


@pytest.mark.parametrize("example", SMALL, ids=lambda example: example.name)
def test_published_answers(example):
    """The oracle computes the answers of the literature."""
    atoms = atoms_of(*example.formulas.values())
    scenario = oracle.scenario(example.nodes, example.edges, example.formulas, atoms)
    for answer in example.answers:
        result, count = answer_of(answer.operator, scenario, answer.optimum, answer.fixpoint)
        assert list(result.beliefs.values()) == [oracle.belief(text, atoms) for text in answer.formulas]
        assert answer.count in (None, count)


@pytest.mark.parametrize("example", INCOMPARABLE)
def test_published_incomparable_results(example):
    """On the published counterexamples neither result is stronger at every node."""
    atoms = atoms_of(*example.formulas.values())
    path = [(i, i + 1) for i in range(example.nodes - 1)]
    scenario = oracle.scenario(range(example.nodes), path, example.formulas, atoms)
    one, other = (answer_of(operator, scenario, "inclusion", settled)[0].beliefs for operator, settled in example[2:])
    assert any(not one[v] <= other[v] for v in one)
    assert any(not other[v] <= one[v] for v in one)


@pytest.mark.parametrize(("old", "new", "optimum", "revised"), REVISIONS)
def test_published_revisions(old, new, optimum, revised):
    """Revision as a completion, and as distance minimization, gives the published tables."""
    atoms = atoms_of(old, new)
    base, alpha, expected = (oracle.belief(text, atoms) for text in (old, new, revised))
    assert oracle.revise(base, alpha, len(atoms), optimum) == expected
    assert (oracle.satoh if optimum == "inclusion" else oracle.dalal)(base, alpha) == expected
