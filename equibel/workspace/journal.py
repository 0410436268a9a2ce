"""Keeping records durably: in a file, or wherever something with the same methods keeps them."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import NoReturn, Protocol

from equibel.errors import FileAccessError
from equibel.files.text import FilePath, write_text
from equibel.workspace.file_format import format_lines, parse_lines
from equibel.workspace.lock import Lock


class Journal(Protocol):
    """Where a workspace writes its records; what it raises leaves the workspace as it was."""

    def append(self, text: str) -> None:
        """Add a record; when this returns it is safe, and when it raises it is not there."""

    def rewrite(self, texts: list[str]) -> None:
        """Replace all records; at every moment the old ones or the new ones are there."""

    def close(self) -> None:
        """Nothing more will be written."""


class FileJournal:
    """The records of a workspace file, which is locked for this process until `close`.

    Every record is written by one call and has reached the disk when `append` returns.

    Parameters
    ----------
    path : str or path
        The file; it need not be there, and is not made before `rewrite`.

    Raises
    ------
    WorkspaceLocked
        When another process has the file open.
    FileAccessError
        When the file cannot be locked.
    """

    def __init__(self, path: FilePath) -> None:
        self.path = real_path(path)
        self._lock = Lock(self.path)
        self._pid = os.getpid()
        self._descriptor = -1
        self._size = self._checksum = 0
        self._trouble = ""

    def load(self) -> list[str]:
        """The records of the file; what an interrupted write left at its end is cut off."""
        texts, self._size, self._checksum = parse_lines(read_bytes(self.path), self.path)
        self._open()
        _remove_leftovers(self.path)
        if os.fstat(self._descriptor).st_size > self._size:
            try:
                os.ftruncate(self._descriptor, self._size)
                os.fsync(self._descriptor)
            except OSError as error:
                self._refuse(error)
        return texts

    def append(self, text: str) -> None:
        """Add a record; raises `FileAccessError` when that is impossible, and the file is as it was."""
        self._check()
        data, checksum = format_lines([text], self._checksum)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            self._sync()
        except BaseException as error:
            try:
                os.ftruncate(self._descriptor, self._size)
            except OSError:
                self._trouble = "an earlier write failed half-way"
            if isinstance(error, OSError):
                self._refuse(error)
            raise
        self._size += len(data)
        self._checksum = checksum

    def rewrite(self, texts: list[str]) -> None:
        """Replace the file, at once and as a whole; raises `FileAccessError` when that is impossible."""
        if self._descriptor >= 0:
            self._check()
        data, checksum = format_lines(texts)
        self._close_file()  # on some systems an open file cannot be replaced
        try:
            write_text(self.path, data.decode("ascii"))
            self._size, self._checksum = len(data), checksum
            _sync_folder(self.path)
        finally:
            if self._size:  # there is a file, the old or the new one
                self._open()

    def close(self) -> None:
        """Close the file and let others have it."""
        self._close_file()
        self._lock.release()

    def _open(self) -> None:
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except OSError as error:
            self._trouble = "it could not be opened again"
            self._refuse(error)

    def _close_file(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError:
            self._trouble = "the disk did not take an earlier write"  # and nobody knows what it holds
            raise

    def _check(self) -> None:
        """Refuse to write where it would do harm or be lost."""
        trouble = self._trouble
        if os.getpid() != self._pid:
            trouble = "this process is a copy of the one that opened it"
        elif not trouble:
            with suppress(OSError):
                on_disk = os.stat(self.path)
                if os.path.samestat(on_disk, os.fstat(self._descriptor)) and on_disk.st_size == self._size:
                    return
            trouble = "another program has changed or removed it"
        raise FileAccessError(
            f"{self.path}: the file cannot be written: {trouble}; save the workspace in another file", path=self.path
        )

    def _refuse(self, error: OSError) -> NoReturn:
        problem = f"{self.path}: the file cannot be written: {error.strerror or error}"
        raise FileAccessError(problem, path=self.path) from error


def real_path(path: FilePath) -> str:
    """The path without symbolic links; raises `FileAccessError` when there cannot be such a file."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError) as error:  # a NUL character, say
        raise FileAccessError(f"{path}: this cannot be the name of a file: {error}", path=str(path)) from None


def read_bytes(path: FilePath) -> bytes:
    """The bytes of a file; raises `FileAccessError` when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        problem = f"{path}: there is no such file"
    except (OSError, ValueError) as error:  # ValueError: the path contains a NUL character
        problem = f"{path}: the file cannot be read: {getattr(error, 'strerror', None) or error}"
    raise FileAccessError(problem, path=str(path))


def _remove_leftovers(path: str) -> None:
    """Remove what `write_text` has left beside the file in a process that was killed."""
    folder, name = os.path.split(path)
    leftover = re.compile(rf"\.{re.escape(name[:100])}\.[0-9a-f]{{8}}\.tmp")
    with suppress(OSError):
        for entry in os.listdir(folder):
            if leftover.fullmatch(entry):
                os.unlink(os.path.join(folder, entry))


def _sync_folder(path: str) -> None:
    """Let the folder's entry for a new file reach the disk; not every system can."""
    with suppress(OSError):
        descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
