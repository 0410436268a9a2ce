"""First steps: four agents in a line.

Agent 1 believes p, q and r; agent 4 believes that p and q are false; 2 and 3 know nothing yet.  The global completion
lets all of them come as close to one another as their own beliefs permit.  Nobody disputes r, so everybody believes it.
Between 1 and 4 somebody must change sides about p and about q, but nothing says where: 2 and 3 stay undecided.

Prints::

    1: p & q & r
    2: r
    3: r
    4: r & ~p & ~q
    Does 2 believe r? True
    Does 2 think p possible? True
    Does 2 believe p? False
"""

import equibel as eb

G = eb.EquibelGraph()  # a networkx graph whose nodes hold formulas
G.add_nodes_from([1, 2, 3, 4])
G.add_edges_from([(1, 2), (2, 3), (3, 4)])
G.add_formula(1, "p & q & r")
G.add_formula(4, "~p & ~q")

R = eb.global_completion(G, simplify=True)  # a new graph; G is as it was

for node in R:
    print(f"{node}: {R.formula_conj(node)}")

print("Does 2 believe r?", R.entails(2, "r"))
print("Does 2 think p possible?", R.consistent_with(2, "p"))
print("Does 2 believe p?", R.entails(2, "p"))
