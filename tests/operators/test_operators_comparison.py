"""Comparing scenarios, against brute force."""

import itertools
import pickle
import threading

import oracle
import pytest
from answers import ONCE
from commandline import hard_scenario
from hypothesis import given, settings
from hypothesis import strategies as st
from long_work import stops
from strategies import cases, consistent_formulas, minterms

import equibel as eb
from equibel.files import graph_from_node_link

PAIR = [
    ("p & q", "q & p", "equivalent"),
    ("p", "p | q & ~q", "equivalent"),
    ("True", "p | ~p", "equivalent"),
    ("p & q", "p", "stronger"),
    ("p", "True", "stronger"),
    ("p", "p & q", "weaker"),
    ("p", "q", "incomparable"),
    ("p | q", "~p", "incomparable"),
    ("p", "~p", "contradictory"),
    ("p & q", "~p & q", "contradictory"),
    ("p & ~p", "q & ~q", "equivalent"),
    ("p & ~p", "q", "stronger"),  # a contradiction entails everything
    ("q", "p & ~p", "weaker"),
]


def scenario_of(*texts, atoms=()):
    """Nodes 0, 1, ... with one formula each."""
    G = eb.path_graph(len(texts))
    G.add_atoms(atoms)
    for node, text in enumerate(texts):
        G.add_formula(node, text)
    return G


def verdict_of(mine, theirs):
    """The verdict on two sets of models, by definition."""
    if mine == theirs:
        return "equivalent"
    if mine < theirs:
        return "stronger"
    if mine > theirs:
        return "weaker"
    return "incomparable" if mine & theirs else "contradictory"


def overall(verdicts):
    """The verdict on scenarios, from those on their nodes, by definition."""
    if all(verdict == "equivalent" for verdict in verdicts):
        return "equivalent"
    if "contradictory" in verdicts:
        return "contradictory"
    for one in ("stronger", "weaker"):
        if set(verdicts) <= {one, "equivalent"}:
            return one
    return "incomparable"


def check_comparison(R, H, mine, theirs, atoms):
    """``mine`` and ``theirs`` are what the nodes of R and H believe, according to the oracle."""
    comparison = eb.compare(R, H)
    assert list(comparison.nodes) == list(R)
    for v, compared in comparison.nodes.items():
        assert compared.verdict == verdict_of(mine[v], theirs[v])
        for model, difference in [
            (compared.only_first, mine[v] - theirs[v]),
            (compared.only_second, theirs[v] - mine[v]),
        ]:
            assert (model is None) == (not difference)
            if model is not None:
                values = {symbol.name: value for symbol, value in model.items()}
                assert values.keys() == set(atoms)
                assert sum(1 << i for i, name in enumerate(atoms) if values[name]) in difference
    assert comparison.verdict == overall([compared.verdict for compared in comparison.nodes.values()])


@pytest.mark.parametrize(("mine", "theirs", "verdict"), PAIR)
def test_one_node(mine, theirs, verdict):
    """The five verdicts, on contradictions too."""
    R, H = scenario_of(mine), scenario_of(theirs)
    comparison = eb.compare(R, H)
    assert comparison.nodes[0].verdict == comparison.verdict == verdict
    atoms = sorted({symbol.name for symbol in R.atoms() | H.atoms()})
    check_comparison(R, H, {0: oracle.belief(mine, atoms)}, {0: oracle.belief(theirs, atoms)}, atoms)


@pytest.mark.parametrize(
    ("mine", "theirs", "verdict"),
    [
        (["p", "q", "True"], ["p", "q", "True"], "equivalent"),
        (["p", "q", "True"], ["p", "True", "True"], "stronger"),
        (["p", "True", "True"], ["p", "q", "True"], "weaker"),
        (["p", "True", "r"], ["p", "q", "True"], "incomparable"),
        (["p", "q", "r"], ["p", "r", "True"], "incomparable"),
        (["p", "q", "~r"], ["p", "True", "r"], "contradictory"),
        (["p", "q", "r"], ["~p", "q", "r"], "contradictory"),
    ],
)
def test_all_nodes(mine, theirs, verdict):
    """The scenarios are compared as the sets of their models."""
    R, H = scenario_of(*mine), scenario_of(*theirs)
    assert eb.compare(R, H).verdict == verdict
    models = [oracle.interpretations(_beliefs(texts), [[]], 3)[0,] for texts in (mine, theirs)]
    assert verdict_of(*({tuple(model.values()) for model in each} for each in models)) == verdict


