"""A clingo control with our errors, our limits, and clauses instead of rule texts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import TypeVar

import clingo
import clingo.backend

from equibel.errors import EncodingError
from equibel.formula import Formula
from equibel.solving.clauses import clause_literals
from equibel.solving.definition import definition
from equibel.solving.facts import Instance
from equibel.solving.limits import Limits
from equibel.solving.plan import Plan, default
from equibel.solving.predicates import encoding

T = TypeVar("T")


class TakesLongError(Exception):
    """A search has been given up after as many conflicts, or models, as it was allowed."""


_UNLIMITED = "umax"
# What the encodings prefer leads to good models in easy searches, and makes hard ones last much longer, except for what
# sweep.lp prefers, which does not insist.
_PREFERRING, _FREE = "Domain", "Vsids"
_BITS = 30  # of a number that clingo takes as a weight
_POLL = 0.05  # seconds between two looks at the limits while the solver works


class Solver:
    """A grounded program that can be solved many times, under assumptions, with clauses added in between.

    Parameters
    ----------
    encodings : sequence of str
        File names in ``asp/``.
    instance : Instance
        Its clauses count from the first search on.
    limits : Limits
        Looked at every few hundredths of a second, also inside a solver call.
    plan : Plan, optional
        Says which calls are easy.

    Raises
    ------
    EncodingError
        When clingo refuses the program; it carries clingo's own messages.
    """

    def __init__(self, encodings: Sequence[str], instance: Instance, limits: Limits, plan: Plan | None = None) -> None:
        plan = plan or default()
        self._easy = str(plan.easy_conflicts)
        self._limits = limits
        limits.statistics.count(programs=1, facts=len(instance.facts))
        self._messages: list[str] = []
        self._clauses: list[Sequence[int]] = []
        self._configured: tuple[str, str, str] | None = None
        self._levels = 0  # of costs, as which bits are read
        # Optima are found core by core, which proves them much sooner than improving models one by one.
        self._control = clingo.Control([f"--heuristic={_PREFERRING}", "--opt-strategy=usc", "--models=0"], logger=self._log)
        for name in encodings:
            self._guard(functools.partial(self._control.add, "base", [], encoding(name)))
        with self._control.backend() as backend:
            for symbol in limits.over(instance.facts):
                backend.add_rule([backend.add_atom(symbol)])
        limits.check()
        ground = functools.partial(self._control.ground, [("base", [])])
        if len(instance.facts) < plan.quick_facts:
            self._guard(ground)
        else:  # clingo cannot be interrupted while it grounds
            limits.wait_for(functools.partial(self._guard, ground))
        literal = functools.cache(self.literal)
        for clause in limits.over(instance.clauses):
            self._clauses.append([literal(symbol) if value else -literal(symbol) for symbol, value in clause])

    def literal(self, symbol: clingo.Symbol) -> int:
        """Solver literal of an atom of the program."""
        atom = self._control.symbolic_atoms[symbol]
        if atom is None:
            raise EncodingError(f"the encoding does not define {symbol}", messages=list(self._messages))
        return int(atom.literal)

    def add_clauses(self, clauses: Iterable[Sequence[int]]) -> None:
        """Demand that in each clause some literal is true, from the next search on."""
        self._clauses += clauses

    def add_atoms(self, count: int) -> list[int]:
        """New atoms, true or false as the solver likes."""
        with self._control.backend() as backend:
            atoms = [backend.add_atom() for _ in range(count)]
            backend.add_rule(atoms, choice=True)
        return atoms

    def add_atom(self) -> int:
        """A new atom, true or false as the solver likes."""
        [atom] = self.add_atoms(1)
        return atom

    def conjunctions(self, parts: Iterable[Sequence[int]]) -> list[int]:
        """For some literals each, an atom that is true exactly when all of them are."""
        atoms = []
        with self._control.backend() as backend:
            for literals in parts:
                atoms.append(backend.add_atom())
                backend.add_rule([atoms[-1]], literals)
        return atoms

    def define(self, formulas: Iterable[Formula], atoms: Mapping[str, int]) -> list[int]:
        """Literals that are true exactly when the formulas are, whose atoms are the given literals."""
        with self._control.backend() as backend:
            return [definition(formula, atoms, backend) for formula in formulas]

    def believe(self, formulas: Iterable[Formula], atoms: Mapping[str, int]) -> None:
        """Demand that formulas are true, whose atoms are the given literals."""
        others = []
        for part in formulas:
            literals = clause_literals(part)
            if literals is None:
                others.append(part)
            else:
                self._clauses.append([atoms[name] if value else -atoms[name] for name, value in literals.items()])
        self.add_clauses([literal] for literal in self.define(others, atoms))

    def prefer(self, literals: Iterable[int]) -> None:
        """Try these literals first when the search has a choice."""
        with self._control.backend() as backend:
            for literal in literals:
                wanted = clingo.backend.HeuristicType.True_ if literal > 0 else clingo.backend.HeuristicType.False_
                backend.add_heuristic(abs(literal), wanted, 1, 1, [])

    def bits(self, literals: Sequence[int]) -> Callable[[clingo.Model], int]:
        """What reads from a model that `sweep` finds which literals are true: the i-th bit stands for the i-th of them.

        They are counted as the cost of a model, which is read in one call, where asking for each literal would be one call
        each.
        """
        first = self._levels
        with self._control.backend() as backend:
            for start in range(0, len(literals), _BITS):
                weighted = [(literal, 1 << i) for i, literal in enumerate(literals[start : start + _BITS])]
                backend.add_minimize(-self._levels, weighted)
                self._levels += 1
        levels = slice(first, self._levels)

        def read(model: clingo.Model) -> int:
            number = 0
            for part in reversed(model.cost[levels]):
                number = number << _BITS | part
            return number

        return read

    def solve(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        cost: Sequence[int] | None = None,
        conflicts: int | None = None,
    ) -> T | None:
        """What ``read`` makes of the first model under the assumptions, or ``None`` when there is none.

        With ``cost``, only models that cost no more than that count.  With ``conflicts``, raises `TakesLongError` after that
        many of them.
        """
        mode = "ignore" if cost is None else ",".join(["opt", *map(str, cost)])
        return next(iter(self.listing(assumptions, read, lambda _: True, mode, conflicts)), None)

    def listing(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        enough: Callable[[list[T]], bool],
        mode: str = "ignore",
        conflicts: int | None = None,
    ) -> list[T]:
        """What ``read`` makes of the models, up to the first for which the list so far is ``enough``."""
        try:
            return self.easily(assumptions, read, enough, mode)
        except TakesLongError:  # all over again, so that the limits are heard
            found = []
        for value in self.models(assumptions, read, mode, conflicts):
            found.append(value)
            if enough(found):
                break
        return found

    def easily(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        enough: Callable[[list[T]], bool],
        mode: str = "ignore",
    ) -> list[T]:
        """The same when it is easy, otherwise `TakesLongError`; the search decides as the encodings prefer."""
        self._prepare(mode, _PREFERRING, self._easy)
        found: list[T] = []
        with self._control.solve(assumptions=list(assumptions), yield_=True) as handle:
            while (model := handle.model()) is not None:
                found.append(read(model))
                if enough(found):
                    return found
                self._limits.check()
                handle.resume()
            if not handle.get().exhausted:
                self._limits.statistics.count(given_up=1)
                raise TakesLongError
        return found

    def models(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        mode: str = "ignore",
        conflicts: int | None = None,
    ) -> Generator[T, None, None]:
        """What ``read`` makes of each model, one at a time; the search ends when the generator is closed.

        ``mode`` says what the program's optimization statements count: by default nothing.
        """
        self._prepare(mode, _FREE, _UNLIMITED if conflicts is None else str(conflicts))
        # In a thread of its own, so that the limits are heard while it works.
        handle = self._control.solve(assumptions=list(assumptions), yield_=True, async_=True)
        try:
            with handle:
                while True:
                    handle.resume()
                    self._wait(handle)
                    model = handle.model()
                    if model is None:
                        _require_exhausted(handle)
                        return
                    yield read(model)
                    self._limits.check()
        finally:
            self._limits.statistics.count(conflicts=int(self._control.statistics["solving"]["solvers"]["conflicts"]))

    def model_or_core(
        self, assumptions: Sequence[int], read: Callable[[clingo.Model], T], conflicts: int | None = None
    ) -> tuple[T | None, list[int]]:
        """What ``read`` makes of a model under the assumptions; when there is none, ``None`` and a core of the assumptions.

        A core is some of them that no model has together.  With ``conflicts``, raises `TakesLongError` after that many.
        """
        self._prepare("ignore", _FREE, self._easy if conflicts is None else str(conflicts))
        with self._control.solve(assumptions=list(assumptions), yield_=True) as handle:
            if (model := handle.model()) is not None:
                return read(model), []
            if handle.get().exhausted:
                return None, handle.core()
        if conflicts is not None:
            raise TakesLongError
        self._prepare("ignore", _FREE, _UNLIMITED)  # all over again, so that the limits are heard
        with self._control.solve(assumptions=list(assumptions), yield_=True, async_=True) as handle:
            handle.resume()
            self._wait(handle)
            if (model := handle.model()) is not None:
                return read(model), []
            return None, handle.core()

    def sweep(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        most: int,
        exclude: Callable[[T], Sequence[int]] | None = None,
        conflicts: int | None = None,
    ) -> list[T]:
        """What ``read`` makes of each model under the assumptions, all in one search.

        With ``exclude``, each model is followed by the clause that this makes of what was read; it holds until the search
        ends, and the search decides as the encodings prefer.  Both are called in a thread of the solver's.

        Raises `TakesLongError` when there are more than ``most`` models, or after that many ``conflicts``.
        """
        heuristic = _PREFERRING if exclude else _FREE
        # The costs are computed when they are bounded; no model reaches the bound.
        mode = ",".join(["enum", *[str(1 << _BITS)] * self._levels]) if self._levels else "ignore"
        self._prepare(mode, heuristic, _UNLIMITED if conflicts is None else str(conflicts))
        found: list[T] = []

        def take(model: clingo.Model) -> bool:
            found.append(read(model))
            if exclude:
                model.context.add_clause(exclude(found[-1]))
            return len(found) <= most

        # In a thread of its own, so that the limits are heard; models are read there, without waiting for this one.
        with self._control.solve(assumptions=list(assumptions), on_model=take, async_=True) as handle:
            self._wait(handle)
            _require_exhausted(handle)
        return found

    def optimize(self, assumptions: Sequence[int]) -> list[int]:
        """The least costs of the program's optimization statements, most important first."""
        *_, best = self.models(assumptions, lambda model: list(model.cost), mode="opt")
        return best

    def _wait(self, handle: clingo.SolveHandle) -> None:
        while not handle.wait(_POLL):
            self._limits.check()

    def _prepare(self, mode: str, heuristic: str, solve_limit: str) -> None:
        """Take in the clauses added since the last search, and set what models count, how to decide and when to give up."""
        self._limits.check()
        self._limits.statistics.count(solver_calls=1)
        if self._clauses:  # together, since every opening of the backend costs a tenth of a millisecond
            with self._control.backend() as backend:
                for clause in self._clauses:
                    backend.add_rule([], [-literal for literal in clause])
            self._clauses.clear()
        if self._configured != (mode, heuristic, solve_limit):
            self._control.configuration.solver.heuristic = heuristic  # type: ignore[union-attr]
            self._control.configuration.solve.opt_mode = mode  # type: ignore[union-attr]
            self._control.configuration.solve.solve_limit = solve_limit  # type: ignore[union-attr]
            self._configured = mode, heuristic, solve_limit

    def _log(self, code: clingo.MessageCode, message: str) -> None:
        self._messages.append(message.strip())

    def _guard(self, action: Callable[[], None]) -> None:
        try:
            action()
        except RuntimeError as error:
            said = "; ".join(self._messages) or str(error)
            raise EncodingError(f"clingo refused the program: {said}", messages=list(self._messages)) from error


def _require_exhausted(handle: clingo.SolveHandle) -> None:
    if not handle.get().exhausted:
        raise TakesLongError
