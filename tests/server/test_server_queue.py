"""Several jobs: whose turn it is, how many there may be, and what a server that ends makes of them."""

import contextlib
import json
import os
import signal

import pytest
from server_client import assert_problem, make_keys, server
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
from server_postgresql import KINDS, cluster

from equibel.server.database import Database, JobRow
from equibel.server.http.problems import Unavailable
from equibel.server.jobs.job_store import JobStore


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server with one job at a time and two keys, and the headers of the two."""
    folder = tmp_path_factory.mktemp("queue")
    path, headers = make_keys(folder, "ann", "bob")
    settings = {"jobs_running": 1, "jobs_per_key": 5, "job_memory_mb": 40, "stop_seconds": 0.01}
    with server(folder, keys_file=path, **settings) as client:
        for each in headers:
            make_workspace(client, headers=each, chain=CHAIN, endless=ENDLESS)
        yield client, *headers


@pytest.mark.process
def test_nobody_is_held_up(shared):
    """Who has queued many jobs does not come before who has queued one; each owner's own are in order."""
    client, ann, bob = shared
    first = begin_job(client, "endless", headers=ann)
    job_when(client, first, "running", headers=ann)
    anns = [begin_job(client, "chain", headers=ann) for _ in range(3)]
    bobs = [begin_job(client, "chain", headers=bob) for _ in range(2)]
    client.post(f"/v1/jobs/{first}/cancel", headers=ann)
    began = {job: finished(client, job, headers=ann)["started"] for job in anns}
    began |= {job: finished(client, job, headers=bob)["started"] for job in bobs}
    assert sorted(began, key=began.get) == [bobs[0], anns[0], bobs[1], anns[1], anns[2]]


@pytest.mark.process
def test_as_many_at_once_as_are_allowed(shared):
    """The others wait; one that is cancelled before its turn never runs."""
    client, ann, _ = shared
    first, second = (begin_job(client, "endless", headers=ann) for _ in range(2))
    job_when(client, first, "running", headers=ann)
    text = client.get("/metrics", headers=ann).text
    assert "equibel_jobs_running 1.0" in text
    assert "equibel_jobs_queued 1.0" in text
    cancelled = client.post(f"/v1/jobs/{second}/cancel", headers=ann).json()
    assert (cancelled["status"], cancelled["started"]) == ("cancelled", None)
    assert client.get(f"/v1/jobs/{first}", headers=ann).json()["status"] == "running"
    client.post(f"/v1/jobs/{first}/cancel", headers=ann)


@pytest.mark.process
def test_jobs_of_a_key_are_limited(shared):
    """What is queued or running counts, for each key alone."""
    client, ann, bob = shared
    jobs = [begin_job(client, "endless", headers=ann) for _ in range(5)]
    answer = post_job(client, "chain", headers=ann)
    assert_problem(answer, 429, "too-many")
    assert int(answer.headers["retry-after"]) > 0
    other = begin_job(client, "chain", headers=bob)
    done = client.post(f"/v1/jobs/{jobs[-1]}/cancel", headers=ann).json()
    last = begin_job(client, "chain", headers=ann)
    assert_problem(client.post(f"/v1/jobs/{done['id']}/retry", headers=ann), 429, "too-many")
    for job in jobs:
        client.delete(f"/v1/jobs/{job}", headers=ann)
    assert finished(client, other, headers=bob)["status"] == finished(client, last, headers=ann)["status"] == "done"


@pytest.mark.process
def test_owners_do_not_see_one_another(shared):
    """Another one's job is not there, whatever is asked; an idempotency key is its owner's."""
    client, ann, bob = shared
    job = begin_job(client, "endless", headers={**ann, "Idempotency-Key": "one"})
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry"), ("GET", "/events")):
        assert_problem(client.request(method, f"/v1/jobs/{job}{path}", headers=bob), 404, "not-found")
        assert_problem(client.request(method, f"/v1/jobs/{job}{path}"), 401)
    listed = client.get("/v1/jobs", headers=bob).json()["items"]
    assert job not in [item["id"] for item in listed]
    other = begin_job(client, "chain", headers={**bob, "Idempotency-Key": "one"})
    assert other != job
    assert client.get(f"/v1/jobs/{job}", headers=ann).json()["status"] in ("queued", "running")
    client.delete(f"/v1/jobs/{job}", headers=ann)
    assert finished(client, other, headers=bob)["status"] == "done"


@pytest.mark.process
def test_short_requests_beside_long_jobs(shared):
    """They are answered while as many jobs as possible compute, and while many wait."""
    client, ann, bob = shared
    jobs = [begin_job(client, "endless", headers=bob) for _ in range(5)]
    job_when(client, jobs[0], "running", headers=bob)
    where = "/v1/workspaces/w/graphs/chain"
    for number in range(20):
        added = client.post(f"{where}/nodes/3/formulas", json={"formula": f"s{number}"}, headers=bob)
        assert added.status_code in (200, 201)
        question = {"node": 3, "entails": f"s{number}"}
        assert client.post(f"{where}/query", json=question, headers=bob).json() == {"answer": True}
        assert client.post("/v1/solve", json={"graph": CHAIN, "operator": "global"}, headers=ann).status_code == 200
    found = [client.get(f"/v1/jobs/{job}", headers=bob).json()["status"] for job in jobs]
    assert found == ["running", "queued", "queued", "queued", "queued"]
    for job in jobs[::-1]:
        client.delete(f"/v1/jobs/{job}", headers=bob)


