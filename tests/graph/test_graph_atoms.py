"""Atoms of a scenario: those of its formulas and the declared ones."""

import networkx as nx
import pytest
import sympy

from equibel.errors import (
    EquibelError,
    EquibelGraphException,
    NotAFormulaError,
)
from equibel.graph import Scenario

p, q, r = sympy.symbols("p q r")


@pytest.fixture
def path():
    """The path 1 — 2 — 3 — "a"."""
    return Scenario([(1, 2), (2, 3), (3, "a")])


def test_atoms_are_those_of_formulas_and_the_declared_ones(path):
    """Sympy symbols, for a node only those it uses."""
    path.add_formula(1, "p -> q")
    path.add_formula(3, "q")
    path.add_atom("r")
    assert path.atoms() == {p, q, r}
    assert path.atoms(1) == {p, q}
    assert path.atoms(2) == set()


def test_atom_names_are_in_natural_order(path):
    """Numbers count as numbers."""
    path.add_atoms(["x10", "x2", "x1"])
    path.add_formula(1, "x3 & y")
    assert path.atom_names() == ["x1", "x2", "x3", "x10", "y"]


@pytest.mark.parametrize("names", [["r", "p", "q", "p"], [p, q, r], "p q  r", ("p", q, r), {"p", "q", "r"}])
def test_atoms_are_declared_by_name_or_symbol(path, names):
    """And stored as one text."""
    path.add_atoms(names)
    assert path.graph == {"atoms": "p q r"}
    assert path.atoms() == {p, q, r}


def test_names_that_mean_something_to_sympy_are_plain_atoms(path):
    """S, I, E, N, Q, O, pi, lambda."""
    names = ["E", "I", "N", "O", "Q", "S", "lambda", "pi"]
    path.add_atoms(names)
    assert sorted(map(str, path.atoms())) == names
    assert all(type(symbol) is sympy.Symbol for symbol in path.atoms())


@pytest.mark.parametrize("bad", ["p q", "", "p-q", "True", p & q, 3, None, "~p"])
def test_what_is_no_atom_is_not_declared(path, bad):
    """And the good ones beside it are not either."""
    with pytest.raises(EquibelError):
        path.add_atom(bad)
    with pytest.raises(EquibelError):
        path.add_atoms(["p", bad])
    assert path.graph == {}


def test_declared_atoms_of_another_graph_are_read():
    """JSON files list them."""
    graph = nx.Graph(atoms=["q", "p"])
    assert Scenario(graph).graph == {"atoms": "p q"}
    assert Scenario(atoms="r p").atoms() == {p, r}
    with pytest.raises(NotAFormulaError, match="declared atoms"):
        Scenario(atoms=["p", "~q"])


def test_remove_atom_takes_a_declaration_back(path):
    """Until a formula uses it."""
    path.add_atoms("p q")
    path.remove_atom("p")
    path.remove_atom(q)
    assert path.graph == {}
    path.add_formula("a", "p | r")
    path.add_formula(2, "p")
    with pytest.raises(EquibelGraphException, match="atom p is used in the formulas of nodes 2, 'a'"):
        path.remove_atom("p")
    with pytest.raises(EquibelGraphException, match=r"no atom 'pp' \(did you mean 'p'"):
        path.remove_atom("pp")
