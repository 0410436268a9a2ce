"""Scenarios as ASP facts, read back by clingo."""

import clingo
import networkx as nx
from hypothesis import example, given
from hypothesis import strategies as st

from equibel.graph import Scenario
from equibel.graph.asp_facts import node_term

NODE_TEXTS = [
    "a b",
    'say "hi"',
    "back\\slash",
    "\\",
    '").',
    "% comment",
    "line\nbreak",
    "\r\n",
    "\t",
    "näme",
    "日本",
    "",
]


def shown(program):
    """All symbols of the single answer set."""
    control = clingo.Control()
    control.add("base", [], program)
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        (symbols,) = [list(model.symbols(atoms=True)) for model in handle]
    return symbols


def arguments(symbols, name):
    return [symbol.arguments for symbol in symbols if symbol.name == name]


def test_facts_are_readable():
    """One fact per line, predicates documented first."""
    graph = Scenario([(1, "b")])
    graph.set_formulas(1, ["p & ~q", "q"])
    graph.add_atom("r")
    lines = graph.to_asp().splitlines()
    comments = [line for line in lines if line.startswith("%")]
    assert len(comments) == 4
    assert lines[len(comments) :] == [
        "node(1).",
        'node("b").',
        'edge(1,"b").',
        'atom("p").',
        'atom("q").',
        'atom("r").',
        'formula(1,and("p",neg("q"))).',
        'formula(1,"q").',
    ]


def test_edges_are_listed_once_and_self_loops_too():
    """As networkx lists them."""
    graph = Scenario([(1, 2), (2, 1), (2, 2)])
    symbols = shown(graph.to_asp())
    assert sorted(map(str, arguments(symbols, "edge"))) == ["[Number(1), Number(2)]", "[Number(2), Number(2)]"]


def test_an_empty_graph_has_no_facts():
    """Comments alone are a program."""
    assert shown(Scenario().to_asp()) == []


@given(
    st.lists(
        st.one_of(st.integers(-(2**33), 2**33), st.text(max_size=8), st.sampled_from(NODE_TEXTS)),
        unique=True,
        max_size=6,
    )
)
@example([2**31 - 1, -(2**31), -(2**31) + 1, 2**31, -(2**31) - 1, "2147483648", 'other("1")', "\x00", "\ud800"])
def test_clingo_reads_the_nodes_back(nodes):
    """Whatever a name contains, there are as many nodes as in the graph, each what it was."""
    graph = Scenario()
    graph.add_nodes_from(nodes)
    symbols = shown(graph.to_asp())
    assert len(symbols) == len(nodes)
    read = [argument for (argument,) in arguments(symbols, "node")]
    assert len(set(read)) == len(nodes)
    expected = {
        clingo.Number(node) if isinstance(node, int) else clingo.String(node)
        for node in nodes
        if (-(2**31) <= node < 2**31 if isinstance(node, int) else "\0" not in node and node != "\ud800")
    }
    assert expected <= set(read)
    assert all(symbol.match("other", 1) for symbol in set(read) - expected)


def test_tuples_become_tuples():
    """Grid nodes, a tuple of one, the empty tuple, tuples in tuples."""
    nodes = [(0, 1), ("a", -2), (1,), (), ((1, 2), (), "x")]
    assert [node_term(node) for node in nodes] == ["(0,1)", '("a",-2)', "(1,)", "()", '((1,2),(),"x")']
    graph = Scenario(nx.grid_2d_graph(2, 2))
    assert len(arguments(shown(graph.to_asp()), "edge")) == 4


def test_deep_tuples_do_not_overflow():
    """Nothing recurses over the node."""
    node = ()
    for _ in range(5000):
        node = (node, 1)
    assert node_term(node).endswith(",1)")


def test_an_integer_of_thousands_of_digits_is_a_node():
    """Python itself refuses to write it in decimal."""
    assert node_term(10**5000) == f'other("{hex(10**5000)}")'


def test_other_nodes_stay_different():
    """A float, a text that looks like one, a truth value, a set."""
    terms = [node_term(node) for node in (0.5, "0.5", True, frozenset({1}))]
    assert terms == ['other("0.5")', '"0.5"', "1", 'other("frozenset({1})")']
