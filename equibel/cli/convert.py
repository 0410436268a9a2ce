"""``equibel convert``: read a scenario in one format and write it in another."""

from __future__ import annotations

import click

from equibel.cli.render import note
from equibel.cli.source import find_node, read_scenario


@click.command(
    short_help="Write a scenario in another format.",
    epilog="""\b
Examples:
  equibel convert examples/chain.json chain.bcf
  equibel convert examples/quickstart.toml shared.json --graph shared
  equibel convert examples/chain.json chain.lp
  equibel convert examples/chain.json node1.cnf --node 1
  equibel convert examples/vote.bcf -""",
)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--graph", "name", metavar="NAME", help="Which graph or result of a workspace (.toml).")
@click.option("--node", metavar="NODE", help="The node whose formula is written to a .cnf file.")
def convert(source: str, target: str, name: str | None, node: str | None) -> None:
    """Read the scenario in IN and write it to OUT, each in the format its name ends in.

    IN is a .json, .bcf or .toml file; OUT is a .json or .bcf file, ASP facts (.lp), or the formula of one node as
    DIMACS CNF (.cnf). "-" is JSON on standard input or output.

    What the format of OUT cannot hold is left out and reported.
    """
    graph = read_scenario(source, name)
    from equibel.files import format_json, write_graph

    if target == "-":
        if node is not None:
            raise click.UsageError("--node is for .cnf files")
        click.echo(format_json(graph, "standard output", note=note), nl=False)
        return
    write_graph(graph, target, node=None if node is None else find_node(graph, node), note=note)
