"""The server as a program: one process that listens on one address until it is stopped."""

from __future__ import annotations

import errno
import gc
import logging
import math
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from equibel.errors import EquibelError, OptionError
from equibel.server.app import create_app
from equibel.server.logs import configure, everything_logged
from equibel.server.middleware.access_control import is_loopback
from equibel.server.settings import Settings

_BACKLOG = 2048  # connections that wait to be accepted


def run(settings: Settings, ready: Callable[[str], None]) -> int | None:
    """Serve until the process is asked to stop; requests and jobs then have ``stop_seconds`` to end.

    Parameters
    ----------
    settings : Settings
        What to serve, and where.
    ready : callable
        Called with the URL when requests are answered.

    Returns
    -------
    int or None
        The number of the signal that stopped the server.

    Raises
    ------
    OptionError
        When it cannot listen on the address, or other computers could reach it there without API keys.
    WorkspaceLocked, FileAccessError and other errors
        When the database cannot be used, or the keys cannot be read.
    """
    listener, url = _listen(settings)
    with listener:
        app = create_app(settings)
        configure(settings)
        config = uvicorn.Config(
            app,
            http="h11",  # which takes a request's head of bounded size only
            lifespan="on",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=math.ceil(settings.stop_seconds),
        )
        server = _Server(config, lambda: ready(url))
        try:
            with everything_logged():
                server.run(sockets=[listener])
        except SystemExit:
            failure = getattr(app.state, "failure", None)
            raise failure or EquibelError("the server cannot start") from None
        return server.stopped_by


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it is ready, and ends without raising the signal that stopped it once more."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.stopped_by: int | None = None
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        log = logging.getLogger("uvicorn.error")
        log.disabled = True  # the caller reports why the application does not start
        try:
            await super().startup(sockets)
        finally:
            log.disabled = False
        if self.started:
            gc.freeze()  # what is loaded stays, so no collection need look at it while requests wait
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        context = self.config.app.state.context  # type: ignore[union-attr]
        context.stopping.set()  # ends streams of events
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.stopped_by = sig
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(settings: Settings) -> tuple[socket.socket, str]:
    """A socket at the address of the settings, and its URL."""
    host, port = settings.host, settings.port
    # The protocol has to be known: asyncio sends small answers at once (TCP_NODELAY) only where it knows that it is TCP.
    kind, protocol = socket.SOCK_STREAM, socket.IPPROTO_TCP
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=kind, proto=protocol, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise _refusal("host", host, f"there is no address {host!r} on this computer") from None
    if not settings.keys_file and not is_loopback(str(where[0])):
        raise _refusal(
            "host",
            host,
            f"other computers can reach {host}, so API keys are required: 'equibel serve --new-key NAME --keys-file FILE' "
            "creates one, and --keys-file FILE requires it",
        )
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise _refusal("port", port, f"port {port} is in use by another program; choose another with --port") from None
        problem = error.strerror or str(error)
        raise _refusal("host", host, f"the server cannot listen at {host}, port {port}: {problem}") from None
    name = f"[{host}]" if ":" in host else host
    return listener, f"http://{name}:{listener.getsockname()[1]}"


def _refusal(option: str, value: object, problem: str) -> OptionError:
    return OptionError(problem, option=option, value=value, expected="an address that is free")
