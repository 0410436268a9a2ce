"""API keys of clients, stored as hashes in a TOML file::

    [[keys]]
    name = "alice"
    sha256 = "9f86d081884c7d65…"
    created = "2015-09-27T12:30:00.000Z"

A name may have several keys, so that one can replace another.  A key that is deleted from the file is refused from then
on, also by a running server.  A file that other users can read or change is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import threading
import time
import tomllib
from dataclasses import dataclass
from typing import Any

from equibel.errors import EquibelError, FileAccessError, FileFormatError, OptionError
from equibel.files.access import kind_of
from equibel.files.text import read_text
from equibel.workspace.state.model import now

log = logging.getLogger("equibel.server.keys")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY_PREFIX = "eqb_"  # so that a key is recognized where it should not be
_LOOK_AGAIN = 1.0  # seconds between two looks whether the file has changed


@dataclass(frozen=True)
class Client:
    """The sender of a request: the ``name`` of its API key, which owns what it creates, or ``local`` without API keys."""

    name: str = "local"


class ApiKeys:
    """The keys of a file, which is read again when it changes.

    Raises
    ------
    FileFormatError, FileAccessError
        When the file is not as described above, has no key, cannot be read, or can be read by others.  When that happens to
        a file that was good before, the keys stay as they were and the log says so.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp = _stamp(path)
        self._looked = time.monotonic()
        self._hashes = _read(path)
        if not self._hashes:
            problem = f"it has no API key; 'equibel serve --new-key NAME --keys-file {path}' adds one"
            raise FileFormatError(problem, path=path)

    def client(self, key: str) -> Client | None:
        """The client that has this key, ``None`` for an unknown key."""
        self._refresh()
        shown = _hash(key)
        # All of them are compared, each in constant time, so that the time tells nothing about them.
        found = [name for known, name in self._hashes if hmac.compare_digest(known, shown)]
        return Client(found[0]) if found else None

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() - self._looked < _LOOK_AGAIN:
                return
            self._looked = time.monotonic()
            stamp = _stamp(self.path)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._hashes = _read(self.path)
            except EquibelError as error:
                log.error("the API keys were not read again: %s", error)
            else:
                log.info("the API keys were read again: %d", len(self._hashes))


def new_key(path: str, name: str) -> str:
    """Create a key for a client, add its hash to the file, and return the key, which is not stored.

    Parameters
    ----------
    path : str
        The file, which is made if it is not there.
    name : str
        Whose key it is: letters, digits and ``._-``, at most 64.

    Raises
    ------
    OptionError
        When the name is not as it should be.
    FileFormatError, FileAccessError
        When the file is not one of keys, or cannot be read or written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     key = new_key(f"{folder}/keys.toml", "alice")
    ...     keys = ApiKeys(f"{folder}/keys.toml")
    >>> key.startswith("eqb_"), keys.client(key), keys.client("eqb_guess")
    (True, Client(name='alice'), None)
    """
    if not _NAME.fullmatch(name):
        expected = "at most 64 letters, digits, dots, hyphens and underscores, the first a letter or digit"
        raise OptionError(f"the name of a key is {expected}, and not {name!r}", option="name", value=name, expected=expected)
    if os.path.exists(path):
        _read(path)
    key = _KEY_PREFIX + secrets.token_urlsafe(32)
    entry = f'[[keys]]\nname = "{name}"\nsha256 = "{_hash(key)}"\ncreated = "{now()}"\n'
    try:
        # Only the owner may read it.  Appending keeps what somebody wrote there, comments too.
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
            before = file.read()
            file.write(("\n" if before and not before.endswith("\n") else "") + ("\n" if before else "") + entry)
    except OSError as error:
        raise FileAccessError(f"{path}: the key cannot be added: {error.strerror or error}", path=path) from error
    return key


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _stamp(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode


def _too_open(found: os.stat_result, path: str) -> str:
    """What is wrong with who may use a file: others must be able to do nothing with it.

    The group may read a file of another owner, since that may be how this server gets to read it.
    """
    if not stat.S_ISREG(found.st_mode):
        return f"this is {kind_of(found.st_mode)}; expected a file"
    if not hasattr(os, "geteuid"):  # on Windows, whose modes say nothing
        return ""
    theirs = 0o077 if found.st_uid == os.geteuid() else 0o037
    if not found.st_mode & theirs:
        return ""
    mode = stat.S_IMODE(found.st_mode)
    return f"others can read or change this file (its mode is {mode:04o}), and keys must be private: chmod 600 {path}"


def _read(path: str) -> list[tuple[str, str]]:
    """The hashes in a file, each with its name."""
    try:
        data = tomllib.loads(read_text(path, lambda found: _too_open(found, path)))
    except tomllib.TOMLDecodeError as error:
        raise FileFormatError(str(error), path=path) from None
    entries = data.pop("keys", [])
    if data or not isinstance(entries, list):
        raise FileFormatError("expected nothing but [[keys]] tables", path=path)
    return [_entry(number, entry, path) for number, entry in enumerate(entries, 1)]


def _entry(number: int, entry: Any, path: str) -> tuple[str, str]:
    entry = entry if isinstance(entry, dict) else {}
    name, digest = entry.get("name"), entry.get("sha256")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise FileFormatError(f"key {number}: 'name' must be letters, digits and ._-", path=path)
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise FileFormatError(f"key {number}: 'sha256' must be 64 hexadecimal digits, the hash of the key", path=path)
    if extra := set(entry) - {"name", "sha256", "created"}:
        raise FileFormatError(f"key {number}: unknown field {min(extra)!r}", path=path)
    return digest, name
