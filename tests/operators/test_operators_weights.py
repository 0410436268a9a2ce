"""Weights: how much the agreement of neighbours on an atom counts, by cardinality."""

import itertools
import pickle
import random
from fractions import Fraction

import networkx as nx
import oracle
import pytest
from answers import FIXPOINT, METHODS, ONCE, beliefs
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import planned
from strategies import cases

import equibel as eb
from equibel.files import read_graph, write_graph
from equibel.formula import parse
from equibel.solving import Problem, Request, maximize, outcomes
from equibel.solving.preprocessing import comparison_weights as solving_weights
from equibel.workspace import load_workspace

EVERY = pytest.mark.parametrize("operator", oracle.OPERATORS)
METHOD = st.sampled_from(METHODS)

#: Few different numbers, so that sums are often equal; floats stand for the decimal numbers they are written as.
WEIGHTS = st.sampled_from([0, 0, 1, 1, 2, 3, 0.5, 0.1, 0.2, 0.3, 1.5, 7])
TRUST = st.sampled_from([0, 1, 1, 1, 2, 0.5, 0.1, 0.3])
#: Many different numbers, and some whose sums are equal when nothing is rounded.
REAL = st.one_of(
    st.sampled_from([0, 0.1, 0.2, 0.3, 1 / 3, 2 / 3, 0.30000000000000004]),
    st.floats(0, 1),
    st.builds(lambda shared, all_: shared / all_, st.integers(0, 7), st.integers(1, 9)),
    st.floats(0, 1e300),
)


# The definition -----------------------------------------------------------------------------------------------------


def complete(given_beliefs, levels, case, expertise, trust):
    """The completion by weight: every interpretation is looked at.

    ``levels`` lists, for each level, the edges that count there.  Agreement on p along {x, y} counts the trust along the
    edge times the mean of the weights of p at its ends.  At the first level on which sums differ the larger one wins.
    """

    def weight(x, y, p):
        return trust.get(frozenset((x, y)), Fraction(1)) * (expertise.get((x, p), 1) + expertise.get((y, p), 1)) / 2

    counted = [[(x, y, i, weight(x, y, p)) for x, y in edges for i, p in enumerate(case.atoms)] for edges in levels]
    nodes = list(given_beliefs)
    best, found = None, []
    for values in itertools.product(*(sorted(given_beliefs[v]) for v in nodes)):
        model = dict(zip(nodes, values, strict=True))
        size = [sum(w for x, y, i, w in level if model[x] >> i & 1 == model[y] >> i & 1) for level in counted]
        if best is None or size > best:
            best, found = size, []
        if size == best:
            found.append(model)
    return {v: frozenset(model[v] for model in found) for v in nodes}


def expected(operator, case, weights):
    """What every node believes after one application, by the definitions of the operators."""
    scenario = case.oracle()
    if operator == "global":
        return complete(scenario.beliefs, [scenario.edges], case, *weights)
    return {v: at_node(operator, scenario, v, case, weights) for v in scenario.beliefs}


def at_node(operator, scenario, v, case, weights):
    """The new belief of one node."""
    distance = oracle.distances(scenario.edges, v)
    farthest = max(distance.values())
    layers = [[] for _ in range(farthest)]
    for x, y in scenario.edges:
        if x in distance and distance[x] != distance[y]:
            layers[min(distance[x], distance[y])].append((x, y))
    current = scenario.beliefs[v]

    def at(nodes, levels):
        return complete({v: current} | {u: scenario.beliefs[u] for u in nodes if u != v}, levels, case, *weights)[v]

    if operator == "augmenting":
        return at(distance, layers) if layers else current
    for r in range(1, farthest + 1):
        if operator == "expanding":
            current = at([u for u, d in distance.items() if d <= r], [[edge for layer in layers[:r] for edge in layer]])
            continue
        ring = [u for u, d in distance.items() if d == r]
        current = at(ring, [[(v, u) for u in ring]])
        if operator == "simple":
            break
    return current


