"""Splitting into groups that do not depend on one another."""

import itertools
import random
import subprocess
import sys

import oracle
import pytest
from commandline import ENVIRONMENT
from hypothesis import given, settings
from hypothesis import strategies as st
from solving_groups import answer, believed, optima, problems, shown
from solving_networks import opposed_path, problem

from equibel.formula import FALSE, parse
from equibel.solving import Limits, Problem
from equibel.solving.preprocessing import backbone as backbone_module
from equibel.solving.preprocessing import splitting as split_module
from equibel.solving.preprocessing.backbone import find_backbones
from equibel.solving.preprocessing.splitting import split

CHAIN = ((0, 1, 0), (1, 2, 0))


def groups_of(beliefs, edges=CHAIN, targets=None):
    """The groups of a problem given by texts, as sets of open copies."""
    formulas = tuple(parse(text) for text in beliefs)
    found, _ = split(Problem(formulas, edges, tuple(range(len(formulas))) if targets is None else targets), Limits())
    return sorted(sorted(group.copies[: group.open]) for group in found)


@pytest.mark.parametrize(
    ("beliefs", "expected"),
    [
        (["p", "True", "True"], [[(1, "p"), (2, "p")]]),
        (["True", "True", "True"], []),
        (["p", "~p", "p"], []),  # everything is in the backbone
        (["True", "p", "True"], [[(0, "p")], [(2, "p")]]),  # a backbone copy passes nothing on
        (["True", "p & q", "q | ~r"], [[(0, "p")], [(0, "q")], [(0, "r"), (1, "r"), (2, "q"), (2, "r")], [(2, "p")]]),
        (["p | q", "True", "True"], [[(v, a) for v in range(3) for a in "pq"]]),  # a formula links its atoms
        (["(p | q) & r", "True", "True"], [[(v, a) for v in range(3) for a in "pq"], [(1, "r"), (2, "r")]]),
        (["(p | q) & (r | s)", "True", "True"], [[(v, a) for v in range(3) for a in pair] for pair in ("pq", "rs")]),
        (["(p | q) & (p | ~q)", "True", "q"], [[(0, "q"), (1, "q")], [(1, "p"), (2, "p")]]),  # that is, p
        (["p = q", "p", "True"], [[(0, "p"), (0, "q"), (1, "q"), (2, "q")], [(2, "p")]]),
        (["p | ~p", "q", "True"], [[(0, "p"), (1, "p"), (2, "p")], [(0, "q")], [(2, "q")]]),
    ],
)
def test_groups(beliefs, expected):
    """Copies belong together along edges and within conjuncts; backbone copies belong to no group."""
    assert groups_of(beliefs) == sorted(expected)


def test_only_groups_of_targets_are_made():
    """What the targets have no part in is not even built."""
    assert groups_of(["True", "p", "q", "True"], edges=((0, 1, 0), (2, 3, 0)), targets=(0,)) == [[(0, "p")]]
    assert groups_of(["True", "p", "True"], targets=(2,)) == [[(2, "p")]]


def test_components_have_their_own_atoms():
    """An atom of another component is of no concern."""
    assert groups_of(["p", "True", "q", "True"], edges=((0, 1, 0), (2, 3, 0))) == [[(1, "p")], [(3, "q")]]


def test_opposed_path_falls_apart():
    """Opposite literals at the ends of a path make one group per atom."""
    found, backbones = split(problem(opposed_path(20, 3)), Limits())
    assert [(group.open, group.backbone, group.constraints) for group in found] == [(18, (True, False), ())] * 3
    assert backbones[0] == dict.fromkeys(["x0", "x1", "x2"], True)
    assert backbones[19] == dict.fromkeys(["x0", "x1", "x2"], False)
    assert backbones[10] == {}


