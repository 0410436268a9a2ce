"""Benchmarks are run from a checkout and not installed, so their folder has to be put on the path.

So has the folder of the tests, for its oracle.
"""

import sys
from pathlib import Path

import pytest

root = Path(__file__).parents[2]
sys.path[:0] = [str(root), str(root / "tests")]


@pytest.fixture
def measured(monkeypatch):
    """Let the command measure nothing, but say what was asked of it; whatever is asked is as in MEASURED."""
    from benchmarks_measured import MEASURED, SECTION, command

    asked = []

    def compare(case, limit, repeat, results, announce):
        asked.append((case.name, limit, repeat))
        announce(case.name)
        results.update({key: found for key, found in MEASURED.items() if key[0] == case.name})

    monkeypatch.setattr(command.measure, "compare", compare)
    monkeypatch.setattr(command, "sections", lambda seed, quick: [SECTION])
    return asked
