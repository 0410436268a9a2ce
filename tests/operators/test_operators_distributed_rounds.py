"""Simple steps in parts that workers of a Dask cluster keep: the answers of one process, and little that is sent."""

import pickle
import threading

import networkx as nx
import oracle
import pytest
from distributed import Client
from hypothesis import given
from hypothesis import strategies as st
from long_work import planted
from plans import planned
from strategies import cases

import equibel as eb
from equibel.operators.network_part import News, Start
from equibel.solving import Limits, equivalent
from equibel.solving.cluster import Cluster

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
TEXTS = ["p", "~p", "q", "~q", "r", "~r", "p | q", "~r | s", "p -> s", "p ^ s"]
SMALL = {"smallest_part": 2, "largest_part": 3}  # so that small networks have parts


@pytest.fixture(scope="module")
def client():
    """Two workers, which are threads of this process."""
    with Client(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=60
    ) as client:
        yield client


def network(graph, every=2):
    """A scenario in which one of so many nodes believes something."""
    G = eb.EquibelGraph(graph)
    for number, node in enumerate(G):
        if number % every == 0:
            G.add_formula(node, TEXTS[number // every * 7 % 10])
    return G


def hub():
    """A network with hubs, in which most nodes hear of most beliefs."""
    return network(nx.barabasi_albert_graph(600, 3, seed=5))


class Watched:
    """What is sent to parts, while parts have at most so many nodes."""

    def __init__(self, monkeypatch):
        self.starts, self.news = [], []
        keep = Cluster.keep

        def kept(cluster, function, *args, place=None):
            for message in args:
                if isinstance(message, bytes):
                    found = pickle.loads(message)
                    (self.starts if isinstance(found, Start) else self.news).append((found, len(message)))
                    assert isinstance(found, Start | News)
            return keep(cluster, function, *args, place=place)

        monkeypatch.setattr(Cluster, "keep", kept)


@pytest.fixture
def watched(monkeypatch):
    return Watched(monkeypatch)


# Answers ------------------------------------------------------------------------------------------------------------


@OPTIMA
@pytest.mark.parametrize(
    "kind",
    [pytest.param("hubs", marks=pytest.mark.slow), "small world", "grid", pytest.param("tree", marks=pytest.mark.slow)],
)
def test_the_same_answers(client, watched, kind, optimum):
    """Formulas are spelled as without a cluster, progress is the same, and so is the number of steps to a fixpoint."""
    G = {
        "hubs": hub,
        "small world": lambda: network(nx.watts_strogatz_graph(300, 6, 0.1, seed=1), 3),
        "grid": lambda: network(nx.grid_2d_graph(15, 20), 5),  # nodes are pairs
        "tree": lambda: network(nx.random_labeled_tree(300, seed=2), 5),
    }[kind]()
    there, here = [], []
    with planned(smallest_part=10, largest_part=50):
        far = eb.iterate_simple(G, steps=3, optimum=optimum, executor=client, progress=lambda *report: there.append(report))
        near = eb.iterate_simple(G, steps=3, optimum=optimum, progress=lambda *report: here.append(report))
        assert (far, there) == (near, here)
        assert eb.iterate_simple_fixpoint(G, optimum=optimum, executor=client) == eb.iterate_simple_fixpoint(
            G, optimum=optimum
        )
    assert len(watched.starts) >= 2 * len(G) // 50


@OPTIMA
@given(case=cases(min_nodes=4, max_nodes=8, size=24), steps=st.integers(1, 4))
def test_any_scenario(client, optimum, case, steps):
    """Whatever nodes believe, also nothing, and whatever the edges are, also loops."""
    G = case.graph()
    with planned(**SMALL):
        far = eb.iterate_simple(G, steps=steps, optimum=optimum, executor=client.get_executor())
        near = eb.iterate_simple(G, steps=steps, optimum=optimum)
        assert far == near
        assert eb.iterate_simple_fixpoint(G, optimum=optimum, executor=client) == eb.iterate_simple_fixpoint(
            G, optimum=optimum
        )


def test_beliefs_about_many_linked_atoms(client):
    """Stars that truth tables have no room for are completed by the parts; new beliefs are told as formulas."""
    G = eb.cycle_graph(12)
    for node in range(0, 12, 3):
        G.add_formula(node, planted(9, node, 2))
    with planned(**SMALL):
        far, near = (eb.iterate_simple(G, steps=2, **where) for where in ({"executor": client}, {}))
    assert all(equivalent(far.belief(node), near.belief(node), Limits()) for node in G)


def test_isolated_nodes_loops_and_constraints(client):
    """Nodes without other neighbours keep their formulas as they are written; constraints are conjoined first."""
    G = eb.EquibelGraph([(1, 1), (2, 3), (3, "x"), ("x", 2), (5, 6), (6, 7)], formulas={1: "p & p", 2: "q & q", 7: "~q"})
    G.add_nodes_from("abc")
    with planned(**SMALL):
        for _ in range(2):
            far, near = (eb.iterate_simple_fixpoint(G, **where) for where in ({"executor": client}, {}))
            assert far == near
            G.add_constraint("r | s")


def test_small_networks_stay_here(client, watched):
    """A network that is one part is completed in this process."""
    G = hub()
    assert eb.iterate_simple(G, executor=client) == eb.iterate_simple(G)
    assert not watched.starts


# What is sent -------------------------------------------------------------------------------------------------------


def test_no_task_has_more_than_its_part(client, watched):
    """Parts have neither more nodes than the plan says, nor, unless the network is small, many fewer."""
    with planned(smallest_part=10, largest_part=100):
        eb.iterate_simple(hub(), executor=client)
    sizes = [len(start.sizes) for start, _ in watched.starts]
    assert sum(sizes) == 600
    assert max(sizes) <= 100
    assert min(sizes) >= 600 // len(sizes) // 2


@OPTIMA
def test_bytes_of_a_round(client, optimum):
    """Few bytes for each edge between parts, though every node is news in the first round."""
    G = network(nx.barabasi_albert_graph(6000, 3, seed=2), 3)
    statistics = eb.Statistics()
    with planned(smallest_part=100, largest_part=1000):
        eb.iterate_simple(G, steps=3, optimum=optimum, executor=client, statistics=statistics)
    assert statistics.cut_edges > 6000
    assert statistics.most_sent <= 8 * statistics.cut_edges
    assert statistics.sent <= 3 * statistics.most_sent


def test_parts_without_news_have_no_task(client, watched):
    """On a path where news travels from one end, a step is one task, or two where the news crosses a border."""
    G = eb.path_graph(400)
    G.add_formula(0, "p")
    statistics = eb.Statistics()
    with planned(smallest_part=10, largest_part=50):
        eb.iterate_simple(G, steps=30, executor=client, statistics=statistics)
    parts = len(watched.starts)
    assert statistics.cut_edges == parts - 1
    assert parts < len(watched.news) <= parts + 2 * 30
    assert statistics.problems <= 2 * 400  # the first step looks at all nodes


def test_a_belief_is_spelled_out_once(client, watched):
    """For each part: later it is called by its number."""
    with planned(smallest_part=10, largest_part=100):
        eb.iterate_simple(hub(), steps=4, executor=client)
    spelled = [(number, belief) for news, _ in watched.news for number, belief in news.new]
    assert len(spelled) <= len(watched.starts) * len(set(spelled))
    assert len(watched.news) > 2 * len(watched.starts)


# Limits and errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limits", [{"time_limit": 600}, {"cancel": threading.Event()}])
def test_what_progress_raises_ends_it(client, limits):
    """In another thread, too; the cluster remains of use."""

    def progress(done, total, what):
        if (done, what) == (60, "nodes"):
            raise ZeroDivisionError

    with planned(smallest_part=10, largest_part=50):
        with pytest.raises(ZeroDivisionError):
            eb.iterate_simple(hub(), executor=client, progress=progress, **limits)
        assert eb.iterate_simple(hub(), executor=client) == eb.iterate_simple(hub())


def test_time_limits(client):
    """The error says which rounds and which nodes are complete."""
    G = hub()
    G.add_node("alone")

    def progress(done, total, what):
        if (done, what) == (1, "rounds"):
            G.graph["over"].set()

    G.graph["over"] = threading.Event()
    with planned(smallest_part=10, largest_part=50):
        with pytest.raises(eb.Cancelled):
            eb.iterate_simple(G, steps=3, executor=client, progress=progress, cancel=G.graph["over"])
        with pytest.raises(eb.TimeLimitExceeded) as caught:
            eb.iterate_simple_fixpoint(slow(), executor=client, time_limit=1.5)
    assert caught.value.rounds <= 1
    assert "alone" in caught.value.completed


def slow():
    """Stars that take some time, in several parts, and an isolated node."""
    G = eb.cycle_graph(60)
    for node in G:
        G.add_formula(node, planted(14, node, 1))
    G.add_node("alone")
    return G


def test_a_client_that_is_closed(client):
    """It takes no work, which is an error of the package."""
    with Client(client.cluster) as closed:
        executor = closed.get_executor()
    with planned(**SMALL), pytest.raises(eb.ExecutorError):
        eb.iterate_simple(hub(), executor=executor)
