"""What routes ask for: `Here`, the context of the server, and `Who`, the client."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from equibel.server.context import Context
from equibel.server.keys import Client


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


def _client(request: Request) -> Client:
    client: Client = request.state.client
    return client


Here = Annotated[Context, Depends(_context)]
Who = Annotated[Client, Depends(_client)]
