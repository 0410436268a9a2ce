"""Bodies: how large they may be, and that they are JSON and nothing else."""

import asyncio
import json
import threading

import pytest
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from server_client import assert_problem, server
from server_data import CHAIN, new_workspace

from equibel.server.http import strict_json
from equibel.server.http.problems import Invalid, RequestTimeout
from equibel.server.http.strict_json import MAX_DEPTH, MAX_MEMBERS, JsonRoute, read_json
from equibel.server.middleware import body_limit
from equibel.server.middleware.body_limit import BodyLimit
from equibel.server.schemas import graph_schemas as schemas

JSON = {"Content-Type": "application/json"}
LIMIT = 20_000


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    number: float | None = None
    text: str = ""
    anything: object = None


router = APIRouter(route_class=JsonRoute)


@router.post("/json")
def read(body: Body) -> dict[str, object]:
    return {"text": body.text}


@router.post("/bytes")
async def receive(request: Request) -> dict[str, int]:
    return {"size": len(await request.body())}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("bodies"), router=router, max_body_bytes=LIMIT) as client:
        yield client


def nested(depth, inner="1"):
    return '{"anything": ' + "[" * depth + inner + "]" * depth + "}"


@pytest.mark.parametrize("path", ["/json", "/bytes", "/v1/nothing"])
@pytest.mark.parametrize("size", [LIMIT + 1, 5 * LIMIT, 100 * LIMIT])
def test_a_body_that_says_it_is_too_large(client, path, size):
    """Content-Length is enough to refuse it, wherever it goes."""
    assert assert_problem(client.post(path, content=b" " * size, headers=JSON), 413, "too-large")["limit"] == LIMIT


@pytest.mark.parametrize("path", ["/json", "/bytes"])
@pytest.mark.parametrize("pieces", [21, 300])
def test_a_body_that_becomes_too_large(client, path, pieces):
    """A body in pieces, whose size nobody says, is counted as it arrives."""
    answer = client.post(path, content=(b" " * 1000 for _ in range(pieces)), headers=JSON)
    assert assert_problem(answer, 413, "too-large")["limit"] == LIMIT


@pytest.mark.parametrize("length", ["9" * 19, "9" * 5000])
def test_lengths_that_no_body_has(client, length):
    """A length of thousands of digits is a large one."""
    assert_problem(client.post("/bytes", content=b"", headers=JSON | {"Content-Length": length}), 413)


def test_a_body_just_as_large_as_it_may_be(client):
    """The limit itself is allowed, in one piece or several."""
    assert client.post("/bytes", content=b"x" * LIMIT).json() == {"size": LIMIT}
    assert client.post("/bytes", content=(b"x" * 1000 for _ in range(20))).json() == {"size": LIMIT}


def test_a_body_that_does_not_arrive(monkeypatch):
    """A client that stops sending does not keep the server waiting."""
    monkeypatch.setattr(body_limit, "_PATIENCE", 0.01)

    async def app(scope, receive, send):
        await receive()
        await receive()

    async def talk():
        sent = [{"type": "http.request", "body": b"x", "more_body": True}]

        async def receive():
            return sent.pop() if sent else await asyncio.Event().wait()

        with pytest.raises(Exception, match="timeout while receiving the body") as raised:
            await BodyLimit(app, 100)({"type": "http", "headers": []}, receive, None)
        assert raised.value.status == 408

    asyncio.run(talk())


def test_a_body_that_arrives_for_ever(monkeypatch):
    """A client that sends a little now and then does not keep the server waiting either."""
    monkeypatch.setattr(body_limit, "_WHOLE", 0.05)

    async def app(scope, receive, send):
        while True:
            await receive()

    async def receive():
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"", "more_body": True}

    with pytest.raises(RequestTimeout):
        asyncio.run(BodyLimit(app, 100)({"type": "http", "headers": []}, receive, None))


