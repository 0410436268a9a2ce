"""Bounds on work that can explode."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

DEFAULT_NODES = 200_000
_STEPS_PER_NODE = 6
_INTERVAL = 500  # steps between two looks at the clock: about a millisecond


class OverBudget(Exception):
    """The work allowed is used up.  Internal: whoever sets a `StepBudget` catches this."""


class StepBudget:
    """How much work may be done: steps in proportion to ``max_nodes``, until ``deadline`` (of ``time.monotonic()``).

    ``check`` is called every now and then and may raise.  Several diagrams may share one budget.  Work is counted rather
    than timed, so that without a deadline the outcome does not depend on the machine.
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
        """Account for work done.  Raises `OverBudget` when it is too much or the deadline has passed."""
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
        """Allow only half of what is left, for an attempt that has an alternative."""
        kept = max(self.steps, 0) // 2
        self.steps -= kept
        try:
            yield
        finally:
            self.steps = max(self.steps, 0) + kept
            self._next_look = self.steps
