"""Middleware: where a request ends is certain, or else its connection ends."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equibel.server.answers import answer
from equibel.server.asgi import discard
from equibel.server.problems import Refusal

_LISTEN = 10  # as many times the limit of a body are received to the end
_TIMEOUT = 408


class Framing:
    """Refuses a request that says twice how long its body is, and closes the connection on which a body is left.

    What is sent after such a request could be taken for another one, by this server or by a proxy before it.

    A client that is still sending would not hear an answer, so a body that nobody has read is received and dropped before
    the answer, unless it is far too large or slow.  Then the connection is closed after the answer.

    Parameters
    ----------
    app : callable
        The application.
    limit : int
        The size of a body, in bytes.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        lengths = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
        complete = b"transfer-encoding" not in lengths and lengths.get(b"content-length", b"0").strip(b"0") == b""
        refusal = _refusal(scope, lengths)

        async def receiving() -> Message:
            nonlocal complete
            message = await receive()
            complete = complete or (message["type"] == "http.request" and not message.get("more_body", False))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not complete:
                if message["status"] != _TIMEOUT:
                    await discard(scope, receiving, _LISTEN * self.limit)
                if refusal is not None or not complete:
                    message.setdefault("headers", [])
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        if refusal is not None:
            await answer(scope, refusal)(scope, receiving, sending)
        else:
            await self.app(scope, receiving, sending)


def _refusal(scope: Scope, lengths: dict[bytes, bytes]) -> Refusal | None:
    """Why nobody knows where the request ends (RFC 9112, section 6.1)."""
    if len(lengths) == 2:
        return Refusal("a request has either 'Content-Length' or 'Transfer-Encoding', and not both")
    if b"transfer-encoding" in lengths and scope.get("http_version") == "1.0":
        return Refusal("there is no 'Transfer-Encoding' in HTTP/1.0; send 'Content-Length', or HTTP/1.1")
    return None
