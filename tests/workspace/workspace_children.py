"""What other processes do with workspaces in the tests: work until they are killed, keep files open, fail half-way."""

import os
import random
import signal
import time
from contextlib import suppress

from equibel.errors import EquibelError, WorkspaceLocked
from equibel.workspace import (
    AddEdges,
    AddFormulas,
    AddNodes,
    CreateGraph,
    Declare,
    Delete,
    Operation,
    RemoveNodes,
    RestoreSnapshot,
    SaveSnapshot,
    open_workspace,
)
from equibel.workspace.results import cache
from equibel.workspace.storage import compaction


def step(ws, seed, number):
    """Do one thing with a workspace, the same whenever seed, number and workspace are; at most one record is written."""
    draw = random.Random(f"{seed} {number}")
    graph, result = draw.choice("gh"), draw.choice("rs")
    node, other = draw.randrange(6), draw.randrange(6)
    acts = [
        lambda: ws.apply(CreateGraph(graph)),
        lambda: ws.apply(AddNodes(graph, range(node))),
        lambda: ws.apply(RemoveNodes(graph, [node])),
        lambda: ws.apply(AddEdges(graph, [(node, other)])),
        lambda: ws.apply(AddFormulas(graph, {node: draw.choice(["p", "q | r", "~p", "x" * 3000])})),
        lambda: ws.apply(AddFormulas(graph, {node: draw.choice(["p", "q | r", "~p"])})),
        lambda: ws.apply(Declare(result, graph, Operation("simple"), replace=True)),
        lambda: ws.apply(Delete(draw.choice("ghrs"), dependents=number % 5 == 0)),
        lambda: ws.apply(SaveSnapshot(f"{number}")),
        lambda: ws.apply(RestoreSnapshot(draw.choice(list(ws.snapshots) or [""]))),
        lambda: ws.compute(result),
        ws.undo,
        ws.undo,
        ws.redo,
    ]
    with suppress(EquibelError):  # it may not fit
        draw.choice(acts)()


def work(path, seed, first, pipe):
    """Do one thing after the other for ever, and tell by a line on the pipe that it is done."""
    write_states_often()
    forget_nothing()
    ws = open_workspace(path)
    number = first
    while True:
        step(ws, seed, number)
        pipe.send(number)
        number += 1


def write_states_often():
    """Let states be written, and everything anew, after a few commands."""
    compaction.STATE_AFTER, compaction.REWRITE_AFTER = 2000, 12_000


def forget_nothing():
    """Remember every computed value; when old ones are forgotten depends on when the file was opened and rewritten."""
    cache.SPARE = 10**9


def keep_open(path, pipe):
    """Open a workspace, say so, and keep it open."""
    ws = open_workspace(path)
    ws.apply(CreateGraph(f"made by {os.getpid()}"))
    pipe.send(os.getpid())
    time.sleep(60)


def open_briefly(path, times, pipe):
    """Open and change a workspace as often as said, whenever nobody else has it open; tell how often somebody had."""
    refused = done = 0
    while done < times:
        try:
            with open_workspace(path) as ws:
                ws.apply(CreateGraph(f"{os.getpid()} {done}"))
        except WorkspaceLocked:
            refused += 1
        else:
            done += 1
    pipe.send(refused)


def die(path, call, count, half):
    """Add nodes until a system call is made for the ``count``-th time, and be killed in it, or after ``half`` of it."""
    write_states_often()
    ws = open_workspace(path)
    real = getattr(os, call)
    calls = 0

    def fatal(*arguments, **keywords):
        nonlocal calls
        calls += 1
        if calls < count:
            return real(*arguments, **keywords)
        if half and call == "write":
            real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
        elif half:
            real(*arguments, **keywords)
        os.kill(os.getpid(), signal.SIGKILL)
        return time.sleep(60)

    setattr(os, call, fatal)
    for number in range(10_000):
        ws.apply(AddNodes("g", [f"{number} {'x' * 500}"]))
        with open(f"{path}.done", "w") as done:
            done.write(f"{number}\n")
