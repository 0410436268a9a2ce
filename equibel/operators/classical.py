"""Classical belief change as completions of special graphs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from sympy.logic.boolalg import Boolean

from equibel.equibel_graph import EquibelGraph
from equibel.formula import FormulaLike, to_sympy
from equibel.formula import simplify as simplified
from equibel.operators.run import beliefs_of, start
from equibel.options import INCLUSION, SEMANTIC, Progress
from equibel.solving import Event, Problem, maximize

BeliefBase = FormulaLike | Sequence[FormulaLike]


def revise(
    K: BeliefBase,
    alpha: BeliefBase,
    simplify: bool = False,
    *,
    method: str = SEMANTIC,
    opt_type: str = INCLUSION,
    executor: Executor | None = None,
    progress: Progress | None = None,
    time_limit: float | None = None,
    cancel: Event | None = None,
) -> Boolean:
    """Revise a belief base by new information: complete the path ``K — alpha`` and take the result at ``alpha``.

    By inclusion this is Satoh's operator, by cardinality Dalal's [1]_.

    Parameters
    ----------
    K, alpha : str, sympy Boolean, or a sequence of them
        A sequence is read as the conjunction of its members.  Each of the two must be consistent.
    simplify : bool
        Whether to simplify the answer for reading.
    method, opt_type, executor, progress, time_limit, cancel
        As for `equibel.global_completion`.

    Returns
    -------
    sympy Boolean
        The revised belief base; it entails ``alpha``.

    Raises
    ------
    InconsistentFormulaError
        When ``K`` or ``alpha`` has no model; its ``node`` says which, ``"K"`` or ``"alpha"``.

    References
    ----------
    .. [1] J. P. Delgrande, T. Schaub: A consistency-based approach for belief change. Artificial Intelligence 151, 2003.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.revise("p & q", "~q", simplify=True)
    p & ~q
    """
    run = start(method, opt_type, executor, progress, time_limit, cancel)
    path = EquibelGraph([("K", "alpha")])
    path.set_formulas("K", _members(K))
    path.set_formulas("alpha", _members(alpha))
    problem = Problem(beliefs=tuple(beliefs_of(path, run.limits).values()), edges=((0, 1, 0),), targets=(1,))
    revised = maximize(problem, run.optimum, run.method, run.limits, executor=run.executor, report=run.report)[1]
    return to_sympy(simplified(revised, check=run.limits.check) if simplify else revised)


def _members(base: BeliefBase) -> list[FormulaLike]:
    return list(base) if isinstance(base, list | tuple | set | frozenset) else [base]
