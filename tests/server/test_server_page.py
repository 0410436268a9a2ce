"""What docs/SERVER.md shows works, in the order in which it stands there."""

import json
import re
import shlex
from pathlib import Path

import pytest
from serving import Running
from test_readme import fenced_blocks

PAGE = (Path(__file__).parents[2] / "docs" / "SERVER.md").read_text(encoding="utf-8")
SHOWN = [block for block in fenced_blocks(PAGE) if "curl" in block.text]

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What every command printed, by the line it ends with: status, headers and body."""
    answers, variables = [], {}
    with Running(tmp_path_factory.mktemp("page")) as server:
        for block in SHOWN:
            text = block.text if block.language == "bash" else block.text.split("\n{")[0].removeprefix("$ ")
            for command in re.split(r"\n(?=curl|tag=)", text.replace("\\\n", " ")):
                name, _, call = re.fullmatch(r"(?:(\w+)=\$(\())?(.*)", command.strip(), re.DOTALL).groups()
                call = call.partition(" | sed")[0] if name else call
                answers.append(curl(server, call, variables))
                if name:
                    variables[name] = answers[-1][1]["etag"]
                if answers[-1][1]["location"] and "/jobs/" in answers[-1][1]["location"]:
                    variables["id"] = answers[-1][1]["location"].rpartition("/")[2]
    return answers


def curl(server, command, variables):
    """Do what curl does with the few options that the page uses."""
    for name, value in variables.items():
        command = command.replace(f"${name}", value.replace('"', '\\"'))
    word, *arguments = shlex.split(command)
    assert word == "curl"
    method, body, headers, path = None, None, {}, None
    while arguments:
        match arguments.pop(0):
            case "-X":
                method = arguments.pop(0)
            case "-d":
                body = arguments.pop(0)
            case "-H":
                name, _, value = arguments.pop(0).partition(": ")
                headers[name] = value
            case "-sI":
                method = "HEAD"
            case "-N":
                pass
            case url:
                host, _, path = url.partition("/")
                assert host == "localhost:8000"
    return server.ask(method or ("POST" if body else "GET"), f"/{path}", body, **headers)


def test_everything_is_answered_well(told):
    """But for the formula that is shown because it is wrong."""
    assert len(told) >= 9
    assert [status for status, *_ in told if status >= 300] == [422]


def test_what_is_said_about_the_answers(told):
    """What the agents believe in the end, and the error with its place."""
    answers = [json.loads(body) for _, headers, body in told if body and "json" in headers["content-type"]]
    query, job, shared = answers[2:5]
    assert query == {"answer": True}
    assert job["status"] == "done"
    assert {node["id"]: node["formulas"] for node in shared["nodes"]} == {1: ["p & q"], 2: ["q"], 3: ["q & ~p"]}
    wrong = next(answer for answer in answers if answer.get("status") == 422)
    shown = re.search(r'^\{"type": "(\S+)", "title": "([^"]*)".*"line": (\d), "column": (\d)', PAGE, re.MULTILINE).groups()
    assert (wrong["type"], wrong["title"], str(wrong["line"]), str(wrong["column"])) == shown


def test_the_routes_are_there(told):
    """Every route that the page names is one, and no kind of route is missing."""
    from equibel.server import create_app

    paths = set(create_app().openapi()["paths"])
    named = set(re.findall(r"`[A-Z ]*(/[a-z0-9{}/]+)`", PAGE)) - {"/docs"}
    prefix = "/v1/workspaces/{w}"
    named |= {f"{prefix}{tail}" for tail in re.findall(r"`…(/(?:graphs/\{g\}|results/\{r\}|undo|redo))`", PAGE)}
    assert named <= paths | {"/openapi.json"}
    assert {path for path in paths if path.count("/") <= 3} <= named
