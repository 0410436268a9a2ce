"""Long computations: a progress bar on a terminal, and an immediate end when they are interrupted.

Ordinarily, Ctrl-C raises `KeyboardInterrupt`, and the computation ends when it next checks its limits.  Python waits for
that before it exits, and frees everything.  A program that does nothing else need not wait: during long work it cleans up
and exits at once.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from equibel.cli.render import is_terminal, show_costs
from equibel.cli.worker_processes import end_workers
from equibel.visible import visible

if TYPE_CHECKING:
    from equibel.options import Progress

_PATIENCE = 1.0  # seconds of work before a progress bar appears

_tidy_up: Callable[[], object] | None = None  # set while long work is going on


@contextlib.contextmanager
def long_work(title: str) -> Iterator[Progress | None]:
    """A context for work that may take long; yields the progress callback, if standard error is a terminal.

    The bar appears once the work has taken a second, and leaves no trace.
    """
    global _tidy_up
    with _bar(title) if is_terminal(sys.stderr) else _nothing() as (progress, stop):
        _tidy_up = stop
        try:
            yield progress
        finally:
            _tidy_up = None


@contextlib.contextmanager
def costs(wanted: bool) -> Iterator[None]:
    """A context that prints the statistics of its work at the end, also after an error, if ``wanted``."""
    if not wanted:
        yield
        return
    from equibel.solving import total

    before = total()
    try:
        yield
    finally:
        show_costs(total().since(before))


@contextlib.contextmanager
def _nothing() -> Iterator[tuple[None, Callable[[], object]]]:
    yield None, lambda: None


@contextlib.contextmanager
def _bar(title: str) -> Iterator[tuple[Progress, Callable[[], object]]]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task(title, total=None)
    # A timer rather than the first report: a single long piece of work reports only when it is done.
    timer = threading.Timer(_PATIENCE, bar.start)
    timer.daemon = True
    timer.start()

    current = ""

    def update(done: int, total: int, what: str) -> None:
        nonlocal current
        if what.endswith("rounds"):  # the bar shows the nodes of a round, and the number of the round beside it
            current = f", round {done + 1}" if done < total else ""
        else:
            bar.update(task, description=escape(f"{title}: {visible(what)}{current}"), completed=done, total=total)

    def stop() -> None:
        timer.cancel()
        timer.join()
        bar.stop()

    try:
        yield update, stop
    finally:
        stop()


def handle_signals() -> None:
    """Set the handlers of SIGINT and SIGTERM, which end this program with exit codes 130 and 143."""
    signal.signal(signal.SIGINT, end_program)
    signal.signal(signal.SIGTERM, end_program)


def end_program(number: int, frame: FrameType | None) -> NoReturn:
    """End this program because of a signal: at once during long work, otherwise by an exception."""
    if _tidy_up is None:
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(128 + number)
    with contextlib.suppress(Exception):
        _tidy_up()
    if number == signal.SIGINT:
        os.write(2, b"equibel: interrupted\n")
    end_process(128 + number)


def end_process(code: int) -> NoReturn:
    """Exit at once, without waiting for other processes and threads."""
    end_workers()
    threads = sys.modules.get("equibel.solving.threads")  # this may happen while modules are being imported
    if threads is not None:
        threads.leave()
    atexit._run_exitfuncs()  # what Python does at exit, but for freeing objects that the solver is using
    os._exit(code)
