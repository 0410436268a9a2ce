"""A real social network: which leader does each member follow when a club splits?

Zachary's karate club has 34 members and 78 friendships, and is part of networkx.  Its instructor, member 0 ("Mr. Hi"),
and its president, member 33 ("Officer"), had a conflict, and the club split in two.  In this example only these two have
beliefs.  The simple iteration is applied until nothing changes, and the result is compared with the real split.

An `EquibelGraph` can be made from any networkx graph.  Attributes of its nodes, here ``club``, are kept.

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
