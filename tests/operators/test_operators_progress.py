"""What operators report while they work: groups, nodes and rounds, in order and to the end."""

import itertools
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from answers import FIXPOINT, METHODS, ONCE
from executors import AtOnce
from hypothesis import given
from hypothesis import strategies as st
from strategies import cases

import equibel as eb
from equibel.workspace import OPERATORS, Operation, evaluate, parse_workspace

ITERATED = pytest.mark.parametrize("name", FIXPOINT)


class Listener:
    """Keeps what is reported, and checks that it fits together as it comes."""

    def __init__(self):
        self.reports = []

    def __call__(self, done, total, what):
        assert type(done) is int
        assert type(total) is int
        assert 1 <= done <= total
        assert what in ("groups", "nodes", "rounds")
        self.reports.append((done, total, what))

    def of(self, kind):
        return [(done, total) for done, total, what in self.reports if what == kind]


def counts(total):
    """The reports of something that is done one by one."""
    return [(done, total) for done in range(1, total + 1)]


def conflict():
    """A path that is not settled in one step, a node that hears nobody, and another part."""
    G = eb.path_graph(6)
    G.add_formula(0, "p & (q | r)")
    G.add_formula(5, "~p & ~q")
    G.add_node("alone")
    G.add_edge("left", "right")
    G.add_formula("left", "s & p")
    return G


def linked():
    """How many nodes of `conflict` have a neighbour."""
    return 8


@pytest.mark.parametrize("method", METHODS)
def test_groups(method):
    """The global completion counts the groups it falls into: here p alone at either end, q with r, and s."""
    heard = Listener()
    eb.global_completion(conflict(), method, progress=heard)
    total = len(heard.of("groups"))
    assert total >= 2
    assert heard.reports == [(*each, "groups") for each in counts(total)]


def test_a_group_for_every_atom():
    """Atoms that no formula links are groups of their own."""
    G = eb.path_graph(3)
    G.add_formula(0, "p & q & r")
    heard = Listener()
    eb.global_completion(G, progress=heard)
    assert heard.of("groups") == counts(3)


def check_rounds(heard, rounds, nodes):
    """Each round counts its nodes, and then itself."""
    assert heard.of("nodes") == rounds * counts(nodes)
    kinds = [kind for kind, _ in itertools.groupby(what for _, _, what in heard.reports)]
    assert kinds == rounds * ["nodes", "rounds"]


@ITERATED
@pytest.mark.parametrize("steps", [1, 2])
def test_nodes_and_rounds(name, steps):
    """An iteration counts the nodes in each step, those that have a neighbour, and the steps."""
    G = eb.path_graph(9)
    G.add_node("alone")
    G.add_formula(0, "p")
    heard = Listener()
    ONCE[name](G, steps=steps, progress=heard)
    if name == "simple":  # the others need one step only, and a second one to notice
        assert heard.of("rounds") == counts(steps)
    check_rounds(heard, steps, 9)


@ITERATED
def test_rounds_that_are_not_needed(name):
    """When a step changes nothing, the steps left count as done."""
    heard = Listener()
    ONCE[name](conflict(), steps=1000, progress=heard)
    *before, last = heard.of("rounds")
    assert last == (1000, 1000)
    assert before == counts(1000)[: len(before)]
    assert len(before) < 6


@ITERATED
@pytest.mark.parametrize("options", [{}, {"opt_type": eb.CARDINALITY, "method": eb.SYNTACTIC}])
def test_rounds_to_a_fixpoint(name, options):
    """How many rounds there will be is not known: always one more than are done, until there are no more."""
    heard = Listener()
    _, n = FIXPOINT[name](conflict(), progress=heard, **options)
    assert heard.of("rounds") == [*((done, done + 1) for done in range(1, n)), (n, n)]
    check_rounds(heard, n, linked())


@given(cases(), st.sampled_from(sorted(FIXPOINT)))
def test_reports_are_in_order_and_complete(case, name):
    """On any scenario what is done grows by one, up to the total; and somebody who listens changes nothing."""
    G = case.graph()
    heard = Listener()
    answer = FIXPOINT[name](G, progress=heard)
    assert answer == FIXPOINT[name](G)
    nodes = sum(1 for v in G if set(G[v]) - {v})
    assert heard.of("nodes") == answer[1] * counts(nodes)
    assert heard.of("rounds")[-1] == (answer[1], answer[1])
    heard = Listener()
    eb.global_completion(G, progress=heard)
    assert heard.of("groups") == counts(len(heard.reports))


