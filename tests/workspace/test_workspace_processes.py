"""One workspace file and several processes or threads: one changes it at a time, and the others are told who."""

import getpass
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import workspace_children
from workspace_views import chain, derived

from equibel.errors import FileAccessError, VersionConflict, WorkspaceLocked
from equibel.workspace import (
    AddAtoms,
    AddFormulas,
    CreateGraph,
    Declare,
    Operation,
    Workspace,
    load_workspace,
    open_workspace,
)
from equibel.workspace.storage import lock


@pytest.fixture(scope="module")
def context():
    """Where child processes come from; the package is imported once for all of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["equibel.workspace"])
    return context


@contextmanager
def held_elsewhere(context, path):
    """Another process has the file open; its number."""
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=workspace_children.keep_open, args=(path, theirs))
    child.start()
    try:
        yield ours.recv()
    finally:
        child.kill()
        child.join()


def test_the_second_is_told_who_is_first(context, tmp_path):
    """Who has a workspace open is named; the file can be read meanwhile, and is free afterwards."""
    path = tmp_path / "w.eqw"
    with held_elsewhere(context, path) as pid:
        with pytest.raises(WorkspaceLocked) as caught:
            open_workspace(path)
        error = caught.value
        assert (error.pid, error.host, error.user) == (pid, socket.gethostname(), getpass.getuser())
        assert error.since.endswith("Z")
        assert error.path == os.path.realpath(path)
        assert str(error) == (
            f"{path}: process {pid} of {error.user} on {error.host} has this workspace open since {error.since}; close it "
            "there, or open it for reading only"
        )
        assert list(open_workspace(path, read_only=True).graphs) == [f"made by {pid}"]
    open_workspace(path).close()


@pytest.mark.process
def test_taking_turns(context, tmp_path):
    """Processes that fight for a file lose nothing, and none of them is told anything else than that it is locked."""
    path = tmp_path / "w.eqw"
    open_workspace(path).close()
    pipes, children = [], []
    for _ in range(3):
        ours, theirs = context.Pipe(duplex=False)
        children.append(context.Process(target=workspace_children.open_briefly, args=(path, 30, theirs)))
        pipes.append(ours)
    for child in children:
        child.start()
    for pipe, child in zip(pipes, children, strict=True):
        assert pipe.poll(60)
        pipe.recv()
        child.join()
        assert child.exitcode == 0
    assert len(load_workspace(path).history()) == 90
    assert list(tmp_path.iterdir()) == [path]


def test_one_process_opens_a_file_once(tmp_path):
    """A second workspace on the same file is refused also within a process."""
    with open_workspace(tmp_path / "w.eqw"):
        with pytest.raises(WorkspaceLocked) as caught:
            open_workspace(tmp_path / "w.eqw")
        assert caught.value.pid == os.getpid()


FORKING = """
import os, sys
from equibel.errors import FileAccessError
from equibel.workspace import CreateGraph, open_workspace
ws = open_workspace(sys.argv[1])
hear, tell = os.pipe()
if os.fork() == 0:
    try:
        ws.apply(CreateGraph("by the child"))
        os.write(tell, b"written")
    except FileAccessError as error:
        os.write(tell, str(error).split(": ")[2].encode())
    os.read(int(sys.argv[2]), 1)
    os._exit(0)
