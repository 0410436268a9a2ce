"""Extrapolation of observations over time."""

import oracle
import pytest
from answers import METHODS, models
from classical_inputs import OPTIMA, check_alternatives, inputs
from hypothesis import given, settings
from sympy import Symbol

import equibel as eb

HISTORIES = inputs(least=1, most=5, size=5)


def check_extrapolation(example, optimum):
    expected = oracle.extrapolations(example.beliefs(), example.width, optimum, example.required())
    union = [frozenset().union(*(values[t] for values in expected.values())) for t in range(len(example.bases))]
    options = {"opt_type": optimum, **example.constraints}

    def read(answers):
        return tuple(models(answer, example.atoms) for answer in answers)

    for method in METHODS:
        assert read(eb.extrapolate(example.bases, method=method, **options)) == tuple(union), method
    assert read(eb.extrapolate(example.bases, simplify=True, **options)) == tuple(union)
    check_alternatives(eb.extrapolate, (example.bases,), expected, example.atoms, read, **options)


@given(HISTORIES, OPTIMA)
def test_extrapolation_completes_the_path_of_time_points(example, optimum):
    """Under constraints, with choice and one by one, the answers are those of the admissible EQ sets of the path."""
    check_extrapolation(example, optimum)


@pytest.mark.slow
@given(HISTORIES, OPTIMA)
@settings(max_examples=500)
def test_extrapolation_at_length(example, optimum):
    """Extrapolation, on many inputs."""
    check_extrapolation(example, optimum)


@given(HISTORIES, OPTIMA)
def test_extrapolation_is_the_global_completion_of_a_path(example, optimum):
    """Time points are nodes, and one follows the other."""
    G = eb.path_graph(len(example.bases))
    for time, base in enumerate(example.bases):
        G.set_formulas(time, base)
    R = eb.global_completion(G, opt_type=optimum)
    for time, answer in enumerate(eb.extrapolate(example.bases, opt_type=optimum)):
        assert R.equivalent(time, answer)


def test_what_does_not_change_is_known_at_all_times():
    """Facts persist, forwards and backwards; when a fluent changed is open between the observations."""
    p, q = Symbol("p"), Symbol("q")
    true = eb.parse_formula("True")
    assert eb.extrapolate([[], "p", []], simplify=True) == [p, p, p]
    assert eb.extrapolate(["p & q", [], "~p"], simplify=True) == [p & q, q, q & ~p]
    assert eb.extrapolate(["p", "~p", []], simplify=True) == [p, ~p, ~p]
    assert eb.extrapolate([[]]) == [true]
    assert eb.extrapolate(["p | q", "~p", "~q"], simplify=True) == [(p & ~q) | (q & ~p), ~p, ~p & ~q]


def test_a_constraint_on_every_time_point():
    """A law of the domain carries a change over to what depends on it."""
    law = {"entailment": "light = (switch & bulb)", "simplify": True}
    light = eb.extrapolate(["switch & bulb", "~light"], **law)
    assert light[0] == eb.parse_formula("bulb & light & switch")
    assert light[1] == eb.parse_formula("~light & ((switch & ~bulb) | (bulb & ~switch))")
    chosen = eb.extrapolate(["switch & bulb", "~light"], choice="switch", **law)
    assert chosen[1] == eb.parse_formula("switch & ~bulb & ~light")


@pytest.mark.parametrize(
    ("observations", "options", "error", "node"),
    [
        (["p", "q & ~q"], {}, "InconsistentFormulaError", "observation 2"),
        (["p", "q"], {"entailment": "~q"}, "ConstraintClashError", "observation 2"),
        (["p", "q"], {"consistency": "~p"}, "ConstraintClashError", "observation 1"),
        (["p", "q"], {"consistency": "False"}, "ConstraintClashError", None),
    ],
)
def test_clashes_name_the_culprits(observations, options, error, node):
    """A contradictory observation, or one that constraints contradict, is refused by name."""
    with pytest.raises(eb.InconsistentFormulaError) as caught:
        eb.extrapolate(observations, **options)
    assert (type(caught.value).__name__, caught.value.node) == (error, node)


@pytest.mark.parametrize("observations", [[], "p & q", None, 7])
def test_observations_must_be_a_list_of_some(observations):
    """No observations, or a single formula instead of a list, is refused."""
    with pytest.raises(eb.OptionError, match=r"observations is .*; expected a list of at least one observation"):
        eb.extrapolate(observations)


def test_a_long_history():
    """A hundred days with an observation now and then."""
    history = [[f"x{day // 10}"] if day % 10 == 0 else [] for day in range(100)]
    history[55] = ["~x3"]
    days = eb.extrapolate(history, simplify=True)
    assert len(days) == 100
    assert all(Symbol("x9") in day.free_symbols for day in days)
    assert Symbol("x3") in days[30].args
    assert ~Symbol("x3") in days[99].args
    assert Symbol("x3") not in days[40].free_symbols
