"""Growth with the number of nodes: what is measured, what is left out, and the page that is written."""

import pytest
from click.testing import CliRunner

from benchmarks import measure, networks, scenarios
from benchmarks.__main__ import main
from benchmarks.measure import DONE, LIMIT, OURS, Measurement


@pytest.fixture
def small(monkeypatch):
    """Networks of some nodes, and rivals that have no time."""
    monkeypatch.setattr(networks, "QUICK_SIZES", (16, 36))
    monkeypatch.setattr(networks, "QUICK_SIMPLE", (20, 200))


@pytest.mark.usefixtures("small")
def test_the_page_has_all_tables_and_a_picture(tmp_path):
    """Completions by both optima, simple steps, and memory."""
    ran = CliRunner().invoke(main, ["networks", "--quick", "--limit", "20", "--results", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    page = (tmp_path / networks.PAGE).read_text(encoding="utf-8")
    assert "| 36 nodes |" in page
    assert "Global completion by cardinality" in page
    assert "| 200 nodes |" in page
    assert "clingo domRec on 16 nodes" in page
    assert "failed" not in page
    assert (tmp_path / "networks.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_no_larger_network_of_a_kind_that_has_met_the_limit(monkeypatch):
    """The other kinds go on."""
    asked = []

    def run(rival, case, limit, ours=None):
        asked.append(case.name)
        return Measurement(LIMIT if case.name.startswith("ws") and case.task == "completion" else DONE, 1.0)

    monkeypatch.setattr(measure, "run", run)
    found = networks.measure_all(networks.completions((10, 100), 1), 5, {}, lambda what: None)
    assert ("ws 100", OURS) not in found["completion"]
    assert ("ws 100", OURS) in found["cardinality"]
    assert ("tree 100", OURS) in found["completion"]
    table = networks.completion_table("completion", (10, 100), found["completion"], 5)
    assert [row[2] for row in table.rows] == ["> 5 s", "–"]
    assert "tree, times the time: 10 → 100 nodes 1.0." in table.remarks


def test_an_interrupt_shows_what_there_is(monkeypatch):
    """The exit code is that of Ctrl-C."""

    def run(rival, case, limit, ours=None):
        if case.task == "fixpoint":
            raise KeyboardInterrupt
        return Measurement(DONE, 1.0, memory=2**20)

    monkeypatch.setattr(measure, "run", run)
    ran = CliRunner().invoke(main, ["networks", "--quick", "--markdown"])
    assert ran.exit_code == 130
    assert "| 1,000 nodes | 1.0 s | 1,000 | – | 1 MB | 1 MB |" in ran.output


@pytest.mark.parametrize("kind", networks.KINDS)
def test_networks_are_drawn_from_a_seed(kind):
    """The same twice; a third of the nodes believe something."""
    one, same, other = (scenarios.literal_network(kind, 100, seed) for seed in (1, 1, 2))
    assert one == same != other
    assert 15 <= sum(bool(one.beliefs(node)) for node in one) <= 55
