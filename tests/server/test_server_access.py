"""Who may send requests, how many, and from which web pages."""

import pytest
from server_client import assert_problem, make_keys, operations, server

PUBLIC = {"/healthz", "/readyz", "/docs", "/openapi.json", "/"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with keys, and the headers of two of its clients."""
    folder = tmp_path_factory.mktemp("guarded")
    path, (alice, bob) = make_keys(folder, "alice", "bob")
    with server(folder, keys_file=path, cors_origins="https://page.example") as client:
        yield client, alice, bob


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A server without keys."""
    with server(tmp_path_factory.mktemp("local")) as client:
        yield client


def test_every_route_asks_for_a_key(guarded):
    """Nothing but the documentation and the probes is told to those who show no key, or a wrong one."""
    client, *_ = guarded
    asked = [(method, path) for method, path, _ in operations(client) if path not in PUBLIC]
    assert ("GET", "/metrics") in asked
    assert len(asked) > 20
    nothing = [("GET", "/nothing/there"), ("GET", "/v1"), ("PATCH", "/v1/workspaces"), ("GET", "/docs/start/js")]
    for method, path in [*asked, *nothing]:
        for headers in ({}, {"Authorization": "Bearer eqb_guess"}, {"Authorization": "Basic YTpi"}):
            answer = client.request(method, path, headers=headers)
            assert_problem(answer, 401, "unauthorized")
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_what_everybody_may_see(guarded):
    """The probes and the documentation need no key."""
    client, *_ = guarded
    for path in PUBLIC - {"/"}:
        assert client.get(path).status_code == 200, path
    assert client.get("/", follow_redirects=False).headers["location"] == "docs"


def test_a_key_lets_in(guarded):
    """Whatever the case of the scheme, as HTTP has it."""
    client, alice, bob = guarded
    for headers in (alice, bob, {"Authorization": alice["Authorization"].replace("Bearer", "bearer ")}):
        assert client.get("/metrics", headers=headers).status_code == 200


def test_two_keys_in_one_request_are_none(tmp_path, guarded):
    """What intermediaries could understand differently is not understood at all."""
    client, alice, bob = guarded
    headers = [("Authorization", alice["Authorization"]), ("Authorization", bob["Authorization"])]
    assert_problem(client.get("/metrics", headers=headers), 401)


def test_a_body_is_not_read_before_the_key_is(guarded):
    """Who shows no key is not told that the body is wrong."""
    client, *_ = guarded
    assert_problem(client.post("/v1/solve", content=b"{", headers={"Content-Type": "application/json"}), 401)


def test_requests_per_minute(tmp_path):
    """Every key has its own allowance, told in headers; over it there is 429 and when to come back."""
    path, (alice, bob) = make_keys(tmp_path, "alice", "bob")
    with server(tmp_path, keys_file=path, requests_per_minute=3) as client:
        answers = [client.get("/metrics", headers=alice) for _ in range(3)]
        assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0"]
        assert {answer.headers["ratelimit-limit"] for answer in answers} == {"3"}
        refused = client.get("/metrics", headers=alice)
        assert assert_problem(refused, 429, "too-many")["limit"] == 3
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/metrics", headers=bob).status_code == 200


def test_wrong_keys_are_counted_by_address(tmp_path):
    """Keys cannot be tried out without end, and those who try do not use up what others have; probes always answer."""
    path, (alice,) = make_keys(tmp_path, "alice")
    with server(tmp_path, keys_file=path, requests_per_minute=3) as client:
        tried = [client.get("/metrics", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(5)]
        assert tried == [401, 401, 401, 429, 429]
        assert client.get("/openapi.json").status_code == 429
        assert client.get("/metrics", headers=alice).status_code == 200
        assert [client.get("/healthz").status_code for _ in range(5)] == [200] * 5


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "localhost.", "LOCALHOST", "a.localhost", ""])
def test_names_of_this_computer(local, host):
    """A server without keys is called by names that nobody elsewhere can own."""
    assert local.get("/metrics", headers={"Host": host}).status_code == 200


def test_the_name_that_the_server_was_started_with(tmp_path):
    """A name of one word leads where the network's name server says, so it is taken only when the server is called so."""
    with server(tmp_path, host="Box") as client:
        assert client.get("/metrics", headers={"Host": "box:8000"}).status_code == 200
        assert_problem(client.get("/metrics", headers={"Host": "other"}), 403, "forbidden")


def test_two_names_in_one_request(local):
    """What intermediaries could understand differently is not understood at all."""
    headers = [("Host", "localhost"), ("Host", "evil.example")]
    assert_problem(local.get("/metrics", headers=headers), 403, "forbidden")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Host": "box"},
        {"Host": "box:8000"},
        {"Host": "localhost, evil"},
        {"Host": "2130706433"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_pages_from_elsewhere_cannot_use_a_server_without_keys(local, headers):
    """What a web page makes a browser send to this computer is refused, also when its name leads here."""
    assert_problem(local.post("/metrics", headers=headers), 403, "forbidden")


def test_the_servers_own_pages_may(local):
    """The documentation can try out requests."""
    headers = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    assert_problem(local.post("/metrics", headers=headers), 405)


def test_other_computers_cannot_use_a_server_without_keys(local):
    """Not even when whoever started the server let it listen for them."""
    transport = local._transport
    transport.client, before = ("192.0.2.7", 50000), transport.client
    try:
        assert_problem(local.get("/metrics"), 403, "forbidden")
    finally:
        transport.client = before


def test_cors_is_off(local):
    """No page is told that it may read an answer."""
    for answer in (
        local.get("/healthz", headers={"Origin": "https://page.example"}),
        preflight(local, "https://page.example"),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def preflight(client, origin, method="PUT", headers="authorization, if-match"):
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return client.options("/v1/workspaces/w", headers=asked)


def test_cors_for_listed_origins(guarded):
    """A listed page may send requests with its key, and see the headers that matter."""
    client, alice, _ = guarded
    asked = preflight(client, "https://page.example")
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-origin"] == "https://page.example"
    assert "if-match" in asked.headers["access-control-allow-headers"].lower()
    answer = client.get("/metrics", headers=alice | {"Origin": "https://page.example"})
    assert answer.headers["access-control-allow-origin"] == "https://page.example"
    assert "etag" in answer.headers["access-control-expose-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [
        ("https://evil.example", "PUT", "authorization"),
        ("https://page.example", "TRACE", "authorization"),
        ("https://page.example", "PUT", "x-other"),
    ],
)
def test_cors_for_others(guarded, origin, method, headers):
    """What is not listed is refused, as a problem."""
    client, *_ = guarded
    assert_problem(preflight(client, origin, method, headers), 403, "forbidden")


def test_security_headers(guarded):
    """Every answer, a refusal too, tells browsers to show nothing of it."""
    client, alice, _ = guarded
    for answer in (client.get("/metrics", headers=alice), client.get("/metrics"), client.get("/healthz")):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "server" not in answer.headers