def as_written(number):
    """A weight as an exact number."""
    return Fraction(str(number))


@st.composite
def weighted(draw, size=10, weights=WEIGHTS, trusts=TRUST):
    """A scenario and its weights: of (node, atom) pairs and of edges."""
    case = draw(cases(min_nodes=2, max_nodes=5, size=size))
    pairs = list(itertools.product(case.nodes, case.atoms))
    expertise = {pair: draw(weights) for pair in pairs if draw(st.booleans())}
    if draw(st.integers(0, 3)) == 0:  # an atom that hardly anybody is expert in
        p = draw(st.sampled_from(case.atoms))
        expertise |= {(v, p): 0 for v in case.nodes if draw(st.integers(0, 4))}
    trust = {edge: draw(trusts) for edge in case.edges if draw(st.booleans())}
    return case, expertise, trust


def graph(case, expertise, trust):
    """The scenario with its weights, as the package reads it."""
    G = case.graph()
    for (v, p), weight in expertise.items():
        G.add_weight(v, p, weight)
    for (x, y), weight in trust.items():
        G.edges[x, y]["weight"] = weight
    return G


def exactly(expertise, trust):
    """Weights as the definition reads them."""
    return (
        {pair: as_written(weight) for pair, weight in expertise.items()},
        {frozenset(edge): as_written(weight) for edge, weight in trust.items()},
    )


def answer(operator, G, atoms, method=eb.SEMANTIC, opt_type=eb.CARDINALITY):
    return beliefs(ONCE[operator](G, method=method, opt_type=opt_type), atoms)


def check(operator, scenario, methods=METHODS):
    case, expertise, trust = scenario
    wanted = expected(operator, case, exactly(expertise, trust))
    G = graph(*scenario)
    for method in methods:
        assert answer(operator, G, case.atoms, method) == wanted, method


# Against the definition ---------------------------------------------------------------------------------------------


@EVERY
@given(scenario=weighted())
def test_one_application(operator, scenario):
    """By cardinality the answers are those of the definition with weights, by either method."""
    check(operator, scenario)


@EVERY
@given(scenario=weighted(weights=REAL, trusts=REAL), method=METHOD)
def test_real_valued_weights(operator, scenario, method):
    """Weights as similarities, degrees or chance give them count exactly; they were refused, since clingo counts to 2^31."""
    check(operator, scenario, [method])


@EVERY
@given(scenario=weighted(), method=METHOD)
def test_sums_by_cores(operator, scenario, method):
    """What is found by cores when sums are large is right for small ones too, many of which are equal."""
    with planned(counted_sum=0):
        check(operator, scenario, [method])


@pytest.mark.slow
@EVERY
@given(scenario=weighted(weights=REAL, trusts=REAL))
@settings(max_examples=800)
def test_real_valued_weights_at_length(operator, scenario):
    """The same on thousands of scenarios."""
    check(operator, scenario)


@pytest.mark.slow
@EVERY
@given(scenario=weighted())
@settings(max_examples=800)
def test_one_application_at_length(operator, scenario):
    """The same on thousands of scenarios."""
    check(operator, scenario)


@pytest.mark.parametrize("operator", oracle.ITERATIONS)
@given(scenario=weighted(size=8), method=METHOD)
@settings(max_examples=10)
def test_fixpoint(operator, scenario, method):
    """Weights count in every step, up to the fixpoint of the definition."""
    case, expertise, trust = scenario
    current, count, changed = case.oracle(), 0, True
    while changed:
        new = {v: at_node(operator, current, v, case, exactly(expertise, trust)) for v in current.beliefs}
        changed = new != current.beliefs
        current = current.believing(new)
        count += 1
    R, n = FIXPOINT[operator](graph(*scenario), method=method, opt_type=eb.CARDINALITY)
    assert (beliefs(R, case.atoms), n) == (current.beliefs, count)


