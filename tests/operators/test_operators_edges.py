"""Operators at the edges of their domain, what they leave alone, and what they refuse."""

import itertools
import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import oracle
import pytest
from answers import FIXPOINT, METHODS, ONCE
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases
from sympy import Symbol

import equibel as eb

p, q, r = (Symbol(name) for name in "pqr")
OPTIONS = [{"method": method, "opt_type": optimum} for method in METHODS for optimum in oracle.OPTIMA]
EVERY_OPTION = pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options.values()))
EVERY_OPERATOR = pytest.mark.parametrize("operator", [*ONCE.values(), *FIXPOINT.values()], ids=lambda f: f.__name__)
ITERATED = pytest.mark.parametrize("operator", [ONCE[name] for name in FIXPOINT], ids=lambda f: f.__name__)


def graph_of(answer):
    """The graph of an answer, which for a fixpoint comes with a count."""
    return answer[0] if isinstance(answer, tuple) else answer


def conflict():
    G = eb.path_graph(4)
    G.add_formula(0, "p & q & r")
    G.add_formula(3, "~p & ~q")
    return G


def text_state(G):
    return dict(G.graph), {v: dict(data) for v, data in G.nodes(data=True)}, list(G.edges(data=True))


@EVERY_OPTION
@EVERY_OPERATOR
def test_empty_graph(operator, options):
    """The empty graph has the empty answer."""
    R = graph_of(operator(eb.EquibelGraph(), **options))
    assert R.formulas() == {}
    assert R.atoms() == set()


@EVERY_OPTION
@EVERY_OPERATOR
def test_no_formulas(operator, options):
    """Where nobody believes anything nobody learns anything."""
    G = eb.star_graph(3)
    G.add_atoms(["p"])
    R = graph_of(operator(G, **options))
    assert R.formulas() == {0: set(), 1: set(), 2: set(), 3: set()}
    assert R.atoms() == {p}


@EVERY_OPTION
@EVERY_OPERATOR
def test_one_node(operator, options):
    """A node on its own, with or without a self-loop, keeps its belief."""
    G = eb.EquibelGraph()
    G.add_node("alone")
    G.add_formula("alone", "p -> q")
    G.add_formula("alone", "q -> r")
    assert graph_of(operator(G, **options)) == G
    G.add_edge("alone", "alone")
    assert graph_of(operator(G, **options)) == G


@EVERY_OPTION
@EVERY_OPERATOR
def test_true_is_no_belief(operator, options):
    """``True`` and tautologies are believed by everybody: a node that believes no more has no formulas."""
    G = eb.path_graph(3)
    G.add_formula(0, "True")
    G.add_formula(1, "p | ~p")
    R = graph_of(operator(G, **options))
    assert R.formulas() == {0: set(), 1: set(), 2: set()}
    assert R.atoms() == {p}


@EVERY_OPTION
@EVERY_OPERATOR
@pytest.mark.parametrize("contradiction", [["False"], ["p & ~p"], ["p", "p -> q", "~q"]])
def test_an_inconsistent_node_is_refused_by_name(operator, options, contradiction):
    """A node that believes a contradiction is an error that names it and its formula, even when it is isolated."""
    for edges in ([("calm", "torn"), ("calm", "other")], []):
        G = eb.EquibelGraph()
        G.add_nodes_from(["calm", "torn", "other"])
        G.add_edges_from(edges)
        G.add_formula("calm", "p")
        for formula in contradiction:
            G.add_formula("torn", formula)
        with pytest.raises(eb.InconsistentFormulaError, match="torn") as caught:
            operator(G, **options)
        assert caught.value.node == "torn"
        assert not oracle.belief(caught.value.formula, ["p", "q"])


@EVERY_OPERATOR
@given(case=cases(size=8), simplify=st.booleans())
def test_the_input_is_never_changed(operator, case, simplify):
    """Operators return a new graph: the old one, formulas, edges, alphabet and all, is as it was."""
    G = case.graph()
    before = text_state(G)
    R = graph_of(operator(G, simplify=simplify))
    assert text_state(G) == before
    assert R is not G
    assert type(R) is eb.EquibelGraph
    assert (list(R), list(R.edges)) == (list(G), list(G.edges))
    assert R.atoms() == G.atoms()
    R.clear_formulas()
    R.add_node("new")
    assert text_state(G) == before


