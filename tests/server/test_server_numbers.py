"""Numbers of thousands of digits over HTTP, also as names of atoms, and weights that are fractions."""

import json

import pytest
from server_client import assert_problem, server
from server_data import CHAIN, new_workspace

from equibel.plain import MAX_DIGITS

JSON = {"Content-Type": "application/json"}
NAME = "a" + "7" * 5000


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("numbers")) as client:
        yield client


def test_a_workspace_with_a_long_atom(tmp_path):
    """Once such a formula was stored, every list of the workspace was answered by 500, also after a restart."""
    with server(tmp_path) as client:
        workspace = new_workspace(client, {"g": CHAIN})
        graph = f"{workspace}/graphs/g"
        posted = client.post(f"{graph}/nodes/2/formulas", json={"formula": f"{NAME} & p"})
        assert posted.status_code == 200, posted.text
        told = [look(client, workspace)]
        derived = client.put(f"{workspace}/results/r", json={"of": "g", "operator": "global"})
        assert derived.status_code == 201
        job = client.post(f"{workspace}/jobs", json={"graph": "g", "operator": "simple"}, headers={"Prefer": "wait=30"})
        assert job.status_code == 200, job.text
    with server(tmp_path) as client:
        told.append(look(client, workspace))
        assert client.post(f"{graph}/query", json={"node": 2, "entails": NAME}).json() == {"answer": True}
    assert told[0] == told[1]


def look(client, workspace):
    """What the lists say of the graph g of a workspace."""
    summaries = client.get(f"{workspace}/graphs").json()["items"]
    assert client.get(workspace).json()["graphs"] == summaries
    assert client.get(f"{workspace}/history").status_code == client.get(f"{workspace}/file").status_code == 200
    assert client.get(f"{workspace}/graphs/g").json()["nodes"][1]["formulas"] == [f"{NAME} & p"]
    [summary] = summaries
    assert summary["atoms"] == 3
    return summary


@pytest.mark.parametrize("digits", [MAX_DIGITS + 1, 4300, 5000])
@pytest.mark.parametrize(
    "part",
    [
        '"nodes": [{"id": %s}], "edges": []',
        '"nodes": [{"id": ["a", %s]}], "edges": []',
        '"nodes": [{"id": 1, "weights": {"p": %s}}], "edges": []',
        '"nodes": [{"id": 1}, {"id": 2}], "edges": [{"source": 1, "target": 2, "weight": %s}]',
    ],
)
def test_long_numbers_in_graphs(client, digits, part):
    """They are refused with the bound, where a graph is solved and where it is kept."""
    data = "{" + part % ("7" * digits) + "}"
    workspace = new_workspace(client)
    asked = f'{{"operator": "global", "optimum": "cardinality", "graph": {data}}}'
    for answer in (
        client.post("/v1/solve", content=asked, headers=JSON),
        client.put(f"{workspace}/graphs/g", content=data, headers=JSON),
    ):
        assert str(MAX_DIGITS) in assert_problem(answer, 422)["detail"]


@pytest.mark.parametrize("digits", [1000, 5000])
def test_long_numbers_elsewhere(client, digits):
    """Of steps and times, in paths and parameters, in headers: never 500."""
    number = "7" * digits
    workspace = new_workspace(client, {"g": CHAIN})
    graph = json.dumps(CHAIN)
    for body in (f'{{"operator": "simple", "steps": {number}, "graph": {graph}}}', f'{{"time_limit": {number}}}'):
        assert_problem(client.post("/v1/solve", content=body, headers=JSON), 422)
    assert_problem(client.get(f"{workspace}/graphs/g/nodes/{number}/formulas"), 404, "unknown-node")
    assert_problem(client.get("/v1/workspaces", params={"limit": number}), 422)
    query = f'{{"node": {number}, "entails": "p"}}'
    assert_problem(client.post(f"{workspace}/graphs/g/query", content=query, headers=JSON), 422)
    job = {"graph": "g", "operator": "global"}
    assert client.post(f"{workspace}/jobs", json=job, headers={"Prefer": f"wait={number}"}).status_code in (200, 202)


def test_weights_that_are_fractions(client):
    """A third is the text of the fraction, since JSON has no such number; it is exact, and comes back."""
    star = {
        "nodes": [{"id": 0}, *({"id": leaf, "formulas": ["p" if leaf < 4 else "~p"]} for leaf in (1, 2, 3, 4))],
        "edges": [{"source": 0, "target": leaf, "weight": "1/3" if leaf < 4 else 1} for leaf in (1, 2, 3, 4)],
    }
    asked = {"operator": "global", "optimum": "cardinality", "graph": star}
    answer = client.post("/v1/solve", json=asked).json()["graph"]
    assert answer["nodes"][0]["formulas"] == []
    assert [edge["weight"] for edge in answer["edges"]] == ["1/3", "1/3", "1/3", 1]
    star["nodes"][1]["weights"] = {"p": "4/3"}
    assert client.post("/v1/solve", json=asked).json()["graph"]["nodes"][0]["formulas"] == ["p"]
    workspace = new_workspace(client, {"g": star})
    kept = client.get(f"{workspace}/graphs/g").json()
    assert kept["nodes"][1]["weights"] == {"p": "4/3"}
    assert kept["edges"][0]["weight"] == "1/3"
    star["edges"][0]["weight"] = "1/0"
    assert "at least 0" in assert_problem(client.post("/v1/solve", json=asked), 422)["detail"]


def test_real_valued_weights(client):
    """Weights of seventeen digits, of which clingo cannot count the sums, are no error by cardinality."""
    nodes = [{"id": i, "formulas": [formula]} for i, formula in enumerate(("p = ~q", "p & r", "q & ~r", "~p | r"))]
    edges = [{"source": i, "target": j, "weight": 1 / (3 + i + 5 * j)} for j in range(4) for i in range(j)]
    for method in ("semantic", "syntactic"):
        asked = {"operator": "global", "optimum": "cardinality", "method": method, "graph": {"nodes": nodes, "edges": edges}}
        answer = client.post("/v1/solve", json=asked)
        assert answer.status_code == 200, answer.text