@pytest.mark.parametrize("operator", ["global", "augmenting"])
@given(scenario=weighted(weights=st.sampled_from([0, 1, 2**25, 2**25 - 1]), trusts=st.sampled_from([0, 1])), method=METHOD)
def test_large_numbers(operator, scenario, method):
    """Weights and sums as large as the solver can count with, next to small ones, are not confused."""
    check(operator, scenario, [method])


@given(scenario=weighted())
def test_alternatives(scenario):
    """The answers under the single optimal EQ sets make up the answer; each is listed once, and all have the same weight."""
    case, expertise, trust = scenario
    exact_expertise, exact_trust = exactly(expertise, trust)
    edges = [(x, y) for x, y in case.edges if x != y]
    problem = Problem(
        tuple(case.graph().belief(v) for v in case.nodes),
        tuple((case.nodes.index(x), case.nodes.index(y), 0) for x, y in edges),
        tuple(range(len(case.nodes))),
        trust=tuple(exact_trust.get(frozenset(edge), Fraction(1)) for edge in edges),
        expertise=tuple((case.nodes.index(v), p, weight) for (v, p), weight in exact_expertise.items()),
    )
    found = list(outcomes(problem, eb.CARDINALITY, order=[]))
    assert len({outcome.equalities for outcome in found}) == len(found)

    def weight(edge, p):
        x, y = edges[edge]
        both = exact_expertise.get((x, p), Fraction(1)) + exact_expertise.get((y, p), Fraction(1))
        return exact_trust.get(frozenset((x, y)), Fraction(1)) * both

    assert len({sum(weight(*equality) for equality in outcome.equalities) for outcome in found}) == 1
    together = [oracle.belief([f"({') | ('.join(str(o.answers[i]) for o in found)})"], case.atoms) for i in problem.targets]
    assert dict(zip(case.nodes, together, strict=True)) == expected("global", case, (exact_expertise, exact_trust))


# What must not change an answer -------------------------------------------------------------------------------------


@EVERY
@given(scenario=weighted(size=12), method=METHOD)
def test_by_inclusion_weights_have_no_effect(operator, scenario, method):
    """The answer by inclusion is that of the scenario without weights, weights of 0 included."""
    case = scenario[0]
    plain = answer(operator, case.graph(), case.atoms, method, eb.INCLUSION)
    assert answer(operator, graph(*scenario), case.atoms, method, eb.INCLUSION) == plain


@EVERY
@given(case=cases(size=12), weight=st.sampled_from([1, 1.0, 2, 0.1, 1e9, 10**40]), method=METHOD)
def test_equal_weights_are_no_weights(operator, case, weight, method):
    """When all atoms have the same weight everywhere, nothing changes."""
    expertise = dict.fromkeys(itertools.product(case.nodes, case.atoms), weight)
    assert answer(operator, graph(case, expertise, {}), case.atoms, method) == answer(
        operator, case.graph(), case.atoms, method
    )


@EVERY
@given(scenario=weighted(size=12), factor=st.sampled_from([2, 3, 10, 1000]), method=METHOD)
def test_only_proportions_matter(operator, scenario, factor, method):
    """All weights of atoms times a constant give the same answers."""
    case, expertise, trust = scenario
    every = {pair: expertise.get(pair, 1) for pair in itertools.product(case.nodes, case.atoms)}
    larger = {pair: int(as_written(weight) * factor * 10) for pair, weight in every.items()}
    assert answer(operator, graph(case, larger, trust), case.atoms, method) == answer(
        operator, graph(*scenario), case.atoms, method
    )


@given(scenario=weighted(size=12), method=METHOD)
def test_an_edge_of_weight_0_is_no_edge_to_the_completion(scenario, method):
    """The completion is the same when edges of weight 0 are removed."""
    case, _, trust = scenario
    G = graph(*scenario)
    H = G.copy()
    H.remove_edges_from([edge for edge, weight in trust.items() if weight == 0])
    assert answer("global", G, case.atoms, method) == answer("global", H, case.atoms, method)


