"""Merging: the common beliefs of several sources, which may contradict one another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

from sympy.logic.boolalg import Boolean

from equibel.formula import Formula, disjunction, sorted_atoms, to_sympy
from equibel.operators.classical import (
    Answers,
    BeliefBase,
    Choice,
    ClassicalChange,
    Constraints,
    Statement,
    Witness,
    decide,
    read_bases,
    read_optional,
)
from equibel.operators.constraint_checks import check_constraints, strengthened
from equibel.operators.revision import revision
from equibel.operators.run import Run, RunOptions, start
from equibel.options import CARDINALITY, MERGES, PROJECTION, SEMANTIC, check_choice
from equibel.solving import Alternative, Limits, Problem, maximize, outcomes, satisfiable

CONSTRAINT = "constraint"


def merge(
    sources: Iterable[BeliefBase],
    constraint: BeliefBase | None = None,
    method: str = PROJECTION,
    simplify: bool = False,
    *,
    characterization: str = SEMANTIC,
    opt_type: str | None = None,
    optimum: str | None = None,
    entailment: BeliefBase | None = None,
    consistency: BeliefBase | None = None,
    choice: Choice = False,
    **run_options: Unpack[RunOptions],
) -> Boolean:
    """Merge belief bases, under a constraint that the result must satisfy [1]_.

    By *projection*: complete the star whose centre holds the constraint and whose leaves are the sources, and take the
    result at the centre.  By cardinality these are the models of the constraint with the least sum of Hamming distances
    to the sources.

    By *consensus*, also called symmetric merging: complete the complete graph over the sources, and take the disjunction
    of their completed formulas; with a constraint, that disjunction revised by it.

    Parameters
    ----------
    sources : list of (str, sympy Boolean, or a collection of them)
        The belief bases, at least one; a collection is read as the conjunction of its members.  Each must be consistent.
    constraint : str, sympy Boolean, or a collection of them, optional
        What the merged belief base must entail; nothing by default.  The sources may contradict it.
    method : str
        ``PROJECTION`` or ``CONSENSUS``.
    simplify, opt_type, optimum, choice, executor, progress, time_limit, cancel, statistics
        As for `equibel.revise`.  By consensus with a constraint, ``choice`` is among the outcomes of the revision.
    characterization : str
        ``SEMANTIC`` or ``SYNTACTIC``: what is called ``method`` elsewhere.
    entailment : formula or collection of formulas, optional
        Integrity constraints, conjoined to ``constraint`` and to every source, which must not contradict them.
    consistency : formula or collection of formulas, optional
        Integrity constraints that the result must be consistent with, each on its own.  By consensus without
        ``constraint`` it is enough that some source's completed formula is.

    Returns
    -------
    sympy Boolean
        The merged belief base, always consistent.  When the sources and the constraint are consistent with one another
        it is their conjunction.

    Raises
    ------
    InconsistentFormulaError
        When a source or the constraint has no model; its ``node`` is ``"source 2"`` for the second source, or
        ``"constraint"``.
    ConstraintClashError
        When integrity constraints contradict one another, a source or the constraint.
    OptionError
        When there are no sources, or an option has no such value.
    TimeLimitExceeded, Cancelled, ExecutorError
        As for `equibel.global_completion`.

    Notes
    -----
    As costly as a completion of the star, or of the complete graph.  By consensus with consistency-based constraints and
    no ``constraint`` all optimal EQ sets are listed, of which there may be exponentially many.

    References
    ----------
    .. [1] J. P. Delgrande, T. Schaub: A consistency-based framework for merging knowledge bases. Journal of Applied Logic
       5, 2007.

    Examples
    --------
    >>> import equibel as eb
    >>> sources = ["a & b", "~a & ~b", "~a & ~b"]
    >>> eb.merge(sources, "a | b", simplify=True)
    a | b
    >>> eb.merge(sources, "a | b", simplify=True, opt_type=eb.CARDINALITY)
    (a & ~b) | (b & ~a)
    >>> eb.merge(["p & ~r", "p & r & s"], method=eb.CONSENSUS, simplify=True)
    p & s
    """
    method = check_choice("method", method, MERGES)
    run = start(characterization, opt_type, optimum, caller="merge", method_option="characterization", **run_options)
    stated = state_merging(run, entailment, consistency, sources, constraint, method)
    return decide(stated, run, choice, simplify, to_sympy)


def state_merging(
    run: Run,
    entailment: BeliefBase | None,
    consistency: BeliefBase | None,
    sources: Iterable[BeliefBase],
    constraint: BeliefBase | None,
    method: str,
) -> Statement:
    """The statement of `merge` for `decide`."""
    merging = _projection if method == PROJECTION else _consensus

    def state() -> ClassicalChange:
        named = read_bases(sources, "sources", "source")
        centre = read_optional(constraint, CONSTRAINT)
        return merging(named, centre, Constraints.read(entailment, consistency), run)

    return state


def _projection(
    named: Mapping[str, list[Formula]], constraint: list[Formula], constraints: Constraints, run: Run
) -> ClassicalChange:
    """The star of the sources around the constraint, read at its centre."""
    _check(named, constraint, constraints, run.limits, results=[CONSTRAINT])
    centre = constraints.on(constraint)
    problem = Problem(
        beliefs=(centre, *map(constraints.on, named.values())),
        edges=tuple((0, leaf, 0) for leaf in range(1, len(named) + 1)),
        targets=(0,),
        witnesses=constraints.witnesses({0: centre}, run.limits),
    )
    return ClassicalChange(problem, lambda answers: answers[0])


def _consensus(
    named: Mapping[str, list[Formula]], constraint: list[Formula], constraints: Constraints, run: Run
) -> ClassicalChange:
    """The complete graph over the sources, and the disjunction of its answers, which is revised by the constraint if any."""
    _check(named, constraint, constraints, run.limits, results=[CONSTRAINT])
    beliefs = tuple(map(constraints.on, named.values()))
    nodes = range(len(beliefs))
    problem = Problem(beliefs, tuple((x, y, 0) for x, y in itertools.combinations(nodes, 2)), tuple(nodes))
    if constraint:
        agreed = maximize(problem, run.request, executor=run.executor, report=run.report)
        change = revision(_some_source(agreed), constraints.on(constraint), constraints, run.limits)
        return replace(change, mentioned=frozenset[str]().union(*(belief.atoms() for belief in beliefs)))
    required = []
    for consistent in constraints.consistency:
        stronger = [strengthened(belief, [consistent], run.limits) for belief in beliefs]
        if all(stronger):  # no source entails it anyway
            witnesses = [((node, formula),) for node, (formula,) in enumerate(stronger) if satisfiable(formula, run.limits)]
            if not witnesses:  # then every source contradicts it, and the first is named
                check_constraints(named.items(), constraints.entailment, [consistent], run.limits)
            required.append(witnesses)
    if required:
        return _ConsistentConsensus(problem, _some_source, required=required)
    return ClassicalChange(problem, _some_source)


def _some_source(answers: Answers) -> Formula:
    """The disjunction of the answers."""
    return disjunction(dict.fromkeys(answers.values()))


@dataclass(frozen=True)
class _ConsistentConsensus(ClassicalChange):
    """A consensus that is consistent with what is ``required``.

    Each requirement must be consistent with what some source then believes; any source will do.  So the optimal EQ sets are
    enumerated for every assignment of sources to requirements, and the optimal ones among all of these are taken.
    """

    required: Sequence[Sequence[Witness]] = ()

    def skeptical(self, run: Run) -> Formula:
        return disjunction(dict.fromkeys(_some_source(found.answers) for found in self._outcomes(run)))

    def alternatives(self, run: Run, order: Sequence[str]) -> Iterator[Formula]:
        found = self._outcomes(run)
        names = sorted_atoms({name for outcome in found for _, name in outcome.equalities})
        comparisons = [(edge, name) for name in dict.fromkeys([*order, *names]) for edge in range(len(self.problem.edges))]
        for outcome in sorted(found, key=lambda outcome: [c not in outcome.equalities for c in comparisons]):
            yield _some_source(outcome.answers)

    def _outcomes(self, run: Run) -> list[Alternative]:
        found: dict[frozenset[tuple[int, str]], Alternative] = {}
        for witnesses in itertools.product(*self.required):
            problem = replace(self.problem, witnesses=witnesses)
            found |= {outcome.equalities: outcome for outcome in outcomes(problem, run.optimum, run.limits)}
        if run.optimum == CARDINALITY:
            largest = max(map(len, found))
            return [outcome for equalities, outcome in found.items() if len(equalities) == largest]
        return [outcome for equalities, outcome in found.items() if not any(equalities < other for other in found)]


def _check(
    named: Mapping[str, list[Formula]],
    constraint: list[Formula],
    constraints: Constraints,
    limits: Limits,
    results: Sequence[str] | None,
) -> None:
    check_constraints(
        [*named.items(), (CONSTRAINT, constraint)],
        constraints.entailment,
        constraints.consistency,
        limits,
        describe=lambda name: "the constraint" if name == CONSTRAINT else str(name),
        results=results,
    )
