"""Databases that are damaged, or are no files of their own: found when the server starts, not in the middle of its work."""

import contextlib
import logging
import os
import random
import sqlite3

import pytest
from commandline import program
from server_client import server
from server_data import new_workspace

from equibel.errors import FileAccessError, FileFormatError, WorkspaceLocked
from equibel.server.database import Database, checking
from equibel.server.database.checking import check_file

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a database with workspaces in it."""
    folder = tmp_path_factory.mktemp("whole")
    with server(folder) as client:
        for number in range(5):
            nodes = [{"id": f"node {n}", "formulas": [f"p{n} & q{number}"]} for n in range(300)]
            new_workspace(client, {"g": {"nodes": nodes, "edges": []}})
    with contextlib.closing(sqlite3.connect(folder / "server.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = (folder / "server.db").read_bytes()
    assert len(data) > 30 * PAGE
    return data


@pytest.fixture
def path(tmp_path, whole):
    path = tmp_path / "server.db"
    path.write_bytes(whole)
    return path


def test_a_whole_database(path, whole):
    """Nothing is said of one that is whole, or new, or empty; nothing of it is changed, and nothing is left beside it."""
    check_file(str(path))
    assert path.read_bytes() == whole
    check_file(str(path.with_name("new.db")))
    path.with_name("empty.db").touch()
    check_file(str(path.with_name("empty.db")))
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["empty.db", "server.db"]


def spoil(data, start, length, how):
    """The data with a part of it overwritten."""
    piece = {
        "zeros": b"\0" * length,
        "ones": b"\xff" * length,
        "noise": random.Random(start).randbytes(length),
        "text": b"not what was there "[: min(length, 19)] * (length // 19 + 1),
    }[how][:length]
    return data[:start] + piece + data[start + length :]


@pytest.mark.parametrize("how", ["zeros", "ones", "noise", "text"])
def test_damage_in_the_middle(path, whole, how):
    """Whatever page is overwritten is noticed, unless it is one that is not in use; so is a part of one, nearly always.

    Such a database was opened unnoticed, and failed when somebody asked for what was there.
    """
    noticed, pages = 0, range(1, len(whole) // PAGE)
    for page in pages:
        path.write_bytes(spoil(whole, page * PAGE, PAGE, how))
        with contextlib.suppress(FileFormatError, sqlite3.DatabaseError):
            check_file(str(path))
            noticed -= 1
        noticed += 1
    assert noticed >= len(pages) - free_pages(whole, path)


def free_pages(whole, path):
    path.write_bytes(whole)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA freelist_count").fetchone()[0]


@pytest.mark.parametrize("how", ["zeros", "ones", "noise"])
def test_damage_within_a_record(path, whole, how):
    """A few bytes of what is stored, where no structure of SQLite is, are noticed as well."""
    start = whole.index(b"node 150")
    path.write_bytes(spoil(whole, start, 16, how))
    with pytest.raises(FileFormatError, match=r"record \d+ of workspace [0-9a-f]+ is not what was stored"):
        check_file(str(path))


@pytest.mark.process
def test_the_server_does_not_start(path, whole):
    """One message says what is wrong and what to do, and the exit code is that of a failure."""
    path.write_bytes(spoil(whole, len(whole) // 2 // PAGE * PAGE, 3 * PAGE, "noise"))
    damaged = path.read_bytes()
    ran = program("serve", "--port", "0", "--database", path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"equibel: {path}: the database is damaged (")
    assert "put a copy of it in its place" in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert path.read_bytes() == damaged


def test_looking_takes_only_so_long(path, caplog, monkeypatch):
    """What would take too long is given up, which the log says."""
    monkeypatch.setattr(checking, "_STEPS", 10)
    with caplog.at_level(logging.WARNING):
        check_file(str(path), patience=-1.0)
    assert "given up" in caplog.text


def test_all_names_of_a_database_are_one(path, tmp_path):
    """A symbolic link leads to the database and its lock; the lock of a link was another one."""
    link = tmp_path / "links" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    database = Database(str(link))
    database.lock()
    try:
        for name in (path, link):
            with pytest.raises(WorkspaceLocked):
                Database(str(name)).lock()
        assert [entry.name for entry in link.parent.iterdir()] == ["link.db"]
    finally:
        database.unlock()
        database.close()
    Database(str(path)).lock()


def test_a_second_name_by_a_hard_link(path):
    """SQLite would keep its journal beside one name, and not find it beside the other."""
    path.with_name("other.db").hardlink_to(path)
    with pytest.raises(FileAccessError, match="the file has another name"):
        Database(str(path)).lock()


@pytest.mark.parametrize("kind", ["a pipe", "a folder"])
def test_what_is_no_file(tmp_path, kind):
    """It is called what it is, at once."""
    path = tmp_path / "server.db"
    if kind == "a pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(FileAccessError, match=f"this is {kind}; expected a file"):
        Database(str(path)).lock()
    assert [entry.name for entry in tmp_path.iterdir()] == ["server.db"]
