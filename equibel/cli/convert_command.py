"""``equibel convert``: read a scenario in one format and write it in another."""

from __future__ import annotations

from pathlib import Path

import click

from equibel.cli.render import note
from equibel.cli.source import find_node, read_scenario
from equibel.visible import escape_json


@click.command(
    short_help="Write a scenario in another format.",
    epilog="""\b
Examples:
  equibel convert examples/chain.json chain.bcf
  equibel convert examples/quickstart.toml shared.json --graph shared
  equibel convert examples/vote.bcf vote.toml
  equibel convert examples/chain.json chain.lp
  equibel convert examples/chain.json node1.cnf --node 1
  equibel convert examples/vote.bcf -""",
)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--graph", "name", metavar="NAME", help="The graph or result of a workspace (.toml, .eqw).")
@click.option("--node", metavar="NODE", help="The node whose formula is written to a .cnf file.")
def convert(source: str, target: str, name: str | None, node: str | None) -> None:
    """Read the scenario in IN and write it to OUT; the endings of their names are the formats.

    IN is a .json, .bcf, .toml or .eqw file; OUT is a .json or .bcf file, a workspace of one graph (.toml), ASP facts (.lp),
    or the formula of one node as DIMACS CNF (.cnf). "-" is JSON on standard input or output.

    Data that the format of OUT does not support is left out, with a note.
    """
    graph = read_scenario(source, name)
    from equibel.files import format_json, write_graph
    from equibel.files.formats import DIMACS, WRITERS, known_ending

    if node is not None and not target.lower().endswith(".cnf"):
        raise click.UsageError("--node is for .cnf files")
    if target == "-":
        click.echo(escape_json(format_json(graph, "standard output", note=note)), nl=False)
        return
    if not target.lower().endswith(".toml"):
        # Says which endings there are, and holds every graph, where a workspace has rules of its own.
        known_ending(target, [*WRITERS, DIMACS, ".toml"], "written")
        write_graph(graph, target, node=None if node is None else find_node(graph, node), note=note)
        return
    from equibel.workspace import Workspace, export_graph

    called = name or ("graph" if source == "-" else Path(source).stem)
    export_graph(Workspace({called: graph}, note=note), called, target, note=note)
