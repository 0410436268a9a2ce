"""Locks: one process at a time has a workspace file, or the database of a server, open for changes.

The lock is the operating system's, so it is released when the process ends, in whatever way.  A workspace file is locked
itself (`FileLock`): all its names, links among them, are one lock then, and nothing has to be written where a link leads.
A database is locked by a file beside it (`Lock`), since SQLite locks the database for its own purposes.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from equibel.errors import FileAccessError, WorkspaceLocked
from equibel.files.access import file_kind, kind_of
from equibel.visible import visible
from equibel.workspace.state.model import now

_LOOKS = 10  # at a file that should name the owner of the lock, and does not yet
_PAUSE = 0.02  # seconds between two looks
_ITSELF = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # no symbolic link of another user

_NOBODY: dict[str, Any] = {"host": "", "pid": 0, "user": "", "since": ""}

_locks: weakref.WeakSet[Lock | FileLock] = weakref.WeakSet()

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
    """A lock by a lock file, from its construction until `release`.

    Parameters
    ----------
    path : str
        The file that is locked; the lock file is called like it, with ``.lock`` at the end.

    Raises
    ------
    WorkspaceLocked
        When another process, or another `Lock` of this one, has it.
    FileAccessError
        When the lock file cannot be made or locked.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._file = f"{path}.lock"
        self.descriptor = -1
        try:
            while not self._acquire():
                pass
        except OSError as error:
            _close(self)
            problem = f"{path}: its lock file {self._file} cannot be made or locked ({error.strerror or error})"
            raise FileAccessError(problem, path=path) from error
        _locks.add(self)

    def release(self) -> None:
        """Release the lock."""
        if self.descriptor >= 0:
            with suppress(OSError):  # on some systems an open file cannot be removed; it does no harm
                os.unlink(self._file)
            _close(self)

    def _acquire(self) -> bool:
        """Try to get the lock; false when the lock file was removed by its last owner meanwhile."""
        self.descriptor = os.open(self._file, _ITSELF | os.O_CREAT, 0o666)
        if not _try_lock(self.descriptor):
            owner = _read_owner([self._file])
            _close(self)
            raise _refusal(self.path, owner)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(self.descriptor), os.stat(self._file)):
                _write_owner(self.descriptor, _this_process())
                return True
        _close(self)
        return False


