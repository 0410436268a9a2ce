"""Computations in processes of their own, started within milliseconds, ended at any moment, with time and memory limits."""

from __future__ import annotations

import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import IO, Any

from equibel.errors import Cancelled, EquibelError, ExecutorError, TimeLimitExceeded
from equibel.options import Progress
from equibel.server.http.problems import OverLimit
from equibel.server.jobs.child import BEGUN, BROKEN, CALLS, DONE, NO_MEMORY, PROGRESS, Order
from equibel.server.jobs.fork_server import ORDER, STATUS
from equibel.server.logs import ErrorElsewhere

log = logging.getLogger("equibel.server")

_GRACE = 2.0  # seconds that a computation has after its time, to say how far it got
_PARTING = 0.5  # seconds for the fork server to end all processes
_PATIENCE = 60.0  # seconds in which a process should have begun
_TOGETHER = 0.05  # seconds in which a process says what belongs together
_LONGEST = 2**16  # bytes of that, about


class MemoryLimitExceeded(OverLimit):
    """A computation needed more memory than it may have: ``limit`` megabytes."""

    kind, title = "memory-limit", "Memory limit exceeded"


class BrokenComputationError(ErrorElsewhere):
    """A mistake of this package in a computation; its tracebacks are for the log and nobody else."""


