"""Workspace files: saving, opening, damage of every kind, full disks, copies, recovery."""

import errno
import os
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from workspace_views import chain, derived, lines, view

from equibel.errors import FileAccessError, FileFormatError, WorkspaceError, WorkspaceLocked
from equibel.workspace import (
    AddAtoms,
    AddFormulas,
    AddNodes,
    CreateGraph,
    Declare,
    Delete,
    Operation,
    SaveSnapshot,
    SetEager,
    Workspace,
    format_workspace_file,
    load_workspace,
    open_workspace,
    parse_workspace_file,
    recover_workspace,
    write_workspace,
)
from equibel.workspace.results import cache
from equibel.workspace.storage import compaction, journal
from equibel.workspace.storage.journal import FileJournal
from equibel.workspace.storage.records import state_record

COMMANDS = [
    CreateGraph("g", chain("p & q", "", "~p")),
    SaveSnapshot("begin"),
    AddFormulas("g", {2: "r"}),
    Declare("r", "g", Operation("simple")),
    AddNodes("g", ["ü", ("x", 1)]),
    SetEager(True),
    Delete("r"),
]


@pytest.fixture
def path(tmp_path):
    """A file with every kind of record."""
    path = tmp_path / "w.eqw"
    with open_workspace(path) as ws:
        for command in COMMANDS:
            ws.apply(command)
            ws.refresh()
        ws.undo()
        ws.undo()
    return path


def test_everything_comes_back(path):
    """State, versions, history, what was undone, snapshots, computed values and provenance survive."""
    with open_workspace(path) as ws:
        assert lines(ws) == (
            [
                "create graph g (3 nodes, 2 edges)",
                "save snapshot begin",
                "g: add formula r at 2",
                "declare r = simple of g",
                "g: add nodes ü, ('x', 1)",
            ],
            ["compute results at once", "delete r"],
        )
        before, version, status = view(ws.state), ws.version, ws.status("r")
        assert status.state == "current"
        assert status.computed.graph.entails(2, "r & q")
    with open_workspace(path) as ws:
        assert (view(ws.state), ws.version) == (before, version)
        assert ws.status("r").computed.provenance() == status.computed.provenance()
        for _ in range(5):
            ws.undo()
        assert ws.graphs == {}
        for _ in range(7):
            ws.redo()
        assert ws.state.eager


def test_a_new_file_is_whole_at_once(tmp_path):
    """A file that was opened and left alone is an empty workspace; one that is not to be made is an error."""
    path = tmp_path / "w.eqw"
    with pytest.raises(FileAccessError, match="file not found"):
        open_workspace(path, create=False)
    with pytest.raises(FileAccessError, match="file not found"):
        open_workspace(path, read_only=True)
    assert list(tmp_path.iterdir()) == []
    open_workspace(path).close()
    assert list(tmp_path.iterdir()) == [path]
    assert load_workspace(path) == Workspace()


@pytest.mark.parametrize("name", ["w.toml", "w", "w.eqww"])
def test_endings(tmp_path, name):
    """A workspace is kept in a file that says so by its name."""
    with pytest.raises(FileFormatError, match=r"files that can be opened as workspaces end in \.eqw"):
        open_workspace(tmp_path / name)
    with pytest.raises(FileFormatError, match=r"end in \.eqw"):
        Workspace().save_as(tmp_path / name)


