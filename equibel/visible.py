"""Escaping of invisible characters, and of characters that change how other text is displayed.

A name from a file can contain a control sequence of a terminal, a direction override (U+202E), or a character without
width.  Files keep such names unchanged.  Messages and listings show them with escape sequences, by `visible`.
"""

from __future__ import annotations

import json
import re

#: Printable characters by Python's definition that are invisible: fillers, variation selectors, the blank Braille pattern.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def visible(text: str) -> str:
    r"""The text with all invisible characters escaped, also line ends and tabs.

    >>> print(visible("a\u202eb\x1b[2J\n"))
    a\u202eb\x1b[2J\n
    """
    if is_visible(text):
        return text
    return "".join(c if is_visible(c) else ascii(c)[1:-1] for c in text)


def visible_lines(text: str) -> str:
    r"""The same for a text of several lines; line ends are kept.

    >>> visible_lines("one\ntwo\x07")
    'one\ntwo\\x07'
    """
    return "\n".join(map(visible, text.split("\n")))


def visible_message(text: str) -> str:
    r"""The same for a message: a line end is kept only before an indented line.  Others are from a name, and are escaped.

    >>> visible_message("line 1: wrong\n  p &\nnot ours")
    'line 1: wrong\n  p &\\nnot ours'
    """
    return visible_lines(re.sub(r"\n(?!  )", r"\\n", text))


def escape_json(text: str) -> str:
    r"""JSON text with invisible characters escaped in the way of JSON, so that it has the same value; line ends are kept.

    >>> print(escape_json('"a\u202eb"'))
    "a\u202eb"
    """
    return "\n".join(
        line if is_visible(line) else "".join(c if is_visible(c) else json.dumps(c)[1:-1] for c in line)
        for line in text.split("\n")
    )


def is_visible(text: str) -> bool:
    r"""Whether all characters of the text are visible; spaces are.

    >>> is_visible("naïve name"), is_visible("a\u200bb"), is_visible("a\x7f")
    (True, False, False)
    """
    return text.isprintable() and not _BLANK.search(text)
