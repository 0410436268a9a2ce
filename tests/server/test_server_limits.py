"""The limits on what is stored: each lets through what is just as large, and refuses what is larger, with its name."""

import json

import pytest
from server_client import assert_problem, server
from server_data import new_workspace

import equibel as eb
from equibel.files import graph_from_node_link
from equibel.workspace import Workspace, format_workspace_file

LIMITS = {
    "max_nodes": 5, "max_edges": 4, "max_atoms": 3, "max_formula_length": 40, "max_formula_depth": 4, "max_formulas": 6,
    "max_models": 2, "max_workspaces": 60, "max_graphs": 3, "max_body_bytes": 30_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("limits"), requests_per_minute=10**6, **LIMITS) as found:
        yield found


def nodes(count, **first):
    return [{"id": number} | (first if number == 0 else {}) for number in range(count)]


def edges(count):
    return [{"source": i, "target": j} for i in range(4) for j in range(i)][:count]


#: For each limit a graph that keeps it and one that does not.
GRAPHS = {
    "max_nodes": ({"nodes": nodes(5)}, {"nodes": nodes(6)}),
    "max_edges": ({"nodes": nodes(5), "edges": edges(4)}, {"nodes": nodes(5), "edges": edges(5)}),
    "max_atoms": ({"nodes": nodes(1), "atoms": "a b c"}, {"nodes": nodes(1, formulas=["a & b"]), "atoms": ["c", "d"]}),
    "max_formulas": ({"nodes": nodes(1, formulas=["a"] * 6)}, {"nodes": nodes(1, formulas=["a"] * 6), "consistency": ["a"]}),
    "max_formula_length": (
        {"nodes": nodes(1, formulas=["a & " * 9 + "b   "])},
        {"nodes": nodes(1, formulas=["a & " * 10 + "b"])},
    ),
    "max_formula_depth": ({"nodes": nodes(1, formulas=["~" * 4 + "a"])}, {"nodes": nodes(1, formulas=["~" * 5 + "a"])}),
}


@pytest.mark.parametrize("limit", GRAPHS)
def test_graphs_have_limits(client, limit):
    """A graph at the limit is stored, and one beyond is not, whichever way it is sent."""
    path = new_workspace(client)
    good, bad = GRAPHS[limit]
    assert client.put(f"{path}/graphs/g", json=good).status_code == 201
    before = client.get(f"{path}/graphs/g").json()
    for told in (
        client.put(f"{path}/graphs/g", json=bad),
        client.put(f"{path}/graphs/new", json=bad),
        client.put(path, json={"graphs": {"g": bad}}),
        client.put(f"{path}new", json={"graphs": {"g": bad}}),
    ):
        problem = assert_problem(told, 422, "over-limit")
        assert (problem["limit"], problem["bound"]) == (limit, LIMITS[limit])
        assert problem["value"] > LIMITS[limit]
    assert client.get(f"{path}/graphs/g").json() == before
    assert_problem(client.get(f"{path}new"), 404)


@pytest.mark.parametrize("limit", ["max_nodes", "max_edges", "max_atoms", "max_formulas", "max_formula_depth"])
def test_files_have_limits(client, limit):
    """The graphs of a workspace that is uploaded keep the limits, too."""
    path = new_workspace(client)
    for data, status in zip(GRAPHS[limit], (200, 422), strict=True):
        data = {"edges": [], **data}
        if limit == "max_formulas":  # a workspace keeps no formula twice
            data["nodes"] = nodes(1, formulas=["a" + " & a" * number for number in range(6)])
        workspace = Workspace({"g": graph_from_node_link(data)})
        told = client.put(f"{path}/file", content=format_workspace_file(workspace.records()))
        assert told.status_code == status, told.text
        if status == 422:
            assert assert_problem(told, 422, "over-limit")["limit"] == limit


def test_formulas_are_added_up_to_a_limit(client):
    """The limits hold for what a graph has become, not only for what is sent."""
    graph = {"nodes": nodes(2, formulas=["a", "b", "a & b", "a | b"])}
    path = new_workspace(client, {"g": graph})
    node = f"{path}/graphs/g/nodes/1/formulas"
    assert client.put(node, json={"formula": "c"}).status_code == 200
    assert assert_problem(client.put(node, json={"formula": "c & d"}), 422)["limit"] == "max_atoms"
    assert client.post(node, json={"formula": "c | a"}).status_code == 200
    assert assert_problem(client.post(node, json={"formula": "c | b"}), 422)["limit"] == "max_formulas"
    assert client.post(node, json={"formulas": ["c", "c | a"]}).status_code == 200  # it has these
    assert client.put(node, json={"formulas": ["c | b", "b"]}).status_code == 200
    assert client.get(node).json()["formulas"] == ["c | b", "b"]
    several = {"formulas": ["a", "a", "a", "b", "c", "a & c"]}
    assert assert_problem(client.put(node, json=several), 422)["limit"] == "max_formulas"


