"""Processes that are killed while they work: what they have acknowledged is there, whole, and nothing else is."""

import multiprocessing
import os
import random
import shutil
import signal
import time

import pytest
import workspace_children
from workspace_views import view

from equibel.workspace import CreateGraph, Workspace, load_workspace, open_workspace
from equibel.workspace.results import cache


@pytest.fixture(scope="module")
def context():
    """Where child processes come from; the package is imported once for all of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["equibel.workspace"])
    return context


def seen(ws):
    """Everything but the times."""
    declared = view(ws.state)
    done, undone = ([entry.line for entry in entries] for entries in (ws.history(), ws.undone()))
    statuses = {name: (status.state, status.tag) for name, status in ws.statuses().items()}
    return ws.version, declared, done, undone, statuses


def killed_at_random(context, path, seed, rounds):
    """Kill a working process again and again, and follow it in memory by what it had acknowledged."""
    draw = random.Random(seed)
    shadow, number = Workspace(), 0
    for _ in range(rounds):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=workspace_children.work, args=(path, seed, number, theirs))
        child.start()
        theirs.close()
        last = number - 1
        assert ours.poll(60)
        deadline = time.monotonic() + draw.choice([0, 0.002, 0.02, 0.1]) * draw.random()
        while time.monotonic() < deadline:
            if ours.poll(0.001):
                last = ours.recv()
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        while ours.poll():
            try:
                last = ours.recv()
            except EOFError:
                break
        ours.close()
        with open_workspace(path) as ws:
            while number <= last:
                workspace_children.step(shadow, seed, number)
                number += 1
            if ws.version != shadow.version:  # one more was written, and not acknowledged any more
                workspace_children.step(shadow, seed, number)
                number += 1
            assert seen(ws) == seen(shadow)
    return number


@pytest.fixture
def unforgetting(monkeypatch):
    """Let this process, too, remember every computed value, so that statuses are the same whenever the file is read."""
    monkeypatch.setattr(cache, "SPARE", cache.SPARE)  # restored afterwards
    workspace_children.forget_nothing()


@pytest.mark.usefixtures("unforgetting")
@pytest.mark.process
def test_killed_at_random(context, tmp_path):
    """Whenever a process is killed, the workspace is as after its last acknowledged command, or the next."""
    assert killed_at_random(context, tmp_path / "w.eqw", seed=1, rounds=6) > 5


@pytest.mark.slow
@pytest.mark.usefixtures("unforgetting")
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_random_often(context, tmp_path, seed):
    """The same, many times over."""
    killed_at_random(context, tmp_path / "w.eqw", seed, rounds=150)


SELDOM = [("write", [2, 5]), ("fsync", [1, 26]), ("replace", [1, 2]), ("open", [2])]
OFTEN = [("write", [3, 4, 6, 7]), ("fsync", [2, 7, 25, 27]), ("open", [3, 4])]


@pytest.mark.process
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize(("call", "counts"), [*SELDOM, *(pytest.param(*each, marks=pytest.mark.slow) for each in OFTEN)])
def test_killed_within_a_call(context, tmp_path, call, counts, half):
    """The same for every moment that matters: within and after each call by which something is written."""
    path = tmp_path / "w.eqw"
    with open_workspace(path) as ws:
        ws.apply(CreateGraph("g"))
    for count in counts:
        again = tmp_path / f"{count}.eqw"
        shutil.copy(path, again)
        child = context.Process(target=workspace_children.die, args=(again, call, count, half))
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        done = tmp_path / f"{count}.eqw.done"
        acknowledged = int(done.read_text() or -1) + 1 if done.exists() else 0
        with open_workspace(again) as ws:
            nodes = [node.split()[0] for node in ws.graph("g")]
            assert nodes == [str(i) for i in range(len(nodes))]
            assert acknowledged <= len(nodes) <= acknowledged + 2
            assert len(ws.history()) == len(nodes) + 1
            while ws.history():
                ws.undo()
        left = {entry.name for entry in tmp_path.iterdir() if entry.name.startswith((f"{count}.eqw", f".{count}.eqw"))}
        assert left <= {again.name, done.name}
        assert load_workspace(again).graphs == {}


def test_the_file_of_a_killed_process_is_free(context, tmp_path):
    """The lock of a process ends with it, however that ends."""
    path = tmp_path / "w.eqw"
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=workspace_children.keep_open, args=(path, theirs))
    child.start()
    pid = ours.recv()
    os.kill(pid, signal.SIGKILL)
    child.join()
    assert (tmp_path / "w.eqw.lock").exists()
    with open_workspace(path) as ws:
        assert list(ws.graphs) == [f"made by {pid}"]
    assert not (tmp_path / "w.eqw.lock").exists()
