"""Graphs, formulas and questions over HTTP."""

import json
import threading

import pytest
from server_client import assert_problem, server
from server_data import CHAIN, new_workspace


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("graphs"), requests_per_minute=10**6) as found:
        yield found


@pytest.fixture(scope="module")
def path(client):
    return new_workspace(client)


def put(client, path, graph, name="g"):
    """The address of a graph with this content."""
    answer = client.put(f"{path}/graphs/{name}", json=graph)
    assert answer.status_code in (200, 201), answer.text
    return f"{path}/graphs/{name}"


def test_a_graph_comes_back_as_it_was_sent(client, path):
    """Nodes of all kinds, formulas, weights, atoms, constraints and other attributes are kept."""
    graph = {
        "directed": False,
        "multigraph": False,
        "graph": {"atoms": ["z"], "entailment": ["p -> q"], "consistency": ["q"], "title": "été", "deep": {"a": [1, None]}},
        "nodes": [
            {"id": 1, "formulas": ["p & q", "~r"], "weights": {"p": 2, "q": 0.5}},
            {"id": "1", "formulas": []},
            {"id": "a/b", "formulas": ["p -> (q = r)"], "color": "red"},
            {"id": ["a", 1], "formulas": []},
            {"id": -7, "formulas": []},
            {"id": "", "formulas": []},
        ],
        "edges": [
            {"source": 1, "target": "1", "weight": 3},
            {"source": "a/b", "target": ["a", 1], "since": "2016"},
            {"source": -7, "target": -7},
        ],
    }
    made = client.put(f"{path}/graphs/all", json=graph)
    assert made.status_code == 201
    assert made.headers["location"] == f"{path}/graphs/all"
    summary = {"nodes": 6, "edges": 3, "formulas": 5, "atoms": 4, "notes": [], "name": "all"}
    assert {key: made.json()[key] for key in summary} == summary
    got = client.get(f"{path}/graphs/all")
    assert got.json() == graph
    assert got.headers["etag"] == made.headers["etag"]
    assert client.put(f"{path}/graphs/all", json=got.json()).status_code == 200


def test_what_is_read_in_a_particular_way_is_said(client, path):
    """Parallel edges, edges without their opposite and attributes that look misspelt are noted."""
    graph = {
        "directed": True,
        "nodes": [{"id": 1, "formula": "p"}, {"id": 2}],
        "links": [{"source": 1, "target": 2, "weight": 1}, {"source": 1, "target": 2, "weight": 2}],
    }
    notes = client.put(f"{path}/graphs/noted", json=graph).json()["notes"]
    assert len(notes) == 3
    assert "did you mean 'formulas'?" in " ".join(notes)


@pytest.mark.parametrize(
    ("graph", "where"),
    [
        ({"nodes": [{"id": 1}, {"formulas": []}]}, "body.nodes.1.id"),
        ({"nodes": [{"id": 1.5}]}, "body.nodes.0.id"),
        ({"nodes": [{"id": True}]}, "body.nodes.0.id"),
        ({"nodes": [{"id": None}]}, "body.nodes.0.id"),
        ({"nodes": [{"id": {}}]}, "body.nodes.0.id"),
        ({"nodes": [{"id": []}]}, "body.nodes.0.id"),
        ({"nodes": [{"id": [[1]]}]}, "body.nodes.0.id"),
        ({"nodes": [1]}, "body.nodes.0"),
        ({"nodes": {}}, "body.nodes"),
        ({}, "body.nodes"),
        ([], "body"),
        ({"nodes": [], "node": []}, "body.node"),
        ({"nodes": [], "edges": [{"source": 1}]}, "body.edges.0.target"),
        ({"nodes": [{"id": 1}], "edges": [{"source": 1, "target": 2}]}, "body.edges.0.target"),
        ({"nodes": [{"id": 1}, {"id": 1}]}, "body.nodes.1.id"),
        ({"nodes": [{"id": 1, "formulas": 7}]}, "body.nodes.0.formulas"),
        ({"nodes": [{"id": 1, "formulas": ["p", 7]}]}, "body.nodes.0.formulas.1"),
        ({"nodes": [{"id": 1, "formulas": ["p", "q &"]}]}, "body.nodes.0.formulas.1"),
        ({"nodes": [{"id": 1, "weights": {"p": -1}}]}, "body.nodes.0.weights"),
        ({"nodes": [{"id": 1, "weights": {"p q": 1}}]}, "body.nodes.0.weights"),
        ({"nodes": [{"id": 1, "weights": [1]}]}, "body.nodes.0.weights"),
        ({"nodes": [{"id": 1}], "edges": [{"source": 1, "target": 1, "weight": "3"}]}, "body.edges.0.weight"),
        ({"nodes": [], "graph": {"atoms": ["p", "q &"]}}, "body.graph.atoms.1"),
        ({"nodes": [], "graph": {"entailment": ["p", ")"]}}, "body.graph.entailment.1"),
        ({"nodes": [], "consistency": "p; q |"}, "body.consistency"),
        ({"nodes": [], "graph": [1]}, "body.graph"),
        ({"nodes": [], "directed": "no"}, "body.directed"),
    ],
    ids=json.dumps,
)
def test_where_a_graph_is_wrong(client, path, graph, where):
    """A graph that is none is refused with the place of what is wrong, and changes nothing."""
    address = put(client, path, CHAIN, "right")
    told = assert_problem(client.put(address, json=graph), 422)
    assert told["errors"][0]["where"] == where
    assert told["errors"][0]["problem"]
    assert client.get(address).json()["nodes"][0]["formulas"] == ["p & q"]


