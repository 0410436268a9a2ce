"""The division of text into commands: one per line, or several separated by ``;``.

A command goes on in the next line while a bracket is open.  What stands behind ``#`` is a comment.  ``!`` and the
command ``shell`` take the rest of their line as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RAW = re.compile(r"!|shell(?=[ \t]|$)")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?')
_OPENING, _CLOSING = "([", ")]"


@dataclass(frozen=True)
class Statement:
    """The text of one command.

    Attributes
    ----------
    text : str
        Without the ``;`` behind it, and with blanks in place of comments.
    start : int
        Where it begins in the whole text.
    line : int
        The line in which it begins, from 1.
    silent : bool
        Whether a ``;`` stands behind it.
    closed : bool
        Whether something marks its end, and all its brackets are closed.
    """

    text: str
    start: int
    line: int
    silent: bool = False
    closed: bool = True


def split(text: str) -> list[Statement]:
    """The commands in a text.

    A command whose brackets are never closed ends with its first line, so that what follows is not lost.

    >>> [(each.text, each.line, each.silent) for each in split("add_nodes [1,\\n 2]; nodes # all\\nedges")]
    [('add_nodes [1,\\n 2]', 1, True), ('nodes', 2, False), ('edges', 3, False)]
    """
    found: list[Statement] = []
    position = 0
    while position < len(text):
        statement, after = _next(text, position)
        if not statement.closed:
            end = _line_end(text, position)
            if end < len(text) and _depth(statement.text):
                statement, after = _make(text, position, end, closed=False), end + 1
        if statement.text:
            found.append(statement)
        position = after
    return found


def is_open(text: str, *, blank_ends: bool = True) -> bool:
    """Whether the last command is incomplete, because a bracket is open; an empty last line may end it.

    >>> is_open("add_nodes [1, 2,"), is_open("add_nodes [1, 2]"), is_open("add_nodes [1, 2,\\n")
    (True, False, False)
    """
    if blank_ends and "\n" in text and not text.rpartition("\n")[2].strip():
        return False
    position = 0
    while position < len(text):
        statement, position = _next(text, position)
        if not statement.closed and _depth(statement.text):
            return True
    return False


def last(text: str) -> Statement:
    """The command that is being typed at the end of a text; its text is empty when none has begun.

    >>> last("nodes; add_for").text, last("nodes;").text
    ('add_for', '')
    """
    position, statement = 0, Statement("", len(text), 1)
    while position < len(text):
        statement, after = _next(text, position, strip=False)
        if after > len(text) or (after == len(text) and not statement.closed):
            return statement
        position = after
    return Statement("", len(text), text.count("\n") + 1)


def _next(text: str, position: int, *, strip: bool = True) -> tuple[Statement, int]:
    """The command at a position, and the position of the next one: after the end of the text for an incomplete one."""
    begin = position
    while begin < len(text) and text[begin] in " \t\r\n":
        begin += 1
    if _RAW.match(text, begin):
        end = _line_end(text, begin)
        return _make(text, begin, end, strip=strip, raw=True), end + 1
    depth, here = 0, begin
    while here < len(text):
        character = text[here]
        if character in "\"'":
            quoted = _QUOTED.match(text, here)
            here = quoted.end() if quoted else here + 1
            continue
        if character == "#":
            here = _line_end(text, here)
            continue
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character == ";":
            return _make(text, begin, here, silent=True, strip=strip), here + 1
        elif character == "\n" and not depth:
            return _make(text, begin, here, strip=strip), here + 1
        here += 1
    return _make(text, begin, here, strip=strip, closed=False), len(text) + 1


def _make(
    text: str, begin: int, end: int, *, silent: bool = False, strip: bool = True, raw: bool = False, closed: bool = True
) -> Statement:
    found = text[begin:end] if raw else _without_comments(text[begin:end])
    line = text.count("\n", 0, begin) + 1
    return Statement(found.rstrip() if strip else found, begin, line, silent, closed)


def _without_comments(text: str) -> str:
    return re.sub(rf"({_QUOTED.pattern})|#[^\n]*", lambda match: match[1] or " " * len(match[0]), text, flags=re.DOTALL)


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _depth(text: str) -> int:
    plain = _QUOTED.sub("", text)
    return sum(plain.count(each) for each in _OPENING) - sum(plain.count(each) for each in _CLOSING)
