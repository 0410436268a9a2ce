"""Large files: what is usual in them is read without a closer look, and with the same outcome."""

import itertools
import json

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError
from equibel.files import format_bcf, format_json, graph_from_node_link, node_link, parse_bcf, parse_json
from equibel.files import node_link_reading as reading
from equibel.formula import parsing, prefix

NODES = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b"]), st.sampled_from([["a", 1], 1.0, True, None, {}]))
WEIGHTS = st.sampled_from([1, 2, 0.5, "1/3", 10**20, -1, float("inf"), True, None, [1]])
EDGES = st.fixed_dictionaries(
    {"source": NODES, "target": NODES}, optional={"weight": WEIGHTS, "key": st.just(0), "x": NODES}
)
DATA = st.fixed_dictionaries(
    {
        "nodes": st.just([{"id": node} for node in (0, 1, 2, 3, "a", "b", ["a", 1])]),
        "edges": st.lists(st.one_of(EDGES, EDGES, EDGES, st.sampled_from([{}, 3, {"source": 1}])), max_size=6),
    },
    optional={"directed": st.booleans(), "multigraph": st.booleans()},
)


def outcome(data):
    """What reading the data gives, in the order of everything, with notes; or the error."""
    notes = []
    try:
        graph = graph_from_node_link(data, note=notes.append)
    except EquibelError as error:
        return str(error), notes
    return repr((list(graph.nodes(data=True)), [(v, list(near.items())) for v, near in graph.adjacency()])), notes


@given(DATA)
def test_usual_edges_are_read_like_others(data):
    """The same graph, notes and errors as when every edge gets the closer look."""
    found = outcome(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading._Reader, "usual_edge", lambda *_: None)
        assert outcome(data) == found


@given(DATA)
def test_data_is_not_changed(data):
    """The attributes of the graph are copies."""
    before = repr(data)
    try:
        graph = graph_from_node_link(data, note=lambda _: None)
    except EquibelError:
        return
    for u, v in graph.edges:
        graph.edges[u, v]["mark"] = 1
    assert repr(data) == before


@pytest.fixture
def texts_read(monkeypatch):
    """The texts of formulas that are read, each time; without the cache of texts."""
    seen = []
    real = parsing.read

    def read(text, *rest):
        seen.append(text)
        return real(text, *rest)

    monkeypatch.setattr(parsing, "read", read)
    monkeypatch.setattr(prefix, "read", read)
    parsing._remembered.cache_clear()
    return seen


#: More different formulas than the parser's cache of texts has places, each at three nodes, in turn.
MANY = [f"p{i} & large{i}" for i in range(1100)]
FORMULAS = dict(enumerate(itertools.chain(MANY, MANY, MANY)))
EVERY_WAY = {
    "attributes": lambda: EquibelGraph(with_attributes(nx.path_graph(len(FORMULAS)))),
    "formulas=": lambda: EquibelGraph(nx.path_graph(len(FORMULAS)), formulas=FORMULAS),
    "json": lambda: parse_json(json.dumps(nx.node_link_data(with_attributes(nx.path_graph(len(FORMULAS))), edges="edges"))),
    "bcf": lambda: parse_bcf("t undirected\n" + "".join(f"f {v} *({f.replace(' &', '')})\n" for v, f in FORMULAS.items())),
}


def with_attributes(graph):
    """The graph with formulas in the attributes of nodes."""
    nx.set_node_attributes(graph, FORMULAS, "formulas")
    return graph


@pytest.mark.parametrize("way", EVERY_WAY)
def test_each_different_text_is_read_once(texts_read, way):
    """When a graph is made, and when its formulas are asked for."""
    graph = EVERY_WAY[way]()
    assert len(texts_read) == len(MANY)
    assert len(set(graph.belief_by_node().values())) == len(MANY)
    assert str(graph.belief(2200)) == "p0 & large0"
    assert len(texts_read) == len(MANY)


def test_what_is_written_is_read():
    """Every node and edge, with each different formula written once."""
    graph = EVERY_WAY["formulas="]()
    for read, written in ((parse_json, format_json(graph)), (parse_bcf, format_bcf(graph))):
        assert read(written).belief_by_node() == graph.belief_by_node()
        assert list(read(written).edges) == list(graph.edges)
    shared = [id(formula) for node in node_link(graph)["nodes"] for formula in node["formulas"]]
    assert len(set(shared)) == len(MANY)