@pytest.mark.parametrize(
    ("text", "values", "rest"),
    [
        ("True", {}, []),
        ("p", {"p": True}, []),
        ("~p & q", {"p": False, "q": True}, []),
        ("p & (p -> q)", {"p": True, "q": True}, []),
        ("(p | q) & (p | ~q)", {"p": True}, []),
        ("p & (q | r)", {"p": True}, ["q | r"]),
        ("(p = q) & (r | s)", {}, ["p = q", "r | s"]),
        ("(p | q) & (q | p)", {}, ["p | q"]),
    ],
)
def test_backbones_of_small_formulas(text, values, rest):
    """Of a small formula the whole backbone is found, and what remains falls into its factors."""
    [(backbone, formulas)] = find_backbones([parse(text)], Limits())
    assert backbone == values
    assert len(formulas) == len(rest)
    for formula, expected in zip(sorted(formulas, key=str), sorted(map(parse, rest), key=str), strict=True):
        atoms = sorted(expected.atoms())
        assert believed(formula, atoms) == believed(expected, atoms)


@pytest.mark.parametrize("most", [0, 2, 100])
def test_backbones_come_in_order_whatever_is_known(most, monkeypatch):
    """With repetitions and contradictions, in any company, known from before or not; and what is kept is bounded."""
    monkeypatch.setattr(backbone_module, "_MOST_KNOWN", most)
    wide = " | ".join(f"a{i}" for i in range(10))
    texts = ["p & q", f"({wide}) & (p | q) & (p | ~q)", f"({wide}) & (p = q) & (p = ~q)", "p & ~p", f"{wide} | b", "p & q"]
    expected = [find_backbones([parse(text)], Limits())[0] for text in texts]
    assert expected[1] == ({"p": True}, (parse(wide),))
    assert expected[2] == expected[3] == ({}, (FALSE,))
    limits = Limits()
    for order in itertools.permutations(range(len(texts)), 3):
        assert find_backbones([parse(texts[i]) for i in order], limits) == [expected[i] for i in order]
        assert len(limits.backbones) <= most + 3


def test_the_backbone_of_a_long_formula_is_what_follows_by_units():
    """Above eight atoms units are followed through the conjuncts, however they are ordered."""
    chain = [f"(~a{i} | a{i + 1})" for i in range(40)]
    for conjuncts in (["a0", *chain], [*reversed(chain), "a0"]):
        [(values, rest)] = find_backbones([parse(" & ".join([*conjuncts, "(a40 -> (b | c))"]))], Limits())
        assert values == {f"a{i}": True for i in range(41)}
        assert [sorted(formula.atoms()) for formula in rest] == [["b", "c"]]


@given(problems(levels=3))
def test_every_copy_and_every_comparison_has_its_place(drawn):
    """Each open copy, comparison and conjunct is in exactly one group; comparisons of backbone copies are in none."""
    given_problem, _ = drawn
    found, backbones = split(given_problem, Limits())
    copies = [copy for group in found for copy in group.copies[: group.open]]
    assert len(copies) == len(set(copies))
    assert all(name not in backbones[node] for node, name in copies)
    compared = [
        (name, *sorted((group.copies[i][0], group.copies[j][0])), level)
        for group in found
        for i, j, level in group.compared
        for name in [group.copies[i][1]]
        if group.copies[j][1] == name
    ]
    open_edges = {
        (name, *sorted((x, y)), level)
        for x, y, level in given_problem.edges
        for name in {copy[1] for copy in copies}
        if (x, name) in copies or (y, name) in copies
    }
    assert len(compared) == len(set(compared)) == sum(len(group.compared) for group in found)
    assert set(compared) == open_edges
    for group in found:
        for (node, name), value in zip(group.copies[group.open :], group.backbone, strict=True):
            assert backbones[node][name] == value
        for node, formula in group.constraints:
            assert {(node, name) for name in formula.atoms()} <= set(group.copies[: group.open])


