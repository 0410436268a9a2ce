"""Middleware for the request log: an id for every request, a log line and metrics when it is done."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from equibel.server.logs import REQUEST_ID
from equibel.server.metrics import Metrics
from equibel.server.middleware.asgi import PROBES, address, header, state, with_headers

log = logging.getLogger("equibel.server.requests")

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"}
_GONE = 499  # for the log: the client left before there was an answer


class RequestLog:
    """Notes the request's id, from ``X-Request-ID`` where that is well formed, and answers with it.

    Neither headers nor bodies nor query strings are logged.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        shown = header(scope, b"x-request-id")
        request_id = shown if shown and _ID.fullmatch(shown) else uuid.uuid4().hex
        state(scope)["request_id"] = request_id
        answered = _GONE

        def add(headers: MutableHeaders, status: int) -> None:
            nonlocal answered
            answered = status
            headers["X-Request-ID"] = request_id

        token = REQUEST_ID.set(request_id)
        began = time.perf_counter()
        try:
            await self.app(scope, receive, with_headers(send, add))
        finally:
            self._done(scope, answered, time.perf_counter() - began)
            REQUEST_ID.reset(token)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        # The pattern of the route, not the path: there may be any number of paths.
        route = str(getattr(scope.get("route"), "path", "none"))
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.metrics.request(method, route, status, seconds)
        client = state(scope).get("client")
        level = logging.DEBUG if scope["path"] in PROBES else logging.INFO
        log.log(
            level,
            "%s %s %d",
            method,
            scope["path"][:500],
            status,
            extra={
                "data": {
                    "method": method,
                    "path": scope["path"][:500],
                    "route": route,
                    "status": status,
                    "milliseconds": round(1000 * seconds, 1),
                    "key": client.name if client else None,
                    "address": address(scope),
                }
            },
        )
