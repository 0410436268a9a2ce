"""How the operators on networks relate: which entails which, and the smallest scenarios on which they are incomparable.

Their identities, such as that completing a completion changes nothing, are in `test_operators_identities.py`.
"""

import itertools
from typing import NamedTuple

import oracle
import pytest
from answers import FIXPOINT, ONCE
from belief_change import every_belief, patterns
from hypothesis import given, settings
from strategies import cases

import equibel as eb

INCLUSION, CARDINALITY = oracle.OPTIMA
ALWAYS = [  # one application of the first entails one application of the second, under these optima
    ("ring", "simple", oracle.OPTIMA),
    ("expanding", "simple", oracle.OPTIMA),
    ("augmenting", "simple", oracle.OPTIMA),
    ("augmenting", "expanding", (INCLUSION,)),
    ("augmenting", "global", (INCLUSION,)),
]
PATH = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]


class Example(NamedTuple):
    """A scenario on which the first operator is incomparable with each of the others; ``fixpoint`` when all are iterated."""

    one: str
    others: str
    optima: tuple[str, ...]
    fixpoint: bool
    edges: list[tuple[str, str]]
    formulas: dict[str, str]

    def graph(self):
        G = eb.EquibelGraph(self.edges)
        for v, text in self.formulas.items():
            G.add_formula(v, text)
        return G


SHORT = {"a": "p ^ q", "b": "~q", "c": "q"}
KITE = [("a", "b"), ("b", "c"), ("c", "d"), ("b", "d")]
BRIDGED = [("a", "d"), ("b", "d"), ("b", "f"), ("b", "e"), ("c", "d"), ("e", "f")]
INCOMPARABLE = [
    Example("ring", "global expanding augmenting", oracle.OPTIMA, False, PATH[:2], SHORT),
    Example("ring", "global simple expanding augmenting", oracle.OPTIMA, True, PATH[:2], SHORT),
    Example(
        "global", "simple expanding augmenting", (CARDINALITY,), False, PATH[:2], {"a": "~(p | q)", "b": "p = q", "c": "p"}
    ),
    Example(
        "global", "simple expanding augmenting", (CARDINALITY,), True, PATH[:2], {"a": "~(p | q)", "b": "p = q", "c": "p"}
    ),
    Example("global", "simple", (INCLUSION,), False, PATH[:2], {"a": "~(p | q)", "b": "q -> p", "c": "p | q"}),
    Example("global", "simple", (INCLUSION,), True, PATH[:3], {"a": "~q", "b": "p -> q", "c": "q", "d": "p"}),
    Example("global", "expanding", (INCLUSION,), False, PATH[:3], {"a": "p & q", "b": "q -> p", "c": "~(p & q)"}),
    Example(
        "simple", "expanding augmenting", (CARDINALITY,), True, KITE, {"a": "~q", "b": "q -> p", "c": "p ^ q", "d": "q"}
    ),
]
LARGER = [  # found at random; smaller ones may exist
    Example(
        "global",
        "expanding",
        (INCLUSION,),
        True,
        PATH,
        {"a": "q | (r & ~s)", "b": "p", "c": "(~p & ~q) | s", "e": "~s"},
    ),
    Example(
        "simple",
        "expanding augmenting",
        (INCLUSION,),
        True,
        PATH,
        {"a": "~(p | q)", "b": "p", "d": "p -> q", "e": "~(p & q)"},
    ),
    Example(
        "expanding",
        "augmenting",
        (CARDINALITY,),
        False,
        [("a", "c"), ("b", "f"), ("c", "f"), ("d", "f"), ("e", "f")],
        {"a": "p ^ q", "b": "q", "c": "~q", "e": "~(p & q)"},
    ),
    Example(
        "expanding",
        "augmenting",
        oracle.OPTIMA,
        True,
        BRIDGED,
        {"a": "q -> p", "c": "~q", "d": "p -> q", "f": "p | q"},
    ),
]


def stronger_everywhere(R, other):
    return all(R.entails(v, other.formula_conj(v)) for v in R)


def applied(operator, G, optimum, fixpoint):
    if fixpoint and operator != "global":
        return FIXPOINT[operator](G, opt_type=optimum)[0]
    return ONCE[operator](G, opt_type=optimum)


def check_entailments(case):
    G = case.graph()
    results = {(op, optimum): ONCE[op](G, opt_type=optimum) for op in oracle.OPERATORS for optimum in oracle.OPTIMA}
    for one, other, optima in ALWAYS:
        for optimum in optima:
            assert stronger_everywhere(results[one, optimum], results[other, optimum]), (one, other, optimum)
    settled, _ = eb.iterate_augmenting_fixpoint(G)
    assert stronger_everywhere(settled, results["global", INCLUSION])


