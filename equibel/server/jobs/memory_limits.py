"""How much memory processes have, and may have; only Linux tells, elsewhere nothing is bounded."""

from __future__ import annotations

import os
import sys

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_SLACK = 512 * 2**20  # bytes, for the stacks of threads and the like
_RESIDENT, _DATA = 1, 5  # fields of /proc/PID/statm


def resident(process: int | str = "self") -> int:
    """How many bytes of memory a process has; 0 where nobody tells."""
    return _pages(process, _RESIDENT)


def limit_memory(megabytes: int | None) -> None:
    """Let allocations of this process fail that go far beyond so much more than there is now; ``None`` allows all again.

    What goes a little beyond is the nursery's business; this is for what grows faster than it looks.  Counted is what can
    be written (``RLIMIT_DATA``), not the address space: threads reserve much more of that than they use.
    """
    if resource is None or sys.platform != "linux":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = hard
    if megabytes is not None:
        limit = _pages("self", _DATA) + 2 * megabytes * 2**20 + _SLACK
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _pages(process: int | str, field: int) -> int:
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            return int(file.read().split()[field]) * _PAGE
    except OSError:
        return 0
