"""What clients prefer (RFC 7240)."""

from __future__ import annotations

import re

LONGEST = 60.0  # seconds

_WAIT = re.compile(r'\s*wait\s*=\s*"?(\d{1,9})"?\s*(;.*)?', re.IGNORECASE)


def wait_of(prefer: str | None) -> float | None:
    """The seconds that a ``Prefer`` header asks to wait for an answer, at most `LONGEST`; ``None`` when it does not.

    >>> wait_of("respond-async, wait=10"), wait_of("wait=100000"), wait_of("return=minimal")
    (10.0, 60.0, None)
    """
    for preference in (prefer or "").split(","):
        found = _WAIT.fullmatch(preference)
        if found:
            return min(float(found[1]), LONGEST)
    return None
