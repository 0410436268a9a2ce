"""Keeping the garbage collector away while something as large as a graph is built."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Python does not look for cyclic garbage meanwhile.

    It looks whenever there are some hundred objects more, now and then through all that the program has imported.  While
    the groups of a large network are made, or its copy for the result, there are always more, and none of them is garbage.
    This is for work that takes time in proportion to the graph: what other threads throw away has to wait, too.
    """
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()  # not before: an interrupt that comes in between would leave it like this
        yield
    finally:
        gc.enable()
