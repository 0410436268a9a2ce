"""Memory use and memory limits of processes; on Linux only, elsewhere there is no limit."""

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
    """The memory that a process uses, in bytes; 0 where the system does not tell."""
    return _pages(process, _RESIDENT)


def limit_memory(megabytes: int | None) -> None:
    """Let allocations of this process fail that exceed its present memory by far more than this; ``None`` removes the limit.

    The fork server checks the exact limit; this one is for memory that grows between two checks.  It counts the writable
    memory (``RLIMIT_DATA``), not the address space: threads reserve much more address space than they use.
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
