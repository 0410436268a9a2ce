"""BCF files: reading, writing, notes and errors."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError, FormulaSyntaxError
from equibel.files import format_bcf, get_constraints, get_weights, parse_bcf, set_constraints, set_weights
from equibel.formula import parse

SAMPLE = """\
   c a hand-written file, with blank lines and white space anywhere
     t      directed

  a k
   n 10   30 50
 n 10..14
a   a tenor p

w   30 m  4
w  30 j 12
  e 10 30
e 30 40

f 30  (
   *
     (p
   - q
      ) )
f 40 (*(p q r -s))
f 20 (+(p q *(q r -s -t) *(r)))
"""


def read(text):
    """The graph and the notes."""
    notes = []
    return parse_bcf(text, "a.bcf", note=notes.append), notes


def error(text):
    """The error of a text that cannot be read."""
    with pytest.raises(FileFormatError) as caught:
        parse_bcf(text, "a.bcf", note=pytest.fail)
    assert caught.value.path == "a.bcf"
    assert str(caught.value).startswith("a.bcf, line") or caught.value.line == 0
    return caught.value


def test_sample():
    """A file of 2014 with every kind of statement, tokens strewn over lines, and nodes that are not declared."""
    graph, notes = read(SAMPLE)
    assert list(graph) == [10, 30, 50, 11, 12, 13, 14, 40, 20]
    assert set(map(frozenset, graph.edges)) == {frozenset({10, 30}), frozenset({30, 40})}
    assert graph.equivalent(30, "p & ~q")
    assert graph.equivalent(40, "p & q & r & ~s")
    assert graph.equivalent(20, "p | q | r")
    assert get_weights(graph, 30) == {"m": 4, "j": 12}
    assert {"k", "a", "tenor", "p"} <= set(graph.atom_names())
    assert len(notes) == 2
    assert "line 11" in notes[0]
    assert "10 -> 30" in notes[0]
    assert "1 more, at line 12" in notes[0]
    assert notes[1] == "a.bcf, line 12: the node 40 is added, but is in no 'n' line (and 1 more, at line 20)"


@pytest.mark.parametrize("line", ["f 2 p", "w 2 p 1", "e 1 2\ne 2 1"])
def test_undeclared_nodes_are_noted(line):
    """A node that no ``n`` line names may be misspelt: it is added and noted, unless the text has no ``n`` lines."""
    graph, notes = read(f"{line}\nn 1 3..4\n")
    assert 2 in graph
    assert notes == ["a.bcf, line 1: the node 2 is added, but is in no 'n' line"]
    assert read(line)[1] == []
    assert read(f"{line}\nn 1..2\n")[1] == []


def test_formula_errors_point_at_the_parenthesis():
    """Where an open parenthesis stands is told as seen from the error, whose line is that of the file."""
    found = error("n 1\nf 1 *(p\n  -(q $))")
    assert "line 3, column 7: unexpected character '$' (the '(' at column 4 is not closed)" in str(found)
    found = error("n 1\nf 1 *(p\n  $)")
    assert "line 3, column 3: unexpected character '$' (the '(' at column 6, 1 line above, is not closed)" in str(found)


def test_opposite_edges_are_one_edge():
    """A pair of opposite edges of a directed file is one edge, and nothing is noted; nor for a self-loop."""
    graph, notes = read("e 1 2\ne 2 1\ne 3 3\n")
    assert graph.number_of_edges() == 2
    assert notes == []


def test_undirected_files_have_no_lone_directions():
    """In an undirected file one line is one edge, wherever the type is given."""
    graph, notes = read("e 1 2\ne 1 2\nt Undirected\n")
    assert list(graph.edges) == [(1, 2)]
    assert notes == []


def test_constraints_and_several_formulas():
    """``m`` and ``s`` lines are constraints; several ``f`` lines of a node are all its formulas."""
    graph, _ = read("t undirected\nm (+(p\n q))\nm -r\ns *(p -q)\nf a p\nf a (q)\n")
    assert [str(f) for f in get_constraints(graph, "entailment")] == ["p | q", "~r"]
    assert [str(f) for f in get_constraints(graph, "consistency")] == ["p & ~q"]
    assert [str(f) for f in graph.beliefs("a")] == ["p", "q"]


def test_windows_line_ends_and_tabs():
    """Carriage returns and tabs are white space."""
    graph, _ = read("t undirected\r\nn\t1\t2\r\nf 1 *(p\r\n\tq)\r\n")
    assert graph.equivalent(1, "p & q")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("n 1\nq 1", 2, "a BCF line cannot begin with 'q'"),
        ("nodes 1", 1, "a BCF line cannot begin with 'nodes'"),
        ("t", 1, "expected 't directed' or 't undirected'"),
        ("t sideways", 1, "expected 't directed'"),
        ("t directed\nt undirected", 2, "the other type"),
        ("n", 1, "at least one node"),
        ("n 1, 2", 1, "not '1,'"),
        ("n -1", 1, "not '-1'"),
        ("n 1..x", 1, "not '1..x'"),
        ("\n\nn 5..3", 3, "ends before it begins"),
        ("n 0..99999999999999999999", 1, "the limit is 1000000"),
        ("a", 1, "at least one atom"),
        ("a p-q", 1, "not 'p-q'"),
        ("e 1", 1, "expected two nodes after 'e', not 1"),
        ("e 1 2 3", 1, "not 3"),
        ("w 1 p", 1, "expected a node, an atom and a weight"),
        ("w 1 p -2", 1, "not '-2'"),
        ("w 1 p 1e999", 1, "not '1e999'"),
        ("w 1 p 1\nw 1 p 2", 2, "already 1"),
        ("f", 1, "expected a node"),
        ("f 1", 1, "expected a formula"),
        ("m", 1, "expected a formula"),
        ("c x\nf 1 *(p\nq", 2, "is not complete: 1 '(' not closed"),
        ("e 1 " + "9" * 5000, 1, "expected a node"),
    ],
)
def test_errors_tell_line_and_expectation(text, line, words):
    """An error says in which line of which file what was expected."""
    found = error(text)
    assert found.line == line
    assert words in str(found)
    assert len(str(found)) < 300


def test_formula_errors_point_into_the_file():
    """Line and column of a formula's error are those of the file, also when the formula began lines before."""
    found = error("n 1\n  f 1 *(p\n   & q)\n")
    assert (found.line, found.column) == (3, 4)
    assert isinstance(found.__cause__, FormulaSyntaxError)
    assert "\n     & q)\n     ^" in str(found)


