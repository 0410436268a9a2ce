"""``equibel query``: ask whether a node believes a formula."""

from __future__ import annotations

import click

from equibel.cli.render import note
from equibel.cli.source import find_node, read_scenario
from equibel.cli.work_limits import long_work


@click.command(
    short_help="Ask whether a node believes a formula.",
    # A negative number is a node, not an option.
    context_settings={"ignore_unknown_options": True},
    epilog="""\b
Examples:
  equibel query examples/chain.json 1 "p -> q"
  equibel query examples/quickstart.toml 2 "r" --graph shared
  equibel solve examples/chain.json --operator global --output json | equibel query - 2 "r & ~p\"""",
)
@click.argument("file")
@click.argument("node")
@click.argument("formula")
@click.option("--graph", "name", metavar="NAME", help="The graph or result of a workspace (.toml, .eqw).")
def query(file: str, node: str, formula: str, name: str | None) -> None:
    """Print "yes" if the beliefs of NODE entail FORMULA, and "no" otherwise.

    FILE is a .json, .bcf, .toml or .eqw file; "-" reads JSON from standard input, also the output of "solve --output json".
    NODE is written as in the results; a number is the integer node if there is one, otherwise the node of that name.

    --graph chooses a graph or result of a workspace; the default is its graph, before any operator is applied.
    """
    from equibel.formula import atom_notes, parse

    graph = read_scenario(file, name, of_results=True)
    asked = parse(formula)
    for sentence in atom_notes([asked], graph.atom_names):
        note(sentence)
    with long_work("query"):
        answer = graph.entails(find_node(graph, node), asked)
    click.echo("yes" if answer else "no")
