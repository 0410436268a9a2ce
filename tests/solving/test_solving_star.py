"""Stars: the direct method against the search and against brute force."""

import random

import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solving_groups import optima, shown
from solving_networks import clauses
from strategies import Case, consistent_formulas

from equibel.formula import parse
from equibel.solving import Limits, Problem, Request
from equibel.solving.methods.search import search
from equibel.solving.methods.star import star_values
from equibel.solving.preprocessing.splitting import split

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)


def star_groups(texts):
    """The groups of a star whose centre holds the first formula."""
    beliefs = tuple(parse(text) for text in texts)
    return split(Problem(beliefs, tuple((0, i, 0) for i in range(1, len(beliefs))), (0,)), Limits())[0]


def directly(group, optimum):
    """The centre's values according to `star_values`, as tuples."""
    size = len(group.nodes[0])
    values = star_values(group, 0, Request(optimum))
    return None if values is None else {tuple(bool(value >> i & 1) for i in range(size)) for value in values}


def by_search(group, optimum):
    """The centre's values according to the search."""
    copies = group.nodes[0]
    optimal = search(group, {0: copies}, Request(optimum))
    values = set()
    while found := optimal.find(1 << 10):
        new = shown(found.same or [found.interpretation], copies) - values
        optimal.exclude(0, new)
        values |= new
    return values


@st.composite
def stars(draw, max_leaves, atoms, size):
    """The texts of a star's formulas, centre first."""
    width = draw(st.integers(1, len(atoms)))
    leaves = draw(st.integers(1, min(max_leaves, size // width - 1)))
    return [draw(consistent_formulas(atoms[:width])) for _ in range(leaves + 1)]


def check_three_ways(texts, optimum):
    for group in star_groups(texts):
        if group.compared:
            expected = shown(optima(group, optimum), group.nodes[0])
            assert directly(group, optimum) == expected
            assert by_search(group, optimum) == expected


@OPTIMA
@given(texts=stars(5, ["p", "q", "r"], 12))
def test_the_direct_method_the_search_and_brute_force(texts, optimum):
    """All three find the same values for the centre."""
    check_three_ways(texts, optimum)


@pytest.mark.slow
@OPTIMA
@given(texts=stars(7, ["p", "q", "r"], 14))
@settings(max_examples=100)
def test_three_ways_at_length(texts, optimum):
    """The same on many stars."""
    check_three_ways(texts, optimum)


def random_star(seed, leaves, k):
    """Clauses, disjunctions of cubes and literals over ``k`` atoms at the centre and the leaves."""
    rnd = random.Random(seed)
    atoms = [f"x{i}" for i in range(k)]

    def cube():
        return "(" + " & ".join(p if rnd.random() < 0.5 else f"~{p}" for p in rnd.sample(atoms, rnd.randint(2, k))) + ")"

    def formula():
        kind = rnd.randrange(4)
        if kind == 0:
            return clauses(rnd, atoms, rnd.randint(1, 4), 3)
        return cube() if kind == 1 else " | ".join(cube() for _ in range(rnd.randint(2, 5)))

    return [formula() if rnd.random() < 0.9 else "True" for _ in range(leaves + 1)]


def check_two_ways(texts, optimum):
    looked_at = 0
    for group in star_groups(texts):
        if group.compared:
            assert directly(group, optimum) == by_search(group, optimum)
            looked_at += len(group.constraints) > 1
    return looked_at


@OPTIMA
def test_larger_stars(optimum):
    """The direct method and the search agree on stars that brute force does not reach."""
    assert sum(check_two_ways(random_star(seed, 4 + seed % 5, 3 + seed % 2), optimum) for seed in range(20)) > 10


@pytest.mark.slow
@OPTIMA
@pytest.mark.parametrize("k", [2, 3, 4, 5, 6])
def test_larger_stars_at_length(k, optimum):
    """The same on hundreds of stars of up to twelve leaves and six atoms."""
    for seed in range(60):
        check_two_ways(random_star(f"{k} {seed}", 2 + seed % 11, k), optimum)


def test_where_the_centre_is_in_the_backbone_or_open():
    """Leaves in the backbone pull at an open centre; where their sides are equally large, both values are possible."""
    for texts, values in [
        (["True", "p", "p", "~p"], {oracle.INCLUSION: [0, 1], oracle.CARDINALITY: [1]}),
        (["True", "p", "~p"], {oracle.INCLUSION: [0, 1], oracle.CARDINALITY: [0, 1]}),
        (["True", "~p", "~p"], {oracle.INCLUSION: [0], oracle.CARDINALITY: [0]}),
    ]:
        [group] = star_groups(texts)
        for optimum in oracle.OPTIMA:
            assert sorted(star_values(group, 0, Request(optimum))) == values[optimum]


def test_what_is_not_a_star_is_declined():
    """Another edge, several levels or a formula with many atoms: the search has to do it."""
    beliefs = tuple(parse(text) for text in ["p | q", "~p | ~q", "p & ~q | ~p & q"])
    for edges in [((0, 1, 0), (1, 2, 0)), ((0, 1, 0), (0, 2, 1)), ((0, 1, 0), (0, 2, 0), (1, 2, 0))]:
        for group in split(Problem(beliefs, edges, (0,)), Limits())[0]:
            assert star_values(group, 0, Request(oracle.INCLUSION)) is None
    many = parse(" | ".join(f"x{i}" for i in range(20)))
    [group] = star_groups([str(many), " & ".join(f"~x{i}" for i in range(19)) + " | x19", "True"])
    assert star_values(group, 0, Request(oracle.INCLUSION)) is None


def test_stars_of_the_operators_are_answered_right():
    """One simple step on a star is the answer of its centre."""
    case = Case(
        [0, 1, 2, 3],
        [(0, 1), (0, 2), (0, 3)],
        {0: ["~p | ~q"], 1: ["~p & ~q"], 2: ["p ^ q"], 3: ["~p | q"]},
        ["p", "q"],
    )
    for optimum in oracle.OPTIMA:
        texts = [case.formulas[v][0] for v in case.nodes]
        expected = oracle.apply("simple", case.oracle(), optimum).beliefs[0]
        [group] = star_groups(texts)
        assert set(star_values(group, 0, Request(optimum))) == expected
