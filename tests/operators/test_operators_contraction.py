"""Contraction of a belief base by one formula or by several."""

import warnings

import oracle
import pytest
from answers import models
from classical_inputs import OPTIMA, check, inputs
from hypothesis import given, settings
from hypothesis import strategies as st
from published import CONTRACTIONS
from strategies import ALPHABETS, consistent_formulas, minterms
from sympy import Symbol

import equibel as eb


@st.composite
def contractions(draw):
    """A belief base, constraints, and one to three formulas to contract, all of which can be."""
    example = draw(inputs(least=1, most=1, results=[]))
    formula = consistent_formulas(example.atoms)
    entailed = example.entailed()
    alphas = draw(st.lists(st.one_of(formula, formula.map("~({})".format)), min_size=1, max_size=3))
    alphas = [alpha for alpha in alphas if entailed - oracle.belief(alpha, example.atoms)]
    return example, alphas or ["False"]


def check_contraction(case, optimum):
    example, alphas = case
    (old,) = example.beliefs()
    unwanted = [oracle.belief(alpha, example.atoms) for alpha in alphas]
    expected = oracle.contractions(old, unwanted, example.width, optimum, example.required(), example.entailed())
    check(eb.contract, (*example.bases, alphas), expected, example.atoms, optimum, **example.constraints)


@given(contractions(), OPTIMA)
def test_contraction_forgets_what_is_outside_optimal_eq_sets(case, optimum):
    """Single and parallel contractions, under constraints, with choice and one by one, agree with the definition."""
    check_contraction(case, optimum)


@pytest.mark.slow
@given(contractions(), OPTIMA)
@settings(max_examples=800)
def test_contraction_at_length(case, optimum):
    """Contraction, on many inputs."""
    check_contraction(case, optimum)


@given(contractions(), OPTIMA)
def test_inclusion_vacuity_and_success(case, optimum):
    """The result follows from K, is K when that entails no alpha, and entails no alpha."""
    example, alphas = case
    old = oracle.belief(example.bases[0], example.atoms)
    unwanted = [oracle.belief(alpha, example.atoms) for alpha in alphas]
    contracted = models(eb.contract(*example.bases, alphas, opt_type=optimum), example.atoms)
    assert contracted >= old
    assert not any(contracted <= alpha for alpha in unwanted)
    if len(unwanted) == 1 and old - unwanted[0]:
        assert contracted == old


@given(contractions(), OPTIMA)
def test_a_list_of_one_is_that_one(case, optimum):
    """A formula, a list of it, and a list of the list of its conjuncts are contracted alike."""
    example, (alpha, *_) = case
    answers = [
        models(eb.contract(*example.bases, form, opt_type=optimum), example.atoms)
        for form in (alpha, [alpha], {alpha}, [[alpha, "True"]], eb.parse_formula(alpha))
    ]
    assert answers.count(answers[0]) == len(answers)


@pytest.mark.parametrize(("old", "alphas", "optimum", "contracted"), CONTRACTIONS)
def test_published_contractions(old, alphas, optimum, contracted):
    """Contraction gives the published tables."""
    atoms = sorted(map(str, eb.parse_formula(old).free_symbols))
    assert models(eb.contract(old, alphas, opt_type=optimum), atoms) == oracle.belief(contracted, atoms)


def test_parallel_contraction_is_not_contraction_of_the_conjunction():
    """Contracting p & q leaves one of the two; contracting p and q in parallel leaves neither; nor is it one by one."""
    assert eb.contract("p & q", "p & q", simplify=True) == Symbol("p") | Symbol("q")
    assert eb.contract("p & q", ["p", "q"], simplify=True) == eb.parse_formula("True")
    assert eb.contract("p & q & r", ["p", "q"], simplify=True) == Symbol("r")
    p, q, r = (Symbol(name) for name in "pqr")
    assert eb.contract("p & q & r", ["p & q", "q & r"], simplify=True) == eb.parse_formula("q | (p & r)")
    assert [str(each) for each in eb.outcomes(eb.contract, p & q & r, [p & q, q & r], simplify=True)] == ["p & r", "q"]


def test_contraction_is_not_the_harper_identity():
    """K or its revision by the negation would keep that q and r are equal or p holds; contraction does not."""
    K, alpha = "p & q & r", "p | (q & r)"
    contracted = models(eb.contract(K, alpha), ["p", "q", "r"])
    harper = models(eb.revise(K, f"~({alpha})"), ["p", "q", "r"]) | oracle.belief(K, ["p", "q", "r"])
    assert harper < contracted


