"""The integrity check of an SQLite file before a server uses it."""

from __future__ import annotations

import logging
import os
import sqlite3
import time

from equibel.errors import FileFormatError

log = logging.getLogger("equibel.server")

_PATIENCE = 20.0  # seconds for looking
_STEPS = 10_000  # of SQLite between two looks at the clock

#: Of a column that holds JSON text of ASCII characters, a row where something else is; the length of a text ends at a NUL.
_MISSHAPEN = (
    "SELECT {row} FROM {table} WHERE {text} IS NOT NULL "
    "AND (length({text}) <> length(CAST({text} AS BLOB)) OR NOT json_valid({text})) LIMIT 1"
)
_TEXTS = (
    ("records", "text", "'record ' || number || ' of workspace ' || workspace_id"),
    ("jobs", "operation", "'the operation of job ' || id"),
    ("jobs", "problem", "'the problem of job ' || id"),
    ("jobs", "result", "'the result of job ' || id"),
    ("job_events", "data", "'event ' || number || ' of job ' || job_id"),
)


def check_file(path: str, patience: float = _PATIENCE) -> None:
    """Look whether all pages of an SQLite file fit together, and whether what is stored in them can be read.

    It reads the whole file; what is not done after ``patience`` seconds is left out, which is logged.

    Raises
    ------
    FileFormatError
        When the file is damaged.
    sqlite3.Error
        When it cannot be used.
    """
    if not os.path.exists(path) or not os.path.getsize(path):
        return
    until = time.monotonic() + patience
    connection = sqlite3.connect(path, timeout=patience)
    try:
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise _damaged(path, found[0])
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table, text, row in _TEXTS:
            if table in tables:
                for (where,) in connection.execute(_MISSHAPEN.format(table=table, text=text, row=row)):
                    raise _damaged(path, f"{where} is not what was stored")
    except sqlite3.DatabaseError as error:
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_INTERRUPT:
                log.warning("looking whether the database %s is whole was given up after %g seconds", path, patience)
            case sqlite3.SQLITE_CORRUPT:
                raise _damaged(path, str(error)) from error
            case _:
                raise
    finally:
        connection.close()


def _damaged(path: str, problem: str) -> FileFormatError:
    return FileFormatError(
        f"the database is damaged ({' '.join(problem.split())}); put a copy of it in its place, or see 'A damaged database' "
        "in docs/SERVER.md",
        path=path,
    )
