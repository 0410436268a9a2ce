"""Reading formulas at other nodes under one EQ set."""

import oracle
import pytest
from answers import METHODS, ONCE, beliefs
from hypothesis import given, settings
from solving_groups import answer, believed, by_eq_set, groups, shown
from strategies import Case

import equibel as eb
from equibel.formula import parse
from equibel.solving import Limits, Problem
from equibel.solving.methods.translation import Translation
from equibel.solving.preprocessing.splitting import split
from equibel.solving.problem import Group


def only_group(beliefs, edges):
    """The one group of a problem given by texts."""
    formulas = tuple(parse(text) for text in beliefs)
    [group], _ = split(Problem(formulas, edges, tuple(range(len(formulas)))), Limits())
    return group


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("optimum", oracle.OPTIMA)
def test_two_flips_are_none(method, optimum):
    """On the chain ``p — ~p — p`` everyone keeps what it believed: the ends are flipped twice, and agree."""
    G = eb.path_graph(3)
    for v, text in enumerate(["p", "~p", "p"]):
        G.add_formula(v, text)
    R = eb.global_completion(G, method=method, opt_type=optimum)
    assert [str(R.formula_conj(v)) for v in R] == ["p", "~p", "p"]


@pytest.mark.parametrize("method", METHODS)
def test_two_flips_of_linked_atoms(method):
    """The same where no copy is in the backbone, so that the signs come from the EQ set."""
    case = Case(
        [0, 1, 2], [(0, 1), (1, 2)], {0: ["p & q | r & s"], 1: ["~p & ~q & ~r & ~s"], 2: ["p & q | r & s"]}, list("pqrs")
    )
    R = ONCE["global"](case.graph(), method=method)
    assert beliefs(R, case.atoms) == oracle.apply("global", case.oracle()).beliefs


@pytest.mark.parametrize(("disagreements", "sign"), [([], "q"), ([0], "~q"), ([1], "~q"), ([0, 1], "q"), ([0, 1, 2], "~q")])
def test_the_sign_is_the_parity_of_the_disagreements(disagreements, sign):
    """Seen from the other end of a path, an atom is flipped once for every disagreeing edge on the way."""
    group = Group(
        copies=tuple((v, "q") for v in range(4)),
        constraints=((3, parse("q")),),
        compared=((0, 1, 0), (1, 2, 0), (2, 3, 0)),
    )
    translation = Translation(group, frozenset(disagreements))
    assert translation.possible
    assert believed(translation.answer([0]), ["q"]) == believed(parse(sign), ["q"])


@pytest.mark.parametrize(
    ("disagreements", "possible"),
    [([], False), ([0], True), ([1], True), ([2], True), ([0, 1], False), ([0, 2], False), ([0, 1, 2], True)],
)
def test_backbone_copies_must_fit(disagreements, possible):
    """Between two opposite constants a path has an odd number of disagreements."""
    group = only_group(["q", "True", "True", "~q"], ((0, 1, 0), (1, 2, 0), (2, 3, 0)))
    # Comparisons of open copies come first.
    assert Translation(group, frozenset(disagreements)).possible == possible


def test_cycles_have_an_even_number_of_disagreements():
    """No interpretation disagrees on an odd number of the edges of a cycle."""
    group = only_group(["p | q", "True", "True"], ((0, 1, 0), (1, 2, 0), (2, 0, 0)))
    cycle = [k for k, (i, _, _) in enumerate(group.compared) if group.copies[i][1] == "p"]
    assert not Translation(group, frozenset(cycle[:1])).possible
    assert Translation(group, frozenset(cycle[:2])).possible
    assert not Translation(group, frozenset(cycle)).possible


def check_translation(group):
    """Under every EQ set that occurs, the translated formulas have the values of the interpretations that have it."""
    found = by_eq_set(group).values()
    for models in found:
        translation = Translation(group, group.disagreements(models[0]))
        assert translation.possible
        for copies in group.nodes.values():
            names = [group.copies[i][1] for i in copies]
            formula = translation.answer(copies)
            assert formula.atoms() <= set(names)
            assert answer(believed(formula, names), names) == shown(models, copies)
    everything = Translation(group, frozenset())
    consistent = everything.possible and believed(everything.joint, sorted(everything.joint.atoms()))
    assert bool(consistent) == any(not group.disagreements(models[0]) for models in found)


@given(groups(levels=3))
def test_translation_is_what_the_interpretations_show(group):
    """Translated to a node, the formulas say exactly which values it takes under the EQ set."""
    check_translation(group)


@pytest.mark.slow
@given(groups(levels=3, size=12))
@settings(max_examples=100)
def test_translation_at_length(group):
    """The same on many groups."""
    check_translation(group)
