"""Measuring in processes of their own: answers, limits, failures and turns."""

import os
import sys
import time
from functools import partial

import networkx as nx
import pytest

import equibel as eb
from benchmarks import measure, scenarios
from benchmarks.cases import ASPRIN, DENSE, LITERALS, Case, network, path, revision, sections
from benchmarks.measure import DONE, FAILED, LIMIT, MISSING, OURS, Measurement, compare, run, solve
from benchmarks.rivals import Rival, clingo_domrec, equibel_mcs_enumeration, pysat_lbx

CLINGO, LBX = clingo_domrec("frumpy"), pysat_lbx("mgh", clause_d=False)
OWN = equibel_mcs_enumeration()
ENDLESS = path(40, 8)


class Listing:
    """A rival's that does what it is told once it works on four nodes, which is not used for warming up."""

    def __init__(self, graph, act):
        self.graph, self.act = graph, act

    def run(self, found):
        if len(self.graph) == 4:
            self.act(found)

    def disagreements(self, listed):
        return listed


def rival(act):
    return Rival("pretender", partial(Listing, act=act), "clingo", "clingo")


def fail(found):
    raise RuntimeError("it broke")


def die(found):
    os._exit(1)


def stall(found):
    for _ in range(3):
        found([])
    while True:
        pass


def lie(found):
    found([])


def babble(found):
    found(["?"])


def silent(text):
    pass


@pytest.mark.parametrize(
    ("case", "eq_sets"),
    [(path(4, 2, LITERALS), 9), (revision(9, 1, (OWN, *DENSE)), None), (network(12, 1, LITERALS), None)],
    ids=["completion", "revision", "simple"],
)
def test_all_solvers_are_measured_and_their_answers_compared(case, eq_sets):
    """Every rival lists as many EQ sets as the others, and they mean what Equibel answers."""
    results = {}
    compare(case, 60, 1, results, silent)
    assert [solver for _, solver in results] == [OURS, *(rival.name for rival in case.rivals)]
    assert all(found.status == DONE and found.wall > 0 and found.cpu > 0 for found in results.values())
    theirs = [found for (_, solver), found in results.items() if solver != OURS]
    assert all(found.same is True for found in theirs)
    assert len({found.eq_sets for found in theirs}) == 1
    assert eq_sets is None or theirs[0].eq_sets == eq_sets


@pytest.mark.parametrize("solver", [CLINGO, LBX, ASPRIN], ids=lambda solver: solver.name)
def test_a_run_is_killed_at_the_limit(solver):
    """What it had found by then is still known."""
    found = run(solver, ENDLESS, limit=0.5)
    assert (found.status, found.cpu) == (LIMIT, 0.5)
    assert found.wall > 0.4
    assert found.eq_sets > 0


def test_our_own_runs_are_killed_as_well():
    """No scenario is known to be safe for Equibel."""
    assert run(None, path(10_000, 5), limit=0.001).status == LIMIT


def test_computing_and_waiting_are_told_apart():
    """A rival that sleeps takes time, but no computing time."""
    found = run(rival(lambda found: time.sleep(0.2)), path(4, 1), limit=60)
    assert found.wall >= 0.2
    assert found.cpu < 0.2


def test_a_rival_that_only_waits_is_killed_some_time(monkeypatch):
    """It would never use up its limit by computing."""
    monkeypatch.setattr(measure, "_WAITING", 2)
    found = run(rival(lambda found: time.sleep(60)), path(4, 1), limit=0.1)
    assert found.status == LIMIT
    assert 0.2 <= found.wall < 30


@pytest.mark.parametrize(
    ("act", "status", "note"),
    [
        (fail, FAILED, "RuntimeError: it broke"),
        (die, FAILED, "the process ended without an answer"),
        (stall, LIMIT, ""),
    ],
)
def test_what_goes_wrong_is_a_result(act, status, note):
    """A rival that fails, dies or never ends says so and stops nothing."""
    found = run(rival(act), path(4, 1), limit=0.3)
    assert (found.status, found.note) == (status, note)
    assert found.eq_sets == (3 if act is stall else 0)


def test_a_rival_that_is_not_installed_says_how_to_get_it(monkeypatch):
    """There is nothing to measure, and no error."""
    monkeypatch.setitem(sys.modules, "asprin.asprin", None)
    found = run(ASPRIN, path(4, 1), limit=60)
    assert found.status == MISSING
    assert found.note.endswith("pip install asprin")


