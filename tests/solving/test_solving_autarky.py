"""Splitting by autarkies: what it leaves out matters to no conflict, and nothing is lost by it."""

import itertools
from dataclasses import replace

import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solving_groups import answer, believed, groups, optima, shown

from equibel.formula import conjunction, conjuncts, parse
from equibel.options import METHODS
from equibel.solving import Limits, Problem, Request, maximize
from equibel.solving.preprocessing.autarky import literals_of, separate
from equibel.solving.preprocessing.splitting import split
from equibel.solving.problem import Group

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
LEVELS = pytest.mark.parametrize("levels", [1, 3])
PAIR = ((0, 1, 0),)
CHAIN = ((0, 1, 0), (1, 2, 0))
CONFLICT = ("p ^ q", "p = q")


# By brute force -------------------------------------------------------------------------------------------------------


def weighed(group, model):
    """How much the agreements of an interpretation weigh, level by level."""
    levels = sorted({level for _, _, level in group.compared})
    weights = group.weights or [1] * len(group.compared)
    agreements = [(weight, at) for (i, j, at), weight in zip(group.compared, weights, strict=True) if model[i] == model[j]]
    return [sum(weight for weight, at in agreements if at == level) for level in levels]


def best(group, optimum):
    """The optimal interpretations; by cardinality, those whose agreements weigh most."""
    if not group.weights:
        return optima(group, optimum)
    models = optima(replace(group, compared=[], weights=[]))
    most = max(weighed(group, model) for model in models)
    return [model for model in models if weighed(group, model) == most]


def positions(group, part):
    """Where the copies of a part are in the group."""
    return [group.copies.index(copy) for copy in part.copies]


def undisputed(group, parts):
    """The open copies that are in no part, or that agree there."""
    disputed = {i for part in parts for n, i in enumerate(positions(group, part)[: part.open]) if n not in part.agreeing}
    return set(range(group.open)) - disputed


def check_structure(group, parts):
    """Every disputed copy is in one part, with all that compares it to others and all that is believed about it."""
    agreed = undisputed(group, parts)
    places = [positions(group, part) for part in parts]
    disputed = [i for part, place in zip(parts, places, strict=True) for i in place[: part.open] if i not in agreed]
    assert sorted(disputed) == sorted(set(range(group.open)) - agreed)
    for part, place in zip(parts, places, strict=True):
        members = set(place)
        assert {place[n] for n in part.agreeing} == agreed & set(place[: part.open])
        assert tuple(group.backbone[i - group.open] for i in place[part.open :]) == part.backbone
        compared = {(place[i], place[j], level) for i, j, level in part.compared}
        assert len(compared) == len(part.compared)
        assert compared <= set(group.compared)
        for i, j, level in group.compared:
            if i not in agreed and i in members:
                assert (i, j, level) in compared
        for node, formula in part.constraints:
            assert {(node, name) for name in formula.atoms()} <= set(part.copies[: part.open])
        if group.weights:
            weight = dict(zip(group.compared, group.weights, strict=True))
            assert part.weights == tuple(weight[place[i], place[j], level] for i, j, level in part.compared)


def check_agreement(group, parts, values, best_models):
    """Undisputed copies agree with all they are compared with in every optimal interpretation; backbone copies are known."""
    agreed = undisputed(group, parts)
    for model in best_models:
        assert all(model[i] == model[j] for i, j, _ in group.compared if i in agreed)
        assert all(model[i] == value for i, value in values.items())
    assert values.keys() <= agreed
    assert values.keys() >= {i for i, j, _ in group.compared if i in agreed and j >= group.open}


def check_answers(group, parts, values, shared, best_models, optimum):
    """The answer at a node is what its parts answer, the formulas that are common, and the values that are known."""
    of_parts = [(part, best(part, optimum)) for part in parts]
    for node, copies in group.nodes.items():
        names = [group.copies[i][1] for i in copies]
        common = believed(conjunction([*shared, *literals_of(group, values).get(node, ())]), names)
        possible = answer(common, names)
        for part, models in of_parts:
            inside = part.nodes.get(node, [])
            places = [names.index(part.copies[i][1]) for i in inside]
            allowed = shown(models, inside)
            possible = {row for row in possible if tuple(row[n] for n in places) in allowed}
        assert possible == shown(best_models, copies)