@pytest.mark.parametrize("steps", [0, 3])
def test_nothing_to_do(steps):
    """Without steps there is nothing to report; without nodes the rounds are over with the first."""
    heard = Listener()
    eb.iterate_simple(eb.EquibelGraph(), steps=steps, progress=heard)
    assert heard.reports == ([(3, 3, "rounds")] if steps else [])
    heard = Listener()
    eb.global_completion(eb.EquibelGraph(), progress=heard)
    assert heard.reports == []


@pytest.mark.parametrize(
    "make",
    [
        AtOnce,
        lambda: ThreadPoolExecutor(2),
        lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")),
    ],
    ids=["at once", "threads", "processes"],
)
@pytest.mark.parametrize("operator", [*ONCE.values(), *FIXPOINT.values()], ids=lambda f: f.__name__)
def test_executors_report_the_same(make, operator):
    """Where the work is done makes no difference to what is reported."""
    here, there = Listener(), Listener()
    operator(conflict(), progress=here)
    with make() as executor:
        operator(conflict(), progress=there, executor=executor)
    assert there.reports == here.reports


@pytest.mark.parametrize("limits", [{"time_limit": 600}, {"cancel": threading.Event()}])
def test_reports_under_limits_are_the_same(limits):
    """Limits make no difference either."""
    for operator in (eb.global_completion, eb.iterate_simple_fixpoint):
        here, there = Listener(), Listener()
        operator(conflict(), progress=here)
        operator(conflict(), progress=there, **limits)
        assert there.reports == here.reports


class EnoughError(Exception):
    pass


@pytest.mark.parametrize("limits", [{}, {"time_limit": 600}])
@pytest.mark.parametrize("make", [lambda: None, lambda: ThreadPoolExecutor(2)], ids=["here", "threads"])
@pytest.mark.parametrize("operator", [*ONCE.values(), *FIXPOINT.values()], ids=lambda f: f.__name__)
def test_errors_of_the_listener_end_the_computation(make, operator, limits):
    """What the listener raises is raised, as it is."""
    executor = make()
    calls = []

    def progress(done, total, what):
        calls.append(what)
        raise EnoughError

    with pytest.raises(EnoughError):
        operator(conflict(), progress=progress, executor=executor, **limits)
    assert len(calls) == 1
    if executor is not None:
        executor.shutdown()


@pytest.mark.parametrize("operator", OPERATORS)
def test_operations_and_workspaces_pass_it_on(operator):
    """An operation reports what its operator does; for the results of a workspace their names come first."""
    heard, labelled = Listener(), []
    Operation(operator).apply(conflict(), progress=heard)
    ws = parse_workspace(f"""
        [graphs.g]
        path = 3
        formulas = {{0 = "p", 2 = "~p"}}
        [results.a]
        of = "g"
        operator = "{operator}"
        [results.b]
        of = "a"
        operator = "{operator}"
    """)
    evaluate(ws, progress=lambda *report: labelled.append(report))
    assert {what for _, _, what in heard.reports} == ({"groups"} if operator == "global" else {"nodes", "rounds"})
    assert list(dict.fromkeys(what.partition(": ")[0] for _, _, what in labelled)) == ["a", "b"]
    assert {what.partition(": ")[2] for _, _, what in labelled} == {what for _, _, what in heard.reports}


@pytest.mark.parametrize("operator", OPERATORS)
def test_operations_and_workspaces_can_be_cancelled(operator):
    """They also pass on the event by which somebody says stop."""
    event = threading.Event()
    event.set()
    with pytest.raises(eb.Cancelled):
        Operation(operator).apply(conflict(), cancel=event)
    ws = parse_workspace(f'[graphs.g]\npath = 3\n[results.r]\nof = "g"\noperator = "{operator}"')
    with pytest.raises(eb.Cancelled, match=r"^result 'r': "):
        evaluate(ws, cancel=event)