class Processes:
    """Starts computations, by way of a process that has loaded everything; see `equibel.server.jobs.fork_server`.

    When that process is lost, so are its computations, and the next one starts another.  Threads may share this.

    Examples
    --------
    >>> from equibel.server.jobs import child_work
    >>> from equibel.server.settings import Settings
    >>> from equibel.workspace import Operation
    >>> data = {"nodes": [{"id": 1, "formulas": ["p"]}, {"id": 2}], "edges": [{"source": 1, "target": 2}]}
    >>> with Processes() as processes:
    ...     order = data, Settings(), Operation("global"), 60.0
    ...     computation = processes.begin(child_work.solve, *order, time_limit=60, memory_mb=500)
    ...     print(computation.wait().iterations)
    1
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fork_server: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None
        self._used = False  # whether any computation was started
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """The number of the process that forks the others."""
        return None if self._fork_server is None else self._fork_server.pid

    def start(self) -> None:
        """Start the process that forks the others, unless it is there; it need not be waited for."""
        with self._lock:
            self._start()

    def begin(
        self, function: Callable[..., Any], *arguments: Any, time_limit: float, memory_mb: int, nice: int = 0
    ) -> Computation:
        """Begin to compute ``function(*arguments, progress=...)`` in a new process; it is found there by its name.

        Raises
        ------
        ExecutorError
            When no process can be started.
        """
        try:
            channel, its_channel = socket.socketpair()
            control, its_control = socket.socketpair()
            with its_channel, its_control:
                try:
                    self._send(ORDER.pack(memory_mb), [its_channel.fileno(), its_control.fileno()])
                except BaseException:
                    channel.close()
                    control.close()
                    raise
        except OSError as error:
            raise ExecutorError(f"no process can be started to compute it: {error}; try again later") from error
        order = Order(function, arguments, memory_mb, nice)
        return Computation(channel, control, order, time_limit)

    def stop(self) -> None:
        """End all computations, and start none any more."""
        with self._lock:
            self._stopped = True
            if self._fork_server is None or self._orders is None:
                return
            self._orders.close()
            try:
                self._fork_server.wait(_PARTING if self._used else 0)
            except subprocess.TimeoutExpired:  # it is still loading, say, or has nothing to end
                self._fork_server.kill()
                self._fork_server.wait()

    def __enter__(self) -> Processes:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _send(self, order: bytes, descriptors: list[int]) -> None:
        with self._lock:
            try:
                socket.send_fds(self._start(), [order], descriptors)
                self._used = True
            except ConnectionError:  # it has just been lost
                if self._fork_server is not None:
                    self._fork_server.kill()
                    self._fork_server.wait()
                socket.send_fds(self._start(), [order], descriptors)

    def _start(self) -> socket.socket:
        if self._stopped:
            raise ExecutorError("the server is stopping; try again later")
        if not hasattr(socket, "send_fds"):
            raise ExecutorError("computations are forked processes, which this system does not have; Linux and macOS do")
        if self._orders is not None and self._fork_server is not None and self._fork_server.poll() is None:
            return self._orders
        if self._orders is not None:
            self._orders.close()
        self._orders, theirs = socket.socketpair()
        with theirs:
            program = (
                f"import sys; sys.path[:] = {sys.path!r}; "
                f"from equibel.server.jobs.fork_server import main; main({theirs.fileno()})"
            )
            self._fork_server = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        threading.Thread(target=_log_output, args=(self._fork_server.stderr,), name="output", daemon=True).start()
        return self._orders


def _log_output(output: IO[bytes]) -> None:
    """Log what processes print, such as the last words of one that crashes; what comes together is one record."""
    with output:
        while text := os.read(output.fileno(), 2**16):
            time.sleep(_TOGETHER)
            while len(text) < _LONGEST and select.select([output], [], [], 0)[0]:
                more = os.read(output.fileno(), 2**16)
                if not more:
                    break
                text += more
            log.error("a process that computes has said: %s", text.decode("utf-8", "replace").strip())


class Computation:
    """A computation that has begun; see `Processes.begin`.

    Attributes
    ----------
    calls : int
        How often it has called the solver, as far as it has said: it does so now and then, and in the end.
    """

    def __init__(self, channel: socket.socket, control: socket.socket, order: Order, time_limit: float) -> None:
        self._socket = channel
        self._channel = Connection(os.dup(channel.fileno()))
        self._control = control
        self.calls = 0
        self._order = order
        self._time_limit = time_limit
        self._begun = False
        self._killed = False

    def wait(self, progress: Progress | None = None) -> Any:
        """What the function returns; to be called once.

        Parameters
        ----------
        progress : callable, optional
            Receives what the function reports, at most a few times a second.

        Raises
        ------
        EquibelError
            Whatever the function raises.
        TimeLimitExceeded
            When it does not return in time, nor raises this itself.
        MemoryLimitExceeded
            When it needs more memory than it may have.
        Cancelled
            After `kill`.
        ExecutorError
            When the process was lost: somebody else has killed it, or it crashed.
        BrokenComputationError
            When the function raises another error.
        """
        try:
            kind, value = self._say_and_hear()
            self._begun = True
            deadline = time.monotonic() + self._time_limit + _GRACE  # from now, since it has begun
            while kind in (BEGUN, CALLS, PROGRESS):
                if kind == CALLS:
                    self.calls = value
                elif kind == PROGRESS and progress is not None:
                    progress(*value)
                kind, value = self._hear(deadline)
        finally:
            self._channel.close()
            self._socket.close()
            self._killed = True
            self._let_go()
            self._control.close()
        if kind == DONE:
            return value
        if kind == NO_MEMORY:
            raise self._too_large()
        if kind == BROKEN:
            raise BrokenComputationError(*value)
        error, cause = value
        raise error from cause

    def kill(self) -> None:
        """End the process, whatever it is doing; from any thread, and as often as you like."""
        self._killed = True
        self._let_go()
        if not self._begun:  # the fork server may still be loading: do not wait for that
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        with suppress(OSError):  # it is closed already
            self._control.shutdown(socket.SHUT_WR)

    def _say_and_hear(self) -> Any:
        """Tell the process what to do, and hear the first thing it says."""
        with suppress(OSError):  # it is not there any more, which will be heard
            self._channel.send(self._order)
        return self._hear(time.monotonic() + _PATIENCE)

    def _hear(self, deadline: float) -> Any:
        """The next thing that the process says."""
        try:
            if self._channel.poll(max(deadline - time.monotonic(), 0)):
                return self._channel.recv()
        except Exception:  # it ended, perhaps in the middle of a word
            raise self._loss() from None
        problem = f"the time limit of {self._time_limit:g} s was reached; allow more time, or make the scenario smaller"
        raise TimeLimitExceeded(problem, seconds=self._time_limit, completed=[], rounds=0)

    def _loss(self) -> EquibelError:
        """Why the process has ended without an answer."""
        if self._killed:
            return Cancelled("the computation was cancelled")
        how = "is gone"
        with suppress(OSError):
            self._control.settimeout(_GRACE)
            told = self._control.recv(STATUS.size)
            if len(told) == STATUS.size:
                status, too_large = STATUS.unpack(told)
                if too_large:
                    return self._too_large()
                how = f"was ended from outside (signal {-status})" if status < 0 else f"ended with code {status}"
        return ExecutorError(f"the process that computed it {how}, perhaps for lack of memory; try again")

    def _too_large(self) -> EquibelError:
        limit = self._order.memory_mb
        problem = f"the computation needs more than the {limit} MB of memory it may have; make the scenario smaller"
        return MemoryLimitExceeded(problem, limit=limit)
