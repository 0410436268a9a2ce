"""Benchmarks are run from a checkout and not installed, so their folder has to be put on the path.

So has the folder of the tests, for its oracle.
"""

import sys
from pathlib import Path

root = Path(__file__).parents[2]
sys.path[:0] = [str(root), str(root / "tests")]
