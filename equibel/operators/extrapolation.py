"""Extrapolation: what was the case at every time point, given observations at some of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Unpack, cast

from sympy.logic.boolalg import Boolean

from equibel.formula import to_sympy
from equibel.operators.classical import BeliefBase, Choice, ClassicalChange, Constraints, Statement, decide, read_bases
from equibel.operators.constraint_checks import check_constraints
from equibel.operators.run import Run, RunOptions, start
from equibel.options import SEMANTIC
from equibel.solving import Problem


def extrapolate(
    observations: Iterable[BeliefBase],
    simplify: bool = False,
    *,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    optimum: str | None = None,
    entailment: BeliefBase | None = None,
    consistency: BeliefBase | None = None,
    choice: Choice = False,
    **run_options: Unpack[RunOptions],
) -> list[Boolean]:
    """Complete observations over time: the world changes no more than they demand [1]_.

    The time points are a path, each holding what was observed then; the result is the completion of that path [2]_.

    Parameters
    ----------
    observations : list of (str, sympy Boolean, or a collection of them)
        One belief base for every time point, the earliest first; ``[]`` or ``"True"`` where nothing was observed.  Each
        must be consistent.
    simplify, method, opt_type, optimum, choice, executor, progress, time_limit, cancel, statistics
        As for `equibel.revise`.
    entailment, consistency : formula or collection of formulas, optional
        Integrity constraints that hold at every time point, and that the result for every time point must be consistent
        with, each on its own.

    Returns
    -------
    list of sympy Boolean
        For every time point, what was the case; it entails the observation.

    Raises
    ------
    InconsistentFormulaError
        When an observation has no model; its ``node`` is ``"observation 2"`` for the second one.
    ConstraintClashError
        When integrity constraints contradict one another, or an observation.
    OptionError
        When there are no observations, or an option has no such value.
    TimeLimitExceeded, Cancelled, ExecutorError
        As for `equibel.global_completion`.

    Notes
    -----
    As costly as `equibel.global_completion` on a path.

    References
    ----------
    .. [1] F. Dupin de Saint-Cyr, J. Lang: Belief extrapolation (or how to reason about observations and unpredicted
       change). Artificial Intelligence 175, 2011.
    .. [2] J. P. Delgrande, J. Lang, T. Schaub: Belief change based on global minimisation. IJCAI 2007.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.extrapolate(["p & q", [], "~p | ~q"], simplify=True)
    [p & q, p | q, (p & ~q) | (q & ~p)]
    """
    run = start(method, opt_type, optimum, caller="extrapolate", **run_options)
    stated = state_extrapolation(run, entailment, consistency, observations)
    return cast(list[Boolean], decide(stated, run, choice, simplify, to_sympy))


def state_extrapolation(
    run: Run, entailment: BeliefBase | None, consistency: BeliefBase | None, observations: Iterable[BeliefBase]
) -> Statement:
    """The statement of `extrapolate` for `decide`."""

    def state() -> ClassicalChange:
        observed = read_bases(observations, "observations", "observation")
        constraints = Constraints.read(entailment, consistency)
        check_constraints(observed.items(), constraints.entailment, constraints.consistency, run.limits)
        beliefs = [constraints.on(formulas) for formulas in observed.values()]
        problem = Problem(
            beliefs=tuple(beliefs),
            edges=tuple((earlier, later, 0) for earlier, later in itertools.pairwise(range(len(beliefs)))),
            targets=tuple(range(len(beliefs))),
            witnesses=constraints.witnesses(dict(enumerate(beliefs)), run.limits),
        )
        return ClassicalChange(problem, lambda answers: [answers[time] for time in problem.targets])

    return state
