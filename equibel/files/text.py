"""Reading and writing of text files, and notes about what a format cannot hold."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Container, Iterable

from equibel import errors
from equibel.errors import FileFormatError
from equibel.files.access import FilePath as FilePath
from equibel.files.access import read_bytes, read_stream, write_bytes
from equibel.graph.nodes import show_node

#: A function that receives one sentence about something that is changed or not kept.
Note = Callable[[str], None]

#: The message for a file in DIMACS CNF.
DIMACS_FILE = "this is DIMACS CNF, which is written but not read; graphs are read from BCF, JSON and TOML files"


class FileNote(UserWarning):
    """A note about something in a file that a scenario cannot hold, or in a scenario that a file cannot hold."""


def warn(message: str) -> None:
    """Issue a note as a Python warning; the default ``note`` of all reading and writing functions."""
    errors.warn(message, FileNote)


class Losses:
    """Counts attributes that a format cannot hold, to report each name once.

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
        self._counts[owner, show_node(attribute)] += 1

    def add_all(self, owner: str, attributes: Iterable[Iterable[object]], held: Container[object]) -> None:
        """Count all attributes except those that the format holds."""
        for names in attributes:
            for name in names:
                if name not in held:
                    self.add(owner, name)

    def report(self, note: Note) -> None:
        """Give one note for each attribute counted."""
        for (owner, attribute), count in self._counts.items():
            where = "" if owner == "graph" else f" (on {count} {owner}{'s' if count > 1 else ''})"
            note(f"{self._head} the {owner} attribute {attribute}; it is left out{where}")


def read_text(path: FilePath, check: Callable[[os.stat_result], str] | None = None) -> str:
    r"""Read a UTF-8 text file; line ends become ``\n``, and a byte order mark is removed.

    ``check`` and errors are those of `equibel.files.access.read_bytes`.  Also raises `FileFormatError` when the file is not
    UTF-8 text, with the line and column of the first invalid byte.
    """
    return _decoded(read_bytes(path, check), path)


def read_text_stream(read: Callable[[int], bytes | None], name: str) -> str:
    """Read UTF-8 text from a stream such as standard input, up to its end."""
    return _decoded(read_stream(read, name), name)


def write_text(path: FilePath, text: str) -> None:
    """Write a UTF-8 text file as `equibel.files.access.write_bytes` does.

    Raises `FileFormatError` when the text has characters that UTF-8 cannot encode (lone surrogates).
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FileFormatError(f"the character {error.object[error.start]!a} cannot be written", path=path) from None
    write_bytes(path, data)


def _decoded(data: bytes, path: FilePath) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        read = error.object[: error.start].decode("utf-8", "replace")
        line, column = read.count("\n") + 1, len(read) - read.rfind("\n")
        problem = "the file is not UTF-8 text; save it as UTF-8"
        raise FileFormatError(problem, path=path, line=line, column=column) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
