"""The OpenAPI document: the routes as FastAPI describes them, and the errors and security that all of them share."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from equibel.server.http.problems import MEDIA_TYPE, ProblemDetails, reason_phrase

#: The paths that need no API key.
PUBLIC = re.compile(r"/(healthz|readyz|openapi\.json|docs(/[a-z.-]*)?)?")

DESCRIPTION = """
Workspaces of graphs whose nodes believe formulas, and the operators of consistency-based belief change on them.

* Graphs are networkx node-link data: `{"nodes": [{"id": 1, "formulas": ["p & q"]}], "edges": [{"source": 1, "target": 2}]}`.
* Every error is `application/problem+json`; those of formulas have `line` and `column`.
* What changes has an `ETag`; send it back as `If-Match`, and a change is refused with 412 when somebody else was faster.
* Short work is done within a request; long work is a job, which can be watched and cancelled.
"""

# What any request may be answered with, besides what its route says.
_ALWAYS = (401, 403, 422, 429, 500, 503)
_WITH_BODY = (408, 413, 415)
_PROBES = (500, 503)


def document(app: FastAPI, *, with_keys: bool) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _document(app, with_keys)
    return app.openapi_schema


def _document(app: FastAPI, with_keys: bool) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary="What the agents of a network believe once they have shared their beliefs.",
        description=DESCRIPTION.strip(),
        routes=app.routes,
        license_info={"name": "MIT"},
    )
    parts = found.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["ProblemDetails"] = problem
    parts["responses"] = {
        f"Problem{status}": {
            "description": reason_phrase(status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in {*_ALWAYS, *_WITH_BODY}
    }
    if with_keys:
        parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "An API key of the server."}}
    for path, operations in found["paths"].items():
        for operation in operations.values():
            _complete(path, operation, with_keys)
    return found


def _complete(path: str, operation: dict[str, Any], with_keys: bool) -> None:
    """Add the responses and the security that all operations share."""
    public = PUBLIC.fullmatch(path) is not None
    if with_keys:
        operation["security"] = [] if public else [{"key": []}]
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]  # the framework's own
    statuses = _PROBES if public else (*_ALWAYS, *_WITH_BODY)
    for status in statuses:
        responses.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
    operation["responses"] = dict(sorted(responses.items()))
