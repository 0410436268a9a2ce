"""Integrity constraints in the graph operators, against brute force from their definition; clashes and who is named."""

import itertools
import operator as op
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import networkx as nx
import oracle
import pytest
from answers import FIXPOINT, METHODS, ONCE, beliefs
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, cases, formulas, opinions

import equibel as eb
from equibel.graph import CONSTRAINTS, get_constraints

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
EVERY = pytest.mark.parametrize("operator", oracle.OPERATORS)
ITERATED = pytest.mark.parametrize("operator", oracle.ITERATIONS)


# The definition -----------------------------------------------------------------------------------------------------


def complete(held, levels, width, optimum, demanded):
    """The completion in which the result at each node of ``demanded`` is consistent with each of its beliefs.

    Every triple of an interpretation, a node and a belief asks for another interpretation with the same equalities in
    which the node satisfies the belief: the sets of equalities that all of these share are the admissible ones.
    """
    models = oracle.interpretations(held, levels, width)
    shared = set(models)
    for node, wanted in demanded:
        other = oracle.interpretations({**held, node: held[node] & wanted}, levels, width)
        shared = {tuple(map(op.and_, one, two)) for one in shared for two in other}
        shared = {s for s in shared if not any(s != t and included(s, t) for t in shared)}
    best = oracle.optimal(shared, optimum)
    results = [values for eq, found in models.items() if any(included(s, eq) for s in best) for values in found]
    return {v: frozenset(values[v] for values in results) for v in held}


def included(smaller, larger):
    return all(a & b == a for a, b in zip(smaller, larger, strict=True))


def new_belief(operator, given, v, optimum, consistency):
    """One application of an iterated operator at one node; the result of every completion in it has to comply."""
    distance = oracle.distances(given.edges, v)
    farthest = max(distance.values())
    layers = [
        [e for e in given.edges if e[0] in distance and {distance[x] for x in e} == {r, r + 1}] for r in range(farthest)
    ]

    def completion(current, others, levels):
        held = {u: given.beliefs[u] for u in others} | {v: current}
        return complete(held, levels, given.width, optimum, [(v, c) for c in consistency])[v]

    current = given.beliefs[v]
    if operator == "augmenting":
        return completion(current, distance, layers)
    for r in range(1, min(farthest, 1) + 1 if operator == "simple" else farthest + 1):
        if operator == "expanding":
            nearer = [u for u in distance if distance[u] <= r]
            current = completion(current, nearer, [list(itertools.chain(*layers[:r]))])
        else:
            ring = [u for u in distance if distance[u] == r]
            current = completion(current, ring, [[(v, u) for u in ring]])
    return current


def apply(operator, given, optimum, entailment, consistency):
    """One application of an operator to a scenario."""
    everything = frozenset(range(1 << given.width))
    imposed = everything.intersection(*entailment)
    given = given.believing({v: held & imposed for v, held in given.beliefs.items()})
    if operator == "global":
        demanded = [(v, c) for v in given.beliefs for c in consistency]
        return given.believing(complete(given.beliefs, [given.edges], given.width, optimum, demanded))
    return given.believing({v: new_belief(operator, given, v, optimum, consistency) for v in given.beliefs})


# Scenarios with constraints -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Constrained:
    """A scenario and constraints on its results, as text."""

    case: Case
    entailment: list[str]
    consistency: list[str]

    def graph(self):
        """As the package reads it."""
        G = self.case.graph()
        for kind in ("entailment", "consistency"):
            for text in getattr(self, kind):
                G.add_constraint(text, kind)
        return G

    def demands(self):
        """The entailment-based and the consistency-based constraints as the oracle reads them."""
        return [[oracle.belief(text, self.case.atoms) for text in kind] for kind in (self.entailment, self.consistency)]

    def apply(self, operator, given, optimum):
        """One application by definition."""
        return apply(operator, given, optimum, *self.demands())

    def clashes(self):
        """Whether some node cannot satisfy the entailment-based constraints, or not together with another one."""
        entailment, consistency = self.demands()
        everything = frozenset(range(1 << len(self.case.atoms)))
        for held in (everything, *self.case.oracle().beliefs.values()):
            imposed = held.intersection(*entailment)
            if not imposed or not all(imposed & c for c in consistency):
                return True
        return False


