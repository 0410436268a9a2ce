"""Groups small enough for brute force, and what brute force says about them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import oracle
from hypothesis import assume
from hypothesis import strategies as st
from strategies import cases

from equibel.formula import Formula, to_text
from equibel.solving import Limits, Problem
from equibel.solving.preprocessing.splitting import split
from equibel.solving.problem import Group

Values = tuple[bool, ...]
_BY_EQ_SET: dict[int, tuple[Group, dict[oracle.EqSet, list[list[bool]]]]] = {}


@st.composite
def problems(draw: st.DrawFn, levels: int = 1, size: int = 10, min_nodes: int = 1) -> tuple[Problem, list[str]]:
    """A problem and its atoms, with levels drawn at random; all nodes are targets."""
    case = draw(cases(min_nodes=min_nodes, size=size))
    G = case.graph()
    number = {v: i for i, v in enumerate(G)}
    at = st.integers(0, levels - 1)
    edges = tuple((number[x], number[y], draw(at)) for x, y in G.edges if x != y)
    return Problem(tuple(G.belief(v) for v in G), edges, tuple(number.values())), case.atoms


@st.composite
def groups(draw: st.DrawFn, levels: int = 1, size: int = 10, conflict: bool = False) -> Group:
    """A group of some problem; if ``conflict`` is set, one with a choice between EQ sets, of which some beat others."""
    found, _ = split(draw(problems(levels, size, min_nodes=2))[0], Limits())
    assume(found)
    if conflict:
        found = [group for group in found if group.constraints and len(by_eq_set(group)) > 1]
        assume(found)
    return draw(st.sampled_from(found))


@st.composite
def contested(draw: st.DrawFn, size: int = 10) -> tuple[Group, dict[int, list[int]]]:
    """A group with a choice between EQ sets, and some of its nodes with their open copies."""
    group = draw(groups(size=size, conflict=True))
    nodes = draw(st.sets(st.sampled_from(sorted(group.nodes)), min_size=1))
    return group, {node: copies for node, copies in group.nodes.items() if node in nodes}


def check_answers(group: Group, targets: dict[int, list[int]], found: dict[int, Formula] | None) -> None:
    """Each of the targets has the formula that brute force gives it, by inclusion."""
    assert found is not None
    assert list(found) == list(targets)
    for node, formula in found.items():
        names = [group.copies[i][1] for i in targets[node]]
        assert answer(believed(formula, names), names) == shown(optima(group), targets[node])


def believed(formula: Formula, atoms: Sequence[str]) -> oracle.Belief:
    """The models of a formula, by the oracle's own reading of its text."""
    return oracle.belief(to_text(formula), atoms)


def answer(values: oracle.Belief, atoms: Sequence[str]) -> set[Values]:
    """Models as tuples."""
    return {tuple(bool(a >> i & 1) for i in range(len(atoms))) for a in values}


def interpretations(group: Group) -> list[list[bool]]:
    """All interpretations of the group in which the formulas hold."""
    conditions = []
    for node, formula in group.constraints:
        names = sorted(formula.atoms())
        positions = [group.copies.index((node, name)) for name in names]
        conditions.append((positions, believed(formula, names)))
    return [
        [*values, *group.backbone]
        for values in itertools.product([False, True], repeat=group.open)
        if all(sum(1 << n for n, i in enumerate(positions) if values[i]) in models for positions, models in conditions)
    ]


def eq_set(group: Group, values: Sequence[bool]) -> oracle.EqSet:
    """The EQ set of an interpretation, level by level, as the oracle writes it."""
    levels = sorted({level for _, _, level in group.compared}) or [0]
    return tuple(
        sum(1 << k for k, (i, j, at) in enumerate(group.compared) if at == level and values[i] == values[j])
        for level in levels
    )


def by_eq_set(group: Group) -> dict[oracle.EqSet, list[list[bool]]]:
    """All interpretations of the group by their EQ sets."""
    known = _BY_EQ_SET.get(id(group))
    if known is None or known[0] is not group:
        found: dict[oracle.EqSet, list[list[bool]]] = {}
        for values in interpretations(group):
            found.setdefault(eq_set(group, values), []).append(values)
        _BY_EQ_SET.clear()  # one after the other is looked at, from several sides
        known = _BY_EQ_SET[id(group)] = (group, found)
    return known[1]


def optimal_eq_sets(group: Group, optimum: str = oracle.INCLUSION) -> set[oracle.EqSet]:
    """The EQ sets of the optimal interpretations."""
    return oracle.optimal(by_eq_set(group), optimum)


def optima(group: Group, optimum: str = oracle.INCLUSION) -> list[list[bool]]:
    """The optimal interpretations of the group."""
    found = by_eq_set(group)
    return [values for eq in oracle.optimal(found, optimum) for values in found[eq]]


def beats(better: oracle.EqSet, worse: oracle.EqSet) -> bool:
    """Whether one EQ set strictly includes another at the first level on which they differ."""
    for mine, theirs in zip(better, worse, strict=True):
        if mine != theirs:
            return mine & theirs == theirs
    return False


def shown(models: Sequence[Sequence[bool]], copies: Sequence[int]) -> set[Values]:
    """The values of some copies in some interpretations."""
    return {tuple(values[i] for i in copies) for values in models}
