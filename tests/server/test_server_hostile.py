"""Bodies, formulas and names that mean harm: every route refuses them, or takes them for what they are."""

import json

import pytest
from server_client import PROBLEM, operations, server
from server_data import CHAIN

JSON = {"Content-Type": "application/json"}
BODIES = {
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "a number": "1",
    "an unknown field": '{"surprise": 1}',
    "NaN": '{"time_limit": NaN, "graph": {"nodes": [{"id": NaN}], "edges": []}}',
    "infinity": '{"time_limit": -Infinity}',
    "a large number": '{"steps": 1e400, "time_limit": 1e400}',
    "a long number": '{"steps": ' + "9" * 10_000 + "}",
    "deep lists": '{"graph": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep objects": '{"graph": ' * 50_000 + "1" + "}" * 50_000,
    "an end too early": '{"graph": {"nodes": [',
    "wrong types": '{"name": [], "graph": "g", "graphs": [], "operator": 7, "steps": "1", "formula": {}, "nodes": {}}',
    "true for a number": '{"graph": "g", "operator": "global", "steps": true, "time_limit": true}',
    "half a character": '{"name": "\\ud800", "formula": "\\ud800", "node": "\\ud800"}',
    "a NUL": '{"name": "\\u0000", "formula": "p\\u0000"}',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "prototypes": '{"__proto__": {}, "constructor": {"prototype": {}}, "__class__": "os"}',
    "a merge": '{"$ref": "file:///etc/passwd", "<<": {"a": 1}}',
}
FORMULAS = {
    "parentheses": "(" * 2000 + "p" + ")" * 2000,
    "negations": "~" * 3000 + "p",
    "implications": " -> ".join(["p"] * 3000),
    "too long": "p & " * 100_000 + "p",
    "a long atom": "p" * 19_000,
    "Python": "__import__('os').system('touch harmed')",
    "attributes": "().__class__.__bases__[0].__subclasses__()",
    "a program": "p. :- not q. #script (python) import os #end.",
    "SQL": "p'; DROP TABLE workspaces; --",
    "a template": "{{7*7}} ${7*7} %s %n",
    "a script": "<script>alert(1)</script>",
    "line breaks": "p\r\nX-Injected: 1",
    "a direction": "p \u202e q",
    "emptiness": " \t\n",
}
HARMLESS = {FORMULAS[name] for name in ("parentheses", "implications", "a long atom")}
NAMES = ["a\\b", "'; DROP TABLE workspaces; --", "<b>"]
NO_NAMES = ["../../etc/passwd", "..", ".", "a/b", "a\r\nSet-Cookie: x=1", "x" * 5000, ""]
PLACES = ["/v1/workspaces/x/graphs/{}", "/v1/workspaces/{}", "/v1/workspaces/x/graphs/x/nodes/{}/formulas", "/v1/jobs/{}"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with server(folder, requests_per_minute=10**6, solve_seconds=5, request_seconds=5) as client:
        assert client.put("/v1/workspaces/x", json={"graphs": {"x": CHAIN}}).status_code == 201
        yield client


def assert_refused(answer):
    """Somebody else's mistake, told as a problem."""
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert "x-injected" not in answer.headers
    assert len(answer.content) < 100_000


def taking_json(client):
    """The method and path of everything that takes a body of JSON."""
    for method, path, operation in operations(client):
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            yield method, path


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies(client, body):
    """No route takes a body that is not as described, and none breaks."""
    routes = list(taking_json(client))
    assert len(routes) >= 9
    for method, path in routes:
        answer = client.request(method, path, content=body, headers=JSON)
        if answer.status_code >= 300 or body != "{}":
            assert_refused(answer)


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_formulas(client, formula, tmp_path, monkeypatch):
    """A formula is read as one, wherever it stands; nothing in it is carried out."""
    monkeypatch.chdir(tmp_path)
    graph = {"nodes": [{"id": 1, "formulas": [formula]}], "edges": []}
    for method, path, body in [
        ("POST", "/v1/solve", {"graph": graph, "operator": "global"}),
        ("PUT", "/v1/workspaces/x/graphs/y", graph),
        ("PUT", "/v1/workspaces/y", {"graphs": {"y": graph}}),
        ("POST", "/v1/workspaces/x/graphs/x/nodes/1/formulas", {"formula": formula}),
        ("PUT", "/v1/workspaces/x/graphs/x/nodes/1/formulas", {"formulas": ["p", formula]}),
        ("POST", "/v1/workspaces/x/graphs/x/query", {"node": 1, "entails": formula}),
    ]:
        answer = client.request(method, path, json=body)
        if answer.status_code >= 300:
            assert_refused(answer)
        else:
            assert formula in HARMLESS, path
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES + NO_NAMES)
def test_names(client, name):
    """A name is a name: it leads to no file and is no command, and is given back as it was."""
    made = client.post("/v1/workspaces", json={"name": name})
    if name in NAMES:
        assert made.status_code == 201
        assert made.json()["name"] == name
        assert client.get("/v1/workspaces").status_code == 200
    else:
        assert_refused(made)
    for path in PLACES:
        answer = client.get(path.format(json.dumps(name)[1:-1].replace("/", "%2F")))
        assert answer.status_code == 200 or assert_refused(answer) is None


@pytest.mark.parametrize("query", ["limit=-1", "limit=1e9", "limit=" + "9" * 5000, "limit=x", "after=%00", "after=%ff"])
def test_queries(client, query):
    """Parameters are checked like bodies."""
    for path in ("/v1/workspaces", "/v1/workspaces/x/graphs", "/v1/workspaces/x/history", "/v1/jobs"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200 or assert_refused(answer) is None
        assert answer.status_code == 422 or not query.startswith("limit")