def test_wrong_lists_are_noticed():
    """EQ sets that mean something else than our answer are told from those that mean the same."""
    case = path(4, 1, (rival(lie), LBX))
    results = {}
    compare(case, 60, 1, results, silent)
    assert results[case.name, "pretender"].same is False
    assert results[case.name, "PySAT LBX"].same is True


def test_a_list_without_meaning_is_a_failure():
    """What goes wrong when it is compared is not taken for the same answer."""
    found = run(rival(babble), path(4, 1), 60, ours=eb.global_completion(scenarios.path_conflict(4, 1)))
    assert (found.status, found.same) == (FAILED, None)
    assert found.note.startswith("TypeError")


def test_lists_too_long_to_compare_are_not_compared(monkeypatch):
    """Their number is known all the same."""
    monkeypatch.setattr(measure, "_CHECKED", 50)
    found = run(CLINGO, path(4, 2), 60, ours=eb.global_completion(scenarios.path_conflict(4, 2)))
    assert (found.status, found.eq_sets, found.same) == (DONE, 9, None)


def test_solvers_take_turns_and_their_best_runs_count(monkeypatch):
    """Only who came to an end, and has not run for long, is asked again; a failure later on changes nothing."""
    answers = {
        OURS: [Measurement(DONE, 0.3, 0.2), Measurement(DONE, 0.1, 0.3), Measurement(FAILED)],
        "clingo domRec": [Measurement(DONE, 3.0, 3.0, 7, same=True)],
        "PySAT LBX": [Measurement(DONE, time, time, 7, same=time == 0.5 or None) for time in (0.5, 0.4, 0.6)],
        "asprin 3": [Measurement(LIMIT, 5.0, 5.0, 2)],
    }
    asked = []

    def made_up(rival, case, limit, ours):
        name = rival.name if rival else OURS
        asked.append((name, limit))
        return answers[name].pop(0)

    monkeypatch.setattr(measure, "run", made_up)
    case = path(4, 1, (CLINGO, LBX, ASPRIN))
    results = {}
    compare(case, 5, 3, results, silent)
    first = [(OURS, 20), ("clingo domRec", 5), ("PySAT LBX", 5), ("asprin 3", 5)]
    assert asked == first + 2 * [(OURS, 20), ("PySAT LBX", 5)]
    assert results == {
        (case.name, OURS): Measurement(DONE, 0.1, 0.2),
        (case.name, "clingo domRec"): Measurement(DONE, 3.0, 3.0, 7, same=True),
        (case.name, "PySAT LBX"): Measurement(DONE, 0.4, 0.4, 7, same=True),
        (case.name, "asprin 3"): Measurement(LIMIT, 5.0, 5.0, 2),
    }


def test_tasks_are_the_operators_they_name():
    """A case is completed, revised, or iterated one simple step."""
    G = scenarios.planted_revision(6, seed=1)
    assert solve("completion", G) == eb.global_completion(G)
    assert solve("simple", G) == eb.iterate_simple(G)
    assert eb.global_completion(G).equivalent(1, solve("revision", G))
    with pytest.raises(ValueError, match="unknown task"):
        solve("cooking", G)


@pytest.mark.parametrize("quick", [True, False])
def test_sections_hold_what_they_say(quick):
    """Names are unique within a section, and growth is between scenarios ten times apart."""
    for section in sections(seed=1, quick=quick):
        assert len({case.name for case in section.cases}) == len(section.cases)
        for small, large in section.growth:
            sizes = [case.scenario.args[:2] for case in (section.cases[small], section.cases[large])]
            n, m = (next(size for size in pair if isinstance(size, int)) for pair in sizes)
            assert m == 10 * n


def test_a_case_that_cannot_be_made_is_a_failure():
    """It is reported like any other."""
    found = run(None, Case("torus", partial(scenarios.graph, "torus", 9, 1)), limit=60)
    assert (found.status, found.note) == (FAILED, "ValueError: unknown kind of graph 'torus'")


def test_isolated_nodes_have_stars_of_their_own():
    """A node without neighbours, or with a self-loop, keeps what it believes."""
    G = eb.EquibelGraph(nx.Graph([(0, 0), (1, 2)]))
    G.add_node(3)
    for node, formula in {0: "p", 1: "p", 2: "~p", 3: "q"}.items():
        G.add_formula(node, formula)
    case = Case("apart", G.copy, (LBX,), "simple")
    results = {}
    compare(case, 60, 1, results, silent)
    assert results["apart", "PySAT LBX"].same is True
