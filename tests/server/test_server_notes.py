"""What is taken in a particular way, or has no effect, is told by every route that takes graphs or formulas."""

import json

import pytest
from server_client import assert_problem, server


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("notes"), max_edges=3, stop_seconds=0.01) as client:
        client.post("/v1/workspaces", json={"name": "w"})
        yield client


NODES = [{"id": 1, "formulas": ["p"]}, {"id": 2}]
EDGE = {"source": 1, "target": 2}
DOUBTFUL = [
    ({"nodes": [{"id": 1, "formula": "p"}, {"id": 2}]}, "the node attribute 'formula' is kept but not used"),
    ({"edges": [EDGE | {"weight": 3}, EDGE | {"weight": 5}]}, "edges[1] is parallel to an earlier edge"),
    ({"edges": [EDGE | {"weigth": 3}]}, "the edge attribute 'weigth' is kept but not used (did you mean 'weight'?)"),
    ({"graph": {"entailments": ["p"]}}, "the graph attribute 'entailments' is kept but not used"),
    ({"directed": True}, "1 -> 2 has no opposite edge"),
    ({"entailment": ["p -> false"]}, "'false' is read as an atom; the constants are True and False"),
    ({"entailment": ["p -> 0"]}, "'0' is read as an atom; the constants are True and False"),
]


@pytest.mark.parametrize(("part", "words"), DOUBTFUL, ids=[words for _, words in DOUBTFUL])
def test_graphs(client, part, words):
    """``POST /v1/solve`` and the replacement of a workspace read the same graphs as PUT does, and told nothing."""
    graph = {"nodes": NODES, "edges": [EDGE], **part}
    for method, path, body in (
        ("POST", "/v1/solve", {"graph": graph, "operator": "global", "optimum": "cardinality"}),
        ("PUT", "/v1/workspaces/w/graphs/g", graph),
        ("PUT", "/v1/workspaces/other", {"graphs": {"g": graph}}),
    ):
        answer = client.request(method, path, json=body)
        assert answer.status_code in (200, 201), answer.text
        (note,) = answer.json()["notes"]
        assert words in note, path


def test_nothing_to_note(client):
    """An empty list."""
    graph = {"nodes": NODES, "edges": [EDGE]}
    assert client.post("/v1/solve", json={"graph": graph, "operator": "ring"}).json()["notes"] == []
    assert client.put("/v1/workspaces/plain", json={"graphs": {"g": graph}}).json()["notes"] == []


def test_weights_that_have_no_effect(client):
    """As on the command line: by inclusion all of them, by cardinality those of atoms that no formula has."""
    graph = {"nodes": [{"id": 1, "formulas": ["p"], "weights": {"pp": 2}}, {"id": 2}], "edges": [EDGE]}
    expected = {
        "inclusion": ["weights have no effect by inclusion, only by cardinality"],
        "cardinality": ["the weight of pp has no effect: it occurs in no formula (did you mean 'p'?)"],
    }
    client.put("/v1/workspaces/w/graphs/weighted", json=graph)
    for optimum, notes in expected.items():
        wanted = {"operator": "global", "optimum": optimum}
        assert client.post("/v1/solve", json={"graph": graph, **wanted}).json()["notes"] == notes
        told = client.put("/v1/workspaces/w/results/r", json={"of": "weighted", **wanted})
        assert told.json()["notes"] == notes
    assert client.put("/v1/workspaces/w/results/s", json={"of": "r", "operator": "global"}).json()["notes"] == []


def test_jobs(client):
    """Told when the job is begun."""
    graph = {"nodes": NODES, "edges": [EDGE | {"weight": 2}]}
    client.put("/v1/workspaces/w/graphs/heavy", json=graph)
    told = {"inclusion": ["weights have no effect by inclusion, only by cardinality"], "cardinality": []}
    for optimum, notes in told.items():
        job = {"graph": "heavy", "operator": "global", "optimum": optimum}
        began = client.post("/v1/workspaces/w/jobs", json=job)
        waited = client.post("/v1/workspaces/w/jobs", json=job, headers={"Prefer": "wait=20"})
        assert [began.json()["notes"], waited.json()["notes"]] == [notes, notes]
        assert "notes" not in client.get(began.headers["Location"]).json()


def test_workspace_files(client):
    """A file that some other program made may bring what a reader of graphs would note."""
    graph = {"nodes": NODES, "edges": [EDGE | {"weigth": 3}]}
    client.put("/v1/workspaces/w2", json={"graphs": {"g": graph}})
    data = client.get("/v1/workspaces/w2/file").content
    headers = {"Content-Type": "application/octet-stream"}
    notes = client.put("/v1/workspaces/w3/file", content=data, headers=headers).json()["notes"]
    assert notes == ["g: the edge attribute 'weigth' is kept but not used (did you mean 'weight'?)"]


def test_formulas_and_questions(client):
    """Words and digits that are constants elsewhere; a question without such has no notes."""
    client.put("/v1/workspaces/w/graphs/f", json={"nodes": NODES, "edges": [EDGE]})
    node = "/v1/workspaces/w/graphs/f/nodes/2/formulas"
    told = "'{}' is read as an atom; the constants are True and False".format
    assert client.put(node, json={"formula": "q -> false"}).json()["notes"] == [told("false")]
    assert client.post(node, json={"formulas": ["p", "0"]}).json()["notes"] == [told("0")]
    assert client.post(node, json={"formula": "r"}).json()["notes"] == []
    assert "notes" not in client.get(node).json()
    query = "/v1/workspaces/w/graphs/f/query"
    assert client.post(query, json={"node": 1, "entails": "T"}).json() == {"answer": False, "notes": [told("T")]}
    assert client.post(query, json={"node": 1, "entails": "p"}).json() == {"answer": True}


def test_edges_and_links(client):
    """An empty list of edges beside links lost all edges; links count against the limit, too."""
    graph = {"nodes": NODES, "edges": [], "links": [EDGE]}
    assert client.put("/v1/workspaces/w/graphs/linked", json=graph).json()["edges"] == 1
    solved = client.post("/v1/solve", json={"graph": graph, "operator": "global"}).json()
    assert len(solved["graph"]["edges"]) == 1
    graph["links"] = [EDGE] * 4
    assert assert_problem(client.put("/v1/workspaces/w/graphs/linked", json=graph), 422)["limit"] == "max_edges"
    graph = {"nodes": NODES, "edges": [EDGE], "links": [{"source": 1, "target": 1}]}
    assert "keep one of them" in assert_problem(client.put("/v1/workspaces/w/graphs/linked", json=graph), 422)["detail"]


def test_examples_tell_one_story(client):
    """The prefilled example of a job named a graph that no other example makes."""
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    (content,) = schemas["WorkspaceContent"]["examples"]
    graphs, results = content["graphs"], content["results"]
    assert client.put("/v1/workspaces/tried", json=content).status_code == 201
    (job,) = schemas["JobRequest"]["examples"]
    assert job["graph"] in graphs
    (declared,) = schemas["Declaration"]["examples"]
    assert declared["of"] in graphs
    assert client.put("/v1/workspaces/tried/results/settled", json=declared).status_code == 201
    (summary,) = schemas["WorkspaceSummary"]["examples"]
    told = client.get("/v1/workspaces/tried").json()["graphs"]
    assert [{**graph, "version": 0} for graph in summary["graphs"]] == [{**graph, "version": 0} for graph in told]
    assert {result["of"] for result in results.values()} <= set(graphs)
    assert "drones" not in json.dumps(client.get("/openapi.json").json())