@st.composite
def constrained(draw, clashing=False, **sizes):
    """Scenarios whose constraints can be satisfied; with ``clashing``, whatever is drawn."""
    case = draw(cases(**sizes))
    text = st.one_of(formulas(case.atoms), opinions(case.atoms), opinions(case.atoms))
    found = Constrained(case, [], [])
    for kind in ("consistency", "consistency", "entailment", "consistency", "entailment"):
        if draw(st.booleans()):
            more = Constrained(case, list(found.entailment), list(found.consistency))
            getattr(more, kind).append(draw(text))
            if clashing or not more.clashes():
                found = more
    return found


def check_once(given, operator, optimum):
    expected = given.apply(operator, given.case.oracle(), optimum).beliefs
    G = given.graph()
    for method in METHODS:
        R = ONCE[operator](G, method=method, opt_type=optimum)
        assert beliefs(R, given.case.atoms) == expected, method
        assert R.atoms() == G.atoms()
        assert R.constraints() == G.constraints()


def check_fixpoint(given, operator, optimum, method):
    expected = given.case.oracle()
    before, count = None, 0
    while expected != before:
        before, expected, count = expected, given.apply(operator, expected, optimum), count + 1
    R, n = FIXPOINT[operator](given.graph(), method=method, opt_type=optimum)
    assert beliefs(R, given.case.atoms) == expected.beliefs
    assert n == count


@OPTIMA
@EVERY
@given(given=constrained(size=8))
def test_one_application(operator, optimum, given):
    """One application gives every node exactly the models of the definition, by either method."""
    check_once(given, operator, optimum)


@OPTIMA
@ITERATED
@given(given=constrained(size=6), method=st.sampled_from(METHODS))
def test_fixpoint(operator, optimum, given, method):
    """The fixpoint and the number of applications; what the constraints add to a scenario counts as a change."""
    check_fixpoint(given, operator, optimum, method)


@EVERY
@given(
    given=constrained(size=10),
    optimum=st.sampled_from(oracle.OPTIMA),
    method=st.sampled_from(METHODS),
    simplify=st.booleans(),
)
def test_results_comply(operator, optimum, given, method, simplify):
    """Every node's result entails the constraints of one kind, and is consistent with each of the other."""
    G = given.graph()
    R = ONCE[operator](G, method=method, opt_type=optimum, simplify=simplify)
    for v in R:
        assert all(R.entails(v, c) for c in G.constraints("entailment"))
        assert all(R.consistent_with(v, c) for c in G.constraints("consistency"))
        assert R.entails(v, G.formula_conj(v))


@pytest.mark.slow
@OPTIMA
@EVERY
@given(given=constrained(size=9))
@settings(max_examples=400)
def test_one_application_at_length(operator, optimum, given):
    """One application, on thousands of scenarios."""
    check_once(given, operator, optimum)


@pytest.mark.slow
@OPTIMA
@ITERATED
@given(given=constrained(size=8), method=st.sampled_from(METHODS))
@settings(max_examples=150)
def test_fixpoint_at_length(operator, optimum, given, method):
    """Fixpoints and their counts, on thousands of scenarios."""
    check_fixpoint(given, operator, optimum, method)


# Examples -----------------------------------------------------------------------------------------------------------


def shown(R):
    return [str(R.formula_conj(v)) for v in R]


def test_a_constraint_is_conjoined_before_the_change():
    """An entailment-based constraint takes part in the change: here it brings about a conflict."""
    G = eb.path_graph(3)
    G.add_formula(0, "p")
    G.add_formula(2, "~q")
    assert shown(eb.global_completion(G, simplify=True)) == ["p & ~q"] * 3
    G.add_constraint("p -> q")
    assert shown(eb.iterate_simple(G, simplify=True)) == ["p & q", "q | ~p", "~p & ~q"]


