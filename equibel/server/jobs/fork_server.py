"""The nursery: a process that has loaded everything and forks a process for each computation.

Only a process can be ended at any moment, whatever it is doing, and only a process can have a memory limit of its own.
Starting Python and loading this package takes half a second, forking a process that has done so a few milliseconds.

The server is connected with the nursery by a socket.  For each computation it sends two other sockets over it:

- the *channel*, over which the new process gets its work and answers (`equibel.server.jobs.child`);
- the *leash*: the process is killed when the server lets go of it, and when the process has ended, by whatever means, the
  nursery writes its exit status there.

The nursery also looks, many times a second, how much memory each process has, and kills those that have too much.  A limit
of the system alone (``RLIMIT_DATA``) would let an allocation fail at any place, and a thread that cannot even begin, or say
that it has ended, keeps the others waiting for ever; it is there only for what grows faster than anybody looks.

A server that ends lets go of everything, however it ends.  So nothing is left behind by one that was killed, and the
nursery alone, as the parent, kills and reaps, so that it is never somebody else who is killed by a process number.
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

#: What is sent with the sockets: the megabytes that the process may have besides those of the nursery.
ORDER = struct.Struct("!q")
#: What is written to a leash: the exit status, or minus the number of the signal that ended the process; and whether it
#: was killed for its memory.
STATUS = struct.Struct("!i?")
_LOOK = 0.02  # seconds between two looks at the memory of all processes
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(descriptor: int) -> None:
    """Fork processes as told over the socket, until it is closed; then end them all."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # what they mean for computations the server decides
    child_work.warm_up()
    gc.collect()
    gc.freeze()  # otherwise every child copies the pages of all objects in its first collection
    Nursery(socket.socket(fileno=descriptor)).run()


class Nursery:
    """The loop of the process."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._leashes: dict[socket.socket, int] = {}  # the process of each leash
        self._bounds: dict[int, int] = {}  # how many bytes each process may have
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
        """Serve the server until it is gone."""
        try:
            while True:
                ready = [key.fileobj for key, _ in self._selector.select(_LOOK if self._bounds else None)]
                if self._ended in ready:
                    self._reap()
                for each in ready:
                    if each in self._leashes:
                        _kill(self._leashes[each])
                        self._selector.unregister(each)
                self._end_what_is_too_large()
                if self._orders in ready and not self._take_order():
                    return
        finally:
            for process in self._leashes.values():
                _kill(process)

    def _take_order(self) -> bool:
        """Fork the process that is ordered; false when the server is gone."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._orders, ORDER.size, 2)
        except ConnectionError:
            return False
        if not message:
            return False
        parent = os.getpid()
        try:
            channel, leash = descriptors
            process = os.fork()
        except (OSError, ValueError) as error:  # too many processes, or descriptors
            print(f"no process can be started: {error}", file=sys.stderr, flush=True)
            for descriptor in descriptors:  # the server notices, and says so
                os.close(descriptor)
            return True
        if process == 0:
            try:
                self._become_child(parent, leash)
                child.run(Connection(channel))
            finally:
                os._exit(1)
        os.close(channel)
        end = socket.socket(fileno=leash)
        self._leashes[end] = process
        (megabytes,) = ORDER.unpack(message)
        self._bounds[process] = resident() + megabytes * 2**20
        self._selector.register(end, selectors.EVENT_READ)
        return True

    def _become_child(self, parent: int, leash: int) -> None:
        """In the new process: let go of what is the nursery's, and end when that ends."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
        self._selector.close()
        os.close(leash)
        for each in (self._orders, self._ended, self._wake, *self._leashes):
            each.close()

    def _reap(self) -> None:
        """Tell the exit statuses of processes that have ended."""
        with suppress(BlockingIOError):
            while self._ended.recv(4096):
                pass
        for leash, process in list(self._leashes.items()):
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                del self._leashes[leash], self._bounds[process]
                with suppress(KeyError):
                    self._selector.unregister(leash)
                with suppress(OSError):  # nobody wants to know
                    leash.send(STATUS.pack(os.waitstatus_to_exitcode(status), process in self._too_large))
                self._too_large.discard(process)
                leash.close()

    def _end_what_is_too_large(self) -> None:
        """Kill the processes that have more memory than they may have."""
        for process, bound in self._bounds.items():
            if process not in self._too_large and resident(process) > bound:
                self._too_large.add(process)
                _kill(process)


def _kill(process: int) -> None:
    """End a process that is not reaped yet, and whatever it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)  # it may not lead its group yet
