"""Operations as values, and the results of workspaces in the order of their dependencies."""

from pathlib import Path

import pytest
from answers import FIXPOINT, ONCE
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

from equibel import operators
from equibel.equibel_graph import EquibelGraph
from equibel.errors import (
    CycleError,
    InconsistentFormulaError,
    OptionError,
    TimeLimitExceeded,
    UnknownNameError,
    WorkspaceError,
)
from equibel.formula import to_text
from equibel.workspace import (
    OPERATORS,
    AddFormulas,
    CreateGraph,
    Operation,
    Result,
    Workspace,
    derivation_order,
    evaluate,
    load_workspace,
    pick_graph,
)

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.toml"


def chain(length=4):
    """A path with a belief at one end and its negation at the other."""
    graph = EquibelGraph([(i, i + 1) for i in range(1, length)])
    graph.add_formula(1, "p & q")
    graph.add_formula(length, "~p")
    return graph


def derived(**of):
    """A workspace with the graph ``g`` and a result of each given name, derived by one simple step."""
    return Workspace({"g": chain()}, {name: Result(source, Operation("simple")) for name, source in of.items()})


def test_quickstart():
    """The first example shows the published answer."""
    outcome = evaluate(load_workspace(QUICKSTART), simplify=True)["shared"]
    formulas = [to_text(outcome.graph.belief(node)) for node in (1, 2, 3, 4)]
    assert formulas == ["p & q & r", "r", "r", "r & ~p & ~q"]
    assert outcome.iterations == 1


@pytest.mark.parametrize("operator", FIXPOINT)
def test_operations_call_the_operators(operator):
    """An operation computes what the function of the operator does, once, in steps or to the fixpoint."""
    options = {"optimum": "cardinality", "method": "syntactic"}
    named = {"opt_type": "cardinality", "method": "syntactic"}
    outcome = Operation(operator, steps=2, **options).apply(chain())
    assert (outcome.graph, outcome.iterations) == (ONCE[operator](chain(), steps=2, **named), 2)
    outcome = Operation(operator, fixpoint=True, **options).apply(chain())
    assert (outcome.graph, outcome.iterations) == FIXPOINT[operator](chain(), **named)
    assert outcome.seconds >= 0


def test_global_completion_as_an_operation():
    """Completing again changes nothing, so steps and fixpoint count applications of which one is computed."""
    expected = operators.global_completion(chain())
    for operation, iterations in [
        (Operation("global"), 1),
        (Operation("global", steps=3), 3),
        (Operation("global", fixpoint=True), 2),
    ]:
        outcome = operation.apply(chain())
        assert (outcome.graph, outcome.iterations) == (expected, iterations)
    assert Operation("global", fixpoint=True).apply(expected).iterations == 1
    assert Operation("global", steps=0).apply(chain()).graph == chain()


@pytest.mark.parametrize(
    ("options", "option", "words"),
    [
        ({"operator": "glboal"}, "operator", r"did you mean 'global'"),
        ({"operator": None}, "operator", "expected 'global' or 'simple'"),
        ({"operator": "ring", "optimum": "size"}, "optimum", "expected 'inclusion' or 'cardinality'"),
        ({"operator": "ring", "method": "both"}, "method", "expected 'semantic' or 'syntactic'"),
        ({"operator": "ring", "steps": -1}, "steps", "an integer of at least 0"),
        ({"operator": "ring", "steps": True}, "steps", "an integer of at least 0"),
        ({"operator": "ring", "fixpoint": 1}, "fixpoint", "expected true or false"),
        ({"operator": "ring", "fixpoint": True, "steps": 2}, "steps", "together with a fixpoint"),
    ],
)
def test_wrong_options_are_refused(options, option, words):
    """An operation that cannot be meant is refused when it is made, with the option's name."""
    with pytest.raises(OptionError, match=words) as caught:
        Operation(**options)
    assert caught.value.option == option


def test_results_follow_what_they_are_derived_from():
    """Results come after what they are derived from, otherwise in the order of declaration."""
    ws = derived(d="c", a="g", c="b", b="g")
    assert derivation_order(ws) == ["b", "c", "d", "a"]
    assert derivation_order(ws, ["c"]) == ["b", "c"]
    assert derivation_order(ws, ["g"]) == []
    outcomes = evaluate(ws)
    assert list(outcomes) == ["b", "c", "d", "a"]
    assert outcomes["d"].graph == operators.iterate_simple(chain(), steps=3)
    assert ws.graphs["g"] == chain()


def test_long_derivations():
    """A derivation of thousands of steps is ordered without recursion."""
    ws = derived(**{f"r{i}": f"r{i + 1}" for i in range(20_000)}, r20000="g")
    assert derivation_order(ws)[:2] == ["r20000", "r19999"]


@pytest.mark.parametrize(("of", "names"), [({"a": "a"}, ["a"]), ({"x": "a", "a": "b", "b": "c", "c": "a"}, ["a", "b", "c"])])
def test_circles(of, names):
    """A circle is an error that lists its results in order, and nothing else."""
    with pytest.raises(CycleError) as caught:
        evaluate(derived(**of))
    assert caught.value.names == names


def test_unknown_names():
    """A name that is neither graph nor result is an error that suggests one or lists them all."""
    with pytest.raises(UnknownNameError, match=r"'second' is of 'frist', .* \(did you mean 'first'\?\)") as caught:
        derivation_order(derived(first="g", second="frist"))
    assert caught.value.name == "frist"
    assert caught.value.known == ["g", "first"]
    with pytest.raises(UnknownNameError, match="no graph or result 'x'; there are 'g', 'r'"):
        evaluate(derived(r="g"), ["x"])
    with pytest.raises(UnknownNameError, match="the workspace is empty"):
        pick_graph(Workspace(), "x")


def test_one_name_for_a_graph_and_a_result():
    """A name belongs to a graph or to a result, not to both."""
    with pytest.raises(WorkspaceError, match="both called 'g'"):
        derivation_order(derived(g="g"))


def test_errors_tell_the_result():
    """An error of an operator begins with the name of the result, and keeps its class and data."""
    ws = derived(first="g", second="first")
    ws.apply(AddFormulas("g", {2: "r & ~r"}))
    with pytest.raises(InconsistentFormulaError, match=r"^result 'first': node 2 believes a contradiction") as caught:
        evaluate(ws)
    assert caught.value.node == 2
    with pytest.raises(TimeLimitExceeded, match=r"^result 'first': "):
        evaluate(derived(first="g"), time_limit=1e-9)


def test_progress_tells_the_result():
    """What is reported names the result it belongs to."""
    seen = []
    evaluate(derived(first="g"), progress=lambda *report: seen.append(report))
    assert (4, 4, "first: nodes") in seen


def test_picking_a_graph():
    """A graph is picked by its name, a result is computed, and without a name there must be one graph only."""
    ws = derived(r="g")
    assert pick_graph(ws) is ws.graphs["g"]
    assert pick_graph(ws, "g") is ws.graphs["g"]
    assert pick_graph(ws, "r") == operators.iterate_simple(chain())
    ws.apply(CreateGraph("h", chain()))
    with pytest.raises(WorkspaceError, match="'g', 'h'"):
        pick_graph(ws)


@given(cases(max_nodes=4), st.sampled_from(list(OPERATORS)))
def test_a_fixpoint_is_one(case, operator):
    """Applying an operation to its own fixpoint takes one application, the one that changes nothing."""
    operation = Operation(operator, fixpoint=True)
    settled = operation.apply(case.graph())
    again = operation.apply(settled.graph)
    assert again.iterations == 1
    assert again.graph == settled.graph