def greatest_autarky(group):
    """The copies of the greatest autarky, all values of all components of comparisons being tried."""
    component = list(range(group.open))
    for _ in range(group.open):
        for i, j, _ in group.compared:
            if j < group.open:
                component[i] = component[j] = min(component[i], component[j])
    names = sorted(set(component))
    found = set()
    for choice in itertools.product([None, False, True], repeat=len(names)):
        chosen = {name: value for name, value in zip(names, choice, strict=True) if value is not None}
        if chosen and is_autarky(group, {i: chosen[component[i]] for i in range(group.open) if component[i] in chosen}):
            found |= {i for i in range(group.open) if component[i] in chosen}
    return found


def is_autarky(group, chosen):
    """Whether each formula that mentions a chosen copy is true, whatever the others are, and backbone copies agree."""
    for i, j, _ in group.compared:
        if i in chosen and j >= group.open and chosen[i] != group.backbone[j - group.open]:
            return False
    for node, formula in group.constraints:
        names = sorted(formula.atoms())
        copies = [group.copies.index((node, name)) for name in names]
        if chosen.keys().isdisjoint(copies):
            continue
        models = answer(believed(formula, names), names)
        rows = itertools.product(*([chosen[i]] if i in chosen else [False, True] for i in copies))
        if not models.issuperset(rows):
            return False
    return True


def check_separation(group, optimum):
    parts, values, shared = separate(group, Request())
    best_models = best(group, optimum)
    check_structure(group, parts)
    check_agreement(group, parts, values, best_models)
    check_answers(group, parts, values, shared, best_models, optimum)
    return parts


@OPTIMA
@LEVELS
@given(data=st.data())
def test_separation(levels, optimum, data):
    """Copies that are to agree do so, and the parts' answers together are the group's, also level by level."""
    check_separation(data.draw(groups(levels=levels, conflict=True)), optimum)


@given(groups())
def test_groups_without_conflict(group):
    """Nothing depends on there being a conflict."""
    check_separation(group, oracle.INCLUSION)


@LEVELS
@given(data=st.data())
def test_weights_go_along(levels, data):
    """The comparisons of the parts count what they counted."""
    group = data.draw(groups(levels=levels, size=8, conflict=True))
    weights = data.draw(st.lists(st.integers(1, 4), min_size=len(group.compared), max_size=len(group.compared)))
    check_separation(replace(group, weights=tuple(weights)), oracle.CARDINALITY)


@given(groups(size=9, conflict=True))
def test_the_greatest_autarky(group):
    """No more can be left out: any values that make all formulas true that they touch are values of undisputed copies."""
    parts, _, _ = separate(group, Request())
    assert undisputed(group, parts) == greatest_autarky(group)


@st.composite
def loosely_linked(draw):
    """Conflicts about separate atoms, and formulas by which other atoms link them."""
    texts = [list(side) for side in (CONFLICT, ("a | b", "~a & ~b | a & ~b") if draw(st.booleans()) else ("a ^ b", "a = b"))]
    beliefs = [[first, second] for first, second in zip(*texts, strict=True)]
    literal = st.sampled_from(["p", "~p", "q", "a", "~a", "b", "y", "~y", "z", "~z"])
    for belief in beliefs:
        for _ in range(draw(st.integers(0, 3))):
            belief.append(" | ".join(draw(st.lists(literal, min_size=2, max_size=3, unique_by=lambda text: text[-1]))))
    texts = [" & ".join(f"({text})" for text in belief) for belief in beliefs]
    atoms = ["p", "q", "a", "b", "y", "z"]
    return [text if oracle.belief(text, atoms) else "True" for text in texts], atoms


@OPTIMA
@given(drawn=loosely_linked())
@settings(max_examples=15)
def test_links_by_undisputed_atoms(optimum, drawn):
    """Where undisputed atoms link several conflicts, the parts' answers are still those of the whole."""
    texts, atoms = drawn
    given_problem = Problem(tuple(map(parse, texts)), PAIR, (0, 1))
    for group in split(given_problem, Limits())[0]:
        check_separation(group, optimum)
    expected = oracle.complete({v: oracle.belief(text, atoms) for v, text in enumerate(texts)}, [[(0, 1)]], 6, optimum)
    for method in METHODS:
        found = maximize(given_problem, Request(optimum, method))
        assert {v: believed(formula, atoms) for v, formula in found.items()} == expected, method


