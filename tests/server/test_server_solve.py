"""``POST /v1/solve``: computing something within a request."""

import os
import re
import signal
import threading

import pytest
from server_client import assert_problem, server
from server_jobs import CHAIN, COMPLETED, ENDLESS, formulas, new_child

import equibel as eb
from equibel.files import graph_from_node_link


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = {"solves_running": 1, "request_seconds": 0.3, "solve_seconds": 20, "max_nodes": 50, "stop_seconds": 0.01}
    with server(tmp_path_factory.mktemp("solve"), **settings) as client:
        yield client


def solve(client, graph=CHAIN, operator="global", **options):
    return client.post("/v1/solve", json={"graph": graph, "operator": operator, **options})


def test_the_answer(client):
    """Node-link data with simplified formulas, which reads back as the graph that the library computes."""
    answer = solve(client)
    assert answer.status_code == 200
    assert answer.json()["iterations"] == 1
    assert formulas(answer.json()["graph"]) == COMPLETED
    expected = eb.global_completion(graph_from_node_link(CHAIN))
    assert graph_from_node_link(answer.json()["graph"]) == expected


@pytest.mark.parametrize("operator", eb.OPERATORS)
@pytest.mark.parametrize("options", [{}, {"optimum": "cardinality", "method": "syntactic"}, {"fixpoint": True}])
def test_every_operator(client, operator, options):
    """With all its options."""
    answer = solve(client, operator=operator, **options)
    assert answer.status_code == 200, answer.text
    assert set(formulas(answer.json()["graph"])) == set(COMPLETED)


def test_a_graph_with_everything(client):
    """Atoms, weights, constraints and other attributes, nodes that are texts and tuples."""
    graph = {
        "graph": {"atoms": ["s"], "entailment": ["p | q"], "consistency": ["q"], "title": "é"},
        "nodes": [{"id": "a", "formulas": ["~p"], "weights": {"p": 2}, "colour": "red"}, {"id": ["b", 1]}],
        "edges": [{"source": "a", "target": ["b", 1], "weight": 3}],
    }
    found = solve(client, graph).json()["graph"]
    assert [node["id"] for node in found["nodes"]] == ["a", ["b", 1]]
    assert found["nodes"][0]["formulas"] == ["q & ~p"]
    assert found["nodes"][0]["colour"] == "red"
    assert found["graph"]["atoms"] == ["p", "q", "s"]
    assert found["graph"]["title"] == "é"
    assert found["edges"][0]["weight"] == 3


def test_formulas_that_cannot_be_read(client):
    """Line and column, and which formula it is."""
    graph = {"nodes": [{"id": 1, "formulas": ["p", "q &\n& r"]}], "edges": []}
    told = assert_problem(solve(client, graph), 422, "formula-syntax")
    assert (told["line"], told["column"]) == (2, 1)
    assert told["errors"][0]["where"] == "body.graph.nodes.0.formulas.1"


def test_an_inconsistent_node(client):
    """It is named."""
    graph = {"nodes": [{"id": "a", "formulas": ["p", "~p"]}], "edges": []}
    assert assert_problem(solve(client, graph), 422, "inconsistent")["node"] == "a"


@pytest.mark.parametrize(
    ("graph", "status"),
    [
        ({"nodes": [{"id": number} for number in range(51)]}, 422),
        ({"nodes": [{"id": 1, "formulas": ["~" * 1000 + "p"]}]}, 422),
        ({"nodes": [{"id": 1, "formulas": ["p & " * 10000 + "p"]}]}, 422),
        ({"nodes": [{"id": 1, "formulas": ["(" * 150 + "p"]}]}, 422),
        ({"nodes": [{"id": 1}, {"id": 1}]}, 422),
        ({"nodes": [{"id": 1}], "edges": [{"source": 1, "target": 2}]}, 422),
        ({"nodes": [{"id": 1, "formulas": ["__import__('os').abort()"]}]}, 422),
        ({"nodes": [{"id": 1.5}]}, 422),
        ({"nodes": [{"name": 1}]}, 422),
        ({"nodes": 1}, 422),
        ([], 422),
        ("graph.json", 422),
    ],
)
def test_graphs_that_are_refused(client, graph, status):
    """Too large, or no graphs."""
    assert_problem(solve(client, graph), status)


def test_options_that_are_refused(client):
    """Unknown ones, and those that do not go together."""
    assert_problem(solve(client, operator="sum"), 422, "invalid")
    assert_problem(solve(client, steps=2, fixpoint=True), 422, "option")
    assert_problem(solve(client, steps=-1), 422, "invalid")
    assert_problem(solve(client, time_limit=float(10**10)), 422, "invalid")
    assert_problem(solve(client, file="/etc/passwd"), 422, "invalid")
    told = assert_problem(solve(client, operator="simpel"), 422, "invalid")
    assert re.search(r"operator: input should be 'global', .* \(did you mean 'simple'\?\)$", told["detail"])
    assert_problem(client.post("/v1/solve", json={"operator": "global"}), 422, "invalid")


def test_time_limit(client):
    """The client's, but not longer than the server's."""
    told = assert_problem(solve(client, ENDLESS, time_limit=0.2), 422, "time-limit")
    assert told["seconds"] == 0.2
    assert "completed" in told
    with pytest.MonkeyPatch.context() as patch:
        settings = client.app.state.context.settings.model_copy(update={"solve_seconds": 0.2})
        patch.setattr(client.app.state.context.jobs.immediate, "_settings", settings)
        assert assert_problem(solve(client, ENDLESS, time_limit=1000), 422, "time-limit")["seconds"] == 0.2


def test_waiting_for_a_turn(client):
    """When others compute for too long it is refused, and it is said when to come back."""
    fork_server = client.app.state.context.jobs.processes.pid
    answers = []
    long = threading.Thread(target=lambda: answers.append(solve(client, ENDLESS)))
    process, _ = new_child(fork_server, long.start)
    refused = solve(client)
    assert_problem(refused, 503, "unavailable")
    assert int(refused.headers["retry-after"]) >= 1
    os.kill(process, signal.SIGKILL)
    long.join()
    assert_problem(answers[0], 503, "worker-failed")
    assert solve(client).status_code == 200


def test_many_at_once(client):
    """They take turns."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(solve(client).status_code)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 5


def test_a_process_that_is_lost(client):
    """The request is answered with 503, and the next one works."""
    fork_server = client.app.state.context.jobs.processes.pid
    answers = []
    lost = threading.Thread(target=lambda: answers.append(solve(client, ENDLESS)))
    process, _ = new_child(fork_server, lost.start)
    os.kill(process, signal.SIGKILL)
    lost.join()
    assert_problem(answers[0], 503, "worker-failed")
    assert solve(client).status_code == 200
