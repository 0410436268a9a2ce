"""JSON files: node-link data read and written, notes and errors."""

import json
from contextlib import suppress

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError, FormulaSyntaxError
from equibel.files import (
    format_json,
    get_constraints,
    get_weights,
    graph_from_node_link,
    node_link,
    parse_json,
    set_constraints,
    set_weights,
)
from equibel.files.json_format import position

TEXT = """\
{
  "graph": {"atoms": ["s"], "entailment": ["p -> q"], "consistency": ["~s"], "name": "pair"},
  "nodes": [
    {"id": 1, "formulas": ["p & q", "r"], "weights": {"p": 2, "q": 0.5}, "colour": "red"},
    {"id": "b"}
  ],
  "links": [
    {"source": 1, "target": "b", "weight": 3}
  ]
}
"""


def read(data):
    """The graph and the notes."""
    notes = []
    text = data if isinstance(data, str) else json.dumps(data)
    return parse_json(text, "a.json", note=notes.append), notes


def error(data):
    """The error of data that cannot be read."""
    with pytest.raises(FileFormatError) as caught:
        read(data)
    assert caught.value.path == "a.json"
    return caught.value


def nodes(*items, edges=()):
    """The text of a file, with each node and edge on a line of its own."""
    lines = ['{"nodes": [', ",\n".join(items), '], "edges": [', ",\n".join(edges), "]}"]
    return "\n".join(lines)


def test_everything_a_file_may_hold():
    """Formulas, weights, atoms, constraints and other attributes are read."""
    graph, notes = read(TEXT)
    assert notes == []
    assert [str(f) for f in graph.beliefs(1)] == ["p & q", "r"]
    assert get_weights(graph, 1) == {"p": 2, "q": 0.5}
    assert graph.nodes[1]["colour"] == "red"
    assert graph.edges[1, "b"] == {"weight": 3}
    assert graph.atom_names() == ["p", "q", "r", "s"]
    assert [str(f) for f in get_constraints(graph, "entailment")] == ["p -> q"]
    assert [str(f) for f in get_constraints(graph, "consistency")] == ["~s"]
    assert graph.graph["name"] == "pair"


def test_lists_beside_the_nodes():
    """Atoms and constraints may stand beside the nodes as well as within "graph", but not in both places."""
    graph, notes = read('{"nodes": [], "edges": [], "atoms": ["s"], "entailment": ["p"], "consistency": []}')
    assert notes == []
    assert graph.graph == {"atoms": "s", "entailment": "p"}
    found = error('{"nodes": [], "edges": [],\n"atoms": ["s"], "graph": {"atoms": ["s"]}}')
    assert found.line == 2
    assert "keep one of them" in str(found)


def test_what_networkx_writes_is_read():
    """A file that networkx wrote of a scenario, with formulas as one text, is read; and networkx reads ours."""
    graph, _ = read(TEXT)
    again, notes = read(nx.node_link_data(graph))
    assert notes == []
    assert dict(again.nodes(data=True)) == dict(graph.nodes(data=True))
    assert again.graph == graph.graph
    assert EquibelGraph(nx.node_link_graph(node_link(graph))) == graph


def test_answers_are_read():
    """An answer that holds the scenario as its "graph" can be read again."""
    graph, notes = read({"operator": "global", "iterations": 1, "graph": {"nodes": [{"id": 1}], "edges": []}})
    assert list(graph) == [1]
    assert notes == []
    found = error('{"graph": {"nodes": [\n{"id": null}], "edges": []}}')
    assert (found.line, "graph.nodes[0].id" in str(found)) == (2, True)


def test_tuples_are_lists():
    """A node that is a tuple is written as a list and read back as a tuple."""
    grid = EquibelGraph(nx.grid_2d_graph(2, 2))
    assert read(format_json(grid)) == (grid, [])


