"""Workspaces over HTTP: made, listed, looked at, filled, deleted; their results and their history."""

import pytest
from server_client import assert_problem, make_keys, server
from server_data import CHAIN, everything, names, new_workspace

from equibel.server.database import JobRow
from equibel.workspace import SetEager
from equibel.workspace.state.model import now

OTHER = {"nodes": [{"id": "a"}, {"id": "b", "formulas": ["q"]}], "edges": [{"source": "a", "target": "b"}]}

TWO_RESULTS = {"r": {"of": "g", "operator": "global"}, "s": {"of": "r", "operator": "ring"}}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("workspaces"), requests_per_minute=10**6) as found:
        yield found


def cached(client, path):
    """The workspace behind the routes."""
    return client.app.state.context.workspaces.get("local", path.rsplit("/")[-1]).workspace


def test_a_workspace_comes_and_goes(client):
    """A workspace is made once, found under its address, and deleted."""
    made = client.post("/v1/workspaces", json={"name": "coming"})
    assert made.status_code == 201
    assert made.headers["location"] == "/v1/workspaces/coming"
    assert made.json()["graphs"] == []
    assert client.get("/v1/workspaces/coming").json() == made.json()
    assert_problem(client.post("/v1/workspaces", json={"name": "coming"}), 409, "name-taken")
    assert client.delete("/v1/workspaces/coming").status_code == 204
    assert_problem(client.get("/v1/workspaces/coming"), 404, "not-found")
    assert_problem(client.delete("/v1/workspaces/coming"), 404)


def test_a_name_can_be_used_again(client):
    """A new workspace of an old name has nothing of the old one, and not its tags either."""
    path = new_workspace(client, {"g": CHAIN})
    tag = client.get(f"{path}/graphs/g").headers["etag"]
    client.delete(path)
    assert client.put(path, json={"graphs": {"g": OTHER}}).status_code == 201
    assert client.get(f"{path}/history").json()["items"] == []
    assert client.get(f"{path}/graphs/g").headers["etag"] != tag
    assert_problem(client.put(f"{path}/graphs/g", json=CHAIN, headers={"If-Match": tag}), 412)


