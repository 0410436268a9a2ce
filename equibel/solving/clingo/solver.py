"""Searches of a clingo program, within our limits: first models, all models, cores, optima."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TypeVar

import clingo

from equibel.solving.clingo.facts import Instance
from equibel.solving.clingo.program import BITS, Program, off_main_thread
from equibel.solving.limits import Limits
from equibel.solving.plan import Plan, default
from equibel.solving.threads import Kept, on_main_thread

T = TypeVar("T")


class TakesLongError(Exception):
    """A search has been given up after the conflicts, or models, that it was allowed."""


_UNLIMITED = "umax"
# The preferences of the encodings lead to good models in easy searches, and make hard searches much longer.  Those of
# mcs_enumeration.lp do no harm, since they do not insist.
_PREFERRING, _FREE = "Domain", "Vsids"
_POLL = 0.05  # seconds between two checks of the limits while the solver works
_AHEAD = 0.001  # seconds in which models are found ahead, after the first call


class Solver(Program):
    """A grounded program that can be solved many times, under assumptions, with clauses added in between.

    Parameters
    ----------
    encodings : sequence of str
        File names in ``asp/``.
    instance : Instance
        Its clauses count from the first search on.
    limits : Limits
        Checked every few hundredths of a second, also during a solver call.
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
        self._configured: tuple[str, str, str] | None = None
        super().__init__(encodings, instance, limits, plan)

    def solve(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        cost: Sequence[int] | None = None,
        conflicts: int | None = None,
    ) -> T | None:
        """The result of ``read`` for the first model under the assumptions, or ``None`` when there is none.

        With ``cost``, only models that cost no more than that count.  With ``conflicts``, raises `TakesLongError` after that
        many of them.
        """
        mode = "ignore" if cost is None else ",".join(["opt", *map(str, cost)])
        return next(iter(self.listing(assumptions, read, lambda _: True, mode, conflicts)), None)

    @off_main_thread
    def listing(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        enough: Callable[[list[T]], bool],
        mode: str = "ignore",
        conflicts: int | None = None,
    ) -> list[T]:
        """The results of ``read`` for the models, up to the first for which the list so far is ``enough``."""
        with contextlib.suppress(TakesLongError):
            return self.easily(assumptions, read, enough, mode)
        return _up_to(enough, self.models(assumptions, read, mode, conflicts))  # all over again

    @off_main_thread
    def easily(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        enough: Callable[[list[T]], bool],
        mode: str = "ignore",
    ) -> list[T]:
        """The same for an easy search, with the preferences of the encodings; otherwise `TakesLongError`."""
        return _up_to(enough, self._found(assumptions, read, mode, _PREFERRING, self._easy, wait=False))

    def models(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        mode: str = "ignore",
        conflicts: int | None = None,
    ) -> Generator[T, None, None]:
        """The results of ``read`` for all models, one at a time; the search ends when the generator is closed.

        ``mode`` says what the program's optimization statements count: by default nothing.  Not for the main thread, where
        `iterate` gives the same.
        """
        assert not on_main_thread()
        most = _UNLIMITED if conflicts is None else str(conflicts)
        with contextlib.closing(self._found(assumptions, read, mode, _FREE, most)) as found:
            yield from found

    @off_main_thread
    def model_or_core(
        self, assumptions: Sequence[int], read: Callable[[clingo.Model], T], conflicts: int | None = None
    ) -> tuple[T | None, list[int]]:
        """The result of ``read`` for a model under the assumptions; without a model, ``None`` and a core of the assumptions.

        A core is some of them that no model has together.  With ``conflicts``, raises `TakesLongError` after that many.
        """
        core: list[int] = []
        most = self._easy if conflicts is None else str(conflicts)
        try:
            return _first(self._found(assumptions, read, "ignore", _FREE, most, core, wait=False)), core
        except TakesLongError:
            if conflicts is not None:
                raise
        return _first(self._found(assumptions, read, "ignore", _FREE, _UNLIMITED, core)), core

    def _found(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        mode: str,
        heuristic: str,
        most: str,
        core: list[int] | None = None,
        *,
        wait: bool = True,
    ) -> Generator[T, None, None]:
        """The results of ``read`` for all models; `TakesLongError` after ``most`` conflicts.

        With ``wait``, the solver works in a thread of its own, so that the limits are checked meanwhile.  When there is no
        model, ``core`` receives a core of the assumptions.
        """
        self._prepare(mode, heuristic, most)
        try:
            with self._control.solve(assumptions=list(assumptions), yield_=True, async_=wait) as handle:
                while True:
                    handle.resume()
                    if wait:
                        self._wait(handle)
                    if (model := handle.model()) is None:
                        break
                    yield read(model)
                    self._limits.check()
                _require_exhausted(handle)
                if core is not None:
                    core += handle.core()
        except TakesLongError:
            self._limits.statistics.count(given_up=most == self._easy)
            raise
        finally:
            if wait:
                self._limits.statistics.count(conflicts=int(self._control.statistics["solving"]["solvers"]["conflicts"]))

    def iterate(self, assumptions: Sequence[int], read: Callable[[clingo.Model], T]) -> Models[T]:
        """The models as an iterator that may be used and dropped in any thread."""
        return Models(self.models(assumptions, read), self._limits)

    @off_main_thread
    def enumerate(
        self,
        assumptions: Sequence[int],
        read: Callable[[clingo.Model], T],
        most: int,
        exclude: Callable[[T], Sequence[int]] | None = None,
        conflicts: int | None = None,
    ) -> list[T]:
        """The results of ``read`` for all models under the assumptions, in one search.

        With ``exclude``, which makes a clause of what was read, each model adds its clause until the search ends, and the
        search has the preferences of the encodings.  Both functions are called in a thread of the solver.

        Raises `TakesLongError` when there are more than ``most`` models, or after that many ``conflicts``.
        """
        heuristic = _PREFERRING if exclude else _FREE
        # The costs are computed when they are bounded; no model reaches the bound.
        mode = ",".join(["enum", *[str(1 << BITS)] * self._levels]) if self._levels else "ignore"
        self._prepare(mode, heuristic, _UNLIMITED if conflicts is None else str(conflicts))
        found: list[T] = []

        def take(model: clingo.Model) -> bool:
            found.append(read(model))
            if exclude:
                model.context.add_clause(exclude(found[-1]))
            return len(found) <= most

        # In a thread of its own, so that the limits are checked; models are read there, without waiting for this thread.
        called = [take]  # the control keeps the function that it called, which must not refer to the control
        try:
            with self._control.solve(
                assumptions=list(assumptions), on_model=lambda model: called[0](model), async_=True
            ) as handle:
                self._wait(handle)
                _require_exhausted(handle)
        finally:
            called.clear()
        return found

    @off_main_thread
    def optimize(self, assumptions: Sequence[int]) -> list[int]:
        """The least costs of the program's optimization statements, most important first."""
        *_, best = self.models(assumptions, lambda model: list(model.cost), mode="opt")
        return best

    def _wait(self, handle: clingo.SolveHandle) -> None:
        while not handle.wait(_POLL):
            self._limits.check()

    def _prepare(self, mode: str, heuristic: str, solve_limit: str) -> None:
        """Add the clauses since the last search to the program, and set mode, heuristic and limit of the search."""
        self._limits.check()
        self._limits.statistics.count(solver_calls=1)
        if self._clauses:  # all at once, since opening the backend costs a tenth of a millisecond
            with self._control.backend() as backend:
                for clause in self._clauses:
                    backend.add_rule([], [-literal for literal in clause])
            self._clauses.clear()
        if self._configured != (mode, heuristic, solve_limit):
            self._control.configuration.solver.heuristic = heuristic  # type: ignore[union-attr]
            self._control.configuration.solve.opt_mode = mode  # type: ignore[union-attr]
            self._control.configuration.solve.solve_limit = solve_limit  # type: ignore[union-attr]
            self._configured = mode, heuristic, solve_limit


class Models(Iterator[T]):
    """An iterator over models, which are found when they are asked for.

    In the main thread some are found ahead, so that not every model needs a change of threads.
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
        """Further models, at least one if there is one."""
        until = time.monotonic() + self._seconds
        found = []
        for value in self._found.value:
            found.append(value)
            if time.monotonic() >= until:
                break
        return found


def _up_to(enough: Callable[[list[T]], bool], values: Generator[T, None, None]) -> list[T]:
    """The values, up to the first for which the list so far is ``enough``.

    The generator is closed, which ends the search.  To let go of it is not enough: profilers, as Dask's workers have one,
    keep frames for a moment, and with them what these refer to.
    """
    found = []
    with contextlib.closing(values):
        for value in values:
            found.append(value)
            if enough(found):
                break
    return found


def _first(values: Generator[T, None, None]) -> T | None:
    """The first value, if there is one."""
    return next(iter(_up_to(lambda _: True, values)), None)


def _require_exhausted(handle: clingo.SolveHandle) -> None:
    if not handle.get().exhausted:
        raise TakesLongError
