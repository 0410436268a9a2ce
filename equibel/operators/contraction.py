"""Contraction: what is believed when some formulas shall not be entailed any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from sympy.logic.boolalg import Boolean

from equibel.errors import warn
from equibel.formula import Formula, conjunction, negation, to_sympy
from equibel.operators.classical import (
    BeliefBase,
    Choice,
    ClassicalChange,
    Constraints,
    Statement,
    decide,
    read_base,
    read_bases,
)
from equibel.operators.constraint_checks import check_constraints
from equibel.operators.run import Run, RunOptions, start
from equibel.options import SEMANTIC
from equibel.solving import Problem, satisfiable


def contract(
    K: BeliefBase,
    alpha: BeliefBase | Iterable[BeliefBase],
    simplify: bool = False,
    *,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    optimum: str | None = None,
    entailment: BeliefBase | None = None,
    consistency: BeliefBase | None = None,
    choice: Choice = False,
    **run_options: Unpack[RunOptions],
) -> Boolean:
    """Contract a belief base by a formula, or by several at once: the result entails none of them [1]_.

    Take the path ``K — ~alpha``.  For every optimal EQ set S, forget in ``K`` the atoms outside S, that is, allow both
    values for them; the result is the disjunction of these.  A collection of formulas is contracted in *parallel*: S must
    be an EQ set of ``K — ~alpha_i`` for every i, and maximal as such.

    This is not the Harper identity, ``K`` or its revision by ``~alpha``: what ``~alpha`` says about atoms that are
    forgotten is not believed either.  Nor does recovery hold: adding ``alpha`` again does not bring ``K`` back.

    Parameters
    ----------
    K : str, sympy Boolean, or a collection of them
        A collection is read as the conjunction of its members.  Must be consistent.
    alpha : str, sympy Boolean, or a collection
        Of a collection every member is contracted, all at the same time; a member that is itself a collection is read as
        a conjunction.
    simplify, method, opt_type, optimum, choice, executor, progress, time_limit, cancel, statistics
        As for `equibel.revise`.
    entailment : formula or collection of formulas, optional
        Integrity constraints that the result must entail, whatever is forgotten: they are conjoined to ``K``, to
        ``~alpha`` and to the result.
    consistency : formula or collection of formulas, optional
        Integrity constraints that the result must be consistent with, each on its own.  ``K`` need not be: it is weakened.

    Returns
    -------
    sympy Boolean
        The contracted belief base.  ``K`` entails it, and it is equivalent to ``K`` when that entails no ``alpha``.

    Warns
    -----
    EquibelWarning
        When ``alpha``, or a member of it, is a tautology: every belief base entails it, so contracting it changes nothing.

    Raises
    ------
    InconsistentFormulaError
        When ``K`` has no model; its ``node`` is ``"K"``.
    ConstraintClashError
        When integrity constraints contradict one another, or ``K``, or entail ``alpha``; in the last case its ``node`` is
        ``"alpha"``, or ``"alpha 2"`` for the second member of a collection.
    OptionError
        When ``alpha`` is an empty collection, or an option has no such value.
    TimeLimitExceeded, Cancelled, ExecutorError
        As for `equibel.global_completion`.

    Notes
    -----
    Costs what a completion of two nodes costs, with one more copy of these for every formula contracted.

    References
    ----------
    .. [1] J. P. Delgrande, T. Schaub: A consistency-based approach for belief change. Artificial Intelligence 151, 2003.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.contract("p & q", "q", simplify=True)
    p
    >>> eb.contract("p & q", "p & q", simplify=True)
    p | q
    >>> eb.contract("p & q & r", ["p", "q"], simplify=True)
    r
    """
    run = start(method, opt_type, optimum, caller="contract", **run_options)
    return decide(state_contraction(run, entailment, consistency, K, alpha), run, choice, simplify, to_sympy)


def state_contraction(
    run: Run,
    entailment: BeliefBase | None,
    consistency: BeliefBase | None,
    K: BeliefBase,
    alpha: BeliefBase | Iterable[BeliefBase],
) -> Statement:
    """The statement of `contract` for `decide`; it warns of tautologies in ``alpha`` at once."""
    denied = run.compute(lambda: _negations(alpha, run))
    names = [name for name, formula in denied.items() if formula is None]
    if names:
        are = "are tautologies, which follow" if names[1:] else "is a tautology, which follows"
        message = f"{' and '.join(names)} {are} from every belief base; contracting that changes nothing"
        warn(message)

    def state() -> ClassicalChange:
        possible = {name: formula for name, formula in denied.items() if formula is not None}
        return _contraction(read_base(K, "K"), possible, Constraints.read(entailment, consistency), run)

    return state


def _negations(alpha: BeliefBase | Iterable[BeliefBase], run: Run) -> dict[str, Formula | None]:
    """The negation of each alpha, by name; ``None`` for a tautology."""
    if isinstance(alpha, Iterable) and not isinstance(alpha, str):
        named = read_bases(alpha, "alpha", "alpha")
        if len(named) == 1:
            named = {"alpha": next(iter(named.values()))}
    else:
        named = {"alpha": read_base(alpha, "alpha")}
    negations = {name: negation(conjunction(formulas)) for name, formulas in named.items()}
    return {name: formula if satisfiable(formula, run.limits) else None for name, formula in negations.items()}


def _contraction(old: list[Formula], denied: dict[str, Formula], constraints: Constraints, run: Run) -> ClassicalChange:
    """The path ``K — result``, the second node believing nothing of its own, witnessed by ``K — ~alpha`` for each alpha.

    Under an EQ set that every ``K — ~alpha`` has, the second node believes what K says about the atoms inside it.
    """
    check_constraints(
        [("K", old), *((name, [formula]) for name, formula in denied.items())],
        constraints.entailment,
        constraints.consistency,
        run.limits,
        describe=lambda name: name if name == "K" else f"the negation of {name}",
        results=[],
    )
    kept = constraints.on([])
    problem = Problem(
        beliefs=(constraints.on(old), kept),
        edges=((0, 1, 0),),
        targets=(1,),
        witnesses=(
            *(((1, constraints.on([formula])),) for formula in denied.values()),
            *constraints.witnesses({1: kept}, run.limits),
        ),
    )
    return ClassicalChange(problem, lambda answers: answers[1])
