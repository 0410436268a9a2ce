"""Time limits, cancelling and Ctrl-C end an operator soon, wherever it is, and say what is known by then."""

import contextlib
import functools
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import oracle
import pytest
from answers import FIXPOINT, METHODS, ONCE
from long_work import crowd, left_behind_ends, planted, pressed, quarrel, soon, stops

import equibel as eb
from equibel.graph import beliefs as beliefs_module
from equibel.solving import limits as limits_module

OPTIONS = [{"method": method, "opt_type": optimum} for method in METHODS for optimum in oracle.OPTIMA]
EVERY_OPTION = pytest.mark.parametrize(
    "options",
    [pytest.param(options, marks=[pytest.mark.slow] * (n > 0)) for n, options in enumerate(OPTIONS)],
    ids=lambda options: "-".join(options.values()),
)


def unread(text):
    """Two nodes, one with a long belief that has not been read yet, as after reading a graph by networkx."""
    G = eb.path_graph(2)
    G.nodes[0]["formulas"] = text
    return G


@functools.cache
def long_text():
    return unread(planted(5000, 1, 6))


@functools.cache
def many_facts():
    G = eb.complete_graph(120)
    for node in G:
        G.add_formula(node, planted(20, node, 0.5))
    return G


@functools.cache
def many_nodes(n=150_000):
    G = eb.path_graph(n)
    G.add_formula(0, "p & q & r")
    G.add_formula(n - 1, "~p & ~q & ~r")
    return G


@functools.cache
def hub():
    G = eb.star_graph(1500)
    for node in G:
        G.add_formula(node, planted(6, node, 1))
    return G


@functools.cache
def long_chain():
    """A long belief that is easily satisfied, and its like without its consequences."""
    G = eb.path_graph(3)
    G.add_formula(0, " & ".join(f"(y{i} -> y{i + 1} | z{i})" for i in range(20_000)))
    G.add_formula(2, " & ".join(f"(y{i} -> y{i + 1} | w{i})" for i in range(20_000)) + " & y0 & ~y9 & ~y19999")
    return G


@functools.cache
def tangle():
    """A belief whose decision diagram is large."""
    G = eb.path_graph(2)
    G.add_formula(0, planted(100, 7, 2.5))
    return G


#: What takes long, and after how many seconds it is stopped.
LONG = {
    "global, dense conflict": (quarrel, eb.global_completion, {}, (0.4, 1, 3)),
    "global, dense conflict, by size": (quarrel, eb.global_completion, {"opt_type": eb.CARDINALITY}, (0.4, 1, 3)),
    "global, dense conflict, translated": (quarrel, eb.global_completion, {"method": eb.SYNTACTIC}, (0.4, 1, 3)),
    "global, dense conflict of three": (lambda: quarrel(nodes=3), eb.global_completion, {}, (0.4, 1, 3)),
    "global, many conflicts": (crowd, eb.global_completion, {}, (0.4, 1, 3)),
    "global, many conflicts, translated": (crowd, eb.global_completion, {"method": eb.SYNTACTIC}, (0.4, 1, 3)),
    "global, many facts": (many_facts, eb.global_completion, {}, (0.8, 0.3, 1.4, 2)),
    "global, many facts, by size": (many_facts, eb.global_completion, {"opt_type": eb.CARDINALITY}, (0.8, 0.3, 1.4, 2)),
    "global, many nodes": (many_nodes, eb.global_completion, {"simplify": True}, (0.3, 0.2, 0.5)),
    "global, long formulas": (long_chain, eb.global_completion, {}, (0.3, 0.6, 1, 1.5, 2)),
    "global, long text": (long_text, eb.global_completion, {}, (0.3, 0.6, 1)),
    "global, simplified": (tangle, eb.global_completion, {"simplify": True}, (0.2, 0.3)),
    "simple, many nodes": (many_nodes, eb.iterate_simple_fixpoint, {}, (0.3, 1.2)),
    "simple, large star": (hub, eb.iterate_simple_fixpoint, {}, (0.3, 0.6)),
    "simple, large star, by size": (hub, eb.iterate_simple_fixpoint, {"opt_type": eb.CARDINALITY}, (0.3, 0.6)),
    "ring, many nodes": (lambda: many_nodes(30_000), eb.iterate_ring, {}, (0.3, 1.2)),
    "expanding, many nodes": (lambda: many_nodes(3000), eb.iterate_expanding, {}, (0.3, 1.2)),
    "augmenting, many nodes": (lambda: many_nodes(20_000), eb.iterate_augmenting, {}, (0.3, 1.2)),
    "augmenting, many conflicts": (crowd, eb.iterate_augmenting_fixpoint, {}, (0.4, 1.5)),
}
EVERY_DAY = {
    "global, dense conflict",
    "global, many conflicts",
    "global, long formulas",
    "global, simplified",
    "simple, large star",
    "ring, many nodes",
    "augmenting, many conflicts",
}
CASES = [
    pytest.param(*case[:3], case[3][0], id=name, marks=[pytest.mark.slow] * (name not in EVERY_DAY))
    for name, case in LONG.items()
]
MOMENTS = [
    pytest.param(*case[:3], limit, id=f"{name}, {limit} s", marks=pytest.mark.slow)
    for name, case in LONG.items()
    for limit in case[3][1:]
]


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch):
    """Formulas that other tests have read are not remembered."""
    monkeypatch.setattr(beliefs_module, "_memo", beliefs_module._Memo())


