"""``equibel run``: compute the results of a workspace, or execute a script of the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from equibel.cli.operator_options import VERBOSE
from equibel.cli.render import note, show
from equibel.cli.shell_command import is_script, run_script
from equibel.cli.source import is_workspace
from equibel.cli.work_limits import costs, long_work
from equibel.options import INCLUSION

if TYPE_CHECKING:
    from equibel.workspace import Result


@click.command(
    short_help="Compute the results of a workspace, or run a script.",
    epilog="""\b
Examples:
  equibel run examples/quickstart.toml
  equibel run examples/session.eqb

\b
A workspace declares graphs, and results derived from them:
  [graphs.drones]
  path = ["a", "b", "c"]
  formulas = {a = "p & q", c = "~p"}
  [results.shared]
  of = "drones"
  operator = "global\"""",
)
@click.argument("file", metavar="FILE.toml|FILE.eqw|FILE.eqb")
@click.option("--keep-going", is_flag=True, help="Continue after an error in a script.")
@VERBOSE
def run(file: str, keep_going: bool, verbose: bool) -> int:
    """Compute all results of a workspace and show what every node believes, or execute a script of the shell.

    FILE.toml declares graphs and the results derived from them; a result may be derived from another one. FILE.eqw is a
    workspace of the shell; it is not changed, and results that it contains are not computed again.

    FILE.eqb contains commands of the shell; it stops at the first error, with exit code 1 and a message with the line.
    """
    if is_script(file):
        with costs(verbose):
            return run_script(file, keep_going)
    if not is_workspace(file):
        raise click.UsageError(f"{file} is not a workspace; expected a file whose name ends in .toml, .eqw or .eqb")
    if keep_going:
        raise click.UsageError("--keep-going is for scripts (.eqb)")
    from equibel.files import unheeded
    from equibel.formula import numbers_note
    from equibel.workspace import derivation_order, load_workspace

    workspace = load_workspace(file, note=note)
    if not workspace.results:
        note(f"{file} declares no results; 'equibel solve {file}' applies an operator to a graph")
    for name, graph in workspace.graphs.items():
        if told := numbers_note(graph.atom_names()):
            note(f"{name}: {told}")
        for optimum in {each.operation.optimum for each in workspace.results.values() if each.of == name}:
            for sentence in unheeded(graph, optimum):
                note(f"{name}: {sentence}")
    with costs(verbose), long_work("run") as progress:
        computed = {name: workspace.compute(name, progress=progress) for name in derivation_order(workspace)}
    for position, (name, found) in enumerate(computed.items()):
        if position:
            click.echo()
        assert found.graph is not None
        show(found.graph, _heading(name, workspace.results[name], found.iterations))
    return 0


def _heading(name: str, result: Result, iterations: int) -> str:
    """The heading of a result: ``settled: simple of drones, by cardinality, fixpoint at iteration 3``."""
    operation = result.operation
    parts = [f"{name}: {operation.operator} of {result.of}"]
    if operation.optimum != INCLUSION:
        parts.append(f"by {operation.optimum}")
    if operation.fixpoint:
        parts.append(f"fixpoint at iteration {iterations}")
    elif operation.steps != 1:
        parts.append(f"{operation.steps} steps")
    return ", ".join(parts)
