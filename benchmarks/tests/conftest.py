"""Benchmarks are run from a checkout and not installed, so their folder has to be put on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
