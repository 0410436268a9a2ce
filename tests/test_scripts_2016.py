"""Scripts in the style of the 2016 package run unchanged, and give the answers the definitions call for."""

import pytest
from sympy import symbols

import equibel as eb

XOR = {0: "(p & ~q) | (~p & q)", 1: "p", 3: "~p"}
BOTH_METHODS = pytest.mark.parametrize("method", [eb.SEMANTIC, eb.SYNTACTIC])


@pytest.fixture
def chain():
    G = eb.EquibelGraph()
    G.add_edges_from([(0, 1), (1, 2)])
    return G


@pytest.fixture
def xor():
    G = eb.path_graph(4)
    p, q = (eb.parse_formula(letter) for letter in "pq")
    G.add_formula(0, (p & ~q) | (~p & q))
    G.add_formula(1, p)
    G.add_formula(3, ~p)
    return G


# Graphs and their formulas


def test_nodes_and_edges(chain):
    """Nodes and edges are those of a networkx graph."""
    chain.add_node(7)
    chain.add_nodes_from([8, "nine"])
    assert list(chain.nodes()) == [0, 1, 2, 7, 8, "nine"]
    assert list(chain.edges()) == [(0, 1), (1, 2)]


def test_formula_from_text():
    """A formula may be given as text, and is read back as a sympy object."""
    p, q = symbols("p q")
    G = eb.EquibelGraph()
    G.add_nodes_from([0, 1])
    G.add_formula(0, "p & q")
    assert G.formulas(0) == {p & q}
    assert G.formulas() == {0: {p & q}, 1: set()}
    assert G.atoms() == {p, q}


def test_formula_from_object():
    """A formula may be given as a sympy object, and is read back as that object."""
    p, q, r = symbols("p q r")
    G = eb.EquibelGraph()
    G.add_node(0)
    G.add_formula(0, p & q >> r)
    assert G.formulas() == {0: {p & q >> r}}


def test_formulas_of_several_nodes(chain):
    """Every node has its own set of formulas; a node that was given none has the empty set."""
    p, q, r = symbols("p q r")
    chain.add_formula(0, "p & q")
    assert chain.formulas() == {0: {p & q}, 1: set(), 2: set()}
    chain.add_formula(1, "p | ~r")
    assert chain.formulas() == {0: {p & q}, 1: {p | ~r}, 2: set()}


def test_several_formulas_of_a_node():
    """A node may hold several formulas; ``formula_conj`` is their conjunction."""
    p, q, r = symbols("p q r")
    G = eb.EquibelGraph()
    G.add_node(0)
    assert G.formulas(0) == set()
    G.add_formula(0, "p & q")
    G.add_formula(0, "p | ~r")
    G.add_formula(0, "p & q")
    assert G.formulas(0) == {p & q, p | ~r}
    assert G.formula_conj(0) == (p & q) & (p | ~r)


@pytest.mark.parametrize(
    "question",
    [
        lambda G: G.formulas(5),
        lambda G: G.formula_conj(5),
        lambda G: G.atoms(5),
        lambda G: G.add_formula(5, "p"),
        lambda G: G.remove_formula(5, "p"),
        lambda G: G.clear_formulas_from(5),
    ],
)
def test_questions_about_unknown_nodes(chain, question):
    """A question about a node that is not there is an EquibelGraphException."""
    with pytest.raises(eb.EquibelGraphException):
        question(chain)


@pytest.mark.parametrize("text", ["", ")", "p &", "p q", "(p"])
def test_what_is_not_a_formula(chain, text):
    """Text that is not a formula is refused, and the node stays as it was."""
    with pytest.raises(eb.FormulaSyntaxError):
        chain.add_formula(0, text)
    assert chain.formulas(0) == set()


def test_atoms(chain):
    """``atoms(v)`` are those of the node's formulas, ``atoms()`` those of the graph."""
    p, q, r = symbols("p q r")
    chain.add_formula(1, "p & q")
    chain.add_formula(2, "~r")
    assert [chain.atoms(v) for v in chain] == [set(), {p, q}, {r}]
    assert chain.atoms() == {p, q, r}


def test_removing_formulas(chain):
    """Formulas are removed one by one, from a node, or everywhere."""
    p, q, r = symbols("p q r")
    chain.add_formula(0, "p & q")
    chain.add_formula(0, "~r")
    chain.add_formula(1, "~q -> r")
    chain.remove_formula(0, "p & q")
    assert chain.formulas(0) == {~r}
    chain.remove_formula(0, ~r)
    assert chain.formulas(0) == set()
    chain.add_formula(0, p | q)
    chain.clear_formulas_from(0)
    assert chain.formulas(0) == set()
    assert chain.formulas(1) == {~q >> r}
    chain.clear_formulas()
    assert chain.formulas() == {0: set(), 1: set(), 2: set()}


