"""Every error is a problem: the framework's, the library's, and those nobody has foreseen."""

import json

import pytest
from fastapi import APIRouter
from server_client import assert_problem, server

from equibel import errors, parse_formula
from equibel.errors import EquibelError, FormulaSyntaxError
from equibel.server.http import problems
from equibel.server.http.problems import ProblemDetails, Refusal, problem_details, reason_phrase
from equibel.server.http.strict_json import JsonRoute

router = APIRouter(route_class=JsonRoute)


@router.get("/parse")
def parse(formula: str) -> None:
    parse_formula(formula)


@router.get("/broken")
def broken() -> None:
    raise ZeroDivisionError("the secret")


@router.get("/broken-later")
async def broken_later() -> dict[str, int]:
    raise RecursionError("the secret")


@router.get("/unwell")
def unwell() -> dict[str, int]:
    return {"answer": object()}


@router.get("/number/{number}")
def number(number: int, limit: int = 1) -> int:
    return number * limit


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("problems"), router=router) as client:
        yield client


def subclasses(cls):
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def bare(cls):
    """An error of that class with a message and nothing else."""
    error = cls.__new__(cls)
    Exception.__init__(error, "what is wrong")
    return error


# But those of the shell, which the server has nothing to do with.
LIBRARY = {cls for cls in subclasses(EquibelError) if not cls.__module__.startswith("equibel.shell")}


@pytest.mark.parametrize("cls", sorted(LIBRARY, key=lambda cls: cls.__name__))
def test_the_librarys_errors_are_known(cls):
    """Each has a status that blames the right side; only what nobody can help is an internal error."""
    told = problem_details(bare(cls))
    mistakes = {errors.EncodingError}
    if cls in mistakes:
        assert told.status == 500
        assert "what is wrong" not in told.detail
    else:
        assert told.status in {400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 503}
        assert told.detail == "what is wrong"
    assert json.loads(json.dumps(told.data()))["status"] == told.status


def test_kinds_are_told_apart():
    """No two kinds of refusal have one name, so clients can rely on ``type``."""
    kinds = [cls.kind for cls in Refusal.__subclasses__() if cls.__module__ == problems.__name__]
    kinds += [kind for _, _, kind, *_ in problems._KNOWN]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("cls", [cls for cls in Refusal.__subclasses__() if cls is not problems.OverLimit])
def test_titles_are_those_of_http(cls):
    """The title of a refusal is the reason phrase of its status (RFC 9110); once each was a sentence of its own."""
    if cls.__module__ == problems.__name__:
        assert cls.title == reason_phrase(cls.status)


@pytest.mark.parametrize(
    ("status", "title"), [(413, "Content Too Large"), (422, "Unprocessable Content"), (412, "Precondition Failed")]
)
def test_reason_phrases_are_those_of_the_standard(status, title):
    """Python's own names for two of them are older than RFC 9110 until version 3.13."""
    assert reason_phrase(status) == title


@pytest.mark.parametrize(
    "value", [("a", 1), {"a": {1, 2}}, float("nan"), float("inf"), object, None, "\ud800", [b"x", "x" * 10], 10**400]
)
def test_data_of_any_kind_can_be_told(value):
    """Nodes and values may be anything; what is told is JSON that can be sent."""
    told = problem_details(errors.OptionError("no", option="o", value=value, expected="e"))
    json.dumps(told.data(), allow_nan=False).encode()
    told = problem_details(errors.UnknownNodeError("no node", node=value))
    json.dumps(told.data(), allow_nan=False).encode()
    assert ProblemDetails.model_validate_json(json.dumps(told.data())).status == 404


def test_a_formula_has_its_place(client):
    """The line and the column are data, not only words."""
    told = assert_problem(client.get("/parse", params={"formula": "p &\nq q"}), 422, "formula-syntax")
    assert (told["line"], told["column"]) == (2, 3)
    with pytest.raises(FormulaSyntaxError) as raised:
        parse_formula("p &\nq q")
    assert told["expected"] == raised.value.expected


@pytest.mark.parametrize("path", ["/broken", "/broken-later", "/unwell"])
def test_mistakes_of_the_server(client, path, caplog):
    """The answer has the request's id and no details; the log has both."""
    answer = client.get(path, headers={"X-Request-ID": "the-request"})
    told = assert_problem(answer, 500, "internal")
    assert told["request_id"] == answer.headers["x-request-id"] == "the-request"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    assert [record.exc_info for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/healthz/", 404),
        ("GET", "/docs/../etc/passwd", 404),
        ("GET", "/%00", 404),
        ("GET", "/number/x", 422),
        ("GET", "/number/3?limit=x", 422),
        ("GET", "/number/" + "9" * 5000, 422),
        ("POST", "/healthz", 405),
        ("BREW", "/healthz", 405),
        ("OPTIONS", "/healthz", 405),
    ],
)
def test_what_the_framework_refuses(client, method, path, status):
    """It is told like everything else."""
    assert_problem(client.request(method, path), status)
