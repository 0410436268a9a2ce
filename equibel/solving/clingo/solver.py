"""A clingo control with our errors, our limits, and clauses instead of rule texts.

Whoever calls it, clingo is never called in the main thread (see `equibel.solving.threads`).  Work that calls a solver many
times enters another thread once, by `Limits.off_main_thread`, so that not every single call has to.
"""

from __future__ import annotations

import functools
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Concatenate, ParamSpec, TypeVar

import clingo
import clingo.backend

from equibel.errors import EncodingError
from equibel.formula import Formula
from equibel.solving.clingo.clauses import clause_literals
from equibel.solving.clingo.definition import definition
from equibel.solving.clingo.facts import Instance
from equibel.solving.clingo.predicates import encoding
from equibel.solving.limits import Limits
from equibel.solving.plan import Plan, default
from equibel.solving.threads import Kept, on_main_thread

T = TypeVar("T")
P = ParamSpec("P")


class TakesLongError(Exception):
    """A search has been given up after as many conflicts, or models, as it was allowed."""


_UNLIMITED = "umax"
# What the encodings prefer leads to good models in easy searches, and makes hard ones last much longer, except for what
# mcs_enumeration.lp prefers, which does not insist.
_PREFERRING, _FREE = "Domain", "Vsids"
_BITS = 30  # of a number that clingo takes as a weight
_POLL = 0.05  # seconds between two looks at the limits while the solver works
_AHEAD = 0.001  # seconds in which models are found that nobody has asked for yet, the first apart


