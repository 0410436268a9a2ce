"""Texts and numbers of other classes than str, int and float, wherever texts and numbers are asked for."""

import enum
import io
import json
from contextlib import redirect_stdout
from decimal import Decimal
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
import sympy

import equibel as eb
from equibel.files import format_bcf, format_json, parse_bcf, parse_json
from equibel.workspace import (
    AddAtoms,
    AddEdges,
    AddEdgeWeights,
    AddFormulas,
    AddNodes,
    AddWeights,
    CreateGraph,
    Operation,
    Workspace,
)
from equibel.workspace.formats.toml_reading import parse_workspace
from equibel.workspace.formats.toml_writing import format_workspace

NAMES = ("p", "q", "ann", "bob", "cardinality", "syntactic", "consensus", "simple", "entailment", "consistency")
Word = enum.Enum("Word", {name: name for name in (*NAMES, "p & q", "~p | ~q")}, type=str)
Plain = enum.StrEnum("Plain", {name: name for name in (*NAMES, "p & q", "~p | ~q")})


class Shouting(str):
    """A text that prints as another one."""

    def __str__(self):
        return self.upper()

    def __format__(self, how):
        return self.upper()


KINDS = {"mixed": Word, "StrEnum": Plain, "numpy": np.str_, "subclass": Shouting}
EVERY_TEXT = pytest.mark.parametrize("text", KINDS.values(), ids=KINDS)


# Texts --------------------------------------------------------------------------------------------------------------


@EVERY_TEXT
def test_atoms_of_choice(text):
    """Such atoms were dropped without a word, and so the first agreement in natural order was kept."""
    assert str(eb.revise("p & q", "~p | ~q", choice=[text("q")], simplify=True)) == "q & ~p"
    assert str(eb.revise("p & q", "~p | ~q", choice=text("q"), simplify=True)) == "q & ~p"
    first = next(eb.outcomes(eb.revise, "p & q", "~p | ~q", choice=[text("q")], simplify=True))
    assert str(first) == "q & ~p"


@EVERY_TEXT
def test_declared_atoms(text):
    """They are declared, read and taken back by their text."""
    G = eb.EquibelGraph()
    G.add_atom(text("q"))
    assert G.atom_names() == ["q"]
    G.add_atoms([text("p")])
    assert G.graph["atoms"] == "p q"
    G.remove_atom(text("q"))
    assert G.atoms() == {sympy.Symbol("p")}
    H = eb.EquibelGraph(atoms=[text("q"), "p"])
    assert H.atom_names() == ["p", "q"]
    assert all(type(name) is str for name in H.atom_names())
    assert eb.EquibelGraph(atoms=text("q")).atom_names() == ["q"]


@EVERY_TEXT
def test_symbols(text):
    """A symbol of sympy whose name is such a text is the atom of that name."""
    assert eb.revise("p", sympy.Symbol(text("q"))) == sympy.symbols("q") & sympy.symbols("p")


@EVERY_TEXT
def test_formulas(text):
    """Formulas may be such texts: of nodes, stored ones, constraints, and those of the classical operators."""
    G = eb.path_graph(2)
    G.add_formula(0, text("p & q"))
    G.add_formula(0, text("p"))
    assert G.nodes[0]["formulas"] == "p & q; p"
    G.remove_formula(0, text("p"))
    G.set_formulas(1, [text("~p | ~q")])
    G.add_constraint(text("q"), kind=text("entailment"))
    assert G.constraints(text("entailment")) == [sympy.Symbol("q")]
    assert G.entails(0, text("p"))
    assert str(eb.global_completion(G, simplify=True).formula_conj(1)) == "q & ~p"
    stored = nx.Graph()
    stored.add_node(1, formulas=text("p"))
    H = eb.EquibelGraph(stored)
    H.nodes[1]["formulas"] = text("p")
    H.add_formula(1, "q")
    assert H.nodes[1]["formulas"] == "p; q"
    assert str(eb.contract(text("p & q"), text("p"), simplify=True)) == "q"
    merged = eb.merge([text("p"), text("p & q")], text("~p | ~q"), method=text("consensus"))
    assert merged == eb.merge(["p", "p & q"], "~p | ~q", method=eb.CONSENSUS)
    assert list(map(str, eb.extrapolate([text("p"), text("~p | ~q")], simplify=True))) == ["p & ~q", "p & ~q"]
    kept = eb.revise("p & q", "~p | ~q", consistency=[text("q")], entailment=text("q"), simplify=True)
    assert str(kept) == "q & ~p"


