"""First steps: four agents in a line.

Agent 1 believes p, q and r.  Agent 4 believes that p and q are false.  Agents 2 and 3 have no beliefs yet.  The global
completion makes neighbours agree as much as their own beliefs allow.  No agent contradicts r, so all agents believe it.
Between 1 and 4, two neighbours must disagree on p, and two on q, but nothing determines which ones: 2 and 3 stay undecided.

Prints::

    1: p & q & r
    2: r
    3: r
    4: r & ~p & ~q
    Does 2 believe r? True
    Is p consistent with the beliefs of 2? True
    Does 2 believe p? False
"""

import equibel as eb

G = eb.EquibelGraph()  # a networkx graph whose nodes have formulas
G.add_nodes_from([1, 2, 3, 4])
G.add_edges_from([(1, 2), (2, 3), (3, 4)])
G.add_formula(1, "p & q & r")
G.add_formula(4, "~p & ~q")

R = eb.global_completion(G, simplify=True)  # a new graph; G is not changed

for node in R:
    print(f"{node}: {R.formula_conj(node)}")

print("Does 2 believe r?", R.entails(2, "r"))
print("Is p consistent with the beliefs of 2?", R.consistent_with(2, "p"))
print("Does 2 believe p?", R.entails(2, "p"))
