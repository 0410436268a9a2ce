"""Middleware for access control: API keys, local requests and the rate limit."""

from __future__ import annotations

import ipaddress
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from equibel.server.http.error_handlers import answer
from equibel.server.http.openapi import PUBLIC
from equibel.server.http.problems import Forbidden, Refusal, Unauthorized
from equibel.server.keys import ApiKeys, Client
from equibel.server.middleware.asgi import PROBES, address, header, state, with_headers
from equibel.server.middleware.rate import Rate
from equibel.server.settings import Settings


class Access:
    """Identifies the client and limits its requests per minute.

    With API keys the client is identified by ``Authorization: Bearer KEY``.  Without, requests from this computer only are
    allowed, and requests of web pages of other origins are refused.
    """

    def __init__(self, app: ASGIApp, keys: ApiKeys | None, settings: Settings) -> None:
        self.app = app
        self.keys = keys
        self.rate = Rate(settings.requests_per_minute)
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it is refused."""
        if scope["type"] == "http" and scope["path"] not in PROBES:
            try:
                send = self._admit(scope, send)
            except Refusal as refusal:
                await answer(scope, refusal)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope, send: Send) -> Send:
        client = self._client(scope)
        if client is not None:
            state(scope)["client"] = client
        # An address counts where there is no key, so that keys cannot be tried out without end.
        by_key = client is not None and self.keys is not None
        allowance = self.rate.count(f"key {client.name}" if client and by_key else f"address {address(scope)}")
        if client is None and not PUBLIC.fullmatch(scope["path"]):
            raise Unauthorized(
                "API key missing or not valid; send the header 'Authorization: Bearer KEY'",
                headers={"WWW-Authenticate": 'Bearer realm="equibel"'},
            )

        def add(headers: MutableHeaders, status: int) -> None:
            headers.update(allowance)

        return with_headers(send, add)

    def _client(self, scope: Scope) -> Client | None:
        if self.keys is None:
            _require_local(scope, self.settings)
            return Client()
        scheme, _, key = (header(scope, b"authorization") or "").partition(" ")
        return self.keys.client(key.strip()) if scheme.lower() == "bearer" and key else None


def _require_local(scope: Scope, settings: Settings) -> None:
    """Refuse what does not come from a program on this computer, or from a page that may send requests.

    A page can have its own host name lead to this computer (DNS rebinding), and then counts for the browser as one of this
    server; so the name must be one that is this computer's everywhere, ``localhost`` or an IP address, or the name that the
    server was started with.  A name without a dot is none of these: a network's name server may say where it leads.
    """
    if not _is_local(address(scope)):
        raise Forbidden("a server without API keys answers requests from its own computer only; see --keys-file")
    host = ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"host")
    name = re.sub(r":\d*$", "", host).strip("[]").rstrip(".").lower()
    ours = {"localhost", settings.host.rstrip(".").lower()}
    if host and not (name in ours or name.endswith(".localhost") or _is_address(name)):
        problem = (
            f"host {name[:100]!r} not allowed on a server without API keys; use localhost, an address or the name of --host"
        )
        raise Forbidden(problem)
    origin = header(scope, b"origin")
    if origin is not None and origin.partition("://")[2] != host and origin not in settings.cors_origins:
        raise Forbidden("origin not allowed; see --cors-origin")
    if header(scope, b"sec-fetch-site") == "cross-site" and origin is None and scope["method"] not in ("GET", "HEAD"):
        raise Forbidden("cross-site requests are not allowed; see --cors-origin")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_local(name: str) -> bool:
    """Whether a client is on this computer; one without an address does not come over a network."""
    return not _is_address(name) or is_loopback(name)


def is_loopback(name: str) -> bool:
    """Whether an IP address leads to this computer itself.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("::ffff:127.0.0.1"), is_loopback("192.0.2.1")
    (True, True, True, False)
    """
    found = ipaddress.ip_address(name)
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