@EVERY_TEXT
def test_weights_of_atoms(text):
    """A weight belongs to the atom of that text."""
    G = eb.path_graph(2)
    G.add_weight(0, text("p"), 2)
    assert G.weights(0) == {"p": 2}
    stored = nx.path_graph(2)
    stored.nodes[0]["weights"] = {text("p"): 2}
    assert eb.EquibelGraph(stored).nodes[0]["weights"] == '{"p": 2}'
    workspace = Workspace({"g": eb.path_graph(2)})
    workspace.apply(AddWeights("g", {0: {text("p"): 3}}))
    workspace.apply(AddAtoms("g", [text("q")]))
    assert workspace.graphs["g"].weights(0) == {"p": 3}
    assert workspace.graphs["g"].atom_names() == ["q"]


@EVERY_TEXT
def test_options(text):
    """Options may be members of an enumeration."""
    G = eb.path_graph(2)
    G.add_formula(0, "p")
    R = eb.iterate_simple(G, method=text("syntactic"), opt_type=text("cardinality"))
    assert eb.iterate_simple(G) == R
    operation = Operation(text("simple"), text("cardinality"), text("syntactic"))
    assert operation == Operation("simple", "cardinality", "syntactic")
    assert {type(value) for value in (operation.operator, operation.optimum, operation.method)} == {str}
    with pytest.raises(eb.OptionError, match="did you mean"):
        eb.iterate_simple(G, method="syntatic")


@EVERY_TEXT
def test_nodes_that_are_texts(text):
    """A node in BCF was written ``B.ann``, which cannot be read back."""
    G = eb.EquibelGraph([(text("ann"), text("bob"))])
    G.add_formula(text("ann"), "p -> q")
    G.add_weight("ann", "p", 2)
    notes = []
    assert format_bcf(G, note=notes.append) == "t undirected\nn ann bob\ne ann bob\nw ann p 2\nf ann (+(-p q))\n"
    assert notes[0].endswith("equivalent formulas are written at 'ann'")
    assert list(parse_json(format_json(G))) == ["ann", "bob"]
    assert parse_json(format_json(G)) == G
    assert 'edge("ann","bob").' in G.to_asp()
    held = Workspace({"g": G})
    assert [type(node) for node in held.graphs["g"]] == [str, str]
    assert list(parse_workspace(format_workspace(held)).graphs["g"]) == ["ann", "bob"]
    built = Workspace()
    built.apply(CreateGraph(text("p"), eb.EquibelGraph()))
    built.apply(AddNodes("p", [text("ann")]))
    built.apply(AddFormulas("p", {text("ann"): text("p")}))
    built.apply(AddEdges("p", [(text("ann"), text("bob"))]))
    assert built.history()[-1].line == "p: add edge ann <-> bob"
    assert format_workspace(built).startswith('[graphs.p]\nnodes = ["ann", "bob"]\n')
    with redirect_stdout(io.StringIO()) as printed:
        eb.print_formulas(G)
    assert "Node ann:" in printed.getvalue()
    G.add_formula("ann", "p & ~p")
    with pytest.raises(eb.InconsistentFormulaError, match="node 'ann' believes"):
        eb.global_completion(G)
    with pytest.raises(eb.EquibelGraphException, match=r"no node 'bo' \(did you mean 'bob'\?\)"):
        G.formulas("bo")


# Numbers ------------------------------------------------------------------------------------------------------------

INTEGERS = {
    "int64": np.int64,
    "int8": np.int8,
    "uint16": np.uint16,
    "sympy": sympy.Integer,
    "IntEnum": enum.IntEnum("Number", {f"n{i}": i for i in range(10)}),
}
EVERY_INTEGER = pytest.mark.parametrize("integer", INTEGERS.values(), ids=INTEGERS)


