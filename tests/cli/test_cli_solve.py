"""``equibel solve``: operators, options, outputs."""

import json
import re

import pytest
from commandline import CHAIN, CHAIN_ANSWER, call, hard_scenario, write_chain, write_json
from long_work import left_behind_ends

import equibel as eb
from equibel.files import graph_from_node_link


@pytest.fixture
def chain(tmp_path):
    return write_chain(tmp_path)


def test_global_completion_of_the_chain(chain):
    """Every node stands on a line of its own with its simplified formula."""
    ran = call("solve", chain, "--operator", "global")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, CHAIN_ANSWER, "")


@pytest.mark.parametrize("operator", eb.OPERATORS)
@pytest.mark.parametrize("method", ["semantic", "syntactic"])
@pytest.mark.parametrize("optimum", ["inclusion", "cardinality"])
def test_json_output_is_one_object_with_the_library_answer(chain, operator, method, optimum):
    """``--output json`` prints the answer of the library with the options that led to it."""
    ran = call("solve", chain, "--operator", operator, "--method", method, "--optimum", optimum, "--output", "json")
    answer = json.loads(ran.stdout)
    assert list(answer) == ["operator", "optimum", "iterations", "seconds", "graph"]
    assert (answer["operator"], answer["optimum"], answer["iterations"]) == (operator, optimum, 1)
    assert 0 <= answer["seconds"] < 60
    expected = eb.solve(graph_from_node_link(CHAIN), operator, method=method, optimum=optimum)
    assert graph_from_node_link(answer["graph"]) == expected


def test_steps_and_fixpoint(chain):
    """The number of applications is that of ``--steps``, or what the fixpoint took."""
    two = json.loads(call("solve", chain, "--operator", "simple", "--steps", 2, "--output", "json").stdout)
    assert two["iterations"] == 2
    settled = json.loads(call("solve", chain, "--operator", "simple", "--fixpoint", "--output", "json").stdout)
    chain_of_four = graph_from_node_link(CHAIN)
    expected, count = eb.iterate_simple_fixpoint(chain_of_four)
    assert settled["iterations"] == count
    assert graph_from_node_link(settled["graph"]) == expected
    assert graph_from_node_link(two["graph"]) == eb.iterate_simple(chain_of_four, steps=2)


