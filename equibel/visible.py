"""Text for people: what cannot be seen, or would change how other text is seen, is written as its code point.

A name from a file may hold a control sequence of the terminal, a direction override (U+202E), or a character of no width.
Files keep such names as they are; messages and listings show them by `visible`.
"""

from __future__ import annotations

import json
import re

#: Characters that Python calls printable, and that show nothing: fillers, variation selectors, the blank Braille pattern.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def visible(text: str) -> str:
    r"""The text with every character that cannot be seen escaped, line ends and tabs too.

    >>> print(visible("a\u202eb\x1b[2J\n"))
    a\u202eb\x1b[2J\n
    """
    if is_visible(text):
        return text
    return "".join(c if is_visible(c) else ascii(c)[1:-1] for c in text)


def visible_lines(text: str) -> str:
    r"""The same for a text of several lines, whose line ends stay.

    >>> visible_lines("one\ntwo\x07")
    'one\ntwo\\x07'
    """
    return "\n".join(map(visible, text.split("\n")))


def visible_message(text: str) -> str:
    r"""The same for a message: what goes on in another line is indented, and a line end in a name is not followed by that.

    >>> visible_message("line 1: wrong\n  p &\nnot ours")
    'line 1: wrong\n  p &\\nnot ours'
    """
    return visible_lines(re.sub(r"\n(?!  )", r"\\n", text))


def escape_json(text: str) -> str:
    r"""JSON text with what cannot be seen escaped as JSON does it, so that it means the same; line ends stay.

    >>> print(escape_json('"a\u202eb"'))
    "a\u202eb"
    """
    return "\n".join(
        line if is_visible(line) else "".join(c if is_visible(c) else json.dumps(c)[1:-1] for c in line)
        for line in text.split("\n")
    )


def is_visible(text: str) -> bool:
    r"""Whether every character of the text can be seen; blanks can.

    >>> is_visible("naïve name"), is_visible("a\u200bb"), is_visible("a\x7f")
    (True, False, False)
    """
    return text.isprintable() and not _BLANK.search(text)
