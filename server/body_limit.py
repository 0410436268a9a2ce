"""Middleware: bodies have a size and have to arrive."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equibel.server.answers import answer
from equibel.server.asgi import discard, header
from equibel.server.problems import RequestTimeout, TooLarge

_PATIENCE = 30.0  # seconds to wait for the next piece of a body
_LISTEN = 10  # as many times the limit are received all the same


class BodyLimit:
    """Refuses a body that is larger than ``limit`` bytes, by its ``Content-Length`` or as it arrives, with 413.

    A client that is still sending would not hear the refusal, so a body that is not far too large is received and
    dropped before.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = header(scope, b"content-length") or ""
        # Digits are few enough to be read as an integer, or else it is too large anyway.
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > self.limit):
            await discard(scope, receive, _LISTEN * self.limit)
            await answer(scope, self._refusal())(scope, receive, send)
            return
        size, complete = 0, False

        async def receiving() -> Message:
            nonlocal size, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout(_PATIENCE):
                    message = await receive()
            except TimeoutError:
                raise RequestTimeout(f"the body did not go on arriving within {_PATIENCE:.0f} seconds") from None
            if message["type"] == "http.request":
                size += len(message.get("body", b""))
                complete = not message.get("more_body", False)
                if size > self.limit:
                    if not complete:
                        await discard(scope, receive, _LISTEN * self.limit)
                    raise self._refusal()
            return message

        await self.app(scope, receiving, send)

    def _refusal(self) -> TooLarge:
        return TooLarge(f"the body has more than {self.limit} bytes", limit=self.limit)