@EVERY_INTEGER
def test_nodes_that_are_numbers(integer):
    """Nodes as numpy's ``arange`` gives them were refused by the writers of files."""
    G = eb.EquibelGraph([(integer(i), integer(i + 1)) for i in range(1, 5)])
    G.add_formula(1, "p")
    G.add_formula(integer(5), "~p")
    assert format_bcf(G).splitlines()[1:3] == ["n 1..5", "e 1 2"]
    for again in (parse_bcf(format_bcf(G)), parse_json(format_json(G)), Workspace({"g": G}).graphs["g"]):
        assert again == G
        assert {type(node) for node in again} == {int}
    assert json.loads(format_json(G))["edges"][0] == {"source": 1, "target": 2}
    toml = format_workspace(Workspace({"g": G}))
    assert toml.startswith("[graphs.g]\nnodes = [1, 2, 3, 4, 5]\n")
    pairs = eb.EquibelGraph([((integer(1), "a"), (integer(1), "b"))])
    assert list(parse_json(format_json(pairs))) == [(1, "a"), (1, "b")]
    assert 'node((1,"a")).' in pairs.to_asp()
    workspace = Workspace({"g": G})
    workspace.apply(AddNodes("g", [integer(7)]))
    assert workspace.history()[-1].line == "g: add node 7"


@EVERY_INTEGER
def test_counts(integer):
    """Steps, limits, seeds and sizes."""
    G = eb.path_graph(integer(3))
    G.add_formula(0, "p")
    assert eb.iterate_simple(G, steps=integer(2)) == eb.iterate_simple(G, steps=2)
    assert len(list(G.models(1, limit=integer(1)))) == 1
    assert Operation("simple", steps=integer(2)) == Operation("simple", steps=2)
    assert type(Operation("simple", steps=integer(2)).steps) is int
    assert eb.iterate_simple(G, time_limit=integer(9))
    assert eb.random_formula(integer(3), integer(4), seed=integer(7)) == eb.random_formula(3, 4, seed=7)


GENERATED = {
    "cycle": lambda n, p: eb.cycle_graph(n(5)),
    "star": lambda n, p: eb.star_graph(n(5)),
    "complete": lambda n, p: eb.complete_graph(n(5)),
    "grid": lambda n, p: eb.grid_2d_graph(n(3), n(4)),
    "tree": lambda n, p: eb.balanced_tree(n(3), n(5)),
    "random tree": lambda n, p: eb.random_labeled_tree(n(9), seed=n(1)),
    "erdos": lambda n, p: eb.erdos_renyi_graph(n(100), p, seed=n(1)),
    "gnm": lambda n, p: eb.gnm_random_graph(n(100), n(50), seed=n(1)),
    "waxman": lambda n, p: eb.waxman_graph(n(9), p, p, p, (0, 0, p, p), seed=n(1)),
    "watts": lambda n, p: eb.watts_strogatz_graph(n(9), n(4), p, seed=n(1)),
    "connected": lambda n, p: eb.connected_watts_strogatz_graph(n(9), n(4), p, n(50), seed=n(1)),
    "barabasi": lambda n, p: eb.barabasi_albert_graph(n(9), n(2), seed=n(1)),
}


@pytest.mark.parametrize("p", [0.5, np.float32(0.5), Fraction(1, 2), Decimal("0.5"), sympy.Rational(1, 2)], ids=repr)
@pytest.mark.parametrize("name", GENERATED)
def test_generators(name, p):
    """Any integer as a number of nodes, any real number as a probability; an int8 does not overflow."""
    made = GENERATED[name](np.int8, p)
    assert nx.utils.graphs_equal(made, GENERATED[name](int, 0.5))
    assert {type(node) for node in made} == {int}


SECONDS = [np.float32(9), np.int64(9), Fraction(9), Decimal(9), 10**5000, float("inf")]


