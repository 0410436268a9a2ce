"""Fork server: a process with everything loaded, which forks a process for each computation.

Only a process can be ended at any moment, whatever it is doing, and only a process can have a memory limit of its own.
Starting Python and loading this package takes half a second, forking a process that has done so a few milliseconds.

The server is connected with the fork server by a socket.  For each computation it sends two other sockets over it:

- the *channel*, over which the new process receives its work and sends its answer (`equibel.server.jobs.child`);
- the *control socket*: when the server closes it, the process is killed; when the process has ended for any reason, the
  fork server writes its exit status there.

The fork server also checks, many times a second, how much memory each process uses, and kills those over their limit.  A
limit of the system alone (``RLIMIT_DATA``) would let an allocation fail at any place, and a thread that cannot start, or
report that it has ended, keeps the others waiting for ever; it is only a second line, for memory that grows between two
checks.

When the server ends, for any reason, the operating system closes its sockets.  So a server that was killed leaves no
processes behind.  Only the fork server, as the parent, kills and reaps, so a process number that has been reused is never
killed.
"""

from __future__ import annotations

import ctypes
import gc
import os
import selectors
import signal
import socket
import struct
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from equibel.server.jobs import child, child_work
from equibel.server.jobs.memory_limits import resident

#: What is sent with the sockets: the megabytes that the process may have besides those of the fork server.
ORDER = struct.Struct("!q")
#: What is written to a control socket: the exit status, or minus the number of the signal that ended the process, and
#: whether it was killed for its memory.
STATUS = struct.Struct("!i?")
_CHECK = 0.02  # seconds between two checks of the memory of all processes
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(descriptor: int) -> None:
    """Fork processes as told over the socket, until it is closed; then end them all."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the server decides what they mean for computations
    child_work.warm_up()
    gc.collect()
    gc.freeze()  # otherwise every child copies the pages of all objects in its first collection
    ForkServer(socket.socket(fileno=descriptor)).run()


class ForkServer:
    """The main loop of the fork server."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._controls: dict[socket.socket, int] = {}  # the process of each control socket
        self._bounds: dict[int, int] = {}  # memory limit of each process in bytes
        self._too_large: set[int] = set()  # processes that were killed for their memory
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ)
        self._ended, wake = socket.socketpair()  # readable when a child has ended
        self._wake = wake
        for end in (self._ended, wake):
            end.setblocking(False)
        self._selector.register(self._ended, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)

    def run(self) -> None:
        """Fork processes until the server closes its socket."""
        try:
            while True:
                ready = [key.fileobj for key, _ in self._selector.select(_CHECK if self._bounds else None)]
                if self._ended in ready:
                    self._reap()
                for each in ready:
                    if each in self._controls:
                        _kill(self._controls[each])
                        self._selector.unregister(each)
                self._kill_too_large()
                if self._orders in ready and not self._take_order():
                    return
        finally:
            for process in self._controls.values():
                _kill(process)

    def _take_order(self) -> bool:
        """Fork one process as ordered; false when the server has closed its socket."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._orders, ORDER.size, 2)
        except ConnectionError:
            return False
        if not message:
            return False
        parent = os.getpid()
        try:
            channel, control = descriptors
            process = os.fork()
        except (OSError, ValueError) as error:  # too many processes, or descriptors
            print(f"no process can be started: {error}", file=sys.stderr, flush=True)
            for descriptor in descriptors:  # the server notices, and says so
                os.close(descriptor)
            return True
        if process == 0:
            try:
                self._become_child(parent, control)
                child.run(Connection(channel))
            finally:
                os._exit(1)
        os.close(channel)
        end = socket.socket(fileno=control)
        self._controls[end] = process
        (megabytes,) = ORDER.unpack(message)
        self._bounds[process] = resident() + megabytes * 2**20
        self._selector.register(end, selectors.EVENT_READ)
        return True

    def _become_child(self, parent: int, control: int) -> None:
        """In the new process: close the sockets of the fork server, and end when the fork server ends."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
        self._selector.close()
        os.close(control)
        for each in (self._orders, self._ended, self._wake, *self._controls):
            each.close()

    def _reap(self) -> None:
        """Report the exit statuses of processes that have ended."""
        with suppress(BlockingIOError):
            while self._ended.recv(4096):
                pass
        for control, process in list(self._controls.items()):
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                del self._controls[control], self._bounds[process]
                with suppress(KeyError):
                    self._selector.unregister(control)
                with suppress(OSError):  # the server does not need it any more
                    control.send(STATUS.pack(os.waitstatus_to_exitcode(status), process in self._too_large))
                self._too_large.discard(process)
                control.close()

    def _kill_too_large(self) -> None:
        """Kill the processes that use more memory than their limit."""
        for process, bound in self._bounds.items():
            if process not in self._too_large and resident(process) > bound:
                self._too_large.add(process)
                _kill(process)


def _kill(process: int) -> None:
    """End a process that is not reaped yet, and whatever it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)  # it may not be the leader of its group yet