def _beliefs(texts):
    return {v: oracle.belief(text, ["p", "q", "r"]) for v, text in enumerate(texts)}


@st.composite
def pairs(draw):
    """A scenario and another one on the same nodes, some of whose beliefs are the same, stronger or weaker."""
    case = draw(cases(size=16, max_nodes=8))
    others = {}
    for v in case.nodes:
        mine = oracle.belief(case.formulas.get(v, ()), case.atoms)
        fresh = oracle.belief(draw(consistent_formulas(case.atoms)), case.atoms)
        models = draw(st.sampled_from([mine, mine, fresh, mine | fresh, mine & fresh]))
        others[v] = [minterms(models, case.atoms) or "False"]
    return case, case.holding(others)


@given(pairs())
def test_brute_force(pair):
    """Verdicts are those of the definitions, and each difference is shown by a model in it."""
    first, second = pair
    R, H = first.graph(), second.graph()
    check_comparison(R, H, first.oracle().beliefs, second.oracle().beliefs, first.atoms)
    check_comparison(H, R, second.oracle().beliefs, first.oracle().beliefs, first.atoms)


@pytest.mark.slow
@given(pairs())
@settings(max_examples=300)
def test_brute_force_at_length(pair):
    """The same on hundreds of pairs."""
    first, second = pair
    check_comparison(first.graph(), second.graph(), first.oracle().beliefs, second.oracle().beliefs, first.atoms)


@given(cases(min_nodes=1, size=10), st.sampled_from(oracle.OPERATORS), st.sampled_from(oracle.OPERATORS))
def test_results_of_operators(case, one, other):
    """How operators compare is what brute force says of their answers."""
    G = case.graph()
    mine, theirs = (oracle.apply(operator, case.oracle()).beliefs for operator in (one, other))
    check_comparison(ONCE[one](G), ONCE[other](G), mine, theirs, case.atoms)


@given(cases(min_nodes=1, size=10))
def test_known_order_of_operators(case):
    """An answer never says less than its scenario, and by cardinality never less than by inclusion."""
    G = case.graph()
    by_inclusion, by_cardinality = (eb.global_completion(G, opt_type=optimum) for optimum in oracle.OPTIMA)
    assert eb.compare(by_inclusion, G).verdict in ("equivalent", "stronger")
    assert eb.compare(by_cardinality, by_inclusion).verdict in ("equivalent", "stronger")
    assert (eb.compare(by_inclusion, G).verdict == "equivalent") == (by_inclusion == G)


def test_alphabets_are_united():
    """An atom that only one scenario has is open in the other, and appears in the models of both sides."""
    R, H = scenario_of("p", "p", atoms=["a"]), scenario_of("q", "p", atoms=["z"])
    comparison = eb.compare(R, H)
    assert [compared.verdict for compared in comparison.nodes.values()] == ["incomparable", "equivalent"]
    names = ["a", "p", "q", "z"]
    for model, expected in [(comparison.nodes[0].only_first, [1, 0]), (comparison.nodes[0].only_second, [0, 1])]:
        assert [symbol.name for symbol in model] == names
        assert [model[symbol] for symbol in model if symbol.name in "pq"] == expected
    assert eb.compare(R, scenario_of("p", "p")).verdict == "equivalent"


def test_large_formulas():
    """What has too many atoms for truth tables is compared as well."""
    atoms = [f"x{i}" for i in range(60)]
    chain = " & ".join(f"({p} -> {q})" for p, q in itertools.pairwise(atoms))
    R, H = scenario_of(f"x0 & {chain}"), scenario_of(chain)
    comparison = eb.compare(R, H)
    assert comparison.verdict == "stronger"
    model = comparison.nodes[0].only_second
    assert len(model) == 60
    assert not model[eb.parse_formula("x0")]
    values = list(model.values())
    assert values == sorted(values)  # once an atom is true, so are those that follow
    assert eb.compare(R, scenario_of(" & ".join(atoms))).verdict == "equivalent"
    assert eb.compare(R, scenario_of(f"{chain} & ~x59")).verdict == "contradictory"