@pytest.mark.parametrize("seconds", SECONDS, ids=lambda value: type(value).__name__)
def test_time_limits(seconds):
    """Any positive number of seconds; so many that nobody waits for them are no limit."""
    G = eb.path_graph(2)
    assert eb.global_completion(G, time_limit=seconds) == G
    with pytest.raises(eb.OptionError, match="expected a positive number of seconds"):
        eb.global_completion(G, time_limit=-seconds)


@pytest.mark.parametrize("flag", [True, np.bool_(True)], ids=["bool", "numpy"])
def test_truth_values_are_no_numbers(flag):
    """As before."""
    G = eb.path_graph(2)
    for refused in (
        lambda: eb.iterate_simple(G, steps=flag),
        lambda: eb.iterate_simple(G, time_limit=flag),
        lambda: list(G.models(0, limit=flag)),
        lambda: eb.path_graph(flag),
        lambda: G.add_weight(0, "p", flag),
    ):
        with pytest.raises(eb.OptionError, match="True"):
            refused()


WEIGHTS = [
    (np.int64(2), 2, 2),
    (np.uint8(200), 200, 200),
    (np.float64(0.1), 0.1, 0.1),
    (np.float32(0.1), 0.1, 0.1),
    (np.float16(0.1), 0.1, 0.1),
    (Decimal("0.1"), 0.1, 0.1),
    (Decimal("3"), 3, 3),
    (Fraction(1, 4), 0.25, 0.25),
    (Fraction(1, 3), Fraction(1, 3), "1/3"),
    ("1/3", Fraction(1, 3), "1/3"),
    ("4/2", 2, 2),
    (Decimal("0.10000000000000000001"), Fraction(10**19 + 1, 10**20), f"{10**19 + 1}/{10**20}"),
    (sympy.Rational(1, 3), Fraction(1, 3), "1/3"),
    (sympy.Float(0.1), 0.1, 0.1),
    (Fraction(10**400, 3), Fraction(10**400, 3), f"{10**400}/3"),
]


@pytest.mark.parametrize(("given", "weight", "data"), WEIGHTS, ids=lambda value: type(value).__name__)
def test_weights(given, weight, data):
    """Weights of any kind are exact, in the graph and in every file; as plain numbers where they can be."""
    G = eb.path_graph(2)
    G.add_formula(0, "p")
    G.add_weight(0, "p", given)
    G.edges[0, 1]["weight"] = given
    assert G.weights(0) == {"p": weight}
    assert type(G.weights(0)["p"]) is type(weight)
    written = json.loads(format_json(G))
    assert written["nodes"][0]["weights"] == {"p": data}
    assert written["edges"][0]["weight"] == data
    again = parse_json(format_json(G))
    assert again == G
    assert (again.weights(0), again.edges[0, 1]["weight"]) == ({"p": weight}, weight)
    without = parse_bcf(format_bcf(G, note=lambda _: None))
    assert without.weights(0) == {"p": weight}
    workspace = Workspace({"g": G})
    assert workspace.graphs["g"] == G
    read = parse_workspace(format_workspace(workspace)).graphs["g"]
    assert read == G
    assert read.weights(0) == {"p": weight}
    changed = Workspace({"g": eb.path_graph(2)})
    changed.apply(AddWeights("g", {0: {"p": given}}))
    changed.apply(AddEdgeWeights("g", [(0, 1, given)]))
    changed.undo()
    changed.redo()
    assert changed.graphs["g"].weights(0) == {"p": weight}
    changed.apply(AddFormulas("g", {0: "p"}))
    assert changed.graphs["g"] == G


def test_thirds_are_exact():
    """Three thirds are as much as one, which no sum of floats and no decimal number is."""
    G = eb.star_graph(4)
    for leaf, formula in ((1, "p"), (2, "p"), (3, "p"), (4, "~p")):
        G.add_formula(leaf, formula)
        G.edges[0, leaf]["weight"] = 1 if leaf == 4 else Fraction(1, 3)
    assert eb.global_completion(G, opt_type=eb.CARDINALITY).formulas(0) == set()
    G.edges[0, 1]["weight"] = Fraction(1, 3) + Fraction(1, 10**300)
    assert str(eb.global_completion(G, opt_type=eb.CARDINALITY).formula_conj(0)) == "p"
