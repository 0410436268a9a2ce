"""``equibel serve`` as a program of its own, on a real port."""

import contextlib
import json
import signal
import socket
import threading

import pytest
from commandline import call, program
from serving import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Running(tmp_path_factory.mktemp("serve")) as server:
        yield server


def test_it_says_where_it_is(running):
    """One line on standard output, as soon as requests are answered."""
    url = f"http://127.0.0.1:{running.port}"
    assert running.ready == f"Equibel is ready at {url}, documentation at {url}/docs; Ctrl-C stops it\n"
    status, headers, body = running.ask("GET", "/healthz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert "server" not in headers


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [10_000_001, 30_000_000])
@pytest.mark.process
def test_a_client_that_sends_too_much_hears_so(running, size, chunked):
    """It is still sending when it is refused, and receives the refusal all the same."""
    with contextlib.closing(running.connection()) as connection:
        body = (b"x" * min(10**6, size - at) for at in range(0, size, 10**6)) if chunked else b"x" * size
        connection.request("POST", "/v1/solve", body, {"Content-Type": "application/json"}, encode_chunked=chunked)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
        assert json.loads(answer.read())["limit"] == 10_000_000


@pytest.mark.process
def test_a_client_that_asks_before_it_sends(running):
    """``Expect: 100-continue`` is answered with the refusal, without waiting for a body of a terabyte."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=60) as connection:
        connection.sendall(
            b"POST /v1/solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000000000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.process
def test_what_is_no_http(running):
    """It is refused, and harms nobody."""
    for junk in (b"\x16\x03\x01\x00\xa5\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", b"\0" * 70_000):
        with socket.create_connection(("127.0.0.1", running.port), timeout=60) as connection, contextlib.suppress(OSError):
            connection.sendall(junk)
            assert b" 400 " in connection.recv(1000)
    assert running.ask("GET", "/healthz")[0] == 200


@pytest.mark.process
def test_a_port_that_is_taken(running, tmp_path):
    """Told in one line."""
    ran = program("serve", "--port", running.port, "--database", tmp_path / "work.db")
    assert (ran.returncode, ran.stdout) == (2, "")
    expected = f"equibel: port {running.port} is in use by another program; choose another with --port"
    assert ran.stderr == f"{expected}; see 'equibel serve --help'\n"


@pytest.mark.process
def test_a_database_that_is_in_use(running):
    """Who has it is told, in one line."""
    database = running.process.args[running.process.args.index("--database") + 1]
    ran = program("serve", "--port", "0", "--database", database)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"equibel: {database}: one server at a time can use this database")
    assert f"process {running.process.pid} " in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
@pytest.mark.process
def test_stopping(tmp_path, number, code):
    """A server that is asked to stop does so at once when nothing is going on, and says nothing bad."""
    with Running(tmp_path, "--log-format", "text") as server:
        kept_alive = server.connection()
        kept_alive.request("POST", "/v1/workspaces", '{"name": "kept"}', {"Content-Type": "application/json"})
        assert kept_alive.getresponse().read()
        returned, errors = server.stop(number)
        kept_alive.close()
    assert returned == code
    note, *logged = errors.splitlines()
    assert note == "equibel: note: no API keys are set; only requests from this computer are answered"
    assert ["POST /v1/workspaces 201" in line for line in logged] == [True]
    assert [path.name for path in tmp_path.iterdir()] == ["work.db"]


@pytest.mark.process
def test_stopping_while_somebody_watches(tmp_path):
    """A stream of events ends when the server is asked to stop, well before it would be cut off."""
    with Running(tmp_path, EQUIBEL_STOP_SECONDS="50") as server:
        server.ask("POST", "/v1/workspaces", '{"name": "w"}', content_type="application/json")
        graph = {"nodes": [{"id": n, "formulas": [f"p{n} & q | r{n}"]} for n in range(3)], "edges": []}
        server.ask("PUT", "/v1/workspaces/w/graphs/g", json.dumps(graph), content_type="application/json")
        watched = server.connection()
        hard = {"graph": "g", "operator": "global"}
        _, headers, _ = server.ask("POST", "/v1/workspaces/w/jobs", json.dumps(hard), content_type="application/json")
        watched.request("GET", headers["location"] + "/events")
        stream = watched.getresponse()
        reader = threading.Thread(target=stream.read)
        reader.start()
        returned, errors = server.stop()
        reader.join(60)
        watched.close()
    assert returned == 0
    assert "Traceback" not in errors
    assert "Cancel" not in errors


@pytest.mark.process
def test_keys(tmp_path):
    """A key is made by the command line, and asked for by the server; the environment can say so as well."""
    made = call("serve", "--new-key", "alice", "--keys-file", tmp_path / "keys.toml")
    assert (made.exit_code, made.stdout.count("\n")) == (0, 1)
    assert made.stdout.strip() not in (tmp_path / "keys.toml").read_text(encoding="utf-8")
    with Running(tmp_path, EQUIBEL_KEYS_FILE="keys.toml") as server:
        assert server.ask("GET", "/v1/workspaces")[0] == 401
        assert server.ask("GET", "/v1/workspaces", Authorization=f"Bearer {made.stdout.strip()}")[0] == 200
        code, errors = server.stop()
    assert code == 0
    lines = [json.loads(line) for line in errors.splitlines()]
    assert [(line["status"], line.get("key")) for line in lines] == [(401, None), (200, "alice")]
    assert made.stdout.strip() not in errors


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
@pytest.mark.process
def test_others_need_keys(host):
    """The server does not listen where others can reach it unless it asks for keys."""
    ran = call("serve", "--host", host, "--port", "0")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"other computers can reach {host}, so API keys are required" in ran.stderr


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [
        (["--host", "no.such.host.invalid"], "there is no address 'no.such.host.invalid' on this computer", 2),
        (["--port", "99999"], "99999 is not in the range", 2),
        (["--port", "x"], "'x' is not a valid integer", 2),
        (["--cors-origin", "*"], "expected an origin like https://example.org", 2),
        (["--new-key", "alice"], "--new-key needs the file of API keys", 2),
        (["--new-key", "a b", "--keys-file", "k.toml"], "the name of a key is", 2),
        (["--settings", "none.toml"], "none.toml", 1),
        (["--keys-file", "none.toml"], "none.toml", 1),
        (["--keys-file", "wrong.toml"], "wrong.toml: expected nothing but [[keys]] tables", 1),
        (["--settings", "wrong.toml"], "wrong.toml: unknown setting 'prot' (did you mean 'port'?)", 1),
    ],
)
@pytest.mark.process
def test_servers_that_cannot_start(tmp_path, monkeypatch, options, said, code):
    """Every reason is told in one line."""
    (tmp_path / "wrong.toml").write_text("prot = 3\n", encoding="utf-8")
    (tmp_path / "wrong.toml").chmod(0o600)
    monkeypatch.chdir(tmp_path)
    ran = call("serve", "--port", "0", "--database", "work.db", *options)
    assert_refused(ran.exit_code, ran.stdout, ran.stderr, code, said)
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.toml"]


@pytest.mark.parametrize(
    ("database", "said", "code"),
    [("wrong.toml", "file is not a database", 1), ("mysql://me:secret@localhost/x", "expected a file, or a URL", 2)],
)
@pytest.mark.process
def test_databases_that_cannot_be_used(tmp_path, monkeypatch, database, said, code):
    """They are noticed when the server starts already, and told in one line as well, without a password."""
    (tmp_path / "wrong.toml").write_text("prot = 3\n" * 1000, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = call("serve", "--port", "0", "--database", database)
    assert_refused(ran.exit_code, ran.stdout, ran.stderr, code, said)
    assert "secret" not in ran.stderr


def assert_refused(code, output, errors, expected, said):
    assert (code, output) == (expected, "")
    assert errors.startswith("equibel: ")
    assert said in errors
    assert errors.count("\n") == 1


@pytest.mark.process
def test_the_options_are_settings():
    """What the command line takes are settings by the same names."""
    from equibel.cli.serve_command import serve
    from equibel.server import Settings

    own = {"new_key", "file"}
    assert {option.name for option in serve.params} - own <= set(Settings.model_fields)