@pytest.mark.parametrize("place", ["none/w.eqw", "file/w.eqw", "nul\0/w.eqw", "folder.eqw"])
def test_impossible_places(tmp_path, place):
    """Where no file can be, our error says so and nothing is left behind."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.eqw").mkdir()
    for act in (open_workspace, derived(r="g").save_as, lambda path: write_workspace(Workspace(), path)):
        with pytest.raises(FileAccessError):
            act(tmp_path / place)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder.eqw"]


def test_saving_in_a_file(tmp_path):
    """A workspace in memory, or in another file, moves into a file with its history, and goes on there."""
    ws = derived(r="g")
    ws.compute("r")
    ws.save_as(tmp_path / "a.eqw")
    assert ws.path == str(tmp_path / "a.eqw")
    ws.apply(AddNodes("g", [5]))
    ws.save_as(tmp_path / "a.eqw")  # where it is
    ws.save_as(tmp_path / "b.eqw")
    with pytest.raises(FileAccessError, match="the file exists already; choose another name, or overwrite it"):
        derived().save_as(tmp_path / "a.eqw")
    ws.apply(AddNodes("g", [6]))
    with open_workspace(tmp_path / "a.eqw") as left:
        assert 6 not in left.graph("g")
        with pytest.raises(WorkspaceLocked, match="open since"):
            left.save_as(tmp_path / "b.eqw", overwrite=True)
        left.apply(AddNodes("g", [7]))
    ws.close()
    with open_workspace(tmp_path / "b.eqw") as again:
        assert view(again.state) == view(ws.state)
        assert lines(again)[0] == ["declare r = simple of g", "g: add node 5", "g: add node 6"]
    other = Workspace()
    other.save_as(tmp_path / "b.eqw", overwrite=True)
    other.close()
    assert load_workspace(tmp_path / "b.eqw").graphs == {}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.eqw", "b.eqw"]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_ctrl_c_while_a_command_is_written(path, monkeypatch, call):
    """Ctrl-C is heard once a command that is being written is there, in the file and in memory."""
    real = getattr(os, call)

    def interrupted(*arguments):
        signal.raise_signal(signal.SIGINT)
        return real(*arguments)

    with open_workspace(path) as ws:
        monkeypatch.setattr(os, call, interrupted)
        with pytest.raises(KeyboardInterrupt):
            ws.apply(AddNodes("g", [5]))
        monkeypatch.undo()
        assert 5 in ws.graph("g")
        ws.apply(AddNodes("g", [6]))
        before = view(ws.state), lines(ws), ws.version
    again = load_workspace(path)
    assert (view(again.state), lines(again), again.version) == before


def test_a_closed_workspace(path):
    """A closed workspace can be read and computed with, but not be changed; the file is free."""
    ws = open_workspace(path)
    ws.close()
    ws.close()
    assert ws.path is None
    for act in (ws.undo, ws.redo, lambda: ws.apply(AddNodes("g", [1]))):
        with pytest.raises(WorkspaceError, match="the workspace is closed; open it again"):
            act()
    assert ws.value("r").entails(2, "r")
    open_workspace(path).close()


def test_reading_only(path):
    """A file can be read while somebody has it open, and changing what was read is refused."""
    with open_workspace(path) as ws:
        ws.apply(AddNodes("g", [9]))
        reader = open_workspace(path, read_only=True)
        assert view(reader.state) == view(ws.state)
        with pytest.raises(WorkspaceError, match="was opened for reading only; save the workspace as another file"):
            reader.apply(AddNodes("g", [10]))
        assert reader.compute("r").graph is not None
        data = path.read_bytes()
        reader.save_as(path.with_name("copy.eqw"))
        reader.apply(AddNodes("g", [10]))
        reader.close()
        assert path.read_bytes() == data


def test_bytes(path):
    """The records of a file are its bytes and the other way round, and make the same workspace, kept in a journal."""
    texts = parse_workspace_file(path.read_bytes())
    assert format_workspace_file(texts) == path.read_bytes()

    class Rows:
        """A journal as a database would be one."""

        def __init__(self):
            self.rows = list(texts)

        def append(self, text):
            self.rows.append(text)

        def rewrite(self, new):
            self.rows = list(new)

        def close(self):
            pass

    rows = Rows()
    ws = Workspace.from_records(texts, "w", journal=rows, check=True)
    ws.redo()
    ws.apply(AddNodes("g", [9]))
    again = Workspace.from_records(rows.rows)
    assert view(again.state) == view(ws.state)
    assert ws.path is None


def test_copies(path, tmp_path):
    """A copy holds everything; as TOML it holds the graphs and declarations."""
    ws = load_workspace(path)
    write_workspace(ws, tmp_path / "copy.eqw")
    again = load_workspace(tmp_path / "copy.eqw")
    assert (view(again.state), lines(again), again.version) == (view(ws.state), lines(ws), ws.version)
    with open_workspace(path), pytest.raises(WorkspaceLocked):
        write_workspace(ws, path)
    ws.apply(AddNodes("g", [7]))  # in memory only
    assert 7 not in load_workspace(path).graph("g")


def test_interrupted_writes(path):
    """However much of the last write is there, everything before it is, and what is not whole is left out."""
    data, texts = path.read_bytes(), parse_workspace_file(path.read_bytes())
    header = data.index(b"\n") + 1
    for length in range(header, len(data) + 1):
        whole = data.count(b"\n", header, length)
        zeros = b"\0" * (length % 3) if data[length : length + 1] != b"\n" else b""
        assert parse_workspace_file(data[:length] + zeros) == texts[:whole]
    for length in range(header):
        with pytest.raises(FileFormatError):
            parse_workspace_file(data[:length])


def test_interrupted_writes_are_cut_off(path):
    """A file that ends within a record opens with what is whole, and without the rest from then on."""
    data = path.read_bytes()
    copy = path.with_name("copy.eqw")
    position = data.index(b"\n", data.index(b"\n") + 1) + 1
    while position < len(data):
        end = data.index(b"\n", position) + 1
        whole = load_workspace(path) if end == len(data) else None
        states = []
        for length in (position, position + 1, (position + end) // 2, end - 1):
            copy.write_bytes(data[:length])
            with open_workspace(copy) as ws:
                states.append((view(ws.state), lines(ws), ws.version))
                assert copy.read_bytes() == data[:position]
        assert all(state == states[0] for state in states)
        assert whole is None or states[0][2] == whole.version - 1
        position = end


def test_after_an_interrupted_write(path):
    """What follows on a write that was cut off is kept."""
    path.write_bytes(path.read_bytes() + b'0123abcd {"n":')
    reader = open_workspace(path, read_only=True)
    with open_workspace(path) as ws:
        assert view(ws.state) == view(reader.state)
        ws.apply(AddNodes("g", [77]))
    assert 77 in load_workspace(path).graph("g")


def test_damage(path):
    """Whatever single byte is changed, and however, is noticed."""
    data = path.read_bytes()
    for i in range(len(data)):
        for flip in (0x01, 0x40, 0x80):
            damaged = bytearray(data)
            damaged[i] ^= flip
            with pytest.raises(FileFormatError) as caught:
                parse_workspace_file(bytes(damaged), path)
            assert caught.value.line == data.count(b"\n", 0, i) + 1 or flip ^ data[i] == ord("\n")


def test_damaged_files_are_left_as_they_are(path):
    """Opening a damaged file says which and where, changes nothing and locks nothing."""
    data = path.read_bytes()
    for i in range(0, len(data), len(data) // 20):
        damaged = bytearray(data)
        damaged[i] ^= 1
        path.write_bytes(damaged)
        for opening in (open_workspace, load_workspace, lambda file: open_workspace(file, read_only=True)):
            with pytest.raises(FileFormatError) as caught:
                opening(path)
            assert caught.value.path == os.path.realpath(path)
        assert path.read_bytes() == damaged
        assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: b"", "the file is empty; expected the line 'equibel workspace 1'"),
        (lambda data: b"hello\n", "this is not a workspace file"),
        (lambda data: b"equibel workspace 2\n" + data.split(b"\n", 1)[1], "version 2 of the workspace format, and this"),
        (lambda data: data.replace(data.splitlines(keepends=True)[3], b""), "line 4: the file is damaged here"),
        (lambda data: data + b"\x89PNG\r", "the file is damaged here; the 13 records before"),
        (lambda data: data + data.splitlines(keepends=True)[-1], "the file is damaged here; the 13 records before"),
        (lambda data: data[:200] + b"\0" * 300 + data[500:], "the file is damaged"),
        (lambda data: data.replace(b"\n", b"\r\n"), "this is not a workspace file"),
    ],
)
def test_files_that_are_not_workspaces(path, spoil, words):
    """Another file, a newer version, lines that are missing, doubled or overwritten: said, and nothing is touched."""
    spoilt = spoil(path.read_bytes())
    path.write_bytes(spoilt)
    with pytest.raises(FileFormatError, match=words):
        open_workspace(path)
    assert path.read_bytes() == spoilt


@pytest.mark.parametrize(
    "record",
    [
        "[]",
        "{}",
        "null",
        "not JSON",
        '{"n":50,"time":"","line":"","do":[{"change":"add_node"}]}',
        '{"n":50,"time":"","line":"","do":[{"change":"add_nodes","graph":"nothing","nodes":[1]}]}',
        '{"n":50,"time":"","line":"","do":[{"change":"create_graph","name":"x","graph":{"nodes":[]}}]}',
        '{"n":50,"position":1000}',
        '{"n":50,"position":-1}',
        '{"n":50,"computed":{}}',
        '{"n":50,"computed":{"operation":{"operator":"glboal"},"version":50}}',
        '{"position":5,"version":50,"state":{}}',
        '{"position":5,"version":50,"state":{"contents":[[1,{"graph":{},"nodes":[[1,{"formulas":3}]],"edges":[]}]],'
        '"graphs":{},"results":{},"snapshots":{},"eager":false}}',
        '{"position":5,"version":50,"state":{"contents":[],"graphs":{"g":7},"results":{},"snapshots":{},"eager":false}}',
        "[" * 100_000,
    ],
)
def test_records_that_are_not_records(path, record):
    """Lines with right checksums and wrong content are our error too, with the file's name."""
    path.write_bytes(format_workspace_file([*parse_workspace_file(path.read_bytes()), record]))
    with pytest.raises(FileFormatError, match=r"w\.eqw: .*(record 14|carried out again)"):
        open_workspace(path)