def test_empty_file():
    """An empty file is refused with an example of what was expected."""
    assert "empty" in str(error(" \n\n"))


def test_writing():
    """Numbers in a row become a range; weights, constraints and declared atoms are written."""
    graph = EquibelGraph([(1, 2), (2, 3), (3, "alice")])
    graph.add_nodes_from([7, 0, 1000])
    graph.add_formula(1, "p & (q | ~r)")
    graph.add_atoms("z y")
    set_weights(graph, "alice", {"p": 0.5})
    set_constraints(graph, "entailment", ["p | q"])
    set_constraints(graph, "consistency", ["~p"])
    expected = """\
t undirected
n 1..3 alice 7 0 1000
a y z
e 1 2
e 2 3
e 3 alice
w alice p 0.5
f 1 (*(p +(q -r)))
m (+(p q))
s (-p)
"""
    assert format_bcf(graph, note=pytest.fail) == expected


@pytest.mark.parametrize("node", [-1, "two words", "", (1, 2), 1.5, True, "1"])
def test_nodes_that_bcf_cannot_hold(node):
    """A node that BCF cannot hold is named, with a way out."""
    graph = EquibelGraph()
    graph.add_node(node)
    with pytest.raises(FileFormatError, match=r"cannot hold the node .*relabel_nodes"):
        format_bcf(graph)


def test_what_is_left_out_is_said_once():
    """Every attribute that is left out is noted once, and so are formulas that are rewritten."""
    graph = EquibelGraph([(1, 2, {"weight": 2}), (2, 3, {"weight": 1})], name="drones")
    graph.nodes[1]["colour"] = "red"
    graph.add_formula(3, "p -> q")
    notes = []
    text = format_bcf(graph, "b.bcf", note=notes.append)
    assert notes == [
        "b.bcf: BCF cannot hold the graph attribute 'name'; it is left out",
        "b.bcf: BCF cannot hold the node attribute 'colour'; it is left out (on 1 node)",
        "b.bcf: BCF cannot hold the edge attribute 'weight'; it is left out (on 2 edges)",
        "b.bcf: BCF has no ->, = and ^; equivalent formulas are written at 3",
    ]
    assert parse_bcf(text).equivalent(3, "p -> q")


NODES = st.one_of(st.integers(0, 50), st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True))
FORMULAS = st.sampled_from(["p", "~q", "p & q", "p | (q & ~r)", "True", "False", "~(p & x10)", "5 & _a", "~~p"])


@st.composite
def scenarios(draw):
    """Scenarios with everything that BCF holds."""
    graph = EquibelGraph()
    nodes = draw(st.lists(NODES, unique=True, max_size=8))
    graph.add_nodes_from(nodes)
    if nodes:
        ends = st.sampled_from(nodes)
        graph.add_edges_from(draw(st.lists(st.tuples(ends, ends), max_size=10)))
        for node in draw(st.lists(ends, max_size=4)):
            graph.add_formula(node, draw(FORMULAS))
            weights = st.dictionaries(st.sampled_from("pqr"), st.one_of(st.integers(0), st.floats(0, 1e300)), max_size=2)
            set_weights(graph, node, draw(weights))
    graph.add_atoms(draw(st.lists(st.sampled_from("uvw"))))
    set_constraints(graph, "entailment", draw(st.lists(FORMULAS, max_size=2)))
    set_constraints(graph, "consistency", draw(st.lists(FORMULAS, max_size=2)))
    return graph


@given(scenarios())
def test_round_trip(graph):
    """Reading what was written gives back nodes, edges, formulas, weights, atoms and constraints, in their order."""
    again = parse_bcf(format_bcf(graph, note=pytest.fail), note=pytest.fail)
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert [set(edge) for edge in again.edges] == [set(edge) for edge in graph.edges]
    assert again.graph == graph.graph


@given(st.text(alphabet="ctnawefms 12.()*+-pq\n", max_size=60))
def test_any_text_is_read_or_refused(text):
    """Whatever the text, it is read or refused with an error of this package."""
    with suppress(FileFormatError):
        read(text)


def test_large_file():
    """A file of 5,000 nodes is read in a moment."""
    lines = ["t undirected", "n 1..5000"]
    lines += [f"e {i} {i + 1}" for i in range(1, 5000)]
    lines += [f"f {i} (*(x{i} -x{i + 1}))" for i in range(1, 5001)]
    graph, _ = read("\n".join(lines))
    assert graph.number_of_edges() == 4999
    assert graph.belief(5000) == parse("x5000 & ~x5001")


def test_atoms_called_like_constants():
    """``true`` is an atom in BCF too; ``*()`` is the constant."""
    notes = []
    parse_bcf("t undirected\nn 1\nf 1 +(-p false)\n", "a.bcf", note=notes.append)
    assert notes == ["a.bcf: 'false' is read as an atom; the constants are True and False"]
