"""A real server on a real port: killed, stopped, left by its clients, and started again."""

import contextlib
import json
import os
import re
import signal
import socket
import threading
from http.client import HTTPConnection

import httpx
import pytest
from server_client import server
from server_jobs import (
    CHAIN,
    COMPLETED,
    ENDLESS,
    begin_job,
    children,
    eventually,
    finished,
    formulas,
    gone,
    job_when,
    make_workspace,
    new_child,
    post_job,
)
from serving import Running


class Program(httpx.Client):
    """A server that runs as a program until the end of the ``with`` statement, and its client."""

    def __init__(self, folder, **settings):
        environment = {f"EQUIBEL_{name.upper()}": str(value) for name, value in settings.items()}
        options = ("--database", folder / "server.db", "--log-level", "error")
        self.server = Running(folder, *options, **environment).__enter__()
        self.process, self.port = self.server.process, self.server.port
        super().__init__(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def __exit__(self, *error):
        super().__exit__(*error)
        self.server.__exit__(*error)

    @property
    def fork_server(self):
        """The process that starts computations."""
        (found,) = eventually(lambda: children(self.process.pid))
        return found

    def events(self, job, after=0):
        """The events of a job as they arrive: number, kind and data; until the stream ends."""
        with self.stream("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": str(after)}) as answer:
            fields = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif fields:
                    if "id" in fields:
                        yield int(fields["id"]), fields["event"], json.loads(fields["data"])
                    fields = {}


def kinds(client, job, after):
    """The kinds of the events of a finished job after one of them."""
    text = client.get(f"/v1/jobs/{job}/events", headers={"Last-Event-ID": str(after)}).text
    return re.findall("^event: (.*)", text, re.MULTILINE)


@pytest.mark.process
def test_killed_in_the_middle_of_a_job(tmp_path):
    """Nothing that was acknowledged is lost: what is queued runs, what ran is interrupted and can be tried again."""
    with Program(tmp_path, jobs_running=1) as first:
        make_workspace(first, chain=CHAIN, endless=ENDLESS)
        done = finished(first, begin_job(first, "chain", save_as="before"))
        process, running = new_child(first.fork_server, lambda: begin_job(first, "endless"))
        queued = [begin_job(first, "chain", headers={"Idempotency-Key": str(number)}) for number in range(3)]
        saved = begin_job(first, "chain", "simple", save_as="after")
        first.post("/v1/workspaces/w/graphs/chain/nodes/2/formulas", json={"formula": "s"})
        fork_server = first.fork_server
        stream = first.events(running)
        seen = [next(stream), next(stream)]
        first.process.kill()
        with pytest.raises(httpx.RemoteProtocolError):
            list(stream)
        assert gone(process, fork_server)
    with server(tmp_path, jobs_running=1, stop_seconds=0.01) as second:
        assert second.get(f"/v1/jobs/{done['id']}").json() == done
        assert formulas(second.get("/v1/workspaces/w/graphs/chain").json())[2] == ["s"]
        assert second.get(f"/v1/jobs/{running}").json()["status"] == "interrupted"
        assert kinds(second, running, seen[-1][0]) == ["interrupted"]
        for job in [*queued, saved]:
            assert finished(second, job)["status"] == "done"
        assert second.get("/v1/workspaces/w/results/after").json()["status"] == "current"
        assert second.get("/v1/workspaces/w/results/before").json()["status"] == "stale"
        assert begin_job(second, "chain", headers={"Idempotency-Key": "0"}) == queued[0]
        fork_server = second.app.state.context.jobs.processes.pid
        process, answer = new_child(fork_server, lambda: second.post(f"/v1/jobs/{running}/retry"))
        assert answer.status_code == 202
        assert second.post(f"/v1/jobs/{running}/cancel").json()["status"] == "cancelled"
        assert gone(process)


@pytest.mark.slow
def test_killed_while_clients_write(tmp_path):
    """Every job and every change that a client has heard of is there afterwards."""
    jobs, formulas_added = [], []

    def work(client, number):
        with contextlib.suppress(httpx.HTTPError):
            for count in range(1000):
                jobs.append(begin_job(client, "chain"))
                name = f"a{number}_{count}"
                added = client.post("/v1/workspaces/w/graphs/chain/nodes/1/formulas", json={"formula": name})
                if added.is_success:
                    formulas_added.append(name)

    with Program(tmp_path, jobs_per_key=10_000, requests_per_minute=1_000_000) as first:
        make_workspace(first, chain=CHAIN)
        threads = [threading.Thread(target=work, args=(first, number)) for number in range(3)]
        for thread in threads:
            thread.start()
        eventually(lambda: len(formulas_added) > 30)
        first.process.kill()
        for thread in threads:
            thread.join()
    with Program(tmp_path, jobs_per_key=10_000, requests_per_minute=1_000_000) as second:
        states = {second.get(f"/v1/jobs/{job}").json()["status"] for job in jobs}
        assert states <= {"queued", "running", "done", "interrupted"}
        found = second.get("/v1/workspaces/w/graphs/chain/nodes/1/formulas").json()["formulas"]
        assert set(formulas_added) <= set(found)


