"""Reading and writing whole text files, and the notes that say what a format could not hold."""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from pathlib import Path

from equibel import errors
from equibel.errors import EquibelError, FileAccessError, FileFormatError

FilePath = str | os.PathLike[str]

#: Receives one sentence about something that could not be kept, or was read in a particular way.
Note = Callable[[str], None]

#: What to say of a file that is recognized as something that is not read.
DIMACS_FILE = "this is DIMACS CNF, which is written but not read; graphs are read from BCF, JSON and TOML files"

MAX_BYTES = 256 * 2**20  # past this a file is refused rather than filling the memory


class FileNote(UserWarning):
    """Something in a file that a scenario cannot hold, or in a scenario that a file cannot hold."""


def warn(message: str) -> None:
    """Issue a note as a Python warning; what all reading and writing functions do unless given another ``note``."""
    errors.warn(message, FileNote)


class Losses:
    """Counts what a format cannot hold, to report each kind of it once.

    >>> losses = Losses("a.bcf", "BCF")
    >>> losses.add("edge", "weight"); losses.add("edge", "weight")
    >>> losses.report(print)
    a.bcf: BCF cannot hold the edge attribute 'weight'; it is left out (on 2 edges)
    """

    def __init__(self, path: FilePath, format_name: str) -> None:
        self._head = f"{path}: {format_name} cannot hold"
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, owner: str, attribute: object) -> None:
        """Count an attribute of a ``"node"``, an ``"edge"`` or the ``"graph"``."""
        self._counts[owner, repr(attribute)] += 1

    def add_all(self, owner: str, attributes: Iterable[Iterable[object]], held: Container[object]) -> None:
        """Count all attributes but those that the format holds."""
        for names in attributes:
            for name in names:
                if name not in held:
                    self.add(owner, name)

    def report(self, note: Note) -> None:
        """Give one note for each attribute counted."""
        for (owner, attribute), count in self._counts.items():
            where = "" if owner == "graph" else f" (on {count} {owner}{'s' if count > 1 else ''})"
            note(f"{self._head} the {owner} attribute {attribute}; it is left out{where}")


def read_text(path: FilePath) -> str:
    r"""Read a UTF-8 text file; line ends become ``\n`` and a byte order mark is dropped.

    Raises
    ------
    FileAccessError
        When the file does not exist, is a folder, may not be read, or is larger than 256 MiB.
    FileFormatError
        When it is not UTF-8 text; the error carries the line and column of the first wrong byte.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: the path itself contains a NUL character
        raise _refused(path, "read", error) from error
    if len(data) > MAX_BYTES:
        problem = f"the file has more than {MAX_BYTES // 2**20} MiB, too much to be read"
        raise FileAccessError(f"{path}: {problem}", path=str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        read = error.object[: error.start].decode("utf-8", "replace")
        line, column = read.count("\n") + 1, len(read) - read.rfind("\n")
        problem = "the file is not UTF-8 text; save it as UTF-8"
        raise FileFormatError(problem, path=path, line=line, column=column) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_text(path: FilePath, text: str) -> None:
    """Write a UTF-8 text file so that at every moment the old or the new text is there, whole.

    The text goes to a temporary file in the same folder, which then takes the place of the old file and its
    permissions.  A symbolic link is followed; a device or a pipe is written to directly.

    Raises
    ------
    FileAccessError
        When the file or its folder may not be written.
    FileFormatError
        When the text has characters that UTF-8 does not have (lone surrogates).
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FileFormatError(f"the character {error.object[error.start]!a} cannot be written", path=path) from None
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except (OSError, ValueError) as error:
        raise _refused(path, "written", error) from error


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:  # also when interrupted: the temporary file must not stay behind
        with suppress(OSError):
            temporary.unlink()
        raise


def _refused(path: FilePath, action: str, error: OSError | ValueError) -> EquibelError:
    match error:
        case FileNotFoundError():
            folder = os.path.dirname(os.path.abspath(path))
            missing = "there is no such file" if os.path.isdir(folder) else f"there is no folder {folder}"
            problem = missing if action == "read" else f"the file cannot be written: {missing}"
        case IsADirectoryError():
            problem = "this is a folder; expected a file"
        case PermissionError():
            problem = f"the file may not be {action}; check its permissions"
        case OSError():
            problem = f"the file cannot be {action}: {error.strerror or error}"
        case _:
            problem = f"the file cannot be {action}: {error}"
    return FileAccessError(f"{path}: {problem}", path=str(path))