class FileLock:
    """The lock on a file itself, open for reading and appending.

    A file ``NAME.lock`` beside it names the process that has the lock, only for the message to other processes.  One that a
    killed process leaves does no harm.

    Parameters
    ----------
    name : str or path
        The name by which the file was opened.
    path : str
        The same without symbolic links.

    Attributes
    ----------
    descriptor : int
        Of the open file, -1 when it is not locked.
    owner : dict
        This process, when it has the lock.
    """

    def __init__(self, name: str | os.PathLike[str], path: str) -> None:
        self.path = path
        self._message = f"{os.path.abspath(name)}.lock"
        self._said = False
        self.descriptor = -1
        self.owner = _NOBODY

    def acquire(self) -> bool:
        """Open the file and lock it; false when there is no such file.

        Raises
        ------
        WorkspaceLocked
            When another process, or something else in this one, has it.
        FileAccessError
            When it is no file, or cannot be opened or locked.
        """
        try:
            while not self._acquire():
                pass
        except FileNotFoundError:
            return False
        except OSError as error:
            _close(self)
            raise self._unlockable(error) from error
        _locks.add(self)
        self._say()
        return True

    def replace(self, put: Callable[[Callable[[int], None] | None], None]) -> None:
        """Replace the file by another one, and lock that instead.

        ``put`` replaces it, and before that calls its argument with the descriptor of the new file.
        """
        if sys.platform == "win32":  # where an open file cannot be replaced
            _close(self)
            try:
                put(None)
            finally:
                self.acquire()
            return
        new: list[int] = []

        def keep(descriptor: int) -> None:
            new.append(os.dup(descriptor))
            _try_lock(new[0])

        try:
            put(keep)
        except BaseException:
            for descriptor in new:
                os.close(descriptor)
            raise
        _close(self)
        (self.descriptor,) = new
        _locks.add(self)
        self._say()

    def release(self) -> None:
        """Release the lock."""
        if self.descriptor >= 0:
            if self._said:
                with suppress(OSError):
                    os.unlink(self._message)
            _close(self)

    def is_on(self, found: os.stat_result) -> bool:
        """Whether this file is the locked one."""
        return self.descriptor >= 0 and os.path.samestat(os.fstat(self.descriptor), found)

    def _acquire(self) -> bool:
        """Try to get the lock; false when the file was replaced by its last owner meanwhile."""
        flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        self.descriptor = os.open(self.path, flags)
        found = os.fstat(self.descriptor)
        if kind_of(found.st_mode) != "a file":
            _close(self)
            raise FileAccessError(f"{self.path}: this is {kind_of(found.st_mode)}; expected a file", path=self.path)
        if not _try_lock(self.descriptor):
            _close(self)
            ours = (each.owner for each in list(_locks) if isinstance(each, FileLock) and each.is_on(found))
            owner = next(ours, None) or _read_owner([self._message, f"{self.path}.lock"])
            raise _refusal(self.path, owner)
        if os.path.samestat(found, os.stat(self.path)):
            return True
        _close(self)
        return False

    def _say(self) -> None:
        """Write which process has the lock, if such a file can be written."""
        self.owner = _this_process()
        with suppress(OSError):
            descriptor = os.open(self._message, _ITSELF | os.O_CREAT, 0o666)
            try:
                if kind_of(os.fstat(descriptor).st_mode) == "a file":
                    _write_owner(descriptor, self.owner)
                    self._said = True
            finally:
                os.close(descriptor)

    def _unlockable(self, error: OSError) -> FileAccessError:
        if isinstance(error, FileAccessError):
            return error
        match error:
            case NotADirectoryError():
                problem = f"folder {os.path.dirname(self.path)} not found"
            case PermissionError():
                problem = "permission denied: the file cannot be written; check its permissions, or open it for reading only"
            case _ if (found := file_kind(self.path)) != "a file":
                problem = f"this is {found}; expected a file"
            case _:
                problem = f"the file cannot be locked ({error.strerror or error}); it can be opened for reading only"
        return FileAccessError(f"{self.path}: {problem}", path=self.path)


def _close(lock: Lock | FileLock) -> None:
    descriptor, lock.descriptor = lock.descriptor, -1
    if descriptor >= 0:
        os.close(descriptor)


def _write_owner(descriptor: int, owner: dict[str, Any]) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(owner).encode())


def _read_owner(files: list[str]) -> dict[str, Any]:
    """The process that has the lock, as one of these files names it."""
    for look in range(_LOOKS):
        if look:
            time.sleep(_PAUSE)
        for file in files:
            with suppress(OSError, ValueError, LookupError, TypeError):
                descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
                try:
                    owner = json.loads(os.read(descriptor, 10_000))
                finally:
                    os.close(descriptor)
                found = {key: type(value)(owner[key]) for key, value in _NOBODY.items()}
                if not _is_over(found):
                    return found
    return _NOBODY


def _is_over(owner: dict[str, Any]) -> bool:
    """Whether the process was on this computer, and has ended."""
    if owner["host"] != socket.gethostname() or sys.platform == "win32":
        return False
    try:
        os.kill(owner["pid"], 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _refusal(path: str, owner: dict[str, Any]) -> WorkspaceLocked:
    who = "another process has this workspace open"
    if owner["pid"]:
        who = (
            f"process {owner['pid']} of {visible(owner['user'])} on {visible(owner['host'])} has this workspace open "
            f"since {visible(owner['since'])}"
        )
    problem = f"{visible(path)}: {who}; close it there, or open it for reading only"
    return WorkspaceLocked(problem, path=path, **owner)


def _this_process() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no user of that number
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    return {"host": socket.gethostname(), "pid": os.getpid(), "user": user, "since": now()}


def _in_child() -> None:
    """A forked process does not have the locks of its parent, and they end with the parent."""
    for lock in list(_locks):
        _close(lock)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
