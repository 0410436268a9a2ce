"""Formulas of a scenario: setting, reading and removing them, and the errors."""

import networkx as nx
import pytest
import sympy

from equibel.errors import (
    EquibelGraphException,
    EquibelWarning,
    FormulaSyntaxError,
    NotAFormulaError,
    UnknownNodeError,
)
from equibel.formula import TRUE, parse, to_text
from equibel.graph import Scenario

p, q, r = sympy.symbols("p q r")


@pytest.fixture
def path():
    """The path 1 — 2 — 3 — "a"."""
    return Scenario([(1, 2), (2, 3), (3, "a")])


# Formulas ---------------------------------------------------------------------------------------------------------


def test_add_formula_takes_text_sympy_and_own_formulas(path):
    """The three ways to write a formula mean the same."""
    path.add_formula(1, "p & q")
    path.add_formula(2, p & q)
    path.add_formula(3, parse("p & q"))
    assert path.formulas(1) == path.formulas(2) == path.formulas(3) == {p & q}
    assert path.belief(1) == path.belief(2) == path.belief(3)


def test_formulas_keep_their_order_of_insertion(path):
    """Formulas are listed as they were added, and their conjunction is in that order too."""
    for text in ("r", "q | p", "p"):
        path.add_formula(1, text)
    assert [to_text(f) for f in path.beliefs(1)] == ["r", "q | p", "p"]
    assert to_text(path.belief(1)) == "r & (q | p) & p"


def test_a_formula_spelled_the_same_is_added_once(path):
    """Spelling counts, white space and ways to write a connective do not."""
    path.add_formula(1, "p -> q")
    path.add_formula(1, "p=>q")
    path.add_formula(1, "~p | q")
    assert [to_text(f) for f in path.beliefs(1)] == ["p -> q", "~p | q"]


def test_storage_is_one_plain_text_and_absent_when_empty(path):
    """networkx writers accept exactly `str`; a node that believes nothing has no attribute."""
    path.add_formula(1, p & q)
    path.add_formula(1, "~r")
    assert type(path.nodes[1]["formulas"]) is str
    assert path.nodes[1] == {"formulas": "p & q; ~r"}
    path.clear_formulas_from(1)
    assert path.nodes[1] == {}


def test_a_node_without_formulas_believes_true(path):
    """The empty conjunction."""
    assert path.formulas(2) == set()
    assert path.formula_conj(2) is sympy.true
    assert path.belief(2) == TRUE


def test_true_and_false_are_formulas_like_others(path):
    """Constants may be set, and stay visible."""
    path.add_formula(1, "True")
    path.add_formula(2, sympy.false)
    path.add_formula(3, False)
    assert path.formulas(1) == {sympy.true}
    assert path.formulas(2) == path.formulas(3) == {sympy.false}


def test_formulas_without_a_node_is_a_dict_of_all(path):
    """Nodes without formulas are listed too."""
    path.add_formula(1, "p")
    assert path.formulas() == {1: {p}, 2: set(), 3: set(), "a": set()}


def test_changing_a_returned_set_changes_nothing(path):
    """`formulas` returns copies."""
    path.add_formula(1, "p")
    path.formulas(1).clear()
    path.beliefs(1).clear()
    assert path.formulas(1) == {p}


def test_set_formulas_replaces_by_many_or_by_one(path):
    """One formula need not be put in a list; a set is stored in alphabetical order."""
    path.add_formula(1, "r")
    path.set_formulas(1, ["p", q, parse("p"), "p | q"])
    assert [to_text(f) for f in path.beliefs(1)] == ["p", "q", "p | q"]
    path.set_formulas(1, p >> q)
    assert path.formulas(1) == {p >> q}
    path.set_formulas(1, {"z", "x", "y"})
    assert path.nodes[1]["formulas"] == "x; y; z"
    path.set_formulas(1, (text for text in ("p", "q")))
    assert path.formulas(1) == {p, q}
    path.set_formulas(1, [])
    assert "formulas" not in path.nodes[1]


@pytest.mark.parametrize("spelling", ["q & p", "p & q", "q&p&q", q & p, parse("p & q")])
def test_remove_formula_by_any_spelling_with_the_same_sympy_form(path, spelling):
    """What `formulas` shows as one formula is removed by any of its spellings."""
    path.set_formulas(1, ["p & q", "r", "q & p"])
    path.remove_formula(1, spelling)
    assert path.formulas(1) == {r}


def test_removing_an_absent_formula_does_nothing(path):
    """As in 2016."""
    path.set_formulas(1, ["p"])
    path.remove_formula(1, "q")
    path.remove_formula(2, "p")
    assert path.formulas() == {1: {p}, 2: set(), 3: set(), "a": set()}


def test_formulas_too_deep_for_sympy_are_removed_by_their_spelling(path):
    """Depth is no obstacle to storing, comparing and removing."""
    deep = parse("~" * 5001 + "p")
    path.set_formulas(1, [deep, "p"])
    path.remove_formula(1, "q")
    assert path.beliefs(1) == [deep, parse("p")]
    path.remove_formula(1, "~" * 5001 + "p")
    assert path.beliefs(1) == [parse("p")]


