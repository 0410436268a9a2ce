"""Logs: one line for each request, under its id, and no secrets."""

import io
import json
import logging
import os
import threading
import warnings

import pytest
import server_work
from fastapi import APIRouter
from server_client import make_keys, server
from server_jobs import CHAIN, eventually, make_workspace, post_job

from equibel.errors import ExecutorError
from equibel.server import Settings
from equibel.server.jobs import process
from equibel.server.jobs.process import Processes
from equibel.server.logs import configure, everything_logged

SECRET = "hunter2"
router = APIRouter()


@router.post("/broken")
def broken(body: dict[str, str]) -> None:
    raise ValueError(f"cannot read {body}")


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A server without keys."""
    with server(tmp_path_factory.mktemp("local")) as client:
        yield client


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with keys, and the headers of its client."""
    folder = tmp_path_factory.mktemp("guarded")
    path, (alice,) = make_keys(folder, "alice")
    with server(folder, router=router, keys_file=path) as client:
        yield client, alice


@pytest.fixture
def logged():
    """A function that makes this process log, and gives the stream; afterwards all is as before."""
    loggers = [logging.getLogger(name) for name in ("equibel", "uvicorn", "alembic", None)]
    before = [(logger.handlers, logger.propagate, logger.level) for logger in loggers]

    def begin(**settings):
        stream = io.StringIO()
        configure(Settings(**settings), stream)
        return stream

    yield begin
    for logger, (handlers, propagate, level) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line(guarded, logged):
    """It says what was asked, by whom, what came of it and how long it took."""
    client, alice = guarded
    stream = logged()
    client.get("/metrics", headers=alice | {"X-Request-ID": "r-1"})
    client.get("/nothing\u2028there")
    said = lines(stream)
    assert [line["status"] for line in said] == [200, 401]
    assert {"level", "time", "milliseconds", "address"} <= set(said[0])
    assert (said[0]["method"], said[0]["path"], said[0]["route"]) == ("GET", "/metrics", "/metrics")
    assert (said[0]["request_id"], said[0]["key"]) == ("r-1", "alice")
    assert "key" not in said[1]


def test_probes_are_logged_only_in_detail(local, logged):
    """What asks every few seconds does not fill the log."""
    quiet = logged()
    local.get("/healthz")
    detailed = logged(log_level="debug")
    local.get("/healthz")
    assert not lines(quiet)
    assert [line["path"] for line in lines(detailed) if "path" in line] == ["/healthz"]


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_secrets(guarded, logged, log_format):
    """Neither keys nor headers nor bodies nor query strings, also when something goes wrong with them."""
    client, alice = guarded
    stream = logged(log_format=log_format)
    for headers in (alice, {"Authorization": f"Bearer {SECRET}"}, {"Authorization": f"Basic {SECRET}"}):
        sent = headers | {"X-Request-ID": f"{SECRET} not an id", "Cookie": SECRET, "User-Agent": SECRET}
        client.post("/broken", json={"formula": SECRET}, params={"key": SECRET}, headers=sent)
        client.post("/broken", json={"formula": [SECRET]}, headers=sent)
        client.put("/v1/workspaces/w", content=SECRET, headers=sent)
    text = stream.getvalue()
    assert "/broken" in text
    assert "ValueError" in text
    assert "test_server_logs.py" in text  # where it went wrong
    assert SECRET not in text
    assert alice["Authorization"].removeprefix("Bearer ") not in text


