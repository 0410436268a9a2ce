"""Whole files, read and replaced: of bounded size, never waited for without end, and as private as they were.

What is no regular file is read and written where that makes sense: a pipe as long as the other end works, a device.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from equibel.errors import EquibelError, FileAccessError

FilePath = str | os.PathLike[str]

MAX_BYTES = 256 * 2**20  # past this a file is refused rather than filling the memory
_PATIENCE = 5.0  # seconds to wait for the other end of a pipe
_LOOK = 0.02  # seconds between two looks at it
_PIECE = 2**16  # bytes that are read at once

_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # opening a pipe waits for its other end
_GROUP, _OTHERS = 0o070, 0o007


def read_bytes(path: FilePath, check: Callable[[os.stat_result], str] | None = None) -> bytes:
    """The bytes of a file, or of a pipe up to its end.

    Parameters
    ----------
    path : str or path
        The file.
    check : callable, optional
        Says what is wrong with the file that is open, ``""`` when nothing is.

    Raises
    ------
    FileAccessError
        When the file is not there, is a folder or socket, may not be read, has more than 256 MiB, or ``check`` refuses it;
        when it is a pipe and nothing comes through it for 5 seconds.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _FLAGS | _NO_WAIT)
        try:
            found = os.fstat(descriptor)
            if stat.S_ISDIR(found.st_mode):
                raise IsADirectoryError
            problem = check(found) if check is not None else ""
            data = b"" if problem else _contents(descriptor, found)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # ValueError: the path itself contains a NUL character
        raise refusal(path, "read", error) from error
    if problem:
        raise FileAccessError(f"{path}: {problem}", path=str(path))
    if data is None:
        problem = f"the file has more than {MAX_BYTES // 2**20} MiB, too much to be read"
        raise FileAccessError(f"{path}: {problem}", path=str(path))
    return data


def read_stream(read: Callable[[int], bytes | None], name: str) -> bytes:
    """All that a stream such as standard input has, up to its end; raises `FileAccessError` past 256 MiB."""

    def pieces() -> Iterator[bytes]:
        while (piece := read(_PIECE)) != b"":
            if piece is None:  # whoever started the program lets nothing be waited for
                time.sleep(_LOOK)
            else:
                yield piece

    try:
        data = _joined(pieces())
    except OSError as error:
        raise FileAccessError(f"{name}: it cannot be read: {error.strerror or error}", path=name) from error
    if data is None:
        raise FileAccessError(f"{name}: there are more than {MAX_BYTES // 2**20} MiB, too much to be read", path=name)
    return data


def write_bytes(path: FilePath, data: bytes) -> None:
    """Write a file so that at every moment the old or the new one is there, whole; see `replace_file`.

    A symbolic link is followed; a device or a pipe is written to directly.

    Raises
    ------
    FileAccessError
        When the file or its folder may not be written, or is a pipe from which nobody reads for 5 seconds.
    """
    try:
        target = os.path.realpath(path)
        if file_kind(target) in ("a file", ""):
            replace_file(target, data)
        else:
            _write_into(target, data)
    except (OSError, ValueError) as error:
        raise refusal(path, "written", error) from error


def replace_file(target: str, data: bytes, keep: Callable[[int], None] | None = None) -> None:
    """Let a file have these bytes: a temporary file beside it takes its place, and its owner, group, access list and mode.

    Until then nobody but this user can read the temporary file.  Owner and group are kept where the system allows it;
    where not, the group gets no more than everybody.

    Parameters
    ----------
    target : str
        The file, without symbolic links; where there is none it is made.
    keep : callable, optional
        Called with the descriptor of the new file, open for reading and appending, before that takes its place.

    Raises
    ------
    OSError
        When that is impossible; the old file is there then.
    """
    with suppress(FileNotFoundError):
        old = os.stat(target)
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
        _with_temporary(target, data, old, keep, os.replace)
        return
    _with_temporary(target, data, None, keep, os.replace)


def create_file(target: str, data: bytes, keep: Callable[[int], None] | None = None) -> None:
    """Make a file with these bytes, whole from the beginning; raises `FileExistsError` when it is there already.

    Parameters and other errors are those of `replace_file`.
    """
    _with_temporary(target, data, None, keep, _take_free_name)


def temporary_pattern(name: str) -> str:
    """What files beside the file of that name are called while they are written: a prefix; ``.tmp`` ends them."""
    if len(os.fsencode(name)) > 200:  # where file systems allow 255
        name = f"{name[:20]}.{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"
    return f".{name}."


def file_kind(path: FilePath) -> str:
    """What is at a path, links followed: ``"a file"``, ``"a folder"``, ``"a pipe"`` …; ``""`` when there is nothing."""
    try:
        return kind_of(os.stat(path).st_mode)
    except (OSError, ValueError):
        return ""


