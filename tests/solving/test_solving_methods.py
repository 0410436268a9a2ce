"""Exact methods that share little, compared on scenarios that brute force does not reach.

Collecting models and translating formulas take different ways through the engine: stars are solved directly for the one
and searched for the other, and translation knows no models.
"""

import oracle
import pytest
from answers import FIXPOINT, ONCE
from plans import planned
from solving_networks import KINDS, clause_network, cnf_pair, problem

import equibel as eb
from equibel.options import METHODS, SEMANTIC, SYNTACTIC
from equibel.solving import Request, entails, equivalent, maximize

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
EVERY = pytest.mark.parametrize("operator", oracle.OPERATORS)
ALL_KINDS = pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind not in ("complete", "cycle", "tree"))) for kind in KINDS]
)


def same(left, right):
    """Whether all nodes believe the same, by the solver."""
    return all(equivalent(left.belief(v), right.belief(v)) for v in left)


def check_methods(G, operator, optimum):
    semantic, syntactic = (ONCE[operator](G, method=method, opt_type=optimum) for method in (SEMANTIC, SYNTACTIC))
    assert same(semantic, syntactic)
    for v in G:
        assert entails(semantic.belief(v), G.belief(v))
    return semantic


def size(kind, seed):
    """Nodes and atoms; fewer where everyone is a neighbour of everyone."""
    return (9, 3) if kind == "complete" else (9 + 4 * (seed % 4), 3 + seed % 2)


@ALL_KINDS
@OPTIMA
def test_both_methods_agree(kind, optimum):
    """Every operator gives equivalent answers by both methods, in every topology."""
    G = clause_network(kind, *size(kind, 1), seed=1)
    for operator in oracle.OPERATORS:
        check_methods(G, operator, optimum)


@ALL_KINDS
def test_cardinality_entails_inclusion(kind):
    """An EQ set of greatest size is maximal under inclusion: what holds in all of these holds in all of those."""
    G = clause_network(kind, *size(kind, 2), seed=12)
    by_size, by_inclusion = (eb.global_completion(G, opt_type=optimum) for optimum in (eb.CARDINALITY, eb.INCLUSION))
    assert all(entails(by_size.belief(v), by_inclusion.belief(v)) for v in G)


@pytest.mark.parametrize("kind", ["grid", "tree", "small-world"])
@OPTIMA
def test_a_completion_is_complete(kind, optimum):
    """Completing a completion changes nothing."""
    R = eb.global_completion(clause_network(kind, 9, 3, seed=3), opt_type=optimum)
    for method in METHODS:
        assert same(eb.global_completion(R, method=method, opt_type=optimum), R)


@pytest.mark.parametrize("kind", ["path", "cycle", "small-world"])
@OPTIMA
def test_one_target_at_a_time(kind, optimum):
    """Asking for one node alone gives the same answer as asking for all at once."""
    G = clause_network(kind, 9, 3, seed=4)
    for method in METHODS:
        together = maximize(problem(G), Request(optimum, method))
        for i, v in enumerate(G):
            [alone] = maximize(problem(G, [v]), Request(optimum, method)).values()
            assert equivalent(alone, together[i])


@pytest.mark.parametrize("kind", ["cycle", "tree", "disconnected"])
@OPTIMA
def test_fixpoints_agree(kind, optimum):
    """Both methods take the same number of steps to equivalent fixpoints."""
    G = clause_network(kind, 9, 3, seed=5)
    for iterate in FIXPOINT.values():
        (left, steps), (right, others) = (iterate(G, method=method, opt_type=optimum) for method in METHODS)
        assert steps == others
        assert same(left, right)


@pytest.mark.parametrize("n", [12, 16])
@pytest.mark.parametrize("pair", [0, 2])
@OPTIMA
def test_both_methods_revise_alike(n, pair, optimum):
    """Dense formulas over many atoms: there are more interpretations than a node's values can be listed for."""
    with planned(pair_nodes=pair):
        for seed in range(2):
            check_methods(cnf_pair(n, seed), "global", optimum)
