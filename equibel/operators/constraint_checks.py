"""Integrity constraints: what every result of a change must entail, and what it must be consistent with.

An *entailment-based* constraint is conjoined to every node's formula before the change, so every result entails it.  A
*consistency-based* constraint c must be consistent with every result: an EQ set S is admissible when, for every such c
and every node v whose result is wanted, some model of the scenario that satisfies S satisfies c at v.  Among the
admissible EQ sets the maximal ones are taken, and the answers are the models that satisfy one of these (Delgrande,
Schaub, *A consistency-based approach for belief change*, 2003).  Each constraint and each node is looked at on its own:
two constraints may be consistent with a result that is not consistent with both at once.

When each σ(v) is consistent with each c, the empty EQ set is admissible, so there is always an answer.  When one is
not, no result at v could satisfy c, since results entail σ(v); `check_constraints` says so beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from equibel.errors import ConstraintClashError, InconsistentFormulaError
from equibel.formula import Formula, conjunction, to_text
from equibel.graph import shorten
from equibel.solving import Limits, Problem, consistent, entails, satisfiable


def check_constraints(
    named: Iterable[tuple[Hashable, Sequence[Formula]]],
    entailment: Sequence[Formula],
    consistency: Sequence[Formula],
    limits: Limits,
    *,
    describe: Callable[[Hashable], str] = str,
    results: Collection[Hashable] | None = None,
) -> None:
    """Raise an error with the conflicting formulas and constraints, if no change can satisfy all of them.

    Parameters
    ----------
    named : iterable of (label, formulas)
        The formulas of every node, or of every argument of an operator.
    entailment : sequence of Formula
        What every result must entail; conjoined to the formulas of every label.
    consistency : sequence of Formula
        What every result must be consistent with, each on its own.
    limits : Limits
    describe : callable
        The text of a label in messages; by default ``str``.
    results : collection of labels, optional
        The labels whose results are read; their formulas must be consistent with each consistency-based constraint.  The
        default is all.

    Raises
    ------
    InconsistentFormulaError
        When the formulas of one label contradict one another: ``node`` is the label, ``formula`` their conjunction, and
        ``formulas`` lists the texts of a smallest contradictory selection (none of them can be left out).
    ConstraintClashError
        When constraints contradict one another, or the formulas of a label: ``node`` is the label (``None`` when the
        constraints alone clash), ``formulas`` and ``constraints`` list the texts of a contradictory selection of which
        none can be left out.

    Notes
    -----
    Checked in this order: contradictory formulas of a label; entailment-based constraints that contradict one
    another; a consistency-based constraint that they contradict; formulas of a label that contradict the
    entailment-based constraints; formulas that, with these, contradict a consistency-based one.  One satisfiability test
    for every different selection of formulas and every constraint, and about k · log n more to find a conflict of k among n.

    Examples
    --------
    >>> from equibel.formula import parse
    >>> K, constraints = [parse("p"), parse("q")], [parse("r -> ~q"), parse("r")]
    >>> check_constraints([("K", K)], constraints, [], Limits())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    equibel.errors.ConstraintClashError: the formula q of K contradicts the entailment-based constraints r -> ~q and r; ...
    """
    holders = list(named)
    wholes = [conjunction(formulas) for _, formulas in limits.over(holders)]
    verdicts = dict(zip(wholes, consistent(wholes, limits), strict=True))

    def possible(parts: Sequence[Formula]) -> bool:
        whole = conjunction(parts)
        if whole not in verdicts:
            [verdicts[whole]] = consistent([whole], limits)
        return verdicts[whole]

    for (label, formulas), whole in zip(holders, wholes, strict=True):
        if not verdicts[whole]:
            _refuse_formulas(label, describe(label), formulas, limits)
    if entailment and not possible(entailment):
        _refuse(None, "", [], entailment, None, limits)
    for constraint in consistency:
        if not possible([*entailment, constraint]):
            _refuse(None, "", [], entailment, constraint, limits)
    if entailment:
        for label, formulas in limits.over(holders):
            if not possible([*formulas, *entailment]):
                _refuse(label, describe(label), formulas, entailment, None, limits)
    for label, formulas in limits.over(holders):
        if results is not None and label not in results:
            continue
        for constraint in consistency:
            if not possible([*formulas, *entailment, constraint]):
                _refuse(label, describe(label), formulas, entailment, constraint, limits)


def imposed(entailment: Sequence[Formula], beliefs: Mapping[Hashable, Formula], limits: Limits) -> dict[Hashable, Formula]:
    """The beliefs of every node, conjoined with the entailment-based constraints that they do not entail already.

    >>> from equibel.formula import parse
    >>> imposed([parse("p -> q"), parse("r")], {1: parse("q"), 2: parse("s")}, Limits())
    {1: Formula('q & r'), 2: Formula('s & (p -> q) & r')}
    """
    if not entailment:
        return dict(beliefs)
    held: dict[Formula, Formula] = {}
    for belief in limits.over(dict.fromkeys(beliefs.values())):
        new = [constraint for constraint in entailment if not entails(belief, constraint, limits)]
        held[belief] = conjunction([belief, *new]) if new else belief
    return {node: held[belief] for node, belief in beliefs.items()}


def strengthened(belief: Formula, consistency: Iterable[Formula], limits: Limits) -> tuple[Formula, ...]:
    """``belief & c`` for every consistency-based constraint c that ``belief`` does not entail already.

    What a node must be able to believe without loss to the EQ set: the witnesses of `equibel.solving.Problem` are made
    of these.  One satisfiability test per constraint.

    >>> from equibel.formula import parse
    >>> [str(f) for f in strengthened(parse("p"), [parse("p | q"), parse("q")], Limits())]
    ['p & q']
    """
    asked = (c for c in dict.fromkeys(consistency) if not entails(belief, c, limits))
    return tuple(dict.fromkeys(conjunction([belief, c]) for c in asked))


def complying(
    problem: Problem, consistency: Sequence[Formula], solve: Callable[[Problem], dict[int, Formula]], limits: Limits
) -> dict[int, Formula]:
    """The answers of ``solve`` that are consistent, at every target, with every consistency-based constraint.

    A witness is another copy of the whole scenario to be solved along with it, so they are asked for only where needed:
    at first for none, then for the constraints that an answer does not entail.  Answers that entail the others are right:
    under every EQ set that was maximal without them, some model, indeed each, satisfies them; so all these EQ sets are
    admissible, and the maximal ones among the admissible are the same.

    >>> from equibel.formula import parse
    >>> from equibel.solving import Request, maximize
    >>> problem = Problem(beliefs=(parse("p"), parse("q")), edges=((0, 1, 0),), targets=(1,))
    >>> answers = complying(problem, [parse("~p | ~q")], lambda p: maximize(p, Request()), Limits())
    >>> print(answers[1])
    q
    """
    asked: dict[tuple[int, Formula], Formula] = {}
    while True:
        witnesses = tuple(((node, stronger),) for (node, _), stronger in asked.items())
        answers = solve(replace(problem, witnesses=(*problem.witnesses, *witnesses)))
        missing = [
            (node, constraint)
            for constraint in consistency
            for node, answer in limits.over(answers.items())
            if (node, constraint) not in asked and not entails(answer, constraint, limits)
        ]
        if not missing:
            return answers
        asked |= {(node, constraint): conjunction([problem.beliefs[node], constraint]) for node, constraint in missing}


def minimal_clash(formulas: Sequence[Formula], limits: Limits) -> list[Formula]:
    """A minimal contradictory subset of contradictory formulas: none of them can be left out.

    Formulas are left out as long as the others remain contradictory, many at a time first, then fewer, in the end one by
    one; those that come first are left out first.

    >>> from equibel.formula import parse
    >>> [str(f) for f in minimal_clash([parse(text) for text in ("p", "q", "p -> r", "s", "~r")], Limits())]
    ['p', 'p -> r', '~r']
    """
    kept = list(dict.fromkeys(formulas))
    size = max(1, len(kept) // 2)
    while True:
        start = 0
        while start < len(kept):
            others = kept[:start] + kept[start + size :]
            if satisfiable(conjunction(others), limits):
                start += size
            else:
                kept = others
        if size == 1:
            return kept
        size //= 2


def _refuse_formulas(label: Hashable, name: str, formulas: Sequence[Formula], limits: Limits) -> NoReturn:
    conflicting = minimal_clash(formulas, limits)
    whole = to_text(conjunction(formulas))
    remedy = "change or remove one of its formulas"
    if 1 < len(conflicting) < len(formulas):
        remedy = f"its formulas {_listed(conflicting)} contradict one another; {remedy}"
    raise InconsistentFormulaError(
        f"{name} believes a contradiction, {shorten(whole)}, so the scenario has no model; {remedy}",
        node=label,
        formula=whole,
        formulas=list(map(to_text, conflicting)),
    )


def _refuse(
    label: Hashable,
    name: str,
    formulas: Sequence[Formula],
    entailment: Sequence[Formula],
    required: Formula | None,
    limits: Limits,
) -> NoReturn:
    """Raise the error for a conflict of the formulas of a label with constraints."""
    consistency = [] if required is None else [required]
    clash = minimal_clash([*formulas, *entailment, *consistency], limits)
    of_entailment = [formula for formula in clash if formula in entailment]
    of_consistency = [formula for formula in clash if formula not in entailment and formula in consistency]
    believed = [formula for formula in clash if formula not in entailment and formula not in consistency]
    constraints = " and ".join(
        f"the {kind}-based constraint{'s' if conflicting[1:] else ''} {_listed(conflicting)}"
        for kind, conflicting in (("consistency", of_consistency), ("entailment", of_entailment))
        if conflicting
    )
    if believed:
        held = f"the formula {_listed(believed)} of {name} contradicts"
        if believed[1:]:
            held = f"the formulas {_listed(believed)} of {name} contradict"
        problem = f"{held} {constraints}; change or remove one of them"
    elif clash[1:]:
        problem = f"{constraints} contradict one another; change or remove one of them"
    else:
        problem = f"{constraints} is a contradiction; change or remove it"
    raise ConstraintClashError(
        problem,
        node=label,
        formula=to_text(conjunction(believed)),
        formulas=list(map(to_text, believed)),
        constraints=list(map(to_text, [*of_entailment, *of_consistency])),
    )


def _listed(formulas: Sequence[Formula]) -> str:
    texts = [shorten(to_text(formula)) for formula in formulas]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if texts[1:] else texts)
