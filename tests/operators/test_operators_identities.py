"""Known identities between the operators and with other families of belief change."""

import oracle
import pytest
from answers import FIXPOINT, METHODS, ONCE, beliefs
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

import equibel as eb

CASES = cases(size=10)
OPTIMA = st.sampled_from(oracle.OPTIMA)
OPERATORS = st.sampled_from(oracle.OPERATORS)


@st.composite
def agreeing(draw):
    """Scenarios whose formulas all hold under one assignment: there is nothing to disagree about."""
    case = draw(CASES)
    truth = draw(st.integers(0, (1 << len(case.atoms)) - 1))
    return case.holding(
        {v: [f if truth in oracle.belief(f, case.atoms) else f"~({f})" for f in held] for v, held in case.formulas.items()}
    )


@given(CASES, OPERATORS, OPTIMA)
def test_semantic_and_syntactic_results_are_equal(case, operator, optimum):
    """The two characterizations give equal scenarios, however the formulas are spelled."""
    G = case.graph()
    semantic, syntactic = (ONCE[operator](G, method=method, opt_type=optimum) for method in METHODS)
    assert semantic == syntactic


@given(CASES, OPTIMA)
def test_completing_a_completion_changes_nothing(case, optimum):
    """The global completion is idempotent."""
    R = eb.global_completion(case.graph(), opt_type=optimum)
    assert eb.global_completion(R, opt_type=optimum) == R


@given(CASES, st.sampled_from(["global", "simple", "augmenting"]))
def test_cardinality_entails_inclusion(case, operator):
    """The largest EQ sets are among the maximal ones, so the cardinality answer entails the inclusion answer."""
    G = case.graph()
    largest, maximal = (ONCE[operator](G, opt_type=optimum) for optimum in (eb.CARDINALITY, eb.INCLUSION))
    assert all(largest.entails(v, maximal.formula_conj(v)) for v in G)


@given(CASES, OPERATORS, OPTIMA)
def test_nodes_keep_their_beliefs(case, operator, optimum):
    """Every node's new belief entails its old one, and is consistent."""
    G = case.graph()
    R = ONCE[operator](G, opt_type=optimum)
    assert all(R.entails(v, G.formula_conj(v)) and R.consistent_with(v, "True") for v in G)


@given(agreeing(), OPERATORS, OPTIMA)
def test_agreement_spreads(case, operator, optimum):
    """Where nothing is contested every node gets the conjunction of all it can hear."""
    scenario = case.oracle()
    R = ONCE[operator](case.graph(), opt_type=optimum)
    for v, models in beliefs(R, case.atoms).items():
        heard = oracle.distances(scenario.edges, v)
        within = [u for u, d in heard.items() if operator != "simple" or d <= 1]
        assert models == frozenset.intersection(*(scenario.beliefs[u] for u in within))


@given(CASES)
def test_a_simple_step_by_cardinality_minimizes_the_sum_of_hamming_distances(case):
    """One simple step, by cardinality, is policy R6 of belief revision games (Schwind et al. 2015)."""
    scenario = case.oracle()
    R = eb.iterate_simple(case.graph(), opt_type=eb.CARDINALITY)
    for v, models in beliefs(R, case.atoms).items():
        neighbours = [u for u, d in oracle.distances(scenario.edges, v).items() if d == 1]
        assert models == oracle.closest([scenario.beliefs[u] for u in neighbours], scenario.beliefs[v])


@given(CASES, st.sampled_from(oracle.ITERATIONS), OPTIMA, st.sampled_from(METHODS))
def test_a_fixpoint_is_left_alone(case, operator, optimum, method):
    """At a fixpoint one more application changes nothing, and the count says how many were needed."""
    G = case.graph()
    options = {"opt_type": optimum, "method": method}
    R, n = FIXPOINT[operator](G, **options)
    again, count = FIXPOINT[operator](R, **options)
    assert (again, count) == (R, 1)
    assert ONCE[operator](G, steps=n - 1, **options) == R
    assert n == 1 or ONCE[operator](G, steps=n - 2, **options) != R


@pytest.mark.parametrize("operator", oracle.OPERATORS)
@given(case=cases(max_nodes=2, size=8), optimum=OPTIMA)
def test_two_nodes_revise_each_other(operator, case, optimum):
    """On a single edge every operator revises each node's belief, taken as new information, by the other's."""
    G = case.graph()
    if G.number_of_nodes() == 2:
        G.add_edges_from([case.nodes])
        x, y = case.nodes
        R = ONCE[operator](G, opt_type=optimum)
        assert R.equivalent(x, eb.revise(G.formula_conj(y), G.formula_conj(x), opt_type=optimum))
        assert R.equivalent(y, eb.revise(G.formula_conj(x), G.formula_conj(y), opt_type=optimum))