def test_directed_and_parallel_edges():
    """Opposite edges are one; lone directions, parallel edges and their differing attributes are noted."""
    ends = [{"source": 1, "target": 2}, {"source": 2, "target": 1}, {"source": 2, "target": 3}]
    data = {"directed": True, "nodes": [{"id": 1}, {"id": 2}, {"id": 3}], "edges": ends}
    graph, notes = read(data)
    assert list(graph.edges) == [(1, 2), (2, 3)]
    assert len(notes) == 1
    assert "edges[2]" in notes[0]
    assert "2 -> 3 has no opposite edge" in notes[0]
    data["edges"] = [*ends, {"source": 3, "target": 2, "weight": 2}, {"source": 2, "target": 3, "weight": 4}]
    graph, notes = read(data)
    assert graph.edges[2, 3] == {"weight": 4}
    assert len(notes) == 1
    assert "edges[4] is parallel" in notes[0]


def test_multigraphs():
    """A multigraph's keys are dropped, and parallel edges are noted."""
    data = nx.node_link_data(nx.MultiGraph([(1, 2), (1, 2)]))
    graph, notes = read(data)
    assert list(graph.edges(data=True)) == [(1, 2, {})]
    assert "edges[1] is parallel" in notes[0]


def test_unknown_and_misspelt_names_are_noted():
    """A key beside the nodes that means nothing is noted, and so is an attribute that looks like a known one."""
    _, notes = read({"nodes": [{"id": 1, "formula": "p"}, {"id": 2, "formula": "q"}], "edges": [], "atms": []})
    assert len(notes) == 2
    assert "'formula' is kept but not used (did you mean 'formulas'?)" in notes[0]
    assert "'atms'" in notes[1]
    assert "did you mean 'atoms'?" in notes[1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"nodes": [{"id": 1, "Formulas": "p"}]}, "'Formulas' is kept but not used (did you mean 'formulas'?)"),
        ({"nodes": [{"id": 1, "belief": "p"}]}, "'belief' is kept but not used (did you mean 'formulas'?)"),
        ({"nodes": [{"id": 1, "weigths": {"p": 2}}]}, "the node attribute 'weigths' is kept but not used"),
        ({"nodes": [{"id": 1, "entailment": ["p"]}]}, "('entailment' is an attribute of the graph)"),
        ({"edges": [{"source": 1, "target": 1, "weigth": 2}]}, "the edge attribute 'weigth' is kept but not used"),
        ({"edges": [{"source": 1, "target": 1, "weights": 2}]}, "(did you mean 'weight'?)"),
        ({"edges": [{"source": 1, "target": 1, "formulas": ["p"]}]}, "('formulas' is an attribute of nodes)"),
        ({"graph": {"entailments": ["p"]}}, "the graph attribute 'entailments' is kept but not used"),
        ({"graph": {"constraints": ["p"]}}, "(did you mean 'entailment'?)"),
        ({"graph": {"consistancy": ["p"]}}, "(did you mean 'consistency'?)"),
        ({"graph": {"formulas": {"1": "p"}}}, "('formulas' is an attribute of nodes)"),
        ({"formulas": {"1": "p"}}, "is not part of the format, and is not kept ('formulas' is an attribute of nodes)"),
        ({"nodes": [{"id": 1, "formulas": ["p -> false"]}]}, "'false' is read as an atom; the constants are True and False"),
        ({"entailment": ["p -> F"]}, "'F' is read as an atom"),
    ],
)
def test_what_may_not_be_meant_is_noted(data, words):
    """Misspelt attributes of edges and of the graph had no effect and no note, and neither had words for truth values."""
    _, notes = read({"nodes": [{"id": 1}], "edges": [], **data})
    assert len(notes) == 1
    assert notes[0].startswith("a.json: ")
    assert words in notes[0]


