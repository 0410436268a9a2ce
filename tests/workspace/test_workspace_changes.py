"""Changes: what each does, what the history says, how it is stored, and that an error changes nothing."""

import json

import numpy as np
import pytest
from workspace_views import chain, lines, view

from equibel.equibel_graph import EquibelGraph
from equibel.errors import (
    CycleError,
    EquibelGraphException,
    FileFormatError,
    FormulaSyntaxError,
    NameInUseError,
    NameTakenError,
    OptionError,
    UnknownFormulaError,
    UnknownNameError,
    UnknownNodeError,
    VersionConflict,
    WorkspaceError,
)
from equibel.files import get_constraints, get_weights
from equibel.formula import atom, conjunction
from equibel.workspace import (
    AddAtoms,
    AddConstraints,
    AddEdges,
    AddEdgeWeights,
    AddFormulas,
    AddNodes,
    AddWeights,
    CreateGraph,
    Declare,
    Delete,
    DeleteSnapshot,
    Operation,
    RemoveAtoms,
    RemoveConstraints,
    RemoveEdges,
    RemoveFormulas,
    RemoveNodes,
    Rename,
    ReplaceGraph,
    RestoreSnapshot,
    SaveSnapshot,
    SetEager,
    SetFormulas,
    Workspace,
    frozen_copy,
    read_change,
)
from equibel.workspace.state.content import decode, digest, encode

SIMPLE = Operation("simple")


@pytest.fixture
def ws():
    """The graph ``g``, a path 1, 2, 3 with p at 1; results ``r`` of it and ``s`` of ``r``."""
    ws = Workspace({"g": chain("p", "", "")})
    ws.apply(Declare("r", "g", SIMPLE), Declare("s", "r", Operation("global")))
    ws.apply(SaveSnapshot("begin"))
    return ws


def texts(graph, node):
    return [str(formula) for formula in graph.beliefs(node)]


CHANGES = {
    "g: add nodes 4, 1, a, ('x', 1)": (
        AddNodes("g", [4, 1, "a", ("x", 1), 4]),
        lambda g: list(g) == [1, 2, 3, 4, "a", ("x", 1)],
    ),
    "g: remove node 2": (RemoveNodes("g", [2]), lambda g: (list(g), list(g.edges)) == ([1, 3], [])),
    "g: add edges 3 <-> 1, 3 <-> 4": (
        AddEdges("g", [(3, 1), (3, 4), (1, 3)]),
        lambda g: g.has_edge(1, 3) and g.has_edge(3, 4),
    ),
    "g: remove edge 2 <-> 1": (RemoveEdges("g", [(2, 1), (1, 2)]), lambda g: list(g.edges) == [(2, 3)]),
    "g: add atoms x, y": (AddAtoms("g", ["x", "y", "x"]), lambda g: g.atom_names() == ["p", "x", "y"]),
    "g: add formulas q & r at 1, ~p at 2, q at 2": (
        AddFormulas("g", {1: "q&r", 2: ["~p", "q"]}),
        lambda g: (texts(g, 1), texts(g, 2)) == (["p", "q & r"], ["~p", "q"]),
    ),
    "g: remove formula p at 1": (RemoveFormulas("g", {1: "p"}), lambda g: texts(g, 1) == []),
    "g: set formulas none at 1, q at 3": (
        SetFormulas("g", {1: [], 3: conjunction([atom("q")])}),
        lambda g: (texts(g, 1), texts(g, 3)) == ([], ["q"]),
    ),
    "g: add weights p 2 at 1, q 0.5 at 1": (
        AddWeights("g", {1: {"p": 2, "q": 0.5}}),
        lambda g: get_weights(g, 1) == {"p": 2, "q": 0.5},
    ),
    "g: add weight 3 of 2 <-> 1": (
        AddEdgeWeights("g", [(2, 1, 3)]),
        lambda g: g.edges[1, 2] == g.adj[2][1] == {"weight": 3},
    ),
    "g: add entailment constraint p -> q": (
        AddConstraints("g", "entailment", "p -> q"),
        lambda g: [str(f) for f in get_constraints(g, "entailment")] == ["p -> q"],
    ),
    "create graph h (2 nodes, 1 edge)": (CreateGraph("h", chain("p", "q")), None),
    "create graph h (0 nodes, 0 edges)": (CreateGraph("h"), None),
    "replace graph g (1 node, 0 edges)": (ReplaceGraph("g", chain("q")), lambda g: texts(g, 1) == ["q"]),
    "declare t = ring of s, optimum cardinality, steps 2": (
        Declare("t", "s", Operation("ring", optimum="cardinality", steps=2)),
        None,
    ),
    "declare r = global of g": (Declare("r", "g", Operation("global"), replace=True), None),
    "delete s": (Delete("s"), None),
    "delete g and what is derived from it": (Delete("g", dependents=True), None),
    "rename g to h": (Rename("g", "h"), None),
    "rename r to t": (Rename("r", "t"), None),
    "save snapshot now": (SaveSnapshot("now"), None),
    "restore snapshot begin": (RestoreSnapshot("begin"), None),
    "delete snapshot begin": (DeleteSnapshot("begin"), None),
    "compute results at once": (SetEager(True), None),
}


