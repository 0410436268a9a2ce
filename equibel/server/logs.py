"""Log formats: one JSON object per line, or text, with the id of the request and without secrets."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from equibel.server.settings import Settings
from equibel.visible import visible, visible_lines

#: The id of the request that is being answered.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


class ErrorElsewhere(Exception):
    """An unexpected error in another process.

    Attributes
    ----------
    where : str
        The traceback there, without the messages of its exceptions.
    traceback : str
        The same with the messages.
    """

    def __init__(self, where: str, traceback: str) -> None:
        super().__init__("an unexpected error in another process")
        self.where = where
        self.traceback = traceback


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: ``time``, ``level``, ``logger``, ``message``, ``request_id``, and what else it has.

    An exception is told by its type and by where it was raised.  Its message may repeat what somebody sent, so only
    ``with_messages`` shows that.

    Examples
    --------
    >>> record = logging.LogRecord("equibel.server", logging.INFO, "app.py", 1, "%d jobs", (3,), None)
    >>> line = json.loads(JsonFormatter().format(record))
    >>> line["level"], line["message"]
    ('info', '3 jobs')
    """

    def __init__(self, *, with_messages: bool = False) -> None:
        super().__init__()
        self.with_messages = with_messages

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(self.fields(record), default=str)

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """The fields of the line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {"time": time, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if REQUEST_ID.get():
            said["request_id"] = REQUEST_ID.get()
        said |= {name: value for name, value in getattr(record, "data", {}).items() if value is not None}
        if record.exc_info and record.exc_info[1] is not None:
            said["exception"] = traceback_text(record.exc_info[1], with_messages=self.with_messages)
        return said


class TextFormatter(JsonFormatter):
    """A record as a line of text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and an exception below it."""
        said = self.fields(record)
        head = f"{said.pop('time')} {said.pop('level'):7} {said.pop('message')}"
        exception = said.pop("exception", "")
        del said["logger"]
        rest = " ".join(f"{name}={value}" for name, value in said.items() if name not in ("method", "path", "status"))
        return f"{visible(f'{head}  {rest}'.rstrip())}\n{visible_lines(exception)}".rstrip()


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Let this process log as the settings say, to standard error by default; for a process that is a server."""
    handler = logging.StreamHandler(stream or sys.stderr)
    layout = JsonFormatter if settings.log_format == "json" else TextFormatter
    handler.setFormatter(layout(with_messages=settings.log_level == "debug"))
    for name, level in (("equibel", settings.log_level.upper()), ("uvicorn", "WARNING"), ("alembic", "WARNING")):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
    others = logging.getLogger()  # asyncio, the driver of the database …
    others.handlers = [handler]
    others.setLevel("WARNING")


@contextmanager
def everything_logged() -> Iterator[None]:
    """Let the log have what Python would print on standard error: what ends a thread or is raised in a destructor, warnings.

    For a process that is a server, and whose log programs read line by line.
    """
    log = logging.getLogger("equibel.server")

    def in_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_type is not SystemExit:
            name = found.thread.name if found.thread is not None else "a thread"
            log.critical("%s has ended by an error", name, exc_info=_raised(found.exc_value or found.exc_type()))

    def unraisable(found: sys.UnraisableHookArgs) -> None:
        raised = _raised(found.exc_value or found.exc_type())
        log.error("%s: %r", found.err_msg or "an error was ignored", found.object, exc_info=raised)

    before = threading.excepthook, sys.unraisablehook, logging.raiseExceptions
    threading.excepthook, sys.unraisablehook, logging.raiseExceptions = in_thread, unraisable, False
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        threading.excepthook, sys.unraisablehook, logging.raiseExceptions = before


def _raised(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    return type(error), error, error.__traceback__


def traceback_text(error: BaseException, *, with_messages: bool) -> str:
    """The traceback, with the messages of the exceptions or without; that of the other process for an `ErrorElsewhere`."""
    if isinstance(error, ErrorElsewhere):
        return error.traceback if with_messages else error.where
    if with_messages:
        return "".join(traceback.format_exception(error))
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 10:
        frames = "".join(traceback.format_tb(seen.__traceback__))
        parts.append(f"{frames}{type(seen).__module__}.{type(seen).__qualname__}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n... while handling:\n".join(parts)
