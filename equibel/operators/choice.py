"""Alternatives: the results of the single optimal EQ sets; their disjunction is the skeptical result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from equibel.operators.classical import Choice, every_alternative
from equibel.operators.registry import CLASSICAL
from equibel.options import wrong_option


def outcomes(operator: Callable[..., Any], *arguments: Any, choice: Choice = True, **options: Any) -> Iterator[Any]:
    """The alternatives among which a classical operator may choose: the result of each optimal EQ set, one by one.

    The disjunction of all of them is the skeptical result; of extrapolation, time point by time point.

    The first one is what the operator gives with ``choice``, and is selected by this rule: go through the atoms in
    natural order, or first through those given as ``choice`` in the order given; for each atom through the edges of the
    graph in their order; and keep every agreement that some optimal EQ set has together with all those kept before.  So
    it depends on the formulas' meaning, the names of the atoms and the order of the arguments alone.

    Parameters
    ----------
    operator : function
        `equibel.revise`, `equibel.contract`, `equibel.merge` or `equibel.extrapolate`.
    *arguments, **options
        Those of the operator.
    choice : True or sequence of atoms
        The atoms on which agreement is preferred, most important first; an `EquibelWarning` names those that no formula has.

    Returns
    -------
    iterator
        Of sympy Booleans, or of lists of them for `equibel.extrapolate`; one for every optimal EQ set, so that equivalent
        ones may occur.  Apart from the first they come in no particular order.  Inputs are checked at once, alternatives
        found when they are asked for; there may be exponentially many.  By consensus under a constraint they are those of
        the revision by the constraint.

    Raises
    ------
    OptionError
        When ``operator`` is none of these functions, or ``choice`` is ``False``.
    TimeLimitExceeded
        From the iterator, when ``time_limit`` seconds have passed since the call.

    Notes
    -----
    The edges of the graphs, in their order: between ``K`` and ``alpha``; from the centre to the sources in turn
    (projection); between the sources 1 and 2, 1 and 3, …, 2 and 3, … (consensus); between one time point and the next.
    The first alternative takes a solver call for every atom and edge.

    Examples
    --------
    >>> import equibel as eb
    >>> list(eb.outcomes(eb.revise, "p & q", "~p | ~q", simplify=True))
    [p & ~q, q & ~p]
    >>> next(eb.outcomes(eb.revise, "p & q", "~p | ~q", simplify=True, choice="q"))
    q & ~p
    """
    if operator not in [classical.function for classical in CLASSICAL.values()]:
        *names, last = CLASSICAL
        raise wrong_option("operator", operator, f"equibel.{', '.join(names)} or {last}")
    found: Iterator[Any] = operator(*arguments, choice=every_alternative(choice), **options)
    return found
