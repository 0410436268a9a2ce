"""A client of the HTTP server, with only the standard library of Python.

The script starts a server.  For a server that is already running, you only need a ``Client`` with its address.  A
workspace stores a graph, a query asks what a node believes, and a job computes a completion and reports its progress by
events.  Two users who change the same graph do not overwrite each other's changes.

Prints::

    agent 2 believes r: False
    queued, running, done
    agent 2 believes r: True
    412: Precondition Failed
    422: Formula syntax error, at column 5
"""

import json
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any


class Client:
    """A client of one server; ``key`` is the API key, if the server has API keys."""

    def __init__(self, address: str, key: str = "") -> None:
        self.address = address
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def open(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response of the server, open for reading.  HTTP errors raise ``urllib.error.HTTPError``."""
        data = None if body is None else json.dumps(body).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, data, self.headers | headers, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        return urllib.request.urlopen(request, timeout=60)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of the response."""
        with self.open(method, path, body, **headers) as answer:
            return json.load(answer)

    def events(self, job: str) -> Iterator[str]:
        """The names of the events of a job, until it ends."""
        with self.open("GET", f"/v1/jobs/{job}/events") as answer:
            for line in answer:
                if line.startswith(b"event: "):
                    yield line.decode().split()[1]


def talk(client: Client) -> None:
    chain = {
        "nodes": [{"id": 1, "formulas": ["p & q & r"]}, {"id": 2}, {"id": 3}, {"id": 4, "formulas": ["~p & ~q"]}],
        "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}, {"source": 3, "target": 4}],
    }
    client.ask("POST", "/v1/workspaces", {"name": "work"})
    with client.open("PUT", "/v1/workspaces/work/graphs/chain", chain) as answer:
        tag = answer.headers["ETag"]
    question = {"node": 2, "entails": "r"}
    print("agent 2 believes r:", client.ask("POST", "/v1/workspaces/work/graphs/chain/query", question)["answer"])

    wanted = {"graph": "chain", "operator": "global", "save_as": "shared"}
    job = client.ask("POST", "/v1/workspaces/work/jobs", wanted)["id"]
    print(", ".join(event for event in client.events(job) if event != "progress"))
    print("agent 2 believes r:", client.ask("POST", "/v1/workspaces/work/graphs/shared/query", question)["answer"])

    formulas = "/v1/workspaces/work/graphs/chain/nodes/3/formulas"
    client.ask("POST", formulas, {"formula": "s"})  # a change by another user
    for formula, headers in (("~s", {"If_Match": tag}), ("p & & q", {})):
        try:
            client.ask("POST", formulas, {"formula": formula}, **headers)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            print(f"{error.code}: {problem['title']}" + (f", at column {problem['column']}" if "column" in problem else ""))


with tempfile.TemporaryDirectory() as folder:
    command = [sys.executable, "-m", "equibel", "serve", "--port", "0", "--database", f"{folder}/server.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        talk(Client(re.findall(r"http://[^ ,]+", server.stdout.readline())[0]))
        server.terminate()