@pytest.mark.parametrize("line", CHANGES)
def test_every_change(ws, line):
    """A change does what it says, comes back from data as it was, and is undone and redone without a trace."""
    change, expected = CHANGES[line]
    before = view(ws.state)
    assert change.line() == line
    state = ws.apply(read_change(json.loads(json.dumps(change.data()))))
    after = view(state)
    assert after == view(ws.state)
    assert expected is None or expected(state.graphs["g"])
    assert ws.history()[-1].line == line
    assert ws.undo().line == line
    assert view(ws.state) == before
    assert ws.redo().line == line
    assert view(ws.state) == after


def test_creating_and_deleting(ws):
    """Graphs and results come and go under their names."""
    ws.apply(CreateGraph("h", chain("q")), Delete("s"), Declare("t", "h", SIMPLE))
    assert list(ws.graphs) == ["g", "h"]
    assert list(ws.results) == ["r", "t"]
    assert ws.dependents("h") == ["t"]
    ws.apply(Delete("g", dependents=True))
    assert (list(ws.graphs), list(ws.results)) == (["h"], ["t"])


def test_renaming_keeps_order_and_dependencies(ws):
    """A renamed graph or result keeps its place and content, and results remain derived from it."""
    ws.apply(CreateGraph("h"))
    version = ws.version_of("g")
    ws.apply(Rename("g", "first"), AddNodes("first", [9]), Rename("first", "one"), Rename("r", "middle"))
    assert list(ws.graphs) == ["one", "h"]
    assert {name: result.of for name, result in ws.results.items()} == {"middle": "one", "s": "middle"}
    assert ws.version_of("one") > version
    assert 9 in ws.graph("one")


def test_weights_and_constraints(ws):
    """Weights are added one by one; constraints are added and taken back; an edge keeps its other attributes."""
    graph = chain("p", "q")
    graph.edges[1, 2]["colour"] = "red"
    ws.apply(CreateGraph("h", graph))
    ws.apply(AddWeights("h", {1: {"p": 2}}), AddWeights("h", {1: {"q": 3}}), AddEdgeWeights("h", [(1, 2, 0.5)]))
    assert get_weights(ws.graph("h"), 1) == {"p": 2, "q": 3}
    assert ws.graph("h").edges[2, 1] == {"colour": "red", "weight": 0.5}
    ws.apply(AddConstraints("h", "consistency", ["p", "q | r"]), RemoveConstraints("h", "consistency", "p"))
    assert [str(f) for f in get_constraints(ws.graph("h"), "consistency")] == ["q | r"]
    assert ws.history()[-1].line == "h: add consistency constraints p, q | r; h: remove consistency constraint p"