def test_a_formula_that_cannot_be_read(client, path):
    """The problem says which formula, and where in it."""
    told = assert_problem(client.put(f"{path}/graphs/x", json={"nodes": [{"id": 1, "formulas": "p;\nq & & r"}]}), 422)
    assert (told["type"], told["where"]) == ("urn:equibel:formula-syntax", "body.nodes.0.formulas")
    assert (told["line"], told["column"]) == (2, 5)
    assert "an atom" in told["expected"]
    assert_problem(client.get(f"{path}/graphs/x"), 404)


def test_nodes_of_a_path(client, path):
    """An integer is the integer node if there is one, JSON text is what it says, everything else is the node's name."""
    nodes = [1, "1", "2", 3, -4, "a b", "a/b", "é", "", '"q"', "007", "models", "x/formulas", ["a", 1], ["p/q", "r"]]
    address = put(client, path, {"nodes": [{"id": node, "formulas": [f"n{i}"]} for i, node in enumerate(nodes)]}, "nodes")
    expected = {
        "1": 1, '"1"': "1", "2": "2", "3": 3, "-4": -4, "a b": "a b", "a%20b": "a b", "a%2Fb": "a/b", "a/b": "a/b",
        "%C3%A9": "é", "": "", '""': "", "%22%5C%22q%5C%22%22": '"q"', "007": "007", "models": "models",
        "x/formulas": "x/formulas", '["a", 1]': ["a", 1], "%5B%22p%2Fq%22%2C%22r%22%5D": ["p/q", "r"],
    }  # fmt: skip
    for text, node in expected.items():
        told = client.get(f"{address}/nodes/{text}/formulas").json()
        assert (told.get("node"), told.get("formulas")) == (node, [f"n{nodes.index(node)}"]), text
    for text in ("4", "03", '"3"', "b", "%00", "..", "1.0", "[1]", '["a"]', "[", "%FF", "9" * 300, '{"a":1}', "\N{SNOWMAN}"):
        assert_problem(client.get(f"{address}/nodes/{text}/formulas"), 404)


def test_formulas_are_replaced_added_and_removed(client, path):
    """PUT replaces, POST adds, DELETE removes one or all; each tells the node's formulas and the graph's tag."""
    address = put(client, path, CHAIN, "formulas")
    node = f"{address}/nodes/2/formulas"
    assert client.get(node).json() == {"node": 2, "formulas": []}
    assert client.put(node, json={"formulas": ["a & b", "c"]}).json()["formulas"] == ["a & b", "c"]
    assert client.put(node, json={"formula": "a & b & c"}).json()["formulas"] == ["a & b & c"]
    assert client.post(node, json={"formula": "p->q"}).json()["formulas"] == ["a & b & c", "p -> q"]
    added = client.post(node, json={"formulas": ["p -> q", "r", "r"]})
    assert added.json()["formulas"] == ["a & b & c", "p -> q", "r"]
    assert added.headers["etag"] == client.get(address).headers["etag"] == client.get(node).headers["etag"]
    removed = client.delete(node, params={"formula": "p -> q"})
    assert (removed.status_code, removed.content) == (204, b"")
    assert removed.headers["etag"] == client.get(node).headers["etag"]
    assert client.get(node).json()["formulas"] == ["a & b & c", "r"]
    told = assert_problem(client.delete(node, params={"formula": "p -> q"}), 404, "unknown-formula")
    assert (told["node"], told["formula"]) == (2, "p -> q")
    assert client.delete(node).status_code == 204
    assert client.get(node).json()["formulas"] == []
    assert client.delete(node).status_code == 204
    assert client.put(node, json={"formulas": []}).json()["formulas"] == []