def kind_of(mode: int) -> str:
    """The same for a mode of `os.stat`.

    >>> kind_of(stat.S_IFREG | 0o644), kind_of(stat.S_IFIFO | 0o644)
    ('a file', 'a pipe')
    """
    kinds = {stat.S_IFREG: "a file", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def refusal(path: FilePath, action: str, error: OSError | ValueError) -> EquibelError:
    """The error for a file that cannot be ``"read"`` or ``"written"``."""
    match error:
        case EquibelError():
            return error
        case FileNotFoundError():
            folder = os.path.dirname(os.path.abspath(path))
            missing = "there is no such file" if os.path.isdir(folder) else f"there is no folder {folder}"
            problem = missing if action == "read" else f"the file cannot be written: {missing}"
        case IsADirectoryError():
            problem = "this is a folder; expected a file"
        case PermissionError():
            problem = f"the file may not be {action}; check its permissions"
        case TimeoutError():
            problem = str(error)
        case OSError() if file_kind(path) == "a socket":
            problem = "this is a socket; expected a file"
        case OSError():
            problem = f"the file cannot be {action}: {error.strerror or error}"
        case _:
            problem = f"the file cannot be {action}: {error}"
    return FileAccessError(f"{path}: {problem}", path=str(path))


def _contents(descriptor: int, found: os.stat_result) -> bytes | None:
    """What is in an open file, ``None`` when that is too much."""
    if not stat.S_ISREG(found.st_mode):
        return _joined(_arriving(descriptor, stat.S_ISFIFO(found.st_mode)))
    if found.st_size > MAX_BYTES:
        return None
    # In one piece; what is written to it meanwhile comes after that.
    return _joined(iter(lambda: os.read(descriptor, max(found.st_size + 1, _PIECE)), b""))


def _joined(pieces: Iterator[bytes]) -> bytes | None:
    """The pieces together, ``None`` when they are too much."""
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            return None
    return found[0] if len(found) == 1 else b"".join(found)


def _arriving(descriptor: int, is_pipe: bool) -> Iterator[bytes]:
    """The pieces; `TimeoutError` when none comes for too long."""
    connected = not is_pipe
    until = time.monotonic() + _PATIENCE
    while True:
        piece: bytes | None
        try:
            piece = os.read(descriptor, _PIECE)
        except BlockingIOError:  # somebody has it open for writing
            piece, connected = None, True
        if piece:
            yield piece
            connected, until = True, time.monotonic() + _PATIENCE
            continue
        if piece == b"" and connected:
            return
        if time.monotonic() > until:
            who = "nothing has come through it" if connected else "nobody has written into it"
            what = "a pipe" if is_pipe else "a device"
            raise TimeoutError(f"this is {what}, and {who} for {_PATIENCE:g} seconds; expected a file")
        time.sleep(_LOOK)


def _write_into(target: str, data: bytes) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            descriptor = os.open(target, os.O_WRONLY | _FLAGS | _NO_WAIT)
            break
        except OSError as error:
            if error.errno != errno.ENXIO or file_kind(target) != "a pipe":
                raise
        if time.monotonic() > until:
            raise TimeoutError(f"this is a pipe, and nobody has read from it for {_PATIENCE:g} seconds; expected a file")
        time.sleep(_LOOK)
    os.set_blocking(descriptor, True)
    with open(descriptor, "wb") as file:
        file.write(data)


def _with_temporary(
    target: str,
    data: bytes,
    old: os.stat_result | None,
    keep: Callable[[int], None] | None,
    put: Callable[[str, str], None],
) -> None:
    """Write a temporary file as private as the old one, and put it in its place."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f"{temporary_pattern(name)}{secrets.token_hex(4)}.tmp")
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | _FLAGS
        with open(os.open(temporary, flags, 0o666 if old is None else 0o600), "r+b", buffering=0) as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) or 0 :]
            if old is not None:
                _make_alike(file.fileno(), target, old)
            os.fsync(file.fileno())
            if keep is not None:
                keep(file.fileno())
        put(temporary, target)
    except BaseException:  # also when interrupted: the temporary file must not stay behind
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _make_alike(descriptor: int, target: str, old: os.stat_result) -> None:
    """Give a file the owner, group, extended attributes (access lists among them) and mode of another, where possible."""
    if not hasattr(os, "fchown"):  # on Windows
        return
    for owner, group in ((old.st_uid, old.st_gid), (-1, old.st_gid)):
        with suppress(OSError):
            os.fchown(descriptor, owner, group)
            break
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for attribute in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(descriptor, attribute, os.getxattr(target, attribute))
    new = os.fstat(descriptor)
    mode = stat.S_IMODE(old.st_mode)
    if new.st_uid != old.st_uid:
        mode &= 0o777
    if new.st_gid != old.st_gid:
        mode = mode & ~_GROUP | mode & (mode & _OTHERS) << 3
    with suppress(OSError):
        os.fchmod(descriptor, mode)


def _take_free_name(temporary: str, target: str) -> None:
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600))
        os.replace(temporary, target)
    else:
        os.unlink(temporary)
