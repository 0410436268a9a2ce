"""Whole files: how large they may be, what is no regular file, and who may read what is written."""

import io
import os
import socket
import stat
import threading
import time

import pytest

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileAccessError, FileFormatError
from equibel.files import access, read_graph, write_graph
from equibel.files.access import create_file, read_bytes, read_stream, replace_file, write_bytes
from equibel.files.text import read_text
from equibel.server.keys import ApiKeys
from equibel.server.settings import load_settings
from equibel.workspace import import_changes, load_workspace, open_workspace, recover_workspace, write_workspace
from equibel.workspace.formats.toml_reading import parse_workspace

#: Everything that reads a file by its name, and the ending that the name needs.
READERS = {
    "bcf": (read_graph, ".bcf"),
    "json": (read_graph, ".json"),
    "toml": (load_workspace, ".toml"),
    "eqw": (load_workspace, ".eqw"),
    "eqw for changes": (open_workspace, ".eqw"),
    "eqw to be looked at": (lambda path: open_workspace(path, read_only=True), ".eqw"),
    "damaged eqw": (lambda path: recover_workspace(path, path.with_name("new.eqw")), ".eqw"),
    "imported eqw": (import_changes, ".eqw"),
    "script": (read_text, ".eqb"),
    "keys": (lambda path: ApiKeys(str(path)), ".toml"),
    "settings": (lambda path: load_settings(str(path)), ".toml"),
}


@pytest.fixture(params=READERS)
def reader(request, tmp_path, monkeypatch):
    """A reader, and a path that it takes."""
    monkeypatch.setattr(access, "_PATIENCE", 0.2)
    read, ending = READERS[request.param]
    return read, tmp_path / f"file{ending}"