def test_snapshots(ws):
    """A snapshot brings back graphs and results with their versions; later work is not lost, for that can be undone."""
    then = view(ws.state)
    ws.apply(AddFormulas("g", {2: "q"}), Delete("s"), CreateGraph("h"))
    ws.apply(SaveSnapshot("later"))
    ws.apply(RestoreSnapshot("begin"))
    assert view(ws.state) | {"snapshots": 0} == then | {"snapshots": 0}
    assert list(ws.snapshots) == ["begin", "later"]
    assert ws.snapshots["begin"].time.endswith("Z")
    ws.apply(RestoreSnapshot("later"))
    assert list(ws.graphs) == ["g", "h"]
    ws.undo()
    ws.undo()
    assert list(ws.graphs) == ["g", "h"]


def test_commands_of_several_changes(ws):
    """Several changes are one command: one line, one undo, and nothing at all when one of them fails."""
    before = view(ws.state)
    ws.apply(AddNodes("g", [4]), AddFormulas("g", {4: "q"}), label="a fourth agent")
    assert ws.undo().line == "a fourth agent"
    with pytest.raises(UnknownNodeError):
        ws.apply(AddNodes("g", [4]), AddFormulas("g", {5: "q"}))
    assert view(ws.state) == before
    assert lines(ws)[1] == ["a fourth agent"]
    ws.apply(*(AddNodes("g", [node]) for node in range(10, 17)))
    assert ws.history()[-1].line.endswith("; g: add node 14; and 2 more changes")


def test_long_lines_are_cut():
    """What the history says fits on a line, however much was done."""
    assert AddNodes("g", range(1000)).line() == "g: add 1000 nodes"
    assert len(AddFormulas("g", {1: " & ".join(f"x{i}" for i in range(1000))}).line()) < 100
    assert CreateGraph("two\nlines").line() == "create graph two lines (0 nodes, 0 edges)"


