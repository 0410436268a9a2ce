"""A clingo control with our errors, our limits, and clauses instead of rule texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import clingo

from equibel.errors import EncodingError
from equibel.solving.limits import Limits
from equibel.solving.predicates import encoding

T = TypeVar("T")
_POLL = 0.05  # seconds between two looks at the limits while the solver works


class Solver:
    """A grounded program that can be solved many times, under assumptions, with clauses added in between.

    Parameters
    ----------
    encodings : sequence of str
        File names in ``asp/``.
    facts : iterable of clingo.Symbol
        The instance.
    limits : Limits
        Looked at every few hundredths of a second, also inside a solver call.
    heuristic : bool
        Whether the ``#heuristic`` statements of the encodings count.

    Raises
    ------
    EncodingError
        When clingo refuses the program; it carries clingo's own messages.
    """

    def __init__(
        self, encodings: Sequence[str], facts: Iterable[clingo.Symbol], limits: Limits, *, heuristic: bool = False
    ) -> None:
        self.calls = 0
        self._limits = limits
        self._messages: list[str] = []
        self._control = clingo.Control(["--heuristic=Domain"] if heuristic else [], logger=self._log)
        for name in encodings:
            self._guard(lambda text=encoding(name): self._control.add("base", [], text))
        with self._control.backend() as backend:
            for symbol in facts:
                backend.add_rule([backend.add_atom(symbol)])
        self.ground("base")

    def ground(self, part: str, *arguments: int) -> None:
        """Ground a program part of the encodings."""
        self._limits.check()
        self._guard(lambda: self._control.ground([(part, [clingo.Number(n) for n in arguments])]))

    def literal(self, symbol: clingo.Symbol) -> int:
        """Solver literal of an atom of the program."""
        atom = self._control.symbolic_atoms[symbol]
        if atom is None:
            raise EncodingError(f"the encoding does not define {symbol}", messages=list(self._messages))
        return atom.literal

    def add_clauses(self, clauses: Iterable[Sequence[int]], fresh: int = 0) -> None:
        """Demand that in each clause some literal is true."""
        with self._control.backend() as backend:
            for clause in clauses:
                backend.add_rule([], [-literal for literal in clause])

    def add_atom(self) -> int:
        """A new atom, true or false as the solver likes."""
        with self._control.backend() as backend:
            atom = backend.add_atom()
            backend.add_rule([atom], choice=True)
        return atom

    def solve(self, assumptions: Sequence[int], read: Callable[[clingo.Model], T]) -> T | None:
        """What ``read`` makes of the first model under the assumptions, or ``None`` when there is none."""
        return next(self.models(assumptions, read), None)

    def models(self, assumptions: Sequence[int], read: Callable[[clingo.Model], T]) -> Iterator[T]:
        """What ``read`` makes of each model, one at a time; the search ends when the iterator is closed."""
        self._limits.check()
        self.calls += 1
        self._control.configuration.solve.models = 0  # type: ignore[union-attr]
        with self._control.solve(assumptions=assumptions, yield_=True, async_=True) as handle:
            while True:
                handle.resume()
                while not handle.wait(_POLL):
                    self._limits.check()
                model = handle.model()
                if model is None:
                    return
                yield read(model)
                self._limits.check()

    def optimize(self) -> list[int]:
        """The least costs of the program's optimization statements, most important first."""
        self._control.configuration.solve.opt_mode = "opt"  # type: ignore[union-attr]
        best: list[int] = []
        for best in self.models([], lambda model: list(model.cost)):
            pass
        self._control.configuration.solve.opt_mode = "ignore"  # type: ignore[union-attr]
        return best

    def _log(self, code: clingo.MessageCode, message: str) -> None:
        self._messages.append(message.strip())

    def _guard(self, action: Callable[[], None]) -> None:
        try:
            action()
        except RuntimeError as error:
            said = "; ".join(self._messages) or str(error)
            raise EncodingError(f"clingo refused the program: {said}", messages=list(self._messages)) from error
