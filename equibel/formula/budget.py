"""The budget of steps for computations that can take exponential time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

DEFAULT_NODES = 200_000
_STEPS_PER_NODE = 6
_INTERVAL = 500  # steps between two checks of the clock: about a millisecond


class OverBudget(Exception):
    """The budget is used up.  Internal: the function that makes a `StepBudget` catches it."""


class StepBudget:
    """The maximum number of steps, proportional to ``max_nodes``, and a ``deadline`` (of ``time.monotonic()``).

    ``check`` is called regularly, and can raise an exception.  Several diagrams can share one budget.  Steps are counted,
    so without a deadline the result does not depend on the speed of the machine.
    """

    __slots__ = ("_next_look", "check", "deadline", "max_nodes", "steps")

    def __init__(
        self,
        max_nodes: int = DEFAULT_NODES,
        deadline: float | None = None,
        check: Callable[[], None] | None = None,
    ) -> None:
        self.max_nodes = max_nodes
        self.deadline = deadline
        self.check = check
        self.steps = self._next_look = max_nodes * _STEPS_PER_NODE

    def spend(self, steps: int) -> None:
        """Count steps.  Raises `OverBudget` when the budget is used up or the deadline has passed."""
        self.steps -= steps
        if self.steps <= self._next_look:
            self._look()

    def _look(self) -> None:
        if self.steps < 0 or (self.deadline is not None and time.monotonic() > self.deadline):
            raise OverBudget
        if self.check is not None:
            self.check()
        self._next_look = max(self.steps - _INTERVAL, 0)

    @contextlib.contextmanager
    def half(self) -> Iterator[None]:
        """Allow only half of the remaining steps, for an attempt that has an alternative."""
        kept = max(self.steps, 0) // 2
        self.steps -= kept
        try:
            yield
        finally:
            self.steps = max(self.steps, 0) + kept
            self._next_look = self.steps