def _off_main_thread(method: Callable[Concatenate[Solver, P], T]) -> Callable[Concatenate[Solver, P], T]:
    """A method of a solver that is carried out in another thread when it is called in the main one."""

    @functools.wraps(method)
    def called(solver: Solver, /, *arguments: P.args, **options: P.kwargs) -> T:
        if on_main_thread():
            return solver._limits.off_main_thread(functools.partial(method, solver, *arguments, **options))
        return method(solver, *arguments, **options)

    return called


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
        self._quick_facts = plan.quick_facts
        self._limits = limits
        limits.statistics.count(programs=1, facts=len(instance.facts))
        self._messages: list[str] = []
        self._clauses: list[Sequence[int]] = []
        self._configured: tuple[str, str, str] | None = None
        self._levels = 0  # of costs, as which bits are read
        limits.off_main_thread(functools.partial(self._begin, encodings, instance))

    def _begin(self, encodings: Sequence[str], instance: Instance) -> None:
        """Ground the program, and take in the clauses."""
        # Optima are found core by core, which proves them much sooner than improving models one by one.
        options = [f"--heuristic={_PREFERRING}", "--opt-strategy=usc", "--models=0"]
        # Nothing else may hold the control: neither what it holds itself, such as the logger, nor the frames of an error.
        self._held = Kept(clingo.Control(options, logger=functools.partial(_note, self._messages)))
        for name in encodings:
            self._add(encoding(name))
        with self._control.backend() as backend:
            for symbol in self._limits.over(instance.facts):
                backend.add_rule([backend.add_atom(symbol)])
        self._limits.check()
        if len(instance.facts) < self._quick_facts:
            self._ground()
        else:  # clingo cannot be interrupted while it grounds
            self._limits.wait_for(self._ground)
        literal = functools.cache(self.literal)
        for clause in self._limits.over(instance.clauses):
            self._clauses.append([literal(symbol) if value else -literal(symbol) for symbol, value in clause])

    @property
    def _control(self) -> clingo.Control:
        return self._held.value

    @_off_main_thread
    def close(self) -> None:
        """Free what clingo uses at once, not only when the solver is gone; it is of no use afterwards."""
        self._held.free()

    @_off_main_thread
    def literal(self, symbol: clingo.Symbol) -> int:
        """Solver literal of an atom of the program."""
        atom = self._control.symbolic_atoms[symbol]
        if atom is None:
            raise EncodingError(f"the encoding does not define {symbol}", messages=list(self._messages))
        return int(atom.literal)

    def add_clauses(self, clauses: Iterable[Sequence[int]]) -> None:
        """Demand that in each clause some literal is true, from the next search on."""
        self._clauses += clauses

    @_off_main_thread
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

    @_off_main_thread
    def conjunctions(self, parts: Iterable[Sequence[int]]) -> list[int]:
        """For some literals each, an atom that is true exactly when all of them are."""
        atoms = []
        with self._control.backend() as backend:
            for literals in parts:
                atoms.append(backend.add_atom())
                backend.add_rule([atoms[-1]], literals)
        return atoms

    @_off_main_thread
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

    @_off_main_thread
    def prefer(self, literals: Iterable[int]) -> None:
        """Try these literals first when the search has a choice."""
        with self._control.backend() as backend:
            for literal in literals:
                wanted = clingo.backend.HeuristicType.True_ if literal > 0 else clingo.backend.HeuristicType.False_
                backend.add_heuristic(abs(literal), wanted, 1, 1, [])

    @_off_main_thread
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

    @_off_main_thread
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

    @_off_main_thread
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

    @_off_main_thread
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

        ``mode`` says what the program's optimization statements count: by default nothing.  Not for the main thread: what
        may be taken there is made by `iterate`.
        """
        assert not on_main_thread()
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

    @_off_main_thread
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

    def iterate(self, assumptions: Sequence[int], read: Callable[[clingo.Model], T]) -> Models[T]:
        """The same as an iterator that may be taken, and let go of, in any thread."""
        return Models(self.models(assumptions, read), self._limits)

    @_off_main_thread
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
        called = [take]  # the control remembers what it called, and what is held there might hold the control
        try:
            with self._control.solve(
                assumptions=list(assumptions), on_model=lambda model: called[0](model), async_=True
            ) as handle:
                self._wait(handle)
                _require_exhausted(handle)
        finally:
            called.clear()
        return found

    @_off_main_thread
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

    def _add(self, program: str) -> None:
        self._guard(lambda: self._control.add("base", [], program))

    def _ground(self) -> None:
        self._guard(lambda: self._control.ground([("base", [])]))

    def _guard(self, action: Callable[[], None]) -> None:
        try:
            action()
        except RuntimeError as error:
            traceback.clear_frames(error.__traceback__)  # clingo's hold the control
            said = "; ".join(self._messages) or str(error)
            raise EncodingError(f"clingo refused the program: {said}", messages=list(self._messages)) from error


class Models(Iterator[T]):
    """Models as they are asked for.

    In the main thread some are found ahead, so that another thread is not entered for each of them.
    """

    def __init__(self, found: Generator[T, None, None], limits: Limits) -> None:
        self._found = Kept(found)
        self._limits = limits
        self._ahead: deque[T] = deque()
        self._seconds = 0.0
        self._over = False

    def __next__(self) -> T:
        if not self._ahead and not self._over:
            try:
                if not on_main_thread():
                    return next(self._found.value)
                self._ahead += self._limits.off_main_thread(self._some)
                self._seconds = _AHEAD
            except BaseException:
                self._over = True
                raise
            self._over = not self._ahead
        if self._over:
            raise StopIteration
        return self._ahead.popleft()

    def close(self) -> None:
        """End the search."""
        if not self._over:
            self._over = True
            self._limits.off_main_thread(self._found.value.close)

    def _some(self) -> list[T]:
        """Some more, at least one if there is one."""
        until = time.monotonic() + self._seconds
        found = []
        for value in self._found.value:
            found.append(value)
            if time.monotonic() >= until:
                break
        return found


def _note(messages: list[str], code: clingo.MessageCode, message: str) -> None:
    messages.append(message.strip())


def _require_exhausted(handle: clingo.SolveHandle) -> None:
    if not handle.get().exhausted:
        raise TakesLongError
