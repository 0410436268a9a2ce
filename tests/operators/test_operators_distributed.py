"""Operators on Dask: the same answers from separate processes, also when one of them is killed in the middle."""

import os
import signal
import time
from itertools import pairwise

import pytest
from answers import FIXPOINT, METHODS, ONCE
from distributed import Client, LocalCluster
from distributed.diagnostics.plugin import SchedulerPlugin
from long_work import planted, quarrel, soon, stops
from plans import planned

import equibel as eb
import equibel.solving.cluster


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own; when one ends, another takes its place."""
    with LocalCluster(
        processes=True, n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=60
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def client(cluster):
    with Client(cluster) as client:
        yield client


@pytest.fixture
def executor(client):
    with client.get_executor() as executor:
        yield executor


def network():
    """Conflicts at several places, several parts, and an isolated node."""
    G = eb.grid_2d_graph(2, 3)
    G.add_formula(0, "p & (q | r)")
    G.add_formula(2, "~p & (q -> r)")
    G.add_formula(5, "(p = ~q) & ~r")
    G.add_edges_from([("left", "middle"), ("middle", "right")])
    G.add_formula("left", "p & q & s")
    G.add_formula("right", "~p | ~q")
    G.add_node("alone")
    G.add_formula("alone", "s -> p")
    return G


@pytest.mark.parametrize(
    "operator",
    [
        eb.global_completion,
        *(pytest.param(operator, marks=pytest.mark.process) for name, operator in ONCE.items() if name != "global"),
        *(pytest.param(operator, marks=pytest.mark.slow) for operator in FIXPOINT.values()),
    ],
    ids=lambda operator: operator.__name__,
)
def test_the_same_answers(executor, operator):
    """Every operator gives the same answer, spelled the same, as without executor."""
    for method, optimum in zip(METHODS, (eb.INCLUSION, eb.CARDINALITY), strict=True):
        options = {"method": method, "opt_type": optimum, "simplify": True}
        there, here = (operator(network(), **options, **where) for where in ({"executor": executor}, {}))
        if isinstance(here, tuple):
            assert there[1] == here[1]
            there, here = there[0], here[0]
        assert there.formulas() == here.formulas()
        assert there == here


@pytest.mark.process
def test_many_nodes(executor):
    """Chunks of many nodes come together in the right order, and what is reported is the same."""
    G = eb.barabasi_albert_graph(500, 2, seed=1)
    for node in G:
        G.add_formula(node, ["p | q", "~p | r", "q & ~r", "p = r", "True"][node % 5])
    there, here = [], []
    far = eb.iterate_simple(G, steps=2, executor=executor, progress=lambda *report: there.append(report))
    near = eb.iterate_simple(G, steps=2, progress=lambda *report: here.append(report))
    assert far.formulas() == near.formulas()
    assert there == here


def workers(client):
    """The numbers of the workers' processes."""
    return set(client.run(os.getpid).values())


def laborious():
    """Nodes each of which takes a good moment, and whose neighbourhoods are all different."""
    G = eb.cycle_graph(24)
    for node in G:
        G.add_formula(node, planted(13, node, 1))
    return G


@pytest.mark.process
def test_a_worker_that_is_killed(client, executor):
    """When a worker is killed in the middle, others do its work again, and the answer is right."""
    G = laborious()
    before = workers(client)
    assert len(before) == 2
    assert os.getpid() not in before
    seen = []

    def progress(done, total, what):
        seen.append((done, what))
        if (done, what) == (3, "nodes"):
            os.kill(min(before), signal.SIGKILL)

    R = eb.iterate_simple(G, executor=executor, progress=progress)
    assert R.formulas() == eb.iterate_simple(G).formulas()
    assert [done for done, what in seen if what == "nodes"] == list(range(1, 25))
    client.wait_for_workers(2, timeout=30)
    after = workers(client)
    assert min(before) not in after
    assert len(after) == 2


class Begun(SchedulerPlugin):
    """How many parts of networks workers have begun with."""

    def __init__(self):
        self.parts = 0

    def transition(self, key, start, finish, *args, **kwargs):
        self.parts += key.startswith("begun-") and (start, finish) == ("processing", "memory")