def test_a_result_is_kept_consistent_with_a_constraint():
    """Equalities that would make a constraint impossible are given up, and no others."""
    G = eb.path_graph(2)
    G.add_formula(0, "(p & q) | r")
    G.add_formula(1, "~r & s")
    assert shown(eb.iterate_simple(G, simplify=True)) == ["p & q & s & ~r", "p & q & s & ~r"]
    G.add_constraint("~p | ~q", "consistency")
    assert shown(eb.iterate_simple(G, simplify=True)) == ["s & (r | (p & q))", "s & ~r"]


def test_each_constraint_is_looked_at_on_its_own():
    """A result may be consistent with two constraints that exclude each other."""
    G = eb.path_graph(2)
    G.add_formula(0, "q")
    G.add_constraint("p", "consistency")
    G.add_constraint("~p", "consistency")
    assert shown(eb.global_completion(G, simplify=True)) == ["q", "q"]


def test_only_what_is_kept_must_comply():
    """An iterated operator keeps the result at the centre alone; what its neighbours would get there is of no account.

    Node 2 cannot take over p.  Globally either edge may be the one that p does not cross, so 1 cannot rely on it; for 1
    alone, what 2 would make of p does not matter.
    """
    G = eb.path_graph(3)
    for node, formula in enumerate(["p", "q", "~q"]):
        G.add_formula(node, formula)
    assert shown(eb.global_completion(G, simplify=True)) == ["p & q", "p & q", "p & ~q"]
    G.add_constraint("p = q", "consistency")
    assert shown(eb.global_completion(G, simplify=True)) == ["p & q", "q", "~q"]
    for operator in oracle.ITERATIONS:
        assert shown(ONCE[operator](G, simplify=True)) == ["p & q", "p & q", "~q"]


@EVERY
def test_isolated_nodes_comply_too(operator):
    """A node without neighbours receives what every result must entail."""
    G = eb.EquibelGraph()
    G.add_nodes_from([1, 2])
    G.add_formula(1, "p")
    G.add_constraint("p -> q")
    R = ONCE[operator](G, simplify=True)
    assert R.equivalent(1, "p & q")
    assert R.equivalent(2, "p -> q")


@ITERATED
def test_no_step_and_a_first_step(operator):
    """Without a step nothing is imposed; imposing is a change, so that a fixpoint takes one application more."""
    G = eb.path_graph(2)
    G.add_constraint("p")
    assert ONCE[operator](G, steps=0) == G
    R, n = FIXPOINT[operator](G)
    assert n == 2
    assert shown(R) == ["p", "p"]
    assert FIXPOINT[operator](R)[1] == 1


@EVERY
def test_in_an_executor(operator):
    """Where the work is done makes no difference."""
    G = eb.cycle_graph(5)
    G.add_formula(0, "p & q")
    G.add_formula(2, "~p | r")
    G.add_constraint("p | q | r")
    G.add_constraint("~r", "consistency")
    with ThreadPoolExecutor(2) as executor:
        assert ONCE[operator](G, executor=executor) == ONCE[operator](G)


# Clashes ------------------------------------------------------------------------------------------------------------


@given(given=constrained(clashing=True, size=8), operator=st.sampled_from(oracle.OPERATORS))
@settings(max_examples=50)
def test_clashes_are_found_and_named(given, operator):
    """A clash is reported exactly when there is one, with culprits that contradict one another, none too many."""
    G = given.graph()
    if not given.clashes():
        ONCE[operator](G)
        return
    with pytest.raises(eb.ConstraintClashError) as caught:
        ONCE[operator](G)
    error = caught.value
    assert set(error.constraints) <= {str(c) for kind in CONSTRAINTS for c in get_constraints(G, kind)}
    if error.node is None:
        assert not error.formulas
    else:
        assert set(error.formulas) <= {str(f) for f in G.beliefs(error.node)}
        assert error.formulas
    assert error.constraints
    culprits = [oracle.belief(text, given.case.atoms) for text in (*error.formulas, *error.constraints)]
    everything = frozenset(range(1 << len(given.case.atoms)))
    assert not everything.intersection(*culprits)
    for i in range(len(culprits)):
        assert everything.intersection(*culprits[:i], *culprits[i + 1 :])


