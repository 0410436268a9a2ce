"""Journals: durable storage of records, in a file or elsewhere."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import NoReturn, Protocol

from equibel.errors import FileAccessError
from equibel.files.access import (
    MAX_BYTES,
    FilePath,
    create_file,
    read_bytes,
    refusal,
    replace_file,
    temporary_pattern,
)
from equibel.workspace.storage.file_format import format_lines, parse_lines
from equibel.workspace.storage.lock import FileLock


class Journal(Protocol):
    """Where a workspace writes its records; after an error, the workspace is unchanged."""

    def append(self, text: str) -> None:
        """Add a record; it is safe when this returns, and was not written when it raises."""

    def rewrite(self, texts: list[str]) -> None:
        """Replace all records at once: after a crash, either the old or the new ones are found."""

    def close(self) -> None:
        """Close the journal; nothing is written afterwards."""


class FileJournal:
    """The records of a workspace file, which is locked for this process until `close`.

    Every record is written by one call and has reached the disk when `append` returns.  A file that would become larger
    than files that are read is not written.

    Parameters
    ----------
    path : str or path
        The file; it need not be there, and is not made before `rewrite`.

    Raises
    ------
    WorkspaceLocked
        When another process has the file open.
    FileAccessError
        When the file is no file, or cannot be locked.
    """

    def __init__(self, path: FilePath) -> None:
        self.path = real_path(path)
        self._pid = os.getpid()
        self._size = self._checksum = 0
        self._trouble = ""
        self._lock = FileLock(path, self.path)
        self._lock.acquire()

    @property
    def exists(self) -> bool:
        """Whether there is such a file, which is locked then."""
        return self._lock.descriptor >= 0

    def load(self) -> list[str]:
        """The records of the file; what an interrupted write left at its end is cut off."""
        texts, self._size, self._checksum = parse_lines(read_bytes(self.path), self.path)
        _remove_leftovers(self.path)
        descriptor = self._lock.descriptor
        if os.fstat(descriptor).st_size > self._size:
            try:
                os.ftruncate(descriptor, self._size)
                os.fsync(descriptor)
            except OSError as error:
                self._refuse(error)
        return texts

    def append(self, text: str) -> None:
        """Add a record; raises `FileAccessError` when that is impossible, and the file is as it was."""
        self._check()
        data, checksum = format_lines([text], self._checksum)
        self._check_size(self._size + len(data))
        descriptor = self._lock.descriptor
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            self._sync(descriptor)
        except BaseException as error:
            try:
                os.ftruncate(descriptor, self._size)
            except OSError:
                self._trouble = "an earlier write failed half-way"
            if isinstance(error, OSError):
                self._refuse(error)
            raise
        self._size += len(data)
        self._checksum = checksum

    def rewrite(self, texts: list[str]) -> None:
        """Replace the file, at once and as a whole; raises `FileAccessError` when that is impossible."""
        if self._size:
            self._check()
        data, checksum = format_lines(texts)
        self._check_size(len(data))
        put = replace_file if self.exists else create_file
        try:
            self._lock.replace(lambda keep: put(self.path, data, keep))
        except FileExistsError as error:  # another process has made it just now, and has it locked, or had
            self._lock.acquire()
            self._refuse(error)
        except (OSError, ValueError) as error:
            raise refusal(self.path, "written", error) from error
        self._size, self._checksum = len(data), checksum
        _sync_folder(self.path)

    def close(self) -> None:
        """Close the file and release its lock."""
        self._lock.release()

    def _sync(self, descriptor: int) -> None:
        try:
            os.fsync(descriptor)
        except OSError:
            self._trouble = "an earlier write did not reach the disk"  # so the content of the file is unknown
            raise

    def _check_size(self, size: int) -> None:
        if size > MAX_BYTES:
            raise FileAccessError(
                f"{self.path}: the file would have more than {MAX_BYTES // 2**20} MiB, the maximum size; save the "
                "graphs without their history, as .toml",
                path=self.path,
            )

    def _check(self) -> None:
        """Refuse to write where it would do harm or be lost."""
        trouble = self._trouble
        if os.getpid() != self._pid:
            trouble = "this process was forked from the one that opened it"
        elif not trouble:
            with suppress(OSError):
                on_disk = os.stat(self.path)
                if os.path.samestat(on_disk, os.fstat(self._lock.descriptor)) and on_disk.st_size == self._size:
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


def _remove_leftovers(path: str) -> None:
    """Remove what `replace_file` has left beside the file in a process that was killed."""
    folder, name = os.path.split(path)
    leftover = re.compile(rf"{re.escape(temporary_pattern(name))}[0-9a-f]{{8}}\.tmp")
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
