"""Applying an operator until nothing changes.

In one application of *simple*, information travels along one edge.  Agent 0 believes p, and agent 2 believes that p
implies q.  The rows show how p travels to the right, and q to the left.  The fifth application changes nothing, so the
fixpoint is reached.  The number of applications includes it.

Prints::

    step 0    p         True      q | ~p    True      True
    step 1    p         p & q     q | ~p    q | ~p    True
    step 2    p & q     p & q     p & q     q | ~p    q | ~p
    step 3    p & q     p & q     p & q     p & q     q | ~p
    step 4    p & q     p & q     p & q     p & q     p & q
    fixpoint  p & q     p & q     p & q     p & q     p & q
    applications: 5
"""

import equibel as eb

G = eb.path_graph(5)
G.add_formula(0, "p")
G.add_formula(2, "p -> q")


def show(title: str, graph: eb.EquibelGraph) -> None:
    print("".join(f"{text:<10}" for text in [title, *(str(graph.formula_conj(v)) for v in graph)]).rstrip())


for steps in range(5):
    show(f"step {steps}", eb.iterate_simple(G, steps=steps, simplify=True))

R, count = eb.iterate_simple_fixpoint(G, simplify=True)
show("fixpoint", R)
print("applications:", count)
