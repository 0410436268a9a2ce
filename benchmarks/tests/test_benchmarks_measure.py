"""Measuring in a process of its own: answers, limits and failures."""

from functools import partial

import pytest

import equibel as eb
from benchmarks import scenarios
from benchmarks.cases import Case, sections
from benchmarks.measure import DONE, FAILED, LIMIT, MISSING, OURS, answer, measure
from benchmarks.rivals import RIVALS, Rival

SMALL = Case("small", partial(scenarios.path_conflict, 4, 2))
ENDLESS = Case("endless", partial(scenarios.path_conflict, 40, 8))


def broken(graph):
    raise RuntimeError("it broke")
    yield


def test_a_run_is_measured_and_its_answers_are_compared():
    """A rival's EQ sets are counted, and mean what Equibel answers."""
    found = measure("PySAT LBX", SMALL, limit=60, check=True)
    assert (found.status, found.eq_sets, found.same) == (DONE, 9, True)
    assert found.seconds > 0


def test_a_run_is_killed_at_the_limit():
    """What it had found by then is still known."""
    found = measure("clingo domRec", ENDLESS, limit=0.5)
    assert found.status == LIMIT
    assert found.seconds is None
    assert found.eq_sets > 0


def test_our_own_runs_are_measured_alike():
    """Equibel is one of the solvers, and reports no number of EQ sets."""
    found = measure(OURS, SMALL, limit=60)
    assert (found.status, found.eq_sets) == (DONE, 0)


@pytest.mark.parametrize(
    ("rival", "status", "note"),
    [
        (Rival(broken, "clingo", "clingo"), FAILED, "RuntimeError: it broke"),
        (Rival(broken, "no_such_module", "nothing"), MISSING, "not installed: pip install nothing"),
    ],
    ids=["broken", "missing"],
)
def test_what_went_wrong_is_reported(rival, status, note, monkeypatch):
    """A rival that fails, or is not installed, says so and stops nothing."""
    from benchmarks import measure as module

    class Sender:
        def __init__(self):
            self.sent = []

        def send(self, message):
            self.sent.append(message)

    sender = Sender()
    monkeypatch.setitem(RIVALS, "another", rival)
    monkeypatch.setattr(module.os, "setsid", lambda: None)
    module._work("another", SMALL, False, None, sender)
    assert (sender.sent[-1].status, sender.sent[-1].note) == (status, note)


def test_tasks_are_the_operators_they_name():
    """A case is completed, revised, or iterated one simple step."""
    G = scenarios.planted_revision(6, seed=1)
    assert answer("completion", G) == eb.global_completion(G)
    assert answer("simple", G) == eb.iterate_simple(G)
    assert eb.global_completion(G).equivalent(1, answer("revision", G))
    with pytest.raises(ValueError, match="unknown task"):
        answer("cooking", G)


@pytest.mark.parametrize("quick", [True, False])
def test_sections_hold_what_they_say(quick):
    """Names are unique within a section, rivals exist, and growth is between scenarios ten times apart."""
    for section in sections(seed=1, quick=quick):
        assert len({case.name for case in section.cases}) == len(section.cases)
        assert all(rival in RIVALS for case in section.cases for rival in case.rivals)
        for small, large in section.growth:
            sizes = [case.scenario.args[:2] for case in (section.cases[small], section.cases[large])]
            n, m = (next(size for size in pair if isinstance(size, int)) for pair in sizes)
            assert m == 10 * n
