"""A real network: who follows whom when a club splits?

Zachary's karate club has 34 members and 78 friendships, and is part of networkx.  Its instructor, member 0 ("Mr. Hi"),
and its president, member 33 ("Officer"), fell out, and the club split in two.  Let the two be the only ones with an
opinion, let everybody listen to friends until nothing changes, and compare with what happened.

The graph of an `EquibelGraph` may be any networkx graph; attributes of its nodes, here ``club``, are kept.

Prints::

    by inclusion: 3 iterations; 14 with Mr. Hi, 16 with the officer, 4 undecided; 30 as in reality
    by cardinality: 3 iterations; 16 with Mr. Hi, 18 with the officer, 0 undecided; 33 as in reality
"""

import networkx as nx

import equibel as eb

G = eb.EquibelGraph(nx.karate_club_graph())
G.add_formula(0, "hi")
G.add_formula(33, "~hi")

for optimum in (eb.INCLUSION, eb.CARDINALITY):
    R, iterations = eb.iterate_simple_fixpoint(G, opt_type=optimum)
    with_hi = {v for v in R if R.entails(v, "hi")}
    with_officer = {v for v in R if R.entails(v, "~hi")}
    undecided = len(R) - len(with_hi) - len(with_officer)
    right = sum(R.nodes[v]["club"] == "Mr. Hi" for v in with_hi)
    right += sum(R.nodes[v]["club"] == "Officer" for v in with_officer)
    print(
        f"by {optimum}: {iterations} iterations; {len(with_hi)} with Mr. Hi, {len(with_officer)} with the officer, "
        f"{undecided} undecided; {right} as in reality"
    )