print(os.read(hear, 1000).decode(), flush=True)
ws.apply(CreateGraph("by the parent"))
os._exit(0)
"""


def test_copies_of_a_process(tmp_path):
    """A forked copy of a process can neither write to the file nor keep it when its parent has ended."""
    path = tmp_path / "w.eqw"
    wait, go = os.pipe()
    with open(tmp_path / "said", "w") as said:  # a pipe would be open for as long as the child
        done = subprocess.run([sys.executable, "-c", FORKING, path, str(wait)], pass_fds=[wait], stdout=said, timeout=60)
    try:
        assert done.returncode == 0
        assert "this process was forked from the one that opened it" in (tmp_path / "said").read_text()
        with open_workspace(path) as ws:  # the child is alive
            assert list(ws.graphs) == ["by the parent"]
    finally:
        os.write(go, b"x")
        os.close(wait)
        os.close(go)


def test_a_lock_whose_holder_has_not_said_who_it_is(context, tmp_path, monkeypatch):
    """In the moment between taking a file and saying so, others are told what is known; so are those with odd files."""
    monkeypatch.setattr(lock, "_PAUSE", 0)
    path = tmp_path / "w.eqw"
    with held_elsewhere(context, path):
        for text in ("", "{", "[]", '{"pid": 1}'):
            (tmp_path / "w.eqw.lock").write_text(text)
            with pytest.raises(WorkspaceLocked, match="another process has this workspace open; close it there") as caught:
                open_workspace(path)
            assert (caught.value.pid, caught.value.user) == (0, "")
        (tmp_path / "w.eqw.lock").write_text(json.dumps({"host": "h", "pid": 7, "user": "u", "since": "t", "more": 1}))
        with pytest.raises(WorkspaceLocked, match="process 7 of u on h has this workspace open since t"):
            open_workspace(path)


def test_folders_in_which_nothing_can_be_locked(tmp_path, monkeypatch):
    """Where the system does not lock files, that is said, with the way out."""
    path = tmp_path / "w.eqw"
    open_workspace(path).close()

    def refuse(descriptor):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(lock, "_try_lock", refuse)
    with pytest.raises(FileAccessError, match=r"cannot be locked \(Operation not supported\); it can be opened for reading"):
        open_workspace(path)
    open_workspace(path, read_only=True)


@pytest.mark.process
def test_all_names_of_a_file_are_one_lock(context, tmp_path):
    """Symbolic and hard links lead to one file and one lock, and nothing is written in the folder that a link leads to.

    The lock was a file beside the target of a link, and two hard links were locked apart.
    """
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    real, link, hard = there / "w.eqw", here / "link.eqw", here / "hard.eqw"
    open_workspace(real).close()
    link.symlink_to(real)
    hard.hardlink_to(real)
    with held_elsewhere(context, link) as pid:
        assert [entry.name for entry in there.iterdir()] == ["w.eqw"]
        assert sorted(entry.name for entry in here.iterdir()) == ["hard.eqw", "link.eqw", "link.eqw.lock"]
        for name in (real, link, hard):
            with pytest.raises(WorkspaceLocked):
                open_workspace(name)
    with held_elsewhere(context, real) as pid:
        for name in (real, link):
            with pytest.raises(WorkspaceLocked) as caught:
                open_workspace(name)
            assert caught.value.pid == pid
    with open_workspace(link), pytest.raises(WorkspaceLocked) as caught:
        open_workspace(hard)
    assert caught.value.pid == os.getpid()


@pytest.mark.process
def test_the_message_of_a_killed_process_misleads_nobody(context, tmp_path):
    """Whoever has the file now is named, or nobody: not a process that was killed and had it by another name."""
    real, link = tmp_path / "w.eqw", tmp_path / "link.eqw"
    open_workspace(real).close()
    link.symlink_to(real)
    with held_elsewhere(context, link):
        pass
    assert (tmp_path / "link.eqw.lock").exists()
    with held_elsewhere(context, real) as pid, pytest.raises(WorkspaceLocked) as caught:
        open_workspace(link)
    assert caught.value.pid == pid


@pytest.mark.process
def test_the_lock_goes_on_when_the_file_is_written_anew(context, tmp_path):
    """A file that is replaced stays locked: the new one is locked before it takes the place of the old one."""
    path = tmp_path / "w.eqw"
    with open_workspace(path) as ws:
        ws.save_as(path)
        code = "import sys; from equibel.workspace import open_workspace; open_workspace(sys.argv[1])"
        ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60)
        assert "WorkspaceLocked" in ran.stderr
        ws.apply(CreateGraph("g"))
    assert list(load_workspace(path).graphs) == ["g"]


def test_a_planted_message_file_is_left_alone(tmp_path):
    """A link where the message to others is written would lead to somebody's file, which is not touched."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "w.eqw.lock").symlink_to(victim)
    with open_workspace(tmp_path / "w.eqw") as ws:
        ws.apply(CreateGraph("g"))
    assert victim.read_text() == "precious"


def run_threads(*works):
    """Run functions at the same time; their errors are raised here."""
    failures = []

    def guarded(work):
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if failures:
        raise failures[0]


def test_threads_lose_no_change(tmp_path):
    """Threads that change one graph on condition of its version, and try again after a conflict, lose nothing."""
    with open_workspace(tmp_path / "w.eqw") as ws:
        ws.apply(CreateGraph("g", chain("")))
        conflicts = []

        def work():
            for _ in range(20):
                while True:
                    state = ws.state
                    formulas = [str(formula) for formula in state.graphs["g"].beliefs(1)]
                    change = AddFormulas("g", {1: f"x{len(formulas)}"})
                    try:
                        after = ws.apply(change, expected={"g": state.versions["g"]})
                    except VersionConflict as conflict:
                        conflicts.append(conflict)
                    else:
                        assert len(after.graphs["g"].beliefs(1)) == len(formulas) + 1
                        break

        run_threads(*[work] * 5)
        assert all(conflict.actual > conflict.expected for conflict in conflicts)
        formulas = [str(formula) for formula in ws.graph("g").beliefs(1)]
        assert formulas == [f"x{i}" for i in range(100)]
        assert len(ws.history()) == 101
    again = load_workspace(tmp_path / "w.eqw")
    assert [str(formula) for formula in again.graph("g").beliefs(1)] == formulas


def test_threads_that_change_undo_read_and_compute():
    """Whatever threads do at the same time, every state read is whole and every current result follows from its graph."""
    ws = derived(a="g", b="a")
    stop = threading.Event()

    def change():
        for i in range(40):
            ws.apply(AddAtoms("g", [f"x{i}"]), AddFormulas("g", {2: f"x{i}"}))
            if i % 3 == 0:
                ws.undo()
                ws.redo()
        stop.set()

    def read():
        while not stop.is_set():
            graph = ws.state.graphs["g"]
            assert len(graph.beliefs(2)) == len((graph.graph.get("atoms") or "").split())
            for status in ws.statuses().values():
                assert status.state in ("new", "stale", "current")

    def compute():
        while not stop.is_set():
            computed = ws.compute("b")
            assert computed.graph.entails(1, "p & q")

    run_threads(change, read, read, compute, compute)
    assert ws.refresh()["b"].state == "current"
    assert ws.compute("b").graph == Operation("simple", steps=2).apply(ws.graph("g")).graph


def test_threads_that_compute_the_same():
    """A result that two threads compute at once is kept once."""
    ws = Workspace({"g": chain("p", "~p", "q")})
    ws.apply(Declare("a", "g", Operation("ring")))
    found = []
    barrier = threading.Barrier(4, timeout=30)

    def compute():
        barrier.wait()
        found.append(ws.compute("a"))

    run_threads(*[compute] * 4)
    assert len({computed.version for computed in found}) == 1
    assert sum('"computed"' in text for text in ws.records()) == 1
