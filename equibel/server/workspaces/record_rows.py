"""The records of a workspace as rows of the database."""

from __future__ import annotations

import threading

from sqlalchemy import delete, exc, insert, select, update

from equibel.server.database import Database, RecordRow, WorkspaceRow
from equibel.server.http.problems import Conflict, OverLimit, Unavailable
from equibel.workspace.state.model import now


class RecordJournal:
    """Keeps the records of one workspace; a `equibel.workspace.Journal`.

    Every record is a transaction.  After one that failed nobody knows whether it is there, if the connection broke: then
    nothing more is written, and the workspace has to be read again.

    Parameters
    ----------
    database : Database
    workspace_id : str
    texts : list of str
        The records that are there.
    most : int
        Characters of all records together, at most.

    Attributes
    ----------
    length : int
        Characters of the records.
    broken : bool
        Whether something failed.
    """

    def __init__(self, database: Database, workspace_id: str, texts: list[str], most: int) -> None:
        self._database = database
        self._workspace = workspace_id
        self._most = most
        self._count = len(texts)
        self._lock = threading.Lock()
        self.length = sum(map(len, texts))
        self.broken = False

    def append(self, text: str) -> None:
        """Add a record; when this returns it is safe."""
        if self.length + len(text) > self._most:
            raise OverLimit(
                f"limit of {self._most} characters in a workspace and its history exceeded; create another workspace",
                limit="max_body_bytes",
                value=self.length + len(text),
            )
        self._write([text], keep=True)

    def rewrite(self, texts: list[str]) -> None:
        """Replace all records, in one transaction."""
        self._write(texts, keep=False)

    def close(self) -> None:
        """Nothing more will be written."""

    def _write(self, texts: list[str], *, keep: bool) -> None:
        with self._lock:
            if self.broken:
                raise Unavailable("the workspace could not be stored a moment ago; try again")
            count = self._count if keep else 0
            try:
                with self._database.session() as session:
                    if not keep:
                        session.execute(delete(RecordRow).where(RecordRow.workspace_id == self._workspace))
                    session.execute(insert(RecordRow), rows(self._workspace, texts, count))
                    session.execute(update(WorkspaceRow).where(WorkspaceRow.id == self._workspace).values(updated=now()))
            except BaseException as error:
                self.broken = True
                if isinstance(error, exc.IntegrityError):
                    problem = "the workspace was deleted or changed by another program; get it again"
                    raise Conflict(problem) from None
                raise
            self._count = count + len(texts)
            self.length = sum(map(len, texts)) + (self.length if keep else 0)


def rows(workspace_id: str, texts: list[str], count: int = 0) -> list[dict[str, object]]:
    """The rows for records that come after ``count`` others."""
    return [{"workspace_id": workspace_id, "number": n, "text": text} for n, text in enumerate(texts, start=count + 1)]


def read_records(database: Database, workspace_id: str) -> list[str]:
    """The records of a workspace, none when it was deleted."""
    query = select(RecordRow.text).where(RecordRow.workspace_id == workspace_id).order_by(RecordRow.number)
    with database.session(read_only=True) as session:
        return list(session.scalars(query))