@EVERY
@given(scenario=weighted(size=12))
def test_results_keep_weights(operator, scenario):
    """A result has the weights of its input."""
    G = graph(*scenario)
    R = ONCE[operator](G, opt_type=eb.CARDINALITY)
    assert R.weights() == G.weights()
    assert list(R.edges(data="weight")) == list(G.edges(data="weight"))


# Single cases -------------------------------------------------------------------------------------------------------


def revised(weight):
    """The middle of the path ``p — no opinion — ~p``, the first node with a weight for p."""
    G = eb.path_graph(3)
    G.add_formula(0, "p")
    G.add_formula(2, "~p")
    G.add_weight(0, "p", weight)
    R = eb.global_completion(G, opt_type=eb.CARDINALITY)
    return str(R.formula_conj(1))


def test_the_expert_is_followed():
    """The more expert neighbour decides; equals leave the question open."""
    assert [revised(weight) for weight in (2, 1.1, 1, 0.9, 0)] == ["p", "p", "True", "~p", "~p"]


def test_sums_are_exact():
    """Three tenths are as much as a tenth and two tenths, which floating point sums deny."""
    G = eb.star_graph(3)
    for leaf, formula, weight in ((1, "p", 0.1), (2, "p", 0.2), (3, "~p", 0.3)):
        G.add_formula(leaf, formula)
        G.edges[0, leaf]["weight"] = weight
    for method in METHODS:
        R = eb.iterate_simple(G, method=method, opt_type=eb.CARDINALITY)
        assert R.formulas(0) == set()
    G.edges[0, 3]["weight"] = 0.2999999
    assert str(eb.iterate_simple(G, opt_type=eb.CARDINALITY).formula_conj(0)) == "p"


def test_what_counts_nothing_passes_nothing_on():
    """Where nobody is expert in p, only what is said about q is heard, and what p has to do with it where it is known."""
    G = eb.path_graph(2)
    G.add_formula(0, "p = q")
    G.add_formula(1, "q & (p | r)")
    for node in G:
        G.add_weight(node, "p", 0)
    for method in METHODS:
        R = eb.global_completion(G, method=method, opt_type=eb.CARDINALITY)
        assert R.equivalent(0, "p & q")
        assert R.equivalent(1, "q & (p | r)")


def test_stars_that_differ_in_weights_alone():
    """Neighbourhoods with the same formulas and different weights have answers of their own."""
    G = eb.EquibelGraph([("a", 1), ("a", 2), ("b", 3), ("b", 4), ("c", 5), ("c", 6)])
    for node in (1, 3, 5):
        G.add_formula(node, "p")
        G.add_formula(node + 1, "~p")
    G.add_weight(1, "p", 2)
    G.edges["b", 4]["weight"] = 3
    R = eb.iterate_simple(G, opt_type=eb.CARDINALITY)
    assert [str(R.formula_conj(v)) for v in "abc"] == ["p", "~p", "True"]


def test_a_ring_beyond_the_neighbours_has_no_trust_of_its_own():
    """Nodes farther away are joined with weight 1, whatever the edges on the way weigh."""
    G = eb.EquibelGraph([(0, 1), (1, 2), (0, 3), (3, 4)])
    G.add_formula(2, "p")
    G.add_formula(4, "~p")
    for edge in ((0, 1), (1, 2)):
        G.edges[edge]["weight"] = 5
    assert eb.iterate_ring(G, opt_type=eb.CARDINALITY).formulas(0) == set()
    G.add_weight(2, "p", 2)
    assert str(eb.iterate_ring(G, opt_type=eb.CARDINALITY).formula_conj(0)) == "p"


