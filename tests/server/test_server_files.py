"""Workspace files over HTTP: up and down again unchanged, and files that somebody made to do harm."""

import json
import warnings

import pytest
from server_client import assert_problem, server
from server_data import CHAIN, new_workspace

import equibel as eb
from equibel.workspace import (
    AddFormulas,
    AddNodes,
    AddWeights,
    CreateGraph,
    Declare,
    Operation,
    RestoreSnapshot,
    SaveSnapshot,
    SetEager,
    SetFormulas,
    Workspace,
    format_workspace_file,
    open_workspace,
    parse_workspace_file,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("files"), requests_per_minute=10**6, max_body_bytes=2_000_000) as found:
        yield found


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A workspace file that has gone through a lot."""
    path = tmp_path_factory.mktemp("saved") / "work.eqw"
    with open_workspace(path) as workspace:
        chain = eb.path_graph([1, "1", ("a", 2), "né\ud800"])
        workspace.apply(CreateGraph("été / \u202e..", chain), CreateGraph("g", eb.star_graph(3)))
        workspace.apply(AddFormulas("g", {0: "p & q", 1: ["~p", "r -> s"]}), label="beliefs\nof two")
        workspace.apply(AddWeights("g", {1: {"p": 2, "q": 0.5}}), SaveSnapshot("before"))
        workspace.apply(Declare("r", "g", Operation("simple", optimum="cardinality", fixpoint=True)))
        workspace.apply(CreateGraph("broken", eb.path_graph(1)), SetFormulas("broken", {0: "p & ~p"}))
        workspace.apply(Declare("bad", "broken", Operation("global")))
        workspace.refresh()
        workspace.apply(SetFormulas("g", {0: []}), RestoreSnapshot("before"))
        workspace.undo()
        workspace.apply(SetEager(True))
        workspace.undo()
    return path.read_bytes()


def upload(client, path, data, **headers):
    return client.put(f"{path}/file", content=data, headers=headers)


def test_a_file_of_the_shell_comes_back_unchanged(client, file):
    """A workspace saved elsewhere is uploaded, used, and downloaded byte for byte, with everything in it."""
    told = upload(client, "/v1/workspaces/up", file)
    assert told.status_code == 201
    assert told.headers["location"] == "/v1/workspaces/up"
    got = client.get("/v1/workspaces/up/file")
    assert got.content == file
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''up.eqw"

    there = Workspace.from_records(parse_workspace_file(file))
    seen = client.get("/v1/workspaces/up").json()
    assert (seen["version"], seen["snapshots"]) == (there.version, ["before"])
    assert {graph["name"] for graph in seen["graphs"]} == set(there.graphs)
    assert {result["name"]: result["status"] for result in seen["results"]} == {"r": "current", "bad": "failed"}
    history = client.get("/v1/workspaces/up/history").json()["items"]
    assert [entry["line"] for entry in history] == [entry.line for entry in (*there.history(), *there.undone())]
    assert client.get("/v1/workspaces/up/graphs/r").headers["equibel-status"] == "current"
    assert client.get("/v1/workspaces/up/file").content == file  # looking at it changes nothing


def test_what_was_changed_on_the_server_is_in_the_file(client, file, tmp_path):
    """A file that is downloaded after changes is opened elsewhere with them, and they can be undone there."""
    path = new_workspace(client)
    assert upload(client, path, file).status_code == 200
    client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": "new"})
    (tmp_path / "down.eqw").write_bytes(client.get(f"{path}/file").content)
    with open_workspace(tmp_path / "down.eqw") as workspace:
        assert str(workspace.graph("g").formula_conj(2)) == "new"
        assert workspace.undo().line == "g: add formula new at 2"
    before = Workspace.from_records(parse_workspace_file(file))
    with open_workspace(tmp_path / "down.eqw") as workspace:
        assert workspace == before


def test_uploading_again_is_another_edition(client, file):
    """After an upload the tags of before are not right any more, even if the versions are the same."""
    path = new_workspace(client)
    upload(client, path, file)
    tags = {rest: client.get(path + rest).headers["etag"] for rest in ("", "/graphs/g", "/graphs/r", "/file")}
    assert_problem(upload(client, path, file, **{"If-Match": '"other"'}), 412)
    assert_problem(upload(client, path, file, **{"If-None-Match": "*"}), 412)
    assert upload(client, path, file, **{"If-Match": tags[""]}).status_code == 200
    for rest, tag in tags.items():
        assert client.get(path + rest).headers["etag"] != tag
    assert_problem(client.put(f"{path}/graphs/g", json=CHAIN, headers={"If-Match": tags["/graphs/g"]}), 412)


def test_a_client_that_worked_on_what_was_replaced(client, file):
    """Who still has the workspace of before cannot change the new one by it."""
    path = new_workspace(client, {"g": CHAIN})
    workspaces = client.app.state.context.workspaces
    cached = workspaces.get("local", path.rsplit("/")[-1])
    upload(client, path, file)
    with pytest.raises(Exception, match="replaced in the meantime"):
        cached.apply(AddNodes("g", [7]))
    assert client.get(f"{path}/file").content == file
    cached = workspaces.get("local", path.rsplit("/")[-1])
    client.delete(path)
    with pytest.raises(Exception, match="not found"):
        cached.apply(AddNodes("g", [7]))


def records(*more, first=None):
    """A file of an empty workspace and other records."""
    texts = Workspace().records()[:1] if first is None else [json.dumps(first)]
    return format_workspace_file([*texts, *(text if isinstance(text, str) else json.dumps(text) for text in more)])


STATE = {"contents": [], "graphs": {}, "results": {}, "snapshots": {}, "eager": False}
COMPUTED = {
    "result": "r", "of": "g", "source_version": 1, "source_digest": "", "operation": {"operator": "global"},
    "iterations": 1, "seconds": 0.1, "time": "now", "digest": "", "equibel": "2", "version": 3,
    "graph": {"graph": {}, "nodes": [], "edges": []},
}  # fmt: skip


def command(*changes, n=1):
    return {"n": n, "time": "now", "line": "x", "do": list(changes)}


DECLARED = command(
    {"change": "create_graph", "name": "g"},
    {"change": "declare", "name": "r", "of": "g", "operation": {"operator": "global"}},
)


def graph_file(graph):
    return records(first={"position": 0, "version": 1, "state": {**STATE, "contents": [[1, graph]], "graphs": {"g": 1}}})


HOSTILE = {
    "nothing": b"",
    "no file": b"hello",
    "toml": b'[graphs.g]\npath = 3\n',
    "binary": bytes(range(256)) * 50,
    "newer": b"equibel workspace 2\n",
    "no records": b"equibel workspace 1\n",
    "damaged": format_workspace_file(Workspace().records()).replace(b"eager", b"eagle"),
    "cut off": records(command({"change": "create_graph", "name": "g"}))[:-9],
    "no json": records("{"),
    "nan": records('{"n": NaN}'),
    "number too large": records('{"n": 1, "x": 1e999}'),
    "digits": records('{"n": ' + "9" * 5000 + "}"),
    "deep": records("[" * 100_000),
    "deep objects": records('{"a":' * 50_000 + "1" + "}" * 50_000),
    "list": records([1]),
    "text": records('"x"'),
    "no state": records(first={"position": 0}),
    "state of another kind": records(first={"position": 0, "version": 0, "state": 7}),
    "version of another kind": records(first={"position": 0, "version": "1", "state": STATE}),
    "negative": records({"n": -1, "position": 0}),
    "fraction": records({"n": 1.5, "position": 0}),
    "huge": records({"n": 2**80, "position": 0}),
    "flag": records({"n": True, "position": 0}),
    "position": records({"n": 1, "position": 9}),
    "command": records(command({"change": "format_disk"})),
    "command of another kind": records(command(7)),
    "no commands": records({"n": 1, "do": 7}),
    "changes that do not fit": records(command({"change": "add_nodes", "graph": "g", "nodes": [1]})),
    "formula": records(command({"change": "create_graph", "name": "g"}, {"change": "add_nodes", "graph": "g", "nodes": [1]},
                               {"change": "add_formulas", "graph": "g", "formulas": [[1, ["p &"]]]})),
    "formula in a graph": graph_file({"graph": {}, "nodes": [[1, {"formulas": "p &"}]], "edges": []}),
    "formula of another kind": graph_file({"graph": {}, "nodes": [[1, {"formulas": ["p"]}]], "edges": []}),
    "weights": graph_file({"graph": {}, "nodes": [[1, {"weights": '{"p": -1}'}]], "edges": []}),
    "weights that are no numbers": graph_file({"graph": {}, "nodes": [[1, {"weights": '{"p": NaN}'}]], "edges": []}),
    "edge weight": graph_file({"graph": {}, "nodes": [[1, {}]], "edges": [[1, 1, {"weight": "a"}]]}),
    "node": graph_file({"graph": {}, "nodes": [[None, {}]], "edges": []}),
    "node twice": graph_file({"graph": {}, "nodes": [[1, {}], [1, {}]], "edges": []}),
    "edge to nowhere": graph_file({"graph": {}, "nodes": [[1, {}]], "edges": [[1, 2, {}]]}),
    "circle": records(first={"position": 0, "version": 2, "state": {
        **STATE, "results": {"a": [1, "b", {"operator": "global"}], "b": [2, "a", {"operator": "global"}]}}}),
    "operator": records(command({"change": "create_graph", "name": "g"},
                                {"change": "declare", "name": "r", "of": "g", "operation": {"operator": "rm"}})),
    "computed": records(DECLARED, {"n": 3, "computed": 7}),
    "computed without anything": records(DECLARED, {"n": 3, "computed": {}}),
    "iterations": records(DECLARED, {"n": 3, "computed": {**COMPUTED, "iterations": "many"}}),
    "seconds": records(DECLARED, {"n": 3, "computed": {**COMPUTED, "seconds": [1]}}),
    "time": records(DECLARED, {"n": 3, "computed": {**COMPUTED, "time": {"a": 1}}}),
    "failure": records(DECLARED, {"n": 3, "computed": {**COMPUTED, "graph": None, "failure": {"kind": 1}}}),
    "value": records(DECLARED, {"n": 3, "computed": {**COMPUTED, "graph": 7}}),
    "history": records(*(command({"change": "save_snapshot", "name": str(n)}, n=n) for n in range(1, 9000))),
    "history of a large graph": records(*(
        command({"change": "add_nodes", "graph": "g", "nodes": [n]}, n=n) for n in range(1, 15_000))),
    "deep formula": graph_file({"graph": {}, "nodes": [[1, {"formulas": "~" * 1000 + "p"}]], "edges": []}),
    "many nodes": graph_file({"graph": {}, "nodes": [[n, {}] for n in range(20_001)], "edges": []}),
    "many graphs": records(*(command({"change": "create_graph", "name": str(n)}, n=n) for n in range(1, 300))),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.process
def test_files_that_are_none(client, data):
    """A file that is not as a workspace writes it is refused, whatever is wrong with it, and nothing changes."""
    path = new_workspace(client, {"g": CHAIN})
    before = client.get(f"{path}/file").content
    assert_problem(upload(client, path, data), 422)
    assert client.get(f"{path}/file").content == before
    assert_problem(upload(client, f"{path}new", data), 422)
    assert_problem(client.get(f"{path}new"), 404)


def test_a_file_that_is_too_large(client):
    """The size of a file is limited by that of a body."""
    assert_problem(upload(client, "/v1/workspaces/large", b"x" * 2_000_001), 413)


FORGED = {
    "failure of a kind that needs more": {"kind": "FormulaSyntaxError", "message": "no line", "data": {}},
    "failure that is no error": {"kind": "annotations", "message": "what", "data": {"a": [1, {"b": None}]}},
    "failure of the system": {"kind": "SystemExit", "message": "", "data": {"code": 3}},
}


@pytest.mark.parametrize("failure", FORGED.values(), ids=FORGED.keys())
def test_results_that_nobody_computed(client, failure):
    """What a file says about a result is told as it is; it deceives whoever has made it, and harms nobody."""
    path = new_workspace(client)
    computed = {key: value for key, value in COMPUTED.items() if key != "graph"} | {"failure": failure}
    assert upload(client, path, records(DECLARED, {"n": 3, "computed": computed})).status_code == 200
    told = client.get(f"{path}/results/r")
    assert told.status_code == 200
    assert told.json()["failure"]["kind"] == failure["kind"]
    for rest in ("", "/results", "/graphs", "/history", "/file", "/graphs/g"):
        assert client.get(path + rest).status_code == 200
    assert_problem(client.get(f"{path}/graphs/r"), 409)
    assert client.post(f"{path}/undo").status_code == 200


def test_names_that_no_address_can_have(client, file):
    """What is called in a way that no path can have is kept in a file, told, and harms nobody."""
    path = new_workspace(client)
    upload(client, path, file)
    listed = client.get(f"{path}/graphs").json()["items"]
    assert "été / \u202e.." in {item["name"] for item in listed}
    odd = Workspace({"a\ud800": eb.path_graph(1), "": eb.path_graph(1), "..": eb.path_graph(1), "\x00": eb.path_graph(1)})
    assert upload(client, path, format_workspace_file(odd.records())).status_code == 200
    assert client.get(path).json()["graphs"][0]["name"] == ""
    assert len(client.get(f"{path}/graphs").json()["items"]) == 4
    assert client.get(f"{path}/file").content == format_workspace_file(odd.records())
    assert client.put(path, json={}).status_code == 200


def test_attributes_that_json_does_not_have(client):
    """What a file brings in that an answer could not hold is left out of the answer."""
    nodes = [[1, {"id": 7, "text": "\ud800"}], ["\udfff", {}]]
    graph = {"graph": {}, "nodes": nodes, "edges": [[1, "\udfff", {"source": 1}]]}
    path = new_workspace(client)
    assert upload(client, path, graph_file(graph)).status_code == 200
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = client.get(f"{path}/graphs/g")
    assert told.json()["nodes"] == [{"id": 1, "formulas": [], "text": "\ud800"}, {"id": "\udfff", "formulas": []}]