@pytest.mark.parametrize(("make", "operator", "options", "limit"), [*CASES, *MOMENTS])
def test_time_limits(make, operator, options, limit):
    """When the time is over the operator ends, wherever it is, with the limit in its error."""
    G = make()
    with stops(eb.TimeLimitExceeded, after=limit) as caught:
        operator(G, time_limit=limit, **options)
    assert caught.value.seconds == limit
    assert set(caught.value.completed) <= set(G)


@pytest.mark.parametrize(("make", "operator", "options", "moment"), [*CASES[::4], *MOMENTS])
def test_cancelling(make, operator, options, moment):
    """An event that is set in another thread ends the operator just as soon."""
    G = make()
    with soon(moment) as event, stops(eb.Cancelled, after=moment):
        operator(G, cancel=event, **options)


def test_limits_that_are_not_reached():
    """With time and events to spare nothing is different."""
    G = eb.petersen_graph()
    G.add_formula(0, "p & (q | r)")
    G.add_formula(4, "~p & (q -> ~r)")
    for operator in (*ONCE.values(), *FIXPOINT.values()):
        assert operator(G, time_limit=600, cancel=threading.Event()) == operator(G)


def test_one_limit_for_all_steps():
    """The time limit is for the whole call, not for each step."""
    with stops(eb.TimeLimitExceeded, after=0.5) as caught:
        eb.iterate_simple(slow_gossip(), steps=10**6, time_limit=0.5)
    assert caught.value.rounds > 1


def slow_gossip():
    """Something is learned in very many steps, each of which is quick."""
    G = eb.path_graph(3000)
    G.add_formula(0, "p")
    return G


# In executors --------------------------------------------------------------------------------------------------------


def processes(method):
    return lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method))


POOLS = {"threads": lambda: ThreadPoolExecutor(2), "fork": processes("fork")}
EVERY_POOL = pytest.mark.parametrize("make", POOLS.values(), ids=POOLS)
IN_POOLS = pytest.mark.parametrize(
    ("work", "operator"),
    [
        pytest.param(quarrel, eb.global_completion, id="global"),
        pytest.param(quarrel, eb.iterate_simple, id="simple", marks=pytest.mark.slow),
        pytest.param(crowd, eb.iterate_augmenting_fixpoint, id="augmenting"),
    ],
)


def check_limits(make, work, operator, after):
    G = work()
    with stops(eb.TimeLimitExceeded, after=after), make() as executor:
        operator(G, executor=executor, time_limit=after)
    with soon(after) as event, stops(eb.Cancelled, after=after), make() as executor:
        operator(G, executor=executor, cancel=event)


@pytest.mark.process
@EVERY_POOL
@IN_POOLS
def test_limits_in_executors(make, work, operator):
    """Workers end as well, whether time is over or the work is cancelled: the pool can be shut down soon after."""
    check_limits(make, work, operator, 0.6)


@pytest.mark.slow
@IN_POOLS
def test_limits_in_processes_that_start_slowly(work, operator):
    """The same for processes that share nothing with this one, once they are at work."""
    check_limits(processes("forkserver"), work, operator, 4)


# Ctrl-C --------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def interrupted(after):
    """The block ends with what Ctrl-C raises, after so many seconds."""
    with stops(KeyboardInterrupt, after=after), pressed(after):
        yield


