"""The objects that the routes of one server share, and the parameters by which routes get them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from equibel.server.database import Database
from equibel.server.jobs.job_service import JobService
from equibel.server.keys import Client
from equibel.server.metrics import Metrics
from equibel.server.settings import Settings
from equibel.server.workspaces.workspace_store import WorkspaceStore


@dataclass
class ServerContext:
    """The parts of a running server; a route has a parameter of type `CurrentContext`.

    ``stopping`` is set as soon as the server is asked to stop: an answer that goes on, such as a stream of events, ends
    then.
    """

    settings: Settings
    database: Database
    workspaces: WorkspaceStore
    jobs: JobService
    metrics: Metrics
    stopping: threading.Event = field(default_factory=threading.Event)


def _context(request: Request) -> ServerContext:
    context: ServerContext = request.app.state.context
    return context


def _client(request: Request) -> Client:
    client: Client = request.state.client
    return client


#: The context of the server, for a parameter of a route.
CurrentContext = Annotated[ServerContext, Depends(_context)]
#: The client that sends the request, for a parameter of a route.
CurrentClient = Annotated[Client, Depends(_client)]
