"""``python -m benchmarks.importing``: what ``import equibel`` takes beside the libraries that it is built on.

Each import has a process of its own, they take turns, and the best run counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

LIBRARIES, OURS = "clingo, networkx, sympy", "equibel"
_RUNS = 5


def seconds(modules: str) -> tuple[float, float]:
    """Of computing, and passed, for a process that imports ``modules`` and nothing else."""
    before, started = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
    after, passed = os.times(), time.perf_counter() - started
    return (
        after.children_user + after.children_system - before.children_user - before.children_system,
        passed,
    )


def main() -> None:
    """Print both times and their ratio, for computing time (CPU) and wall time."""
    seconds(f"{LIBRARIES}, {OURS}")  # the first time, bytecode may have to be made
    runs = [(seconds(LIBRARIES), seconds(OURS)) for _ in range(_RUNS)]
    for i, kind in enumerate(("computing time", "wall time")):
        theirs, ours = (min(run[which][i] for run in runs) for which in (0, 1))
        print(f"{kind}: import {OURS} {ours:.2f} s, import {LIBRARIES} {theirs:.2f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