@pytest.mark.parametrize("method", METHODS)
def test_with_constraints(method):
    """Of the equalities that a constraint admits, those of the greatest weight are kept."""
    problem = Problem(
        beliefs=tuple(map(parse, ("p & q", "~p | ~q"))),
        edges=((0, 1, 0),),
        targets=(1,),
        trust=(Fraction(1, 3),),
        expertise=((0, "p", Fraction(3)),),
    )
    assert str(maximize(problem, Request(eb.CARDINALITY, method))[1]) == "p & ~q"
    witness = ((1, parse("(~p | ~q) & ~p")),)
    kept = Problem(problem.beliefs, problem.edges, (1,), (witness,), problem.trust, problem.expertise)
    G = eb.EquibelGraph()
    G.add_node(0)
    G.set_formulas(0, maximize(kept, Request(eb.CARDINALITY, method))[1])
    assert G.equivalent(0, "q & ~p")


# Setting weights ----------------------------------------------------------------------------------------------------


def test_setting_and_reading():
    """Weights are numbers by name of the atom; a later one replaces an earlier one; what is read is a copy."""
    G = eb.path_graph(2)
    G.add_weight(0, "p", 2)
    G.add_weight(0, eb.parse_formula("q"), 0.5)
    G.add_weight(0, "p", 3)
    assert G.weights(0) == {"p": 3, "q": 0.5}
    assert G.weights() == {0: {"p": 3, "q": 0.5}, 1: {}}
    G.weights(0)["p"] = 7
    assert G.weights(0)["p"] == 3
    assert G.atoms() == set()


@pytest.mark.parametrize("weight", [-1, -0.5, float("nan"), float("inf"), True, "2", "1/0", None, [1], Fraction(-1, 3), 1j])
def test_what_cannot_be_a_weight(weight):
    """A weight is a real number of at least 0; anything else is refused, and nothing changes."""
    G = eb.path_graph(2)
    with pytest.raises(eb.OptionError, match=r"the weight of p is .*expected a number of at least 0"):
        G.add_weight(0, "p", weight)
    assert G.weights(0) == {}
    G.edges[0, 1]["weight"] = weight
    with pytest.raises(eb.OptionError, match=r"the weight of the edge 0 <-> 1 is .*expected a number of at least 0"):
        eb.global_completion(G, opt_type=eb.CARDINALITY)
    eb.global_completion(G)


def test_weights_need_a_node_and_an_atom():
    """An unknown node, and what is not an atom, are named."""
    G = eb.path_graph(2)
    with pytest.raises(eb.EquibelGraphException, match="no node 5"):
        G.add_weight(5, "p", 1)
    with pytest.raises(eb.EquibelGraphException, match="no node 5"):
        G.weights(5)
    for atom in ("p & q", "~p", "", 3):
        with pytest.raises(eb.EquibelError):
            G.add_weight(0, atom, 1)


def test_weights_that_come_with_a_graph():
    """The attributes of a networkx graph count; what they cannot be is said with the node."""
    given_graph = nx.path_graph(2)
    given_graph.nodes[0]["weights"] = {"p": 2}
    assert eb.EquibelGraph(given_graph).weights(0) == {"p": 2}
    for stored in ({"p": -1}, [1], "p", '{"p": "2"}', {"p q": 1}):
        given_graph.nodes[0]["weights"] = stored
        with pytest.raises(eb.OptionError):
            eb.EquibelGraph(given_graph)


@given(scenario=weighted())
def test_copies_are_equal(scenario):
    """Copies have the same weights; a graph with another weight is a different one; a weight of 1 is as good as none."""
    G = graph(*scenario)
    assert G == G.copy() == pickle.loads(pickle.dumps(G)) == G.subgraph(G)
    H = G.copy()
    v = next(iter(H))
    H.add_weight(v, "zz", 1)
    assert G == H
    H.add_weight(v, "zz", 2)
    assert G != H
    H = G.copy()
    for x, y in list(H.edges)[:1]:
        H.edges[x, y]["weight"] = H.edges[x, y].get("weight", 1) + 1
        assert G != H


