"""Tags: what has changed is known, and nobody's change is lost, however many clients there are."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from server_client import assert_problem, server
from server_data import CHAIN, new_workspace

from equibel.server.http.etags import Condition, read_condition


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("etags"), requests_per_minute=10**6) as found:
        yield found


def filled(client):
    """The path of a workspace with a graph and a computed result."""
    path = new_workspace(client, {"g": CHAIN}, {"r": {"of": "g", "operator": "global"}})
    client.app.state.context.workspaces.get("local", path.rsplit("/")[-1]).workspace.compute("r")
    return path


READ = [
    "", "/file", "/history", "/graphs", "/graphs/g", "/graphs/r", "/results", "/results/r",
    "/graphs/g/nodes/2/formulas", "/graphs/r/nodes/2/formulas", "/graphs/g/nodes/2/models",
]  # fmt: skip


@pytest.mark.parametrize("rest", READ)
def test_what_is_known_is_not_sent_again(client, rest):
    """A GET with the tag there is gets 304 and no body; after a change of anything it gets the new content."""
    path = filled(client)
    first = client.get(path + rest)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*", tag.strip('"')):
        again = client.get(path + rest, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), known
    for other in ('"other"', '""', "nonsense, more", f'{tag[:-1]}x"'):
        assert client.get(path + rest, headers={"If-None-Match": other}).status_code == 200
    client.post(f"{path}/graphs/g/nodes/1/formulas", json={"formula": "r"})
    changed = client.get(path + rest, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert client.get("/v1/workspaces").status_code == 200


def test_the_list_of_workspaces_has_a_tag(client):
    """The list changes when a workspace is made."""
    tag = client.get("/v1/workspaces").headers["etag"]
    assert client.get("/v1/workspaces", headers={"If-None-Match": tag}).status_code == 304
    new_workspace(client)
    assert client.get("/v1/workspaces", headers={"If-None-Match": tag}).status_code == 200


CHANGES = [
    ("PUT", "", "", {"graphs": {}}),
    ("DELETE", "", "", None),
    ("POST", "/undo", "", None),
    ("PUT", "/graphs/g", "/graphs/g", CHAIN),
    ("DELETE", "/graphs/g?dependents=true", "/graphs/g", None),
    ("PUT", "/results/r", "/results/r", {"of": "g", "operator": "ring"}),
    ("DELETE", "/results/r", "/results/r", None),
    ("PUT", "/graphs/g/nodes/2/formulas", "/graphs/g/nodes/2/formulas", {"formula": "s"}),
    ("POST", "/graphs/g/nodes/2/formulas", "/graphs/g", {"formula": "s"}),
    ("DELETE", "/graphs/g/nodes/1/formulas", "/graphs/g", None),
]


@pytest.mark.parametrize(("method", "rest", "resource", "body"), CHANGES)
def test_changes_on_a_condition(client, method, rest, resource, body):
    """With If-Match a change is made when the tag is the right one, and otherwise refused, and nothing happens."""
    path = filled(client)
    client.put(f"{path}/graphs/other", json=CHAIN)
    old = client.get(path + resource).headers["etag"]
    client.post(f"{path}/graphs/g/nodes/3/formulas", json={"formula": "r"})
    before = client.get(f"{path}/file").content
    for wrong in (old, '"nothing"', f"W/{client.get(path + resource).headers['etag']}", "", "nonsense, more"):
        told = assert_problem(
            client.request(method, path + rest, json=body, headers={"If-Match": wrong}), 412, "precondition-failed"
        )
        assert told["etag"] == client.get(path + resource).headers["etag"]
        assert client.get(f"{path}/file").content == before
    now = client.get(path + resource).headers["etag"]
    made = client.request(method, path + rest, json=body, headers={"If-Match": f'"x", {now}'})
    assert made.status_code in (200, 204)
    if client.get(path).status_code == 200:
        assert client.get(f"{path}/file").content != before


def test_making_without_replacing(client):
    """With If-None-Match: * a PUT makes what is not there, and replaces nothing."""
    path = filled(client)
    bodies = {f"{path}n": {}, f"{path}/graphs/n": CHAIN, f"{path}/results/m": {"of": "g", "operator": "global"}}
    for address, body in bodies.items():
        assert client.put(address, json=body, headers={"If-None-Match": "*"}).status_code == 201
        assert_problem(client.put(address, json=body, headers={"If-None-Match": "*"}), 412)
        assert_problem(client.put(f"{address}x", json=body, headers={"If-Match": "*"}), 412)
        assert client.put(address, json=body, headers={"If-Match": "*"}).status_code == 200
        assert_problem(client.get(f"{address}x"), 404)


def test_only_one_of_many_makes_it(client):
    """Of clients that make the same thing at the same time, one does and the others are told."""
    path = new_workspace(client)

    def make(number):
        headers = {"If-None-Match": "*"}
        return [
            client.put(f"{path}/graphs/g", json={"nodes": [{"id": number}]}, headers=headers).status_code,
            client.put(f"{path}made", json={}, headers=headers).status_code,
            client.post("/v1/workspaces", json={"name": f"{path.rsplit('/')[-1]}posted"}).status_code,
        ]

    with ThreadPoolExecutor(10) as pool:
        found = list(zip(*pool.map(make, range(10)), strict=True))
    assert [sorted(statuses) for statuses in found] == [[201, *[412] * 9], [201, *[412] * 9], [201, *[409] * 9]]


@pytest.mark.parametrize("clients", [15, pytest.param(50, marks=pytest.mark.slow)])
def test_many_clients_edit_one_graph(client, clients):
    """Each of many clients reads a node's formulas, adds its own, and puts them back if nobody was faster: none is lost."""
    path = new_workspace(client, {"g": {"nodes": [{"id": 1}, {"id": 2}]}})
    node = f"{path}/graphs/g/nodes/1/formulas"
    refused = []

    def edit(number):
        chance = random.Random(number)
        while True:
            seen = client.get(node)
            formulas = [*seen.json()["formulas"], f"p{number}"]
            chance.shuffle(formulas)
            told = client.put(node, json={"formulas": formulas}, headers={"If-Match": seen.headers["etag"]})
            if told.status_code == 200:
                return told.headers["etag"]
            assert_problem(told, 412, "precondition-failed")
            refused.append(number)
            time.sleep(chance.random() / 4)  # as a client should

    with ThreadPoolExecutor(clients) as pool:
        tags = list(pool.map(edit, range(clients)))
    assert len(set(tags)) == clients
    assert refused
    assert sorted(client.get(node).json()["formulas"]) == sorted(f"p{number}" for number in range(clients))
    history = client.get(f"{path}/history").json()["items"]
    assert len(history) == clients
    for left in reversed(range(clients)):  # each of the changes added one formula to those before it
        client.post(f"{path}/undo")
        assert len(client.get(node).json()["formulas"]) == left


