"""Locks by which one server at a time uses a database: a lock file for SQLite, an advisory lock for PostgreSQL."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import PoolProxiedConnection

from equibel.errors import FileAccessError, WorkspaceLocked
from equibel.files.access import file_kind
from equibel.server.database.address import shown
from equibel.server.http.problems import Unavailable
from equibel.workspace.storage.lock import Lock

_KEY = 0x6571756962656C  # of PostgreSQL's advisory lock

_HOLDER = """
    SELECT activity.pid, activity.usename, activity.client_addr, activity.backend_start
    FROM pg_locks AS locks JOIN pg_stat_activity AS activity ON locks.pid = activity.pid
    WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1
      AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND locks.classid::bigint = %s AND locks.objid::bigint = %s
"""


class DatabaseLock(Protocol):
    """The lock of a database."""

    def check(self) -> bool:
        """Whether the lock was never lost; false when it had to be taken again, `Unavailable` when another server has it."""

    def release(self) -> None:
        """Release the lock, so that another server can take it."""


class _FileLock:
    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    def check(self) -> bool:
        return True  # the operating system's lock lasts as long as the process

    def release(self) -> None:
        self._lock.release()


def lock_file(url: URL) -> DatabaseLock:
    """Lock an SQLite database by a lock file beside it; a new database file is readable by its owner only.

    Symbolic links are followed, so that all names of a database are one.  A second hard link is refused: SQLite would keep
    other files beside it.
    """
    path = os.path.realpath(shown(url))
    _require_one_file(path, shown(url))
    try:
        lock = _FileLock(Lock(path))
    except FileAccessError as error:
        problem = f"{shown(url)}: a lock file cannot be made beside the database: {_reason(error)}"
        raise FileAccessError(problem, path=shown(url)) from None
    except WorkspaceLocked as error:
        who = "it is locked"
        if error.pid:
            who = f"process {error.pid} of {error.user} on {error.host} has it since {error.since}"
        raise _locked(shown(url), who, host=error.host, pid=error.pid, user=error.user, since=error.since) from None
    try:
        with suppress(OSError):  # which SQLite will tell better
            Path(path).touch(mode=0o600)
        _require_one_file(path, shown(url))
    except BaseException:
        lock.release()
        raise
    return lock


def _require_one_file(path: str, name: str) -> None:
    """Raise `FileAccessError` for what is there and is no file, or a file that has several names."""
    found = file_kind(path)
    problem = "" if found in ("a file", "") else f"this is {found}; expected a file"
    if found == "a file" and os.stat(path).st_nlink > 1:
        problem = "the file has another name (a hard link), under which it would be damaged; use a copy of it"
    if problem:
        raise FileAccessError(f"{name}: {problem}", path=name)


class _AdvisoryLock:
    """An advisory lock of PostgreSQL, which ends with the connection it was taken on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lost = False
        self._lock = threading.Lock()
        self._connection = self._connect()

    def check(self) -> bool:
        with self._lock:
            if self._lost:
                raise Unavailable("another server has taken over the database; start this one anew")
            try:
                self._ask("SELECT 1")
            except self._engine.dialect.loaded_dbapi.Error:
                return self._take_again()  # the database server was started anew, say
            return True

    def release(self) -> None:
        self._connection.close()

    def _take_again(self) -> bool:
        self._connection.close()
        try:
            self._connection = self._connect()
        except WorkspaceLocked:
            self._lost = True  # what is in memory here is no longer what is stored
            raise Unavailable("another server has taken over the database; start this one anew") from None
        return False

    def _ask(self, query: str, *values: object) -> Any:
        cursor = self._connection.cursor()
        cursor.execute(query, values)
        return cursor.fetchone()

    def _connect(self) -> PoolProxiedConnection:
        self._connection = connection = self._engine.raw_connection()
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        connection.detach()  # so that closing it ends it
        if self._ask("SELECT pg_try_advisory_lock(%s)", _KEY)[0]:
            return connection
        holder = self._ask(_HOLDER, _KEY >> 32, _KEY & 0xFFFFFFFF)
        connection.close()
        pid, user, host, since = 0, "", "", ""
        if holder is not None:
            pid, user, host, since = holder[0], str(holder[1]), str(holder[2] or "the same machine"), str(holder[3])
        who = f"{user} has it, from {host}, since {since}" if pid else "it is locked"
        raise _locked(shown(self._engine.url), who, host=host, pid=pid, user=user, since=since)


def lock_postgresql(engine: Engine) -> DatabaseLock:
    """Lock a PostgreSQL database by an advisory lock."""
    return _AdvisoryLock(engine)


def _reason(error: FileAccessError) -> str:
    cause = error.__cause__
    return cause.strerror or str(cause) if isinstance(cause, OSError) else str(error)


def _locked(path: str, who: str, *, host: str, pid: int, user: str, since: str) -> WorkspaceLocked:
    problem = f"{path}: one server at a time can use this database, and {who}; stop that one, or use another database"
    return WorkspaceLocked(problem, path=path, host=host, pid=pid, user=user, since=since)