def test_changes_that_change_nothing_keep_the_version(ws):
    """The version of a graph stays when a change leaves it as it was, so that results stay current."""
    version = ws.version_of("g")
    ws.apply(AddNodes("g", [1]), AddFormulas("g", {1: "p"}), AddEdges("g", [(2, 1)]), AddAtoms("g", []))
    assert ws.version_of("g") == version
    ws.apply(AddAtoms("g", ["p"]))  # now it is declared
    assert ws.version_of("g") > version


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (AddNodes("k", [1]), UnknownNameError, r"there is no graph 'k'; there are 'g'"),
        (AddNodes("r", [1]), WorkspaceError, "'r' is a result, which is derived and cannot be changed; change 'g'"),
        (RemoveNodes("g", [7]), UnknownNodeError, "no node 7"),
        (RemoveEdges("g", [(1, 3)]), EquibelGraphException, "no edge 1 <-> 3"),
        (RemoveEdges("g", [(1, 7)]), UnknownNodeError, "no node 7"),
        (RemoveAtoms("g", ["p"]), EquibelGraphException, "atom p is used"),
        (RemoveAtoms("g", ["z"]), EquibelGraphException, "no atom 'z'"),
        (AddFormulas("g", {1: "q", 7: "p"}), UnknownNodeError, "no node 7"),
        (SetFormulas("g", {7: "p"}), UnknownNodeError, "no node 7"),
        (RemoveFormulas("g", {1: "q"}), UnknownFormulaError, "node 1 has no formula q; it has p"),
        (RemoveFormulas("g", {2: "q"}), UnknownFormulaError, "it has none"),
        (AddWeights("g", {7: {"p": 1}}), UnknownNodeError, "no node 7"),
        (AddEdgeWeights("g", [(1, 3, 1)]), EquibelGraphException, "no edge 1 <-> 3"),
        (RemoveConstraints("g", "entailment", "p"), EquibelGraphException, "no entailment-based constraint p; it has none"),
        (CreateGraph("g"), NameTakenError, "there is a graph 'g' already"),
        (CreateGraph("r"), NameTakenError, "there is a result 'r' already"),
        (ReplaceGraph("k", chain("")), UnknownNameError, "no graph 'k'"),
        (ReplaceGraph("r", chain("")), WorkspaceError, "'r' is a result"),
        (Declare("r", "g", SIMPLE), NameTakenError, "there is a result 'r' already"),
        (Declare("g", "r", SIMPLE, replace=True), NameTakenError, "there is a graph 'g' already"),
        (Declare("t", "k", SIMPLE), UnknownNameError, "the result 't' is of 'k', which is neither a graph nor a result"),
        (Declare("t", "t", SIMPLE), CycleError, "'t' is of 't'"),
        (Declare("r", "s", SIMPLE, replace=True), CycleError, "'r' is of 's', 's' is of 'r'"),
        (Delete("k"), UnknownNameError, "no graph or result 'k'"),
        (Delete("g"), NameInUseError, "'r', 's' are derived from it"),
        (Delete("r"), NameInUseError, "'s' is derived from it"),
        (Rename("k", "h"), UnknownNameError, "no graph or result 'k'"),
        (Rename("g", "r"), NameTakenError, "there is a result 'r' already"),
        (SaveSnapshot("begin"), NameTakenError, "there is a snapshot 'begin' already"),
        (RestoreSnapshot("bgein"), UnknownNameError, r"no snapshot 'bgein' \(did you mean 'begin'\?\)"),
        (DeleteSnapshot("x"), UnknownNameError, "no snapshot 'x'; there are 'begin'"),
    ],
)
def test_changes_that_do_not_fit(ws, change, error, words):
    """What does not fit is refused with a name and a hint, and changes nothing."""
    before, history = view(ws.state), lines(ws)
    with pytest.raises(error, match=words):
        ws.apply(AddNodes("g", [99]), change)
    assert (view(ws.state), lines(ws)) == (before, history)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: AddNodes(1, [1]), OptionError, "graph is 1; expected a text"),
        (lambda: AddNodes("g", 1), OptionError, "nodes is 1; expected a list"),
        (lambda: AddNodes("g", "abc"), OptionError, "nodes is 'abc'; expected a list"),
        (lambda: AddNodes("g", [1.5]), OptionError, r"node is 1\.5; expected an integer of at most 600 digits"),
        (lambda: AddNodes("g", [True]), OptionError, "node is True"),
        (lambda: AddNodes("g", [((1, 2), 3)]), OptionError, "600 digits, a text or a tuple of these"),
        (lambda: AddNodes("g", [10**5000]), OptionError, "expected an integer"),
        (lambda: AddEdges("g", [1, 2]), OptionError, r"edges such as \[\(1, 2\)"),
        (lambda: AddEdges("g", [(1, 2, 3)]), OptionError, "edges such as"),
        (lambda: AddFormulas("g", ["p"]), OptionError, "formulas of nodes such as"),
        (lambda: AddFormulas("g", {1: "p &"}), FormulaSyntaxError, "line 1, column 4"),
        (lambda: AddWeights("g", {1: {"p": -1}}), OptionError, "the weight of p is -1"),
        (lambda: AddWeights("g", {1: 2}), OptionError, "weights is 2; expected a list"),
        (lambda: AddEdgeWeights("g", [(1, 2, float("nan"))]), OptionError, "the weight of an edge is nan"),
        (lambda: AddConstraints("g", "entailement", "p"), OptionError, "did you mean 'entailment'"),
        (lambda: Declare("r", "g", "global"), OptionError, "operation is 'global'; expected an operation such as"),
        (lambda: CreateGraph("g", [(1, 2)]), OptionError, "expected an EquibelGraph"),
        (lambda: Delete("g", dependents=1), OptionError, "dependents is 1; expected true or false"),
        (lambda: read_change({"change": "add_node"}), OptionError, r"did you mean 'add_nodes'"),
        (lambda: read_change({"nodes": []}), OptionError, "expected an object such as"),
        (lambda: read_change([]), OptionError, "expected an object such as"),
        (lambda: read_change({"change": "add_nodes", "graph": "g"}), OptionError, "the field nodes of add_nodes is None"),
        (lambda: read_change({"change": "delete", "name": "g", "nam": 1}), OptionError, "did you mean 'name'"),
    ],
)
def test_changes_that_cannot_be_meant(make, error, words):
    """A change checks its fields when it is made."""
    with pytest.raises(error, match=words):
        make()


