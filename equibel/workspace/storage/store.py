"""The store of a workspace: its state, history and cache, which change only after the journal is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from equibel.errors import FileAccessError, VersionConflict, WorkspaceError
from equibel.files.text import FilePath
from equibel.options import wrong_option
from equibel.workspace.changes.change import Change
from equibel.workspace.changes.history import Entry, History
from equibel.workspace.results.cache import Cache
from equibel.workspace.results.provenance import Computed
from equibel.workspace.results.task import Task
from equibel.workspace.state.draft import Draft
from equibel.workspace.state.model import State, now
from equibel.workspace.storage.compaction import CompactingJournal, uninterrupted
from equibel.workspace.storage.journal import FileJournal, Journal, real_path
from equibel.workspace.storage.records import all_records, computed_record, move_record, state_record

#: Expected versions: of the whole workspace, or of graphs and declarations by name, ``None`` for a name that must not
#: exist.
Expected = int | Mapping[str, int | None] | None

_SHOWN = 5  # changes of a command that its line in the history describes


class Store:
    """The state of a workspace, its history and the cache of computed results, stored in a journal if there is one.

    Every method takes the lock while it works, which is short.

    Attributes
    ----------
    lock : threading.RLock
    state : State
        Replaced as a whole by every change, so that it can be read without the lock.
    history, cache : History, Cache
        Read and change them under the lock.
    session : mapping
        The settings of a user to go on with, by name.
    refusal : str
        Why changes are refused, if they are.
    """

    def __init__(self, state: State, history: History, cache: Cache, session: Mapping[str, str] | None = None) -> None:
        self.lock = threading.RLock()
        self.state = state
        self.history = history
        self.cache = cache
        self.session: Mapping[str, str] = session or {}
        self.refusal = ""
        self._journal = CompactingJournal()

    @property
    def path(self) -> str | None:
        """The file of the journal, if it is one."""
        return getattr(self._journal.journal, "path", None)

    def change(self, changes: Sequence[Change], label: str | None, expected: Expected) -> State:
        """Carry out changes, all or none of them."""
        with self.lock:
            self._require(expected)
            entry = Entry.of(self.state.version + 1, now(), _line(changes) if label is None else label, changes)
            draft = Draft(self.state)
            entry.apply(draft)
            state = draft.state()

            def publish() -> None:
                self.history.push(entry, state)
                self.state = state

            self._commit(entry.text, publish)
            return state

    def move(self, step: int, expected: Expected) -> Entry:
        """Undo (step -1) or redo (step 1) a command, and return it."""
        with self.lock:
            self._require(expected)
            position = self.history.position + step
            if not 0 <= position <= len(self.history.entries):
                raise WorkspaceError(f"there is nothing to {'undo' if step < 0 else 'redo'}")
            state = replace(self.history.state(position), version=self.state.version + 1)

            def publish() -> None:
                self.history.position = position
                self.state = state

            self._commit(move_record(state.version, position), publish)
            return self.history.entries[min(position, position - step)]

    def add(self, computed: Computed) -> Computed:
        """Add a computed result, unless its source has changed since; returns it with its version."""
        with self.lock:
            if not self._fits(computed):
                return computed
            found = self.cache.get(*computed.key)
            if found is not None:
                return found
            same = self.cache.equal_value(computed.digest)
            return self._put(replace(computed, version=self.state.version + 1 if same is None else same.version))

    def known(self, task: Task) -> Computed | None:
        """The cached result of a task, or of an equal source and the same operation."""
        with self.lock:
            found = self.cache.get(task.source_version, task.operation)
            if found is None:
                found = self.cache.of_equal_source(task)
                if found is not None and self._fits(found):
                    self._put(found)
            return found

    def _put(self, computed: Computed) -> Computed:
        number = self.state.version + 1

        def publish() -> None:
            self.cache.put(computed)
            self.state = replace(self.state, version=number)
            self.cache.evict(self.state)

        if self.refusal:
            publish()
        else:
            self._commit(computed_record(number, computed, self.cache.of_version(computed.version) is None), publish)
        return computed

    def keep_session(self, session: Mapping[str, str]) -> None:
        """Store the session."""
        if not isinstance(session, Mapping) or not all(isinstance(text, str) for text in (*session, *session.values())):
            raise wrong_option("session", session, 'texts by name, such as {"current": "g"}')
        with self.lock:
            self._require(None)
            if session != self.session:

                def publish() -> None:
                    self.session = dict(session)

                self._commit(move_record(self.state.version, self.history.position, session), publish)

    def records(self) -> list[str]:
        """The records of everything that is still needed."""
        with self.lock:
            return self._everything()

    def save_as(self, path: FilePath, overwrite: bool) -> None:
        """Write everything to a file, and all changes from now on."""
        with self.lock:
            if self.path is not None and real_path(path) == self.path:
                self._journal.rewrite(self.records())
                return
            journal = FileJournal(path)
            try:
                if journal.exists and not overwrite:
                    problem = "the file exists already; choose another name, or overwrite it"
                    raise FileAccessError(f"{path}: {problem}", path=str(path))
                texts = self.records()
                journal.rewrite(texts)
            except BaseException:
                journal.close()
                raise
            self.keep(journal, texts)

    def keep(self, journal: Journal | None, texts: Sequence[str]) -> None:
        """Write to another journal from now on, which contains these records."""
        with self.lock:
            self._journal.close()
            self._journal = CompactingJournal(journal, texts)
            self.refusal = ""

    def close(self, refusal: str) -> None:
        """Refuse changes from now on, and close the journal."""
        with self.lock:
            self.refusal = refusal
            self._journal.close()

    def _fits(self, computed: Computed) -> bool:
        result = self.state.results.get(computed.result)
        if result is None or result.operation != computed.operation:
            return False
        if result.of in self.state.graphs:
            return self.state.versions[result.of] == computed.source_version
        source = self.cache.current(self.state).get(result.of)
        return source is not None and source.version == computed.source_version

    def _require(self, expected: Expected) -> None:
        """Refuse a change when none is possible, or when the versions are not the expected ones."""
        if self.refusal:
            raise WorkspaceError(self.refusal)
        if isinstance(expected, Mapping):
            for name, version in expected.items():
                found = self.state.versions.get(name)
                if found != version:
                    raise _conflict(f"{name!r}", name, version, found)
        elif isinstance(expected, int) and expected != self.state.version:
            raise _conflict("the workspace", None, expected, self.state.version)
        elif not isinstance(expected, int | None):
            raise wrong_option("expected", expected, "the version of the workspace, or versions by name")

    def _commit(self, text: str, publish: Callable[[], None]) -> None:
        def commit() -> None:
            self._journal.write(text)
            publish()
            self._journal.compact(lambda: state_record(self.history.position, self.state), self._everything)

        uninterrupted(commit)

    def _everything(self) -> list[str]:
        return all_records(self.history, self.cache, self.state, self.session)


def _line(changes: Sequence[Change]) -> str:
    """The line of the history for some changes."""
    lines = [change.line() for change in changes[:_SHOWN]]
    more = [f"and {len(changes) - _SHOWN} more changes"] if len(changes) > _SHOWN else []
    return "; ".join(lines + more)


def _conflict(what: str, name: str | None, expected: int | None, actual: int | None) -> VersionConflict:
    if actual is None:
        problem = f"{what} was not found, and version {expected} was expected"
    elif expected is None:
        problem = f"{what} exists already, and was expected not to"
    else:
        problem = f"{what} has version {actual} and not {expected}: it was changed in the meantime"
    return VersionConflict(f"{problem}; look at it again", name=name, expected=expected, actual=actual)