def test_files_that_are_too_large(reader, monkeypatch):
    """Every reader has the same bound, whether the size is told or comes out while reading.

    ``.eqw`` files were read without one: a link to /dev/zero filled the memory.
    """
    monkeypatch.setattr(access, "MAX_BYTES", 1000)
    read, path = reader
    path.write_bytes(b"\0" * 1001)
    path.chmod(0o600)
    with pytest.raises(FileAccessError, match="the maximum size"):
        read(path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(FileAccessError, match=r"the maximum size|this is a device"):
        read(path)
    assert not os.path.lexists("/dev/zero.lock")


def test_a_large_sparse_file(tmp_path):
    """A file whose size is told is refused before it is read."""
    with open(tmp_path / "w.eqw", "wb") as file:
        file.truncate(2**40)
    with pytest.raises(FileAccessError, match="more than 256 MiB"):
        load_workspace(tmp_path / "w.eqw")


def test_a_file_that_grows(tmp_path, monkeypatch):
    """A file that grows faster than it is read is refused as well."""
    monkeypatch.setattr(access, "MAX_BYTES", 10**6)
    path, real = tmp_path / "a.json", os.read
    path.write_bytes(b"x")

    def growing(descriptor, size):
        with open(path, "ab") as file:
            file.write(b"x" * 10_000)
        return real(descriptor, size)

    monkeypatch.setattr(os, "read", growing)
    with pytest.raises(FileAccessError, match="the maximum size"):
        read_bytes(path)


def test_folders(reader):
    """A folder is called a folder."""
    read, path = reader
    path.mkdir()
    with pytest.raises(FileAccessError, match="this is a folder; expected a file"):
        read(path)


def test_sockets(reader, monkeypatch):
    """A socket is called a socket."""
    read, path = reader
    monkeypatch.chdir(path.parent)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(path.name)
        with pytest.raises(FileAccessError, match="this is a socket; expected a file"):
            read(path)


def test_pipes_that_nobody_writes_into(reader):
    """A pipe is not waited for without end, and without a word, as it was."""
    read, path = reader
    os.mkfifo(path, 0o600)
    began = time.monotonic()
    with pytest.raises(FileAccessError, match="this is a pipe"):
        read(path)
    assert time.monotonic() - began < 5
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_pipes_whose_writer_says_nothing(tmp_path, monkeypatch):
    """Nor is a pipe that somebody holds open."""
    monkeypatch.setattr(access, "_PATIENCE", 0.2)
    os.mkfifo(tmp_path / "a.json")
    holding = os.open(tmp_path / "a.json", os.O_RDWR)
    try:
        with pytest.raises(FileAccessError, match=r"nothing has come through it for 0\.2 seconds; expected a file"):
            read_graph(tmp_path / "a.json")
    finally:
        os.close(holding)


@pytest.mark.parametrize("pause", [0, 0.3])
def test_pipes_that_are_written(tmp_path, pause):
    """What comes through a pipe is read up to its end, also when it takes a moment: ``@<(grep p beliefs.txt)``."""
    path = tmp_path / "a.bcf"
    os.mkfifo(path)

    def write():
        time.sleep(pause)
        with open(path, "w") as pipe:
            for number in range(1, 4):
                pipe.write(f"n {number}\n")
                pipe.flush()
                time.sleep(pause)

    thread = threading.Thread(target=write)
    thread.start()
    assert list(read_graph(path)) == [1, 2, 3]
    thread.join()


def test_devices():
    """A device is read up to its end or to the bound."""
    assert read_bytes("/dev/null") == b""


def test_streams(monkeypatch):
    """Standard input has the same bound, and is read up to its end also where reading does not wait."""
    monkeypatch.setattr(access, "MAX_BYTES", 100_000)
    assert read_stream(io.BytesIO(b"x" * 100_000).read, "standard input") == b"x" * 100_000
    with pytest.raises(FileAccessError, match=r"standard input: .*the maximum size"):
        read_stream(io.BytesIO(b"x" * 100_001).read, "standard input")
    pieces = [b"a", None, b"b", b""]
    assert read_stream(lambda size: pieces.pop(0), "standard input") == b"ab"

    def fail(size):
        raise IsADirectoryError(21, "Is a directory")

    with pytest.raises(FileAccessError, match="standard input: it cannot be read: Is a directory"):
        read_stream(fail, "standard input")


def test_pipes_that_nobody_reads_from(tmp_path, monkeypatch):
    """Writing into a pipe does not wait without end for somebody to read from it either."""
    monkeypatch.setattr(access, "_PATIENCE", 0.2)
    path = tmp_path / "a.json"
    os.mkfifo(path)
    with pytest.raises(FileAccessError, match=r"this is a pipe, and no process has read from it for 0\.2 seconds"):
        write_bytes(path, b"x")
    monkeypatch.setattr(access, "_PATIENCE", 30)
    found = []
    thread = threading.Thread(target=lambda: found.append(path.read_bytes()))
    thread.start()
    write_bytes(path, b"x" * 10**6)
    thread.join()
    assert found == [b"x" * 10**6]
    assert stat.S_ISFIFO(path.stat().st_mode)


def save(path):
    with parse_workspace(TOML) as ws:
        ws.save_as(path, overwrite=True)


TOML = "[graphs.g]\npath = 3\n"

WRITERS = {
    "json": lambda path: write_graph(EquibelGraph([(1, 2)]), path.with_suffix(".json")),
    "bcf": lambda path: write_graph(EquibelGraph([(1, 2)]), path.with_suffix(".bcf")),
    "lp": lambda path: write_graph(EquibelGraph([(1, 2)]), path.with_suffix(".lp")),
    "cnf": lambda path: write_graph(EquibelGraph([(1, 2)]), path.with_suffix(".cnf"), node=1),
    "toml": lambda path: write_workspace(parse_workspace(TOML), path.with_suffix(".toml")),
    "eqw": lambda path: write_workspace(parse_workspace(TOML), path.with_suffix(".eqw")),
    "eqw for changes": lambda path: save(path.with_suffix(".eqw")),
}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o660, 0o400])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_private_file_stays_private(tmp_path, monkeypatch, writer, mode):
    """A file has the same mode afterwards, and what it is replaced by can be read by nobody else at any moment.

    A file of mode 0600 was replaced through a temporary file of mode 0644.
    """
    for ending in (".json", ".bcf", ".lp", ".cnf", ".toml", ".eqw"):
        path = tmp_path / f"a{ending}"
        path.write_text("old")
        path.chmod(mode)
    seen = []

    def watching(call):
        real = getattr(os, call)

        def watched(*arguments, **keywords):
            result = real(*arguments, **keywords)
            seen.extend(stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir() if entry.name.endswith(".tmp"))
            return result

        monkeypatch.setattr(os, call, watched)

    for call in ("open", "fsync", "fchmod", "listxattr"):
        watching(call)
    WRITERS[writer](tmp_path / "a")
    monkeypatch.undo()
    assert seen
    assert all(each in (0o600, mode) for each in seen)
    ending = writer.split()[0]
    path = tmp_path / f"a.{ending}"
    assert path.read_text() != "old"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_private_workspace_that_is_written_anew(tmp_path):
    """So does the file of a workspace that is open."""
    path = tmp_path / "w.eqw"
    open_workspace(path).close()
    path.chmod(0o600)
    with open_workspace(path) as ws:
        before = path.stat().st_ino
        ws.save_as(path)
        assert path.stat().st_ino != before
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_owner_stays(tmp_path):
    """A file keeps its owner and group; root, who may give files away, leaves another one's file to that one."""
    path = tmp_path / "a.json"
    path.write_text("old")
    owner, group = (1234, 2345) if os.geteuid() == 0 else (os.geteuid(), os.getgroups()[-1])
    os.chown(path, owner, group)
    path.chmod(0o640)
    write_bytes(path, b"new")
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (owner, group, 0o640)