@pytest.mark.parametrize(
    "body",
    [
        {}, {"formula": None}, {"formulas": None}, {"formula": "p", "formulas": ["p"]}, {"formula": 7}, {"formula": ["p"]},
        {"formulas": "p"}, {"formulas": [1]}, {"formula": "p", "more": 1}, "p", ["p"], None,
        {"formula": "p", "formulas": None},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_formulas_that_are_none(client, path, body):
    """A body that says no formulas, or says them twice, is refused."""
    node = f"{put(client, path, CHAIN, 'none')}/nodes/1/formulas"
    for method in ("PUT", "POST"):
        assert_problem(client.request(method, node, json=body), 422, "invalid")
    assert client.get(node).json()["formulas"] == ["p & q"]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "p &", "p q", "__import__('os').system('id')", "p; q", "p' OR '1'='1", "{{7*7}}", "$(id)", "p\u202e",
        "p" * 20_001,
    ],
    ids=lambda text: repr(text[:30]),
)  # fmt: skip
def test_texts_that_are_no_formulas(client, path, text):
    """Nothing is made of a text that is no formula: it is never evaluated, and says where it goes wrong."""
    address = put(client, path, CHAIN, "texts")
    query = {"node": 1, "entails": text}
    for told in (
        client.put(f"{address}/nodes/1/formulas", json={"formula": text}),
        client.post(f"{address}/nodes/1/formulas", json={"formulas": ["p", text]}),
        client.post(f"{address}/query", json=query),
    ):
        problem = assert_problem(told, 422)
        assert "line" in problem or problem["limit"] == "max_formula_length"
    assert client.get(f"{address}/nodes/1/formulas").json()["formulas"] == ["p & q"]


def test_questions(client, path):
    """The three questions are answered, of integer, text and tuple nodes."""
    graph = {"nodes": [{"id": 1, "formulas": ["p", "p -> q"]}, {"id": "1"}, {"id": ["a", 1], "formulas": ["p & ~p"]}]}
    address = put(client, path, graph, "asked")
    answers = [
        (1, "entails", "q", True), (1, "entails", "r", False), (1, "consistent_with", "r", True),
        (1, "consistent_with", "~q", False), (1, "equivalent", "p & q", True), (1, "equivalent", "p", False),
        ("1", "entails", "p | ~p", True), ("1", "entails", "p", False), (["a", 1], "entails", "anything", True),
        (["a", 1], "consistent_with", "True", False), (1.0, "entails", "q", True),
    ]  # fmt: skip
    for node, kind, formula, answer in answers:
        told = client.post(f"{address}/query", json={"node": node, kind: formula})
        assert told.json() == {"answer": answer}, (node, kind, formula)
    for node in (2, "a", "2", ["a"], ["a", "1"], -1):
        told = assert_problem(client.post(f"{address}/query", json={"node": node, "entails": "p"}), 404, "unknown-node")
        assert isinstance(node, list) or told["node"] == node
    assert_problem(client.post(f"{path}/graphs/nothing/query", json={"node": 1, "entails": "p"}), 404, "unknown-name")


@pytest.mark.parametrize(
    "body",
    [
        {"node": 1}, {"entails": "p"}, {"node": 1, "entails": None}, {"node": 1, "entails": "p", "equivalent": "p"},
        {"node": 1, "entails": "p", "equivalent": None}, {"node": None, "entails": "p"}, {"node": 1.5, "entails": "p"},
        {"node": True, "entails": "p"}, {"node": [], "entails": "p"}, {"node": 1, "implies": "p"},
        {"node": 1, "entails": ["p"]}, {"node": 1, "entails": "p", "limit": 1}, [],
    ],
    ids=json.dumps,
)  # fmt: skip
def test_questions_that_make_no_sense(client, path, body):
    """Exactly one question about one node is asked at a time."""
    assert_problem(client.post(f"{put(client, path, CHAIN, 'q')}/query", json=body), 422, "invalid")