def test_thorough_checks():
    """What is otherwise looked at only when it is needed can be looked at before: for records from strangers."""
    ws = derived(r="g")
    ws.apply(CreateGraph("h", chain("p")), SaveSnapshot("s"))
    ws.compute("r")
    texts = ws.records()
    Workspace.from_records(texts, check=True)
    spoilt = [text.replace('"formulas":"p"', '"formulas":"p &"') for text in texts]
    assert spoilt != texts
    Workspace.from_records(spoilt)
    with pytest.raises(FileFormatError, match=r"FormulaSyntaxError: .*in the formulas of node 1"):
        Workspace.from_records(spoilt, check=True)
    spoilt = [texts[0], texts[1].replace('"add_', '"ad_').replace('"declare"', '"declar"'), *texts[2:]]
    with pytest.raises(FileFormatError, match="did you mean 'declare'"):
        Workspace.from_records(spoilt, check=True)


def test_recovery(path, tmp_path):
    """What is whole of a damaged file can be written to a new one."""
    lines_of_file = path.read_bytes().splitlines(keepends=True)
    for damaged_line in range(2, len(lines_of_file)):
        spoilt = list(lines_of_file)
        spoilt[damaged_line] = b"\x00\xff damaged \r\n"
        path.write_bytes(b"".join(spoilt))
        with pytest.raises(FileFormatError, match="recover_workspace") as caught:
            open_workspace(path)
        assert caught.value.line == damaged_line + 1
        new = tmp_path / f"new{damaged_line}.eqw"
        count = recover_workspace(path, new)
        assert count == len(load_workspace(new).history())
        assert path.read_bytes() == b"".join(spoilt)
        with pytest.raises(FileAccessError, match="exists already"):
            recover_workspace(path, new)
    path.write_bytes(b"nonsense\n")
    with pytest.raises(FileFormatError):
        recover_workspace(path, tmp_path / "n.eqw")


