"""Questions about single formulas: satisfiability, entailment, equivalence, models, backbones."""

from __future__ import annotations

import functools
import random
from collections.abc import Generator, Sequence
from contextlib import closing

import clingo

from equibel.formula import (
    Formula,
    conjunction,
    conjuncts,
    exclusive_or,
    negation,
    sorted_atoms,
    truth_columns,
    truth_table,
)
from equibel.solving.clingo.facts import Instance
from equibel.solving.clingo.solver import Models, Solver
from equibel.solving.limits import Limits
from equibel.solving.plan import default


def satisfiable(formula: Formula, limits: Limits | None = None) -> bool:
    """Whether some assignment makes ``formula`` true.

    A truth table up to 10 atoms; otherwise a few hundred assignments are tried at once before the solver is called.

    >>> from equibel.formula import parse
    >>> satisfiable(parse("p & (q | ~p)")), satisfiable(parse("p & ~p"))
    (True, False)
    """
    plan = default()
    atoms = sorted_atoms(formula.atoms())
    if len(atoms) <= plan.table_atoms:
        columns, full = truth_columns(atoms)
        return truth_table(formula, columns, full) != 0
    if truth_table(formula, _samples(atoms, plan.samples), (1 << plan.samples) - 1):
        return True
    limits = limits or Limits()

    def find() -> bool:
        solver, _ = _program(conjuncts(formula), atoms, limits)
        with closing(solver):
            return solver.solve([], lambda _: True) is not None

    return limits.off_main_thread(find)


def _samples(atoms: Sequence[str], number: int) -> dict[str, int]:
    """Values of the atoms under some assignments, always the same ones, as columns of a truth table."""
    rng = random.Random(0)
    return {name: rng.getrandbits(number) for name in atoms}


def entails(premise: Formula, conclusion: Formula, limits: Limits | None = None) -> bool:
    """Whether every assignment that makes ``premise`` true makes ``conclusion`` true.  As costly as `satisfiable`."""
    return not satisfiable(conjunction([premise, negation(conclusion)]), limits)


def equivalent(left: Formula, right: Formula, limits: Limits | None = None) -> bool:
    """Whether the two formulas are true under the same assignments.  As costly as `satisfiable`."""
    return left == right or not satisfiable(exclusive_or([left, right]), limits)


def models(
    formula: Formula, atoms: Sequence[str], limit: int | None = None, limits: Limits | None = None
) -> Generator[dict[str, bool], None, None]:
    """The assignments of ``atoms`` that make ``formula`` true, each once.  Few more are found than are asked for.

    Parameters
    ----------
    formula : Formula
    atoms : sequence of str
        Must contain the atoms of ``formula``; atoms that do not occur in it take both values.
    limit : int, optional
        Stop after that many.
    """
    if limit == 0:
        return
    limits = limits or Limits()

    def search() -> Models[dict[str, bool]]:
        solver, literals = _program(conjuncts(formula), atoms, limits)
        return solver.iterate([], lambda model: {name: model.is_true(true) for name, true in literals.items()})

    found = limits.off_main_thread(search)
    for count, model in enumerate(found, 1):
        yield model
        if count == limit:
            found.close()
            return


def literals(formula: Formula, limits: Limits | None = None) -> list[tuple[str, bool]]:
    """The literals that ``formula`` entails, in natural order; an empty list for a contradiction."""
    [entailed] = backbones([conjuncts(formula)], limits)
    return list((entailed or {}).items())


def backbones(bases: Sequence[Sequence[Formula]], limits: Limits | None = None) -> list[dict[str, bool] | None]:
    """For each base, the atoms to which all models of its formulas give the same value, in natural order.

    ``None`` for a base without a model.  One program holds all bases, each with atoms of its own.  Each solver call asks for
    a model that refutes one of the literals left, and prefers to refute many.  So there are few calls, at most one more than
    there are atoms.
    """
    limits = limits or Limits()
    return limits.off_main_thread(functools.partial(_backbones, bases, limits))


def _backbones(bases: Sequence[Sequence[Formula]], limits: Limits) -> list[dict[str, bool] | None]:
    with closing(Solver([], Instance([], []), limits)) as solver:
        left = _common_backbone(bases, solver)
    if left is None:
        return [None] if len(bases) == 1 else [found for base in bases for found in _backbones([base], limits)]
    entailed: list[dict[str, bool]] = [{} for _ in bases]
    for (base, name), value in left.items():
        entailed[base][name] = value
    return [*entailed]


def _common_backbone(bases: Sequence[Sequence[Formula]], solver: Solver) -> dict[tuple[int, str], bool] | None:
    """The values that the atoms of each base have in all models; ``None`` when some base has none."""
    names = [
        (base, name)
        for base, formulas in enumerate(bases)
        for name in sorted_atoms(frozenset().union(*(formula.atoms() for formula in formulas)))
    ]
    true = dict(zip(names, solver.add_atoms(len(names)), strict=True))
    for base, formulas in enumerate(bases):
        solver.believe(formulas, {name: literal for (of, name), literal in true.items() if of == base})

    def read(model: clingo.Model) -> dict[tuple[int, str], bool]:
        return {name: model.is_true(literal) for name, literal in true.items()}

    left = solver.solve([], read)
    if left is None:
        return None
    solver.prefer(-true[name] if value else true[name] for name, value in left.items())
    while left:
        refuted = solver.add_atom()
        solver.add_clauses([[-refuted, *(-true[name] if value else true[name] for name, value in left.items())]])
        other = solver.solve([refuted], read)
        if other is None:
            break
        left = {name: value for name, value in left.items() if other[name] == value}
    return left


def _program(formulas: Sequence[Formula], atoms: Sequence[str], limits: Limits) -> tuple[Solver, dict[str, int]]:
    """A program of the formulas alone, and the solver literals of the atoms."""
    solver = Solver([], Instance([], []), limits)
    literals = dict(zip(atoms, solver.add_atoms(len(atoms)), strict=True))
    solver.believe(formulas, literals)
    return solver, literals
