"""Growth curves: where they end, and that they are drawn."""

import re

import pytest

from benchmarks import curves, plot
from benchmarks.cases import LITERALS, path, revision
from benchmarks.curves import Curve, Family, families, trace
from benchmarks.measure import DONE, LIMIT, OURS, Measurement

PATHS = Family("paths", "Paths", "nodes", (4, 8, 12, 100), LITERALS, lambda n, rivals, seed: [path(n, 1, rivals)])


def made_up(seconds):
    """A replacement for measuring; ``seconds(solver, case)`` is a time, or None for the limit."""
    asked = []

    def compare(case, limit, repeat, results, announce, check):
        assert not check
        for solver in (OURS, *(rival.name for rival in case.rivals)):
            asked.append((case.name, solver))
            time = seconds(solver, case)
            results[case.name, solver] = Measurement(LIMIT, limit) if time is None else Measurement(DONE, time)

    return compare, asked


def test_a_rivals_curve_ends_where_the_limit_is_met(monkeypatch):
    """Larger scenarios are not tried."""
    compare, asked = made_up(lambda solver, case: None if solver == "asprin 3" and "4 nodes" not in case.name else 0.5)
    monkeypatch.setattr(curves, "compare", compare)
    found = {}
    trace(PATHS, 1, 10, print, found)
    assert found[OURS] == found["PySAT LBX"] == Curve([(4, 0.5), (8, 0.5), (12, 0.5), (100, 0.5)])
    assert found["asprin 3"] == Curve([(4, 0.5)], stopped=8)
    assert ("12 nodes, 1 atoms", "asprin 3") not in asked


def test_all_curves_end_where_ours_does(monkeypatch):
    """What would remain is no comparison."""
    compare, _ = made_up(lambda solver, case: None if solver == OURS and "8 nodes" in case.name else 0.5)
    monkeypatch.setattr(curves, "compare", compare)
    found = {}
    trace(PATHS, 1, 10, print, found)
    assert found[OURS] == Curve([(4, 0.5)], stopped=8)
    assert found["PySAT LBX"] == Curve([(4, 0.5), (8, 0.5)])


def test_of_several_scenarios_the_median_counts(monkeypatch):
    """One that is easy or hard by chance does not bend the curve."""
    times = {"5 atoms, seed 1": 1.0, "5 atoms, seed 2": 9.0, "5 atoms, seed 3": 2.0}
    compare, _ = made_up(lambda solver, case: times[case.name])
    monkeypatch.setattr(curves, "compare", compare)

    def three(n, rivals, seed):
        return [revision(n, seed + i, rivals) for i in range(3)]

    found = {}
    trace(Family("revisions", "Revisions", "atoms", (5,), LITERALS, three), 1, 10, print, found)
    assert found[OURS] == Curve([(5, 2.0)])


@pytest.mark.parametrize("quick", [True, False])
def test_families_are_what_they_say(quick):
    """They make scenarios of every size, and a quick one has no other sizes."""
    for family in families(quick):
        assert list(family.sizes) == sorted(family.sizes)
        small = family.sizes[0]
        cases = family.cases(small, family.rivals, 1)
        assert all(str(small) in case.name and case.rivals == family.rivals for case in cases)
    assert all(set(short.sizes) < set(long.sizes) for short, long in zip(families(True), families(False), strict=True))


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_curves_are_drawn(suffix, tmp_path):
    """The suffix chooses the format; a solver without a single time is left out."""
    target = tmp_path / f"growth.{suffix}"
    found = {OURS: Curve([(10, 0.001), (100, 0.01)]), "PySAT LBX": Curve([(10, 0.1)], 100), "asprin 3": Curve([], 10)}
    plot.draw([(PATHS, found), (families(False)[1], {OURS: Curve([(18, 0.1), (24, 0.2)])})], 10, target)
    written = target.read_bytes()
    if suffix == "png":
        assert written.startswith(b"\x89PNG\r\n\x1a\n")
    else:
        legend = re.findall("<!-- (.*?) -->", written.decode())
        assert {OURS, "PySAT LBX", "Paths", "limit 10 s"} <= set(legend)
        assert "asprin 3" not in legend


def test_the_same_curves_make_the_same_file(tmp_path):
    """So that a file under version control changes only with what it shows."""
    files = [tmp_path / name for name in ("one.svg", "two.svg")]
    for target in files:
        plot.draw([(PATHS, {OURS: Curve([(10, 0.001), (100, 0.01)])})], 10, target)
    assert files[0].read_bytes() == files[1].read_bytes()
