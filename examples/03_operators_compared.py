"""The five operators on one scenario.

Six agents are in a line, 0 to 5.  Agents 2 and 3 believe q, agent 4 believes p or q, and agent 5 believes not q.
Agents 0 and 1 have no beliefs yet.  Each row shows what the agents believe after one application.

- *global*: all agents at once.  Between 3 and 5, two neighbours must disagree on q.  If they are 3 and 4, then 4
  believes p, and 5 can agree on p.  If they are 4 and 5, then p need not be true.
- *simple*: each agent hears its neighbours, so agent 0 learns nothing yet.  Agent 5 hears only "p or q".  It does not
  believe q, so it concludes p.
- *ring*: first the neighbours, then the agents at distance 2, and so on.  Agent 4 hears q and not q from its
  neighbours, and then q from agent 2; so it believes q.
- *expanding*: the neighbourhood grows, with all its shortest paths.  Agent 5 concludes p when it hears only agent 4,
  and keeps p.  Agent 4 hears agent 2 only through agent 3, and learns nothing new.
- *augmenting*: all shortest paths at once, but agreements near the agent count first.  Agent 5 agrees with agent 4 as
  much as possible.

Prints::

    start       True  True  q  q  p | q  ~q
    global      q     q     q  q  p | q  ~q
    simple      True  q     q  q  p | q  p & ~q
    ring        q     q     q  q  q      p & ~q
    expanding   q     q     q  q  p | q  p & ~q
    augmenting  q     q     q  q  p | q  p & ~q
"""

import equibel as eb

G = eb.path_graph(6)
G.add_formula(2, "q")
G.add_formula(3, "q")
G.add_formula(4, "p | q")
G.add_formula(5, "~q")

operators = ["global", "simple", "ring", "expanding", "augmenting"]
scenarios = {"start": G} | {operator: eb.solve(G, operator, simplify=True) for operator in operators}

rows = {name: [str(S.formula_conj(v)) for v in S] for name, S in scenarios.items()}
widths = [max(map(len, column)) for column in zip(*rows.values(), strict=True)]
for name, cells in rows.items():
    print("  ".join([f"{name:<10}", *(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))]).rstrip())
