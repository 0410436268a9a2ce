"""Revision of a belief base by new information."""

import oracle
import pytest
from answers import METHODS, models
from classical_inputs import OPTIMA, check, inputs
from hypothesis import given, settings
from sympy import Symbol

import equibel as eb

BY_DISTANCE = {"inclusion": oracle.satoh, "cardinality": oracle.dalal}
PAIRS = inputs(results=[1])


def check_revision(example, optimum):
    old, new = example.beliefs()
    expected = oracle.revisions(old, new, example.width, optimum, example.required())
    check(eb.revise, example.bases, expected, example.atoms, optimum, **example.constraints)


@given(PAIRS, OPTIMA)
def test_revision_is_a_completion_and_minimizes_distance(example, optimum):
    """By inclusion revision is Satoh's operator, by cardinality Dalal's; both are the completion of ``K — alpha``."""
    old, new = (oracle.belief(base, example.atoms) for base in example.bases)
    expected = oracle.revise(old, new, example.width, optimum)
    assert expected == BY_DISTANCE[optimum](old, new)
    assert expected == frozenset().union(*oracle.revisions(old, new, example.width, optimum).values())
    for method in METHODS:
        assert models(eb.revise(*example.bases, opt_type=optimum, method=method), example.atoms) == expected, method


@given(PAIRS, OPTIMA)
def test_revision_under_constraints(example, optimum):
    """With integrity constraints, with choice, and one by one, the answers are those of the admissible EQ sets."""
    check_revision(example, optimum)


@pytest.mark.slow
@given(PAIRS, OPTIMA)
@settings(max_examples=800)
def test_revision_at_length(example, optimum):
    """Revision, on many inputs."""
    check_revision(example, optimum)


@given(PAIRS, OPTIMA)
def test_rationality_postulates(example, optimum):
    """Success, vacuity and consistency preservation (Katsuno and Mendelzon's R1, R2, R3)."""
    old, alpha = (oracle.belief(base, example.atoms) for base in example.bases)
    revised = models(eb.revise(*example.bases, opt_type=optimum), example.atoms)
    assert revised <= alpha
    assert revised
    if old & alpha:
        assert revised == old & alpha


def test_sympy_objects_and_text_may_be_mixed():
    """A belief base is text, a sympy object, or a collection of both."""
    p, q = Symbol("p"), Symbol("q")
    assert eb.revise([p, "q"], ~q, simplify=True) == p & ~q
    assert eb.revise(p & q, "~q", simplify=True) == p & ~q
    assert eb.revise({"p", "q"}, ("~q", True), simplify=True) == p & ~q


def test_an_empty_base_believes_nothing():
    """Revising no beliefs gives the new information, and no information changes nothing."""
    assert eb.revise([], "p & q", simplify=True) == Symbol("p") & Symbol("q")
    assert eb.revise("p & q", [], simplify=True) == Symbol("p") & Symbol("q")
    assert eb.revise([], []) == eb.parse_formula("True")


def test_constraints_that_decide():
    """An entailment-based constraint strengthens, a consistency-based one excludes an alternative."""
    p, q, r = (Symbol(name) for name in "pqr")
    assert eb.revise("p & q", "~p | ~q", entailment="p | r", simplify=True) == (p & ~q) | (q & r & ~p)
    assert eb.revise("p & q", "~p | ~q", consistency="~p", simplify=True) == q & ~p
    assert eb.revise("p & q", "r", entailment="~r | s", simplify=True) == p & q & r & Symbol("s")


def test_each_consistency_constraint_counts_alone():
    """The result must be consistent with p and with ~p, but need not be with both at once."""
    assert eb.revise("p & q", "q", consistency=["p", "~p"], simplify=True) == Symbol("q")


@pytest.mark.parametrize(
    ("base", "new", "node"),
    [("p & ~p", "q", "K"), (["p", "~p"], "q", "K"), ("q", "p & ~p", "alpha"), ("q", "False", "alpha")],
)
def test_contradictions_are_refused(base, new, node):
    """A contradiction on either side has no revision, and the error says on which."""
    with pytest.raises(eb.InconsistentFormulaError, match=f"{node} believes a contradiction") as caught:
        eb.revise(base, new)
    assert caught.value.node == node


@pytest.mark.parametrize(
    ("options", "node", "formulas", "constraints"),
    [
        ({"entailment": ["r", "~q"]}, "K", ["q"], ["~q"]),
        ({"entailment": "s | t", "consistency": ["q", "s & t", "~r"]}, "alpha", ["r"], ["~r"]),
        ({"entailment": ["s -> ~r", "s"]}, "alpha", ["r"], ["s -> ~r", "s"]),
        ({"entailment": ["s", "~s"]}, None, [], ["s", "~s"]),
        ({"entailment": "s", "consistency": "~s"}, None, [], ["s", "~s"]),
    ],
)
def test_clashes_name_the_culprits(options, node, formulas, constraints):
    """What contradicts what is said by name: the side, its formulas, the constraints, and none that is innocent."""
    with pytest.raises(eb.InconsistentFormulaError) as caught:
        eb.revise(["p", "q"], ["r", "p | q"], **options)
    clash = caught.value
    assert type(clash).__name__ == "ConstraintClashError"
    assert (clash.node, clash.formulas, clash.constraints) == (node, formulas, constraints)
    assert all(text in str(clash) for text in [node or "", *formulas, *constraints])


def test_a_consistency_constraint_may_contradict_the_old_beliefs():
    """Only the result has to be consistent with it, and the old beliefs are given up where they are not."""
    assert eb.revise("p & q", "True", consistency="~q", simplify=True) == Symbol("p")


@pytest.mark.parametrize(("place", "arguments"), [("K", ("p &", "q")), ("alpha", ("q", ["r", "p &"]))])
def test_syntax_errors_say_where(place, arguments):
    """A formula that cannot be read is located, in whichever argument it stands."""
    with pytest.raises(eb.FormulaSyntaxError, match=f"line 1, column 4: in {place}: ") as caught:
        eb.revise(*arguments)
    assert (caught.value.line, caught.value.column, caught.value.text) == (1, 4, "p &")


@pytest.mark.parametrize(
    ("option", "place"), [("entailment", "an entailment-based"), ("consistency", "a consistency-based")]
)
def test_constraints_that_are_no_formulas(option, place):
    """Constraints are read like all other formulas."""
    with pytest.raises(eb.FormulaSyntaxError, match=f"in {place} constraint"):
        eb.revise("p", "q", **{option: ["p", ")"]})
    with pytest.raises(eb.NotAFormulaError, match=f"in {place} constraint"):
        eb.revise("p", "q", **{option: 7})


@pytest.mark.parametrize("option", ["method", "opt_type", "executor", "progress", "time_limit", "cancel", "choice"])
def test_wrong_options(option):
    """A value that an option does not have is refused by name."""
    with pytest.raises(eb.OptionError, match=f"{option} is -3.5") as caught:
        eb.revise("p", "q", **{option: -3.5})
    assert caught.value.option == option


def test_many_atoms():
    """What is not contested is kept, however much it is."""
    atoms = [f"x{i}" for i in range(400)]
    revised = eb.revise(" & ".join(atoms), "~x7 | ~x9", simplify=True)
    assert revised.free_symbols == {Symbol(name) for name in atoms}
    assert eb.revise(revised, "~x8", simplify=True).has(Symbol("x399"))