def test_states_and_rewriting(tmp_path, monkeypatch):
    """Now and then a state is written, and everything anew, so that the file does not grow for ever; nothing is lost."""
    monkeypatch.setattr(compaction, "STATE_AFTER", 2000)
    monkeypatch.setattr(compaction, "REWRITE_AFTER", 20_000)
    monkeypatch.setattr(cache, "SPARE", 0)
    path = tmp_path / "w.eqw"
    with open_workspace(path) as ws:
        ws.apply(CreateGraph("g", chain("p", "")), Declare("r", "g", Operation("simple")))
        sizes = []
        for i in range(100):
            ws.apply(AddAtoms("g", [f"x{i}"]))
            ws.compute("r")
            ws.undo()
            sizes.append(path.stat().st_size)
        assert any(later < earlier for earlier, later in pairwise(sizes))
        assert max(sizes) < 30_000
        texts = parse_workspace_file(path.read_bytes())
        assert sum(text.startswith('{"position"') for text in texts) > 1
        before, version = view(ws.state), ws.version
    with open_workspace(path) as ws:
        assert (view(ws.state), ws.version) == (before, version)
        ws.redo()
        assert ws.status("r").state == "current"


def test_states_are_written_as_commands_are(tmp_path, monkeypatch):
    """A state is written once the commands since the last one take more room than it."""
    monkeypatch.setattr(compaction, "STATE_AFTER", 3000)
    path = tmp_path / "w.eqw"
    with open_workspace(path) as ws:
        ws.apply(CreateGraph("g"))
        for i in range(60):
            ws.apply(AddNodes("g", [f"{i} {'x' * 100}"]))
    texts = parse_workspace_file(path.read_bytes())
    states = [i for i, text in enumerate(texts) if text.startswith('{"position"')]
    assert len(states) > 3
    for i, j in pairwise(states):
        between = sum(map(len, texts[i + 1 : j]))
        last = len(texts[j - 1])
        assert between - last <= max(3000, len(texts[i])) < between


