"""Middleware for headers: security headers in every answer, and HEAD, which is answered with the headers of GET."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equibel.server.middleware.asgi import with_headers

#: What an answer may load when a browser shows it: nothing.
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


class SecurityHeaders:
    """Adds the headers to every answer that does not have its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        def add(headers: MutableHeaders, status: int) -> None:
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)

        await self.app(scope, receive, with_headers(send, add) if scope["type"] == "http" else send)


class Head:
    """Lets the routes of GET answer HEAD as well, which every server has to take (RFC 9110, section 9.1)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        ended = False

        async def sending(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not ended:
                ended = True  # an answer that would go on, such as a stream of events, is told so by `receive`
                await send({"type": "http.response.body", "body": b""})

        inner = {**scope, "method": "GET"}
        try:
            await self.app(inner, receive, sending)
        finally:
            scope["route"] = inner.get("route")  # for the log
