"""The address of the database: a file or a URL."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from equibel.errors import FileAccessError, OptionError

_EXPECTED = "a file, or a URL such as postgresql://user@host/name"


def read_address(address: str) -> URL:
    """The URL of a database; see `Database`.  The user's data folder is made when it is not there, no other.

    >>> read_address("postgresql://me:secret@db.example/equibel").render_as_string()
    'postgresql+psycopg://me:***@db.example/equibel'
    """
    if "://" not in address:
        return _file(Path(address)) if address else _file(_data_folder() / "server.db", make_folder=True)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise OptionError(
            f"the database's URL cannot be read: {type(error).__name__}; expected {_EXPECTED}",
            option="database",
            value="",  # it may hold a password
            expected=_EXPECTED,
        ) from None
    kind = url.get_backend_name()
    if kind == "postgresql":
        if importlib.util.find_spec("psycopg") is None:
            raise OptionError(
                "PostgreSQL needs psycopg: pip install 'equibel[postgres]'",
                option="database",
                value=shown(url),
                expected=_EXPECTED,
            )
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and url.database and url.database != ":memory:" and not url.query:
        return _file(Path(url.database))
    problem = f"database is {shown(url)!r}; expected {_EXPECTED}"
    raise OptionError(problem, option="database", value=shown(url), expected=_EXPECTED)


def is_file(url: URL) -> bool:
    """Whether it is SQLite's."""
    return url.get_backend_name() == "sqlite"


def shown(url: URL) -> str:
    """The address for messages, without a password."""
    return url.database if is_file(url) and url.database else url.render_as_string(hide_password=True)


def _file(path: Path, *, make_folder: bool = False) -> URL:
    try:
        if "\0" in str(path):
            raise ValueError("its name has the character NUL")
        path = path.expanduser().absolute()
        if make_folder:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            raise FileNotFoundError(f"folder {path.parent} not found")
    except (OSError, RuntimeError, ValueError) as error:
        raise FileAccessError(f"{path}: the database cannot be kept there: {error}", path=str(path)) from None
    return URL.create("sqlite+pysqlite", database=str(path))


def _data_folder() -> Path:
    """Where a program keeps a user's data."""
    home = Path("~")
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local") / "equibel"
    if sys.platform == "darwin":
        return home / "Library/Application Support/equibel"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share") / "equibel"
