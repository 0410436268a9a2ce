"""Revision and merging agree with the operators that others defined by distances between models.

Those are implemented in `belief_change` from the definitions of Satoh (1988), of Dalal (1988) and of merging by the sum
of Hamming distances (Revesz 1997; Konieczny and Pino Pérez 2002); they know nothing of graphs and EQ sets.
"""

import random

import belief_change
import pytest

import equibel as eb

BY_DISTANCE = {eb.INCLUSION: belief_change.satoh, eb.CARDINALITY: belief_change.dalal}
HUNDREDS, THOUSANDS = 300, 4000
BOTH_LENGTHS = pytest.mark.parametrize(
    ("seed", "count"), [(1, HUNDREDS), pytest.param(2, THOUSANDS, marks=pytest.mark.slow)], ids=["hundreds", "thousands"]
)


def random_text(rng, atoms, depth=3):
    """A formula with up to two to the power of ``depth`` literals, or fewer."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(["", "~"]) + rng.choice(atoms)
    left, right = (random_text(rng, atoms, depth - 1) for _ in range(2))
    return rng.choice(["", "", "~"]) + f"({left} {rng.choice(['&', '&', '|', '|', '^', '->', '='])} {right})"


def random_states(rng, atoms):
    """A formula that describes up to four states of affairs: two of these seldom have one in common."""
    states = [" & ".join(rng.choice(["", "~"]) + p for p in atoms) for _ in range(rng.randint(1, 4))]
    return " | ".join(f"({state})" for state in states)


def random_worlds(rng, atoms):
    """A consistent formula and its models."""
    while True:
        text = rng.choice([random_text, random_states])(rng, atoms)
        if found := belief_change.worlds(text, atoms):
            return text, found


def worlds_of(result, atoms):
    return belief_change.worlds(str(result), atoms)


@pytest.mark.parametrize("optimum", BY_DISTANCE)
@BOTH_LENGTHS
def test_revision_is_by_distance(optimum, seed, count):
    """By inclusion revision is Satoh's operator, by cardinality it is Dalal's."""
    rng, differing = random.Random(seed), 0
    for _ in range(count):
        atoms = "pqrst"[: rng.randint(1, 5)]
        (K, old), (alpha, new) = random_worlds(rng, atoms), random_worlds(rng, atoms)
        found = worlds_of(eb.revise(K, alpha, opt_type=optimum), atoms)
        assert found == BY_DISTANCE[optimum](old, new), (K, alpha)
        differing += belief_change.satoh(old, new) != belief_change.dalal(old, new)
    assert differing > count / 50  # or this test could not tell one optimum from the other


@BOTH_LENGTHS
def test_projection_by_cardinality_is_the_sum_of_hamming_distances(seed, count):
    """Projection by cardinality keeps the models of the constraint with the least sum of distances to the sources."""
    rng, conflicts = random.Random(seed), 0
    for _ in range(count // 2):
        atoms = "pqrs"[: rng.randint(1, 4)]
        drawn = [random_worlds(rng, atoms) for _ in range(rng.randint(1, 4))]
        mu, among = random_worlds(rng, atoms)
        found = worlds_of(eb.merge([text for text, _ in drawn], mu, opt_type=eb.CARDINALITY), atoms)
        assert found == belief_change.nearest([models for _, models in drawn], among), (drawn, mu)
        conflicts += not among.intersection(*(models for _, models in drawn))
    assert conflicts > count / 10


@BOTH_LENGTHS
def test_a_simple_step_by_cardinality_is_policy_r6(seed, count):
    """A node keeps the models of its belief with the least sum of distances to its neighbours' (Schwind et al. 2015)."""
    rng = random.Random(seed)
    for _ in range(count // 4):
        atoms = "pqr"[: rng.randint(1, 3)]
        G = eb.EquibelGraph()
        G.add_edges_from((i, rng.randrange(i)) for i in range(1, rng.randint(2, 5)))
        G.add_atoms(atoms)
        believed = {v: random_worlds(rng, atoms) for v in G}
        for v, (text, _) in believed.items():
            G.add_formula(v, text)
        R = eb.iterate_simple(G, opt_type=eb.CARDINALITY)
        for v, (_, models) in believed.items():
            expected = belief_change.nearest([believed[u][1] for u in G[v]], models)
            assert worlds_of(R.formula_conj(v), atoms) == expected, (v, believed)