def test_recovery_fails():
    """Believing again what was contracted does not bring back all that was lost."""
    assert eb.contract("p & q", "p | q", simplify=True) == eb.parse_formula("True")


@pytest.mark.parametrize("simplify", [False, True])
def test_a_tautology_cannot_be_contracted(simplify):
    """Contracting a tautology changes nothing, and a warning says so; others are contracted nevertheless."""
    p, q = Symbol("p"), Symbol("q")
    with pytest.warns(eb.EquibelWarning, match="alpha is a tautology") as caught:
        assert eb.contract("p & q", "r | ~r", simplify=simplify) == p & q
    assert caught[0].filename == __file__
    with pytest.warns(eb.EquibelWarning, match="alpha 2 and alpha 3 are tautologies"):
        assert eb.contract(["p", "q"], ["p", "True", ["q -> q", "s | ~s"]], simplify=simplify) == q
    with pytest.warns(eb.EquibelWarning):
        assert list(eb.outcomes(eb.contract, p & q, True, simplify=simplify)) == [p & q]


def test_nothing_to_contract():
    """What does not follow is not missed, and gives no warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert eb.contract("p & q", "r", simplify=True) == Symbol("p") & Symbol("q")
        assert eb.contract("p & q", "False", simplify=True) == Symbol("p") & Symbol("q")
    with pytest.raises(eb.OptionError, match=r"alpha is \[\]; expected a list of at least one alpha"):
        eb.contract("p", [])


def test_the_result_is_weakened_to_be_consistent_with_a_constraint():
    """K may contradict a consistency-based constraint, and is weakened as far as that demands."""
    assert eb.contract("p & q & r", "p", consistency="~q", simplify=True) == Symbol("r")


def test_entailment_based_constraints_survive():
    """What must be entailed is entailed, also when it is forgotten otherwise."""
    assert eb.contract("p & q", "p", entailment="p | s", simplify=True) == eb.parse_formula("q & (p | s)")
    with pytest.warns(eb.EquibelWarning):
        assert eb.contract("p", "True", entailment="q", simplify=True) == Symbol("p") & Symbol("q")


@pytest.mark.parametrize(
    ("arguments", "options", "error", "node", "message"),
    [
        (("p & ~p", "q"), {}, "InconsistentFormulaError", "K", "K believes a contradiction, p & ~p"),
        (("p", "q"), {"entailment": "~p"}, "ConstraintClashError", "K", "the formula p of K contradicts"),
        (("p", "q"), {"entailment": "q"}, "ConstraintClashError", "alpha", "~q of the negation of alpha contradicts"),
        (("p", ["r", "q"]), {"entailment": "q & s"}, "ConstraintClashError", "alpha 2", "~q of the negation of alpha 2"),
        (("p", "q"), {"entailment": "s", "consistency": "~s"}, "ConstraintClashError", None, "contradict one another"),
    ],
)
def test_clashes_name_the_culprits(arguments, options, error, node, message):
    """What cannot be contracted, or kept, is refused by name."""
    with pytest.raises(eb.InconsistentFormulaError, match=message) as caught:
        eb.contract(*arguments, **options)
    assert (type(caught.value).__name__, caught.value.node) == (error, node)


def test_syntax_errors_say_where():
    """Of several formulas to contract the one that cannot be read is named."""
    with pytest.raises(eb.FormulaSyntaxError, match="in alpha 2: "):
        eb.contract("p", ["p", "q &"])
    with pytest.raises(eb.FormulaSyntaxError, match="in alpha: "):
        eb.contract("p", "q &")


def test_many_formulas_at_once():
    """Parallel contraction of a dozen formulas from a base of a dozen atoms."""
    atoms = [f"x{i}" for i in range(12)]
    pairs = [f"{p} & {q}" for p, q in zip(atoms[::2], atoms[1::2], strict=True)]
    one_of_each = " & ".join(f"({pair.replace('&', '|')})" for pair in pairs)
    assert eb.contract(atoms, pairs, simplify=True) == eb.parse_formula(one_of_each)


@pytest.mark.process
def test_every_truth_table_over_two_atoms():
    """All bases and all formulas over two atoms, both optima."""
    atoms = ALPHABETS[0][:2]
    tables = [[a for a in range(4) if table >> a & 1] for table in range(1, 16)]
    for K in tables:
        for alpha in tables[:-1]:
            for optimum in oracle.OPTIMA:
                expected = oracle.contractions(frozenset(K), [frozenset(alpha)], 2, optimum)
                answer = eb.contract(minterms(K, atoms), minterms(alpha, atoms), opt_type=optimum)
                assert models(answer, atoms) == frozenset().union(*expected.values())