def test_edges_and_links():
    """With ``"edges": []`` beside filled ``"links"`` all edges were lost; both filled, and different, is an error."""
    link = {"source": 1, "target": 2}
    for named in ({"edges": [], "links": [link]}, {"edges": [link], "links": []}, {"edges": None, "links": [link]}):
        graph, notes = read({"nodes": [{"id": 1}, {"id": 2}], **named})
        assert (list(graph.edges), notes) == ([(1, 2)], [])
    graph, notes = read({"nodes": [{"id": 1}, {"id": 2}], "edges": [link], "links": [link]})
    assert (list(graph.edges), notes) == ([(1, 2)], [])
    found = error('{"nodes": [{"id": 1}], "edges": [{"source": 1, "target": 1}],\n"links": [{"source": 2, "target": 1}]}')
    assert found.line == 2
    assert 'links: "edges" has other edges; keep one of them' in str(found)
    assert "links: expected a list" in str(error('{"nodes": [], "edges": [], "links": {}}'))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("{", 1, "not JSON"),
        ('{"nodes": [\n{"id": 1},\n]}', 3, "not JSON"),
        ("[]", 1, "expected an object with"),
        ("{}", 1, 'nodes: expected a list such as [{"id": 1}], not null or nothing'),
        ('{"nodes": []}', 1, "edges: expected a list"),
        ('{"nodes":\n{}, "edges": []}', 2, "nodes: expected a list"),
        ('{"nodes": [], "edges": [],\n"directed": 1}', 2, "directed: expected true or false, not 1"),
        ('{"nodes": [], "edges": [],\n"graph": []}', 2, "graph: expected an object"),
        ('{"nodes": [], "edges": [],\n"graph": {"atoms":\n["p", "q r"]}}', 3, "graph.atoms[1]: expected an atom"),
        ('{"nodes": [], "edges": [],\n"atoms": ["True"]}', 2, "atoms[0]: expected an atom"),
        ('{"nodes": [], "edges": [],\n"entailment": ["p", 1]}', 2, "entailment[1]: expected a text"),
        (nodes("1"), 2, "nodes[0]: expected an object"),
        (nodes('{"name": 1}'), 2, 'the node has no "id"'),
        (nodes('{"id": true}'), 2, "nodes[0].id: expected an integer or a text as a node, not true"),
        (nodes('{"id": 1.0}'), 2, "not 1.0"),
        (nodes('{"id": null}'), 2, "not null"),
        (nodes('{"id": [[1], 2]}'), 2, "not a list"),
        (nodes('{"id": 1}', '{"id": "1"}', '{"id": 1}'), 4, "the node 1 already exists"),
        (nodes('{"id": 1, "formulas": {}}'), 2, "nodes[0].formulas: expected a list of formulas"),
        (nodes('{"id": 1, "formulas": ["p", null]}'), 2, "nodes[0].formulas[1]: expected a text"),
        (nodes('{"id": 1}', '{"id": 2, "formulas": ["p", "q &"]}'), 3, "nodes[1].formulas[1]: in the formula, line 1"),
        (nodes('{"id": 1, "weights": []}'), 2, "nodes[0].weights: weights is []"),
        (nodes('{"id": 1, "weights": {"p q": 1}}'), 2, "the name of a weighted atom is 'p q'"),
        (nodes('{"id": 1, "weights": {"p": -1}}'), 2, "the weight of p is -1; expected a number of at least 0"),
        (nodes('{"id": 1, "weights": {"p": "2"}}'), 2, "the weight of p is '2'"),
        (nodes('{"id": 1, "weights": {"p": true}}'), 2, "the weight of p is True"),
        (nodes('{"id": 1}', edges=["[1, 1]"]), 4, "edges[0]: expected an object"),
        (nodes('{"id": 1}', edges=['{"source": 1}']), 4, 'the edge has no "target"'),
        (nodes('{"id": 1}', edges=['{"source": 1, "target": "1"}']), 4, "no node '1' (did you mean 1?)"),
        (
            nodes('{"id": 1}', edges=['{"source": 1, "target": 1, "weight": "x"}']),
            4,
            "edges[0].weight: the weight of an",
        ),
        (nodes('{"id": 1, "x": NaN}'), 2, "NaN is not JSON"),
        (nodes('{"id": 1}', '{"id": 2, "x": -Infinity}'), 3, "-Infinity is not JSON"),
        (nodes('{"id": 1}', '{"id": 2, "x": 1e999}'), 3, "too large"),
        (nodes('{"id": 1,\n"id": 2}'), 3, "the name 'id' occurs twice"),
        (nodes('{"id": ' + "9" * 5000 + "}"), 0, "several thousand digits"),
        (nodes('{"id": ' + "[" * 100000 + "]" * 100000 + "}"), 0, "nested too deeply"),
        ("[" * 100000, 0, "nested too deeply"),
    ],
)
def test_errors_tell_line_and_place(text, line, words):
    """An error says where in which file what was expected."""
    found = error(text)
    assert found.line == line
    assert words in str(found)
    assert len(str(found)) < 400


