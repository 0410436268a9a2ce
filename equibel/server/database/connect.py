"""Connections to the database, one transaction at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from equibel.errors import FileAccessError
from equibel.server.database.address import is_file, read_address, shown
from equibel.server.database.checking import check_file
from equibel.server.database.health import DatabaseHealth
from equibel.server.database.migrate import upgrade
from equibel.server.database.server_lock import DatabaseLock, lock_file, lock_postgresql
from equibel.server.http.problems import Unavailable

log = logging.getLogger("equibel.server")

_BUSY_SECONDS = 10  # that a connection waits for another program, such as one that makes a copy of an SQLite file
_READ_ONLY = "equibel_read_only"


class Database:
    """A database, SQLite or PostgreSQL; connections are made when they are needed.

    Parameters
    ----------
    address : str
        A file for SQLite, or a URL such as ``postgresql://user@host/name``; empty is a file of the user's.

    Raises
    ------
    OptionError
        When the address is that of another kind of database, or psycopg, the driver for PostgreSQL, is not installed.

    Examples
    --------
    >>> import os, tempfile
    >>> from equibel.server.database import WorkspaceRow
    >>> folder = tempfile.TemporaryDirectory()
    >>> database = Database(os.path.join(folder.name, "server.db"))
    >>> database.lock(); database.upgrade()
    >>> with database.session() as session:
    ...     session.query(WorkspaceRow).count()
    0
    >>> database.unlock(); database.close(); folder.cleanup()
    """

    def __init__(self, address: str = "") -> None:
        self.url = read_address(address)
        self._engine = _engine(self.url)
        self._database_lock: DatabaseLock | None = None
        self._in_doubt = False  # whether connections broke, and the lock on the database with them
        self._forgetting: list[Callable[[], None]] = []
        self._health = DatabaseHealth(shown(self.url) if is_file(self.url) else None)
        event.listen(self._engine, "invalidate", self._doubt)
        # SQLite has one writer at a time.  Who waits for this lock is served in turn; who waited for SQLite would have to
        # ask again and again.
        self._write_lock = threading.RLock() if is_file(self.url) else None

    def lock(self) -> None:
        """Lock the database for this server, until `unlock` or the end of the process.

        Raises
        ------
        WorkspaceLocked
            When another server has locked it.
        FileAccessError
            When it cannot be reached.
        """
        with self._starting():
            self._database_lock = lock_file(self.url) if is_file(self.url) else lock_postgresql(self._engine)
        self._health.begin()

    def unlock(self) -> None:
        """Release the lock, so that another server can use the database."""
        if self._database_lock is not None:
            self._database_lock.release()
            self._database_lock = None

    def check(self) -> None:
        """Look whether a file of SQLite is whole; a database server does so itself.

        All of it is read, which takes about a second for every few hundred megabytes; see `check_file`.

        Raises
        ------
        FileFormatError
            When it is damaged.
        FileAccessError
            When it cannot be used.
        """
        if is_file(self.url):
            with self._starting():
                check_file(shown(self.url))

    def upgrade(self) -> None:
        """Make the tables, or bring those of an older version up to date.

        Raises
        ------
        WorkspaceError
            When the tables are those of a newer version, or of another program.
        FileAccessError
            When the database cannot be reached or changed.
        """
        with self._starting(), self._writing(), self._engine.begin() as connection:
            upgrade(connection, shown(self.url))

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """One transaction: committed at the end, and rolled back when there was an error.

        Keep it short: an SQLite database has one writer at a time.  Do not begin another one within it.

        Parameters
        ----------
        read_only : bool
            Whether nothing is written; it waits for nobody then.

        Raises
        ------
        Unavailable
            When the database cannot be used.  `sqlalchemy.exc.IntegrityError` is for the caller.
        """
        with nullcontext() if read_only else self._writing(), self._told(writing=not read_only):
            engine = self._engine.execution_options(**{_READ_ONLY: read_only})
            with Session(engine, expire_on_commit=False) as session, session.begin():
                session.connection()
                if self._in_doubt and not read_only:
                    self._check_lock()
                yield session
        if not read_only:
            self._health.wrote()

    def ping(self) -> None:
        """Raise `Unavailable` when the database does not answer or cannot be written, or this server has lost its lock.

        What was written a moment ago can be written; otherwise something small is.
        """
        with self._told():
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            self._check_lock()
        if self._health.in_doubt():
            with self.session() as session:
                session.execute(text(self._health.probe(is_file(self.url))))

    def when_lost(self, forget: Callable[[], None]) -> None:
        """Call a function when the lock was lost for a moment: another server may have changed the data."""
        self._forgetting.append(forget)

    def close(self) -> None:
        """Close all connections; the next session makes new ones."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Have the turn to write; who waits too long, since another program locks the file, is told so."""
        if self._write_lock is None:
            yield
            return
        if not self._write_lock.acquire(timeout=_BUSY_SECONDS):
            raise Unavailable("the database was busy for too long; try again later")
        try:
            yield
        finally:
            self._write_lock.release()

    def _doubt(self, *arguments: object) -> None:
        self._in_doubt = True

    def _check_lock(self) -> None:
        if self._database_lock is not None and not self._database_lock.check():
            log.warning("the lock on the database %s was lost for a moment", shown(self.url))
            for forget in self._forgetting:
                forget()
        self._in_doubt = False

    @contextmanager
    def _told(self, *, writing: bool = False) -> Iterator[None]:
        """Tell clients of an error without saying what is stored where; the log has the rest."""
        try:
            yield
        except exc.IntegrityError:
            raise
        except (exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            log.error("the database %s cannot be used: %s", shown(self.url), _reason(error))
            if writing:
                self._health.failed(getattr(error, "orig", None) or error)
            raise Unavailable("the database cannot be used at the moment; try again later") from error

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Tell who starts the server of an error."""
        try:
            yield
        except (exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            where = shown(self.url)
            raise FileAccessError(f"{where}: the database cannot be used: {_reason(error)}", path=where) from error


def _reason(error: Exception) -> str:
    """What the driver says; SQLAlchemy's own words would repeat the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()) or type(cause).__name__


def _engine(url: URL) -> Engine:
    if not is_file(url):
        return create_engine(
            url,
            pool_size=20,
            max_overflow=30,
            pool_pre_ping=True,  # connections end when the database server is started anew
            connect_args={"connect_timeout": 10, "application_name": "equibel", "keepalives_idle": 30},
        )
    engine = create_engine(url, pool_size=20, max_overflow=80, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None  # Python's sqlite3 leaves transactions to `began`
        for pragma in "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON":
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        # Who means to write says so at once: who has read before could find that another one has written meanwhile.
        read_only = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
