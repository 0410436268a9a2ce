"""Helper functions of the middleware."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

PROBES = {"/healthz", "/readyz"}  # asked for by machines every few seconds


def state(scope: Scope) -> dict[str, Any]:
    """What is noted about a request: its ``request_id``, its ``client`` …; routes see it as ``request.state``."""
    noted: dict[str, Any] = scope.setdefault("state", {})
    return noted


def header(scope: Scope, name: bytes) -> str | None:
    """A header of the request, ``None`` when there is none, or several."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def address(scope: Scope) -> str:
    """The address of the client."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def with_headers(send: Send, add: Callable[[MutableHeaders, int], None]) -> Send:
    """Like ``send``; ``add`` gets the headers of the answer and its status before they are sent."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            add(MutableHeaders(scope=message), message["status"])
        await send(message)

    return sending


async def discard(receive: Receive, most: int, seconds: float) -> None:
    """Receive what is left of a body and drop it: up to ``most`` bytes, and not for longer than said."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while most >= 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