def test_formula_errors_have_their_cause():
    """The error of a formula is the cause, with its own line and column; without a text no line is known."""
    with pytest.raises(FileFormatError, match=r"^<data>: nodes\[0\]") as caught:
        graph_from_node_link({"nodes": [{"id": 1, "formulas": ["p & & q"]}], "edges": []})
    cause = caught.value.__cause__
    assert isinstance(cause, FormulaSyntaxError)
    assert (cause.line, cause.column, caught.value.line) == (1, 5, 0)


def test_columns_are_those_of_the_value():
    """Line and column point at the value, whatever strings stand before it."""
    found = error('{"nodes": [{"id": "a \\"]}", "formulas": ["p", "q q"]}], "edges": []}')
    assert (found.line, found.column) == (1, 47)


def test_position_of_any_place():
    """A place that is not there is that of the innermost value around it."""
    text = '{"a": [1, {"b": [true, null]}], "c": {}}'
    assert text[position(text, ("a", 1, "b", 1)) :].startswith("null")
    assert text[position(text, ("a", 1, "x")) :].startswith('{"b"')
    assert text[position(text, ("c", "d", 0)) :].startswith("{}")
    assert position(text, ("x",)) == 0


def test_writing_puts_each_node_on_a_line():
    """The text is made for people and for version control."""
    graph, _ = read(TEXT)
    assert format_json(graph).split("\n")[3:8] == [
        '  "graph": {"atoms": ["s"], "entailment": ["p -> q"], "consistency": ["~s"], "name": "pair"},',
        '  "nodes": [',
        '    {"id": 1, "formulas": ["p & q", "r"], "weights": {"p": 2, "q": 0.5}, "colour": "red"},',
        '    {"id": "b", "formulas": []}',
        "  ],",
    ]


@pytest.mark.parametrize("node", [1.5, True, (1, (2, 3)), (), frozenset([1]), (1, None)])
def test_nodes_that_json_cannot_hold(node):
    """A node that JSON cannot hold is named, with a way out."""
    graph = EquibelGraph()
    graph.add_node(node)
    with pytest.raises(FileFormatError, match=r"cannot hold the node .*relabel_nodes"):
        node_link(graph)


def test_attributes_that_json_cannot_hold():
    """An attribute that JSON would lose or change is left out and noted once; the rest is kept."""
    graph = EquibelGraph([(1, 2, {"seen": {1}, "source": "x", "since": 2014})], shape=(1, 2))
    graph.nodes[1].update({"id": 5, "value": float("nan"), "tags": ["a"]})
    graph.nodes[2].update({"value": float("inf"), 7: "seven"})
    deep = []
    for _ in range(100_000):
        deep = [deep]
    graph.nodes[2]["deep"] = deep
    notes = []
    data = node_link(graph, "b.json", note=notes.append)
    assert data["nodes"][0] == {"id": 1, "formulas": [], "tags": ["a"]}
    assert data["edges"] == [{"source": 1, "target": 2, "since": 2014}]
    assert sorted(notes) == [
        "b.json: JSON cannot hold the edge attribute 'seen'; it is left out (on 1 edge)",
        "b.json: JSON cannot hold the edge attribute 'source'; it is left out (on 1 edge)",
        "b.json: JSON cannot hold the graph attribute 'shape'; it is left out",
        "b.json: JSON cannot hold the node attribute 'deep'; it is left out (on 1 node)",
        "b.json: JSON cannot hold the node attribute 'id'; it is left out (on 1 node)",
        "b.json: JSON cannot hold the node attribute 'value'; it is left out (on 2 nodes)",
        "b.json: JSON cannot hold the node attribute 7; it is left out (on 1 node)",
    ]