@pytest.mark.slow
@OPTIMA
@LEVELS
@given(data=st.data())
@settings(max_examples=150)
def test_separation_at_length(levels, optimum, data):
    """The same on many groups."""
    group = data.draw(groups(levels=levels, size=12, conflict=True))
    parts = check_separation(group, optimum)
    if group.open <= 10:
        assert undisputed(group, parts) == greatest_autarky(group)


# By hand --------------------------------------------------------------------------------------------------------------


def group_of(beliefs, edges=PAIR, backbone=None):
    """All copies as one group, with the formulas as they are spelled; ``backbone`` has the values of some copies."""
    backbone = backbone or {}
    constraints = [(v, part) for v, text in enumerate(beliefs) for part in conjuncts(parse(text))]
    atoms = sorted({name for _, formula in constraints for name in formula.atoms()} | {name for _, name in backbone})
    copies = [(v, name) for v in range(len(beliefs)) for name in atoms if (v, name) not in backbone]
    position = {copy: i for i, copy in enumerate([*copies, *backbone])}
    compared = []
    for name, (x, y, level) in itertools.product(atoms, edges):
        i, j = sorted((position[x, name], position[y, name]))
        if i < len(copies):
            compared.append((i, j, level))
    return Group(
        copies=(*copies, *backbone),
        backbone=tuple(backbone.values()),
        constraints=tuple((v, part) for v, part in constraints if part.kind != "true"),
        compared=tuple(compared),
    )


def separated(group):
    """The disputed atoms of each part, the undisputed ones its formulas mention, the known values, the common formulas."""
    parts, values, shared = separate(group, Request())

    def atoms(part, agreeing):
        return sorted({part.copies[i][1] for i in range(part.open) if (i in part.agreeing) == agreeing})

    found = sorted((atoms(part, agreeing=False), atoms(part, agreeing=True)) for part in parts)
    known = {group.copies[i][1]: value for i, value in values.items()}
    return found, known, sorted(map(str, shared))


@pytest.mark.parametrize(
    ("beliefs", "parts", "shared"),
    [
        # A clause is satisfied by an atom of its own.
        (["(p ^ q) & (p | z)", "p = q"], [(["p", "q"], ["z"])], []),
        (["(p ^ q) & (p | ~z)", "p = q"], [(["p", "q"], ["z"])], []),
        # What only undisputed atoms are in is common to all.
        (["(p ^ q) & (p | z) & (y | z)", "p = q"], [(["p", "q"], ["z"])], ["y | z"]),
        (["(p ^ q) & (p | z)", "(p = q) & (y | ~z)"], [(["p", "q"], ["z"])], ["y | ~z"]),
        (["(p ^ q) & y", "(p = q) & (y | x)"], [(["p", "q"], [])], ["y", "y | x"]),
        # What would satisfy one formula violates another, at whichever node that is.
        (["(p ^ q) & (p | z)", "(p = q) & (q | ~z)"], [(["p", "q", "z"], [])], []),
        (["(p ^ q) & (p | z) & (q | ~z)", "p = q"], [(["p", "q", "z"], [])], []),
        (["(p ^ q) & y", "(p = q) & ~y"], [(["p", "q"], []), (["y"], [])], []),
        # Chains of implications, with and without an end.
        (["(p ^ q) & (z -> p)", "(p = q) & (y -> z)"], [(["p", "q"], ["z"])], ["y -> z"]),
        (["(p ^ q) & (z -> p)", "(p = q) & (~z -> q)"], [(["p", "q", "z"], [])], []),
        # A formula that is no clause has to become true as a whole.
        (["(p ^ q) & (p = z)", "p = q"], [(["p", "q", "z"], [])], []),
        (["(p ^ q) & (p & y | z)", "p = q"], [(["p", "q"], ["y", "z"])], []),
        (["(p ^ q) & (p & ~z | y & z)", "p = q"], [(["p", "q"], ["y", "z"])], []),
        (["(p ^ q) & (p & ~z | y & z) & (~y | q)", "p = q"], [(["p", "q", "y", "z"], [])], []),
        # Two conflicts that undisputed atoms link.
        (["(p ^ q) & (a ^ b) & (p | z) & (a | z)", "(p = q) & (a = b)"], [(["a", "b"], ["z"]), (["p", "q"], ["z"])], []),
        (["(p ^ q) & (a ^ b) & (p | a | z)", "(p = q) & (a = b)"], [(["a", "b", "p", "q"], ["z"])], []),
        (["(p ^ q) & (a ^ b) & (p = a)", "(p = q) & (a = b)"], [(["a", "b", "p", "q"], [])], []),
        # No conflict at all.
        (["p | q", "~p | z"], [], ["p | q", "~p | z"]),
    ],
)
def test_parts(beliefs, parts, shared):
    """What is disputed, what merely occurs there, and what all believe."""
    found, known, common = separated(group_of(beliefs))
    assert (found, known) == (parts, {})
    assert common == sorted(shared)
    for optimum in oracle.OPTIMA:
        check_separation(group_of(beliefs), optimum)


