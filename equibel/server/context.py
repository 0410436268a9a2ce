"""What the routes of one server share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from equibel.server.metrics import Metrics
from equibel.server.settings import Settings

if TYPE_CHECKING:
    from equibel.server.database import Database
    from equibel.server.jobs.job_service import Jobs
    from equibel.server.workspaces.workspace_store import Workspaces


@dataclass
class Context:
    """Made when the server starts; routes get it as `equibel.server.dependencies.Here`.

    ``stopping`` is set as soon as the server is asked to stop: an answer that goes on, such as a stream of events, ends
    then.
    """

    settings: Settings
    database: Database
    workspaces: Workspaces
    jobs: Jobs
    metrics: Metrics
    stopping: threading.Event = field(default_factory=threading.Event)