NAMED = [
    (
        {"entailment": ["p & ~p"]},
        {},
        "the entailment-based constraint p & ~p is a contradiction; change or remove it",
        (None, [], ["p & ~p"]),
    ),
    (
        {"entailment": ["s", "p", "p -> q", "~q"]},
        {},
        "the entailment-based constraints p, p -> q and ~q contradict one another; change or remove one of them",
        (None, [], ["p", "p -> q", "~q"]),
    ),
    (
        {"entailment": ["s", "p"], "consistency": ["s", "~p & q"]},
        {},
        "the consistency-based constraint ~p & q and the entailment-based constraint p contradict one another; "
        "change or remove one of them",
        (None, [], ["p", "~p & q"]),
    ),
    (
        {"consistency": ["False"]},
        {},
        "the consistency-based constraint False is a contradiction; change or remove it",
        (None, [], ["False"]),
    ),
    (
        {"entailment": ["s", "p -> q", "q -> r"]},
        {1: ["p | s", "p"], 2: ["s", "p", "~r"]},
        "the formulas p and ~r of node 2 contradict the entailment-based constraints p -> q and q -> r; "
        "change or remove one of them",
        (2, ["p", "~r"], ["p -> q", "q -> r"]),
    ),
    (
        {"consistency": ["s", "~p"]},
        {3: ["s", "p | q", "p"]},
        "the formula p of node 3 contradicts the consistency-based constraint ~p; change or remove one of them",
        (3, ["p"], ["~p"]),
    ),
    (
        {"entailment": ["s", "p -> q"], "consistency": ["~q & s"]},
        {3: ["p"]},
        "the formula p of node 3 contradicts the consistency-based constraint ~q & s and the entailment-based "
        "constraint p -> q; change or remove one of them",
        (3, ["p"], ["p -> q", "~q & s"]),
    ),
]


@pytest.mark.parametrize(("constraints", "held", "message", "data"), NAMED)
def test_messages(constraints, held, message, data):
    """Who clashes with what is said in words, and given as data."""
    G = eb.path_graph(4)
    for kind, texts in constraints.items():
        for text in texts:
            G.add_constraint(text, kind)
    for node, texts in held.items():
        G.set_formulas(node, texts)
    with pytest.raises(eb.ConstraintClashError) as caught:
        eb.global_completion(G)
    error = pickle.loads(pickle.dumps(caught.value))
    assert str(error) == message
    assert (error.node, error.formulas, error.constraints) == data


def test_a_contradiction_is_the_nodes_own():
    """A node that contradicts itself is reported as ever, with the formulas that matter."""
    G = eb.path_graph(2)
    G.set_formulas(1, ["s", "p", "q", "~p"])
    G.add_constraint("~s")
    with pytest.raises(eb.InconsistentFormulaError, match="its formulas p and ~p contradict one another") as caught:
        eb.iterate_simple(G)
    assert not isinstance(caught.value, eb.ConstraintClashError)
    assert (caught.value.node, caught.value.formulas) == (1, ["p", "~p"])


def test_many_formulas():
    """Culprits are found among thousands of formulas without testing them one by one."""
    G = eb.path_graph(2)
    G.set_formulas(0, [f"x{i} | y{i}" for i in range(2000)] + ["~a"])
    G.add_constraint("a")
    with pytest.raises(eb.ConstraintClashError) as caught:
        eb.iterate_simple(G)
    assert (caught.value.formulas, caught.value.constraints) == (["~a"], ["a"])


# Constraints as part of the graph -----------------------------------------------------------------------------------


def test_constraints_are_kept_and_taken_back():
    """In order, each once; by another spelling they are found too."""
    G = eb.path_graph(2)
    assert G.constraints() == {"entailment": [], "consistency": []}
    for text in ("p -> q", "~r", "p->q"):
        G.add_constraint(text)
    G.add_constraint(eb.parse_formula("s & t"), kind="consistency")
    assert list(map(str, G.constraints("entailment"))) == ["Implies(p, q)", "~r"]
    G.remove_constraint("t & s", "consistency")
    G.remove_constraint("p -> q")
    assert G.constraints() == {"entailment": [eb.parse_formula("~r")], "consistency": []}
    with pytest.raises(eb.EquibelGraphException, match=r"no entailment-based constraint p -> q; it has ~r$"):
        G.remove_constraint("p -> q")
    with pytest.raises(eb.EquibelGraphException, match=r"no consistency-based constraint ~r; it has none$"):
        G.remove_constraint("~r", "consistency")