@pytest.mark.parametrize("seed", range(60))
def test_atoms_in_the_backbones_of_the_same_nodes_share_their_walks(seed, monkeypatch):
    """Their groups are those that walks of their own would find, whatever is a target and whatever other atoms do."""
    rng = random.Random(seed)
    nodes = range(9)
    edges = tuple((x, y, rng.randrange(3)) for x, y in itertools.combinations(nodes, 2) if rng.random() < 0.25)
    places = [rng.sample(nodes, rng.randrange(1, 4)) for _ in range(2)]
    literals = [(v, p, rng.choice(["", "~"])) for p in "abcdef" for v in places[rng.random() < 0.5]]
    beliefs = [" & ".join(f"{sign}{p}" for at, p, sign in literals if at == v) or "True" for v in nodes]
    if rng.random() < 0.5:
        beliefs[rng.randrange(9)] += " & (e | g) & (g -> h)"
    targets = tuple(rng.sample(nodes, rng.randrange(1, 10)))
    given_problem = Problem(tuple(map(parse, beliefs)), edges, targets)
    shared = split(given_problem, Limits())
    monkeypatch.setattr(split_module, "_regions", lambda *_: {})
    assert split(given_problem, Limits()) == shared


def test_a_path_is_walked_once_however_many_atoms_it_is_about():
    """The groups of the five atoms have one list of comparisons."""
    found, _ = split(problem(opposed_path(50, 5)), Limits())
    assert len(found) == 5
    assert all(group.compared is found[0].compared for group in found)


def check_independence(given_problem, atoms, optimum):
    levels = [[(x, y) for x, y, at in given_problem.edges if at == level] for level in range(3)]
    beliefs = {v: believed(formula, atoms) for v, formula in enumerate(given_problem.beliefs)}
    expected = oracle.complete(beliefs, levels, len(atoms), optimum)
    found, backbones = split(given_problem, Limits())
    best = [optima(group, optimum) for group in found]
    for node in given_problem.targets:
        known = {name: {(value,)} for name, value in backbones[node].items()}
        parts = [([name], values) for name, values in known.items()]
        for group, models in zip(found, best, strict=True):
            copies = group.nodes.get(node, [])
            if copies:
                parts.append(([group.copies[i][1] for i in copies], shown(models, copies)))
        free = set(atoms) - {name for names, _ in parts for name in names}
        parts += [([name], {(False,), (True,)}) for name in free]
        order = [name for names, _ in parts for name in names]
        assert sorted(order) == sorted(atoms)
        together = {
            tuple(
                value
                for _, value in sorted(zip(order, itertools.chain(*choice), strict=True), key=lambda v: atoms.index(v[0]))
            )
            for choice in itertools.product(*(values for _, values in parts))
        }
        assert together == answer(expected[node], atoms)


@given(problems(levels=3), st.sampled_from(oracle.OPTIMA))
def test_groups_are_independent(drawn, optimum):
    """The optimal interpretations of the groups, freely combined, are those of the whole, level by level."""
    check_independence(*drawn, optimum)


@pytest.mark.slow
@given(problems(levels=3, size=12), st.sampled_from(oracle.OPTIMA))
@settings(max_examples=200)
def test_groups_are_independent_at_length(drawn, optimum):
    """The same on a thousand scenarios."""
    check_independence(*drawn, optimum)


def test_the_order_is_the_same_in_every_process():
    """How Python orders sets of texts changes no group, and so no search."""
    program = (
        "from equibel.formula import parse\n"
        "from equibel.solving import Limits, Problem\n"
        "from equibel.solving.preprocessing.splitting import split\n"
        "beliefs = tuple(parse(' ^ '.join(names)) for names in ('abcdef', 'fghijk', 'akxyz'))\n"
        "print(split(Problem(beliefs, ((0, 1, 0), (1, 2, 0)), (0, 1, 2)), Limits()))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=ENVIRONMENT | {"PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1
    assert "copies=((" in printed.pop()
