"""Revision: what is believed after new information is accepted."""

from __future__ import annotations

from typing import Unpack

from sympy.logic.boolalg import Boolean

from equibel.formula import Formula, to_sympy
from equibel.operators.classical import BeliefBase, Choice, ClassicalChange, Constraints, Statement, decide, read_base
from equibel.operators.constraint_checks import check_constraints
from equibel.operators.run import Run, RunOptions, start
from equibel.options import SEMANTIC
from equibel.solving import Limits, Problem


def revise(
    K: BeliefBase,
    alpha: BeliefBase,
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
    """Revise a belief base by new information: complete the path ``K — alpha`` and take the result at ``alpha`` [1]_.

    By inclusion this is Satoh's operator [2]_, by cardinality Dalal's [3]_.

    Parameters
    ----------
    K, alpha : str, sympy Boolean, or a collection of them
        A collection is read as the conjunction of its members.  Each of the two must be consistent.
    simplify : bool
        Whether to simplify the answer for reading.
    method : str
        ``SEMANTIC`` (collect models) or ``SYNTACTIC`` (translate formulas); the answers are equivalent.
    opt_type, optimum : str, optional
        Two names of one option: ``INCLUSION`` (EQ sets maximal under set inclusion; the default) or ``CARDINALITY`` (of
        greatest size).
    entailment : formula or collection of formulas, optional
        Integrity constraints that the result must entail: they are conjoined to ``K`` and to ``alpha``.
    consistency : formula or collection of formulas, optional
        Integrity constraints that the result must be consistent with, each on its own: only EQ sets whose result is are
        admitted, and the maximal among these are taken.
    choice : bool or sequence of atoms
        ``False``: the *skeptical* result, of all optimal EQ sets together.  ``True``: the result of one of them, selected by
        the rule of `equibel.outcomes`; a sequence of atoms, or a text such as ``"q p"``, says which agreements the rule
        prefers; an `EquibelWarning` names those that no formula has.  ``executor``, ``progress`` and ``method`` make no
        difference then.
    executor, progress, time_limit, cancel, statistics
        As for `equibel.global_completion`.

    Returns
    -------
    sympy Boolean
        The revised belief base, always consistent; it entails ``alpha``.  When ``K`` and ``alpha`` are consistent with one
        another it is their conjunction.

    Raises
    ------
    InconsistentFormulaError
        When ``K`` or ``alpha`` has no model; its ``node`` says which, ``"K"`` or ``"alpha"``.
    ConstraintClashError
        When integrity constraints contradict one another, or one of the two; see `equibel.global_completion`.
    OptionError, TimeLimitExceeded, Cancelled, ExecutorError
        As for `equibel.global_completion`.

    Notes
    -----
    Costs what a completion of two nodes costs: exponential, at worst, in the number of atoms that the conflict links.

    References
    ----------
    .. [1] J. P. Delgrande, T. Schaub: A consistency-based approach for belief change. Artificial Intelligence 151, 2003.
    .. [2] K. Satoh: Nonmonotonic reasoning by minimal belief revision. FGCS 1988.
    .. [3] M. Dalal: Investigations into a theory of knowledge base revision. AAAI 1988.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.revise("p & q", "~q", simplify=True)
    p & ~q
    >>> eb.revise("p & q", "~p | ~q", simplify=True)
    (p & ~q) | (q & ~p)
    >>> eb.revise("p & q", "~p | ~q", simplify=True, choice=True)
    p & ~q
    >>> eb.revise("p & q", "~p | ~q", simplify=True, choice=["q"])
    q & ~p
    >>> eb.revise("p & q", "~p | ~q", simplify=True, entailment="p | r", consistency="~p")
    q & r & ~p
    """
    run = start(method, opt_type, optimum, caller="revise", **run_options)
    return decide(state_revision(run, entailment, consistency, K, alpha), run, choice, simplify, to_sympy)


def state_revision(
    run: Run, entailment: BeliefBase | None, consistency: BeliefBase | None, K: BeliefBase, alpha: BeliefBase
) -> Statement:
    """The statement of `revise` for `decide`."""

    def state() -> ClassicalChange:
        old, new = read_base(K, "K"), read_base(alpha, "alpha")
        constraints = Constraints.read(entailment, consistency)
        check_constraints(
            [("K", old), ("alpha", new)],
            constraints.entailment,
            constraints.consistency,
            run.limits,
            results=["alpha"],
        )
        return revision(constraints.on(old), constraints.on(new), constraints, run.limits)

    return state


def revision(old: Formula, new: Formula, constraints: Constraints, limits: Limits) -> ClassicalChange:
    """The path ``old — new``, both of which entail what every result must entail, read at its end."""
    problem = Problem(
        beliefs=(old, new),
        edges=((0, 1, 0),),
        targets=(1,),
        witnesses=constraints.witnesses({1: new}, limits),
    )
    return ClassicalChange(problem, lambda answers: answers[1])
