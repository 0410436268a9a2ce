"""The history of a workspace: the commands in order, the current position among them, and states in between.

The state after some commands is computed by carrying them out on the first state, so no command has an inverse.  Some of
the states in between are stored, and reaching another one takes the few commands after the nearest of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from equibel.workspace.changes.change import Change, read_change
from equibel.workspace.state.content import to_json
from equibel.workspace.state.draft import Draft
from equibel.workspace.state.model import State

_STORED = 32  # states, about


@dataclass(frozen=True, eq=False)
class Entry:
    """One command of the history.

    Attributes
    ----------
    number : int
        The number of its first change; every change of the workspace has one, and they grow.
    time : str
        When it was carried out: UTC, ISO 8601.
    line : str
        What it did, in words.
    text : str
        The record by which it is stored.
    """

    number: int
    time: str
    line: str
    text: str

    @classmethod
    def of(cls, number: int, time: str, line: str, changes: Sequence[Change]) -> Entry:
        """The entry for changes that are about to be carried out."""
        text = to_json({"n": number, "time": time, "line": line, "do": [change.data() for change in changes]})
        entry = cls(number, time, line, text)
        vars(entry)["changes"] = list(changes)
        return entry

    @cached_property
    def changes(self) -> list[Change]:
        """The changes, carried out one after the other and all or none."""
        return [read_change(data) for data in json.loads(self.text)["do"]]

    def apply(self, draft: Draft) -> None:
        """Carry out the command."""
        draft.time = self.time
        for number, change in enumerate(self.changes, start=self.number):
            draft.number = number
            change.apply(draft)


class History:
    """Commands and the states between them.

    Parameters
    ----------
    first : State
        The state before the first command.
    """

    def __init__(self, first: State) -> None:
        self.entries: list[Entry] = []
        self.position = 0
        self._states = {0: first}
        self._every = 1

    def push(self, entry: Entry, state: State) -> None:
        """Add a command that led to a state; commands that were undone are removed."""
        self.append(entry)
        self.keep(self.position, state)

    def append(self, entry: Entry) -> None:
        """The same, when the state is not known yet."""
        if self.position < len(self.entries):
            del self.entries[self.position :]
            self._states = {position: state for position, state in self._states.items() if position <= self.position}
        self.entries.append(entry)
        self.position += 1

    def keep(self, position: int, state: State) -> None:
        """Store a state, and remove others, so that few remain, evenly spread."""
        self._states[position] = state
        if len(self._states) > 2 * _STORED:
            self._every = max(self._every, len(self.entries) // _STORED + 1)
            self._states = {p: s for p, s in self._states.items() if p % self._every == 0 or abs(p - position) < 8}

    def state(self, position: int) -> State:
        """The state after the first ``position`` commands."""
        nearest = max(known for known in self._states if known <= position)
        if nearest == position:
            return self._states[position]
        draft = Draft(self._states[nearest])
        for entry in self.entries[nearest:position]:
            entry.apply(draft)
        state = draft.state()
        self.keep(position, state)
        return state