@ITERATED
def test_no_steps(operator):
    """``steps=0`` returns the scenario as it was, in a new graph."""
    G = conflict()
    R = operator(G, steps=0)
    assert R == G
    assert R is not G


def test_steps_travel_one_edge_at_a_time():
    """In simple iteration information moves by one edge per step."""
    G = eb.path_graph(4)
    G.add_formula(0, "p")
    reached = [{v for v in range(4) if eb.iterate_simple(G, steps=n).entails(v, "p")} for n in range(4)]
    assert reached == [{0}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}]


@EVERY_OPERATOR
@pytest.mark.parametrize("value", ["semantics", "INCLUSION", "", 0, 3, ["semantic"]])
@pytest.mark.parametrize("option", ["method", "opt_type", "optimum"])
def test_unknown_choices_are_refused(operator, option, value):
    """A wrong ``method``, ``opt_type`` or ``optimum`` is named, together with the values there are."""
    with pytest.raises(eb.OptionError, match=f"{option} is .*expected '\\w+' or '\\w+'") as caught:
        operator(conflict(), **{option: value})
    assert (caught.value.option, caught.value.value) == (option, value)


CLASSICAL = pytest.mark.parametrize(
    ("operator", "arguments"),
    [
        (eb.revise, ["p & q & r", "(~p & ~q) | ~r"]),
        (eb.contract, ["p & q & r", "(p | q) & r"]),
        (eb.merge, [["p", "p", "~p"]]),
        (eb.extrapolate, [["p & q & r", "(~p & ~q) | ~r"]]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)


@EVERY_OPERATOR
def test_the_optimum_has_two_names(operator):
    """``optimum`` is ``opt_type``; both may be given when they say the same, and contradicting each other is an error."""
    G = eb.star_graph(3)
    for leaf, formula in enumerate(["p", "p", "~p"], 1):
        G.add_formula(leaf, formula)
    expected = {optimum: graph_of(operator(G, opt_type=optimum)).formulas(0) for optimum in oracle.OPTIMA}
    assert expected == {"inclusion": set(), "cardinality": {p}}
    assert graph_of(operator(G)).formulas(0) == set()
    for optimum in oracle.OPTIMA:
        for also in ({}, {"opt_type": optimum}, {"opt_type": None}):
            assert graph_of(operator(G, optimum=optimum, **also)).formulas(0) == expected[optimum]
    with pytest.raises(eb.OptionError, match="optimum is 'cardinality'; expected 'inclusion', as opt_type is") as caught:
        operator(G, opt_type=eb.INCLUSION, optimum=eb.CARDINALITY)
    assert caught.value.option == "optimum"


@CLASSICAL
def test_the_optimum_of_classical_operators_has_two_names(operator, arguments):
    """So it has for the classical operators, called themselves or by way of ``outcomes``."""
    by_size = list(eb.outcomes(operator, *arguments, opt_type=eb.CARDINALITY))
    assert list(eb.outcomes(operator, *arguments, optimum=eb.CARDINALITY)) == by_size
    assert operator(*arguments, optimum=eb.CARDINALITY) == operator(*arguments, opt_type=eb.CARDINALITY)
    assert operator(*arguments, optimum=eb.CARDINALITY) != operator(*arguments)
    for function in (operator, lambda *these, **options: eb.outcomes(operator, *these, **options)):
        with pytest.raises(eb.OptionError, match="both are names of one option"):
            function(*arguments, opt_type=eb.CARDINALITY, optimum=eb.INCLUSION)


@EVERY_OPERATOR
def test_unknown_options_are_refused(operator):
    """The error for an option that an operator does not have names the operator that was called."""
    with pytest.raises(TypeError, match=rf"^{operator.__name__}\(\) got an unexpected keyword argument 'opt_typ'"):
        operator(conflict(), opt_typ=eb.INCLUSION)


@CLASSICAL
def test_unknown_options_of_classical_operators_are_refused(operator, arguments):
    """So does that of a classical operator, called itself or by way of ``outcomes``; the option meant is suggested."""
    message = rf"^{operator.__name__}\(\) got an unexpected keyword argument 'opt_typ' \(did you mean 'opt_type'\?\)$"
    with pytest.raises(TypeError, match=message):
        operator(*arguments, opt_typ=eb.INCLUSION)
    with pytest.raises(TypeError, match=message):
        eb.outcomes(operator, *arguments, opt_typ=eb.INCLUSION)


@pytest.mark.parametrize(
    ("operator", "arguments", "name"),
    [
        (eb.revise, ("p", None), "alpha"),
        (eb.revise, (None, "p"), "K"),
        (eb.contract, (None, "p"), "K"),
        (eb.contract, ("p", None), "alpha"),
        (eb.contract, ("p", ["q", None]), "alpha 2"),
        (eb.merge, (["p", None],), "source 2"),
        (eb.extrapolate, ([None, "p"],), "observation 1"),
    ],
)
def test_nothing_is_no_formula(operator, arguments, name):
    """``None`` leaves out an option; where a formula is asked for it is refused, and it is said where."""
    with pytest.raises(eb.NotAFormulaError, match=f"in {name}: .*NoneType"):
        operator(*arguments)


@ITERATED
@pytest.mark.parametrize("steps", [-1, 1.0, 1.5, "2", None, True])
def test_steps_must_be_a_count(operator, steps):
    """``steps`` is an integer of at least 0."""
    with pytest.raises(eb.OptionError, match=r"steps is .* at least 0"):
        operator(conflict(), steps=steps)


@EVERY_OPERATOR
@pytest.mark.parametrize("limit", [0, -1, -0.5, math.nan, "10", True, [1]])
def test_time_limit_must_be_a_number_of_seconds(operator, limit):
    """``time_limit`` is a positive number of seconds."""
    with pytest.raises(eb.OptionError, match="time_limit"):
        operator(conflict(), time_limit=limit)


@EVERY_OPERATOR
@pytest.mark.parametrize("option", ["executor", "progress"])
def test_executor_and_progress_must_be_able_to_serve(operator, option):
    """An ``executor`` that cannot execute, or a ``progress`` that cannot be called, is refused."""
    with pytest.raises(eb.OptionError, match=option):
        operator(conflict(), **{option: "yes"})


@EVERY_OPERATOR
def test_only_scenarios_are_accepted(operator):
    """Something that is not an EquibelGraph is refused in the package's own words."""
    with pytest.raises(eb.EquibelError, match="EquibelGraph"):
        operator("graph")


@EVERY_OPTION
@EVERY_OPERATOR
def test_a_time_limit_that_is_over_stops(operator, options):
    """When the time is over the operator stops with an error that says so."""
    G = eb.path_graph(30)
    G.add_formula(0, "a & b & c & d")
    G.add_formula(29, "(~a | ~b) & (~c | ~d) & (a ^ b ^ c ^ d)")
    with pytest.raises(eb.TimeLimitExceeded):
        operator(G, time_limit=1e-9, **options)


@EVERY_OPERATOR
def test_progress_is_told(operator):
    """``progress`` is called with what is done and what there is to do, in order."""
    seen = []
    R = operator(conflict(), progress=lambda done, total, what: seen.append((done, total, what)))
    assert graph_of(R) == graph_of(operator(conflict()))
    assert seen
    assert all(0 <= done <= total and isinstance(what, str) for done, total, what in seen)


@EVERY_OPTION
@EVERY_OPERATOR
def test_an_executor_gives_the_same_answer(operator, options):
    """Work handed to an executor has the same answers as work done here."""
    G = conflict()
    with ThreadPoolExecutor(2) as executor:
        elsewhere = operator(G, executor=executor, **options)
    assert elsewhere == operator(G, **options)


def test_other_processes_give_the_same_answers():
    """Work may also be handed to other processes."""
    G = conflict()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")) as executor:
        for operator in ONCE.values():
            assert operator(G, executor=executor) == operator(G)


@EVERY_OPTION
@EVERY_OPERATOR
def test_names_cannot_become_rules(operator, options):
    """Nodes and atoms may have any name, also one that looks like a logic program or means something to sympy."""
    G = eb.EquibelGraph()
    names = ["p). q(1", "#const x=1.", 'he said "no"\n%', "not", "", -1]
    G.add_edges_from(itertools.pairwise(names))
    G.add_formula(names[0], "S & I & ~E & lambda & _x & 1")
    G.add_formula(names[1], "N | Q | O | pi")
    R = graph_of(operator(G, **options))
    assert R.equivalent(names[0], "S & I & ~E & lambda & _x & 1 & (N | Q | O | pi)")
    assert list(R) == names
