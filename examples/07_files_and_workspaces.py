"""Reading and writing files, and workspaces with derived results.

BCF (.bcf) and node-link JSON (.json) files hold a scenario, and can be read and written.  ASP facts (.lp) can only be
written.  A workspace (.toml) declares graphs, and results that are derived from them.  The same on the command line::

    equibel convert examples/vote.bcf vote.json
    equibel run examples/quickstart.toml

Prints::

    vote.bcf: 4 nodes, chair undecided: True
    the same after writing and reading JSON: True
    chain -> shared (global): ['p & q & r', 'r', 'r', 'r & ~p & ~q']
"""

import tempfile
from pathlib import Path

from equibel.files import read_graph, write_graph
from equibel.workspace import evaluate, load_workspace

here = Path(__file__).parent

G = read_graph(here / "vote.bcf")
print(f"vote.bcf: {len(G)} nodes, chair undecided: {not G.entails(0, 'p') and not G.entails(0, '~p')}")

with tempfile.TemporaryDirectory() as folder:
    write_graph(G, Path(folder) / "vote.json")
    print("the same after writing and reading JSON:", read_graph(Path(folder) / "vote.json") == G)

workspace = load_workspace(here / "quickstart.toml")
for name, outcome in evaluate(workspace, simplify=True).items():
    result = workspace.results[name]
    answer = [str(outcome.graph.belief(node)) for node in outcome.graph]
    print(f"{result.of} -> {name} ({result.operation.operator}): {answer}")