@pytest.mark.parametrize("log_level", ["info", "debug"])
def test_a_computation_that_fails_by_a_mistake(tmp_path, logged, monkeypatch, log_level):
    """Where it went wrong in the process of a job or request is logged, and what was said only in detail.

    A job that failed once logged the message of the error with it.
    """
    begin, mistake = Processes.begin, ZeroDivisionError(SECRET)
    monkeypatch.setattr(Processes, "begin", lambda self, *_, **limits: begin(self, server_work.fail, mistake, **limits))
    with server(tmp_path) as client:
        make_workspace(client, chain=CHAIN)
        stream = logged(log_level=log_level)
        job = post_job(client, "chain", headers={"Prefer": "wait=60"}).json()
        solved = client.post("/v1/solve", json={"graph": CHAIN, "operator": "global"})
    assert (job["status"], job["problem"]["status"], solved.status_code) == ("failed", 500, 500)
    assert SECRET not in json.dumps(job) + solved.text
    errors = [line for line in lines(stream) if line["level"] == "error"]
    assert [line["message"] for line in errors] == [
        f"job {job['id']} failed: BrokenComputationError",
        "BrokenComputationError: ",
    ]
    for line in errors:
        assert "server_work.py" in line["exception"]
        assert "ZeroDivisionError" in line["exception"]
        assert (SECRET in line["exception"]) == (log_level == "debug")


def test_text_for_people(local, logged):
    """One line for each request, on which nobody can write another one."""
    stream = logged(log_format="text")
    local.get("/a%0A2026-01-01 forged", headers={"X-Request-ID": "r-1"})
    (line,) = stream.getvalue().splitlines()
    assert "GET /a\\n2026-01-01 forged 404" in line
    assert "request_id=r-1" in line


def test_everything_is_json(logged):
    """What Python and other libraries say of errors is in the log as well, each of them one line of JSON.

    Tracebacks of threads, of asyncio and of destructors were printed between the lines.
    """
    stream = logged()

    def fail():
        raise ValueError(SECRET)

    class Broken:
        def __del__(self):
            raise ValueError(SECRET)

    with everything_logged():
        thread = threading.Thread(target=fail, name="worker")
        thread.start()
        thread.join()
        del_me = Broken()
        del del_me
        for name in ("asyncio", "concurrent.futures", "sqlalchemy.pool", "uvicorn.error"):
            try:
                fail()
            except ValueError:
                logging.getLogger(name).exception("it\nfailed")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("odd", stacklevel=1)
        logging.getLogger("equibel.server").error("%d", "no number")  # which cannot be written
    said = lines(stream)
    loggers = ["equibel.server"] * 2 + ["asyncio", "concurrent.futures", "sqlalchemy.pool", "uvicorn.error", "py.warnings"]
    assert [line["logger"] for line in said] == loggers
    assert said[0]["message"] == "worker has ended by an error"
    for line in said[:-1]:
        assert "ValueError" in line["exception"]
        assert "in fail" in line["exception"] or "__del__" in line["exception"]
    assert SECRET not in stream.getvalue()


def test_what_processes_print_is_json(logged):
    """The last words of a process that computes, such as those of a solver without memory, are one record."""
    stream = logged()
    reading, writing = os.pipe()
    thread = threading.Thread(target=process._log_output, args=(os.fdopen(reading, "rb"),))
    thread.start()
    os.write(writing, b"Traceback\n  in fail\n")
    os.write(writing, b"ValueError: \xff\x1b[0m\n")
    os.close(writing)
    thread.join()
    (line,) = lines(stream)
    assert line["level"] == "error"
    assert line["message"] == "a process that computes has said: Traceback\n  in fail\nValueError: \ufffd\x1b[0m"


def test_a_process_that_prints(logged):
    """It is heard while the server runs."""
    stream = logged()
    with Processes() as processes:
        computation = processes.begin(server_work.complain, "terminate called", time_limit=60, memory_mb=500)
        with pytest.raises(ExecutorError):
            computation.wait()
        eventually(lambda: "terminate called" in stream.getvalue(), stream)
    assert all("message" in line for line in lines(stream))


@pytest.mark.parametrize("shown", ["", "a b", "x" * 65, "é", "a\tb", '"'])
def test_ids_that_are_not_well_formed(local, shown):
    """They are replaced, so that they cannot write into the log."""
    answer = local.get("/healthz", headers=[("X-Request-ID", shown.encode("latin-1"))])
    assert answer.headers["x-request-id"] != shown
    assert len(answer.headers["x-request-id"]) == 32


def test_ids_differ(local):
    """Every request has its own."""
    assert len({local.get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5
