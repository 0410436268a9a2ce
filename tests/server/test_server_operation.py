"""Probes, counters and documentation."""

import re

import pytest
from server_client import assert_problem, server
from server_data import CHAIN, new_workspace
from server_jobs import ENDLESS

from equibel import __version__
from equibel.server.http.problems import Unavailable


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("operation")) as client:
        yield client


def counters(client):
    """Every counter by its name and labels."""
    text = client.get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^(equibel_\S+) (\S+)$", text, re.MULTILINE)}


def test_health(client):
    """The server lives, and says which version it is."""
    assert client.get("/healthz").json() == {"status": "ok", "version": __version__}


def test_readiness(client):
    """It works when its database answers and it takes jobs."""
    assert client.get("/readyz").json() == {"status": "ready"}


def test_not_ready_without_its_database(client, monkeypatch):
    """A database that does not answer is told, while the server lives."""

    def ping():
        raise Unavailable("the database cannot be used at the moment")

    monkeypatch.setattr(client.app.state.context.database, "ping", ping)
    answer = client.get("/readyz")
    assert_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_jobs(client, monkeypatch):
    """Nor is it ready when no jobs are taken."""
    monkeypatch.setattr(type(client.app.state.context.jobs), "accepting", False)
    assert assert_problem(client.get("/readyz"), 503)["check"] == "jobs"


def test_requests_are_counted(client):
    """By method, route and status; a path that leads nowhere makes no new counter, nor does a method nobody knows."""
    before = counters(client)
    for n in range(3):
        client.get(f"/nothing/{n}")
        client.request(f"M{n}", "/healthz")
    after = counters(client)
    nowhere = 'equibel_requests_total{method="GET",route="none",status="404"}'
    assert after[nowhere] - before.get(nowhere, 0) == 3
    other = 'equibel_requests_total{method="OTHER",route="/healthz",status="405"}'
    assert after[other] - before.get(other, 0) == 3
    timed = 'equibel_request_seconds_count{route="/metrics"}'
    assert after[timed] > before.get(timed, 0)


def test_what_is_counted(client):
    """Requests, jobs, and the solver's calls and seconds."""
    kinds = {re.sub(r"\{.*", "", name) for name in counters(client)}
    assert {
        "equibel_requests_total",
        "equibel_request_seconds_count",
        "equibel_job_seconds_count",
        "equibel_solver_calls_total",
        "equibel_solver_seconds_total",
        "equibel_jobs_queued",
        "equibel_jobs_running",
    } <= kinds


def test_solver_calls_are_counted(client):
    """Those of a computation in a process of its own, each once, and those of a query, which is answered here.

    They once came from a function that the solver did not have, and were always 0.
    """
    name = "equibel_solver_calls_total"
    hard = " ^ ".join(f"x{i}" for i in range(12))
    nodes = [{"id": 1, "formulas": [hard]}, {"id": 2, "formulas": [f"~({hard}) & (x0 | x1)"]}]
    graph = {"nodes": nodes, "edges": [{"source": 1, "target": 2}]}
    before = counters(client)[name]
    asked = {"graph": graph, "operator": "global", "optimum": "cardinality"}
    assert client.post("/v1/solve", json=asked).status_code == 200
    once = counters(client)[name] - before
    assert once > 0
    assert client.post("/v1/solve", json=asked).status_code == 200
    assert counters(client)[name] - before == 2 * once
    address = f"{new_workspace(client)}/graphs/g"
    assert client.put(address, json=graph).status_code == 201
    before = counters(client)[name]
    asked = {"node": 1, "entails": f"({hard}) | x0"}
    assert client.post(f"{address}/query", json=asked).json() == {"answer": True}
    assert counters(client)[name] == before + 1


def test_solver_calls_of_jobs_are_counted(client):
    """So are those of jobs, and of computations that fail, which have called the solver as well."""
    name = "equibel_solver_calls_total"
    path = new_workspace(client, {"g": CHAIN, "endless": ENDLESS})
    before = counters(client)
    done = client.post(f"{path}/jobs", json={"graph": "g", "operator": "simple"}, headers={"Prefer": "wait=60"})
    assert done.json()["status"] == "done"
    after = counters(client)
    limited = {"graph": "endless", "operator": "global", "time_limit": 1}
    failed = client.post(f"{path}/jobs", json=limited, headers={"Prefer": "wait=60"})
    assert failed.json()["status"] == "failed"
    last = counters(client)
    assert last[name] > after[name] >= before[name]
    assert last["equibel_solver_seconds_total"] > after["equibel_solver_seconds_total"] + 0.5
    asked = {"graph": ENDLESS, "operator": "global", "time_limit": 1}
    assert client.post("/v1/solve", json=asked).status_code == 422
    assert counters(client)[name] > last[name]


def test_documentation_loads_from_here(client):
    """The page and all that it loads come from this server, as its policy demands."""
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(loaded) >= 4
    for name in loaded:
        assert "//" not in name
        if not name.startswith("data:"):
            assert client.get(f"/{name}").status_code == 200, name
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy
    assert not re.search(r"<script>|\son\w+=", page.text)


def test_documentation_has_no_other_files(client):
    """Only what the page needs is served."""
    for name in ("..%2f__init__.py", "core.py", "redoc.standalone.js"):
        assert_problem(client.get(f"/docs/{name}"), 404)
