"""A network in parts on a Dask cluster: two processes of this machine here, any number of machines elsewhere.

Give an operator a Dask client as its executor (``pip install -e '.[distributed]'``).  A simple iteration divides a
network of more than 10,000 nodes into parts with few edges between them, and each part stays with a worker.  In each round
the parts tell one another which beliefs have changed at nodes that other parts see.  When a worker dies, its parts are
computed again.  A global completion gives its independent groups to the workers.  Answers are those without a cluster.

For a real cluster, leave out ``LocalCluster`` and connect to its scheduler: ``Client("tcp://scheduler:8786")``, or a client
of dask-jobqueue, dask-kubernetes and the like.  All workers need the same versions of Python, Equibel and Dask as this
process.  One thread per worker is best.  ``if __name__`` is needed where workers are started as processes.

Prints::

    20000 nodes, 59991 edges
    the same as without a cluster: True
    fewer than 20 bytes a round for each edge between parts: True
    nodes that believe p: 6617
    the same groups as without a cluster: True
"""

from distributed import Client, LocalCluster

import equibel as eb


def rumours():
    """A social network in which some people have heard something."""
    G = eb.barabasi_albert_graph(20_000, 3, seed=1)
    heard = ["p", "~p & q", "p -> q", "q", "~q | r"]
    for number, node in enumerate(range(0, 20_000, 7)):
        G.add_formula(node, heard[number % 5])
    return G


def villages():
    """Many small groups of people who do not know one another."""
    G = eb.EquibelGraph()
    for village in range(500):
        people = [f"{name} of {village}" for name in ("Ann", "Bob", "Cid")]
        G.add_edges_from([people[:2], people[1:]])
        G.add_formula(people[0], "rain & (wind | snow)")
        G.add_formula(people[2], "~rain & (wind -> snow)")
    return G


def main():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        G = rumours()
        print(f"{len(G)} nodes, {G.number_of_edges()} edges")
        statistics = eb.Statistics()
        R = eb.iterate_simple(G, steps=2, executor=client, statistics=statistics)
        print("the same as without a cluster:", eb.iterate_simple(G, steps=2) == R)
        print("fewer than 20 bytes a round for each edge between parts:", statistics.most_sent < 20 * statistics.cut_edges)
        print("nodes that believe p:", sum(R.entails(node, "p") for node in R))
        H = villages()
        print("the same groups as without a cluster:", eb.global_completion(H, executor=client) == eb.global_completion(H))


if __name__ == "__main__":
    main()
