"""Reading and replacing of whole files, with a maximum size, timeouts for pipes, and unchanged permissions.

Pipes and devices can be read and written, too.
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

MAX_BYTES = 256 * 2**20  # the maximum size of a file; the limit protects the memory
_PATIENCE = 5.0  # seconds to wait for the other end of a pipe
_LOOK = 0.02  # seconds between two attempts
_PIECE = 2**16  # bytes that are read together

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
        Returns the problem with the open file, or ``""`` if there is none.

    Raises
    ------
    FileAccessError
        When the file is not found, is a folder or socket, cannot be read, has more than 256 MiB, or ``check`` returns a
        problem; when it is a pipe and nothing comes through it for 5 seconds.
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
        problem = f"the file has more than {MAX_BYTES // 2**20} MiB, the maximum size"
        raise FileAccessError(f"{path}: {problem}", path=str(path))
    return data


def read_stream(read: Callable[[int], bytes | None], name: str) -> bytes:
    """All bytes of a stream such as standard input; raises `FileAccessError` when there are more than 256 MiB."""

    def pieces() -> Iterator[bytes]:
        while (piece := read(_PIECE)) != b"":
            if piece is None:  # the stream is in non-blocking mode
                time.sleep(_LOOK)
            else:
                yield piece

    try:
        data = _joined(pieces())
    except OSError as error:
        raise FileAccessError(f"{name}: it cannot be read: {error.strerror or error}", path=name) from error
    if data is None:
        raise FileAccessError(f"{name}: there are more than {MAX_BYTES // 2**20} MiB, the maximum size", path=name)
    return data


def write_bytes(path: FilePath, data: bytes) -> None:
    """Write a file atomically: at every moment, the complete old or new file exists; see `replace_file`.

    A symbolic link is followed.  A device or a pipe is written directly.

    Raises
    ------
    FileAccessError
        When the file or its folder cannot be written, or is a pipe that no process reads for 5 seconds.
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
    """Replace a file by a temporary file in the same folder, which gets the same owner, group, access list and mode.

    Before that, only this user can read the temporary file.  Owner and group are kept if the system allows it.  If not, the
    group gets at most the permissions of all users.

    Parameters
    ----------
    target : str
        The file, without symbolic links; it is created if it does not exist.
    keep : callable, optional
        Called with the descriptor of the new file, open for reading and appending, before it replaces the old one.

    Raises
    ------
    OSError
        When the file cannot be replaced; then the old file is unchanged.
    """
    with suppress(FileNotFoundError):
        old = os.stat(target)
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
        _with_temporary(target, data, old, keep, os.replace)
        return
    _with_temporary(target, data, None, keep, os.replace)


def create_file(target: str, data: bytes, keep: Callable[[int], None] | None = None) -> None:
    """Create a file with these bytes atomically; raises `FileExistsError` when it already exists.

    Parameters and other errors are those of `replace_file`.
    """
    _with_temporary(target, data, None, keep, _take_free_name)


def temporary_pattern(name: str) -> str:
    """The prefix of the names of temporary files for a file name; their ending is ``.tmp``."""
    if len(os.fsencode(name)) > 200:  # file systems allow 255
        name = f"{name[:20]}.{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"
    return f".{name}."


def file_kind(path: FilePath) -> str:
    """The kind of file at a path, with links followed: ``"a file"``, ``"a folder"``, …; ``""`` if there is none."""
    try:
        return kind_of(os.stat(path).st_mode)
    except (OSError, ValueError):
        return ""


def kind_of(mode: int) -> str:
    """The kind of file for a mode of `os.stat`.

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
            missing = "file not found" if os.path.isdir(folder) else f"folder {folder} not found"
            problem = missing if action == "read" else f"the file cannot be written: {missing}"
        case IsADirectoryError():
            problem = "this is a folder; expected a file"
        case PermissionError():
            problem = f"permission denied: the file cannot be {action}; check its permissions"
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
    """The bytes of an open file; ``None`` when there are too many."""
    if not stat.S_ISREG(found.st_mode):
        return _joined(_arriving(descriptor, stat.S_ISFIFO(found.st_mode)))
    if found.st_size > MAX_BYTES:
        return None
    # The file is read in one piece; bytes that are appended in the meantime are read after it.
    return _joined(iter(lambda: os.read(descriptor, max(found.st_size + 1, _PIECE)), b""))


def _joined(pieces: Iterator[bytes]) -> bytes | None:
    """All pieces joined; ``None`` when they are too large."""
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            return None
    return found[0] if len(found) == 1 else b"".join(found)


def _arriving(descriptor: int, is_pipe: bool) -> Iterator[bytes]:
    """The pieces as they arrive; raises `TimeoutError` when none arrives in time."""
    connected = not is_pipe
    until = time.monotonic() + _PATIENCE
    while True:
        piece: bytes | None
        try:
            piece = os.read(descriptor, _PIECE)
        except BlockingIOError:  # another process has it open for writing
            piece, connected = None, True
        if piece:
            yield piece
            connected, until = True, time.monotonic() + _PATIENCE
            continue
        if piece == b"" and connected:
            return
        if time.monotonic() > until:
            who = "nothing has come through it" if connected else "no process has written to it"
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
            raise TimeoutError(f"this is a pipe, and no process has read from it for {_PATIENCE:g} seconds; expected a file")
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
    """Write a temporary file with the permissions of the old one, and put it in its place."""
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
    except BaseException:  # also after Ctrl-C: the temporary file must be deleted
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _make_alike(descriptor: int, target: str, old: os.stat_result) -> None:
    """Copy owner, group, extended attributes (with access lists) and mode of the old file, as far as possible."""
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
    except OSError:  # a file system without links: the name is created first
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600))
        os.replace(temporary, target)
    else:
        os.unlink(temporary)
