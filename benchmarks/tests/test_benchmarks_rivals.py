"""Programs that list all maximal EQ sets, Equibel and brute force come to the same answers."""

import networkx as nx
import oracle
import pytest

import equibel as eb
from benchmarks import scenarios
from benchmarks.answers import completion
from benchmarks.cases import ASPRIN, CLAUSES, DENSE, LITERALS, WIDE
from benchmarks.rivals import RivalFailedError, comparisons

RIVALS = list(dict.fromkeys([*LITERALS, *CLAUSES, *WIDE, *DENSE]))
SCENARIOS = {
    "path": scenarios.path_conflict(5, 2),
    "tree": scenarios.clause_scenario("tree", 8, 2, seed=1),
    "grid": scenarios.clause_scenario("grid", 9, 2, seed=1),
    "ws": scenarios.clause_scenario("ws", 7, 2, seed=2),
    "complete": scenarios.clause_scenario("complete", 4, 3, seed=3),
    "revision": scenarios.planted_revision(9, seed=1),
    "agreeing": scenarios.clause_scenario("cycle", 4, 3, seed=4, density=0.3),
}

every_rival = pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: f"{rival.name} {rival.options[-24:]}")


@pytest.fixture(params=SCENARIOS)
def scenario(request):
    return SCENARIOS[request.param]


class EnoughError(Exception):
    """What a listing is stopped with."""


def listed(rival, graph):
    """The disagreements of every EQ set that a rival lists."""
    listing = rival.listing(graph)
    found = []
    listing.run(found.append)
    return [frozenset(listing.disagreements(eq_set)) for eq_set in found]


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


@every_rival
def test_rivals_list_every_maximal_eq_set_once(rival, scenario):
    """Brute force finds the same ones."""
    found = listed(rival, scenario)
    assert len(found) == len(set(found))
    assert set(found) == oracle_eq_sets(scenario)


def test_eq_sets_mean_what_the_global_completion_answers(scenario):
    """The formulas derived from the EQ sets are equivalent to the answers at every node."""
    assert completion(scenario, oracle_eq_sets(scenario)) == eb.global_completion(scenario)


def test_fewer_eq_sets_mean_something_else():
    """Without any one of the EQ sets of a path, some node believes too much."""
    G = scenarios.path_conflict(4, 1)
    eq_sets = oracle_eq_sets(G)
    assert len(eq_sets) == 3
    assert completion(G, eq_sets) == eb.global_completion(G)
    first = min(eq_sets, key=min)
    assert completion(G, [first]) != eb.global_completion(G)


def test_parts_of_a_disconnected_graph_do_not_see_one_another():
    """The formulas derived from EQ sets are those of each part alone."""
    G = eb.EquibelGraph(nx.disjoint_union(nx.path_graph(3), nx.path_graph(2)))
    for node, formula in {0: "p", 2: "~p | q", 3: "p = q", 4: "p & ~q"}.items():
        G.add_formula(node, formula)
    assert completion(G, listed(LITERALS[1], G)) == eb.global_completion(G)


@every_rival
def test_every_connective_reaches_the_rivals(rival):
    """Formulas that are no conjunctions of clauses mean the same to all."""
    G = eb.path_graph(3)
    G.add_formula(0, "(p ^ q) & (r -> p)")
    G.add_formula(1, "~(p & q) | (r = q)")
    G.add_formula(2, "(p = q) & (r | ~(p | q))")
    assert completion(G, listed(rival, G)) == eb.global_completion(G)


@every_rival
def test_eq_sets_come_one_at_a_time(rival):
    """So an endless list does no harm."""
    found = []

    def take(eq_set):
        found.append(eq_set)
        if len(found) == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        rival.listing(scenarios.path_conflict(12, 6)).run(take)
    assert len(found) == 3


def test_asprin_says_what_is_wrong():
    """What it prints before it gives up is the error."""
    listing = ASPRIN.listing(scenarios.path_conflict(3, 1))
    listing._program += "#optimize(other)."
    with pytest.raises(RivalFailedError, match="many optimize statements"):
        listing.run(lambda eq_set: None)