def test_equality(chain):
    """Graphs are equal when their nodes, edges and beliefs are, whatever the spelling."""
    other = chain.copy()
    assert chain == other
    chain.add_formula(0, "p & ~q")
    assert chain != other
    other.add_formula(0, "~q & p")
    assert chain == other
    chain.add_formula(1, "p -> q")
    other.add_formula(1, "~p | q")
    assert chain == other
    other.add_edge(0, 2)
    assert chain != other


def test_a_copy_is_independent(chain):
    """Changing a copy leaves the original alone."""
    chain.add_formula(0, "p")
    other = chain.copy()
    other.add_formula(0, "q")
    other.add_edge(2, 3)
    p, q = symbols("p q")
    assert chain.formulas() == {0: {p}, 1: set(), 2: set()}
    assert other.formulas() == {0: {p, q}, 1: set(), 2: set(), 3: set()}


def test_facts(chain):
    """``to_asp`` describes the scenario as facts of answer set programming."""
    chain.add_formula(0, "p & ~q")
    facts = chain.to_asp()
    assert isinstance(facts, str)
    assert facts.count("node(") >= 3
    assert facts.count("edge(") >= 2


def test_generators():
    """The generators of graphs make EquibelGraphs without formulas."""
    assert eb.path_graph(4).formulas() == {0: set(), 1: set(), 2: set(), 3: set()}
    assert list(eb.star_graph(4).edges()) == [(0, 1), (0, 2), (0, 3), (0, 4)]
    assert eb.complete_graph(5).number_of_edges() == 10
    assert eb.petersen_graph().number_of_nodes() == 10
    assert eb.erdos_renyi_graph(6, 0.5, seed=1).number_of_nodes() == 6
    for G in (eb.path_graph(4), eb.star_graph(4), eb.complete_graph(5), eb.petersen_graph()):
        assert isinstance(G, eb.EquibelGraph)


def test_parsed_formulas_are_sympy_objects():
    """``parse_formula`` gives objects that ``~ & | >>`` and sympy understand."""
    p, q = eb.parse_formula("p"), eb.parse_formula("q")
    assert (p, q) == symbols("p q")
    assert eb.parse_formula("~p & q") == ~p & q
    assert eb.parse_formula("p -> q") == p >> q


def test_random_formulas():
    """``random_formula`` makes formulas of at most that many atoms, which may come out as a constant."""
    for _ in range(50):
        formula = eb.random_formula(num_atoms=3, num_connectives=3)
        assert len(formula.free_symbols) <= 3
        G = eb.path_graph(2)
        G.add_formula(0, formula)
        assert G.atoms() == formula.free_symbols


# Operators


def test_quickstart(capsys):
    """The script of the 2016 README prints what it printed."""
    G = eb.EquibelGraph()
    G.add_nodes_from([1, 2, 3, 4])
    G.add_edges_from([(1, 2), (2, 3), (3, 4)])
    G.add_formula(1, "p & q & r")
    G.add_formula(4, "~p & ~q")
    R = eb.global_completion(G, simplify=True)
    eb.print_formulas(R)
    assert capsys.readouterr().out.strip().splitlines() == [
        "Node 1:",
        "p ∧ q ∧ r",
        "Node 2:",
        "r",
        "Node 3:",
        "r",
        "Node 4:",
        "r ∧ ¬p ∧ ¬q",
    ]


@BOTH_METHODS
def test_inclusion_and_cardinality(method):
    """At the centre of a star inclusion is undecided and cardinality follows the majority."""
    p = eb.parse_formula("p")
    G = eb.star_graph(3)
    G.add_formula(1, "p")
    G.add_formula(2, "p")
    G.add_formula(3, "~p")
    R = eb.global_completion(G, method=method, opt_type=eb.INCLUSION, simplify=True)
    assert R.formulas() == {0: set(), 1: {p}, 2: {p}, 3: {~p}}
    R = eb.global_completion(G, method=method, opt_type=eb.CARDINALITY, simplify=True)
    assert R.formula_conj(0) == eb.parse_formula("p")
    R, _ = eb.iterate_expanding_fixpoint(G, method=method, opt_type=eb.CARDINALITY, simplify=True)
    assert R.formula_conj(0) == eb.parse_formula("p")