@pytest.mark.parametrize(("mode", "expected"), [(0o640, 0o600), (0o644, 0o644), (0o664, 0o644), (0o660, 0o600)])
def test_a_group_that_cannot_be_kept(tmp_path, monkeypatch, mode, expected):
    """Where the system does not let the group be kept, another group gets no more than everybody."""
    path = tmp_path / "a.json"
    path.write_text("old")
    path.chmod(mode)

    def refuse(*_):
        raise PermissionError

    real = os.stat

    def of_another_group(where, **keywords):
        found = real(where, **keywords)
        return os.stat_result([*found[:5], found.st_gid + 1, *found[6:]]) if str(where) == str(path) else found

    monkeypatch.setattr(os, "fchown", refuse)
    monkeypatch.setattr(os, "stat", of_another_group)
    write_bytes(path, b"new")
    monkeypatch.undo()
    assert stat.S_IMODE(path.stat().st_mode) == expected


def test_extended_attributes_stay(tmp_path):
    """Access lists are extended attributes; those of the user show that all are kept, where the file system has any."""
    path = tmp_path / "a.json"
    path.write_text("old")
    try:
        os.setxattr(path, "user.origin", b"here")
    except (OSError, AttributeError):
        assert not hasattr(os, "listxattr") or os.listxattr(path) == []
        return
    write_bytes(path, b"new")
    assert os.getxattr(path, "user.origin") == b"here"


def test_a_file_that_may_not_be_written(tmp_path, monkeypatch):
    """It is refused, although its folder would let it be replaced."""
    path = tmp_path / "a.json"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(os, "supports_effective_ids", {os.access})
    with pytest.raises(FileAccessError, match="permission denied: the file cannot be written; check its permissions"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"


def test_names_as_long_as_they_can_be(tmp_path):
    """A name of 255 bytes has room for no temporary name that repeats it; the temporary file of a long name had no room."""
    for name in ("x" * 250 + ".json", "\U0001f600" * 62 + ".json"):
        write_bytes(tmp_path / name, b"old")
        write_bytes(tmp_path / name, b"new")
        assert (tmp_path / name).read_bytes() == b"new"


@pytest.mark.parametrize("linking", [True, False])
def test_making_a_file(tmp_path, monkeypatch, linking):
    """A file that is there already is left alone, also where the file system has no links."""
    path = str(tmp_path / "a")

    def no_links(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    if not linking:
        monkeypatch.setattr(os, "link", no_links)
    create_file(path, b"first")
    with pytest.raises(FileExistsError):
        create_file(path, b"second")
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [b"first"]
    replace_file(path, b"third")
    assert [entry.read_bytes() for entry in tmp_path.iterdir()] == [b"third"]


def test_a_second_byte_order_mark(tmp_path):
    """One is dropped; another one is told in our words."""
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"nodes": [], "edges": []}')
    assert len(read_graph(path)) == 0
    path.write_bytes(b"\xef\xbb\xbf" * 2 + b'{"nodes": [], "edges": []}')
    with pytest.raises(FileFormatError, match="a second byte order mark begins the text"):
        read_graph(path)
