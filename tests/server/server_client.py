"""A server in this process, on a database of its own."""

from contextlib import contextmanager

from fastapi.testclient import TestClient

from equibel.server import Settings, create_app
from equibel.server.keys import new_key

BASE = "http://127.0.0.1:8000"
PROBLEM = "application/problem+json"


@contextmanager
def server(folder, *, headers=None, router=None, **settings):
    """A client of a server whose database lies in a folder; ``settings`` are those of `Settings`.

    ``router`` has routes that only a test needs.  What goes wrong within the server is an answer, as over a network.
    """
    app = create_app(Settings(**{"database": str(folder / "server.db"), **settings}))
    if router is not None:
        app.include_router(router)
    with TestClient(app, BASE, headers=headers, raise_server_exceptions=False, client=("127.0.0.1", 50000)) as client:
        yield client


def make_keys(folder, *names):
    """A file with a key for every name, and the headers with which each shows its key."""
    path = str(folder / "keys.toml")
    return path, [{"Authorization": f"Bearer {new_key(path, name)}"} for name in names]


def operations(client):
    """Every operation of the server, a method and a path whose parameters are filled in, and what OpenAPI says of it."""
    for path, methods in client.app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), filled(path), operation


def filled(path):
    """A route's path with something in the place of each parameter."""
    for name in ("workspace", "graph", "node", "result", "job", "id", "name", "w", "g", "n", "r"):
        path = path.replace(f"{{{name}}}", "x")
    assert "{" not in path, path
    return path


def assert_problem(response, status, kind=None):
    """The answer is a problem of that status, and of that kind; its data."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    told = response.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["type"].startswith("urn:equibel:")
    assert kind is None or told["type"] == f"urn:equibel:{kind}"
    return told
