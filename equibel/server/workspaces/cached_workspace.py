"""One workspace of the cache: read from the database, changed in memory and in the database together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, FileFormatError, VersionConflict, WorkspaceError
from equibel.server.database import Database, WorkspaceRow
from equibel.server.http.etags import Condition, etag
from equibel.server.http.problems import Conflict, NotFound, Unavailable
from equibel.server.http.size_limits import Size, size_of
from equibel.server.workspaces.record_rows import RecordJournal, read_records
from equibel.solving import uncollected
from equibel.workspace import Change, Entry, State, Workspace

log = logging.getLogger("equibel.server")


class CachedWorkspace:
    """A workspace of an owner, read from the database when it is needed first.

    Attributes
    ----------
    id, owner, name, created : str
        As in the database.
    edition : str
        Changes when all records are replaced by those of a file.  Then, and when the workspace is deleted, this object
        is `over`: whoever has it can still read, and no longer change anything.

    Notes
    -----
    There is never more than one object that is not over for a workspace, so what it has in memory is what is stored.
    """

    def __init__(self, row: WorkspaceRow, database: Database, most: int) -> None:
        self.id, self.owner, self.name = row.id, row.owner, row.name
        self.edition, self.created = row.edition, row.created
        self._database = database
        self._most = most
        self._lock = threading.Lock()
        self._workspace: Workspace | None = None
        self._journal: RecordJournal | None = None
        self._over: EquibelError | None = None
        self._doubtful = False
        self._sizes: dict[int, Size] = {}

    @property
    def workspace(self) -> Workspace:
        """The workspace; every change of it is stored before it is seen.

        Raises `NotFound` when it was deleted before it was read, and `Unavailable` when it cannot be read.
        """
        with self._lock:
            if self._workspace is None:
                self._workspace = self._read()
            return self._workspace

    def _read(self) -> Workspace:
        if self._over is not None:
            raise self._over
        texts = read_records(self._database, self.id)
        if not texts:
            raise no_workspace(self.name)
        self._journal = RecordJournal(self._database, self.id, texts, self._most)
        try:
            return Workspace.from_records(texts, f"workspace {self.id}", journal=self._journal)
        except FileFormatError as error:
            log.error("a workspace is damaged: %s", error)
            raise Unavailable("the workspace is damaged; ask the operator of this server") from error

    @property
    def usable(self) -> bool:
        """Whether changes can be made."""
        return self._over is None and not self._doubtful and (self._journal is None or not self._journal.broken)

    @property
    def weight(self) -> int:
        """Characters of the records that are in memory."""
        return 0 if self._journal is None else self._journal.length

    @property
    def tag(self) -> str:
        """The entity tag of the workspace as a whole."""
        return self.tag_of(self.workspace.version)

    def tag_of(self, version: object) -> str:
        """The entity tag of a version of something in it."""
        return etag(self.edition, version)

    def tag_in(self, state: State, name: str | None) -> str | None:
        """The entity tag of a graph or result, or of the whole (``None``); ``None`` when there is nothing of that name."""
        if name is None:
            return self.tag_of(state.version)
        if name in state.results:
            status = self.workspace.statuses().get(name)
            return None if status is None else self.tag_of(status.tag)
        return self.tag_of(state.versions[name]) if name in state.graphs else None

    def records(self) -> list[str]:
        """The records as they are stored."""
        return read_records(self._database, self.id)

    def size(self, version: int, graph: EquibelGraph) -> Size:
        """The size of a graph that has this version, counted once."""
        found = self._sizes.get(version)
        if found is None:
            found = size_of(graph)
            if len(self._sizes) >= 1000:
                self._sizes = {}
            self._sizes[version] = found
        return found

    def change(
        self,
        name: str | None,
        condition: Condition,
        make: Callable[[State], Sequence[Change]],
        time_limit: float,
    ) -> State:
        """Change something if it is as a condition demands, and return the new state.

        Parameters
        ----------
        name : str or None
            The graph or result that the condition is about; ``None`` is the workspace as a whole.
        condition : Condition
        make : callable
            Tells the changes for a state; none leave it as it is.  It is asked again when somebody else was faster.
        time_limit : float
            Seconds for results that are computed at once.

        Raises
        ------
        PreconditionFailed
            When it is not as demanded.
        NotFound, Conflict, and the errors of `Workspace.apply`.
        """
        while True:
            state = self.workspace.state
            changes = make(state)
            condition.require(self.tag_in(state, name), f"the workspace {self.name!r}" if name is None else repr(name))
            if not changes:
                return state
            try:
                expected = state.version if name is None else {name: state.versions.get(name)}
                return self.apply(*changes, expected=expected, time_limit=time_limit)
            except VersionConflict:
                continue

    def apply(
        self, *changes: Change, expected: int | Mapping[str, int | None] | None = None, time_limit: float | None = None
    ) -> State:
        """As `Workspace.apply`; `NotFound` when the workspace was deleted in the meantime, `Conflict` when replaced."""
        try:
            with uncollected():  # in one thread, for which all others would wait
                return self.workspace.apply(*changes, expected=expected, time_limit=time_limit)
        except WorkspaceError as error:
            raise self._over or error from None

    def move(self, step: int, *, expected: int | None = None, time_limit: float | None = None) -> Entry:
        """Undo (-1) or redo (1); errors besides theirs are those of `apply`."""
        workspace = self.workspace
        try:
            return (workspace.undo if step < 0 else workspace.redo)(expected=expected, time_limit=time_limit)
        except WorkspaceError as error:
            raise self._over or error from None

    def doubt(self) -> None:
        """Let who asks for the workspace from now on read it again.

        Whoever has this object can go on: a change is refused when another one has been stored since.
        """
        self._doubtful = True

    def end(self, *, deleted: bool) -> None:
        """Refuse changes from now on; one that is being made is made first."""
        workspace = self.workspace
        if deleted:
            self._over = no_workspace(self.name)
        else:
            problem = f"the workspace {self.name!r} was replaced in the meantime; get it again"
            self._over = Conflict(problem, name=self.name)
        workspace.close()


def no_workspace(name: str) -> NotFound:
    """The error for a workspace that is not there."""
    return NotFound(f"workspace {name!r} not found", name=name)