def test_a_state_in_the_file_is_used(tmp_path):
    """On opening, only the commands after the last state are carried out; the others when they are undone."""
    ws = Workspace()
    for i in range(5):
        ws.apply(CreateGraph(f"g{i}"))
    texts = ws.records()
    broken = [texts[0], texts[1].replace("create_graph", "unheard_of"), *texts[2:]]
    again = Workspace.from_records(broken)
    assert list(again.graphs) == list(ws.graphs)
    assert texts[6] == state_record(5, ws.state)


def test_the_file_is_watched(path):
    """When another program changes or removes the file, nothing is written any more, and saving elsewhere works."""
    for spoil in (
        lambda: path.write_bytes(path.read_bytes() + b"x"),
        lambda: path.unlink(),
        lambda: path.replace(path.with_name("moved.eqw")),
    ):
        data = path.read_bytes()
        ws = open_workspace(path)
        spoil()
        before = view(ws.state)
        with pytest.raises(FileAccessError, match="another program has changed or removed it; save"):
            ws.apply(AddNodes("g", [5]))
        assert view(ws.state) == before
        with pytest.raises(FileAccessError, match="save the workspace in another file"):
            ws.save_as(path)
        ws.save_as(path.with_name("rescued.eqw"), overwrite=True)
        ws.apply(AddNodes("g", [5]))
        ws.close()
        assert 5 in load_workspace(path.with_name("rescued.eqw")).graph("g")
        path.write_bytes(data)


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("half", [True, False])
def test_full_disks(path, monkeypatch, call, half):
    """A command that cannot be written is refused, and neither workspace nor file has it; later ones are written."""
    real = getattr(os, call)
    with open_workspace(path) as ws:
        before, data = view(ws.state), path.read_bytes()

        def fail(descriptor, *arguments):
            if call == "write" and half:
                real(descriptor, arguments[0][:10])
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            for act in (lambda: ws.apply(AddNodes("g", [5])), ws.undo):
                with pytest.raises(FileAccessError, match="the file cannot be written: "):
                    act()
        assert (view(ws.state), path.read_bytes()) == (before, data)
        if call == "write":
            ws.apply(AddNodes("g", [5]))
            assert 5 in load_workspace(path).graph("g")
        else:  # what is on the disk is anybody's guess
            with pytest.raises(FileAccessError, match="an earlier write did not reach the disk; save the workspace in"):
                ws.apply(AddNodes("g", [5]))


