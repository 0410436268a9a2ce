"""The scenarios of the benchmarks are what their names say, and drawn the same each time."""

import networkx as nx
import pytest

from benchmarks import scenarios
from equibel.formula import conjunction
from equibel.solving import satisfiable

KINDS = ("path", "star", "cycle", "complete", "tree", "ba", "ws", "grid")


def formulas(graph):
    return {node: graph.belief(node) for node in graph}


def test_the_ends_of_a_path_contradict_one_another():
    """The first node believes all atoms, the last one none; those between believe nothing."""
    G = scenarios.path_conflict(4, 2)
    assert [str(f) for f in formulas(G).values()] == ["x0 & x1", "True", "True", "~x0 & ~x1"]


@pytest.mark.parametrize("kind", KINDS)
def test_clause_scenarios_have_consistent_nodes(kind):
    """On every kind of graph, what a node believes has a model, and the atoms are declared."""
    G = scenarios.clause_scenario(kind, 16, 3, seed=5)
    assert len(G) == 16
    assert nx.is_connected(G)
    assert G.atom_names() == ["x0", "x1", "x2"]
    assert all(satisfiable(formula) for formula in formulas(G).values())


def test_clause_scenarios_have_the_density_and_width_asked_for():
    """Seven nodes of ten believe something: two clauses, of one or two literals equally often."""
    G = scenarios.clause_scenario("path", 2000, 4, seed=1)
    believed = [G.nodes[node]["formulas"].split(" & ") for node in G if G.beliefs(node)]
    assert 1300 < len(believed) < 1500
    assert {len(clauses) for clauses in believed} == {2}
    lengths = [clause.count("|") + 1 for clauses in believed for clause in clauses]
    assert 0.45 < lengths.count(2) / len(lengths) < 0.55
    assert lengths.count(1) + lengths.count(2) == len(lengths)


def test_a_revision_is_of_two_consistent_3_cnfs_that_contradict_one_another():
    """Each has a model and 3.2 clauses per atom; together they have none."""
    G = scenarios.planted_revision(24, seed=1)
    assert [G.nodes[node]["formulas"].count("(") for node in G] == [77, 77]
    assert all(satisfiable(formula) for formula in formulas(G).values())
    assert not satisfiable(conjunction(formulas(G).values()))


@pytest.mark.parametrize(
    ("kind", "agree"),
    [("agreeing", True), ("opposite", False), ("objection", False), ("parity", False), ("disputes, path", False)],
)
def test_wide_scenarios_are_in_conflict_or_not(kind, agree):
    """Twelve nodes and sixty atoms; only those that are called agreeing can all be right."""
    G = scenarios.wide(kind, seed=1)
    assert (len(G), len(G.atom_names())) == (12, 60)
    assert satisfiable(conjunction(formulas(G).values())) == agree


def test_the_seed_decides_the_scenario():
    """The same seed gives the same formulas, another one others."""

    def texts(seed):
        made = [
            scenarios.clause_scenario("ba", 20, 3, seed),
            scenarios.planted_revision(12, seed),
            scenarios.wide("agreeing", seed),
        ]
        return [dict(G.nodes(data="formulas")) for G in made]

    assert texts(1) == texts(1)
    assert all(one != other for one, other in zip(texts(1), texts(2), strict=True))


def test_an_unknown_kind_of_graph_is_refused():
    """There is no graph to fall back on."""
    with pytest.raises(ValueError, match="unknown kind"):
        scenarios.graph("torus", 9, 1)