TEXTS = st.text(max_size=6)
NODES = st.one_of(st.integers(), TEXTS, st.lists(st.one_of(st.integers(), TEXTS), min_size=1, max_size=3).map(tuple))
NAMES = st.text(min_size=1, max_size=6).map("x-".__add__)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda smaller: st.one_of(st.lists(smaller, max_size=2), st.dictionaries(TEXTS, smaller, max_size=2)),
    max_leaves=4,
)
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=2)
FORMULAS = st.sampled_from(["p", "p -> (q = ~r)", "p ^ q ^ r", "True", "False", "x10 | S", "~~p", "(p & q) | 5"])


@st.composite
def scenarios(draw):
    """Scenarios with everything that JSON holds."""
    graph = EquibelGraph()
    names = draw(st.lists(NODES, unique=True, max_size=6))
    graph.add_nodes_from((name, draw(ATTRIBUTES)) for name in names)
    if names:
        ends = st.sampled_from(names)
        weights = st.one_of(st.integers(0), st.floats(0, allow_infinity=False))
        graph.add_edges_from(draw(st.lists(st.tuples(ends, ends, ATTRIBUTES), max_size=6)))
        graph.add_edges_from(draw(st.lists(st.tuples(ends, ends, st.fixed_dictionaries({"weight": weights})), max_size=2)))
        for node in draw(st.lists(ends, max_size=4)):
            graph.add_formula(node, draw(FORMULAS))
            set_weights(graph, node, draw(st.dictionaries(st.sampled_from("pqr"), weights, max_size=2)))
    graph.add_atoms(draw(st.lists(st.sampled_from("uvw"))))
    set_constraints(graph, "entailment", draw(st.lists(FORMULAS, max_size=2)))
    set_constraints(graph, "consistency", draw(st.lists(FORMULAS, max_size=2)))
    graph.graph |= draw(ATTRIBUTES)
    return graph


@given(scenarios())
def test_round_trip(graph):
    """Reading what was written gives back the same nodes, edges and attributes, whatever the names."""
    again = parse_json(format_json(graph, note=pytest.fail), note=pytest.fail)
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(data=True)) == list(graph.edges(data=True))
    assert again.graph == graph.graph


@given(cases())
def test_round_trip_of_scenarios(case):
    """Scenarios with any formula and odd names come back equal, with the same alphabet."""
    graph = case.graph()
    again = parse_json(format_json(graph))
    assert again == graph
    assert again.atoms() == graph.atoms()


@given(st.recursive(VALUES, lambda inner: st.dictionaries(st.sampled_from(["nodes", "edges", "graph", "id"]), inner)))
def test_any_data_is_read_or_refused(data):
    """Whatever the data, it is read or refused with an error of this package."""
    with suppress(FileFormatError):
        read(data)


def test_large_file():
    """A file of 5,000 nodes is read in a moment."""
    data = {
        "nodes": [{"id": i, "formulas": [f"x{i} & ~x{i + 1}"]} for i in range(5000)],
        "edges": [{"source": i, "target": i + 1} for i in range(4999)],
    }
    graph, _ = read(data)
    assert graph.number_of_edges() == 4999
    assert len(node_link(graph)["nodes"]) == 5000
