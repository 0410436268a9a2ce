"""The life of a job: asked for, carried out, looked at, and what becomes of its result."""

import threading
from contextlib import contextmanager

import pytest
from server_client import assert_problem, server
from server_jobs import (
    CHAIN,
    COMPLETED,
    ENDLESS,
    begin_job,
    eventually,
    finished,
    formulas,
    gone,
    job_when,
    make_workspace,
    new_child,
    post_job,
)

import equibel as eb

WAIT = {"Prefer": "wait=60"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("jobs"), stop_seconds=0.01) as client:
        make_workspace(client, chain=CHAIN, endless=ENDLESS, contradiction={"nodes": [{"id": 1, "formulas": ["p", "~p"]}]})
        declare_chain(client, "w")
        yield client


def declare_chain(client, workspace):
    """Declare two results, of which the second is derived from the first."""
    for name, of in (("first", "chain"), ("second", "first")):
        declaration = {"of": of, "operator": "simple"}
        assert client.put(f"/v1/workspaces/{workspace}/results/{name}", json=declaration).status_code == 201


@contextmanager
def before_computing(client):
    """Hold up the next computation, which is about to begin when the event is set, until the end of the block."""
    processes = client.app.state.context.jobs.processes
    begin, begun, go_on = processes.begin, threading.Event(), threading.Event()

    def begin_later(*arguments, **options):
        begun.set()
        assert go_on.wait(60)
        return begin(*arguments, **options)

    processes.begin = begin_later
    try:
        yield begun
    finally:
        go_on.set()
        del processes.begin


def test_a_job_from_beginning_to_end(client):
    """It is accepted at once, and found where the answer says until it is done."""
    with before_computing(client):
        answer = post_job(client, "chain", optimum="cardinality", time_limit=50)
        job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert "preference-applied" not in answer.headers
    assert (job["workspace"], job["graph"], job["operator"], job["optimum"]) == ("w", "chain", "global", "cardinality")
    assert (job["method"], job["steps"], job["fixpoint"], job["time_limit"]) == ("semantic", 1, False, 50)
    assert job["status"] in ("queued", "running")
    assert job["result"] is job["problem"] is job["finished"] is None
    done = finished(client, job["id"])
    assert done["status"] == "done"
    assert formulas(done["result"]) == COMPLETED
    assert done["iterations"] == 1
    assert done["seconds"] > 0
    assert done["problem"] is done["progress"] is None
    assert job["created"] <= done["started"] <= done["finished"]


def test_waiting_for_a_job(client):
    """``Prefer: wait`` answers with the finished job, or after that time with one that goes on."""
    answer = post_job(client, "chain", "simple", fixpoint=True, headers=WAIT)
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait=60"
    assert (answer.json()["status"], answer.json()["iterations"]) == ("done", 4)
    answer = post_job(client, "endless", headers={"Prefer": "respond-async, wait=0"})
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "wait=0"
    assert client.delete(answer.headers["location"]).status_code == 204


def test_what_it_computes_is_what_the_library_computes(client):
    """Every operator, with the options it was given."""
    for operator in eb.OPERATORS:
        asked = {"operator": operator, "optimum": "cardinality", "method": "syntactic"}
        job = post_job(client, "chain", headers=WAIT, **asked).json()
        solved = client.post("/v1/solve", json={"graph": CHAIN, **asked}).json()
        assert formulas(job["result"]) == formulas(solved["graph"])


def test_save_as(client):
    """A job that is done declares its result, which is current, until its source changes."""
    make_workspace(client, "saved", chain=CHAIN)
    saved = "/v1/workspaces/saved"
    post_job(client, "chain", workspace="saved", save_as="shared", headers=WAIT)
    answer = client.get(f"{saved}/graphs/shared")
    assert formulas(answer.json()) == COMPLETED
    assert client.get(f"{saved}/results/shared").json()["status"] == "current"
    history = client.get(f"{saved}/history").json()["items"]
    assert history[-1]["line"].startswith("declare shared")
    before = client.get(saved).json()["version"]
    post_job(client, "chain", workspace="saved", save_as="shared", headers=WAIT)
    assert client.get(saved).json()["version"] == before  # it is declared so, and has this value
    client.post(f"{saved}/graphs/chain/nodes/2/formulas", json={"formula": "s"})
    assert client.get(f"{saved}/results/shared").json()["status"] == "stale"
    post_job(client, "chain", "simple", workspace="saved", save_as="shared", headers=WAIT)
    declared = client.get(f"{saved}/results/shared").json()
    assert (declared["operator"], declared["status"]) == ("simple", "current")