@BOTH_METHODS
def test_completion_of_chains(method):
    """Contested atoms stay open along a chain, the others are shared."""
    p, q = (eb.parse_formula(letter) for letter in "pq")
    G = eb.path_graph(2)
    G.add_formula(0, "p")
    atoms = G.atoms()
    assert eb.global_completion(G, method=method, simplify=True).formulas() == {0: atoms, 1: atoms}
    G = eb.path_graph(5)
    G.add_formula(0, p)
    G.add_formula(4, ~p)
    R = eb.global_completion(G, method=method, simplify=True)
    assert R.formulas() == {0: {p}, 1: set(), 2: set(), 3: set(), 4: {~p}}
    G = eb.path_graph(4)
    G.add_formula(0, p & q)
    G.add_formula(3, ~p)
    R = eb.global_completion(G, method=method, simplify=True)
    assert R.formulas() == {0: {p & q}, 1: {q}, 2: {q}, 3: {~p & q}}


@BOTH_METHODS
@pytest.mark.parametrize(
    ("iterate", "count"),
    [
        (eb.iterate_simple_fixpoint, 4),
        (eb.iterate_expanding_fixpoint, 2),
        (eb.iterate_augmenting_fixpoint, 2),
    ],
)
def test_exclusive_or_at_the_fixpoint(xor, iterate, count, method):
    """Three iterations reach the same fixpoint, in their own numbers of steps."""
    p, q = (eb.parse_formula(letter) for letter in "pq")
    R, num_iterations = iterate(xor, method=method, simplify=True)
    assert R.formulas() == {0: {p & ~q}, 1: {p & ~q}, 2: {~q}, 3: {~p & ~q}}
    assert num_iterations == count
    assert eb.global_completion(xor, method=method, simplify=True) == R


@BOTH_METHODS
def test_exclusive_or_by_rings(xor, method):
    """The ring method takes another way, and its first step gives a disjunction that reads as one."""
    p, q = (eb.parse_formula(letter) for letter in "pq")
    R = eb.iterate_ring(xor, method=method, simplify=True)
    assert R.formulas() == {0: {p & ~q}, 1: {p & ~q}, 2: {(p & ~q) | (~p & q)}, 3: {~p & q}}
    R, num_iterations = eb.iterate_ring_fixpoint(xor, method=method, simplify=True)
    assert R.formulas() == {0: {p & ~q}, 1: {p & ~q}, 2: {p & ~q}, 3: {~p & q}}
    assert num_iterations == 3


@pytest.mark.parametrize(
    "iterate", [eb.global_completion, eb.iterate_simple, eb.iterate_ring, eb.iterate_expanding, eb.iterate_augmenting]
)
def test_positional_options(xor, iterate):
    """The options may be given by position, in the order method, opt_type, simplify."""
    assert iterate(xor, eb.SYNTACTIC, eb.CARDINALITY, True) == iterate(
        xor, method=eb.SYNTACTIC, opt_type=eb.CARDINALITY, simplify=True
    )


@BOTH_METHODS
def test_a_chain_of_ten(method):
    """Along a longer chain every node ends with the beliefs of the nearer end."""
    f, g = eb.parse_formula("p & q & r"), eb.parse_formula("~p & ~q & ~r")
    G = eb.path_graph(10)
    G.add_formula(0, f)
    G.add_formula(9, g)
    R, _ = eb.iterate_expanding_fixpoint(G, method=method, simplify=True)
    assert [R.formulas(v) for v in R] == [{f}] * 5 + [{g}] * 5


def test_simplifying_in_place():
    """``simplify_all_formulas`` leaves every node with one readable formula, or none."""
    p, q = symbols("p q")
    G = eb.path_graph(3)
    G.add_formula(0, "(p & q) | (p & ~q)")
    G.add_formula(0, "q | p & q")
    G.add_formula(1, "p | ~p")
    eb.simplify_all_formulas(G)
    assert G.formulas() == {0: {p & q}, 1: set(), 2: set()}


def test_printing_a_node_without_beliefs(capsys):
    """``print_formulas`` gives every node a heading and a line."""
    eb.print_formulas(eb.path_graph(2))
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[::2] == ["Node 0:", "Node 1:"]
    assert len(lines) == 4


def test_revision():
    """``revise`` takes text, or a list read as a conjunction, and returns one sympy object."""
    p, q = symbols("p q")
    assert eb.revise("p & q", "~q", simplify=True) == p & ~q
    assert eb.revise(["p", "q"], ["~q"], simplify=True) == p & ~q
    assert eb.revise("p | q", "~p | ~q", simplify=True) == (p & ~q) | (~p & q)
    assert eb.revise(["p", "q"], "~q").free_symbols == {p, q}
