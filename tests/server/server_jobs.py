"""What tests of jobs share: graphs, and waiting for something to happen."""

import time

from long_work import quarrel

from equibel.files import node_link

PATIENCE = 60  # seconds until something that has to happen counts as missing

CHAIN = {
    "nodes": [{"id": 1, "formulas": ["p & q & r"]}, {"id": 2}, {"id": 3}, {"id": 4, "formulas": ["~p & ~q"]}],
    "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}, {"source": 3, "target": 4}],
}
COMPLETED = {1: ["p & q & r"], 2: ["r"], 3: ["r"], 4: ["r & ~p & ~q"]}


#: Its global completion by inclusion takes longer than anybody waits.
ENDLESS = node_link(quarrel(), "endless")


def make_workspace(client, name="w", headers=None, **graphs):
    """A workspace with these graphs."""
    assert client.post("/v1/workspaces", json={"name": name}, headers=headers).status_code == 201
    for graph, data in graphs.items():
        answer = client.put(f"/v1/workspaces/{name}/graphs/{graph}", json=data, headers=headers)
        assert answer.status_code == 201, answer.text


def post_job(client, graph, operator="global", workspace="w", headers=None, **options):
    """The answer to asking for a job."""
    body = {"graph": graph, "operator": operator, **options}
    return client.post(f"/v1/workspaces/{workspace}/jobs", json=body, headers=headers)


def begin_job(client, graph, operator="global", **options):
    """The id of a new job."""
    answer = post_job(client, graph, operator, **options)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def job_when(client, job, *statuses, headers=None):
    """The job once it is in one of these states."""
    found = {}

    def there():
        found.update(client.get(f"/v1/jobs/{job}", headers=headers).json())
        return found["status"] in statuses

    eventually(there, found)
    return found


def finished(client, job, headers=None):
    """The job once it is finished."""
    return job_when(client, job, "done", "failed", "cancelled", "interrupted", headers=headers)


def eventually(happened, told=None):
    """Wait until a function returns something true, and return that."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = happened()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it has not happened: {told}")


def formulas(graph):
    """The formulas of node-link data by node."""
    return {node["id"]: node["formulas"] for node in graph["nodes"]}


def children(pid):
    """The processes that a process has started."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def new_child(pid, begin):
    """The process that a process starts because of a call, and what that returns."""
    eventually(lambda: not children(pid))
    answer = begin()
    (child,) = eventually(lambda: _lasting(pid))
    return child, answer


def _lasting(pid):
    """The only process that a process has started, if it stays: one that nobody wants any more ends at once."""
    found = children(pid)
    time.sleep(0.1)
    return found if len(found) == 1 and children(pid) == found else []


def is_gone(pid):
    """Whether a process has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def gone(*pids):
    """Whether processes have ended, waiting for that."""
    return eventually(lambda: all(map(is_gone, pids)), pids)
