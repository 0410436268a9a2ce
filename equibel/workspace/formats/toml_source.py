"""Lines of keys in TOML text, which the standard library's parser does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEYS = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_KEYS})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_KEYS})\s*=")


def line_of(text: str, place: tuple[str | int, ...]) -> int:
    """The line of the key, or the table header, that leads nearest to a place; 1 when none does.

    Lines that only look like a key, within a text of several lines, may mislead it.

    >>> line_of('[a]\\n[a.b]\\nc = 1\\nd = [2,\\n3]', ("a", "b", "d", 1))
    4
    """
    best, depth = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        header = _HEADER.match(line)
        assignment = None if header else _ASSIGNMENT.match(line)
        if header:
            found = table = _path(header[1])
        elif assignment:
            found = (*table, *_path(assignment[1]))
        else:
            continue
        shared = _shared(found, place)
        if shared > depth:
            best, depth = number, shared
    return best


def _path(keys: str) -> tuple[str, ...]:
    """The keys of a dotted key."""
    try:
        value: Any = tomllib.loads(f"{keys} = 0")
    except ValueError:
        return ()
    path = []
    while isinstance(value, dict):
        ((key, value),) = value.items()
        path.append(key)
    return tuple(path)


def _shared(found: tuple[str, ...], place: tuple[str | int, ...]) -> int:
    """How many steps the two have in common, when one of them leads to the other; 0 otherwise."""
    length = min(len(found), len(place))
    return length if found[:length] == place[:length] else 0
