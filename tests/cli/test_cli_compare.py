"""``equibel compare``: the matrix of verdicts, nodes, outputs."""

import itertools
import json
import sys

import oracle
import pytest
from commandline import CHAIN, ROOT, call, hard_scenario, write_chain, write_json
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cases

import equibel as eb
from equibel.files import graph_from_node_link, node_link
from equibel.workspace import Operation

VOTE = ROOT / "examples" / "vote.bcf"


@pytest.fixture
def chain(tmp_path):
    return write_chain(tmp_path)


def compared(*arguments, **options):
    """What ``--output json`` prints."""
    ran = call("compare", *arguments, "--output", "json", **options)
    assert (ran.exit_code, ran.stderr) == (0, "")
    return json.loads(ran.stdout)


def test_matrix(chain):
    """Each row is compared with each column; a result is not compared with itself."""
    ran = call("compare", chain, "--operators", "global,simple,augmenting")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "each row compared with each column:",
        "            global        simple        augmenting",
        "global      -             incomparable  weaker",
        "simple      incomparable  -             weaker",
        "augmenting  stronger      stronger      -",
    ]


def test_nodes_are_shown_with_models(chain):
    """``--nodes`` adds what each node's beliefs are to one another, and a model for each difference."""
    ran = call("compare", chain, "--operators", "global,simple", "--nodes")
    heading, columns, *rows = ran.stdout.split("\n\n")[1].splitlines()
    assert heading == "global compared with simple: incomparable"
    assert columns.split() == ["node", "verdict", "only", "global", "only", "simple"]
    verdicts = [row.split()[:2] for row in rows]
    assert verdicts == [["1", "equivalent"], ["2", "weaker"], ["3", "incomparable"], ["4", "stronger"]]
    before, after = columns.index("only global"), columns.index("only simple")
    results = [eb.global_completion(graph_from_node_link(CHAIN)), eb.iterate_simple(graph_from_node_link(CHAIN))]
    for node, row in enumerate(rows, 1):
        for text, one, other in [(row[before:after].strip(), *results), (row[after:].strip(), *reversed(results))]:
            if text != "-":
                assert one.consistent_with(node, text)
                assert not other.consistent_with(node, text)


@pytest.mark.parametrize("fixpoint", [False, True])
@pytest.mark.parametrize("optima", ["inclusion", "cardinality", "cardinality,inclusion"])
def test_json_agrees_with_the_library(chain, optima, fixpoint):
    """``--output json`` has every result with its options, and for each two of them what `compare` says."""
    answer = compared(chain, "--optima", optima, "--nodes", *["--fixpoint"] * fixpoint)
    optima = optima.split(",")
    wanted = list(itertools.product(eb.OPERATORS, optima))
    assert [(result["operator"], result["optimum"]) for result in answer["results"]] == wanted
    assert all(0 <= result["seconds"] < 60 for result in answer["results"])
    G = graph_from_node_link(CHAIN)
    graphs = {}
    for result in answer["results"]:
        operator, optimum = result["operator"], result["optimum"]
        assert result["name"] == (operator if len(optima) == 1 else f"{operator}/{optimum}")
        repeated = fixpoint and eb.OPERATORS[operator].repeats
        graphs[result["name"]] = eb.solve(G, operator, optimum=optimum, fixpoint=repeated)
        assert result["iterations"] == Operation(operator, optimum, fixpoint=repeated).apply(G).iterations
    pairs = [(comparison["first"], comparison["second"]) for comparison in answer["comparisons"]]
    assert pairs == list(itertools.combinations(graphs, 2))
    for comparison in answer["comparisons"]:
        first, second = graphs[comparison["first"]], graphs[comparison["second"]]
        expected = eb.compare(first, second)
        assert comparison["verdict"] == expected.verdict
        assert [node["id"] for node in comparison["nodes"]] == list(G)
        for node in comparison["nodes"]:
            assert list(node) == ["id", "verdict", "only_first", "only_second"]
            assert node["verdict"] == expected.nodes[node["id"]].verdict
            for side, one, other in [("only_first", first, second), ("only_second", second, first)]:
                if node[side] is None:
                    assert getattr(expected.nodes[node["id"]], side) is None
                else:
                    text = " & ".join(name if value else f"~{name}" for name, value in node[side].items())
                    assert one.consistent_with(node["id"], text)
                    assert not other.consistent_with(node["id"], text)


