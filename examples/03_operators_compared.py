"""The five operators on one scenario.

Six agents in a line, 0 to 5: agents 2 and 3 believe q, agent 4 believes p or q, agent 5 believes not q; 0 and 1 know
nothing yet.  Each row shows what the agents believe after one application.

- *global*: all agents at once.  Between 3 and 5 somebody must change sides about q.  If it is 4, then 4 believes p, and
  nothing keeps 5 from agreeing; if it is not, nobody needs p.
- *simple*: everybody hears the direct neighbours, so agent 0 learns nothing yet.  All that 5 hears is "p or q", and as
  5 does not believe q, it concludes p.
- *ring*: first the neighbours, then those at distance two, and so on.  Agent 4 hears q and not q from its neighbours,
  and q from agent 2 next; so it settles for q.
- *expanding*: ever larger neighbourhoods, with the paths in them.  Agent 5 concludes p while it knows only 4, and keeps
  it; agent 4 hears 2 only through 3, and so nothing new.
- *augmenting*: all paths at once, but agreements nearby come first: agent 5 agrees with 4 wherever it can.

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
