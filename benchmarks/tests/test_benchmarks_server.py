"""The benchmark of the server measures what it says."""

import re

from click.testing import CliRunner

from benchmarks.server import main


def test_tables():
    """Both tables have their rows, and every figure is one; the server answers what it computes, so no request fails."""
    ran = CliRunner().invoke(main, ["--quick", "--clients", "2", "--markdown"])
    assert ran.exit_code == 0, ran.output
    rows = [line.strip("| ").split(" | ") for line in ran.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + 2 + 2 + 4  # two headers with their rules
    for row in rows:
        if row[0] not in ("scenario", "request", "---"):
            assert all(re.fullmatch(r"[\d,.]+( ms| ×)?|–", cell) for cell in row[1:]), row