@pytest.mark.parametrize(
    ("backbone", "parts", "known"),
    [
        ({(2, "z"): True}, [(["p", "q"], [])], {"z": True}),  # z is true everywhere, which satisfies p | z
        ({(2, "z"): False}, [(["p", "q", "z"], [])], {}),  # z would have to be true
        ({}, [(["p", "q"], ["z"])], {}),
        ({(0, "z"): False, (2, "z"): False}, [(["p", "q"], [])], {"z": False}),  # node 1 says nothing about it
        ({(0, "z"): True, (2, "z"): False}, [(["p", "q"], []), (["z"], [])], {}),  # between these it cannot agree
    ],
)
def test_backbone_copies(backbone, parts, known):
    """A component has to take the value of the backbone copies next to it, and then is known."""
    beliefs = ["p ^ q" if (0, "z") in backbone else "(p ^ q) & (p | z)", "p = q", "True"]
    group = group_of(beliefs, CHAIN, backbone)
    assert separated(group) == (parts, known, [])
    for optimum in oracle.OPTIMA:
        check_separation(group, optimum)


LARGE = "(z & y0) | (y1 & y2) | (y3 & y4)"


@pytest.mark.parametrize(
    ("formula", "undisputed_atoms"),
    [
        ("p | z | y0 | y1 | y2 | y3 | y4", ["y0", "y1", "y2", "y3", "y4", "z"]),  # a clause may have any length
        (f"({LARGE}) | p", []),  # seven atoms, and not a clause
    ],
)
def test_large_formulas(formula, undisputed_atoms):
    """The atoms of a formula that is too large to be written as clauses are left where they are; nothing else changes."""
    [(disputed, agreeing)], known, shared = separated(group_of([f"(p ^ q) & ({formula}) & (w | q)", "p = q"]))
    assert agreeing == sorted([*undisputed_atoms, "w"])
    assert set(disputed) >= {"p", "q"}
    assert {"z", "y0"} <= set(agreeing if undisputed_atoms else disputed)
    assert (known, shared) == ({}, [])


@OPTIMA
@pytest.mark.parametrize("formula", [f"({LARGE}) | p", f"({LARGE}) ^ p"])
def test_answers_with_large_formulas(formula, optimum):
    """The answers are right all the same."""
    check_separation(
        group_of([f"(p ^ q) & ({formula})", "p = q"], backbone={(1, f"y{i}"): False for i in range(5)}), optimum
    )


@pytest.mark.parametrize("levels", [(0, 1), (1, 0), (0, 0)])
@OPTIMA
def test_levels(levels, optimum):
    """Conflicts on several levels: the parts keep them."""
    beliefs = ["(p ^ q) & (p | z)", "(q | ~p) & (z | y)", "p = q"]
    group = group_of(beliefs, ((0, 1, levels[0]), (1, 2, levels[1])))
    [part] = check_separation(group, optimum)
    assert {level for _, _, level in part.compared} == set(levels)
    assert {part.copies[i][1] for i in part.agreeing} == {"z"}
