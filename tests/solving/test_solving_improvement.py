"""Local improvement: what is learned holds in every optimal interpretation, and excludes what it was learned from."""

import random

import oracle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from solving_groups import beats, eq_set, groups, interpretations, optima

from equibel.formula import parse
from equibel.solving import Limits, Problem, Request
from equibel.solving.clingo.facts import clause_literals
from equibel.solving.methods.improvement import Improvements
from equibel.solving.preprocessing.splitting import split


def true_in(lemma, group, values):
    """Whether a learned clause holds in an interpretation."""
    agreements, reasons = lemma
    return any(values[group.compared[k][0]] == values[group.compared[k][1]] for k in agreements) or any(
        values[i] != value for i, value in reasons
    )


def check_lemmas(lemmas, group, best, start):
    for lemma in lemmas:
        agreements, reasons = lemma
        assert all(0 <= k < len(group.compared) for k in agreements)
        assert all(0 <= i < group.open for i, _ in reasons)
        assert not true_in(lemma, group, start)
        for values in best:
            assert true_in(lemma, group, values)


def check_climb(group, start, best):
    reached, lemmas = Improvements(group, Request()).climb(start)
    check_lemmas(lemmas, group, best, start)
    assert reached in interpretations(group)
    before, after = eq_set(group, start), eq_set(group, reached)
    assert beats(after, before) if lemmas else reached == start


def check_between(group, start, better, best):
    lemmas = Improvements(group, Request()).between(start, better)
    assert lemmas
    check_lemmas(lemmas, group, best, start)


def check_both(group, data):
    models = interpretations(group)
    best = optima(group)
    start = data.draw(st.sampled_from(models))
    check_climb(group, start, best)
    better = [values for values in models if beats(eq_set(group, values), eq_set(group, start))]
    assert bool(better) == (start not in best)
    assume(better)
    check_between(group, start, data.draw(st.sampled_from(better)), best)


LEVELS = pytest.mark.parametrize("levels", [1, 2, 4])


@LEVELS
@given(data=st.data())
def test_what_is_learned(levels, data):
    """Flips improve, and their lessons are true in all optimal interpretations, also level by level."""
    check_both(data.draw(groups(levels=levels, conflict=True)), data)


@pytest.mark.slow
@LEVELS
@given(data=st.data())
@settings(max_examples=200)
def test_what_is_learned_at_length(levels, data):
    """The same on thousands of groups."""
    check_both(data.draw(groups(levels=levels, size=12, conflict=True)), data)


def wide_group(seed):
    """A node with a long formula over nine atoms among neighbours in the backbone, on two levels."""
    rnd = random.Random(seed)
    atoms = [f"a{i}" for i in range(9)]

    def literals(joint):
        return "(" + joint.join(p if rnd.random() < 0.5 else f"~{p}" for p in rnd.sample(atoms, rnd.randint(2, 5))) + ")"

    formula = parse(rnd.choice([" ^ ", " = ", " -> "]).join([literals(" | "), literals(" & "), literals(" | "), *atoms[:3]]))
    leaves = [parse(" & ".join(p if rnd.random() < 0.5 else f"~{p}" for p in atoms)) for _ in range(3)]
    edges = tuple((0, leaf, rnd.randint(0, 1)) for leaf in (1, 2, 3))
    return split(Problem((formula, *leaves), edges, (0,)), Limits())[0]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_learned_about_long_formulas(seed):
    """The same where a formula has too many atoms for a truth table."""
    rnd = random.Random(seed)
    for group in wide_group(seed):
        models, best = interpretations(group), optima(group)
        for start in rnd.sample(models, min(6, len(models))):
            check_climb(group, start, best)
            better = [values for values in models if beats(eq_set(group, values), eq_set(group, start))]
            if better:
                check_between(group, start, rnd.choice(better), best)


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("p", {"p": True}),
        ("~p", {"p": False}),
        ("p | ~q | r", {"p": True, "q": False, "r": True}),
        ("p | p", None),
        ("p | ~p", None),
        ("p & q", None),
        ("p | q & r", None),
        ("p | ~(q | r)", None),
        ("p | ~~q", None),
        ("~(p | q)", None),
        ("p | True", None),
        ("True", None),
        ("False", None),
        ("p -> q", None),
    ],
)
def test_clauses_are_recognized(text, literals):
    """Disjunctions of literals over different atoms are taken as clauses, and nothing else is."""
    assert clause_literals(parse(text)) == literals


def test_a_conflict_in_one_place_says_nothing_of_others():
    """A lesson is as short as its conflict is local, however long the path."""
    n = 40
    beliefs = ["p & q | r", *["True"] * (n - 2), "~p & ~r"]
    edges = tuple((i, i + 1, 0) for i in range(n - 1))
    found, _ = split(Problem(tuple(map(parse, beliefs)), edges, tuple(range(n))), Limits())
    group = max(found, key=lambda group: group.open)
    values = [True] * group.open + list(group.backbone)
    lonely = group.copies.index((n // 2, "q"))  # the one copy of q that is false
    values[lonely] = False
    reached, lemmas = Improvements(group, Request()).climb(values)
    around = [k for k, (i, j, _) in enumerate(group.compared) if lonely in (i, j)]
    assert (sorted(around), []) in [(sorted(agreements), reasons) for agreements, reasons in lemmas]
    assert max(len(agreements) + len(reasons) for agreements, reasons in lemmas) <= 4
    assert len({reached[i] for i, (_, name) in enumerate(group.copies) if name == "q"}) == 1


def test_optimal_interpretations_are_left_alone():
    """Where nothing can be improved nothing is changed and nothing learned."""
    [group] = split(Problem((parse("p = q"), parse("p ^ q")), ((0, 1, 0),), (0, 1)), Limits())[0]
    for values in optima(group, oracle.INCLUSION):
        assert Improvements(group, Request()).climb(values) == (values, [])
