"""Exception handlers: every error becomes an ``application/problem+json`` answer."""

from __future__ import annotations

import json
import logging
import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equibel.errors import EquibelError, suggestion
from equibel.server.http import problems
from equibel.server.http.problems import MEDIA_TYPE, Invalid, Refusal, problem_details

log = logging.getLogger("equibel.server")

_PLACES = 20  # at most so many problems of a request are told

_KINDS: dict[int, type[Refusal]] = {
    cls.status: cls
    for cls in (problems.NotFound, problems.MethodNotAllowed, problems.TooLarge, problems.UnsupportedMediaType)
}


def answer(scope: Scope, error: BaseException) -> Response:
    """The answer for an error."""
    told = problem_details(error)
    told.request_id = scope.get("state", {}).get("request_id")
    headers = dict(error.headers) if isinstance(error, Refusal) else {}
    if told.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", "5")
    if told.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, Refusal):
        log.error("%s: %s", type(error).__name__, error if isinstance(error, EquibelError) else "", exc_info=error)
    body = json.dumps(told.data(), allow_nan=False).encode()
    return Response(body, told.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let the application tell errors as problems."""

    async def known(request: Request, error: Exception) -> Response:
        return answer(request.scope, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request.scope, _invalid(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request.scope, _of_http(app, request, error))

    app.add_exception_handler(EquibelError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


class Unexpected:
    """Middleware that answers unexpected exceptions with 500 and logs their traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            return  # in the middle of its request: there is nobody to answer, and nothing has gone wrong
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            await answer(scope, error)(scope, receive, send)


def _invalid(error: RequestValidationError) -> Invalid:
    """The problems of a request, without repeating what it said."""
    places = [
        {"where": ".".join(str(part) for part in one["loc"])[:200], "problem": _words(one)}
        for one in error.errors()[:_PLACES]
    ]
    summary = "; ".join(f"{place['where']}: {place['problem']}" for place in places[:3])
    return Invalid(summary or "invalid request", errors=places)


def _words(one: dict[str, Any]) -> str:
    if one["type"] == "extra_forbidden":
        return "unknown field"
    words = str(one["msg"]).removeprefix("Value error, ")
    if one["type"] == "literal_error" and isinstance(one["input"], str):
        words += suggestion(one["input"][:100], re.findall(r"'([^']*)'", one["ctx"]["expected"]))
    return words[:1].lower() + words[1:]


def _of_http(app: FastAPI, request: Request, error: HTTPException) -> Refusal:
    """The errors of the framework itself, such as an unknown path."""
    headers = dict(error.headers or {})
    path = request.url.path[:200]
    match error.status_code:
        case 404:
            message = f"no resource at {path}"
        case 405:
            allowed = ", ".join(_methods(app, request))
            headers["Allow"] = allowed
            message = f"method {request.method} not allowed for {path}; allowed: {allowed}"
        case _:
            message = str(error.detail)
    kind = _KINDS.get(error.status_code, Refusal)
    refusal = kind(message, headers=headers)
    if kind is Refusal:
        refusal.status, refusal.title = error.status_code, problems.reason_phrase(error.status_code)
    return refusal


def _methods(app: FastAPI, request: Request) -> list[str]:
    """All methods that there are for a path: the framework names those of the first route only."""
    found = [
        method
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in app.router.routes)
    ]
    return [*found, "HEAD"] if "GET" in found else found
