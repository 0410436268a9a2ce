"""Two meanings of "agree as much as possible": a vote.

A chair without beliefs hears three members.  Two of them believe p, and one believes not p.

By *inclusion*, the chair can agree with the two or with the one.  Neither of these EQ sets contains the other.  So both
are maximal, and the chair stays undecided.  By *cardinality*, two agreements are more than one.

Prints::

    inclusion    chair: True    members: p, p, ~p
    cardinality  chair: p       members: p, p, ~p
"""

import equibel as eb

G = eb.star_graph(3)  # node 0 is the chair
G.add_formula(1, "p")
G.add_formula(2, "p")
G.add_formula(3, "~p")

for optimum in (eb.INCLUSION, eb.CARDINALITY):
    R = eb.global_completion(G, opt_type=optimum)
    chair, *members = (str(R.formula_conj(v)) for v in R)
    print(f"{optimum:<11}  chair: {chair:<4}    members: {', '.join(members)}")
