"""The OpenAPI document: complete, and what it says is what happens."""

import pytest
from server_client import assert_problem, operations, server


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("openapi")) as client:
        yield client


def test_the_methods_there_are(client):
    """405 names all methods of a path, not only those of its first route."""
    paths = client.app.openapi()["paths"]
    for path, methods in paths.items():
        answer = client.request("PATCH", path.replace("{", "").replace("}", ""))
        assert_problem(answer, 405, "method-not-allowed")
        assert set(answer.headers["allow"].split(", ")) == {
            allowed for method in methods for allowed in ([method.upper(), "HEAD"] if method == "get" else [method.upper()])
        }


def test_everything_is_documented(client):
    """Every operation has a summary, tags and an id of its own, and its refusals are problems."""
    ids = []
    for method, path, operation in operations(client):
        ids.append(operation["operationId"])
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                reference = response.get("$ref", "").rpartition("/")[2]
                response = client.app.openapi()["components"]["responses"][reference] if reference else response
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)
    assert len(ids) == len(set(ids))


def test_a_query_is_described(client):
    """A node may be a text; each question says what it asks, and which formula could stand there."""
    fields = client.app.openapi()["components"]["schemas"]["Query"]["properties"]
    assert {option["type"] for option in fields["node"]["anyOf"]} >= {"integer", "string"}
    assert fields["entails"]["description"].startswith("Is this true in all models of the node")
    assert fields["entails"]["examples"] == ["p | q"]
    assert fields["consistent_with"]["type"] == "string"
    assert not any("default" in field for field in fields.values())
