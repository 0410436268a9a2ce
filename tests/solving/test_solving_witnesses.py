"""Maximal admissible sets of equalities against brute force: several scenarios must have them at once."""

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solving_groups import believed
from strategies import cases, consistent_formulas

from equibel.formula import Formula, parse
from equibel.options import SEMANTIC, SYNTACTIC
from equibel.solving import Problem, Request, maximize, outcomes

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
METHODS = pytest.mark.parametrize("method", [SEMANTIC, SYNTACTIC])


@st.composite
def joint_problems(draw: st.DrawFn, levels: int = 1, size: int = 8) -> tuple[Problem, list[str]]:
    """A problem with up to three witnesses, and the atoms of all their formulas."""
    case = draw(cases(min_nodes=1, max_nodes=4, size=size))
    G = case.graph()
    number = {v: i for i, v in enumerate(G)}
    edges = tuple((number[x], number[y], draw(st.integers(0, levels - 1))) for x, y in G.edges if x != y)
    changed = st.tuples(st.sampled_from(list(number.values())), consistent_formulas(case.atoms).map(parse))
    witnesses = tuple((change,) for change in draw(st.lists(changed, max_size=3)))
    beliefs = tuple(G.belief(v) for v in G)
    formulas = [*beliefs, *(formula for witness in witnesses for _, formula in witness)]
    atoms = sorted(set().union(*(formula.atoms() for formula in formulas)))
    return Problem(beliefs, edges, tuple(number.values()), witnesses), atoms


def admissible(problem: Problem, atoms: list[str]) -> tuple[dict[oracle.EqSet, list[dict]], set[oracle.EqSet]]:
    """The scenario's models by EQ set, and the EQ sets that tuples of a model of each scenario can share."""
    depth = max((level for _, _, level in problem.edges), default=0) + 1
    levels = [[(x, y) for x, y, at in problem.edges if at == level] for level in range(depth)]

    def models(beliefs: list[Formula]) -> dict[oracle.EqSet, list[dict]]:
        return oracle.interpretations({v: believed(f, atoms) for v, f in enumerate(beliefs)}, levels, len(atoms))

    own = models(list(problem.beliefs))
    shared = set(own)
    for witness in problem.witnesses:
        changed = dict(witness)
        others = models([changed.get(v, formula) for v, formula in enumerate(problem.beliefs)])
        shared = {tuple(a & b for a, b in zip(mine, theirs, strict=True)) for mine in shared for theirs in others}
    return own, shared


def values_under(own: dict[oracle.EqSet, list[dict]], sets: set[oracle.EqSet], v: int) -> oracle.Belief:
    """The values of v in the scenario's models that have all equalities of one of the sets."""
    return frozenset(
        values[v]
        for eq, models in own.items()
        if any(all(a & s == s for a, s in zip(eq, chosen, strict=True)) for chosen in sets)
        for values in models
    )


@OPTIMA
@METHODS
@given(joint_problems(levels=2))
def test_answers(optimum, method, drawn):
    """Every target takes the values it has in models with a maximal admissible set of equalities."""
    problem, atoms = drawn
    own, shared = admissible(problem, atoms)
    best = oracle.optimal(shared, optimum)
    answers = maximize(problem, Request(optimum, method))
    for v in problem.targets:
        assert believed(answers[v], atoms) == values_under(own, best, v)


@OPTIMA
@given(joint_problems())
def test_outcomes(optimum, drawn):
    """Each maximal admissible set is found once, with what it says."""
    problem, atoms = drawn
    own, shared = admissible(problem, atoms)
    found = list(outcomes(problem, optimum))
    sets = [_bits(outcome.equalities, atoms) for outcome in found]
    assert sorted(sets) == sorted(eq[0] for eq in oracle.optimal(shared, optimum))
    for outcome, eq in zip(found, sets, strict=True):
        for v in problem.targets:
            assert believed(outcome.answers[v], atoms) == values_under(own, {(eq,)}, v)


@OPTIMA
@given(joint_problems(), st.randoms(use_true_random=False))
def test_the_first_outcome_keeps_what_matters_most(optimum, drawn, random):
    """Atom by atom in the order given, each equality is kept that an optimal set with those kept so far contains."""
    problem, atoms = drawn
    _, shared = admissible(problem, atoms)
    best = [eq[0] for eq in oracle.optimal(shared, optimum)]
    order = random.sample(atoms, len(atoms))
    kept = 0
    for name in order:
        for edge in range(len(problem.edges)):
            more = kept | _bits({(edge, name)}, atoms)
            if any(more & eq == more for eq in best):
                kept = more
    found = list(outcomes(problem, optimum, order=order))
    assert _bits(found[0].equalities, atoms) == kept
    assert len({outcome.equalities for outcome in found}) == len(found) == len(best)


def test_contraction_as_a_witness():
    """From p & q, contracting q forgets q and keeps p."""
    problem = Problem((parse("p & q"), parse("True")), ((0, 1, 0),), (1,), (((1, parse("~q")),),))
    assert str(maximize(problem, Request("inclusion", SEMANTIC))[1]) == "p"


def test_wide_formulas_are_not_listed():
    """Sixty atoms, a conflict about one: what is believed is a formula, not its 2^58 models."""
    clauses = " & ".join(f"(x{i} | x{i + 1})" for i in range(2, 59))
    problem = Problem((parse(f"x0 & x1 & {clauses}"), parse("True")), ((0, 1, 0),), (1,), (((1, parse("~x0")),),))
    for method in (SEMANTIC, SYNTACTIC):
        answer = maximize(problem, Request("inclusion", method))[1]
        assert answer.atoms() == {f"x{i}" for i in range(1, 60)}


def _bits(equalities, atoms):
    """An EQ set as the oracle numbers it: edge by edge, within an edge atom by atom."""
    return sum(1 << (edge * len(atoms) + atoms.index(name)) for edge, name in equalities)
