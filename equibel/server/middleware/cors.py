"""Middleware for CORS: requests of web pages of the listed origins."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from equibel.server.http.error_handlers import answer
from equibel.server.http.problems import Forbidden

_SENT = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "X-Request-ID",
]
_SHOWN = [
    "ETag",
    "Equibel-Status",
    "Location",
    "Preference-Applied",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
]


class Cors(CORSMiddleware):
    """What the browser asks before a page's request is answered by the list of origins."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        super().__init__(
            app, origins, ["GET", "PUT", "POST", "DELETE"], allow_headers=_SENT, expose_headers=_SHOWN, max_age=600
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer; a refusal is a problem as everywhere."""
        response = super().preflight_response(request_headers)
        if response.status_code < 400:
            return Response(status_code=204, headers={k: v for k, v in response.headers.items() if k != "content-length"})
        return answer({}, Forbidden("origin, method or header not allowed; see --cors-origin"))