@pytest.mark.parametrize(
    ("formula", "limit"),
    [("~" * 5 + "a", "max_formula_depth"), ("a" * 41, "max_formula_length"), ("(" * 30_000 + "a", None)],
    ids=["deep", "long", "huge"],
)
def test_formulas_have_limits(client, formula, limit):
    """A formula that is too deep or too long is refused wherever one is read."""
    path = new_workspace(client, {"g": {"nodes": nodes(1)}})
    node = f"{path}/graphs/g/nodes/0/formulas"
    for told in (
        client.put(node, json={"formula": formula}),
        client.post(node, json={"formulas": ["a", formula]}),
        client.post(f"{path}/graphs/g/query", json={"node": 0, "entails": formula}),
        client.delete(node, params={"formula": formula}) if limit else client.put(node, json={"formula": formula}),
    ):
        if limit is None:
            assert_problem(told, 413)
        else:
            assert assert_problem(told, 422, "over-limit")["limit"] == limit


def test_deep_parentheses_are_read(tmp_path):
    """Parentheses alone do not make a formula deep, and thousands of them harm nobody."""
    with server(tmp_path) as client:
        path = new_workspace(client, {"g": {"nodes": nodes(1)}})
        node = f"{path}/graphs/g/nodes/0/formulas"
        assert client.put(node, json={"formula": "(" * 9_000 + "p" + ")" * 9_000}).json()["formulas"] == ["p"]
        assert "limit" in assert_problem(client.put(node, json={"formula": "~" * 19_000 + "p"}), 422)
        assert_problem(client.put(node, json={"formula": "(" * 19_000}), 422, "formula-syntax")


def test_workspaces_and_names_have_limits(client):
    """There are only so many graphs and results in a workspace."""
    path = new_workspace(client, {"a": {"nodes": []}, "b": {"nodes": []}}, {"r": {"of": "a", "operator": "global"}})
    for told in (
        client.put(f"{path}/graphs/c", json={"nodes": []}),
        client.put(f"{path}/results/s", json={"of": "a", "operator": "ring"}),
        client.put(path, json={"graphs": {name: {"nodes": []} for name in "abcd"}}),
        client.put(
            f"{path}/file",
            content=format_workspace_file(Workspace({name: eb.path_graph(1) for name in "abcd"}).records()),
        ),
    ):
        problem = assert_problem(told, 422, "over-limit")
        assert (problem["limit"], problem["bound"], problem["value"]) == ("max_graphs", 3, 4)
    assert client.put(f"{path}/graphs/a", json={"nodes": nodes(1)}).status_code == 200
    assert client.put(f"{path}/results/r", json={"of": "a", "operator": "ring"}).status_code == 200


def test_there_are_only_so_many_workspaces(tmp_path):
    """One more workspace than allowed is refused however it is made; those there are can be replaced, and deleted."""
    with server(tmp_path, max_workspaces=2) as client:
        for name in "ab":
            assert client.post("/v1/workspaces", json={"name": name}).status_code == 201
        file = client.get("/v1/workspaces/a/file").content
        for told in (
            client.post("/v1/workspaces", json={"name": "c"}),
            client.put("/v1/workspaces/c", json={}),
            client.put("/v1/workspaces/c/file", content=file),
        ):
            assert assert_problem(told, 422, "over-limit")["limit"] == "max_workspaces"
        assert client.put("/v1/workspaces/a", json={"graphs": {"g": {"nodes": []}}}).status_code == 200
        assert client.put("/v1/workspaces/b/file", content=file).status_code == 200
        client.delete("/v1/workspaces/a")
        assert client.put("/v1/workspaces/c", json={}).status_code == 201


def test_a_workspace_does_not_grow_for_ever(tmp_path):
    """With its history, a workspace takes so much room and no more; what does not fit changes nothing."""
    with server(tmp_path, max_body_bytes=1000) as client:
        path = new_workspace(client, {"g": {"nodes": nodes(1)}})
        node = f"{path}/graphs/g/nodes/0/formulas"
        statuses = [client.put(node, json={"formula": "p" * (100 + number)}).status_code for number in range(100)]
        assert statuses[0] == 200
        assert statuses[-1] == 422
        assert statuses == sorted(statuses)
        formulas = client.get(node).json()["formulas"]
        assert len(formulas[0]) == 100 + statuses.count(200) - 1
        assert assert_problem(client.put(node, json={"formula": "q" * 200}), 422, "over-limit")["value"] > 20_000


def test_a_body_has_a_limit(client):
    """A body that is too large is not read to its end."""
    for path in ("/v1/workspaces/w/graphs/g", "/v1/workspaces/w/file", "/v1/workspaces/w"):
        assert_problem(client.put(path, content=json.dumps(["x" * 30_001])), 413)
