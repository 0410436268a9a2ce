"""A fair limit on the number of concurrent short computations."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from equibel.server.http.problems import Unavailable


class Turns:
    """So many at a time; the next is for an owner who has the fewest now, and of those whose last one was longest ago.

    It belongs to one event loop.

    Examples
    --------
    >>> async def both():
    ...     turns = Turns(1)
    ...     async with turns.turn("ann", patience=5):
    ...         try:
    ...             async with turns.turn("bob", patience=0.01):
    ...                 pass
    ...         except Unavailable as refusal:
    ...             return refusal.status
    >>> asyncio.run(both())
    503
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._having: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._last: dict[str, int] = {}  # when each owner had a turn
        self._count = 0

    @asynccontextmanager
    async def turn(self, owner: str, patience: float) -> AsyncIterator[None]:
        """Wait for a turn, so many seconds at most, and have it; raises `Unavailable` when none comes."""
        await self._take(owner, patience)
        try:
            yield
        finally:
            self._give_back(owner)

    async def _take(self, owner: str, patience: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = owner, mine
        self._waiting.append(entry)
        self._pass_on()
        try:
            async with asyncio.timeout(patience):
                await mine
        except BaseException as error:
            if entry in self._waiting:
                self._waiting.remove(entry)
            if mine.done() and not mine.cancelled():  # it came in the moment in which it was no longer wanted
                self._give_back(owner)
            if isinstance(error, TimeoutError):
                problem = (
                    f"no free slot within {patience:g} s, other computations are running; try again later, or use a job"
                )
                raise Unavailable(problem, headers={"Retry-After": f"{max(1, round(patience))}"}) from None
            raise

    def _pass_on(self) -> None:
        while self._free and self._waiting:
            entry = min(self._waiting, key=lambda entry: (self._having[entry[0]], self._last.get(entry[0], 0)))
            self._waiting.remove(entry)
            owner, turn = entry
            if not turn.cancelled():
                self._free -= 1
                self._having[owner] += 1
                self._count += 1
                self._last[owner] = self._count
                turn.set_result(None)

    def _give_back(self, owner: str) -> None:
        self._free += 1
        self._having[owner] -= 1
        if not self._having[owner]:
            del self._having[owner]
        self._pass_on()
