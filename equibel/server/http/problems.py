"""Problem details (RFC 9457, ``application/problem+json``): the errors of the server and of the library as data.

A `Refusal` is an error of the server itself; the errors of the library keep their data.  `problem_details` turns either into
`ProblemDetails`, for an answer or for a job that failed.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from equibel import errors
from equibel.errors import EquibelError
from equibel.plain import is_long, show

MEDIA_TYPE = "application/problem+json"

_LONGEST = 10_000  # characters of a text that is told
_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}  # by RFC 9110; Python says so from 3.13 on


def reason_phrase(status: int) -> str:
    """The usual words for an HTTP status (RFC 9110).

    >>> reason_phrase(404), reason_phrase(413)
    ('Not Found', 'Content Too Large')
    """
    return _RENAMED.get(status) or HTTPStatus(status).phrase


class Refusal(EquibelError):
    """The server does not do what was asked; ``status`` is the answer's, ``headers`` and other data go with it.

    Examples
    --------
    >>> raise NotFound("workspace 'a' not found", name="a")
    Traceback (most recent call last):
    equibel.server.http.problems.NotFound: workspace 'a' not found
    """

    status = 400
    kind = "bad-request"
    title = "Bad Request"
    headers: dict[str, str]

    def __init__(self, message: str, *, headers: dict[str, str] | None = None, **data: Any) -> None:
        super().__init__(message, **data)
        self.headers = headers or {}

    @property
    def data(self) -> dict[str, Any]:
        """What is told besides the message."""
        return {name: value for name, value in vars(self).items() if name != "headers"}


class Unauthorized(Refusal):
    """No key that is known, 401."""

    status, kind, title = 401, "unauthorized", "Unauthorized"


class Forbidden(Refusal):
    """Not from there, 403."""

    status, kind, title = 403, "forbidden", "Forbidden"


class NotFound(Refusal):
    """Nothing there, 404."""

    status, kind, title = 404, "not-found", "Not Found"


class MethodNotAllowed(Refusal):
    """Not with this method, 405."""

    status, kind, title = 405, "method-not-allowed", "Method Not Allowed"


class RequestTimeout(Refusal):
    """The request did not arrive, 408."""

    status, kind, title = 408, "request-timeout", "Request Timeout"


class Conflict(Refusal):
    """It does not go with what there is, 409."""

    status, kind, title = 409, "conflict", "Conflict"


class PreconditionFailed(Refusal):
    """It was changed in the meantime, 412."""

    status, kind, title = 412, "precondition-failed", "Precondition Failed"


class TooLarge(Refusal):
    """The body, or a formula, is too large, 413; ``limit`` says what would not be."""

    status, kind, title = 413, "too-large", "Content Too Large"


class UnsupportedMediaType(Refusal):
    """The body is of another kind than expected, 415."""

    status, kind, title = 415, "unsupported-media-type", "Unsupported Media Type"


class Invalid(Refusal):
    """What was asked makes no sense, 422; ``errors`` lists ``where`` and ``problem``."""

    status, kind, title = 422, "invalid", "Unprocessable Content"


class OverLimit(Refusal):
    """A limit of the server is exceeded, 422: ``limit`` is its name or value and ``value`` what was met."""

    status, kind, title = 422, "over-limit", "Limit exceeded"


class TooMany(Refusal):
    """Too many requests, or jobs, 429; the header ``Retry-After`` says when to come back."""

    status, kind, title = 429, "too-many", "Too Many Requests"


class Unavailable(Refusal):
    """Not now, 503."""

    status, kind, title = 503, "unavailable", "Service Unavailable"


# The library's errors, special ones before general ones: status, kind, title, and the data that is told.
_KNOWN: list[tuple[type[EquibelError], int, str, str, tuple[str, ...]]] = [
    (errors.FormulaSyntaxError, 422, "formula-syntax", "Formula syntax error", ("line", "column", "expected")),
    (errors.FormulaTooLargeError, 413, "formula-too-large", "Formula too large", ("bound", "value")),
    (errors.NotAFormulaError, 422, "not-a-formula", "Not a formula", ()),
    (errors.UnknownNodeError, 404, "unknown-node", "Node not found", ("node",)),
    (errors.UnknownFormulaError, 404, "unknown-formula", "Formula not found", ("node", "formula")),
    (errors.EquibelGraphException, 422, "graph", "Graph error", ()),
    (
        errors.ConstraintClashError,
        422,
        "constraint-clash",
        "Constraints not satisfiable",
        ("node", "formula", "formulas", "constraints"),
    ),
    (errors.InconsistentFormulaError, 422, "inconsistent", "Inconsistent node", ("node", "formula", "formulas")),
    (errors.OptionError, 422, "option", "Invalid option", ("option", "value", "expected")),
    (errors.TimeLimitExceeded, 422, "time-limit", "Time limit exceeded", ("seconds", "completed", "rounds")),
    (errors.Cancelled, 409, "cancelled", "Cancelled", ()),
    (errors.ExecutorError, 503, "worker-failed", "Worker process failed", ()),
    (errors.FileFormatError, 422, "format", "Invalid file format", ("line", "column")),
    (errors.FileAccessError, 503, "storage", "Storage unavailable", ()),
    (errors.UnknownNameError, 404, "unknown-name", "Name not found", ("name", "known")),
    (errors.NameTakenError, 409, "name-taken", "Name already in use", ("name",)),
    (errors.NameInUseError, 409, "name-in-use", "Results depend on it", ("name", "results")),
    (errors.CycleError, 409, "cycle", "Circular derivation", ("names",)),
    (errors.VersionConflict, 412, "version-conflict", "Version conflict", ("name", "expected", "actual")),
    (errors.WorkspaceError, 409, "workspace", "Workspace error", ()),
]


class FieldProblem(BaseModel):
    """An invalid field of a request."""

    where: str = Field(description="Such as `body.graph.nodes.0.id` or `query.limit`.")
    problem: str


class ProblemDetails(BaseModel):
    """An error; what else is known about it, such as `line` and `column`, stands beside these fields."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:equibel:formula-syntax",
                    "title": "Formula syntax error",
                    "status": 422,
                    "detail": "line 1, column 4: the formula ends too early; expected an atom, …",
                    "line": 1,
                    "column": 4,
                }
            ]
        },
    )

    type: str = Field(description="The kind of error: `urn:equibel:` and a name.")
    title: str = Field(description="The usual name of the error.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="The message for people.")
    request_id: str | None = Field(None, description="The id of the request in the server's log.")
    line: int | None = Field(None, description="The line of a text that cannot be read, from 1.")
    column: int | None = Field(None, description="The column of a text that cannot be read, from 1.")
    node: int | str | None = Field(None, description="The node concerned.")
    errors: list[FieldProblem] | None = Field(None, description="The invalid fields of the request.")

    def data(self) -> dict[str, Any]:
        """As JSON data, without what is not known."""
        return self.model_dump(mode="json", exclude_none=True)


def problem_details(error: BaseException) -> ProblemDetails:
    """What is told about an error.  What nobody has foreseen is an internal error, without details.

    Examples
    --------
    >>> from equibel import parse_formula
    >>> try:
    ...     parse_formula("p &")
    ... except EquibelError as error:
    ...     found = problem_details(error)
    >>> found.status, found.type, found.line, found.column
    (422, 'urn:equibel:formula-syntax', 1, 4)
    >>> problem_details(ZeroDivisionError("secret")).detail
    'internal error; logged under the request_id of this answer'
    """
    if isinstance(error, Refusal):
        return _make(error.kind, error.title, error.status, str(error), error.data)
    for cls, status, kind, title, names in _KNOWN:
        if isinstance(error, cls):
            return _make(kind, title, status, str(error), {name: getattr(error, name, None) for name in names})
    return _make(
        "internal",
        "Internal Server Error",
        500,
        "internal error; logged under the request_id of this answer",
        {},
    )


def _make(kind: str, title: str, status: int, detail: str, data: dict[str, Any]) -> ProblemDetails:
    told = {name: _plain(value) for name, value in data.items() if value is not None}
    if not isinstance(told.get("node"), int | str | None):
        told["node"] = str(told["node"])
    return ProblemDetails(type=f"urn:equibel:{kind}", title=title, status=status, detail=_printable(detail), **told)


def _plain(value: Any) -> Any:
    """As JSON data: nodes and numbers as they are, everything else as text."""
    if value is None or isinstance(value, bool | int):
        return show(value) if isinstance(value, int) and is_long(value) else value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, dict):
        return {_printable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return _printable(str(value))


def _printable(text: str) -> str:
    """A text that can be encoded, which half of a character cannot, and is of bounded length."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the ``responses=`` of a route: these statuses answer with `ProblemDetails`.

    Those that any route may answer with need not be named: 401, 413, 415, 422, 429, 500 and 503.
    """
    return {
        status: {
            "description": reason_phrase(status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in statuses
    }