@given(cases(size=10))
@settings(max_examples=12)
def test_what_always_entails_what(case):
    """Ring, expanding, augmenting entail simple; by inclusion augmenting entails expanding and, however often, global."""
    check_entailments(case)


@pytest.mark.slow
@given(cases(size=12))
@settings(max_examples=600)
def test_what_always_entails_what_at_length(case):
    """The same, for more scenarios."""
    check_entailments(case)


@pytest.mark.parametrize("example", INCOMPARABLE + LARGER)
def test_incomparable(example):
    """Neither of the two results entails the other at every node."""
    for other, optimum in itertools.product(example.others.split(), example.optima):
        results = [applied(op, example.graph(), optimum, example.fixpoint) for op in (example.one, other)]
        assert not stronger_everywhere(*results), (other, optimum)
        assert not stronger_everywhere(*reversed(results)), (other, optimum)


@pytest.mark.slow
@pytest.mark.parametrize("edges", [PATH[:2], [*PATH[:2], ("a", "c")]], ids=["path", "triangle"])
def test_no_incomparable_scenario_has_fewer_nodes(edges):
    """On three nodes and two atoms only those pairs are ever incomparable that an example with three nodes shows.

    With two nodes all operators do the same.
    """
    shown = {
        (frozenset((e.one, other)), optimum, e.fixpoint)
        for e in INCOMPARABLE
        if len(e.edges) == 2
        for other, optimum in itertools.product(e.others.split(), e.optima)
    }
    found = set()
    for held in itertools.product(patterns(2), every_belief(2), every_belief(2)):
        for names in ("abc", "bca"):  # the first node's belief is one of each pattern, at an end or in the middle
            scenario = oracle.Scenario(dict(zip(names, held, strict=True)), edges, 2)
            for optimum, fixpoint in itertools.product(oracle.OPTIMA, (False, True)):
                beliefs = {op: by_brute_force(op, scenario, optimum, fixpoint) for op in oracle.OPERATORS}
                for one, other in itertools.combinations(beliefs, 2):
                    a, b = beliefs[one], beliefs[other]
                    if not all(a[v] <= b[v] for v in a) and not all(b[v] <= a[v] for v in a):
                        found.add((frozenset((one, other)), optimum, fixpoint))
    assert found <= shown
    assert len(edges) > 2 or found == shown


def by_brute_force(operator, scenario, optimum, fixpoint):
    if fixpoint and operator != "global":
        return oracle.fixpoint(operator, scenario, optimum)[0].beliefs
    return oracle.apply(operator, scenario, optimum).beliefs


@pytest.mark.parametrize("fixpoint", [False, True])
@pytest.mark.parametrize("optimum", oracle.OPTIMA)
def test_every_pair_is_decided(optimum, fixpoint):
    """Of every two operators either one always entails the other, or an example shows that they are incomparable."""
    shown = [e for e in INCOMPARABLE + LARGER if optimum in e.optima and e.fixpoint == fixpoint]
    decided = {frozenset((e.one, other)) for e in shown for other in e.others.split()}
    related = {frozenset((one, other)) for one, other, optima in ALWAYS if optimum in optima} if not fixpoint else set()
    if fixpoint and optimum == INCLUSION:
        related = {frozenset(("augmenting", "global"))}
    assert decided | related == {frozenset(pair) for pair in itertools.combinations(oracle.OPERATORS, 2)}
    assert not decided & related


def test_cardinality_need_not_entail_inclusion_where_a_result_is_used_again():
    """Ring takes the result of one radius to the next: by cardinality a node may come to believe something else."""
    G = eb.EquibelGraph(PATH[:3])
    for v, text in {"a": "q", "b": "p ^ q", "c": "p & q", "d": "p"}.items():
        G.add_formula(v, text)
    assert eb.iterate_ring(G, opt_type=eb.INCLUSION).equivalent("b", "p & ~q")
    assert eb.iterate_ring(G, opt_type=eb.CARDINALITY).equivalent("b", "q & ~p")


def test_cardinality_need_not_entail_inclusion_after_two_steps():
    """So do two steps of any iteration."""
    G = eb.EquibelGraph([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c")])
    for v, text in {"a": "~q", "b": "p ^ q", "c": "p -> q", "d": "p | q"}.items():
        G.add_formula(v, text)
    for operator in ("simple", "expanding", "augmenting"):
        maximal, largest = (ONCE[operator](G, opt_type=optimum, steps=2) for optimum in oracle.OPTIMA)
        assert not stronger_everywhere(largest, maximal), operator


def test_an_iteration_need_not_be_idempotent():
    """News travel one edge with every simple step; the smallest case has three nodes and one literal."""
    G = eb.EquibelGraph(PATH[:2])
    G.add_formula("a", "p")
    assert eb.iterate_simple(G) != eb.iterate_simple(G, steps=2)