def test_json_without_nodes(chain):
    """Nodes are left out when they are not asked for."""
    answer = compared(chain)
    assert {frozenset(comparison) for comparison in answer["comparisons"]} == {frozenset(["first", "second", "verdict"])}


@given(case=cases(min_nodes=1, size=9), optimum=st.sampled_from(oracle.OPTIMA))
@settings(max_examples=8)
def test_brute_force(case, optimum):
    """The verdicts are those of the definitions, for every two operators and every node."""
    text = json.dumps(node_link(case.graph()))
    answer = compared("-", "--optima", optimum, "--nodes", stdin=text)
    results = {operator: oracle.apply(operator, case.oracle(), optimum).beliefs for operator in eb.OPERATORS}
    for comparison in answer["comparisons"]:
        first, second = results[comparison["first"]], results[comparison["second"]]
        for node in comparison["nodes"]:
            mine, theirs = first[node["id"]], second[node["id"]]
            assert (node["only_first"] is None) == (mine <= theirs)
            assert (node["only_second"] is None) == (theirs <= mine)
            assert (node["verdict"] == "contradictory") == (not mine & theirs)
        above, below = (all(a[v] <= b[v] for v in a) for a, b in ((first, second), (second, first)))
        apart = any(not first[v] & second[v] for v in first)
        expected = {(True, True): "equivalent", (True, False): "stronger", (False, True): "weaker"}
        assert comparison["verdict"] == expected.get((above, below), "contradictory" if apart else "incomparable")


def test_steps(chain):
    """Iterated operators are repeated; completing a completion changes nothing, so that operator is not."""
    answer = compared(chain, "--operators", "global,simple", "--steps", 3, "--nodes")
    assert [result["iterations"] for result in answer["results"]] == [1, 3]
    G = graph_from_node_link(CHAIN)
    expected = eb.compare(eb.global_completion(G), eb.iterate_simple(G, steps=3))
    assert answer["comparisons"][0]["verdict"] == expected.verdict
    assert expected.verdict != eb.compare(eb.global_completion(G), eb.iterate_simple(G)).verdict


def test_optima_are_named_when_there_are_several():
    """Results by both optima are told apart by their names."""
    ran = call("compare", VOTE, "--operators", "global", "--optima", "inclusion,cardinality")
    assert ran.stdout.splitlines()[2:] == [
        "global/inclusion    -                 weaker",
        "global/cardinality  stronger          -",
    ]


def test_all_operators_are_compared_by_default():
    """Without ``--operators`` there is a row for each."""
    ran = call("compare", VOTE)
    assert [line.split()[0] for line in ran.stdout.splitlines()[2:]] == list(eb.OPERATORS)


def test_lists_may_have_spaces_and_repetitions(chain):
    """A word counts once."""
    assert call("compare", chain, "--operators", "ring, global,ring").stdout.splitlines()[1].split() == ["ring", "global"]


def test_workspace(tmp_path):
    """``--graph`` chooses a graph or a result of a workspace."""
    file = tmp_path / "w.toml"
    file.write_text(
        '[graphs.one]\npath = 2\nformulas = {0 = "p"}\n[graphs.two]\npath = 2\n'
        '[results.shared]\nof = "one"\noperator = "global"\n',
        encoding="utf-8",
    )
    for name in ("one", "two", "shared"):
        assert call("compare", file, "--graph", name, "--operators", "global,simple").exit_code == 0
    ran = call("compare", file)
    assert ran.exit_code == 2
    assert "--graph: one, two" in ran.stderr