def test_wrong_constraints():
    """What is no kind, or no formula, is refused, and nothing changes."""
    G = eb.path_graph(2)
    for call in (G.add_constraint, G.remove_constraint):
        with pytest.raises(eb.OptionError, match="did you mean 'consistency'"):
            call("p", "consistent")
        with pytest.raises(eb.FormulaSyntaxError):
            call("p &")
        with pytest.raises(eb.NotAFormulaError):
            call(3)
    with pytest.raises(eb.OptionError):
        G.constraints("both")
    assert not G.graph
    G.graph["entailment"] = "p & ; q"
    with pytest.raises(eb.FormulaSyntaxError, match="in the entailment-based constraints"):
        eb.global_completion(G)
    with pytest.raises(eb.FormulaSyntaxError, match="in the consistency-based constraints"):
        eb.EquibelGraph(nx.Graph(consistency="(p"))


def test_their_atoms_belong_to_the_alphabet():
    """Atoms of constraints are atoms of the graph, as long as the constraints are there."""
    G = eb.path_graph(2)
    G.add_formula(0, "p")
    G.add_constraint("q")
    G.add_constraint("r", "consistency")
    assert G.atom_names() == ["p", "q", "r"]
    assert eb.global_completion(G).atom_names() == ["p", "q", "r"]
    assert len(list(G.models(0))) == 4
    with pytest.raises(eb.EquibelGraphException, match="atom r is used in the consistency-based constraints"):
        G.remove_atom("r")
    G.remove_constraint("r", "consistency")
    assert G.atom_names() == ["p", "q"]


def test_copies_keep_them():
    """Copies, pickles, graphs made of graphs, and what networkx makes of a graph."""
    G = eb.path_graph(3)
    G.add_constraint("p")
    G.add_constraint("q", "consistency")
    for H in (G.copy(), pickle.loads(pickle.dumps(G)), eb.EquibelGraph(G), eb.EquibelGraph(nx.Graph(G)), G.to_undirected()):
        assert H.constraints() == G.constraints()
        assert G == H
    assert nx.relabel_nodes(G, {1: "a"}).constraints() == G.constraints()
    assert G.subgraph([0, 1]).constraints() == G.constraints()
    H = G.copy()
    H.add_constraint("s")
    assert G.constraints("entailment") == [eb.parse_formula("p")]
    listed = eb.EquibelGraph(nx.Graph(entailment=["p", eb.parse_formula("q | r")], consistency=[]))
    assert listed.graph == {"entailment": "p; q | r"}


EQUAL = [
    ([("p", "entailment"), ("q", "entailment")], [("q & p", "entailment")]),
    ([("p | ~p", "entailment"), ("q = q", "consistency")], []),
    ([("p", "consistency"), ("p | q", "consistency")], [("p", "consistency")]),
    ([("p", "entailment"), ("p & q", "consistency")], [("p", "entailment"), ("q", "consistency")]),
]
DIFFERENT = [
    ([("p", "entailment")], [("p", "consistency")]),
    ([("p", "entailment")], []),
    ([("p", "consistency")], []),
    ([("p", "consistency"), ("~p", "consistency")], [("p & ~p", "consistency")]),
    ([("p & q", "consistency")], [("p", "consistency"), ("q", "consistency")]),
]


@pytest.mark.parametrize(("one", "other", "same"), [(*p, True) for p in EQUAL] + [(*p, False) for p in DIFFERENT])
def test_equality(one, other, same):
    """Graphs are equal when their constraints demand the same, however they are spelled."""
    G, H = eb.path_graph(2), eb.path_graph(2)
    for graph, constraints in ((G, one), (H, other)):
        for text, kind in constraints:
            graph.add_constraint(text, kind)
    assert (G == H, H == G) == (same, same)
