"""The FastAPI application, assembled by `create_app`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from equibel._version import __version__
from equibel.server.context import ServerContext
from equibel.server.database import Database
from equibel.server.http import error_handlers
from equibel.server.http.openapi import document
from equibel.server.jobs.job_service import JobService
from equibel.server.keys import ApiKeys
from equibel.server.metrics import Metrics
from equibel.server.middleware.access_control import Access
from equibel.server.middleware.body_limit import BodyLimit
from equibel.server.middleware.cors import Cors
from equibel.server.middleware.framing import Framing
from equibel.server.middleware.headers import Head, SecurityHeaders
from equibel.server.middleware.request_log import RequestLog
from equibel.server.routes import (
    docs_routes,
    file_routes,
    formula_routes,
    graph_routes,
    health_routes,
    history_routes,
    job_routes,
    query_routes,
    result_routes,
    solve_routes,
    workspace_routes,
)
from equibel.server.settings import Settings, load_settings
from equibel.server.workspaces.workspace_store import WorkspaceStore

_ROUTERS = (
    docs_routes.router,
    solve_routes.router,
    workspace_routes.router,
    graph_routes.router,
    formula_routes.router,
    query_routes.router,
    result_routes.router,
    history_routes.router,
    file_routes.router,
    job_routes.router,
    health_routes.router,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The server as an ASGI application.

    The database is opened and jobs begin when the application starts up.  One process at a time can use a database, so
    run it in one process: ``equibel serve`` does that.

    Parameters
    ----------
    settings : Settings, optional
        By default those of the environment, see `load_settings`.

    Raises
    ------
    FileFormatError, FileAccessError
        When the keys cannot be read.
    OptionError
        When the settings of the environment cannot be read.

    Examples
    --------
    >>> app = create_app(Settings(requests_per_minute=60))
    >>> app.title, app.openapi()["paths"]["/healthz"]["get"]["summary"]
    ('Equibel', 'Liveness')
    """
    settings = load_settings() if settings is None else settings
    keys = ApiKeys(settings.keys_file) if settings.keys_file else None
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as closing:
            try:
                app.state.context = closing.enter_context(_open(settings, metrics))
            except Exception as error:
                app.state.failure = error  # `running.run` reports it
                raise
            yield

    app = FastAPI(
        title="Equibel",
        version=__version__,
        lifespan=lifespan,
        middleware=_middleware(settings, keys, metrics),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # they would record bodies
    )
    app.openapi = lambda: document(app, with_keys=keys is not None)  # type: ignore[method-assign]
    error_handlers.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    return app


def _middleware(settings: Settings, keys: ApiKeys | None, metrics: Metrics) -> list[Middleware]:
    """The middleware of the application, the outermost first."""
    stack = [Middleware(RequestLog, metrics=metrics), Middleware(SecurityHeaders)]
    stack.append(Middleware(Framing, limit=settings.max_body_bytes))
    if settings.cors_origins:
        stack.append(Middleware(Cors, origins=settings.cors_origins))
    stack += [Middleware(Head), Middleware(error_handlers.Unexpected)]
    stack.append(Middleware(Access, keys=keys, settings=settings))
    stack.append(Middleware(BodyLimit, limit=settings.max_body_bytes))
    return stack


@contextmanager
def _open(settings: Settings, metrics: Metrics) -> Iterator[ServerContext]:
    """The context of the routes, for as long as the server runs."""
    with ExitStack() as closing:
        database = Database(settings.database)
        closing.callback(database.close)
        database.lock()
        closing.callback(database.unlock)
        database.check()
        database.upgrade()
        cached = WorkspaceStore(database, settings)
        closing.callback(cached.close)
        running = JobService(database, cached, settings, metrics)
        closing.callback(running.stop, settings.stop_seconds)
        running.start()
        yield ServerContext(settings, database, cached, running, metrics)