def test_clear_formulas_keeps_declared_atoms(path):
    """Only formulas go."""
    path.set_formulas(1, ["p"])
    path.set_formulas("a", ["q"])
    path.add_atom("r")
    path.clear_formulas()
    assert path.formulas() == {1: set(), 2: set(), 3: set(), "a": set()}
    assert path.atoms() == {r}


# Nodes ------------------------------------------------------------------------------------------------------------


def test_any_hashable_node_holds_formulas():
    """Pairs, negative numbers, odd text, floats."""
    graph = Scenario(nx.grid_2d_graph(2, 2))
    graph.add_edges_from([(-1, 'a "b"\n'), (0.5, frozenset({1}))])
    for node in graph:
        graph.add_formula(node, "p")
    assert all(graph.formulas(node) == {p} for node in graph)


def test_self_loops_are_allowed(path):
    """They carry no information, but are kept."""
    path.add_edge(1, 1)
    path.add_formula(1, "p")
    assert path.has_edge(1, 1)
    assert path.formulas(1) == {p}


@pytest.mark.parametrize(
    "ask",
    [
        lambda g: g.add_formula(9, "p"),
        lambda g: g.set_formulas(9, ["p"]),
        lambda g: g.remove_formula(9, "p"),
        lambda g: g.clear_formulas_from(9),
        lambda g: g.formulas(9),
        lambda g: g.formula_conj(9),
        lambda g: g.belief(9),
        lambda g: g.beliefs(9),
        lambda g: g.atoms(9),
    ],
)
def test_unknown_nodes_are_refused(path, ask):
    """Every method that takes a node says so, as a graph exception and as a lookup error."""
    with pytest.raises(UnknownNodeError, match="no node 9") as caught:
        ask(path)
    assert isinstance(caught.value, EquibelGraphException | LookupError)
    assert caught.value.node == 9


@pytest.mark.parametrize(
    ("nodes", "asked", "suggested"),
    [(["alice", "bob"], "alcie", "'alice'"), ([1, 2], "1", "1"), (["1", "2"], 1, "'1'")],
)
def test_an_unknown_node_suggests_the_nearest(nodes, asked, suggested):
    """A misspelt name, a number given as text, a text given as number."""
    graph = Scenario()
    graph.add_nodes_from(nodes)
    with pytest.raises(UnknownNodeError, match=f"did you mean {suggested}"):
        graph.formulas(asked)


@pytest.mark.parametrize("node", ["x" * 10_000, 10**5000, (1,) * 10_000], ids=["text", "integer", "tuple"])
def test_messages_show_long_names_cut(path, node):
    """And survive names that Python refuses to write."""
    path.add_node(10**5001)
    with pytest.raises(UnknownNodeError) as caught:
        path.belief(node)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("node", [[1], {}, slice(1, 2), {1}])
def test_unhashable_nodes_are_unknown_nodes(path, node):
    """Not a TypeError."""
    with pytest.raises(UnknownNodeError):
        path.belief(node)


@pytest.mark.parametrize("bad", ["p &", "", 3, None, 1.5, b"p", object(), [["p"]], p < q])
def test_bad_formulas_change_nothing(path, bad):
    """The formulas of the node stay, also when others of the same call are good."""
    path.add_formula(1, "q")
    for change in (path.add_formula, path.set_formulas, path.remove_formula):
        with pytest.raises((FormulaSyntaxError, NotAFormulaError)):
            change(1, bad)
    with pytest.raises((FormulaSyntaxError, NotAFormulaError)):
        path.set_formulas(1, ["r", bad])
    assert path.formulas(1) == {q}


def test_a_semicolon_is_not_part_of_a_formula(path):
    """The separator of the storage cannot be smuggled in."""
    with pytest.raises(FormulaSyntaxError):
        path.add_formula(1, "p; q")


# The graph itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [5, [1, 2], [(1, [2])], "ab", {1: 5}, object(), [(1, None)], [()]])
def test_what_is_no_graph_is_refused(data):
    """With our own error."""
    with pytest.raises(EquibelGraphException, match="expected a networkx graph"):
        Scenario(data)


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_directed_and_multigraphs_become_simple_graphs(kind):
    """Opposite and lone directions, and parallel edges, each become one edge; formulas and atoms stay."""
    graph = kind([(1, 2), (2, 1), (1, 2), (3, 2)], atoms="q")
    graph.nodes[3]["formulas"] = "p"
    with pytest.warns(EquibelWarning):
        scenario = Scenario(graph)
    assert not scenario.is_directed()
    assert not scenario.is_multigraph()
    assert {frozenset(edge) for edge in scenario.edges} == {frozenset({1, 2}), frozenset({2, 3})}
    assert scenario.number_of_edges() == 2
    assert scenario.formulas(3) == {p}
    assert scenario.atoms() == {p, q}
