"""Measurements made up for the purpose, and the command."""

import importlib
from functools import partial

from benchmarks import scenarios
from benchmarks.cases import LITERALS, Case, Section
from benchmarks.measure import DONE, FAILED, LIMIT, MISSING, OURS, Measurement

command = importlib.import_module("benchmarks.__main__")
CASES = tuple(Case(f"n={n}", partial(scenarios.path_conflict, n, 1), LITERALS) for n in (3, 30))
SECTION = Section("paths", "Some paths", CASES, growth=((0, 1),), total=True)
MEASURED = {
    ("n=3", OURS): Measurement(DONE, 0.01, 0.016),
    ("n=3", "clingo domRec"): Measurement(DONE, 0.5, 0.55, 2, same=True),
    ("n=3", "PySAT LBX"): Measurement(DONE, 0.2, 0.24, 2, same=True),
    ("n=3", "asprin 3"): Measurement(MISSING, note="not available (no asprin): pip install asprin"),
    ("n=30", OURS): Measurement(DONE, 0.05, 0.05),
    ("n=30", "clingo domRec"): Measurement(LIMIT, 10, 11, eq_sets=1234),
    ("n=30", "PySAT LBX"): Measurement(LIMIT, 10, 12, eq_sets=99),
    ("n=30", "asprin 3"): Measurement(FAILED, note="it broke"),
}