def test_names_of_nodes_and_no_nodes(tmp_path):
    """Nodes are shown as everywhere; a scenario without nodes, or atoms, is no trouble."""
    data = {"nodes": [{"id": "1", "formulas": ["p"]}, {"id": "two words"}, {"id": ["a", 2]}], "edges": []}
    file = write_json(tmp_path / "g.json", data)
    ran = call("compare", file, "--operators", "global,simple", "--nodes")
    assert [line.rsplit("equivalent")[0].strip() for line in ran.stdout.splitlines()[-3:]] == [
        '"1"',
        '"two words"',
        "('a', 2)",
    ]
    answer = compared(file, "--operators", "global,simple", "--nodes")
    assert [node["id"] for node in answer["comparisons"][0]["nodes"]] == ["1", "two words", ["a", 2]]
    empty = write_json(tmp_path / "empty.json", {"nodes": [], "edges": []})
    ran = call("compare", empty, "--operators", "global,simple", "--nodes")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "global compared with simple: equivalent" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--operators", "global"], "there is only one result; name several operators, or both optima"),
        (["--operators", "simple,simple"], "there is only one result"),
        (["--operators", "global,simpel"], f"expected some of {', '.join(eb.OPERATORS)}, separated by commas"),
        (["--operators", "global,simpel"], "not 'simpel' (did you mean 'simple'?)"),
        (["--operators", "global,"], "not ''"),
        (["--operators", ""], "not ''"),
        (["--optima", "largest"], "expected some of inclusion, cardinality, separated by commas, not 'largest'"),
        (["--steps", "2", "--fixpoint"], "exclude each other"),
        (["--steps", "0"], "--steps"),
        (["--time-limit", "-1"], "a positive number of seconds"),
        (["--graph", "g"], "--graph is for workspaces"),
        (["--output", "yaml"], "--output"),
        (["--method", "magic"], "--method"),
        (["--jobs", "0"], "--jobs"),
        (["another.json"], "another.json"),
    ],
)
def test_wrong_usage_is_told_in_one_line(chain, arguments, said):
    """Wrong usage exits with 2, and one line says what is wrong and where help is."""
    ran = call("compare", chain, *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("equibel: ")
    assert said in ran.stderr
    assert ran.stderr.endswith("; see 'equibel compare --help'\n")
    assert ran.stderr.count("\n") == 1


def test_time_limit(tmp_path):
    """The limit is for everything together; the message says what was being computed."""
    file = write_json(tmp_path / "hard.json", hard_scenario())
    ran = call("compare", file, "--operators", "simple,global", "--time-limit", "0.3")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("equibel: the time limit of 0.3 s was reached during simple; ")


def test_methods_and_processes_do_not_change_the_answer(chain):
    """``--method`` and ``--jobs`` are those of ``solve``."""
    expected = call("compare", chain, "--operators", "global,simple")
    ran = call("compare", chain, "--operators", "global,simple", "--method", "syntactic", "--jobs", "2")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, expected.stdout, "")


def test_contradiction(tmp_path):
    """A scenario without a model has no results to compare."""
    file = write_json(tmp_path / "g.json", {"nodes": [{"id": 7, "formulas": ["p", "~p"]}], "edges": []})
    ran = call("compare", file)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "node 7" in ran.stderr


def test_on_a_terminal(chain, monkeypatch):
    """Somebody who looks sees tables."""
    monkeypatch.setattr(sys.modules["equibel.cli.compare_command"], "is_terminal", lambda stream: True)
    monkeypatch.setenv("COLUMNS", "120")
    ran = call("compare", chain, "--operators", "global,simple", "--nodes")
    assert ran.exit_code == 0
    assert "─" in ran.stdout
    for words in ("incomparable", "only global", "only simple", "stronger"):
        assert words in ran.stdout
