"""The common part of the classical operators: formulas to change, a graph to complete, answers read off it.

Each operator states a `ClassicalChange`: the graph as a `Problem`, and what its result is once the nodes have their answers.
`decide` then makes of it the skeptical result, the chosen one, or all alternatives.  Results are `Formula` objects; only the
functions that users call have them converted to sympy objects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from sympy import Symbol

from equibel.errors import (
    EquibelError,
    FormulaSyntaxError,
    FormulaTooLargeError,
    NotAFormulaError,
    suggestion,
    warn,
)
from equibel.formula import Formula, FormulaLike, conjunction
from equibel.formula import simplify as simplified
from equibel.graph.beliefs import as_formulas, read_atoms
from equibel.graph.nodes import locate
from equibel.operators.constraint_checks import strengthened
from equibel.operators.run import Run
from equibel.options import wrong_option
from equibel.solving import Limits, Problem, maximize, outcomes

#: A formula, or several that are read as their conjunction.
BeliefBase = FormulaLike | Collection[FormulaLike]
Answers = Mapping[int, Formula]
Result = Formula | list[Formula]
Witness = tuple[tuple[int, Formula], ...]
A = TypeVar("A")


# Inputs -------------------------------------------------------------------------------------------------------------


def read_base(base: BeliefBase, name: str) -> list[Formula]:
    """The formulas of a belief base; errors contain ``name``."""
    try:
        return as_formulas(base)
    except (FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError) as error:
        raise locate(error, name) from None


def read_optional(base: BeliefBase | None, name: str) -> list[Formula]:
    """The formulas of an optional belief base; no formulas for ``None``."""
    return [] if base is None else read_base(base, name)


def read_bases(bases: object, option: str, name: str) -> dict[str, list[Formula]]:
    """The formulas of several belief bases, called ``name 1``, ``name 2``, …; raises `OptionError` unless there are any."""
    expected = f"a list of at least one {name}, each a formula or a list of formulas"
    if isinstance(bases, str | Formula | Mapping) or not isinstance(bases, Iterable):
        raise wrong_option(option, bases, expected)
    # The order of a set of texts differs from run to run, and with it the names and the choice would.
    members = as_formulas(bases) if isinstance(bases, set | frozenset) else list(bases)
    if not members:
        raise wrong_option(option, bases, expected)
    return {f"{name} {number}": read_base(base, f"{name} {number}") for number, base in enumerate(members, 1)}


@dataclass(frozen=True)
class Constraints:
    """Integrity constraints: see `equibel.operators.constraint_checks`."""

    entailment: tuple[Formula, ...] = ()
    consistency: tuple[Formula, ...] = ()

    @classmethod
    def read(cls, entailment: BeliefBase | None, consistency: BeliefBase | None) -> Constraints:
        """The constraints in the options of the same names."""
        return cls(
            tuple(read_optional(entailment, "an entailment-based constraint")),
            tuple(read_optional(consistency, "a consistency-based constraint")),
        )

    def on(self, formulas: Iterable[Formula]) -> Formula:
        """The conjunction of formulas and the entailment-based constraints."""
        return conjunction([*formulas, *self.entailment])

    def witnesses(self, wanted: Answers, limits: Limits) -> tuple[Witness, ...]:
        """A witness for every node in ``wanted``, which has the nodes' beliefs, and every consistency-based constraint."""
        return tuple(
            ((node, stronger),)
            for node, belief in wanted.items()
            for stronger in strengthened(belief, self.consistency, limits)
        )


# Changes ------------------------------------------------------------------------------------------------------------

#: A function that reads and checks the arguments of an operator, and returns the change.
Statement = Callable[[], "ClassicalChange"]


@dataclass(frozen=True)
class ClassicalChange:
    """A change of beliefs: the problem to solve, and the result as a function of the answers at the target nodes."""

    problem: Problem
    result: Callable[[Answers], Result]
    mentioned: frozenset[str] = frozenset()  # atoms of the inputs that the problem does not have

    def atoms(self) -> frozenset[str]:
        """The atoms of all formulas in the arguments of the operator."""
        witnesses = [formula for witness in self.problem.witnesses for _, formula in witness]
        return self.mentioned.union(*(formula.atoms() for formula in (*self.problem.beliefs, *witnesses)))

    def skeptical(self, run: Run) -> Result:
        """The skeptical result, of all optimal EQ sets together."""
        return self.result(maximize(self.problem, run.request, executor=run.executor, report=run.report))

    def alternatives(self, run: Run, order: Sequence[str]) -> Iterator[Result]:
        """The result of each optimal EQ set; the first is the one that the choice rule selects."""
        for outcome in outcomes(self.problem, run.optimum, run.limits, order):
            yield self.result(outcome.answers)


@dataclass(frozen=True)
class Selection:
    """One optimal EQ set, chosen by the rule with the preferred atoms in ``order``; or ``every`` one, that one first."""

    order: tuple[str, ...] = ()
    every: bool = False


#: What the option ``choice`` may be; a `Selection` is what `equibel.outcomes` passes.
Choice = bool | str | Iterable[str | Symbol] | Selection


def read_choice(choice: object) -> Selection | None:
    """The value of the option ``choice``; ``None`` for the skeptical result."""
    match choice:
        case bool():
            return Selection() if choice else None
        case Selection():
            return choice
        case str() | Iterable() if not isinstance(choice, Set):  # a set has no order
            try:
                return Selection(tuple(dict.fromkeys(read_atoms(choice))))
            except EquibelError:
                pass
    raise wrong_option("choice", choice, "True, False or a list of atoms in order of preference")


def every_alternative(choice: object) -> Selection:
    """The selection of all alternatives, the first by ``choice``; `OptionError` if that is ``False``."""
    selection = read_choice(choice)
    if selection is None:
        raise wrong_option("choice", choice, "True or a list of atoms: all alternatives are given anyway")
    return Selection(selection.order, every=True)


def _unchanged(formula: Formula) -> Formula:
    return formula


def decide(
    state: Statement, run: Run, choice: Choice, simplify: bool, convert: Callable[[Formula], Any] = _unchanged
) -> Any:
    """Compute the change that ``state`` returns, with the option ``choice``.

    The result is a `Formula`, a list of them, or, with a `Selection` of every alternative, an iterator of results: then the
    inputs are checked at once, and each alternative is found when it is asked for.  ``convert`` is applied to every formula,
    within the limits of the run.
    """
    selection = read_choice(choice)

    def shown(result: Result) -> Any:
        if isinstance(result, list):
            return [shown(formula) for formula in result]
        return convert(simplified(result, check=run.limits.check) if simplify else result)

    if selection is None:
        return run.compute(lambda: shown(state().skeptical(run)))
    change = run.compute(state)
    _check_preference(selection.order, change.atoms())
    if not selection.every:
        return run.compute(lambda: shown(next(change.alternatives(run, selection.order))))
    return _one_by_one(map(shown, change.alternatives(run, selection.order)), run)


def _check_preference(preferred: Sequence[str], atoms: Set[str]) -> None:
    """Warn of preferred atoms that no formula has."""
    unknown = [name for name in preferred if name not in atoms]
    if unknown:
        warn(f"choice: no formula has {', '.join(unknown)}; expected atoms of the formulas{suggestion(unknown[0], atoms)}")


def _one_by_one(items: Iterator[A], run: Run) -> Iterator[A]:
    while found := run.compute(lambda: [item for item in [next(items, None)] if item is not None]):
        yield found[0]
