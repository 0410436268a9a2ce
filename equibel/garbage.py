"""A pause of the garbage collector, for building something as large as a graph."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """A context without collections of cyclic garbage.

    Python collects whenever there are some hundred new objects, and now and then it looks at all objects of the program.
    While the groups of a large network are made, or the copy for the result, new objects appear all the time, and none of
    them is garbage.  Use this for work whose time is proportional to the graph: garbage of other threads waits meanwhile.
    """
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()  # inside try: an interrupt right after it must not leave the collector disabled
        yield
    finally:
        gc.enable()
