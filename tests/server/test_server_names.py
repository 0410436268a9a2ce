"""Names that somebody chose to do harm, or just their own language: kept as they are, or refused; never a path of a file."""

import asyncio
import os
from urllib.parse import quote

import httpx
import pytest
from server_client import BASE, assert_problem, server
from server_data import CHAIN

from equibel.server.http.names import is_name


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("names")


@pytest.fixture(scope="module")
def client(folder):
    with server(folder, requests_per_minute=10**6) as found:
        found.put("/v1/workspaces/w", json={"graphs": {"g": CHAIN}})
        yield found


GOOD = [
    "a", "A b", " ", "é", "e\u0301", "日本語", "😀", "ß", "%", "..a", "...", ".a", "-", "~", "\\", "C:\\x", "a;b",
    "a?b", "a#b", "a&b=c", "'; DROP TABLE workspaces; --", '"', "<script>", "${jndi:ldap:x}", "{{7*7}}", "con", "a:b", "*",
    "graphs", "file", "history", "undo", "null", "1", "true", "__proto__", "a" * 200, "é" * 200, "\u0378", "+", "@",
]  # fmt: skip

BAD = [
    "", ".", "..", "/", "a/b", "../a", "../../etc/passwd", "/etc/passwd", "a\n", "a\tb", "\x00", "a\x00b", "\x7f", "\x85",
    "a\u202eb", "\u2028", "\ufeff", "a" * 201, "a" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_names_in_any_language(client, name):
    """Workspaces, graphs and results may be called anything that a path can say."""
    assert is_name(name)
    path = f"/v1/workspaces/{quote(name, safe='')}"
    assert_problem(client.get(path), 404)  # "e" with an accent has two spellings, and both are names
    made = client.post("/v1/workspaces", json={"name": name})
    assert made.status_code == 201
    assert made.headers["location"] == path
    assert client.get(made.headers["location"]).json()["name"] == name
    graph = client.put(f"{path}/graphs/{quote(name, safe='')}", json=CHAIN)
    assert (graph.status_code, graph.json()["name"]) == (201, name)
    assert client.get(graph.headers["location"]).json()["nodes"] == [
        {"id": 1, "formulas": ["p & q"]}, {"id": 2, "formulas": []}, {"id": 3, "formulas": ["~p"]}
    ]  # fmt: skip
    result = client.put(f"{path}/results/{quote('r' + name[1:], safe='')}", json={"of": name, "operator": "global"})
    assert (result.status_code, result.json()["of"]) == (201, name)
    assert client.get(result.headers["location"]).json()["name"] == "r" + name[1:]
    disposition = client.get(f"{path}/file").headers["content-disposition"]
    assert disposition == f"attachment; filename*=UTF-8''{quote(name, safe='')}.eqw"
    assert client.delete(path).status_code == 204


@pytest.mark.parametrize("name", BAD, ids=lambda name: repr(name[:20]))
def test_names_that_are_refused(client, folder, name):
    """What no path can say, or nobody can see, is refused as a name of anything, and finds nothing."""
    assert not is_name(name)
    before = sorted(os.listdir(folder))
    assert_problem(client.post("/v1/workspaces", json={"name": name}), 422, "invalid")
    assert_problem(client.put("/v1/workspaces/new", json={"graphs": {name: CHAIN}}), 422, "invalid")
    declared = {"graphs": {"g": CHAIN}, "results": {name: {"of": "g", "operator": "global"}}}
    assert_problem(client.put("/v1/workspaces/new", json=declared), 422, "invalid")
    assert_problem(client.get("/v1/workspaces/new"), 404)
    for address, body in (
        (f"/v1/workspaces/{quote(name, safe='')}", {}),
        (f"/v1/workspaces/w/graphs/{quote(name, safe='')}", CHAIN),
        (f"/v1/workspaces/w/results/{quote(name, safe='')}", {"of": "g", "operator": "global"}),
    ):
        told = client.put(address, json=body)
        assert told.status_code in (404, 405, 422), told.text
        assert_problem(told, told.status_code)
    assert sorted(os.listdir(folder)) == before
    assert [graph["name"] for graph in client.get("/v1/workspaces/w/graphs").json()["items"]] == ["g"]


TEXTS = ["%00", "%0a", "%FF", "%C0%AF", "%2e%2e%2f", "..%2f..%2fetc%2fpasswd", "%E2%80%AE", "%ED%A0%80", "a" * 9000]
PATTERNS = ["{}", "{}/file", "{}/graphs", "w/graphs/{}", "w/results/{}", "w/graphs/g/nodes/{}/formulas"]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_paths_that_lead_nowhere(client, text, pattern):
    """Whatever a path says that names nothing, there is nothing there."""
    address = "/v1/workspaces/" + pattern.format(text)
    told = client.get(address)
    assert told.status_code in (404, 405), told.text
    assert_problem(told, told.status_code)
    told = client.delete(address)
    assert told.status_code in (404, 405), told.text


def test_names_that_look_encoded(client):
    """A name in which there is a percent sign is not decoded twice."""

    async def ask():
        transport = httpx.ASGITransport(client.app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as direct:
            for name in ("%2F", "%2e%2e", "%00", "%25", "a%20b"):
                made = await direct.post("/v1/workspaces", json={"name": name})
                assert made.status_code == 201
                location = made.headers["location"]
                assert location == f"/v1/workspaces/{quote(name, safe='')}"
                assert (await direct.get(location)).json()["name"] == name
                graph = await direct.put(f"{location}/graphs/{quote(name, safe='')}", json={"nodes": [{"id": name}]})
                node = f"{graph.headers['location']}/nodes/{quote(name, safe='')}/formulas"
                assert (await direct.get(node)).json()["node"] == name

    asyncio.run(ask())


def test_pages_begin_anywhere(client):
    """Any text may be what a page begins after."""
    for after in ("\x00", "é", "%", "'", "w", "\U0010ffff", "a" * 1000):
        for path in ("/v1/workspaces", "/v1/workspaces/w/graphs", "/v1/workspaces/w/results"):
            assert client.get(path, params={"after": after}).status_code == 200, after
    assert_problem(client.get("/v1/workspaces", params={"after": "a" * 1001}), 422, "invalid")
