"""Alternatives: the rule that selects one, and listing them lazily."""

import itertools
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from answers import models
from classical_inputs import OPTIMA, inputs
from hypothesis import given
from hypothesis import strategies as st
from long_work import planted, stops
from sympy import Symbol

import equibel as eb

p, q, r = (Symbol(name) for name in "pqr")
ROOT = Path(__file__).parents[2]
CHANGES = [
    (eb.revise, ("p & q", "~p | ~q")),
    (eb.contract, ("p & q", "p & q")),
    (eb.contract, ("p & q & r", ["p & q", "q & r"])),
    (eb.merge, (["p & q", "~p | ~q", "r ^ p"], "p -> r")),
    (eb.merge, (["p & q", "~p | ~q", "r ^ p"], None, eb.CONSENSUS)),
    (eb.merge, (["p & q", "~p | ~q", "r ^ p"], "p -> ~q", eb.CONSENSUS)),
    (eb.extrapolate, (["p & q", [], "~p | ~q"],)),
]
EVERY_CHANGE = pytest.mark.parametrize(("operator", "arguments"), CHANGES)


def joined(answers):
    """The disjunction of answers, time point by time point for those of extrapolation."""
    if isinstance(answers[0], list):
        return [frozenset().union(*(models(answer, "pqr") for answer in at)) for at in zip(*answers, strict=True)]
    return frozenset().union(*(models(answer, "pqr") for answer in answers))


@pytest.mark.parametrize("optimum", [eb.INCLUSION, eb.CARDINALITY])
@pytest.mark.parametrize("simplify", [False, True])
@EVERY_CHANGE
def test_alternatives_make_up_the_skeptical_result(operator, arguments, optimum, simplify):
    """The skeptical result is the disjunction of all alternatives, and the first one is the chosen one."""
    options = {"opt_type": optimum, "simplify": simplify}
    listed = list(eb.outcomes(operator, *arguments, **options))
    assert joined(listed) == joined([operator(*arguments, **options)])
    assert joined(listed[:1]) == joined([operator(*arguments, choice=True, **options)])


@EVERY_CHANGE
def test_where_and_when_it_runs_makes_no_difference(operator, arguments):
    """An executor, threads that watch limits, and progress: the answers are the same."""
    told = []
    with ThreadPoolExecutor(2) as executor:
        options = {"executor": executor, "time_limit": 60, "progress": lambda *done: told.append(done)}
        answer = operator(*arguments, consistency="r | ~p", entailment="p | q | r", **options)
    plain = {"consistency": "r | ~p", "entailment": "p | q | r"}
    assert joined([answer]) == joined([operator(*arguments, **plain)])
    assert all(what == "groups" and 0 < done <= total for done, total, what in told)
    listed = list(eb.outcomes(operator, *arguments, time_limit=60, cancel=threading.Event(), **plain))
    assert joined(listed) == joined([answer])


@EVERY_CHANGE
@pytest.mark.filterwarnings("ignore:choice")  # not every change has all of these atoms
@pytest.mark.parametrize("order", [*itertools.permutations("pqr"), "q p", ["r"], [q], ("x", "q")])
def test_a_choice_is_the_first_alternative(operator, arguments, order):
    """Whatever is preferred, ``choice`` gives the first alternative listed with the same preference."""
    first = next(eb.outcomes(operator, *arguments, choice=order))
    assert joined([first]) == joined([operator(*arguments, choice=order)])


def test_the_first_atoms_are_kept():
    """The rule keeps agreement on the first atoms, in natural order unless another is given."""
    assert eb.revise("x2 & x10", "~x2 | ~x10", choice=True, simplify=True) == Symbol("x2") & ~Symbol("x10")
    assert eb.revise("x2 & x10", "~x2 | ~x10", choice=["x10"], simplify=True) == Symbol("x10") & ~Symbol("x2")
    assert eb.contract("p & q & r", "p & q & r", choice="r q", simplify=True) == q & r


def test_within_an_atom_the_first_edges_count_first():
    """Of two sources the first one prevails, and a change happens as late as it can."""
    assert eb.merge(["p", "~p"], choice=True) == p
    assert eb.merge(["~p", "p"], choice=True) == ~p
    assert eb.extrapolate(["p", [], "~p"], choice=True) == [p, p, ~p]


def test_by_cardinality_the_choice_is_among_the_largest():
    """The rule selects among optimal EQ sets: agreement on p alone is not enough to be one of the largest."""
    new = "(p & ~q & ~r) | (~p & q & r)"
    assert eb.revise("p & q & r", new, choice=True, simplify=True) == p & ~q & ~r
    assert eb.revise("p & q & r", new, choice=True, opt_type=eb.CARDINALITY, simplify=True) == q & r & ~p


@pytest.mark.parametrize("choice", [None, 1, 0, "p &", ["p & q"], {"p", "q"}, frozenset("p"), [3], "True"])
def test_choice_must_be_an_order_of_atoms(choice):
    """Neither formulas nor sets, which have no order, are accepted."""
    for call in (eb.revise, lambda *a, **o: next(eb.outcomes(eb.revise, *a, **o))):
        with pytest.raises(eb.OptionError, match=r"choice is .*; expected True, False or a list of atoms"):
            call("p", "q", choice=choice)


