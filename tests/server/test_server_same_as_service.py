"""The routes do what the workspace service does, which the shell uses: any requests, compared with it step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_client import server
from server_data import everything, new_workspace

from equibel.errors import EquibelError
from equibel.files import graph_from_node_link, node_link
from equibel.workspace import (
    AddFormulas,
    CreateGraph,
    Declare,
    Delete,
    Operation,
    RemoveFormulas,
    ReplaceGraph,
    SetFormulas,
    Workspace,
)

NAMES = st.sampled_from(["g", "h", "r", "s"])
NODES = st.sampled_from([1, 2, "a"])
FORMULAS = st.sampled_from(["p", "p & q", "q -> r", "~p", "p ^ q ^ r", "True"])
GRAPHS = st.builds(
    lambda nodes, edges: {
        "nodes": [{"id": node, "formulas": formulas} for node, formulas in nodes.items()],
        "edges": [{"source": u, "target": v} for u, v in edges if u in nodes and v in nodes],
    },
    st.dictionaries(NODES, st.lists(FORMULAS, max_size=2, unique=True), max_size=3),
    st.lists(st.tuples(NODES, NODES), max_size=3, unique_by=frozenset),
)
OPERATIONS = st.sampled_from(
    [{"operator": "global"}, {"operator": "simple", "steps": 2}, {"operator": "ring", "fixpoint": True}]
)

STEPS = st.one_of(
    st.tuples(st.just("put"), NAMES, GRAPHS),
    st.tuples(st.just("delete"), NAMES, st.booleans()),
    st.tuples(st.just("add"), NAMES, NODES, st.lists(FORMULAS, min_size=1, max_size=2)),
    st.tuples(st.just("set"), NAMES, NODES, st.lists(FORMULAS, max_size=2)),
    st.tuples(st.just("remove"), NAMES, NODES, FORMULAS),
    st.tuples(st.just("declare"), NAMES, NAMES, OPERATIONS),
    st.tuples(st.sampled_from(["undo", "redo", "compute"])),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("same"), requests_per_minute=10**6, max_workspaces=10**6) as found:
        yield found


def request(client, path, step):
    """Whether the server did what a step says."""
    node = f"{path}/graphs/{step[1]}/nodes/{step[2]}/formulas" if len(step) == 4 else ""
    match step:
        case "put", name, graph:
            answer = client.put(f"{path}/graphs/{name}", json=graph)
        case "delete", name, dependents:
            kind = "results" if client.get(f"{path}/results/{name}").status_code == 200 else "graphs"
            answer = client.delete(f"{path}/{kind}/{name}", params={"dependents": dependents})
        case "add", _, _, formulas:
            answer = client.post(node, json={"formulas": formulas})
        case "set", _, _, formulas:
            answer = client.put(node, json={"formulas": formulas})
        case "remove", _, _, formula:
            answer = client.delete(node, params={"formula": formula})
        case "declare", name, of, operation:
            answer = client.put(f"{path}/results/{name}", json={"of": of, **operation})
        case ("compute",):
            client.app.state.context.workspaces.get("local", path.rsplit("/")[-1]).workspace.refresh()
            return True
        case (move,):
            answer = client.post(f"{path}/{move}")
    assert answer.status_code in (200, 201, 204, 404, 409, 422), answer.text
    return answer.status_code < 300


def do(workspace, step):
    """Whether the service did what a step says."""
    try:
        match step:
            case "put", name, graph:
                change = ReplaceGraph if name in workspace.graphs else CreateGraph
                workspace.apply(change(name, graph_from_node_link(graph)))
            case "delete", name, dependents:
                workspace.apply(Delete(name, dependents=dependents))
            case "add", name, node, formulas:
                workspace.apply(AddFormulas(name, {node: formulas}))
            case "set", name, node, formulas:
                workspace.apply(SetFormulas(name, {node: formulas}))
            case "remove", name, node, formula:
                workspace.apply(RemoveFormulas(name, {node: formula}))
            case "declare", name, of, operation:
                wanted = Declare(name, of, Operation(**operation), replace=True)
                before = workspace.results.get(name)
                if before is None or (before.of, before.operation) != (of, wanted.operation):
                    workspace.apply(wanted)  # the same again is no command
            case ("compute",):
                workspace.refresh()
            case (move,):
                getattr(workspace, move)()
    except EquibelError:
        return False
    return True


@given(st.tuples(GRAPHS, GRAPHS), st.lists(STEPS, max_size=12))
def test_routes_do_what_the_service_does(client, graphs, steps):
    """After every step both say the same, about whether it was done and about everything there is."""
    path = new_workspace(client)
    workspace = Workspace()
    first = [("put", "g", graphs[0]), ("put", "h", graphs[1]), ("declare", "r", "g", {"operator": "global"})]
    for step in first + steps:
        assert request(client, path, step) == do(workspace, step), step
    told = client.get(path).json()
    assert [graph["name"] for graph in told["graphs"]] == sorted(workspace.graphs)
    for graph in told["graphs"]:
        assert client.get(f"{path}/graphs/{graph['name']}").json() == node_link(workspace.graph(graph["name"]))
        assert graph["version"] == workspace.version_of(graph["name"])
    statuses = workspace.statuses()
    assert {result["name"]: (result["status"], result["of"]) for result in told["results"]} == {
        name: (status.state, status.result.of) for name, status in statuses.items()
    }
    for name, status in statuses.items():
        value = client.get(f"{path}/graphs/{name}")
        if status.computed is not None and status.computed.graph is not None:
            assert value.headers["equibel-status"] == status.state
            assert value.json() == node_link(status.computed.graph)
        else:
            assert value.status_code == 409
    assert told["version"] == workspace.version
    listed = everything(client, f"{path}/history", 5)
    assert [(entry["number"], entry["line"]) for entry in listed] == [
        (entry.number, entry.line) for entry in (*workspace.history(), *workspace.undone())
    ]
    assert [entry["undone"] for entry in listed].count(True) == len(workspace.undone())