def test_apply_wants_changes(ws):
    """Anything but changes is refused by name."""
    for wrong, words in [((), "at least one change"), (("add",), "at least one change")]:
        with pytest.raises(OptionError, match=words):
            ws.apply(*wrong)
    with pytest.raises(OptionError, match="label is 3"):
        ws.apply(AddNodes("g", [1]), label=3)
    with pytest.raises(OptionError, match="time_limit is -1"):
        ws.apply(AddNodes("g", [1]), time_limit=-1)
    with pytest.raises(OptionError, match="expected is 'x'"):
        ws.apply(AddNodes("g", [1]), expected="x")


def test_changes_on_condition(ws):
    """A change may ask for the versions it was made for; others are a conflict that carries both, and nothing happens."""
    seen = ws.version_of("g")
    ws.apply(AddNodes("g", [4]), expected={"g": seen, "new": None})
    before = view(ws.state)
    with pytest.raises(VersionConflict, match=f"'g' has version {ws.version_of('g')} and not {seen}") as caught:
        ws.apply(AddNodes("g", [5]), expected={"g": seen})
    assert (caught.value.name, caught.value.expected, caught.value.actual) == ("g", seen, ws.version_of("g"))
    with pytest.raises(VersionConflict, match="'g' exists already"):
        ws.apply(AddNodes("g", [5]), expected={"g": None})
    with pytest.raises(VersionConflict, match="'k' was not found") as caught:
        ws.apply(AddNodes("g", [5]), expected={"k": 3})
    assert caught.value.actual is None
    with pytest.raises(VersionConflict, match="the workspace has version"):
        ws.undo(expected=ws.version - 1)
    assert view(ws.state) == before
    ws.undo(expected=ws.version)
    assert ws.version_of("g") == seen


def test_history_has_ends(ws):
    """Undoing before the first command, or redoing after the last, is an error; a new command ends what was undone."""
    with pytest.raises(WorkspaceError, match="nothing to redo"):
        ws.redo()
    ws.undo()
    ws.undo()
    with pytest.raises(WorkspaceError, match="nothing to undo"):
        ws.undo()
    assert len(ws.undone()) == 2
    ws.apply(AddNodes("g", [9]))
    assert ws.undone() == []
    assert [entry.line for entry in ws.history()] == ["g: add node 9"]
    assert ws.history()[0].time <= ws.history()[-1].time


def test_graphs_are_values(ws):
    """A graph that was read never changes, refuses to be changed, and can be copied."""
    graph = ws.graph("g")
    for change in (
        lambda: graph.add_formula(1, "q"),
        lambda: graph.set_formulas(1, []),
        lambda: graph.add_atom("z"),
        lambda: graph.add_edge(1, 3),
        lambda: graph.remove_node(1),
        lambda: graph.clear(),
        lambda: graph.update([(7, 8)]),
    ):
        with pytest.raises(EquibelGraphException, match=r"cannot be changed; change a copy\(\)"):
            change()
    with pytest.raises(TypeError):
        ws.graphs["h"] = graph
    copy = graph.copy()
    copy.add_formula(2, "q")
    copy.add_edge(1, 3)
    ws.apply(AddFormulas("g", {1: "q"}), AddEdges("g", [(1, 3)]), RemoveNodes("g", [2]))
    assert list(graph.edges) == [(1, 2), (2, 3)]
    assert (texts(graph, 1), texts(graph, 2)) == (["p"], [])


