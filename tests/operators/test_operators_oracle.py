"""Every operator, optimum and method against brute force."""

import oracle
import pytest
from answers import METHODS, beliefs, fixpoint, once
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, cases

import equibel as eb

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
EVERY = pytest.mark.parametrize("operator", oracle.DEFINED)
ITERATED = pytest.mark.parametrize("operator", oracle.RULES)

#: On these the five operators, under either optimum, all differ from one another, and also from what they would be with
#: one clause of their definitions misread: levels in the expanding iteration, or none in the augmenting one, edges
#: between equal distances, rings with the nodes inside them, nodes updated one after the other.
TELLING = [
    Case(
        [0, 1, 2, 3, 4],
        [(0, 1), (0, 4), (1, 2), (2, 3)],
        {0: ["p | ~q"], 1: ["~p"], 2: ["~p | q"], 3: ["p & q"], 4: ["p"]},
        ["p", "q"],
    ),
    Case(
        [0, 1, 2, 3],
        [(0, 1), (1, 2), (1, 3), (2, 3)],
        {0: ["p | ~q"], 1: ["p & ~q"], 2: ["~p | q"], 3: ["~p | ~q"]},
        ["p", "q"],
    ),
    Case(
        [0, 1, 2, 3],
        [(0, 1), (0, 2), (0, 3)],
        {0: ["~p | ~q"], 1: ["~p & ~q"], 2: ["p ^ q"], 3: ["~p | q"]},
        ["p", "q"],
    ),
    Case(
        [0, 1, 2, 3, 4],
        [(0, 1), (1, 2), (1, 3), (2, 4)],
        {0: ["p & q"], 1: ["p ^ q"], 2: ["p ^ q"], 3: ["p ^ q"], 4: ["p = q"]},
        ["p", "q"],
    ),
]


def check_once(case, operator, optimum):
    expected = oracle.apply(operator, case.oracle(), optimum).beliefs
    G = case.graph()
    for method in METHODS:
        R = once(operator, G, method=method, opt_type=optimum)
        assert beliefs(R, case.atoms) == expected, method
        assert R.atoms() == G.atoms()


def check_fixpoint(case, operator, optimum, method):
    expected, count = oracle.fixpoint(operator, case.oracle(), optimum)
    R, n = fixpoint(operator, case.graph(), method, optimum)
    assert beliefs(R, case.atoms) == expected.beliefs
    assert n == count


@pytest.mark.parametrize("case", TELLING)
@OPTIMA
@EVERY
def test_telling_scenarios(operator, optimum, case):
    """Where the operators part ways, each gives its own answer, once and at its fixpoint."""
    check_once(case, operator, optimum)
    if operator in oracle.RULES:
        for method in METHODS:
            check_fixpoint(case, operator, optimum, method)


@OPTIMA
@EVERY
@given(case=cases())
def test_one_application(operator, optimum, case):
    """One application gives every node exactly the models of the definition, by either method."""
    check_once(case, operator, optimum)


@OPTIMA
@ITERATED
@given(case=cases(size=10), method=st.sampled_from(METHODS))
def test_fixpoint(operator, optimum, case, method):
    """The fixpoint and the number of applications are those of the definition."""
    check_fixpoint(case, operator, optimum, method)


@EVERY
@given(
    case=cases(size=10),
    optimum=st.sampled_from(oracle.OPTIMA),
    method=st.sampled_from(METHODS),
    steps=st.integers(0, 3),
)
def test_steps(operator, case, optimum, method, steps):
    """``steps`` applications are one application after the other; no step returns the scenario as it was."""
    G = case.graph()
    expected = oracle.apply(operator, case.oracle(), optimum, steps)
    options = {"method": method, "opt_type": optimum}
    if operator == "global":
        R = G
        for _ in range(steps):
            R = eb.global_completion(R, **options)
    else:
        R = once(operator, G, steps=steps, **options)
    assert beliefs(R, case.atoms) == expected.beliefs


@EVERY
@given(case=cases(size=10), optimum=st.sampled_from(oracle.OPTIMA), method=st.sampled_from(METHODS))
def test_simplified_results_mean_the_same(operator, case, optimum, method):
    """Simplified results have the same models."""
    expected = oracle.apply(operator, case.oracle(), optimum).beliefs
    R = once(operator, case.graph(), method=method, opt_type=optimum, simplify=True)
    assert beliefs(R, case.atoms) == expected


@EVERY
@given(case=cases(size=8), optimum=st.sampled_from(oracle.OPTIMA), method=st.sampled_from(METHODS), simplify=st.booleans())
def test_a_node_that_believes_nothing_has_no_formulas(operator, case, optimum, method, simplify):
    """In a result exactly the nodes for which everything is possible have no formulas, simplified or not."""
    expected = oracle.apply(operator, case.oracle(), optimum).beliefs
    R = once(operator, case.graph(), method=method, opt_type=optimum, simplify=simplify)
    assert {v for v in R if not R.formulas(v)} == {v for v in R if len(expected[v]) == 1 << len(case.atoms)}


@given(
    case=cases(size=10),
    operators=st.lists(st.sampled_from(oracle.DEFINED), min_size=2, max_size=3),
    optimum=st.sampled_from(oracle.OPTIMA),
    simplify=st.booleans(),
)
def test_results_are_scenarios(case, operators, optimum, simplify):
    """The output of one operator is the input of the next."""
    expected, R = case.oracle(), case.graph()
    for operator in operators:
        expected = oracle.apply(operator, expected, optimum)
        R = once(operator, R, opt_type=optimum, simplify=simplify)
    assert beliefs(R, case.atoms) == expected.beliefs


@pytest.mark.slow
@OPTIMA
@EVERY
@given(case=cases())
@settings(max_examples=800)
def test_one_application_at_length(operator, optimum, case):
    """One application, on thousands of scenarios."""
    check_once(case, operator, optimum)


@pytest.mark.slow
@OPTIMA
@ITERATED
@given(case=cases(), method=st.sampled_from(METHODS))
@settings(max_examples=400)
def test_fixpoint_at_length(operator, optimum, case, method):
    """Fixpoints and their counts, on thousands of scenarios."""
    check_fixpoint(case, operator, optimum, method)


@pytest.mark.slow
@OPTIMA
@EVERY
@given(case=cases(max_nodes=8, size=16))
@settings(max_examples=60)
def test_larger_scenarios(operator, optimum, case):
    """One application, on scenarios as large as brute force can bear."""
    check_once(case, operator, optimum)
