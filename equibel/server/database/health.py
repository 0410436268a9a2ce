"""The health of the database: whether it can be written, without a write for every check."""

from __future__ import annotations

import os
import sqlite3
import threading
import time

from equibel.server.http.problems import Unavailable

_FRESH = 10.0  # seconds for which what could be written counts
_REST = 5.0  # seconds after which a disk that took nothing is asked again
_ROOM = 2**20  # bytes; with fewer free a disk counts as full
_NO_ROOM = {
    sqlite3.SQLITE_FULL: "its disk is full",
    sqlite3.SQLITE_IOERR: "its disk does not take it",
    sqlite3.SQLITE_READONLY: "it may only be read",
    sqlite3.SQLITE_CANTOPEN: "its files cannot be made",
}


class DatabaseHealth:
    """What is known of a database's being written.

    Parameters
    ----------
    file : str or None
        The file, for SQLite.
    """

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._identity: tuple[int, int] | None = None  # of the file that was there in the beginning
        self._lock = threading.Lock()
        self._until = 0.0  # when what is known is old
        self._problem = ""

    def begin(self) -> None:
        """The database is locked: from now on its file should stay the same."""
        if self._file is not None:
            found = os.stat(self._file)
            self._identity = found.st_dev, found.st_ino

    def wrote(self) -> None:
        """Something was written."""
        with self._lock:
            self._problem, self._until = "", time.monotonic() + _FRESH

    def failed(self, error: BaseException) -> None:
        """Something could not be written."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        with self._lock:
            # Small things may be written yet where large ones are not, so a full disk is not asked at once.
            self._problem = _NO_ROOM.get(code, "")
            self._until = time.monotonic() + _REST if self._problem else 0.0

    def in_doubt(self) -> bool:
        """Whether something should be written to find out; raises `Unavailable` when it is known that nothing can be."""
        problem = self._file_problem()
        with self._lock:
            doubtful = time.monotonic() >= self._until
            problem = problem or ("" if doubtful else self._problem)
        if problem:
            raise Unavailable(f"the database cannot be written: {problem}", check="database")
        return doubtful

    @staticmethod
    def probe(is_file: bool) -> str:
        """A statement that writes a little, and changes nothing that matters."""
        if is_file:  # what has the value already SQLite does not write
            return f"PRAGMA user_version = {time.time_ns() // 1000 & 0x7FFFFFFF}"
        return "UPDATE alembic_version SET version_num = version_num"

    def _file_problem(self) -> str:
        """What can be seen from outside: a file that is another one now, and a full disk."""
        if self._file is None:
            return ""
        try:
            found = os.stat(self._file)
        except OSError:
            return "its file is not there any more"
        if self._identity not in (None, (found.st_dev, found.st_ino)):
            return "its file was replaced by another one; start the server anew"
        if not hasattr(os, "statvfs"):
            return ""
        disk = os.statvfs(self._file)
        free = disk.f_bfree if os.geteuid() == 0 else disk.f_bavail
        return _NO_ROOM[sqlite3.SQLITE_FULL] if free * disk.f_frsize < _ROOM else ""