def test_frozen_copies_are_checked():
    """Formulas are written in one way, attributes that cannot be stored are noted, and weights are checked."""
    graph = EquibelGraph([(1, 2, {"weight": 2}), (2, ("a", 3))], name="x", place=object())
    graph.nodes[1].update(formulas=["p&q", "r"], colour="red", image={1, 2}, atoms=["kept"])
    graph.graph["atoms"] = "z y"
    notes = []
    copy = frozen_copy(graph, "g", note=notes.append)
    assert copy.nodes[1] == {"formulas": "p & q; r", "colour": "red", "atoms": ["kept"]}
    assert copy.graph == {"name": "x", "atoms": "y z"}
    assert copy.edges[1, 2] == {"weight": 2}
    assert [note.split(";")[0] for note in notes] == [
        "the graph 'g': a workspace cannot hold the graph attribute 'place'",
        "the graph 'g': a workspace cannot hold the node attribute 'image'",
    ]
    graph.edges[1, 2]["weight"] = -1
    with pytest.raises(OptionError, match="the weight of the edge 1 <-> 2 is -1"):
        frozen_copy(graph, note=notes.append)
    with pytest.raises(FileFormatError, match=r"cannot store the node 1\.5"):
        frozen_copy(EquibelGraph([(1.5, 2)]))
    broken = chain("p")
    broken.nodes[1]["formulas"] = "p &"
    with pytest.raises(FormulaSyntaxError, match="the formulas of node 1"):
        CreateGraph("g", broken)


def test_frozen_copies_are_plain_data_of_their_own():
    """Attributes of frozen copies were shared with the given graph, and changed with it; numbers of numpy were stored."""
    graph = EquibelGraph([(np.int64(1), 2, {"weight": np.float64(0.5), "since": [2015]})])
    graph.nodes[1].update(place=[1, 2], size=np.float64(0.5), weights={"p": np.int64(2)})
    copy = frozen_copy(graph)
    graph.nodes[1]["place"].append(3)
    graph.edges[1, 2]["since"].append(2016)
    assert copy.nodes[1] == {"place": [1, 2], "size": 0.5, "weights": '{"p": 2}'}
    assert copy.edges[1, 2] == copy.edges[2, 1] == {"weight": 0.5, "since": [2015]}
    values = [*copy, copy.nodes[1]["size"], copy.edges[1, 2]["weight"]]
    assert [type(value) for value in values] == [int, int, float, float]
    assert copy.adj[1][2] is copy.adj[2][1]


def test_equal_graphs_are_stored_alike():
    """What is stored of a graph, and what identifies it, does not depend on the order in which it was joined up."""
    one, other = EquibelGraph(), EquibelGraph()
    for graph, edges in ((one, [(1, 3), (1, 2), (2, 3)]), (other, [(3, 2), (2, 1), (3, 1)])):
        graph.add_nodes_from([1, 2, 3])
        graph.add_edges_from(edges)
    assert encode(one) == encode(other) == encode(decode(encode(one)))
    assert digest(one) == digest(other)
    other.add_formula(1, "p")
    assert digest(one) != digest(other)


def test_unknown_names_when_reading(ws):
    """Asking for what is not there is our error, with a hint."""
    for ask in (ws.graph, ws.version_of, ws.dependents, ws.status, ws.compute, ws.next_task, ws.value):
        with pytest.raises(UnknownNameError):
            ask("gg")
        with pytest.raises(OptionError, match="expected a text"):
            ask(["g"])
    with pytest.raises(UnknownNameError, match="'g' is a graph, and not a result"):
        ws.status("g")
    with pytest.raises(UnknownNameError, match="'r' is a result, and not a graph"):
        ws.graph("r")