def test_fixpoint_tells_its_count_on_standard_error(chain):
    """In text output the number of iterations is a message, so that the results are lines of nodes only."""
    ran = call("solve", chain, "--operator", "ring", "--fixpoint")
    assert "iteration" in ran.stderr
    assert len(ran.stdout.splitlines()) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--operator", "simple", "--steps", "2", "--fixpoint"], "exclude each other"),
        (["--operator", "global", "--fixpoint"], "applying global again changes nothing"),
        (["--operator", "global", "--steps", "2"], "applying global again changes nothing"),
        (["--operator", "simple", "--steps", "0"], "--steps"),
        (["--operator", "simple", "--steps", "many"], "--steps"),
        (["--operator", "gobal"], f"'gobal' is not one of {', '.join(map(repr, eb.OPERATORS))} (did you mean 'global'?)"),
        ([], f"Missing option '--operator'. Choose from: {', '.join(eb.OPERATORS)}; see"),
        (["--operator", "ring", "--time-limit", "0"], "a positive number of seconds"),
        (["--operator", "ring", "--time-limit", "nan"], "a positive number of seconds"),
        (["--operator", "ring", "--jobs", "0"], "--jobs"),
        (["--operator", "ring", "--graph", "g"], "--graph is for workspaces"),
        (["--operator", "ring", "--output", "yaml"], "--output"),
        (["--operator", "ring", "--colour"], "--colour"),
        (["--operator", "ring", "another.json"], "another.json"),
    ],
)
def test_wrong_usage_is_told_in_one_line(chain, arguments, said):
    """Wrong usage exits with 2, and one line says what is wrong and where help is."""
    ran = call("solve", chain, *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("equibel: ")
    assert said in ran.stderr
    assert ran.stderr.endswith("; see 'equibel solve --help'\n")
    assert ran.stderr.count("\n") == 1


def test_one_step_of_the_global_completion_is_accepted(chain):
    """``--steps 1`` says nothing new."""
    assert call("solve", chain, "--operator", "global", "--steps", 1).stdout == CHAIN_ANSWER


def test_graph_of_a_workspace(tmp_path):
    """``--graph`` chooses among the graphs of a workspace; it is needed when there are several."""
    file = tmp_path / "w.toml"
    file.write_text('[graphs.one]\npath = 2\nformulas = {0 = "p"}\n[graphs.two]\npath = 2\n', encoding="utf-8")
    assert call("solve", file, "--graph", "one", "--operator", "simple").stdout == "0  p\n1  p\n"
    assert call("solve", file, "--graph", "two", "--operator", "simple").stdout == "0  True\n1  True\n"
    ran = call("solve", file, "--operator", "simple")
    assert ran.exit_code == 2
    assert "--graph: one, two" in ran.stderr
    ran = call("solve", file, "--graph", "tow", "--operator", "simple")
    assert ran.exit_code == 1
    assert "did you mean 'two'?" in ran.stderr


def test_several_jobs_give_the_same_answer(chain):
    """``--jobs`` uses other processes and changes nothing else."""
    ran = call("solve", chain, "--operator", "expanding", "--jobs", 2)
    assert ran.stdout == call("solve", chain, "--operator", "expanding").stdout
    assert ran.stderr == ""


def test_formulas_are_complete_however_long(tmp_path):
    """On a pipe nothing is cut or wrapped: a formula of many thousand characters stands on one line."""
    long = " & ".join(f"atom_number_{i}" for i in range(2000))
    ran = call(
        "solve",
        write_json(tmp_path / "g.json", {"nodes": [{"id": "a", "formulas": [long]}], "edges": []}),
        "--operator",
        "global",
    )
    assert ran.stdout == f"a  {long}\n"


def test_contradiction_is_reported_with_its_node(tmp_path):
    """A scenario without models is a failure, not a result."""
    data = {"nodes": [{"id": "ann", "formulas": ["p", "~p"]}], "edges": []}
    ran = call("solve", write_json(tmp_path / "g.json", data), "--operator", "global")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("equibel: node 'ann' believes a contradiction")


def test_formula_errors_show_the_place(tmp_path):
    """A formula that cannot be read is shown with a caret below the first thing that does not fit."""
    data = {"nodes": [{"id": 1, "formulas": ["p & & q"]}], "edges": []}
    ran = call("solve", write_json(tmp_path / "g.json", data), "--operator", "global")
    assert ran.exit_code == 1
    assert ran.stderr.startswith(f"equibel: {tmp_path / 'g.json'}, line 1")
    assert "  p & & q\n      ^\n" in ran.stderr


def test_time_limit(tmp_path):
    """Work that takes too long ends with an error that names the limit."""
    file = write_json(tmp_path / "hard.json", hard_scenario())
    ran = call("solve", file, "--operator", "global", "--time-limit", "0.3")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("equibel: the time limit of 0.3 s was reached")


def test_what_operators_take_no_account_of_is_said(tmp_path):
    """Weights in a file do not change the answer by inclusion, and the user is told so."""
    file = tmp_path / "g.bcf"
    file.write_text("t undirected\nn 1 2\na p\ne 1 2\nf 1 (p)\nw 1 p 3\nm (p)\ns (p)\n")
    ran = call("solve", file, "--operator", "global")
    assert ran.stdout == "1  p\n2  p\n"
    assert ran.stderr.splitlines() == ["equibel: note: weights have no effect by inclusion, only by cardinality"]


CONSTRAINED = {
    "g.bcf": "t undirected\nn 1 2 3\ne 1 2\ne 2 3\nf 1 (p)\nf 2 (q)\nf 3 (-q)\nm (r)\ns (+(*(p q) *(-p -q)))\n",
    "g.json": """{"graph": {"entailment": ["r"], "consistency": ["p = q"]},
        "nodes": [{"id": 1, "formulas": ["p"]}, {"id": 2, "formulas": ["q"]}, {"id": 3, "formulas": ["~q"]}],
        "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}]}""",
    "g.toml": """[graphs.g]
        path = [1, 2, 3]
        formulas = {1 = "p", 2 = "q", 3 = "~q"}
        entailment = ["r"]
        consistency = ["p = q"]
        """,
}


@pytest.mark.parametrize("name", CONSTRAINED)
def test_constraints_in_files_count(name, tmp_path):
    """The constraints of a file are complied with, also after conversion, and those of a result are its scenario's."""
    file = tmp_path / name
    file.write_text(CONSTRAINED[name])
    expected = "1  p & q & r\n2  q & r\n3  r & ~q\n"
    ran = call("solve", file, "--operator", "global")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, expected, "")
    for other in ("h.bcf", "h.json"):
        assert call("convert", file, tmp_path / other).exit_code == 0
        assert call("solve", tmp_path / other, "--operator", "global").stdout == expected
    found = json.loads(call("solve", file, "--operator", "global", "--output", "json").stdout)["graph"]["graph"]
    assert found["entailment"] == ["r"]
    assert len(found["consistency"]) == 1


def test_clashing_constraints_are_named(tmp_path):
    """Which node, which of its formulas and which constraints."""
    file = tmp_path / "g.bcf"
    file.write_text("t undirected\nn 1 2\ne 1 2\nf 1 (p)\nf 2 (q)\nf 2 (-r)\nm (+(-q r))\nm (p)\n")
    ran = call("solve", file, "--operator", "simple")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == (
        "equibel: the formulas q and ~r of node 2 contradict the entailment-based constraint ~q | r; "
        "change or remove one of them\n"
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_verbose(chain, jobs):
    """What was done is told on standard error, wherever it was done; what is printed stays the same."""
    left_behind_ends()  # what other tests have given up counts in this process, too
    ran = call("solve", chain, "--operator", "global", "--verbose", "--jobs", jobs)
    assert ran.stdout == CHAIN_ANSWER
    first, *methods = ran.stderr.splitlines()
    assert first == "equibel: problems: 1, groups: 3, EQ sets searched: 0, EQ sets enumerated: 0, solver calls: 0"
    assert all(re.fullmatch(r"equibel: (free|agreement): asked \d, answered \d, \d\.\d{3} s", line) for line in methods)
    assert methods


def test_verbose_when_time_is_over(tmp_path):
    """What was done before the end is told as well."""
    hard = write_json(tmp_path / "hard.json", hard_scenario(8))
    ran = call("solve", hard, "--operator", "global", "--time-limit", 1, "--verbose")
    assert ran.exit_code != 0
    assert re.search(r"^equibel: (search|autarky): asked", ran.stderr, re.MULTILINE)