def test_a_source_that_has_to_be_computed(client):
    """A result is brought up to date before the operator is applied to it, and kept."""
    make_workspace(client, "derived", chain=CHAIN)
    declare_chain(client, "derived")
    job = post_job(client, "second", "simple", workspace="derived", save_as="third", headers=WAIT).json()
    assert job["status"] == "done"
    for name in ("first", "second", "third"):
        assert client.get(f"/v1/workspaces/derived/results/{name}").json()["status"] == "current"
    at_once = post_job(client, "chain", "simple", steps=3, headers=WAIT).json()
    assert formulas(job["result"]) == formulas(at_once["result"])


def test_a_source_that_changes_meanwhile(client):
    """The job is done with what was there when it began, and its result is declared, but not current."""
    make_workspace(client, "changing", chain=CHAIN)
    with before_computing(client) as begun:
        job = begin_job(client, "chain", workspace="changing", save_as="shared")
        assert begun.wait(60)
        client.put("/v1/workspaces/changing/graphs/chain/nodes/4/formulas", json={"formulas": []})
    done = finished(client, job)
    assert (done["status"], formulas(done["result"])) == ("done", COMPLETED)
    assert client.get("/v1/workspaces/changing/results/shared").json()["status"] != "current"


def test_a_workspace_that_is_replaced_meanwhile(client):
    """What was computed is not taken for the value of another graph, whose version happens to be the same."""
    make_workspace(client, "replaced", chain=CHAIN)
    make_workspace(client, "other", chain={"nodes": [{"id": 1, "formulas": ["s"]}]})
    other = client.get("/v1/workspaces/other/file")
    with before_computing(client) as begun:
        job = begin_job(client, "chain", workspace="replaced", save_as="shared")
        assert begun.wait(60)
        kind = {"Content-Type": other.headers["content-type"]}
        assert client.put("/v1/workspaces/replaced/file", content=other.content, headers=kind).status_code == 200
    assert formulas(finished(client, job)["result"]) == COMPLETED
    assert client.get("/v1/workspaces/replaced/results/shared").json()["computed"] is None


def test_a_name_that_is_taken_meanwhile(client):
    """The job fails and says so, but what it has computed is not lost."""
    make_workspace(client, "taken", chain=CHAIN)
    with before_computing(client) as begun:
        job = begin_job(client, "chain", workspace="taken", save_as="shared")
        assert begun.wait(60)
        client.put("/v1/workspaces/taken/graphs/shared", json={"nodes": []})
    failed = finished(client, job)
    assert (failed["status"], failed["problem"]["type"]) == ("failed", "urn:equibel:name-taken")
    assert formulas(failed["result"]) == COMPLETED


def test_a_workspace_that_computes_at_once(client):
    """Saving a result does not make the server compute others itself."""
    make_workspace(client, "eager", endless=ENDLESS, chain=CHAIN)
    client.put("/v1/workspaces/eager/results/never", json={"of": "endless", "operator": "global"})
    from equibel.workspace import SetEager

    client.app.state.context.workspaces.get("local", "eager").apply(SetEager(True), time_limit=1e-6)
    assert post_job(client, "chain", workspace="eager", save_as="shared", headers=WAIT).json()["status"] == "done"
    found = client.get("/v1/workspaces/eager/results").json()["items"]
    assert {result["name"]: result["status"] for result in found} == {"never": "new", "shared": "current"}


