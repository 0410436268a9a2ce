"""Unsatisfiable cores: the greatest sum of weights, exact for weights of any size, since only Python adds them up.

Some literals, the *softs*, have weights, and the sum of the weights of the true softs is to be the greatest.  Softs that
cannot all be true together are a *core*.  Let w be the least of their weights.  Every interpretation loses at least w, so w
is taken off the weight of each soft of the core.  Every further soft of the core ``s1 … sk`` that is false loses another w.
This is expressed by new softs of weight w: ``si | (si+1 & … & sk)``, for i < k, is false exactly when ``si`` and a later one
are false.  When all softs that are left can be true together, nothing more is lost, and exactly the interpretations in
which they are true have the greatest sum.  So a clause for each of them demands it.

References: Narodytska and Bacchus, *Maximum satisfiability using core-guided MaxSAT resolution* (AAAI 2014).  The heaviest
softs come first, and those that are heavier than what can still be lost are demanded at once, as in Ansótegui, Bonet, Gabàs
and Levy, *Improving SAT-based weighted MaxSAT solvers* (CP 2012).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from equibel.solving.clingo.solver import Solver, TakesLongError
from equibel.solving.plan import Plan


def demand_greatest(solver: Solver, weighted: Iterable[tuple[int, int]], idle: Sequence[int], plan: Plan) -> None:
    """Demand from now on that the weights of the true literals have the greatest sum that some model of the program gives.

    Parameters
    ----------
    solver : Solver
    weighted : iterable of (int, int)
        Literals and their weights, which are positive.
    idle : sequence of int
        Assumptions that exclude no value of the literals.
    plan : Plan
        Says how many conflicts are spent on smaller cores.
    """
    softs: dict[int, int] = {}
    for literal, weight in weighted:
        softs[literal] = softs.get(literal, 0) + weight
    lost, least_loss = 0, sum(softs.values())  # in every model; in the best one seen
    heavy = max(softs.values(), default=0)  # lighter softs wait
    while softs:
        wanted = [literal for literal, weight in softs.items() if weight >= heavy]
        true, core = solver.model_or_core([*idle, *wanted], lambda model: set(filter(model.is_true, softs)))
        if true is None:
            core = _shrunk(solver, idle, sorted(set(core).difference(idle), key=softs.__getitem__), plan)
            lost += _charge(solver, core, softs)
            continue
        least_loss = min(least_loss, lost + sum(weight for literal, weight in softs.items() if literal not in true))
        lighter = [weight for weight in softs.values() if weight < heavy]
        needed = [literal for literal, weight in softs.items() if not lighter or lost + weight > least_loss]
        solver.add_clauses([literal] for literal in needed)
        for literal in needed:
            del softs[literal]
        heavy = max(lighter, default=0) // 2 + 1


def _shrunk(solver: Solver, idle: Sequence[int], core: list[int], plan: Plan) -> list[int]:
    """A core within a core, as small as the conflicts of the plan allow.

    Light softs are left out first, so that the remaining ones have large weights.
    """
    core = _within(solver, idle, core[::-1], core, plan)
    kept = 0
    while kept < len(core) > 1:
        smaller = _within(solver, idle, core[:kept] + core[kept + 1 :], core, plan)
        kept += smaller is core
        core = smaller
    return core


def _within(solver: Solver, idle: Sequence[int], softs: list[int], core: list[int], plan: Plan) -> list[int]:
    """The part of a core that is a core within ``softs``, or all of it when none is found."""
    try:
        true, found = solver.model_or_core([*idle, *softs], lambda _: True, plan.core_conflicts)
    except TakesLongError:
        return core
    needed = set(found)
    return core if true else [literal for literal in core if literal in needed]


def _charge(solver: Solver, core: list[int], softs: dict[int, int]) -> int:
    """Take the loss of a core off the weights of its softs, and add softs for further losses; returns the loss."""
    weight = min(softs[literal] for literal in core)
    for literal in core:
        softs[literal] -= weight
        if not softs[literal]:
            del softs[literal]
    solver.add_clauses([[-literal for literal in core]])
    *earlier, later = core  # later: a literal that is true when all after the one at hand are
    for literal in reversed(earlier):
        neither, both = solver.conjunctions([[-literal, -later], [literal, later]])
        softs[-neither] = weight
        later = both
    return weight
