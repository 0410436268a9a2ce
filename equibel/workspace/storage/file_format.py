r"""The file of a workspace, ``.eqw``: one record a line, each with a checksum.

::

    equibel workspace 1
    1c291ca3 {"position":0,"version":0,"state":{…}}
    9d3e6f0b {"n":1,"time":"…","line":"create graph g (0 nodes, 0 edges)","do":[…]}

Why not a database file: a line is added by one write and one fsync, whatever the size of the workspace; what a killed
process leaves half written can only be the last line, which was not acknowledged yet; there are no other files that
belong to it, so that it can be copied, sent and read; and the same records are rows where a server keeps workspaces in
its database.

A checksum is the CRC-32 of everything up to the end of its line's record, in 8 hexadecimal digits, so that a line that
is damaged, missing or out of place is noticed.  The number in the first line is the version of the format; a file of a
newer version is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from equibel.errors import FileFormatError
from equibel.files.text import FilePath

ENDING = ".eqw"
VERSION = 1
_HEADER = f"equibel workspace {VERSION}\n".encode("ascii")
_LINE = re.compile(rb"[0-9a-f]{8} [ -~]*")
_BEGINNING = re.compile(rb"([0-9a-f]{0,8}|[0-9a-f]{8} [ -~]*)\0*")  # of a line; some file systems fill up with zeros


class FileRecords(NamedTuple):
    """The records of a file, their size in bytes, and the checksum to continue with."""

    texts: list[str]
    size: int
    checksum: int


def format_lines(texts: Iterable[str], checksum: int | None = None) -> tuple[bytes, int]:
    """The lines for some records, a whole file or what goes on after a checksum; and the new checksum."""
    checksum_now = zlib.crc32(_HEADER) if checksum is None else checksum
    lines = [_HEADER] if checksum is None else []
    for text in texts:
        data = text.encode("ascii")
        checksum_now = zlib.crc32(data, checksum_now)
        lines.append(b"%08x %s\n" % (checksum_now, data))
    return b"".join(lines), checksum_now


def parse_lines(data: bytes, path: FilePath) -> FileRecords:
    r"""The records of a file's bytes.

    The beginning of a line at the end is left out: it is what remains of a write that was interrupted.

    Raises
    ------
    FileFormatError
        When it is another kind of file, of a newer version, or damaged; the error says which lines are whole.

    Examples
    --------
    >>> data, checksum = format_lines(['{"a":1}', '{"b":2}'])
    >>> parse_lines(data, "w.eqw").texts
    ['{"a":1}', '{"b":2}']
    >>> parse_lines(data[:-1], "w.eqw").texts
    ['{"a":1}']
    """
    header, separator, rest = data.partition(b"\n")
    _check_header(header + separator, path)
    texts: list[str] = []
    size, checksum = len(_HEADER), zlib.crc32(_HEADER)
    lines = rest.split(b"\n")
    for number, line in enumerate(lines[:-1], start=2):
        after = _checksum(line, checksum)
        if after is None:
            raise _damaged(path, number)
        texts.append(line[9:].decode("ascii"))
        size, checksum = size + len(line) + 1, after
    torn = lines[-1]
    if _checksum(torn[:-1], checksum) is not None or not _BEGINNING.fullmatch(torn):
        raise _damaged(path, len(lines) + 1)  # this is more, or other, than an interrupted write leaves
    return FileRecords(texts, size, checksum)


def _checksum(line: bytes, before: int) -> int | None:
    """The checksum after a line, ``None`` when the line is damaged."""
    if not _LINE.fullmatch(line):
        return None
    checksum = zlib.crc32(line[9:], before)
    return checksum if int(line[:8], 16) == checksum else None


def _damaged(path: FilePath, line: int) -> FileFormatError:
    name = str(path) if re.fullmatch(r"[\w./+-]+\.eqw", str(path)) else "FILE"
    return FileFormatError(
        f"the file is damaged here; the {line - 2} records before this line are whole, and the command "
        f"equibel -c 'recover {name} NEW.eqw' writes them to a new file, as does equibel.workspace.recover_workspace; "
        "nothing was changed",
        path=path,
        line=line,
    )


def _check_header(header: bytes, path: FilePath) -> None:
    if header == _HEADER:
        return
    other = re.fullmatch(rb"equibel workspace ([0-9]{1,9})\n", header)
    if other is not None:
        raise FileFormatError(
            f"this file is of version {int(other[1])} of the workspace format, and this version of equibel reads version "
            f"{VERSION}; open it with a newer equibel",
            path=path,
            line=1,
        )
    problem = "the file is empty" if not header else "this is not a workspace file"
    raise FileFormatError(f"{problem}; expected the line 'equibel workspace {VERSION}'", path=path, line=1)