@pytest.mark.parametrize("operator", [eb.global_completion, eb.iterate_simple, "revise", None, print])
def test_only_classical_operators_have_alternatives(operator):
    """Anything else is refused by the list of those that have."""
    with pytest.raises(eb.OptionError, match=r"operator is .* expected equibel\.revise"):
        eb.outcomes(operator, "p", "q")


def test_listing_without_choice_is_a_contradiction():
    """``choice=False`` asks for what is not an alternative."""
    with pytest.raises(eb.OptionError, match="choice is False"):
        eb.outcomes(eb.revise, "p", "q", choice=False)


def test_inputs_are_checked_at_once():
    """Errors in the inputs come from the call, not from the iterator."""
    with pytest.raises(eb.InconsistentFormulaError):
        eb.outcomes(eb.revise, "p & ~p", "q")
    with pytest.raises(eb.FormulaSyntaxError):
        eb.outcomes(eb.merge, ["p", "q &"])
    with pytest.raises(eb.OptionError):
        eb.outcomes(eb.contract, "p", "q", opt_type="most")
    with pytest.raises(TypeError):
        eb.outcomes(eb.revise, "p")


def test_alternatives_are_found_when_they_are_asked_for():
    """Of 2 ** 40 alternatives the first few come soon, and are different."""
    atoms = [f"x{i}" for i in range(80)]
    pairs = [f"(~{a} | ~{b})" for a, b in zip(atoms[::2], atoms[1::2], strict=True)]
    found = eb.outcomes(eb.revise, " & ".join(atoms), " & ".join(pairs), simplify=True)
    first = list(itertools.islice(found, 5))
    found.close()
    assert len(set(first)) == 5
    assert first[0] == eb.parse_formula(" & ".join(atoms[::2]) + " & ~" + " & ~".join(atoms[1::2]))


def test_limits_hold_while_alternatives_are_listed():
    """``cancel`` and ``time_limit`` end the listing."""
    cancel = threading.Event()
    found = eb.outcomes(eb.revise, "p & q & r", "~p | ~q", cancel=cancel)
    assert next(found) is not None
    cancel.set()
    with pytest.raises(eb.Cancelled):
        list(found)
    with stops(eb.TimeLimitExceeded, 0.5):
        eb.revise(planted(90, 0), planted(90, 1), choice=True, time_limit=0.5)
    with stops(eb.TimeLimitExceeded, 0.5):
        list(eb.outcomes(eb.revise, planted(90, 0), planted(90, 1), time_limit=0.5))


def test_the_choice_is_the_same_in_every_process():
    """Nothing depends on how Python happens to order sets of texts."""
    code = (
        "import equibel as eb\n"
        "print(eb.revise({'p & q', 'r', 's'}, {'~p | ~q | ~r', '~s | ~r'}, choice=True, simplify=True))\n"
        "print(eb.merge({'p & q & r', '~p', '~q | ~r', 'q'}, choice=['r'], simplify=True))\n"
        "print(eb.merge({'p & q & r', '~p', '~q | ~r', 'q'}, method='consensus', choice=True, simplify=True))\n"
        "print(eb.contract({'p', 'q', 'r'}, {'p & q', 'q & r'}, choice=True, simplify=True))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1
    assert printed.pop().count("\n") == 4


@given(inputs(results=[1]), OPTIMA, st.randoms(use_true_random=False))
def test_the_choice_depends_on_meaning_alone(example, optimum, shuffling):
    """Other spellings of the same belief bases lead to the same choice."""
    K, alpha = example.bases

    def spelled(base):
        parts = [f"({text})" for text in ([base] if isinstance(base, str) else base)]
        return [f"~~{part}" for part in shuffling.sample(parts * 2, 2 * len(parts))]

    chosen = [eb.revise(old, new, choice=True, opt_type=optimum) for old, new in [(K, alpha), (spelled(K), spelled(alpha))]]
    assert models(chosen[0], example.atoms) == models(chosen[1], example.atoms)


@pytest.mark.parametrize("choice", [["zzz"], ["q", "zzz"], "zzz", [Symbol("zzz")]])
@EVERY_CHANGE
def test_preferred_atoms_that_no_formula_has(operator, arguments, choice):
    """``choice=["zzz"]`` was taken without a word, so that a misspelt preference was not in force."""
    expected = next(eb.outcomes(operator, *arguments, choice=["q"] if "q" in choice else True))
    with pytest.warns(eb.EquibelWarning, match="choice: no formula has zzz") as caught:
        assert operator(*arguments, choice=choice) == expected
    assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(eb.EquibelWarning, match="choice: no formula has zzz"):
        assert next(eb.outcomes(operator, *arguments, choice=choice, time_limit=60)) == expected


@EVERY_CHANGE
def test_preferred_atoms_of_any_formula(operator, arguments):
    """Atoms that only an integrity constraint has, or that do not matter to the result, may be preferred."""
    names = [*"pq", *("r" if "r" in str(arguments) else "")]
    assert operator(*arguments, choice=names) is not None
    if operator is not eb.contract:
        assert operator(*arguments, entailment="s | t", choice=["s"]) is not None


def test_nearest_atom_is_proposed():
    """As for other names."""
    with pytest.warns(eb.EquibelWarning, match=r"no formula has cast; expected .* \(did you mean 'cost'\?\)"):
        eb.revise("cost", "~cost", choice="cast")