def test_workspaces_are_listed_page_by_page(tmp_path):
    """Every workspace is on exactly one page, in order; an empty page is the last."""
    with server(tmp_path) as client:
        assert client.get("/v1/workspaces").json() == {"items": [], "next": None}
        wanted = sorted(["b", "a", "ab", "B", "ä", "10", "9", "z z", "%41"])
        for name in wanted:
            client.post("/v1/workspaces", json={"name": name})
        for limit in (1, 2, 3, 9, 10):
            assert [item["name"] for item in everything(client, "/v1/workspaces", limit)] == wanted
        assert names(client.get("/v1/workspaces", params={"after": "zzz"})) == ["ä"]
        for params in ({"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"limit": -1}):
            assert_problem(client.get("/v1/workspaces", params=params), 422, "invalid")


def test_contents_are_what_was_put(client):
    """PUT makes the workspace exactly so, as one command, and what stays as it is keeps its version."""
    path = new_workspace(client, {"g": CHAIN, "h": OTHER}, {"r": {"of": "g", "operator": "global"}})
    before = {graph["name"]: graph["version"] for graph in client.get(path).json()["graphs"]}
    results = {
        "r": {"of": "g", "operator": "global"},
        "s": {"of": "r", "operator": "simple", "fixpoint": True, "optimum": "cardinality"},
    }
    told = client.put(path, json={"graphs": {"g": CHAIN, "i": OTHER}, "results": results})
    assert told.status_code == 200
    after = told.json()
    assert [graph["name"] for graph in after["graphs"]] == ["g", "i"]
    assert after["graphs"][0]["version"] == before["g"]
    assert [(result["name"], result["of"], result["status"]) for result in after["results"]] == [
        ("r", "g", "new"),
        ("s", "r", "new"),
    ]
    assert after["results"][1]["fixpoint"] is True
    again = client.put(path, json={"graphs": {"g": CHAIN, "i": OTHER}, "results": results})
    assert again.json() == after
    assert len(client.get(f"{path}/history").json()["items"]) == 1
    client.post(f"{path}/undo")
    assert [graph["name"] for graph in client.get(path).json()["graphs"]] == ["g", "h"]


def test_a_name_changes_its_kind(client):
    """PUT may make a result of what was a graph, and the other way round."""
    path = new_workspace(client, {"g": CHAIN, "x": OTHER}, {"y": {"of": "x", "operator": "global"}})
    content = {"graphs": {"g": CHAIN, "y": OTHER}, "results": {"x": {"of": "y", "operator": "ring"}}}
    assert client.put(path, json=content).status_code == 200
    assert list(cached(client, path).results) == ["x"]
    assert client.put(path, json={}).json()["graphs"] == []


@pytest.mark.parametrize(
    ("results", "status", "kind"),
    [
        ({"a": {"of": "b", "operator": "global"}, "b": {"of": "a", "operator": "global"}}, 409, "cycle"),
        ({"a": {"of": "nothing", "operator": "global"}}, 404, "unknown-name"),
        ({"g": {"of": "g", "operator": "global"}}, 409, "workspace"),
        ({"a": {"of": "g", "operator": "what"}}, 422, "invalid"),
        ({"a": {"of": "g", "operator": "simple", "steps": 2, "fixpoint": True}}, 422, "option"),
        ({"a": {"of": "g", "operator": "simple", "steps": True}}, 422, "invalid"),
        ({"a": {"of": "g", "operator": "simple", "steps": 10**7}}, 422, "invalid"),
        ({"a": {"of": "g", "operator": "simple", "more": 1}}, 422, "invalid"),
        ({"a/b": {"of": "g", "operator": "simple"}}, 422, "invalid"),
    ],
)
def test_contents_that_do_not_fit_change_nothing(client, results, status, kind):
    """Declarations that do not fit together are refused, and neither is a workspace made nor one changed."""
    path = new_workspace(client, {"g": CHAIN})
    for address in (path, f"{path}new"):
        assert_problem(client.put(address, json={"graphs": {"g": OTHER}, "results": results}), status, kind)
    assert_problem(client.get(f"{path}new"), 404)
    assert client.get(f"{path}/history").json()["items"] == []


def test_where_a_graph_is_wrong(client):
    """An error in one of several graphs says in which, and where in it."""
    bad = {"nodes": [{"id": 1}, {"id": 2, "formulas": ["p", "q ->"]}]}
    told = assert_problem(client.put("/v1/workspaces/wrong", json={"graphs": {"g": CHAIN, "h": bad}}), 422, "formula-syntax")
    assert told["where"] == "body.graphs.h.nodes.1.formulas.1"
    assert (told["line"], told["column"]) == (1, 5)


def test_results_are_declared_and_seen(client):
    """A result is declared, new, current once it is computed, stale after a change of its source."""
    path = new_workspace(client, {"g": CHAIN})
    made = client.put(f"{path}/results/r", json={"of": "g", "operator": "global"})
    assert (made.status_code, made.json()["status"], made.json()["computed"]) == (201, "new", None)
    assert made.headers["location"] == f"{path}/results/r"
    assert_problem(client.get(f"{path}/graphs/r"), 409, "conflict")

    cached(client, path).compute("r")
    told = client.get(f"{path}/results/r").json()
    assert (told["status"], told["computed"]["of"], told["computed"]["iterations"]) == ("current", "g", 1)
    value = client.get(f"{path}/graphs/r")
    assert value.headers["equibel-status"] == "current"
    assert [node["formulas"] for node in value.json()["nodes"]] == [["p & q"], ["q"], ["q & ~p"]]
    assert client.get(f"{path}/graphs/r/nodes/2/formulas").json()["formulas"] == ["q"]
    assert client.post(f"{path}/graphs/r/query", json={"node": 2, "entails": "q"}).json() == {"answer": True}

    client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": "r"})
    stale = client.get(f"{path}/graphs/r")
    assert stale.headers["equibel-status"] == "stale"
    assert stale.json() == value.json()
    assert stale.headers["etag"] != value.headers["etag"]
    client.post(f"{path}/undo")
    assert client.get(f"{path}/results/r").json()["status"] == "current"


def test_declaring_again(client):
    """The same declaration changes nothing; another one takes its place."""
    path = new_workspace(client, {"g": CHAIN}, {"r": {"of": "g", "operator": "global"}})
    same = client.put(f"{path}/results/r", json={"of": "g", "operator": "global"})
    assert same.status_code == 200
    assert client.get(f"{path}/history").json()["items"] == []
    other = client.put(f"{path}/results/r", json={"of": "g", "operator": "simple", "steps": 2.0})
    assert (other.status_code, other.json()["steps"]) == (200, 2)
    assert_problem(client.put(f"{path}/results/r", json={"of": "r", "operator": "global"}), 409, "cycle")
    assert_problem(client.put(f"{path}/results/g", json={"of": "r", "operator": "global"}), 409, "name-taken")
    assert_problem(client.put(f"{path}/results/s", json={"of": "t", "operator": "global"}), 404, "unknown-name")
    assert_problem(client.get(f"{path}/results/g"), 404, "unknown-name")


def test_a_result_that_fails(client):
    """A result of an inconsistent graph says why, and which node."""
    graph = {"nodes": [{"id": 1, "formulas": ["p & ~p"]}]}
    path = new_workspace(client, {"g": graph}, TWO_RESULTS)
    cached(client, path).refresh()
    told = client.get(f"{path}/results/r").json()
    assert told["status"] == "failed"
    assert told["failure"]["kind"] == "InconsistentFormulaError"
    assert told["failure"]["data"]["node"] == 1
    assert client.get(f"{path}/results/s").json()["status"] == "failed"
    assert "node 1" in assert_problem(client.get(f"{path}/graphs/r"), 409)["detail"]


def test_what_is_in_use_is_not_deleted_alone(client):
    """What results are derived from goes with them, or not at all."""
    path = new_workspace(client, {"g": CHAIN}, TWO_RESULTS)
    assert assert_problem(client.delete(f"{path}/graphs/g"), 409, "name-in-use")["results"] == ["r", "s"]
    assert_problem(client.delete(f"{path}/results/r"), 409, "name-in-use")
    assert_problem(client.delete(f"{path}/results/g"), 409)
    assert_problem(client.delete(f"{path}/graphs/r"), 409)
    assert client.delete(f"{path}/results/r", params={"dependents": True}).status_code == 204
    assert client.delete(f"{path}/graphs/g").status_code == 204
    assert_problem(client.delete(f"{path}/graphs/g"), 404, "unknown-name")
    assert_problem(client.delete(f"{path}/results/r"), 404, "unknown-name")
    client.post(f"{path}/undo")
    client.post(f"{path}/undo")
    assert client.delete(f"{path}/graphs/g", params={"dependents": True}).status_code == 204
    assert names(client.get(f"{path}/results")) == []


def test_results_and_graphs_are_listed_page_by_page(client):
    """Lists of graphs and results have pages, too."""
    graphs = {f"g{number}": CHAIN for number in range(5)}
    results = {f"r{number}": {"of": "g0", "operator": "ring", "steps": number} for number in range(5)}
    path = new_workspace(client, graphs, results)
    assert [item["name"] for item in everything(client, f"{path}/graphs", 2)] == sorted(graphs)
    listed = everything(client, f"{path}/results", 3)
    assert [(item["name"], item["steps"]) for item in listed] == [(f"r{number}", number) for number in range(5)]
    graph = client.get(f"{path}/graphs").json()["items"][0]
    assert {key: graph[key] for key in ("nodes", "edges", "formulas", "atoms")} == {
        "nodes": 3, "edges": 2, "formulas": 2, "atoms": 2
    }  # fmt: skip


def test_undo_and_redo(client):
    """Commands are taken back and done again in turn; there is nothing beyond the first and the last."""
    path = new_workspace(client)
    assert_problem(client.post(f"{path}/undo"), 409)
    assert_problem(client.post(f"{path}/redo"), 409)
    client.put(f"{path}/graphs/g", json=CHAIN)
    for formula in ("a", "b", "c"):
        client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": formula})
    tags = [client.get(f"{path}/graphs/g").headers["etag"]]
    assert client.post(f"{path}/undo").json()["line"] == "g: add formula c at 2"
    assert client.get(f"{path}/graphs/g/nodes/2/formulas").json()["formulas"] == ["a", "b"]
    assert client.post(f"{path}/undo").json()["undone"] is True
    listed = everything(client, f"{path}/history", 2)
    assert [(item["line"], item["undone"]) for item in listed] == [
        ("create graph g (3 nodes, 2 edges)", False),
        ("g: add formula a at 2", False),
        ("g: add formula b at 2", True),
        ("g: add formula c at 2", True),
    ]
    client.post(f"{path}/redo")
    assert client.post(f"{path}/redo").json()["line"] == "g: add formula c at 2"
    assert client.get(f"{path}/graphs/g").headers["etag"] == tags[0]
    client.post(f"{path}/undo")
    client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": "d"})
    assert_problem(client.post(f"{path}/redo"), 409)


def test_undo_on_a_condition(client):
    """Undo takes back what the client has seen, or nothing."""
    path = new_workspace(client)
    client.put(f"{path}/graphs/g", json=CHAIN)
    tag = client.get(path).headers["etag"]
    client.put(f"{path}/graphs/h", json=CHAIN)
    assert_problem(client.post(f"{path}/undo", headers={"If-Match": tag}), 412, "precondition-failed")
    now = client.get(path).headers["etag"]
    undone = client.post(f"{path}/undo", headers={"If-Match": now})
    assert undone.json()["line"].startswith("create graph h")
    assert undone.headers["etag"] == client.get(path).headers["etag"]


def test_owners_do_not_see_one_another(tmp_path):
    """Whatever one key asks for, it finds its own things only, and never learns that another has any."""
    keys_file, (ann, bob) = make_keys(tmp_path, "ann", "bob")
    with server(tmp_path, keys_file=keys_file) as client:
        content = {"graphs": {"secret": CHAIN}, "results": {"r": {"of": "secret", "operator": "global"}}}
        assert client.put("/v1/workspaces/w", json=content, headers=ann).status_code == 201
        file = client.get("/v1/workspaces/w/file", headers=ann)
        routes = [
            ("GET", ""), ("DELETE", ""), ("GET", "/file"), ("GET", "/history"), ("POST", "/undo"), ("POST", "/redo"),
            ("GET", "/graphs"), ("GET", "/graphs/secret"), ("PUT", "/graphs/secret"), ("DELETE", "/graphs/secret"),
            ("GET", "/results"), ("GET", "/results/r"), ("PUT", "/results/r"), ("DELETE", "/results/r"),
            ("GET", "/graphs/secret/nodes/1/formulas"), ("POST", "/graphs/secret/nodes/1/formulas"),
            ("PUT", "/graphs/secret/nodes/1/formulas"), ("DELETE", "/graphs/secret/nodes/1/formulas"),
            ("GET", "/graphs/secret/nodes/1/models"), ("POST", "/graphs/secret/query"),
        ]  # fmt: skip
        bodies = {
            "/graphs/secret": CHAIN,
            "/results/r": {"of": "secret", "operator": "ring"},
            "/graphs/secret/query": {"node": 1, "entails": "p"},
            "/graphs/secret/nodes/1/formulas": {"formula": "p"},
        }
        for method, rest in routes:
            body = {"json": bodies[rest]} if method in ("PUT", "POST") and rest in bodies else {}
            for workspace in ("w", "nothing"):
                told = client.request(method, f"/v1/workspaces/{workspace}{rest}", headers=bob, **body)
                assert_problem(told, 404)
                assert "secret" not in told.text
        assert client.get("/v1/workspaces", headers=bob).json()["items"] == []

        assert client.put("/v1/workspaces/w/file", content=file.content, headers=bob).status_code == 201
        client.post("/v1/workspaces/w/graphs/secret/nodes/2/formulas", json={"formula": "mine"}, headers=bob)
        assert client.delete("/v1/workspaces/w", headers=bob).status_code == 204
        assert client.get("/v1/workspaces/w/file", headers=ann).content == file.content
        assert_problem(client.get("/v1/workspaces/w"), 401)


def test_a_workspace_with_jobs_stays(client):
    """A workspace is not deleted under a job that is queued or running."""
    path = new_workspace(client, {"g": CHAIN})
    context = client.app.state.context
    workspace = context.workspaces.get("local", path.rsplit("/")[-1])
    with context.database.session() as session:
        row = JobRow(id="waiting", owner="local", workspace_id=workspace.id, created=now(), status="queued", source="g")
        row.operation, row.request_digest = "{}", ""
        session.add(row)
    assert assert_problem(client.delete(path), 409, "conflict")["jobs"] == ["waiting"]
    assert client.get(path).status_code == 200
    with context.database.session() as session:
        session.get_one(JobRow, row.sequence).status = "done"
    assert client.delete(path).status_code == 204


@pytest.mark.parametrize(
    "body",
    [None, {}, [], {"name": 1}, {"name": None}, {"name": ["w"]}, {"name": "w", "more": 1}, {"Name": "w"}, "w"],
    ids=repr,
)
def test_requests_that_make_no_sense(client, body):
    """What is no request for a workspace is refused and makes none."""
    assert_problem(client.post("/v1/workspaces", json=body), 422, "invalid")


def test_eager_workspaces_compute_at_once(client):
    """A workspace whose file says so has its results computed with every change, for a moment at most."""
    path = new_workspace(client, {"g": CHAIN}, {"r": {"of": "g", "operator": "global"}})
    cached(client, path).apply(SetEager(True))
    assert client.get(path).json()["eager"] is True
    client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": "r"})
    assert client.get(f"{path}/graphs/r/nodes/3/formulas").json()["formulas"] == ["q & r & ~p"]