@pytest.mark.process
def test_stopped_gracefully(tmp_path):
    """Streams end, requests that wait are answered, processes end, and what ran is interrupted."""
    with Program(tmp_path, jobs_running=1, stop_seconds=0.1) as first:
        make_workspace(first, chain=CHAIN, endless=ENDLESS)
        process, running = new_child(first.fork_server, lambda: begin_job(first, "endless"))
        queued = begin_job(first, "chain")
        fork_server = first.fork_server
        stream = first.events(running)
        seen = [next(stream), next(stream)]
        waiting = []
        thread = threading.Thread(
            target=lambda: waiting.append(post_job(first, "chain", headers={"Prefer": "wait=60", "Idempotency-Key": "wait"}))
        )
        thread.start()
        eventually(lambda: len(first.get("/v1/jobs").json()["items"]) == 3)
        # As a service manager does that tells all processes of a service to end.
        for each in (process, fork_server, first.process.pid):
            os.kill(each, signal.SIGTERM)
        assert list(stream) == []
        thread.join()
        assert (waiting[0].status_code, waiting[0].json()["status"]) == (202, "queued")
        _, errors = first.process.communicate(timeout=60)
        assert first.process.returncode == 0, errors
        assert "Traceback" not in errors
        assert gone(process, fork_server)
    with server(tmp_path, jobs_running=1, stop_seconds=0.01) as second:
        assert second.get(f"/v1/jobs/{running}").json()["status"] == "interrupted"
        assert kinds(second, running, seen[-1][0]) == ["interrupted"]
        for job in (queued, waiting[0].json()["id"]):
            assert formulas(finished(second, job)["result"]) == COMPLETED


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    with Program(tmp_path_factory.mktemp("program"), jobs_running=2, solves_running=1, request_seconds=60) as program:
        make_workspace(program, chain=CHAIN, endless=ENDLESS)
        yield program


@pytest.mark.process
def test_events_as_they_happen(program):
    """A client that was cut off goes on after the last event that it has received."""
    job = begin_job(program, "endless")
    with contextlib.closing(program.events(job)) as stream:
        seen = [next(stream), next(stream)]
    assert [kind for _, kind, _ in seen] == ["queued", "running"]
    stream = program.events(job, seen[0][0])
    assert next(stream) == seen[1]
    program.post(f"/v1/jobs/{job}/cancel")
    assert [kind for _, kind, _ in stream if kind != "progress"] == ["cancelled"]


@pytest.mark.process
def test_a_client_that_goes_away(program):
    """Its computation ends, and the next one has its turn; also when it goes while it waits."""

    def ask():
        connection = HTTPConnection("127.0.0.1", program.port)
        body = json.dumps({"graph": ENDLESS, "operator": "global"})
        connection.request("POST", "/v1/solve", body, {"Content-Type": "application/json"})
        return connection

    process, connection = new_child(program.fork_server, ask)
    ask().close()
    connection.close()
    assert gone(process)
    answer = program.post("/v1/solve", json={"graph": CHAIN, "operator": "global"})
    assert formulas(answer.json()["graph"]) == COMPLETED
    assert eventually(lambda: not children(program.fork_server))


@pytest.mark.process
def test_heads(program):
    """HEAD is answered as GET is, without the body, also where that would go on; and the connection can be used again."""
    job = begin_job(program, "endless")
    for path in ("/healthz", "/v1/workspaces/w", "/v1/workspaces/w/file", "/docs", f"/v1/jobs/{job}/events", "/nothing"):
        head = program.head(path)
        assert not head.content
        with program.stream("GET", path) as answer:
            changing = {"date", "x-request-id", "ratelimit-remaining", "ratelimit-reset", "content-length"}
            assert head.status_code == answer.status_code
            assert set(head.headers) == set(answer.headers)
            assert all(answer.headers[name] == value for name, value in head.headers.items() if name not in changing)
    assert program.delete(f"/v1/jobs/{job}").status_code == 204


@pytest.mark.process
def test_a_head_without_end(program):
    """The head of a request has a size; a client that goes on sending is cut off."""
    lines = b"GET /healthz HTTP/1.1\r\n" + (b"X-Much: " + b"x" * 1000 + b"\r\n") * 20_000
    with socket.create_connection(("127.0.0.1", program.port), timeout=60) as connection, pytest.raises(ConnectionError):
        connection.sendall(lines)
    assert program.get("/healthz").status_code == 200


@pytest.mark.process
def test_short_requests_beside_long_ones(program):
    """While all computing processes are busy, and somebody waits for a turn, others are answered."""
    jobs = [begin_job(program, "endless") for _ in range(3)]
    for job in jobs[:2]:
        job_when(program, job, "running")
    answers = []
    solves = [
        threading.Thread(
            target=lambda: answers.append(
                program.post("/v1/solve", json={"graph": ENDLESS, "operator": "global"}).status_code
            )
        )
        for _ in range(2)
    ]
    for solve in solves:
        solve.start()
    eventually(lambda: len(children(program.fork_server)) == 3)
    for number in range(20):
        question = {"node": 1, "entails": f"p | q{number}"}
        answer = program.post("/v1/workspaces/w/graphs/chain/query", json=question)
        assert answer.json() == {"answer": True}
    assert not answers
    assert [program.get(f"/v1/jobs/{job}").json()["status"] for job in jobs] == ["running", "running", "queued"]
    for job in reversed(jobs):
        assert program.delete(f"/v1/jobs/{job}").status_code == 204
    for number in (1, 2):  # one after the other has its turn
        (process,) = eventually(lambda: len(found := children(program.fork_server)) == 1 and found)
        os.kill(process, signal.SIGKILL)
        eventually(lambda: len(answers) == number)  # noqa: B023
    assert answers == [503, 503]


@pytest.mark.process
def test_many_jobs_at_once(program):
    """From as many clients; each is carried out once."""
    found = []

    def ask(number):
        with httpx.Client(base_url=program.base_url, timeout=120) as client:
            found.append(finished(client, begin_job(client, "chain", "simple", save_as=f"r{number % 5}")))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {job["status"] for job in found} == {"done"}
    assert len({job["id"] for job in found}) == 20
