"""What scenarios store: attributes written by someone else, and the memory of texts that were parsed."""

import networkx as nx
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from equibel.errors import (
    FormulaSyntaxError,
    NotAFormulaError,
)
from equibel.formula import parse, to_text
from equibel.graph import Scenario, beliefs

p, q, r = sympy.symbols("p q r")


@pytest.fixture
def path():
    """The path 1 — 2 — 3 — "a"."""
    return Scenario([(1, 2), (2, 3), (3, "a")])


# Attributes someone else wrote ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", ["p&q ;~r;", "p & q;;\n~r", ["p & q", "~r"], ("p & q", ~r), [parse("p&q"), "~r"]])
def test_formulas_of_another_graph_are_read(stored):
    """Text with any spacing, and collections of text, sympy objects and formulas."""
    graph = nx.path_graph(2)
    graph.nodes[0]["formulas"] = stored
    scenario = Scenario(graph)
    assert [to_text(f) for f in scenario.beliefs(0)] == ["p & q", "~r"]
    assert type(scenario.nodes[0]["formulas"]) is str
    assert graph.nodes[0]["formulas"] is stored


@pytest.mark.parametrize("stored", ["", " ; ", [], None])
def test_empty_attributes_are_no_formulas(stored):
    """And the attribute is dropped."""
    graph = nx.path_graph(2)
    graph.nodes[0]["formulas"] = stored
    scenario = Scenario(graph)
    assert scenario.formula_conj(0) is sympy.true
    assert not scenario.nodes[0].get("formulas")


def test_attributes_set_later_are_read_and_extended():
    """Through networkx's own methods, with text or a list."""
    graph = Scenario()
    graph.add_node(1, formulas="p")
    graph.add_node(2, formulas=["p", "p | q"])
    graph.add_node(3, formulas=p >> q)
    for node in graph:
        graph.add_formula(node, "r")
    assert graph.formulas() == {1: {p, r}, 2: {p, p | q, r}, 3: {p >> q, r}}


@pytest.mark.parametrize("stored", ["p & ; q", ["p", "q |"], ["", "p"], 5, [None], [p, 1]])
def test_unreadable_attributes_name_the_node(stored):
    """Both when a graph is taken over and when the attribute is set later."""
    graph = nx.path_graph(["here", "there"])
    graph.nodes["there"]["formulas"] = stored
    with pytest.raises((FormulaSyntaxError, NotAFormulaError), match="the formulas of node 'there'"):
        Scenario(graph)
    scenario = Scenario(nx.path_graph(["here", "there"]))
    scenario.nodes["there"]["formulas"] = stored
    with pytest.raises((FormulaSyntaxError, NotAFormulaError), match="the formulas of node 'there'"):
        scenario.belief("there")


def test_an_unreadable_text_keeps_its_position():
    """Line and column of the formula, with the caret."""
    scenario = Scenario()
    scenario.add_node(1, formulas="q; p & & q")
    with pytest.raises(FormulaSyntaxError) as caught:
        scenario.belief(1)
    assert caught.value.text.strip() == "p & & q"
    assert caught.value.text[caught.value.column - 1 :] == "& q"


# The memo -------------------------------------------------------------------------------------------------------------


def test_texts_are_parsed_once(path, monkeypatch):
    """A formula that was set is not parsed to be read, nor is the text of another node with the same formulas."""
    path.add_formula(1, "p <-> q")
    path.nodes[2]["formulas"] = path.nodes[1]["formulas"]
    monkeypatch.setattr(beliefs, "parse", None)
    assert path.belief(1) is path.belief(2)


def test_a_forgotten_text_is_parsed_again(monkeypatch):
    """The memo is bounded: it forgets what was not used for longest, and answers stay the same."""
    monkeypatch.setattr(beliefs, "MEMO_SIZE", 2000)
    monkeypatch.setattr(beliefs, "_memo", beliefs._Memo())
    graph = Scenario(nx.path_graph(100))
    for node in graph:
        graph.set_formulas(node, [f"p{node}", "q"])
    assert len(beliefs._memo._young) + len(beliefs._memo._old) <= 40
    assert [to_text(graph.belief(node)) for node in graph] == [f"p{node} & q" for node in graph]


@given(st.lists(st.sampled_from(["p", "q", "p & q", "p -> (q -> r)", "~(p | q)", "p ^ q", "True"]), max_size=6))
def test_adding_one_by_one_is_setting_all(texts):
    """Whatever the order and repetitions."""
    graph = Scenario([(1, 2)])
    for text in texts:
        graph.add_formula(1, text)
    graph.set_formulas(2, texts)
    assert graph.beliefs(1) == graph.beliefs(2)
    assert graph.nodes[1] == graph.nodes[2]
    fresh = beliefs._collected(parse(text) for text in graph.nodes[1].get("formulas", "").split(";") if text)
    assert list(fresh.formulas) == graph.beliefs(1)
