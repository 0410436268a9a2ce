"""``equibel compare``: the comparison of the results of several operators."""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import click

from equibel.cli.operator_options import JOBS, METHOD, OUTPUT, TIME_LIMIT, OperatorCommand, check_repetition
from equibel.cli.operator_options import operators as known_operators
from equibel.cli.render import is_terminal, node_text, note
from equibel.cli.source import read_scenario
from equibel.cli.work_limits import long_work
from equibel.cli.worker_processes import workers
from equibel.errors import TimeLimitExceeded, suggestion
from equibel.options import INCLUSION, OPTIMA

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from equibel.equibel_graph import EquibelGraph
    from equibel.operators import Comparison, NodeComparison
    from equibel.options import Progress
    from equibel.workspace import Operation, Outcome

#: The comparisons of results, by the names of the two.
Comparisons = dict[tuple[str, str], "Comparison"]


def _some_of(
    choices: Callable[[], Collection[str]],
) -> Callable[[click.Context, click.Parameter, str | None], list[str]]:
    def read(ctx: click.Context, parameter: click.Parameter, value: str | None) -> list[str]:
        known = choices()
        if value is None:
            return list(known)
        chosen = [word.strip() for word in value.split(",")]
        for word in chosen:
            if word not in known:
                expected = f"expected some of {', '.join(known)}, separated by commas"
                raise click.BadParameter(f"{expected}, not {word!r}{suggestion(word, known)}")
        return list(dict.fromkeys(chosen))

    return read


@click.command(
    cls=OperatorCommand,
    short_help="Compare the results of several operators.",
    epilog="""\b
Examples:
  equibel compare examples/vote.bcf
  equibel compare examples/chain.json --operators global,simple --nodes
  equibel compare examples/vote.bcf --operators global --optima inclusion,cardinality
  equibel compare examples/quickstart.toml --graph chain --fixpoint --output json""",
)
@click.argument("file")
@click.option("--graph", "name", metavar="NAME", help="The graph or result of a workspace (.toml, .eqw).")
@click.option(
    "--operators",
    metavar="LIST",
    callback=_some_of(known_operators),
    help="Operators, separated by commas; the default is all.",
)
@click.option(
    "--optima",
    metavar="LIST",
    default=INCLUSION,
    show_default=True,
    callback=_some_of(lambda: OPTIMA),
    help="inclusion, cardinality or both, separated by commas; every operator is applied with each.",
)
@METHOD
@click.option("--steps", type=click.IntRange(min=1), metavar="N", help="Apply iterated operators N times.")
@click.option("--fixpoint", is_flag=True, help="Apply iterated operators until nothing changes.")
@click.option("--nodes", is_flag=True, help="Print the comparison of every node too, with models that show the differences.")
@OUTPUT
@TIME_LIMIT
@JOBS
def compare(
    file: str,
    name: str | None,
    operators: list[str],
    optima: list[str],
    method: str,
    steps: int | None,
    fixpoint: bool,
    nodes: bool,
    output: str,
    time_limit: float | None,
    jobs: int,
) -> None:
    """Apply several operators to the scenario in FILE and compare every two results.

    FILE is a .json, .bcf, .toml or .eqw file; "-" reads JSON from standard input.

    A result is "stronger" than another if every node believes at least as much and some node more, and "weaker" in the
    opposite case. Two results are "equivalent" if all nodes believe the same, "contradictory" if some node's two beliefs
    contradict each other, and otherwise "incomparable". The words have the same meaning for a single node.

    With --nodes, "only global" is a model of what the node believes by global that is no model of the other result.

    With --output json, one JSON object is printed: the results, each with its name, operator, optimum, iterations and
    seconds, and the comparison of every two of them.
    """
    check_repetition(steps, fixpoint)
    if len(operators) * len(optima) < 2:
        raise click.UsageError("there is only one result; name several operators, or both optima")
    graph = read_scenario(file, name)
    from equibel.files import unheeded
    from equibel.workspace import Operation

    for sentence in unheeded(graph) if INCLUSION in optima else []:
        note(sentence)

    def operation(operator: str, optimum: str) -> Operation:
        if known_operators()[operator].repeats:
            return Operation(operator, optimum, method, steps or 1, fixpoint)
        return Operation(operator, optimum, method)

    operations = {
        operator if len(optima) == 1 else f"{operator}/{optimum}": operation(operator, optimum)
        for operator, optimum in itertools.product(operators, optima)
    }
    with long_work("compare") as progress, workers(jobs) as executor:
        outcomes, comparisons = _compute(graph, operations, executor, progress, time_limit)
    if output == "json":
        click.echo(json.dumps(_as_data(operations, outcomes, comparisons, nodes)))
        return
    click.echo("each row compared with each column:")
    _print_table(["", *outcomes], [[row, *(_verdict(comparisons, row, column) for column in outcomes)] for row in outcomes])
    if nodes:
        for (first, second), comparison in comparisons.items():
            click.echo(f"\n{first} compared with {second}: {comparison.verdict}")
            graphs = outcomes[first].graph, outcomes[second].graph
            rows = [_node_row(node, compared, *graphs) for node, compared in comparison.nodes.items()]
            _print_table(["node", "verdict", f"only {first}", f"only {second}"], rows)


