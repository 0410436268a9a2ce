"""The store of the workspaces of all owners: rows of the database, and a cache in memory."""

from __future__ import annotations

import secrets
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy import delete, exc, func, insert, select, update
from sqlalchemy.orm import Session

from equibel.errors import NameTakenError
from equibel.server.database import Database, JobRow, RecordRow, WorkspaceRow
from equibel.server.http.etags import Condition
from equibel.server.http.names import is_name, require_name
from equibel.server.http.problems import Conflict, OverLimit
from equibel.server.settings import Settings
from equibel.server.workspaces.cached_workspace import CachedWorkspace, no_workspace
from equibel.server.workspaces.record_rows import rows
from equibel.workspace import Workspace
from equibel.workspace.state.model import now

_BODIES = 20  # a workspace may become so many times as large as the body of a request
_KEPT = 256  # workspaces in memory that nobody uses
_ROOM = 2**26  # characters of their records

ACTIVE = ("queued", "running")  # jobs that are not finished

_ANYTHING = Condition()


class WorkspaceStore:
    """The workspaces of every owner; nobody sees those of another one.

    Workspaces are read when they are needed.  Those that were used last stay in memory, and so does each that somebody
    has at the moment, a job for instance.

    Parameters
    ----------
    database : Database
        It is this server's alone, see `Database.lock`.
    settings : Settings
        With the limits.

    Examples
    --------
    >>> import os, tempfile
    >>> from equibel.workspace import CreateGraph
    >>> folder = tempfile.TemporaryDirectory()
    >>> database = Database(os.path.join(folder.name, "server.db"))
    >>> database.upgrade()
    >>> workspaces = WorkspaceStore(database, Settings())
    >>> state = workspaces.create("ann", "w").apply(CreateGraph("g"))
    >>> list(workspaces.get("ann", "w").workspace.graphs), workspaces.list("bob")
    (['g'], [])
    >>> database.close(); folder.cleanup()
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._changing = threading.RLock()  # creating, deleting and replacing, one at a time
        self._lock = threading.Lock()
        # Whoever uses a workspace has the object, and as long as somebody has it there is no other for the workspace.
        self._cached: weakref.WeakValueDictionary[tuple[str, str], CachedWorkspace] = weakref.WeakValueDictionary()
        self._recent: OrderedDict[tuple[str, str], CachedWorkspace] = OrderedDict()
        database.when_lost(self._forget)

    @property
    def most(self) -> int:
        """Characters of the records of a workspace, at most."""
        return _BODIES * self._settings.max_body_bytes

    def get(self, owner: str, name: str) -> CachedWorkspace:
        """The workspace of that name; raises `NotFound` when the owner has none."""
        key = owner, name
        with self._lock:
            cached = self._usable(key)
        if cached is not None:
            return cached
        with self._changing:  # whoever is deleting or replacing it has to come to the end
            row = self._find(owner, name) if is_name(name) else None  # a database would not take every text
            if row is None:
                raise no_workspace(name)
            with self._lock:
                cached = self._usable(key)
                if cached is None:
                    self._cached[key] = cached = CachedWorkspace(row, self._database, self.most)
                    self._keep(key, cached)
                return cached

    def of_id(self, workspace_id: str) -> CachedWorkspace:
        """The workspace that has this id in the database; raises `NotFound` when it was deleted."""
        with self._database.session(read_only=True) as session:
            row = session.get(WorkspaceRow, workspace_id)
        if row is None:
            raise no_workspace(workspace_id)
        return self.get(row.owner, row.name)

    def list(self, owner: str, after: str = "", limit: int = 100) -> list[WorkspaceRow]:
        """Workspaces of an owner, by name: at most ``limit`` of those that come after a name."""
        query = (
            select(WorkspaceRow)
            .where(WorkspaceRow.owner == owner, WorkspaceRow.name > after.replace("\0", ""))
            .order_by(WorkspaceRow.name)
            .limit(limit)
        )
        with self._database.session(read_only=True) as session:
            return [*session.scalars(query)]

    def create(self, owner: str, name: str, texts: Sequence[str] | None = None) -> CachedWorkspace:
        """A new workspace, empty or with the records of another one.

        Raises
        ------
        Invalid
            When nothing can be called so.
        NameTakenError
            When the owner has a workspace of that name.
        OverLimit
            When the owner has as many workspaces as are allowed.
        """
        require_name(name, "name")
        time = now()
        row = WorkspaceRow(
            id=secrets.token_hex(16), owner=owner, name=name, edition=secrets.token_hex(4), created=time, updated=time
        )
        records = rows(row.id, list(Workspace().records() if texts is None else texts))
        with self._changing:
            try:
                with self._database.session() as session:
                    self._check_count(session, owner)
                    session.add(row)
                    session.flush()
                    session.execute(insert(RecordRow), records)
            except exc.IntegrityError:
                raise NameTakenError(f"workspace {name!r} exists already; choose another name", name=name) from None
        return self.get(owner, name)

    def delete(self, owner: str, name: str, condition: Condition = _ANYTHING) -> None:
        """Delete a workspace, with its finished jobs.

        Raises
        ------
        NotFound
            When there is none.
        PreconditionFailed
            When it is not as the condition demands.
        Conflict
            When jobs of it are queued or running.
        """
        with self._changing:
            cached = self.get(owner, name)
            self._check_jobs(cached)
            self._end(cached, condition, deleted=True)
            with self._database.session() as session:
                session.execute(delete(WorkspaceRow).where(WorkspaceRow.id == cached.id))

    def replace(
        self, owner: str, name: str, texts: Sequence[str], condition: Condition = _ANYTHING
    ) -> tuple[CachedWorkspace, bool]:
        """Let a workspace be what these records say, history included; returns it, and whether it is a new one.

        Raises `PreconditionFailed` when there is not what the condition demands, and what `create` raises.
        """
        with self._changing:
            row = self._find(owner, name)
            if row is None:
                condition.require(None, f"the workspace {name!r}")
                return self.create(owner, name, texts), True
            cached = self.get(owner, name)
            self._end(cached, condition, deleted=False)
            with self._database.session() as session:
                session.execute(delete(RecordRow).where(RecordRow.workspace_id == row.id))
                session.execute(insert(RecordRow), rows(row.id, list(texts)))
                changes = {"edition": secrets.token_hex(4), "updated": now()}
                session.execute(update(WorkspaceRow).where(WorkspaceRow.id == row.id).values(changes))
            return self.get(owner, name), False

    def close(self) -> None:
        """Forget what is in memory; everything is stored."""
        with self._lock:
            self._recent.clear()
            self._cached.clear()

    def _forget(self) -> None:
        """Read every workspace again when it is needed next."""
        with self._lock:
            for cached in list(self._cached.values()):
                cached.doubt()
            self._recent.clear()

    def _end(self, cached: CachedWorkspace, condition: Condition, *, deleted: bool) -> None:
        """Let nobody change a workspace any more that is as the condition demands; `get` makes a new object for it."""
        what = f"the workspace {cached.name!r}"
        condition.require(cached.tag, what)
        cached.end(deleted=deleted)
        with self._lock:
            self._recent.pop((cached.owner, cached.name), None)
        condition.require(cached.tag, what)  # a change may have come in between

    def _check_count(self, session: Session, owner: str) -> None:
        most = self._settings.max_workspaces
        count = session.scalar(select(func.count()).select_from(WorkspaceRow).where(WorkspaceRow.owner == owner)) or 0
        if count >= most:
            problem = f"limit of {most} workspaces exceeded (max_workspaces); delete one that is no longer needed"
            raise OverLimit(problem, limit="max_workspaces", bound=most, value=count + 1)

    def _check_jobs(self, cached: CachedWorkspace) -> None:
        query = select(JobRow.id).where(JobRow.workspace_id == cached.id, JobRow.status.in_(ACTIVE)).limit(10)
        with self._database.session(read_only=True) as session:
            jobs = list(session.scalars(query))
        if jobs:
            problem = f"the workspace {cached.name!r} has queued or running jobs; cancel them first"
            raise Conflict(problem, name=cached.name, jobs=jobs)

    def _find(self, owner: str, name: str) -> WorkspaceRow | None:
        query = select(WorkspaceRow).where(WorkspaceRow.owner == owner, WorkspaceRow.name == require_name(name, "name"))
        with self._database.session(read_only=True) as session:
            return session.scalars(query).one_or_none()

    def _usable(self, key: tuple[str, str]) -> CachedWorkspace | None:
        cached = self._cached.get(key)
        if cached is None or not cached.usable:
            return None
        self._keep(key, cached)
        return cached

    def _keep(self, key: tuple[str, str], cached: CachedWorkspace) -> None:
        """Keep a workspace in memory rather than those that were used longer ago."""
        self._recent[key] = cached
        self._recent.move_to_end(key)
        while len(self._recent) > 1 and (
            len(self._recent) > _KEPT or sum(each.weight for each in self._recent.values()) > _ROOM
        ):
            self._recent.popitem(last=False)