def dense():
    """A graph that takes more memory than is allowed: 150 agents who all hear one another, at odds about 40 atoms."""

    def belief(node):
        return " & ".join(f"({'~' * ((node + i) % 2)}p{i} | {'~' * ((node + i) % 3 > 0)}p{(i + 1) % 40})" for i in range(40))

    return {
        "nodes": [{"id": node, "formulas": [belief(node)]} for node in range(150)],
        "edges": [{"source": u, "target": v} for v in range(150) for u in range(v)],
    }


@pytest.mark.process
def test_memory_limit(shared):
    """A computation that needs more memory than it may have fails and says so, and the server goes on."""
    client, ann, _ = shared
    make_workspace(client, "large", headers=ann, dense=dense())
    failed = finished(client, begin_job(client, "dense", workspace="large", headers=ann), headers=ann)
    assert (failed["status"], failed["problem"]["type"]) == ("failed", "urn:equibel:memory-limit")
    assert (failed["problem"]["limit"], failed["problem"]["status"]) == (40, 422)
    solved = client.post("/v1/solve", json={"graph": dense(), "operator": "global"}, headers=ann)
    assert_problem(solved, 422, "memory-limit")
    assert finished(client, begin_job(client, "chain", headers=ann), headers=ann)["status"] == "done"


@pytest.mark.process
def test_a_process_that_is_killed(shared):
    """Its job fails and says so, and can be tried again; the server goes on, even without the one that starts them."""
    client, ann, _ = shared
    processes = client.app.state.context.jobs.processes
    process, job = new_child(processes.pid, lambda: begin_job(client, "endless", headers=ann))
    os.kill(process, signal.SIGKILL)
    failed = finished(client, job, headers=ann)
    assert (failed["status"], failed["problem"]["type"]) == ("failed", "urn:equibel:worker-failed")
    assert "signal 9" in failed["problem"]["detail"]
    process, _ = new_child(processes.pid, lambda: client.post(f"/v1/jobs/{job}/retry", headers=ann))
    os.kill(processes.pid, signal.SIGKILL)
    assert finished(client, job, headers=ann)["problem"]["type"] == "urn:equibel:worker-failed"
    assert gone(process)
    assert finished(client, begin_job(client, "chain", headers=ann), headers=ann)["status"] == "done"


@pytest.mark.process
def test_a_database_that_is_out_of_reach_for_a_moment(shared, monkeypatch):
    """The outcome of a job is stored when it can be."""
    client, ann, _ = shared
    move, refused = JobStore.move, []

    def sometimes(self, job, before, status, *arguments, **values):
        if status == "done" and len(refused) < 2:
            refused.append(job)
            raise Unavailable("not now")
        return move(self, job, before, status, *arguments, **values)

    monkeypatch.setattr(JobStore, "move", sometimes)
    job = begin_job(client, "chain", headers=ann)
    assert finished(client, job, headers=ann)["status"] == "done"
    assert refused == [job, job]


@pytest.mark.process
@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind != "sqlite")) for kind in KINDS])
def test_stopping_and_starting_again(kind, tmp_path):
    """What runs is interrupted, and can be tried again; what is queued runs then; what is done is there until it is old."""
    with contextlib.ExitStack() as stack:
        settings = {"jobs_running": 1, "stop_seconds": 0.01}
        if kind == "postgresql":
            settings["database"] = stack.enter_context(cluster())()
        _stop_and_start_again(tmp_path, settings)


def _stop_and_start_again(folder, settings):
    with server(folder, **settings) as client:
        make_workspace(client, chain=CHAIN, endless=ENDLESS)
        done, old = (finished(client, begin_job(client, "chain")) for _ in range(2))
        running = begin_job(client, "endless", save_as="never", headers={"Idempotency-Key": "long"})
        job_when(client, running, "running")
        queued = begin_job(client, "chain", "simple", save_as="shared")
        cancelled = begin_job(client, "chain")
        client.post(f"/v1/jobs/{cancelled}/cancel")
        fork_server = client.app.state.context.jobs.processes.pid
        (process,) = eventually(lambda: children(fork_server))
        long_ago = {"created": "2016-01-01T00:00:00.000Z"}
        with client.app.state.context.database.session() as session:
            session.query(JobRow).filter(JobRow.id != done["id"]).update(long_ago)
            session.query(JobRow).filter(JobRow.id == old["id"]).update({"finished": long_ago["created"]})
    assert gone(fork_server, process)
    with server(folder, **settings) as client:
        assert client.get(f"/v1/jobs/{done['id']}").json() == done
        interrupted = client.get(f"/v1/jobs/{running}").json()
        assert (interrupted["status"], interrupted["problem"]) == ("interrupted", None)
        assert interrupted["started"] <= interrupted["finished"]
        assert finished(client, queued)["status"] == "done"
        assert client.get("/v1/workspaces/w/results/shared").json()["status"] == "current"
        assert client.get(f"/v1/jobs/{cancelled}").json()["started"] is None
        assert begin_job(client, "endless", save_as="never", headers={"Idempotency-Key": "long"}) == running
        client.post(f"/v1/jobs/{running}/retry")
        job_when(client, running, "running")
        eventually(lambda: client.get(f"/v1/jobs/{old['id']}").status_code == 404)
        events = client.app.state.context.jobs._store.events(running, 0)
        assert [event.kind for event in events] == ["queued", "running", "interrupted", "queued", "running"]


@pytest.mark.process
def test_a_job_may_end_before_the_server_does(tmp_path):
    """As long as it takes no longer than the server waits."""
    with server(tmp_path, stop_seconds=60) as client:
        make_workspace(client, chain=CHAIN)
        job = begin_job(client, "chain", save_as="shared")
        job_when(client, job, "running", "done")
    database = Database(str(tmp_path / "server.db"))
    found = JobStore(database).get(job, result=True).row
    database.close()
    assert (found.status, formulas(json.loads(found.result))) == ("done", COMPLETED)