def test_models(client, path):
    """Models of a node over all atoms of the graph, at most as many as are asked for."""
    address = put(client, path, {**CHAIN, "atoms": ["r"]}, "models")
    told = client.get(f"{address}/nodes/1/models").json()
    assert told["atoms"] == ["p", "q", "r"]
    assert sorted(model["r"] for model in told["models"]) == [False, True]
    assert all(model["p"] and model["q"] for model in told["models"])
    assert told["complete"] is True
    some = client.get(f"{address}/nodes/2/models", params={"limit": 7}).json()
    assert (len({json.dumps(model) for model in some["models"]}), some["complete"]) == (7, False)
    assert client.get(f"{address}/nodes/2/models", params={"limit": 8}).json()["complete"] is True
    client.put(f"{address}/nodes/1/formulas", json={"formula": "p & ~p"})
    assert client.get(f"{address}/nodes/1/models").json() | {"node": 0} == {
        "node": 0, "atoms": ["p", "r"], "models": [], "complete": True
    }  # fmt: skip
    assert_problem(client.get(f"{address}/nodes/9/models"), 404, "unknown-node")
    assert_problem(client.get(f"{address}/nodes/1/models", params={"limit": 0}), 422, "invalid")
    assert assert_problem(client.get(f"{address}/nodes/1/models", params={"limit": 1001}), 422)["limit"] == "max_models"


def test_a_hard_question_ends_in_time_and_keeps_nobody_waiting(client, path, monkeypatch):
    """A question that takes too long is given up, and others are answered meanwhile."""
    here = client.app.state.context
    monkeypatch.setattr(here, "settings", here.settings.model_copy(update={"request_seconds": 1.0}))
    holes = 11
    pigeons = [" | ".join(f"x{p}_{h}" for h in range(holes)) for p in range(holes + 1)]
    apart = [f"~x{p}_{h} | ~x{o}_{h}" for h in range(holes) for p in range(holes + 1) for o in range(p)]
    address = put(client, path, {"nodes": [{"id": 1, "formulas": [*pigeons, *apart]}, {"id": 2}]}, "hard")
    answers = []

    def ask():
        answers.append(client.post(f"{address}/query", json={"node": 1, "entails": "y"}))

    hard = [threading.Thread(target=ask) for _ in range(2)]
    for thread in hard:
        thread.start()
    assert client.post(f"{address}/query", json={"node": 2, "entails": "y"}).json() == {"answer": False}
    for thread in hard:
        thread.join()
    for answer in answers:
        assert assert_problem(answer, 422, "time-limit")["seconds"] == 1


def test_names_without_a_meaning(client, path):
    """What is not there is told as such: workspaces, graphs, nodes."""
    address = put(client, path, CHAIN, "there")
    for missing in (f"{path}/graphs/x", f"{path}x/graphs/there", f"{path}/graphs/x/nodes/1/formulas"):
        assert_problem(client.get(missing), 404)
    assert_problem(client.get(f"{address}/nodes/9/formulas"), 404, "unknown-node")
    known = assert_problem(client.get(f"{path}/graphs/ther"), 404, "unknown-name")
    assert "did you mean 'there'?" in known["detail"]
    for method in ("PUT", "POST"):
        assert_problem(client.request(method, f"{address}/nodes/9/formulas", json={"formula": "p"}), 404, "unknown-node")
    assert_problem(client.delete(f"{address}/nodes/9/formulas"), 404, "unknown-node")


def test_results_cannot_be_changed(client, path):
    """A result is derived: it is neither replaced by a graph, nor are formulas put into it."""
    put(client, path, CHAIN, "source")
    client.put(f"{path}/results/derived", json={"of": "source", "operator": "global"})
    assert_problem(client.put(f"{path}/graphs/derived", json=CHAIN), 409, "name-taken")
    told = assert_problem(client.post(f"{path}/graphs/derived/nodes/1/formulas", json={"formula": "p"}), 409)
    assert "'source'" in told["detail"]
    assert_problem(client.delete(f"{path}/graphs/derived"), 409)