def test_no_nodes():
    """Nothing compares with nothing as equivalent."""
    comparison = eb.compare(eb.EquibelGraph(), eb.EquibelGraph())
    assert (comparison.verdict, comparison.nodes) == ("equivalent", {})


def test_edges_and_order_do_not_matter():
    """Only what nodes believe is compared."""
    R = eb.EquibelGraph([(1, 2), (2, "a")])
    H = eb.EquibelGraph([("a", 1)])
    H.add_node(2)
    R.add_formula("a", "p")
    H.add_formula("a", "p & q")
    comparison = eb.compare(R, H)
    assert {v: compared.verdict for v, compared in comparison.nodes.items()} == {
        1: "equivalent",
        2: "equivalent",
        "a": "weaker",
    }


def test_nothing_is_changed():
    """Both scenarios stay as they were."""
    R, H = scenario_of("p", "q"), scenario_of("r", "q")
    before = R.copy(), H.copy()
    eb.compare(R, H)
    assert [dict(G.nodes(data=True)) for G in (R, H)] == [dict(G.nodes(data=True)) for G in before]
    assert [G.graph for G in (R, H)] == [G.graph for G in before]


@pytest.mark.parametrize(
    ("mine", "theirs", "node", "said"),
    [
        ([1, 2, 3], [1, 2], 3, "only the first has node 3;"),
        ([1, 2], [1, 2, "a"], "a", "only the second has node 'a';"),
        ([1, 2, 3, 4], [1, "1"], 2, "only the first has nodes 2, 3, 4; only the second has node '1';"),
        (range(9), [0], 1, "only the first has nodes 1, 2, 3, 4, 5 and 3 more;"),
    ],
)
def test_different_nodes(mine, theirs, node, said):
    """Scenarios with different nodes are refused, and the nodes are named."""
    R, H = eb.EquibelGraph(), eb.EquibelGraph()
    R.add_nodes_from(mine)
    H.add_nodes_from(theirs)
    with pytest.raises(eb.UnknownNodeError) as caught:
        eb.compare(R, H)
    assert said in str(caught.value)
    assert caught.value.node == node


@pytest.mark.parametrize("wrong", [None, "p", {1: "p"}, [(1, 2)]])
def test_what_is_no_scenario(wrong):
    """The argument that is no scenario is named."""
    G = eb.path_graph(2)
    for arguments, name in [((wrong, G), "R"), ((G, wrong), "S")]:
        with pytest.raises(eb.OptionError) as caught:
            eb.compare(*arguments)
        assert caught.value.option == name


def test_options():
    """Limits are those of the operators."""
    G = eb.path_graph(2)
    with pytest.raises(eb.OptionError, match="time_limit"):
        eb.compare(G, G, time_limit=0)
    with pytest.raises(eb.OptionError, match="cancel"):
        eb.compare(G, G, cancel=True)
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(eb.Cancelled):
        eb.compare(G, G, cancel=cancelled)
    assert eb.compare(G, G, time_limit=60, cancel=threading.Event()).verdict == "equivalent"


def test_time_limit():
    """A comparison that takes too long is stopped, and what was compared before is known."""
    G = graph_from_node_link(hard_scenario(nodes=2, atoms=400, clauses=1700))
    H = G.copy()
    G.set_formulas(0, "p")
    H.set_formulas(0, "q")
    H.add_formula(1, "p")
    with stops(eb.TimeLimitExceeded, after=0.5) as stop:
        eb.compare(G, H, time_limit=0.5)
    assert stop.value.completed == [0]


def test_comparisons_are_values():
    """Equal when they say the same, unchangeable, and fit to be sent to another process."""
    R, H = scenario_of("p", "q"), scenario_of("p", "~q")
    comparison = eb.compare(R, H)
    assert comparison == eb.compare(R, H) != eb.compare(H, R)
    assert pickle.loads(pickle.dumps(comparison)) == comparison
    with pytest.raises(AttributeError):
        comparison.nodes = {}
    with pytest.raises(AttributeError):
        comparison.nodes[0].verdict = "weaker"
