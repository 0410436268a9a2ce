"""What the server costs: ``python -m benchmarks.server``, about a minute.

``POST /v1/solve`` is compared with the computation alone, as this process does it, from the same JSON to the same JSON,
and with a route of an application that does nothing: it reads a JSON body, and answers with a number.  Both applications
run in processes of their own, with uvicorn, on this machine.  A client sends one request after the other over one
connection; all are asked in turn, and the medians count.

A second table has as many clients as asked for at once, each over a connection of its own.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click
from rich.console import Console

import equibel as eb
from benchmarks import scenarios
from benchmarks.report import Table
from equibel.files.node_link_reading import graph_from_node_link
from equibel.files.node_link_writing import node_link
from equibel.workspace import Operation

REPEAT, QUICK_REPEAT = 200, 20
SECONDS, QUICK_SECONDS = 5.0, 1.0
_WARM = 5  # requests that do not count
_ENOUGH = 5.0  # seconds spent on one scenario: no more repetitions
_UNLIMITED = {"EQUIBEL_REQUESTS_PER_MINUTE": "1000000000", "EQUIBEL_LOG_LEVEL": "warning"}

EMPTY = """
from fastapi import FastAPI
import uvicorn
app = FastAPI()
@app.post("/")
def empty(body: dict) -> int:
    return len(body)
import socket
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
listener.listen(2048)
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
"""


class Client:
    """Sends requests over one connection that is kept."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The body of the answer, which must be a good one."""
        self._connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise click.ClickException(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content


@contextmanager
def running(*command: str, **environment: str) -> Iterator[int]:
    """A server in a process of its own, and its port."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, *command], env=os.environ | environment, text=True, **pipes)
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        if found is None:
            raise click.ClickException(f"{' '.join(command[:3])} does not start")
        yield int(found[1])
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def servers() -> Iterator[tuple[int, int]]:
    """The server, and the application that does nothing: their ports."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        database = str(Path(folder) / "server.db")
        ours = stack.enter_context(running("-m", "equibel", "serve", "--port", "0", "--database", database, **_UNLIMITED))
        yield ours, stack.enter_context(running("-c", EMPTY))


def graphs(quick: bool) -> dict[str, eb.EquibelGraph]:
    """What is solved: nothing to do, little, and more."""
    found = {
        "path of 4 nodes": scenarios.path_conflict(4, 3),
        "small world of 20 nodes": scenarios.clause_scenario("ws", 20, 4, 1),
        "small world of 60 nodes": scenarios.clause_scenario("ws", 60, 4, 1),
        "network of 300 nodes": scenarios.clause_scenario("ba", 300, 4, 1),
    }
    return dict(list(found.items())[:2]) if quick else found


def bare(body: bytes) -> bytes:
    """What the server computes, without a server: from JSON to JSON."""
    wanted = json.loads(body)
    outcome = Operation(wanted["operator"]).apply(graph_from_node_link(wanted["graph"]), simplify=True)
    return json.dumps({"graph": node_link(outcome.graph), "iterations": outcome.iterations}).encode()


def medians(works: list[Callable[[], Any]], repeat: int) -> list[float]:
    """The median time of each work, in seconds, all of them taking turns."""
    for _ in range(_WARM):
        for work in works:
            work()
    times: list[list[float]] = [[] for _ in works]
    began = time.perf_counter()
    for _ in range(repeat):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
        if time.perf_counter() - began > _ENOUGH:
            break
    return [statistics.median(taken) for taken in times]


def overhead(ours: int, other: int, quick: bool) -> Table:
    """One client: what a request costs besides the computation."""
    repeat = QUICK_REPEAT if quick else REPEAT
    rows = []
    for name, graph in graphs(quick).items():
        click.echo(f"one client: {name}", err=True)
        body = json.dumps({"graph": node_link(graph), "operator": "global"}).encode()
        with Client(ours) as server, Client(other) as application:
            works = [
                partial(bare, body),
                partial(application.ask, "POST", "/", body),
                partial(server.ask, "POST", "/v1/solve", body),
            ]
            solve, empty, request = medians(works, repeat)
        times = [f"{1000 * seconds:.1f} ms" for seconds in (solve, empty, request)]
        rest = f"{(request - solve) / empty:.1f} ×" if request > solve else "–"
        rows.append([name, *times, f"{request / solve:.2f} ×", rest])
    columns = ["scenario", "bare solve", "empty route", "POST /v1/solve", "over the solve", "the rest, in empty routes"]
    remark = (
        "The last column divides what the request takes besides the bare solve by what the empty route takes; "
        "–: no more than the solve, as far as can be measured."
    )
    return Table("One client", columns, rows, [remark])


def load(ours: int, other: int, clients: int, quick: bool) -> Table:
    """Several clients at once: how many requests are answered in a second."""
    seconds = QUICK_SECONDS if quick else SECONDS
    body = json.dumps({"graph": node_link(graphs(True)["path of 4 nodes"]), "operator": "global"}).encode()
    with Client(ours) as client:
        client.ask("POST", "/v1/workspaces", b'{"name": "w"}')
        client.ask("PUT", "/v1/workspaces/w/graphs/g", json.dumps(json.loads(body)["graph"]).encode())
    node = json.loads(body)["graph"]["nodes"][0]["id"]
    asked = {
        "empty route": (other, "POST", "/", body),
        "GET a graph": (ours, "GET", "/v1/workspaces/w/graphs/g", None),
        "POST a query": (
            ours,
            "POST",
            "/v1/workspaces/w/graphs/g/query",
            json.dumps({"node": node, "entails": "x | ~x"}).encode(),
        ),
        "POST /v1/solve": (ours, "POST", "/v1/solve", body),
    }
    rows: list[list[str]] = []
    first = 0.0
    for name, (port, *request) in asked.items():
        click.echo(f"{clients} clients: {name}", err=True)
        rate = per_second(port, request, clients, seconds)
        first = first or rate
        rows.append([name, f"{rate:,.0f}", f"{first / rate:.1f} ×"])
    return Table(f"{clients} clients", ["request", "a second", "empty routes"], rows, [])


def per_second(port: int, request: list[Any], clients: int, seconds: float) -> float:
    """Answers in a second."""
    counts = [0] * clients
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        with Client(port) as client:
            while time.perf_counter() < end:
                client.ask(*request)
                counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Fewer scenarios and repetitions: some seconds.")
@click.option("--clients", type=click.IntRange(1, 200), default=8, show_default=True, help="In the second table.")
@click.option("--markdown", is_flag=True, help="Print tables as Markdown.")
def main(quick: bool, clients: int, markdown: bool) -> None:
    """Measure what the server costs over the bare computation, and over an application that does nothing."""
    console = Console(width=None if Console().is_terminal else 140)
    with servers() as (ours, other):
        for table in (overhead(ours, other, quick), load(ours, other, clients, quick)):
            if markdown:
                click.echo(table.markdown())
            else:
                console.print(table.rich())


if __name__ == "__main__":
    main()
