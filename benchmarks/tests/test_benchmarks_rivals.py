"""Programs that list all maximal EQ sets, Equibel and brute force come to the same answers."""

from itertools import islice

import networkx as nx
import oracle
import pytest

import equibel as eb
from benchmarks import scenarios
from benchmarks.answers import completion
from benchmarks.rivals import RIVALS, comparisons

SCENARIOS = {
    "path": scenarios.path_conflict(5, 2),
    "tree": scenarios.clause_scenario("tree", 8, 2, seed=1),
    "grid": scenarios.clause_scenario("grid", 9, 2, seed=1),
    "ws": scenarios.clause_scenario("ws", 7, 2, seed=2),
    "complete": scenarios.clause_scenario("complete", 4, 3, seed=3),
    "revision": scenarios.planted_revision(9, seed=1),
    "agreeing": scenarios.clause_scenario("cycle", 4, 3, seed=4, density=0.3),
}


@pytest.fixture(params=SCENARIOS)
def scenario(request):
    return SCENARIOS[request.param]


def oracle_eq_sets(G):
    """The disagreements of every maximal EQ set, by brute force."""
    atoms = G.atom_names()
    texts = {node: [str(f) for f in G.beliefs(node)] for node in G}
    given = oracle.scenario(G, G.edges, texts, atoms)
    edges = list(G.edges)
    found = oracle.optimal(oracle.interpretations(given.beliefs, [edges], len(atoms)), oracle.INCLUSION)
    position = {comparison: k for k, comparison in enumerate(comparisons(G))}
    return {
        frozenset(
            position[name, x, y]
            for number, (x, y) in enumerate(edges)
            for i, name in enumerate(atoms)
            if not eq[0] >> (number * len(atoms) + i) & 1
        )
        for eq in found
    }


@pytest.mark.parametrize("rival", RIVALS)
def test_rivals_list_every_maximal_eq_set_once(rival, scenario):
    """Brute force finds the same ones."""
    listed = [frozenset(eq_set) for eq_set in RIVALS[rival].eq_sets(scenario)]
    assert len(listed) == len(set(listed))
    assert set(listed) == oracle_eq_sets(scenario)


@pytest.mark.parametrize("rival", RIVALS)
def test_eq_sets_mean_what_the_global_completion_answers(rival, scenario):
    """The formulas derived from the list are equivalent to the answers at every node."""
    assert completion(scenario, RIVALS[rival].eq_sets(scenario)) == eb.global_completion(scenario)


def test_parts_of_a_disconnected_graph_do_not_see_one_another():
    """The formulas derived from EQ sets are those of each part alone."""
    G = eb.EquibelGraph(nx.disjoint_union(nx.path_graph(3), nx.path_graph(2)))
    for node, formula in {0: "p", 2: "~p | q", 3: "p = q", 4: "p & ~q"}.items():
        G.add_formula(node, formula)
    assert completion(G, RIVALS["PySAT LBX"].eq_sets(G)) == eb.global_completion(G)


def test_every_connective_reaches_the_rivals():
    """Formulas that are no conjunctions of clauses mean the same to all."""
    G = eb.path_graph(3)
    G.add_formula(0, "(p ^ q) & (r -> p)")
    G.add_formula(1, "~(p & q) | (r = q)")
    G.add_formula(2, "(p = q) & (r | ~(p | q))")
    expected = eb.global_completion(G)
    for rival in RIVALS.values():
        assert completion(G, rival.eq_sets(G)) == expected


@pytest.mark.parametrize("rival", RIVALS)
def test_a_list_may_be_left_unfinished(rival):
    """EQ sets come one at a time, so an endless list does no harm."""
    listed = RIVALS[rival].eq_sets(scenarios.path_conflict(12, 6))
    assert len(list(islice(listed, 3))) == 3
    listed.close()
