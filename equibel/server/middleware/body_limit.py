"""Middleware for request bodies: limits on size and time, and no compression."""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equibel.server.http.error_handlers import answer
from equibel.server.http.problems import Refusal, RequestTimeout, TooLarge, UnsupportedMediaType
from equibel.server.middleware.asgi import header

_PATIENCE = 30.0  # seconds to wait for the next piece of a body
_WHOLE = 300.0  # seconds to wait for all of it


class BodyLimit:
    """Refuses a body that is larger than ``limit`` bytes, by its ``Content-Length`` or as it arrives, with 413.

    A compressed one is refused with 415, and one that does not arrive with 408.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await answer(scope, refusal)(scope, receive, send)
            return
        size, complete = 0, False
        until = time.monotonic() + _WHOLE

        async def receiving() -> Message:
            nonlocal size, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout(min(_PATIENCE, until - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                limits = f"at most {_PATIENCE:.0f} seconds between two parts of it, {_WHOLE:.0f} for all"
                raise RequestTimeout(f"timeout while receiving the body: {limits}") from None
            if message["type"] == "http.request":
                size += len(message.get("body", b""))
                complete = not message.get("more_body", False)
                if size > self.limit:
                    raise self._too_large()
            return message

        await self.app(scope, receiving, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Why a body is refused before it is received."""
        codings = {value.strip().lower() for name, value in scope["headers"] if name == b"content-encoding"}
        if codings - {b"", b"identity"}:
            problem = "'Content-Encoding' is not supported; send the body uncompressed"
            return UnsupportedMediaType(problem, headers={"Accept-Encoding": "identity"})
        declared = header(scope, b"content-length") or ""
        # Digits are few enough to be read as an integer, or else it is too large anyway.
        return self._too_large() if declared.isdecimal() and (len(declared) > 18 or int(declared) > self.limit) else None

    def _too_large(self) -> TooLarge:
        return TooLarge(f"limit of {self.limit} bytes for the request body exceeded", limit=self.limit)
