"""The execution of one command, in the same thread or in another one that Ctrl-C interrupts."""

from __future__ import annotations

import signal
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from equibel.errors import Cancelled, EquibelError, EquibelWarning
from equibel.formula import Formula, atom_notes
from equibel.shell.command_context import Context
from equibel.shell.command_registry import Call
from equibel.shell.reply import Reply
from equibel.solving import working

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLL = 0.05  # seconds
_GRACE = 1.0  # seconds that a command may take to notice that it is interrupted

#: Called now and then while a command runs, with the seconds it has taken and what it reported last.
Tick = Callable[[float, str], None]

_left_behind: list[threading.Thread] = []


def execute(at: Context, call: Call) -> Reply:
    """The reply of a command.

    Raises what is an `EquibelError`, and nothing else that is an `Exception`: a foreign error becomes one.  Then, and when
    ``at.cancel`` is set in the meantime, the workspace is as it was.
    """
    at.silent = call.statement.silent
    doubtful = _doubtful(at, call)
    try:
        with warnings.catch_warnings(record=True) as issued:
            warnings.simplefilter("always")
            reply = call.command.run(at, *call.values)
    except EquibelError:
        raise
    except MemoryError:
        raise EquibelError("not enough memory") from None
    except RecursionError:
        raise EquibelError("the command is nested too deeply") from None
    except OSError as error:
        raise EquibelError(f"error of the operating system: {error.strerror or error}") from error
    except Exception as error:
        raise EquibelError(f"internal error, please report it: {type(error).__name__}: {error}") from error
    if not at.cancel.is_set():
        at.session.keep()
    warned = [str(each.message) for each in issued if issubclass(each.category, EquibelWarning)]
    notes = tuple(dict.fromkeys((*reply.notes, *at.notes, *warned, *doubtful)))
    return replace(reply, parts=() if at.silent else reply.parts, notes=notes)


def _doubtful(at: Context, call: Call) -> list[str]:
    """Notes about likely mistakes: atoms with the names of constants, and new nodes that look like numbers."""
    arguments = [item for value in call.values for item in (value if isinstance(value, list) else [value])]
    graph = at.session.peek()
    new = [text for text in call.texts if graph is None or text not in graph]
    told = f"{', '.join(new[:5])}: a node that is no integer is a text, as if it stood in quotation marks" if new else ""
    formulas = [item for item in arguments if isinstance(item, Formula)]
    return [*atom_notes(formulas, at.session.atoms), *([told] if told else [])]


def execute_in_background(at: Context, call: Call, tick: Tick | None = None) -> Reply:
    """The reply of a command that is executed in another thread, so that Ctrl-C can interrupt it.

    Errors are those of `execute`, `Cancelled` after Ctrl-C.  What does not notice that within a second is left behind: it
    can change nothing any more.
    """
    outcome: Future[Reply] = Future()
    questions: Queue[tuple[str, Future[bool]] | None] = Queue()  # in the end ``None``
    outcome.add_done_callback(lambda _: questions.put(None))
    latest = [""]
    ask = at.ask

    def asked(question: str) -> bool:
        answer: Future[bool] = Future()
        questions.put((question, answer))
        return answer.result()

    def report(done: int, total: int, what: str) -> None:
        latest[0] = f"{what} {done}/{total}"

    at.progress = report
    if ask.__name__ != "always":
        at.ask = asked
    thread = threading.Thread(target=_fulfil, args=(outcome, at, call), name="equibel", daemon=True)
    with _interrupts(at.cancel):
        began = time.monotonic()
        thread.start()
        stopped = None
        while not outcome.done():
            try:
                asking = questions.get(timeout=_POLL)
                if asking is not None:
                    asking[1].set_result(ask(asking[0]))
            except Empty:
                pass
            now = time.monotonic()
            if at.cancel.is_set():
                stopped = stopped or now
                if now - stopped > _GRACE:
                    _left_behind.append(thread)
                    raise Cancelled("interrupted")
            elif tick is not None:
                tick(now - began, latest[0])
    try:
        return outcome.result()
    except Cancelled:
        raise Cancelled("interrupted") from None


def _fulfil(outcome: Future[Reply], at: Context, call: Call) -> None:
    try:
        outcome.set_result(execute(at, call))
    except BaseException as error:
        outcome.set_exception(error)


@contextmanager
def _interrupts(cancel: threading.Event) -> Iterator[None]:
    """A context in which Ctrl-C sets the event, and raises no exception."""

    def interrupt(number: int, frame: Any) -> None:
        cancel.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def anything_left_behind() -> bool:
    """Whether interrupted work is still running; then the process must exit without waiting for it."""
    return working() or any(thread.is_alive() for thread in _left_behind)
