"""Middleware for message framing: ambiguous requests are refused, and connections with an unread body are closed."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equibel.server.http.error_handlers import answer
from equibel.server.http.problems import Refusal
from equibel.server.middleware.asgi import discard

_LISTEN = 10  # as many times the limit of a body are received to the end
_PATIENCE = 10.0  # seconds for that
_PARTING = 2.0  # seconds to listen to a client that is still sending, so that it hears the answer
_UNBOUNDED = 2**62  # bytes
_TIMEOUT = 408


class Framing:
    """Refuses a request that says twice how long its body is, and closes the connection on which a body is left.

    What is sent after such a request could be taken for another one, by this server or by a proxy before it.

    A client that is still sending does not listen.  So a body that nobody has read is received and dropped before the
    answer, unless it is far too large or slow: then the connection is closed a moment after the answer.

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
        body = _Body(scope, receive)
        refusal = body.refusal()
        most = _LISTEN * self.limit
        closing = refusal is not None

        async def sending(message: Message) -> None:
            nonlocal closing
            if message["type"] == "http.response.start" and not body.complete:
                if message["status"] != _TIMEOUT and body.is_coming(most):
                    await discard(body.receive, most, _PATIENCE)
                closing = closing or not body.complete
            if closing and message["type"] == "http.response.start":
                message.setdefault("headers", [])
                MutableHeaders(scope=message)["Connection"] = "close"
            elif closing and not body.complete and not message.get("more_body", False):
                await send({**message, "more_body": True})
                if not body.is_announced:
                    await discard(body.receive, _UNBOUNDED, _PARTING)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        if refusal is not None:
            await answer(scope, refusal)(scope, body.receive, sending)
        else:
            await self.app(scope, body.receive, sending)


class _Body:
    """The body of a request: what the headers say of it, and whether all of it has been received."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = scope["headers"]
        self._receive = receive
        self._lengths = [value for name, value in headers if name == b"content-length"]
        self._chunked = any(name == b"transfer-encoding" for name, _ in headers)
        self._version = scope.get("http_version")
        #: Whether the client waits for a word before it sends the body.
        self.is_announced = any(name == b"expect" for name, _ in headers)
        self.complete = not self._chunked and not any(value.strip(b"0") for value in self._lengths)

    async def receive(self) -> Message:
        message = await self._receive()
        self.complete = self.complete or (message["type"] == "http.request" and not message.get("more_body", False))
        return message

    def is_coming(self, most: int) -> bool:
        """Whether the body is being sent, and may have at most so many bytes."""
        digits = [value.decode("latin-1") for value in self._lengths]
        return not self.is_announced and all(each.isdecimal() and len(each) <= 18 and int(each) <= most for each in digits)

    def refusal(self) -> Refusal | None:
        """Why nobody knows where the request ends (RFC 9112, section 6.1)."""
        if self._chunked and self._lengths:
            return Refusal("'Content-Length' and 'Transfer-Encoding' must not be used together")
        if self._chunked and self._version == "1.0":
            return Refusal("'Transfer-Encoding' is not supported in HTTP/1.0; send 'Content-Length', or use HTTP/1.1")
        return None