@pytest.mark.process
@pytest.mark.parametrize("moment", [(2000, "nodes"), (1, "rounds")])
def test_a_worker_that_is_killed_with_its_parts(cluster, client, moment):
    """Parts of a network that the killed worker kept are computed again, and no others; the answer is the same."""
    G = eb.barabasi_albert_graph(4000, 3, seed=1)
    for node in range(0, 4000, 3):
        G.add_formula(node, ["p", "~p", "q", "~q", "p | q", "~r | p", "r"][node % 7])
    client.wait_for_workers(2, timeout=60)
    before, begun = workers(client), Begun()
    living = set(before)
    cluster.scheduler.add_plugin(begun, name="begun")

    def progress(done, total, what):
        if (done, what) == moment and living == before:
            victim = min(before)
            living.remove(victim)
            os.kill(victim, signal.SIGKILL)

    with planned(smallest_part=100, largest_part=200):
        R = eb.iterate_simple(G, steps=3, executor=client, progress=progress)
    cluster.scheduler.remove_plugin("begun")
    assert eb.iterate_simple(G, steps=3) == R
    assert len(living) == 1
    assert 23 < begun.parts <= 1.6 * 23
    client.wait_for_workers(2, timeout=60)


@pytest.mark.process
def test_a_worker_that_is_killed_with_its_groups(client):
    """The same for independent groups of a completion."""
    G = eb.EquibelGraph()
    for number in range(40):
        G.add_edges_from(pairwise((number, place) for place in range(3)))
        G.add_formula((number, 0), planted(12, number, 1))
        G.add_formula((number, 2), planted(12, number + 100, 1))
    client.wait_for_workers(2, timeout=60)
    victim = min(workers(client))

    def progress(done, total, what):
        if done == 5:
            os.kill(victim, signal.SIGKILL)

    assert eb.global_completion(G, executor=client, progress=progress) == eb.global_completion(G)
    client.wait_for_workers(2, timeout=60)


@pytest.mark.process
def test_workers_that_do_not_come_back(monkeypatch):
    """When all workers have ended and none comes, that is an error of the package."""
    monkeypatch.setattr(equibel.solving.cluster, "_PATIENCE", 1)
    G = laborious()
    with (
        planned(smallest_part=2, largest_part=5),
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=60) as cluster,
        Client(cluster) as client,
    ):

        def progress(done, total, what):
            if done == 1:
                cluster.scale(0)

        with pytest.raises(eb.ExecutorError, match="all workers"):
            eb.iterate_simple(G, executor=client, progress=progress)


def idle(client, seconds=10):
    """Whether all workers have nothing to do, soon."""
    for _ in range(10 * seconds):
        if not any(client.run(lambda dask_worker: dask_worker.state.executing_count).values()):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.process
def test_time_limits(client, executor):
    """When the time is over the operator ends, and so does the work of the workers, although nobody can reach it."""
    with stops(eb.TimeLimitExceeded, after=1.5):
        eb.iterate_simple(quarrel(), executor=executor, time_limit=1.5)
    assert idle(client)


@pytest.mark.process
def test_cancelling(client, executor):
    """The same when it is cancelled."""
    with soon(1.5) as event, stops(eb.Cancelled, after=1.5):
        eb.iterate_simple(quarrel(), executor=executor, cancel=event)
    assert idle(client)


@pytest.mark.process
def test_errors(executor):
    """Errors are those of the package, and the cluster remains of use."""
    G = network()
    G.add_formula("right", "p & q")
    with pytest.raises(eb.InconsistentFormulaError) as caught:
        eb.iterate_expanding(G, executor=executor)
    assert caught.value.node == "right"
    assert eb.iterate_expanding(network(), executor=executor) == eb.iterate_expanding(network())


@pytest.mark.process
def test_work_that_ends_every_worker(cluster, client, monkeypatch):
    """When work ends worker after worker, it is given up, with an error of the package."""
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 1)  # workers take seconds to start
    with client.get_executor() as executor, pytest.raises(eb.ExecutorError, match="KilledWorker"):
        eb.iterate_expanding(network(), executor=Deadly(executor))
    client.wait_for_workers(2, timeout=60)  # a cluster must not be closed while it starts workers


class Deadly:
    """Whatever is submitted, it ends the process that does it."""

    def __init__(self, executor):
        self.executor = executor

    def submit(self, fn, /, *args):
        return self.executor.submit(os._exit, 1)
