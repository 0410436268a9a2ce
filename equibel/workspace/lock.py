"""Who has a workspace file open for changes: one process at a time.

The lock is the operating system's, on a file beside the workspace, so it ends with the process however that ends; the
file remains then, and the next process takes it over.  The file says who holds the lock, for the message to others.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
import time
import weakref
from contextlib import suppress
from typing import Any

from equibel.errors import FileAccessError, WorkspaceLocked
from equibel.workspace.clock import now

_LOOKS = 10  # at a lock file whose holder has not said yet who it is
_PAUSE = 0.02  # seconds between two looks

_held: weakref.WeakSet[Lock] = weakref.WeakSet()

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 2**30, os.SEEK_SET)  # what is locked there cannot be read, so not where the text is
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Lock:
    """The lock on a workspace file, held until `release`.

    Parameters
    ----------
    path : str
        The workspace file; the lock file is called like it, with ``.lock`` at the end.

    Raises
    ------
    WorkspaceLocked
        When another process, or another `Workspace` of this one, has it.
    FileAccessError
        When the lock file cannot be made or locked.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._file = f"{path}.lock"
        self._descriptor = -1
        try:
            while not self._acquire():
                pass
        except OSError as error:
            self._close()
            folder = os.path.dirname(path) or "."
            if os.path.isdir(folder):
                problem = f"the file cannot be locked ({error.strerror or error}); it can be opened for reading only"
            else:
                problem = f"there is no folder {folder}; make it first"
            raise FileAccessError(f"{path}: {problem}", path=path) from error
        _held.add(self)

    def release(self) -> None:
        """Let others have the file."""
        if self._descriptor >= 0:
            with suppress(OSError):  # on some systems an open file cannot be removed; it does no harm
                os.unlink(self._file)
            self._close()

    def _acquire(self) -> bool:
        """Try to get the lock; false when the lock file was removed by its last holder meanwhile."""
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o666)
        if not _try_lock(self._descriptor):
            holder = self._holder()
            self._close()
            raise self._refusal(holder)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(self._descriptor), os.stat(self._file)):
                os.ftruncate(self._descriptor, 0)
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, json.dumps(_this_process()).encode())
                return True
        self._close()
        return False

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _holder(self) -> dict[str, Any]:
        """Who has the lock, as far as the lock file tells."""
        for _ in range(_LOOKS):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            try:
                holder = json.loads(os.read(self._descriptor, 10_000))
                return {key: type(value)(holder[key]) for key, value in _NOBODY.items()}
            except (ValueError, LookupError, TypeError):
                time.sleep(_PAUSE)
        return _NOBODY

    def _refusal(self, holder: dict[str, Any]) -> WorkspaceLocked:
        who = "another process has this workspace open"
        if holder["pid"]:
            who = (
                f"process {holder['pid']} of {holder['user']} on {holder['host']} has this workspace open since "
                f"{holder['since']}"
            )
        problem = f"{self.path}: {who}; close it there, or open it for reading only"
        return WorkspaceLocked(problem, path=self.path, **holder)


_NOBODY: dict[str, Any] = {"host": "", "pid": 0, "user": "", "since": ""}


def _this_process() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # nobody by that number
        user = str(os.getuid()) if hasattr(os, "getuid") else "somebody"
    return {"host": socket.gethostname(), "pid": os.getpid(), "user": user, "since": now()}


def _in_child() -> None:
    """A forked process does not hold the locks of its parent, and does not keep them when the parent ends."""
    for lock in list(_held):
        lock._close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
