"""Where the database is: addresses that are refused, files that cannot be used, and how long to wait for others."""

import os
import sqlite3
import threading

import pytest
from server_postgresql import KINDS, cluster
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import URL

from equibel.errors import FileAccessError, OptionError
from equibel.server.database import Database, connect
from equibel.server.http.problems import Unavailable

WRITING = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)


@pytest.mark.parametrize("address", ["mysql://me:secret@host/db", "sqlite://", "sqlite:///:memory:", "what://x", "x:y://z"])
def test_other_databases_are_refused(address):
    """Only SQLite in a file and PostgreSQL are databases of a server; a password is not repeated."""
    with pytest.raises(OptionError) as refusal:
        Database(address)
    assert "secret" not in str(refusal.value)


def test_a_database_that_cannot_be_reached(tmp_path):
    """Starting says where the database should be, and why it cannot be used."""
    (tmp_path / "no.db").write_text("this is not a database " * 100)
    with pytest.raises(FileAccessError, match=r"no\.db.*not a database"):
        Database(str(tmp_path / "no.db")).upgrade()
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(FileAccessError):
        Database(str(tmp_path / "folder.db")).upgrade()
    with pytest.raises(FileAccessError):
        Database("a\0b")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind == "postgresql"])
def test_postgresql_that_is_not_there(kind):
    """The password of a URL is not repeated."""
    with pytest.raises(FileAccessError) as refusal:
        Database("postgresql://me:secret@127.0.0.1:1/db").lock()
    assert "secret" not in str(refusal.value)


def test_a_new_file_is_its_users_alone(tmp_path):
    """Nobody else can read the database that a server makes."""
    database = Database(str(tmp_path / "server.db"))
    database.lock()
    database.upgrade()
    assert os.stat(tmp_path / "server.db").st_mode & 0o077 == 0
    database.unlock()
    database.close()


def test_the_database_of_the_user(tmp_path, monkeypatch):
    """Without an address it is in the user's folder for data, which is made, and closed to others."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert Database("").url == URL.create("sqlite+pysqlite", database=str(tmp_path / "equibel" / "server.db"))
    assert os.stat(tmp_path / "equibel").st_mode & 0o077 == 0


def test_a_misspelt_folder_is_not_made(tmp_path):
    """Otherwise a server would start with an empty database, and say nothing."""
    with pytest.raises(FileAccessError, match=r"folder .*datta not found"):
        Database(str(tmp_path / "datta" / "server.db"))
    assert not (tmp_path / "datta").exists()


def test_a_database_that_can_only_be_read(tmp_path):
    """A server does not start on it: it would refuse every change."""
    address = str(tmp_path / "server.db")
    Database(address).upgrade()

    def only_reading(connection, record):  # as with a file that is another user's
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action in WRITING else sqlite3.SQLITE_OK)

    event.listen(Engine, "connect", only_reading)
    try:
        with pytest.raises(FileAccessError, match="cannot be used"):
            Database(address).upgrade()
    finally:
        event.remove(Engine, "connect", only_reading)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind == "postgresql"])
def test_a_postgresql_that_can_only_be_read(kind):
    """Such as a copy that follows another one."""
    with cluster() as new_database:
        address = new_database()
        database = Database(address)
        database.upgrade()
        with database.session() as session:
            session.execute(text(f"ALTER DATABASE {database.url.database} SET default_transaction_read_only = on"))
        database.close()
        again = Database(address)
        with pytest.raises(FileAccessError, match="read-only"):
            again.upgrade()
        again.close()


def test_a_folder_that_nothing_can_be_made_in(tmp_path):
    """The message says what could not be made, and does not speak of what a server cannot do anyway."""
    (tmp_path / "server.db.lock").mkdir()
    with pytest.raises(FileAccessError, match=r"server\.db: a lock file cannot be made beside the database: .*directory"):
        Database(str(tmp_path / "server.db")).lock()


def test_waiting_to_write_ends(tmp_path, monkeypatch):
    """When one writer is held up, the others are told so after a while, and do not wait for one another as well."""
    database = Database(str(tmp_path / "server.db"))
    database.upgrade()
    monkeypatch.setattr(connect, "_BUSY_SECONDS", 0.01)
    writing, told = threading.Event(), threading.Event()

    def write():
        with database.session():
            writing.set()
            told.wait(60)

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(60)
    with pytest.raises(Unavailable, match="busy"), database.session():
        pass
    with database.session(read_only=True):
        told.set()
    writer.join()
    with database.session():
        pass
    database.close()