def network(kind):
    """A network of 12 nodes with two atoms each, and weights of a kind."""
    rng = random.Random(1)
    G = eb.erdos_renyi_graph(12, 0.4, seed=1)
    for node in G:
        G.add_formula(node, rng.choice(["p = ~q", "p & q", "p & ~q", "~p | q", "~q"]))
    for x, y in G.edges:
        G.edges[x, y]["weight"] = kind(G, x, y, rng)
    return G


@pytest.mark.parametrize(
    "kind",
    [
        lambda G, x, y, rng: len({*G[x]} & {*G[y]}) / len({*G[x]} | {*G[y]}),
        lambda G, x, y, rng: 1 / max(G.degree[x], G.degree[y]),
        lambda G, x, y, rng: rng.random(),
        lambda G, x, y, rng: rng.lognormvariate(0, 40),
        lambda G, x, y, rng: 2**28 + x + y,
    ],
    ids=["jaccard", "degree", "random", "lognormal", "integers"],
)
def test_weights_from_data(kind):
    """By cardinality there is an answer for the weights people have: that of all interpretations, by either method."""
    G = network(kind)
    answers = [eb.global_completion(G, method=method, opt_type=eb.CARDINALITY) for method in METHODS]
    assert answers[0] == answers[1]
    best, found = None, []
    rows = {v: sorted(oracle.belief(map(str, G.beliefs(v)), ["p", "q"])) for v in G}
    edges = [(x, y, as_written(G.edges[x, y]["weight"])) for x, y in G.edges]
    for values in itertools.product(*rows.values()):
        model = dict(zip(G, values, strict=True))
        size = sum(weight * (2 - (model[x] ^ model[y]).bit_count()) for x, y, weight in edges)
        if best is None or size > best:
            best, found = size, []
        if size == best:
            found.append(model)
    assert beliefs(answers[0], ["p", "q"]) == {v: frozenset(model[v] for model in found) for v in G}


def test_fractions_that_would_fill_the_memory(monkeypatch):
    """Thousands of long fractions without a common denominator are refused, with what to do."""
    monkeypatch.setattr(solving_weights, "_MOST_BITS", 20_000)
    weights = [Fraction(1, 10**300 + i) for i in range(40)]
    with pytest.raises(eb.OptionError, match="expected fractions with smaller denominators") as caught:
        solving_weights.whole(weights, [0] * 40)
    assert caught.value.option == "weights"


# Files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["json", "bcf"])
def test_files_keep_weights(tmp_path, suffix):
    """A scenario that is written and read has the same weights and the same answers."""
    generator = random.Random(0)
    for number in range(20):
        G = eb.path_graph(4)
        G.add_atoms("p q")
        for v in G:
            G.add_formula(v, generator.choice(["p & q", "p | ~q", "~p & ~q", "p | q"]))
            G.add_weight(v, "p", generator.choice([0, 1, 2, 0.25, 10**20, 1e-7]))
        if suffix != "bcf":
            G.edges[0, 1]["weight"] = generator.choice([0, 2, 0.5])
        path = tmp_path / f"{number}.{suffix}"
        write_graph(G, path)
        H = read_graph(path)
        assert G == H
        assert {v: H.weights(v) for v in H} == {v: G.weights(v) for v in G}


def test_a_workspace_keeps_weights(tmp_path):
    """The weights in a TOML file count in its results."""
    path = tmp_path / "w.toml"
    path.write_text(
        """
        [graphs.g]
        edges = [["a", "b"], ["b", "c", {weight = 2}], ["b", "d"]]
        [graphs.g.formulas]
        a = "p"
        c = "~p"
        d = "p"
        [graphs.g.weights]
        a = {p = 1.5}
        """
    )
    G = load_workspace(path).graphs["g"]
    assert (G.weights("a"), G.edges["b", "c"]["weight"]) == ({"p": 1.5}, 2)
    assert str(eb.iterate_simple(G, opt_type=eb.CARDINALITY).formula_conj("b")) == "p"