def test_a_client_that_leaves_before_its_body_is_there(client, caplog):
    """It is not answered, and it is no mistake of the server that would have to be looked into."""
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/json", "query_string": b"", "headers": [(b"content-length", b"9")]}
    asyncio.run(client.app(scope, receive, send))
    assert not sent
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "required"),
        ("{", "line 1, column 2"),
        ('{"number": NaN}', "NaN is not a JSON number"),
        ('{"number": -Infinity}', "-Infinity is not a JSON number"),
        ('{"anything": [Infinity]}', "Infinity is not a JSON number"),
        ('{"number": 1e999}', "too large"),
        ('{"anything": ' + "9" * 5000 + "}", "too many digits"),
        (nested(MAX_DEPTH), "nested"),
        (nested(5_000), "nested"),
        ('{"text": "\\ud800"}', "half of a surrogate pair"),
        ('{"text": "\\u0000"}', "NUL"),
        ('{"anything": {"\\udfff": 1}}', "half of a surrogate pair"),
        ('{"text": "a"} {}', "extra data"),
        ("{'text': 'a'}", "line 1, column 2"),
        ('{"txet": "a"}', "body.txet: unknown field"),
        ('{"text": 3}', "body.text: input should be a valid string"),
        ('{"number": "3"}', "body.number: input should be a valid number"),
        ('{"number": true}', "body.number"),
        ('{"text": "a", "text": "b"}', "the name 'text' twice"),
        ('{"anything": [{"a": 1, "b": 2, "a": 1}]}', "the name 'a' twice"),
        ("[]", "body: input should be"),
        ("null", "body"),
        ('"text"', "body: input should be"),
    ],
)
def test_what_is_not_the_json_expected(client, body, said):
    """It is refused with a place and a reason."""
    told = assert_problem(client.post("/json", content=body, headers=JSON), 422, "invalid")
    assert said in told["detail"]
    assert all(set(place) == {"where", "problem"} for place in told["errors"])


def test_what_was_sent_is_not_repeated(client):
    """A refusal says where something is wrong, without giving back what may be a secret."""
    answer = client.post("/json", json={"text": {"password": "hunter2"}})
    assert_problem(answer, 422)
    assert "hunter2" not in answer.text


def test_many_problems_are_not_all_told(client):
    """An answer stays small."""
    told = assert_problem(client.post("/json", json={f"f{n}": 1 for n in range(500)}), 422)
    assert len(told["errors"]) == 20


def test_a_byte_order_mark(client):
    """One is passed over, as RFC 8259 allows; it was refused in words of Python, and another one is in ours."""
    mark = b"\xef\xbb\xbf"
    assert client.post("/json", content=mark + b'{"text": "a"}', headers=JSON).json() == {"text": "a"}
    told = assert_problem(client.post("/json", content=2 * mark + b"{}", headers=JSON), 422, "invalid")
    assert told["detail"] == "the body is not valid JSON: it begins with two byte order marks"
    told = assert_problem(client.post("/json", content=mark + b'{"text": \xff}', headers=JSON), 422, "invalid")
    assert "not UTF-8 at byte 10" in told["detail"]
    assert_problem(client.post("/json", content=mark, headers=JSON), 422, "invalid")


@pytest.mark.parametrize("body", [b"\xff", b'{"text": "\xe9"}', '{"text": "é"}'.encode("utf-16")])
def test_other_encodings(client, body):
    """JSON is UTF-8."""
    assert_problem(client.post("/json", content=body, headers=JSON), 422, "invalid")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip"])
@pytest.mark.parametrize("path", ["/json", "/bytes", "/v1/workspaces/w/file"])
def test_compressed_bodies(client, path, coding):
    """They are refused as such, before they are taken for something else."""
    headers = JSON | {"Content-Encoding": coding}
    answer = client.request("PUT" if path.startswith("/v1") else "POST", path, content=b"{}", headers=headers)
    assert_problem(answer, 415)
    assert answer.headers["accept-encoding"] == "identity"
    assert client.post("/json", content=b"{}", headers=JSON | {"Content-Encoding": "identity"}).status_code == 200


def test_parameters_that_there_are_not(client):
    """A misspelt parameter is refused, rather than to do what was not meant."""
    told = assert_problem(client.post("/json?txet=1", json={}), 422, "invalid")
    assert told["errors"] == [{"where": "query.txet", "problem": "unknown query parameter"}]
    path = new_workspace(client, {"g": CHAIN})
    assert_problem(client.delete(f"{path}/graphs/g/nodes/1/formulas?formulla=q"), 422)
    assert client.get(f"{path}/graphs/g/nodes/1/formulas").json()["formulas"] == ["p & q"]


