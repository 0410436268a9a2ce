"""``equibel solve``: apply an operator to a scenario."""

from __future__ import annotations

import json

import click

from equibel.cli.operator_options import (
    JOBS,
    METHOD,
    OPTIMUM,
    OUTPUT,
    TIME_LIMIT,
    VERBOSE,
    OperatorCommand,
    OperatorName,
    check_repetition,
    operators,
)
from equibel.cli.render import message, note, show
from equibel.cli.source import read_scenario
from equibel.cli.work_limits import costs, long_work
from equibel.cli.worker_processes import workers


@click.command(
    cls=OperatorCommand,
    short_help="Apply an operator to a scenario.",
    epilog="""\b
Examples:
  equibel solve examples/chain.json --operator global
  equibel solve examples/vote.bcf --operator global --optimum cardinality
  equibel solve examples/chain.json --operator simple --fixpoint --output json
  equibel solve examples/quickstart.toml --graph chain --operator ring --steps 2
  cat examples/chain.json | equibel solve - --operator augmenting""",
)
@click.argument("file")
@click.option("--graph", "name", metavar="NAME", help="The graph or result of a workspace (.toml, .eqw).")
@click.option("--operator", type=OperatorName(), required=True, help="The operator to apply.")
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Apply an iterated operator N times.")
@click.option("--fixpoint", is_flag=True, help="Apply an iterated operator until nothing changes.")
@METHOD
@OPTIMUM
@OUTPUT
@TIME_LIMIT
@JOBS
@VERBOSE
def solve(
    file: str,
    name: str | None,
    operator: str,
    steps: int | None,
    fixpoint: bool,
    method: str,
    optimum: str,
    output: str,
    time_limit: float | None,
    jobs: int,
    verbose: bool,
) -> None:
    """Apply an operator to the scenario in FILE and print what every node believes afterwards.

    FILE is a .json, .bcf, .toml or .eqw file; "-" reads JSON from standard input.

    With --output json, one JSON object is printed: operator, optimum, iterations, seconds, and the resulting graph as
    networkx node-link data.
    """
    _check_steps(operator, steps, fixpoint)
    graph = read_scenario(file, name)
    from equibel.files import unheeded
    from equibel.workspace import Operation

    for sentence in unheeded(graph, optimum):
        note(sentence)

    operation = Operation(operator, optimum, method, steps or 1, fixpoint)
    with costs(verbose), long_work(operator) as progress, workers(jobs) as executor:
        outcome = operation.apply(graph, simplify=True, executor=executor, progress=progress, time_limit=time_limit)
    if output == "json":
        from equibel.files import node_link

        answer = {
            "operator": operator,
            "optimum": optimum,
            "iterations": outcome.iterations,
            "seconds": round(outcome.seconds, 3),
            "graph": node_link(outcome.graph, "the result", note=note),
        }
        click.echo(json.dumps(answer))
        return
    if fixpoint:
        message(f"fixpoint reached: iteration {outcome.iterations} changed nothing")
    show(outcome.graph)


def _check_steps(operator: str, steps: int | None, fixpoint: bool) -> None:
    check_repetition(steps, fixpoint)
    if not operators()[operator].repeats and (fixpoint or (steps or 1) > 1):
        option = "--fixpoint" if fixpoint else "--steps"
        raise click.UsageError(f"{option} is for the iterated operators: applying {operator} again changes nothing")
