"""Compaction: a journal that writes states and rewrites its records, so that files open fast and stay small."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from equibel.errors import EquibelError
from equibel.files.access import MAX_BYTES
from equibel.workspace.storage.journal import Journal

#: Characters of records after which a state is written, so that fewer commands need be carried out on opening.
STATE_AFTER = 2**18
#: Characters of records up to which they are not rewritten without those that are no longer needed.
REWRITE_AFTER = 2**24


class CompactingJournal:
    """Writes the records of a workspace to a journal.

    A state is written when the commands since the last one take more room than it, and everything is written anew when
    the records are four times as long as they were, or half-way to the largest file that is read; both cost at most a
    constant factor.

    Parameters
    ----------
    journal : Journal or None
        Where the records are written; ``None`` writes nothing.
    texts : sequence of str
        The records that are in the journal already.
    """

    def __init__(self, journal: Journal | None = None, texts: Sequence[str] = ()) -> None:
        self.journal = journal
        self._start(texts)

    def _start(self, texts: Sequence[str]) -> None:
        self._length = sum(map(len, texts))
        self._limit = max(REWRITE_AFTER, min(4 * self._length, (self._length + MAX_BYTES) // 2))
        states = [i for i, text in enumerate(texts) if text.startswith('{"position":')]
        self._state = len(texts[states[-1]]) if states else 0
        self._since = sum(map(len, texts[states[-1] + 1 :])) if states else 0

    def write(self, text: str) -> None:
        """Add a record; it is safe when this returns, and was not written when it raises."""
        if self.journal is not None:
            self.journal.append(text)
            self._length += len(text)
            self._since += len(text)

    def compact(self, state: Callable[[], str], everything: Callable[[], list[str]]) -> None:
        """Write a state, or rewrite all records, when a limit is reached; on an error, try again after the next record.

        ``state`` and ``everything`` return the records to write.
        """
        if self.journal is None:
            return
        with suppress(EquibelError):
            if self._length > self._limit:
                self.rewrite(everything())
            elif self._since > max(STATE_AFTER, self._state):
                text = state()
                self.write(text)
                self._state, self._since = len(text), 0

    def rewrite(self, texts: list[str]) -> None:
        """Replace all records."""
        if self.journal is not None:
            self.journal.rewrite(texts)
            self._start(texts)

    def close(self) -> None:
        """Close the journal."""
        if self.journal is not None:
            self.journal.close()
            self.journal = None


def uninterrupted(work: Callable[[], None]) -> None:
    """Run ``work``, which is short, to its end, and handle Ctrl-C afterwards.

    Python runs the handler of Ctrl-C, which raises `KeyboardInterrupt`, say, between any two steps of the main thread: also
    between writing a record and publishing it.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        work()
        return
    pressed: list[int] = []
    try:
        signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
        work()
    finally:
        signal.signal(signal.SIGINT, handler)
    if pressed:
        handler(pressed[0], None)