def test_long_bodies_are_read_aside(client, monkeypatch):
    """Reading one may take a second, in which others are answered."""
    threads = []

    def reading(body):
        threads.append(threading.current_thread().name)
        return read_json(body)

    monkeypatch.setattr(strict_json, "read_json", reading)
    monkeypatch.setattr(strict_json, "_LONG", 100)
    for text in ("short", "long" * 100):
        assert client.post("/json", json={"text": text}).json() == {"text": text}
    assert threads[0] != threads[1]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/workspaces/w/graphs/g", CHAIN),
        ("PUT", "/v1/workspaces/v", {"graphs": {"g": CHAIN}, "results": {}}),
        ("POST", "/v1/solve", {"graph": CHAIN, "operator": "global"}),
    ],
)
def test_long_bodies_are_checked_aside(tmp_path, monkeypatch, method, path, body):
    """So may checking them, once, which was done while everybody else waited."""
    threads, real = [], schemas.whole

    def whole(value):
        threads.append(threading.current_thread().name)
        return real(value)

    monkeypatch.setattr(schemas, "whole", whole)
    seen = {}
    for long in (10**6, 10):
        monkeypatch.setattr(strict_json, "_LONG", long)
        with server(tmp_path, database=str(tmp_path / f"{long}.db")) as client:
            client.put("/v1/workspaces/w", json={"graphs": {}, "results": {}})
            threads.clear()
            assert client.request(method, path, json=body).status_code in (200, 201)
            seen[long] = list(threads)
    assert len(seen[10]) == len(seen[10**6]) > 0
    assert not set(seen[10]) & set(seen[10**6])


def test_what_is_wrong_with_long_bodies(client, monkeypatch):
    """It is told as for short ones."""
    for body in (
        {"text": 3, "number": "x" * 200},
        {"txet": "x" * 200},
        {"nodes": [{"id": None}] * 100},
        ["x" * 200],
        {"nodes": [{"id": 1}], "edges": [{"source": 1}], "x": "x" * 200},
    ):
        for method, path in (("POST", "/json"), ("PUT", "/v1/workspaces/w/graphs/g"), ("POST", "/v1/solve")):
            answers = []
            for long in (100, 10**6):
                monkeypatch.setattr(strict_json, "_LONG", long)
                answers.append(assert_problem(client.request(method, path, json=body), 422, "invalid")["errors"])
            assert answers[0] == answers[1]


def test_of_a_long_list_the_first_problem_is_told(client):
    """To find out a million problems takes long, and gigabytes."""
    told = assert_problem(client.put("/v1/workspaces/w/graphs/g", json={"nodes": [{"id": None}] * 100}), 422)
    assert [place["where"] for place in told["errors"]] == ["body.nodes.0.id"]
    nodes = [{"id": 1}]
    for name in ("edges", "links"):
        told = assert_problem(client.put("/v1/workspaces/w/graphs/g", json={"nodes": nodes, name: [1] * 100}), 422)
        assert len(told["errors"]) == 1
    told = assert_problem(client.put("/v1/workspaces/w/graphs/g/nodes/1/formulas", json={"formulas": [1] * 100}), 422)
    assert len(told["errors"]) == 1


def test_objects_have_only_so_many_names():
    """And lists as many items as there are."""
    members = {str(number): number for number in range(MAX_MEMBERS)}
    assert read_json(json.dumps([members, [0] * (MAX_MEMBERS + 1)]).encode())[0] == members
    with pytest.raises(Invalid, match="more than 10000 names"):
        read_json(json.dumps(members | {"one": "more"}).encode())


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "json"],
)
def test_other_kinds_of_body(client, kind):
    """Only JSON is taken as JSON: a form on somebody's page cannot send it."""
    assert_problem(client.post("/json", content=b"{}", headers={"Content-Type": kind} if kind else {}), 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/Vnd.X+JSON"])
def test_kinds_that_are_json(client, kind):
    """All of JSON's names are taken."""
    assert client.post("/json", content='{"text": "é"}'.encode(), headers={"Content-Type": kind}).json() == {"text": "é"}


def test_strict_reading_changes_nothing_about_json():
    """What is JSON, and can be stored, is read as Python reads it."""
    for value in [None, 1.5, "é\n", [], {"a": [{"b": [1, 2]}] * 200}, "\U0001f600", "\\u0000"]:
        for ascii_only in (True, False):
            assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


def test_the_deepest_json():
    """A hundred levels are read, one more is not."""
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Invalid):
        read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
