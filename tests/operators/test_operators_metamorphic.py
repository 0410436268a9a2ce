"""Changes of a scenario that change its answers in a known way, or not at all."""

import re
from dataclasses import replace

import oracle
from answers import METHODS, ONCE, beliefs
from hypothesis import given
from hypothesis import strategies as st
from strategies import ALPHABETS, NODE_NAMES, cases, minterms

CASES = cases(size=10)
CHOICES = st.tuples(st.sampled_from(oracle.OPERATORS), st.sampled_from(oracle.OPTIMA), st.sampled_from(METHODS))
TAUTOLOGIES = ["{f}", "~~({f})", "({f}) & ({f})", "({f}) | False", "True -> ({f})", "({f}) = True", "({f}) ^ False"]


def answer(case, choice):
    """What every node believes after one application."""
    operator, optimum, method = choice
    return beliefs(ONCE[operator](case.graph(), method=method, opt_type=optimum), case.atoms)


def with_formulas(case, change):
    """The same scenario with every formula changed."""
    return replace(case, formulas={v: [change(f) for f in held] for v, held in case.formulas.items()})


def with_nodes(case, names):
    """The same scenario with its nodes renamed."""
    new = dict(zip(case.nodes, names, strict=True))
    return replace(
        case,
        nodes=list(new.values()),
        edges=[(new[x], new[y]) for x, y in case.edges],
        formulas={new[v]: held for v, held in case.formulas.items()},
    )


def with_atoms(text, image):
    """A formula with every atom replaced."""
    return re.sub(r"\w+", lambda m: m[0] if m[0] in ("True", "False") else image(m[0]), text)


@given(CASES, CHOICES, st.sampled_from(NODE_NAMES), st.randoms(use_true_random=False))
def test_renaming_nodes(case, choice, names, random):
    """Renaming the nodes renames the answers."""
    renamed = with_nodes(case, random.sample(names, len(case.nodes)))
    expected = answer(case, choice)
    assert answer(renamed, choice) == {new: expected[v] for v, new in zip(case.nodes, renamed.nodes, strict=True)}


@given(CASES, CHOICES, st.sampled_from(ALPHABETS), st.randoms(use_true_random=False))
def test_renaming_atoms(case, choice, names, random):
    """Renaming the atoms renames them in the answers."""
    new = dict(zip(case.atoms, random.sample(names, len(names)), strict=False))
    renamed = replace(with_formulas(case, lambda f: with_atoms(f, new.get)), atoms=[new[p] for p in case.atoms])
    assert answer(renamed, choice) == answer(case, choice)


@given(CASES, CHOICES, st.randoms(use_true_random=False))
def test_order_of_insertion(case, choice, random):
    """The order of nodes, edges and formulas, and the direction of edges, do not matter."""
    shuffled = replace(
        case,
        nodes=random.sample(case.nodes, len(case.nodes)),
        edges=[random.choice([(x, y), (y, x)]) for x, y in random.sample(case.edges, len(case.edges))],
        formulas={v: held[::-1] for v, held in reversed(case.formulas.items())},
    )
    assert answer(shuffled, choice) == answer(case, choice)


@given(CASES, CHOICES, st.randoms(use_true_random=False))
def test_spelling(case, choice, random):
    """Equivalent formulas have equivalent answers."""
    respelled = with_formulas(case, lambda f: random.choice(TAUTOLOGIES).format(f=f))
    assert answer(respelled, choice) == answer(case, choice)


@given(CASES, CHOICES)
def test_disjunctive_normal_form(case, choice):
    """A node may as well list the models of its belief."""
    normal = case.holding({v: [minterms(models, case.atoms)] for v, models in case.oracle().beliefs.items()})
    assert answer(normal, choice) == answer(case, choice)


@given(CASES, CHOICES)
def test_joining_formulas(case, choice):
    """Several formulas at a node are their conjunction."""
    joined = case.holding({v: [" & ".join(f"({f})" for f in held)] for v, held in case.formulas.items()})
    assert answer(joined, choice) == answer(case, choice)


@given(CASES, CHOICES)
def test_self_loops(case, choice):
    """Self-loops carry no information."""
    looped = replace(case, edges=[*case.edges, *((v, v) for v in case.nodes)])
    assert answer(looped, choice) == answer(case, choice)


@given(CASES, CHOICES, st.data())
def test_isolated_node(case, choice, data):
    """An isolated node keeps its belief, and the others do not notice it."""
    held = data.draw(st.sampled_from([*case.formulas.values(), []]))
    larger = replace(case, nodes=[*case.nodes, "apart"], formulas={**case.formulas, "apart": held})
    assert answer(larger, choice) == {**answer(case, choice), "apart": oracle.belief(held, case.atoms)}


@given(cases(size=6), cases(size=6), CHOICES)
def test_disjoint_union(one, other, choice):
    """The parts of a disconnected graph do not see one another."""
    atoms = ["p", "q", "r", "s"]
    parts = []
    for case in (one, other):
        shared = with_formulas(case, lambda f, case=case: with_atoms(f, lambda p: atoms[case.atoms.index(p)]))
        first = sum(len(part.nodes) for part in parts)
        parts.append(with_nodes(replace(shared, atoms=atoms), range(first, first + len(case.nodes))))
    left, right = parts
    union = replace(
        left,
        nodes=left.nodes + right.nodes,
        edges=left.edges + right.edges,
        formulas=left.formulas | right.formulas,
    )
    assert answer(union, choice) == answer(left, choice) | answer(right, choice)


@given(CASES, CHOICES, st.integers(0, 15))
def test_flipping_atoms(case, choice, flipped):
    """Replacing an atom by its negation at every node does so in the answers."""
    flipped &= (1 << len(case.atoms)) - 1
    opposite = with_formulas(case, lambda f: with_atoms(f, lambda p: f"(~{p})" if flipped >> case.atoms.index(p) & 1 else p))
    expected = {v: {a ^ flipped for a in models} for v, models in answer(case, choice).items()}
    assert answer(opposite, choice) == expected


@given(CASES, CHOICES)
def test_an_atom_nobody_mentions(case, choice):
    """A declared atom in no formula is free everywhere, and stays in the alphabet."""
    larger = replace(case, atoms=[*case.atoms, "unmentioned"])
    bit = 1 << len(case.atoms)
    expected = {v: models | {a | bit for a in models} for v, models in answer(case, choice).items()}
    assert answer(larger, choice) == expected
