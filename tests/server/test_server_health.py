"""Whether the server says that it cannot write: a full disk, a file that may only be read, one that is gone.

It was ready while the disk was full and every change was refused with 503.
"""

import contextlib
import os
import resource
import sqlite3
import time

import pytest
from server_client import assert_problem, server
from server_data import new_workspace
from server_jobs import eventually
from serving import Running

from equibel.server.database import health
from equibel.server.http.problems import Unavailable


@pytest.fixture
def client(tmp_path):
    with server(tmp_path) as client:
        yield client


@pytest.fixture
def impatient(monkeypatch):
    """What is known about writing is old at once."""
    monkeypatch.setattr(health, "_FRESH", 0.0)
    monkeypatch.setattr(health, "_REST", 0.0)


def assert_not_ready(client, said):
    told = assert_problem(client.get("/readyz"), 503, "unavailable")
    assert told["check"] == "database"
    assert said in told["detail"]
    assert "server.db" not in told["detail"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.process
def test_a_full_disk(tmp_path):
    """A server whose files cannot grow is not ready, and is ready again when they can."""
    graph = '{"nodes": [%s], "edges": []}' % ", ".join(f'{{"id": {n}, "formulas": ["p{n % 100}"]}}' for n in range(2000))  # noqa: UP031

    def put(running):
        return running.ask("PUT", "/v1/workspaces/w/graphs/g", graph, content_type="application/json")[0]

    def limit(running, size):
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    with Running(tmp_path) as running:
        running.ask("POST", "/v1/workspaces", '{"name": "w"}', content_type="application/json")
        assert running.ask("GET", "/readyz")[0] == 200
        limit(running, max(os.path.getsize(tmp_path / name) for name in ("work.db", "work.db-wal")))
        assert put(running) == 503
        status, _, body = running.ask("GET", "/readyz")
        assert status == 503
        assert b"the database cannot be written" in body
        assert running.ask("GET", "/healthz")[0] == 200
        limit(running, resource.RLIM_INFINITY)
        eventually(lambda: running.ask("GET", "/readyz")[0] == 200)
        assert put(running) == 201


@pytest.mark.usefixtures("impatient")
def test_a_disk_that_is_nearly_full(client, monkeypatch):
    """Little room on the disk is enough to say so, whether or not something small could be written yet."""
    real = os.statvfs

    def nearly_full(path):
        found = list(real(path))
        found[3] = found[4] = 10  # free blocks
        return os.statvfs_result(found)

    monkeypatch.setattr(os, "statvfs", nearly_full)
    assert_not_ready(client, "its disk is full")
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "its disk is full"),
        (sqlite3.SQLITE_IOERR | 3 << 8, "its disk does not take it"),
        (sqlite3.SQLITE_READONLY, "it may only be read"),
    ],
)
def test_changes_that_fail(client, monkeypatch, code, said):
    """Who asks after a change could not be written hears so at once, and nothing is tried for a while."""
    monkeypatch.setattr(health, "_REST", 60.0)
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    known = client.app.state.context.database._health
    eventually(lambda: known._until)  # what is written when the server starts has been written
    known.failed(error)
    assert_not_ready(client, said)
    known._until = time.monotonic()  # a while later it is tried again
    assert client.get("/readyz").status_code == 200


@pytest.mark.usefixtures("impatient")
def test_a_database_that_may_only_be_read(client):
    """What is tried when nothing was written for a while tells too."""
    engine = client.app.state.context.database._engine
    with contextlib.closing(engine.raw_connection()) as one:
        one.driver_connection.execute("PRAGMA query_only = ON")
    assert_problem(client.get("/readyz"), 503, "unavailable")
    assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone(client, tmp_path, replaced):
    """A file that was deleted, or replaced by another one, would take changes that nobody finds again."""
    assert client.get("/readyz").status_code == 200
    (tmp_path / "server.db").rename(tmp_path / "moved.db")
    if replaced:
        (tmp_path / "server.db").write_bytes((tmp_path / "moved.db").read_bytes())
    assert_not_ready(client, "its file was replaced" if replaced else "its file is not there any more")


def test_asking_often_writes_seldom(client, monkeypatch):
    """Something is written only when nothing has been for a while, and never while changes are made."""
    database = client.app.state.context.database
    sessions, real = [], type(database).session

    def counted(self, *, read_only=False):
        sessions.append(read_only)
        return real(self, read_only=read_only)

    monkeypatch.setattr(type(database), "session", counted)
    new_workspace(client)
    sessions.clear()
    for _ in range(20):
        assert client.get("/readyz").status_code == 200
    assert sessions.count(False) == 0
    database._health._until = 0.0
    for _ in range(20):
        assert client.get("/readyz").status_code == 200
    assert sessions.count(False) == 1


def test_what_is_written_to_find_out(tmp_path):
    """It really is written, each time: SQLite would not write what is there already."""
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        sizes = set()
        for _ in range(3):
            connection.execute(health.DatabaseHealth.probe(True))
            sizes.add(os.path.getsize(tmp_path / "a.db-wal"))
            time.sleep(0.001)
    assert len(sizes) == 3
    assert 0 not in sizes


def test_other_failures_are_tried_again_at_once():
    """A database that was busy, say, is not taken for a full one."""
    known = health.DatabaseHealth(None)
    known.wrote()
    assert not known.in_doubt()
    known.failed(sqlite3.OperationalError("database is locked"))
    assert known.in_doubt()
    error = sqlite3.OperationalError("full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    known.failed(error)
    with pytest.raises(Unavailable):
        known.in_doubt()
    known.wrote()
    assert not known.in_doubt()