def test_changes_without_conditions_all_happen(client):
    """Clients that add formulas without a condition do not disturb one another."""
    path = new_workspace(client, {"g": CHAIN})

    def add(number):
        node = number % 3 + 1
        told = client.post(f"{path}/graphs/g/nodes/{node}/formulas", json={"formula": f"p{number}"})
        return told.status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(add, range(60))) == {200}
    formulas = [node["formulas"] for node in client.get(f"{path}/graphs/g").json()["nodes"]]
    assert sum(map(len, formulas)) == 62


def test_undo_by_many(client):
    """Of many clients that undo what they have seen, one does."""
    path = new_workspace(client)
    for name in "abc":
        client.put(f"{path}/graphs/{name}", json=CHAIN)
    tag = client.get(path).headers["etag"]
    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(lambda _: client.post(f"{path}/undo", headers={"If-Match": tag}).status_code, range(10)))
    assert sorted(told) == [200, *[412] * 9]
    assert [graph["name"] for graph in client.get(path).json()["graphs"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"a"', ['"a"']),
        ('"a", "b"', ['"a"', '"b"']),
        ('"a","b"', ['"a"', '"b"']),
        ('W/"a", "b"', ['"b"']),
        ("*", ["*"]),
        (" * ", ["*"]),
        ("a", ['"a"']),
        ('"a b"', []),
        ('"a', []),
        ("", []),
        ('"a,b"', ['"a,b"']),
        ('"' + "a" * 5000, []),
        (", , ,", []),
    ],
)
def test_reading_conditions(header, tags):
    """Tags are read from headers; what is none fits nothing."""
    assert read_condition({"if-match": header}) == Condition(match=frozenset(tags))
