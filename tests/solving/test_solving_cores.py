"""Sums of weights of any size: what is demanded has the greatest sum, and nothing that has it is lost."""

import itertools
import random

import clingo
import pytest

from equibel.solving import Limits, Plan
from equibel.solving.clingo.facts import Instance
from equibel.solving.clingo.solver import Solver
from equibel.solving.methods.cores import demand_greatest

ATOMS = 7


def models_of(solver, atoms):
    """The values of the atoms in all models, as tuples."""
    return {tuple(map(bool, row)) for row in solver.iterate([], lambda model: tuple(model.is_true(atom) for atom in atoms))}


def random_clauses(rng):
    names = range(ATOMS)
    return [[(name, rng.random() < 0.5) for name in rng.sample(names, rng.randint(1, 3))] for _ in range(rng.randint(2, 9))]


def true_in(row, literal):
    name, value = literal
    return row[name] == value


WEIGHTS = {
    "small": lambda rng: rng.randint(1, 3),
    "real": lambda rng: int(rng.random() * 10**17) + 1,
    "huge": lambda rng: rng.randint(1, 10) * 10 ** rng.choice([1, 40, 400]) + rng.randint(0, 1),
    "powers": lambda rng: 2 ** rng.randint(0, 200),
}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_exactly_the_models_of_the_greatest_sum_are_left(kind):
    """Level by level, on random clauses and softs, negative and repeated ones among them."""
    rng = random.Random(kind)
    tried = 0
    for _ in range(60):
        clauses = random_clauses(rng)
        left = [
            row
            for row in itertools.product([False, True], repeat=ATOMS)
            if all(any(true_in(row, literal) for literal in clause) for clause in clauses)
        ]
        if not left:
            continue
        tried += 1
        solver = Solver([], Instance([], []), Limits())
        atoms = solver.add_atoms(ATOMS)
        solver.add_clauses([atoms[name] if value else -atoms[name] for name, value in clause] for clause in clauses)
        idle = solver.add_atom()
        solver.add_clauses([[-idle, *(rng.choice(atoms) for _ in range(2))]])
        for _ in range(2):
            softs = [((rng.randrange(ATOMS), rng.random() < 0.7), WEIGHTS[kind](rng)) for _ in range(rng.randint(0, 9))]
            sums = {row: sum(weight for literal, weight in softs if true_in(row, literal)) for row in left}
            left = [row for row in left if sums[row] == max(sums.values())]
            signed = [(atoms[name] if value else -atoms[name], weight) for (name, value), weight in softs]
            demand_greatest(solver, signed, [-idle], Plan())
            assert models_of(solver, atoms) == set(left)
    assert tried > 20


def test_a_core_or_a_model():
    """The solver gives a model when there is one, and otherwise assumptions that cannot be together."""
    solver = Solver([], Instance([clingo.Function("fact")], []), Limits())
    a, b, c, d = solver.add_atoms(4)
    solver.add_clauses([[-a, -b], [-c, d]])
    values, core = solver.model_or_core([a, c], lambda model: [model.is_true(atom) for atom in (a, b, c, d)])
    assert (values, core) == ([True, False, True, True], [])
    values, core = solver.model_or_core([d, a, c, b], lambda model: [])
    assert values is None
    assert {a, b} <= set(core) <= {a, b, c, d}