@pytest.mark.parametrize("make", [contextlib.nullcontext, *POOLS.values()], ids=["here", *POOLS])
@pytest.mark.parametrize("options", [{"time_limit": 60}, {"cancel": threading.Event()}], ids=["limit", "event"])
def test_interrupting(make, options):
    """Ctrl-C ends the operator in the thread that called it, and the work with it, wherever that is done."""
    G = quarrel()
    with make() as executor, interrupted(0.5):
        eb.global_completion(G, executor=executor, **options)


@EVERY_POOL
def test_interrupting_without_limits(make):
    """The same when there is neither a time limit nor an event."""
    G = quarrel()
    with make() as executor, interrupted(0.5):
        eb.iterate_simple(G, executor=executor)


# What is known by then -----------------------------------------------------------------------------------------------


def with_quarrel():
    """A few nodes that agree easily, and two elsewhere that do not."""
    G = eb.path_graph(5)
    for v in G:
        G.add_formula(v, "p" if v % 2 else "~p | q")
    G.add_node("alone")
    G.add_edge("one", "other")
    G.add_formula("one", planted(90, 0))
    G.add_formula("other", planted(90, 1))
    return G


@EVERY_OPTION
def test_complete_nodes_of_the_global_completion(options):
    """The error lists the nodes whose answers are complete: those that take no part in what takes long."""
    with stops(eb.TimeLimitExceeded, after=1) as caught:
        eb.global_completion(with_quarrel(), time_limit=1, **options)
    assert set(caught.value.completed) == {0, 1, 2, 3, 4, "alone"}
    assert caught.value.rounds == 0


@pytest.mark.parametrize("name", FIXPOINT)
@EVERY_OPTION
def test_complete_nodes_of_a_step(name, options):
    """The same for a step of an iteration."""
    with stops(eb.TimeLimitExceeded, after=1) as caught:
        ONCE[name](with_quarrel(), time_limit=1, **options)
    assert set(caught.value.completed) == {0, 1, 2, 3, 4, "alone"}
    assert caught.value.rounds == 0


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name != "simple")) for name in ONCE])
def test_complete_nodes_when_the_work_does_not_look(monkeypatch, name):
    """They are listed as well when the work does not notice that time is over and is left behind."""
    look = limits_module.Limits.check

    def look_from_outside(limits):
        if limits._abandoned or threading.current_thread() is threading.main_thread():
            look(limits)

    monkeypatch.setattr(limits_module.Limits, "check", look_from_outside)
    with stops(eb.TimeLimitExceeded, after=1) as caught:
        ONCE[name](with_quarrel(), time_limit=1)
    assert set(caught.value.completed) == {0, 1, 2, 3, 4, "alone"}


class Clock:
    """The clock that limits look at, set by hand."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.mark.parametrize(
    "operator", [eb.iterate_simple_fixpoint, functools.partial(eb.iterate_simple, steps=9)], ids=["fixpoint", "steps"]
)
@pytest.mark.parametrize("rounds", [0, 1, 3])
@pytest.mark.parametrize("nodes", [1, 4])
def test_complete_rounds_of_an_iteration(monkeypatch, operator, rounds, nodes):
    """The error says how many rounds are complete, and lists the nodes that are in the next one."""
    clock = Clock()
    monkeypatch.setattr(limits_module, "time", clock)
    seen = []

    def progress(done, total, what):
        seen.append((done, what))
        if (done, what) == (nodes, "nodes") and len([each for each in seen if each[1] == "rounds"]) == rounds:
            clock.now += 100

    G = eb.path_graph(8)
    G.add_node("alone")
    G.add_formula(0, "p")
    with pytest.raises(eb.TimeLimitExceeded) as caught:
        operator(G, progress=progress, time_limit=50)
    assert caught.value.rounds == rounds
    alone, *others = caught.value.completed
    assert alone == "alone"
    assert len(set(others)) == len(others) >= nodes


def test_everything_is_complete_before_it_is_written_down(monkeypatch):
    """When only the simplification of the answers is missing, all nodes are complete, after all rounds."""
    clock = Clock()
    monkeypatch.setattr(limits_module, "time", clock)

    def progress(done, total, what):
        if (done, what) == (2, "rounds"):
            clock.now += 100

    G = eb.path_graph(8)
    G.add_formula(0, "p")
    with pytest.raises(eb.TimeLimitExceeded) as caught:
        eb.iterate_simple(G, steps=2, progress=progress, time_limit=50)
    assert (caught.value.rounds, sorted(caught.value.completed)) == (2, list(range(8)))


def test_nothing_is_left_behind():
    """After all this no thread is at work."""
    left_behind_ends()