def _compute(
    graph: EquibelGraph,
    operations: dict[str, Operation],
    executor: Executor | None,
    progress: Progress | None,
    time_limit: float | None,
) -> tuple[dict[str, Outcome], Comparisons]:
    """All results, and the comparison of every two of them, within one time limit for everything."""
    from equibel import operators

    end = None if time_limit is None else time.monotonic() + time_limit
    doing = ""

    def left() -> float | None:
        return None if end is None else max(end - time.monotonic(), 1e-6)

    def reporting(name: str) -> Progress | None:
        return None if progress is None else lambda done, total, what: progress(done, total, f"{name}: {what}")

    outcomes: dict[str, Outcome] = {}
    comparisons: Comparisons = {}
    try:
        for doing, operation in operations.items():
            outcomes[doing] = operation.apply(graph, executor=executor, progress=reporting(doing), time_limit=left())
        for first, second in itertools.combinations(outcomes, 2):
            doing = f"the comparison of {first} with {second}"
            graphs = outcomes[first].graph, outcomes[second].graph
            comparisons[first, second] = operators.compare(*graphs, time_limit=left())
    except TimeLimitExceeded as error:
        raise click.ClickException(
            f"the time limit of {time_limit:g} s was reached during {doing}; allow more time, or compare fewer operators"
        ) from error
    return outcomes, comparisons


def _verdict(comparisons: Comparisons, row: str, column: str) -> str:
    from equibel.operators.comparison import SEEN_FROM_THE_OTHER_SIDE

    if row == column:
        return "-"
    if (row, column) in comparisons:
        return comparisons[row, column].verdict
    return SEEN_FROM_THE_OTHER_SIDE[comparisons[column, row].verdict]


def _node_row(node: Any, compared: NodeComparison, *graphs: EquibelGraph) -> list[str]:
    """A node, its verdict, and the models that show the difference, over the atoms of its beliefs."""
    from equibel.formula import conjunction, literal

    atoms = set().union(*(graph.belief(node).atoms() for graph in graphs))
    models = [
        "-" if model is None else str(conjunction(literal(p.name, value) for p, value in model.items() if p.name in atoms))
        for model in (compared.only_first, compared.only_second)
    ]
    return [node_text(node), compared.verdict, *models]


def _as_data(
    operations: dict[str, Operation], outcomes: dict[str, Outcome], comparisons: Comparisons, nodes: bool
) -> dict[str, Any]:
    def node_data(node: Any, compared: NodeComparison) -> dict[str, Any]:
        models = {"only_first": compared.only_first, "only_second": compared.only_second}
        named = {side: model and {p.name: value for p, value in model.items()} for side, model in models.items()}
        return {"id": list(node) if isinstance(node, tuple) else node, "verdict": compared.verdict, **named}

    return {
        "results": [
            {
                "name": name,
                "operator": operations[name].operator,
                "optimum": operations[name].optimum,
                "iterations": outcome.iterations,
                "seconds": round(outcome.seconds, 3),
            }
            for name, outcome in outcomes.items()
        ],
        "comparisons": [
            {"first": first, "second": second, "verdict": comparison.verdict}
            | ({"nodes": [node_data(*each) for each in comparison.nodes.items()]} if nodes else {})
            for (first, second), comparison in comparisons.items()
        ],
    }


def _print_table(header: list[str], rows: list[list[str]]) -> None:
    """A table on a terminal, aligned columns elsewhere."""
    if is_terminal(sys.stdout):
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD)
        for title in header:
            table.add_column(Text(title), overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        Console(highlight=False).print(table)
        return
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in [header, *rows]:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