def test_files_that_would_become_too_large(path, monkeypatch):
    """A file is not written larger than it could be read again; what does not fit is refused and leaves all as it was."""
    monkeypatch.setattr(journal, "MAX_BYTES", path.stat().st_size + 200)
    with open_workspace(path) as ws:
        before, data = view(ws.state), path.read_bytes()
        for act in (lambda: ws.apply(AddNodes("g", ["x" * 300])), lambda: ws.save_as(path.with_name("other.eqw"))):
            if act.__code__.co_names[0] == "save_as":
                monkeypatch.setattr(journal, "MAX_BYTES", 100)
            with pytest.raises(FileAccessError, match="the maximum size; save the graphs without their history"):
                act()
        assert (view(ws.state), path.read_bytes()) == (before, data)
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["w.eqw"]


def test_files_are_written_anew_in_time(tmp_path, monkeypatch):
    """What is no longer needed is left out before a file is too large to be read, however large the rest is."""
    monkeypatch.setattr(compaction, "REWRITE_AFTER", 1000)
    monkeypatch.setattr(cache, "SPARE", 0)
    for module in (compaction, journal):
        monkeypatch.setattr(module, "MAX_BYTES", 80_000)
    path, sizes = tmp_path / "w.eqw", []
    with open_workspace(path) as ws:
        ws.apply(CreateGraph("g", chain("p", "")), Declare("r", "g", Operation("simple")))
        ws.apply(AddNodes("g", [f"{i} {'x' * 100}" for i in range(100)]))
        ws.save_as(path)
        assert 4 * path.stat().st_size > 80_000
        for i in range(20):
            ws.apply(AddAtoms("g", [f"x{i}"]))
            ws.compute("r")
            ws.undo()
            sizes.append(path.stat().st_size)
        assert any(later < earlier for earlier, later in pairwise(sizes))
        assert max(sizes) < 80_000
    assert len(load_workspace(path).history()) == 2


def test_what_a_killed_process_leaves_beside_the_file(path):
    """Temporary files of an interrupted rewriting are removed, and no others."""
    leftover = path.with_name(".w.eqw.0123abcd.tmp")
    for name in (leftover.name, ".other.eqw.0123abcd.tmp", "w.eqw.tmp"):
        path.with_name(name).write_text("x")
    open_workspace(path).close()
    assert sorted(entry.name for entry in path.parent.iterdir()) == [".other.eqw.0123abcd.tmp", "w.eqw", "w.eqw.tmp"]


def test_symbolic_links(path, tmp_path):
    """A link leads to the file: it is locked there, and the link remains one."""
    link = tmp_path / "link.eqw"
    link.symlink_to(path)
    with open_workspace(link) as ws, pytest.raises(WorkspaceLocked):
        open_workspace(path)
    ws = open_workspace(link)
    ws.apply(AddNodes("g", [5]))
    ws._store._journal.rewrite(ws.records())
    ws.close()
    assert link.is_symlink()
    assert 5 in load_workspace(path).graph("g")


def test_a_journal_that_was_never_written(tmp_path):
    """Closing a journal of a file that is not there leaves nothing."""
    FileJournal(tmp_path / "w.eqw").close()
    assert list(Path(tmp_path).iterdir()) == []