@pytest.mark.parametrize(
    ("wanted", "status", "kind"),
    [
        ({"graph": "nothing"}, 404, "unknown-name"),
        ({"graph": "chain", "save_as": "endless"}, 409, "name-taken"),
        ({"graph": "chain", "save_as": "chain"}, 409, "name-taken"),
        ({"graph": "second", "save_as": "first"}, 409, "cycle"),
        ({"graph": "chain", "steps": 2, "fixpoint": True}, 422, "option"),
        ({"graph": "chain", "operator": "sum"}, 422, "invalid"),
        ({"graph": "chain", "time_limit": 0}, 422, "invalid"),
        ({"graph": "chain", "time_limit": "1"}, 422, "invalid"),
        ({"graph": "chain", "steps": 10**30}, 422, "invalid"),
        ({"graph": "chain", "steps": True}, 422, "invalid"),
        ({"graph": "chain", "save_as": ".."}, 422, "invalid"),
        ({"graph": "chain", "priority": 1}, 422, "invalid"),
        ({"graph": 1}, 422, "invalid"),
        ({}, 422, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_at_once(client, wanted, status, kind):
    """There is no job then."""
    before = newest_job(client)
    answer = client.post("/v1/workspaces/w/jobs", json={"operator": "simple", **wanted})
    assert_problem(answer, status, kind)
    assert newest_job(client) == before


def newest_job(client):
    return [job["id"] for job in client.get("/v1/jobs", params={"limit": 1}).json()["items"]]


def test_no_such_workspace_or_job(client):
    """Whatever is asked about it."""
    assert_problem(post_job(client, "chain", workspace="nowhere"), 404)
    for job in ("5b0e1a7c4d1f4a9a8f6a3c1f0c2d9e77", "x", "%00", "é"):
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry"), ("GET", "/events")):
            assert_problem(client.request(method, f"/v1/jobs/{job}{path}"), 404, "not-found")


def test_a_job_that_fails(client):
    """It says why, as an answer would, and changes nothing."""
    before = client.get("/v1/workspaces/w").json()["version"]
    answer = post_job(client, "contradiction", save_as="impossible", headers=WAIT)
    job = answer.json()
    assert (answer.status_code, job["status"], job["result"]) == (200, "failed", None)
    assert (job["problem"]["type"], job["problem"]["status"], job["problem"]["node"]) == ("urn:equibel:inconsistent", 422, 1)
    assert job["problem"]["formulas"] == ["p", "~p"]
    assert client.get("/v1/workspaces/w").json()["version"] == before


def test_a_source_that_fails(client):
    """Of a result that cannot be computed nothing can be computed; why is said."""
    client.put("/v1/workspaces/w/results/impossible", json={"of": "contradiction", "operator": "global"})
    job = post_job(client, "impossible", headers=WAIT).json()
    assert (job["status"], job["problem"]["type"], job["problem"]["node"]) == ("failed", "urn:equibel:inconsistent", 1)


def test_time_limit(client):
    """A job that is not done in time fails, with what was asked for as the limit."""
    job = post_job(client, "endless", time_limit=0.3, save_as="never", headers=WAIT).json()
    assert (job["status"], job["problem"]["type"], job["problem"]["seconds"]) == ("failed", "urn:equibel:time-limit", 0.3)
    assert "0.3 s" in job["problem"]["detail"]
    assert_problem(client.get("/v1/workspaces/w/results/never"), 404)


def test_cancelling(client):
    """A running job ends at once, and what it should have made is not there; cancelling again changes nothing."""
    fork_server = client.app.state.context.jobs.processes.pid
    process, job = new_child(fork_server, lambda: begin_job(client, "endless", save_as="never"))
    answer = client.post(f"/v1/jobs/{job}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert gone(process)
    again = client.post(f"/v1/jobs/{job}/cancel")
    assert (again.json(), again.headers["etag"]) == (answer.json(), answer.headers["etag"])
    assert_problem(client.get("/v1/workspaces/w/results/never"), 404)


def test_cancelling_what_is_done(client):
    """It stays done."""
    job = post_job(client, "chain", headers=WAIT).json()
    del job["notes"]  # only the answer that creates the job has them
    assert client.post(f"/v1/jobs/{job['id']}/cancel").json() == job


def test_trying_again(client):
    """What has failed or was cancelled can run once more, under its id; what is done cannot."""
    client.put("/v1/workspaces/w/graphs/repaired", json={"nodes": [{"id": 1, "formulas": ["p", "~p"]}]})
    failed = post_job(client, "repaired", save_as="again", headers=WAIT).json()
    client.delete("/v1/workspaces/w/graphs/repaired/nodes/1/formulas", params={"formula": "~p"})
    answer = client.post(f"/v1/jobs/{failed['id']}/retry")
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/jobs/{failed['id']}")
    assert answer.json()["problem"] is None
    done = finished(client, failed["id"])
    assert (done["status"], formulas(done["result"])) == ("done", {1: ["p"]})
    assert_problem(client.post(f"/v1/jobs/{failed['id']}/retry"), 409)


def test_deleting(client):
    """A finished job is forgotten; a running one is cancelled first."""
    for graph in ("chain", "endless"):
        job = begin_job(client, graph)
        assert client.delete(f"/v1/jobs/{job}").status_code == 204
        assert_problem(client.get(f"/v1/jobs/{job}"), 404)
        assert_problem(client.delete(f"/v1/jobs/{job}"), 404)


def test_tags(client):
    """A job's tag changes with it: a client need not read it again, and does not delete what it has not seen."""
    job = begin_job(client, "endless")
    first = client.get(f"/v1/jobs/{job}")
    job_when(client, job, "running")
    tag = client.get(f"/v1/jobs/{job}").headers["etag"]
    assert client.get(f"/v1/jobs/{job}", headers={"If-None-Match": tag}).status_code == 304
    client.post(f"/v1/jobs/{job}/cancel", headers={"If-Match": tag})
    cancelled = client.get(f"/v1/jobs/{job}", headers={"If-None-Match": tag})
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    for tag in (first.headers["etag"], '"no"'):
        assert_problem(client.delete(f"/v1/jobs/{job}", headers={"If-Match": tag}), 412, "precondition-failed")
        assert_problem(client.post(f"/v1/jobs/{job}/retry", headers={"If-Match": tag}), 412, "precondition-failed")
    assert client.delete(f"/v1/jobs/{job}", headers={"If-Match": cancelled.headers["etag"]}).status_code == 204


def test_lists(client):
    """The newest first, page by page, and by state and workspace; without results."""
    make_workspace(client, "listed", chain=CHAIN)
    make_workspace(client, "unlisted", endless=ENDLESS)
    made = [post_job(client, "chain", workspace="listed", headers=WAIT).json()["id"] for _ in range(3)]
    job = begin_job(client, "endless", workspace="unlisted")
    seen, after = [], ""
    while after is not None:
        page = client.get("/v1/jobs", params={"workspace": "listed", "limit": 2, "after": after}).json()
        seen += page["items"]
        after = page["next"]
    assert [item["id"] for item in seen] == made[::-1]
    assert all("result" not in item for item in seen)
    found = client.get("/v1/jobs", params={"status": ["queued", "running"]}).json()["items"]
    ids = [item["id"] for item in found]
    assert job in ids
    assert not set(made) & set(ids)
    client.delete(f"/v1/jobs/{job}")
    assert client.get("/v1/jobs", params={"workspace": "\0"}).json() == {"items": [], "next": None}
    assert_problem(client.get("/v1/jobs", params={"status": "lost"}), 422, "invalid")
    assert_problem(client.get("/v1/jobs", params={"after": "-1"}), 422, "invalid")


def test_a_workspace_with_jobs_is_not_deleted(client):
    """Before its jobs are finished; then they go with it."""
    make_workspace(client, "busy", endless=ENDLESS)
    job = begin_job(client, "endless", workspace="busy")
    assert_problem(client.delete("/v1/workspaces/busy"), 409)
    client.post(f"/v1/jobs/{job}/cancel")
    assert client.delete("/v1/workspaces/busy").status_code == 204
    assert_problem(client.get(f"/v1/jobs/{job}"), 404)


def test_idempotency_keys(client):
    """The same request with the same key is the same job; another request with it is refused."""
    key = {"Idempotency-Key": "once"}
    job = begin_job(client, "chain", headers=key)
    finished(client, job)
    assert begin_job(client, "chain", headers=key) == job
    other = begin_job(client, "chain")
    assert other != job
    finished(client, other)
    assert_problem(post_job(client, "chain", optimum="cardinality", headers=key), 422, "invalid")
    assert_problem(post_job(client, "chain", headers={"Idempotency-Key": "x" * 201}), 422, "invalid")
    client.delete(f"/v1/jobs/{job}")
    again = begin_job(client, "chain", headers=key)
    assert again != job
    finished(client, again)


def test_the_same_key_at_the_same_time(client):
    """Of requests that come together one makes the job."""
    answers = []

    def ask():
        answers.append(post_job(client, "chain", headers={"Idempotency-Key": "together", "Prefer": "wait=60"}))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_counters(client):
    """What the server computes is counted."""
    before = counters(client)
    post_job(client, "chain", headers=WAIT)
    client.post(f"/v1/jobs/{begin_job(client, 'endless')}/cancel")
    eventually(lambda: counters(client)["equibel_jobs_queued"] == counters(client)["equibel_jobs_running"] == 0)
    after = counters(client)
    for status in ("done", "cancelled"):
        name = f'equibel_jobs_total{{status="{status}"}}'
        assert after[name] == before.get(name, 0) + 1
    assert after["equibel_solver_seconds_total"] > before["equibel_solver_seconds_total"]


def counters(client):
    """What ``/metrics`` says, by name and labels."""
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}
