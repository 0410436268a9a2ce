"""The benchmark of loading measures what it says."""

import re

from click.testing import CliRunner

from benchmarks.loading import main, network, pairs


def test_table():
    """There is a row for each way, and every figure is one."""
    ran = CliRunner().invoke(main, ["--quick", "--markdown"])
    assert ran.exit_code == 0, ran.output
    rows = [line.strip("| ").split(" | ") for line in ran.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + 9
    for row in rows[2:]:
        assert all(re.fullmatch(r"[\d.]+( s| ×)", cell) for cell in row[1:]), row


def test_both_make_the_same_graph(tmp_path):
    """The same nodes, edges and formulas, except where networkx reads edges alone."""
    graph = network(50, seed=2)
    for name, ours, theirs in pairs(graph, str(tmp_path)):
        made, same = ours(), theirs()
        if made is None:
            continue
        assert {frozenset(edge) for edge in made.edges} == {frozenset(edge) for edge in same.edges} != set(), name
        held = {v: data["formulas"] for v, data in made.nodes(data=True) if data}
        assert held in ({}, {v: data["formulas"] for v, data in graph.nodes(data=True) if data}), name
