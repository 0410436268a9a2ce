"""Commands about results: declared, and computed from graphs."""

from __future__ import annotations

from equibel.errors import Cancelled, EquibelError, ExecutorError, TimeLimitExceeded
from equibel.files import unheeded
from equibel.shell.arguments import EQUALS, GRAPH, NEW, OPERATOR, REPEAT, RESULT
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Say, Style, Table, one_line, say
from equibel.shell.show import beliefs, describe
from equibel.workspace import Declare, Status

GROUP = "results"
_MOODS: dict[str, Style] = {"current": "good", "stale": "dim", "new": "dim", "failed": "bad"}


@command(
    ("name", NEW),
    ("=", EQUALS),
    ("operator", OPERATOR),
    ("graph", GRAPH, True),
    ("times", REPEAT, True),
    group=GROUP,
    examples=("derive shared2 = global g", "derive settled = simple g fixpoint", "derive after = ring shared 2"),
)
def derive(at: Context, name: str, _: str, operator: str, graph: str | None, times: int | str | None) -> Reply:
    """Declare a result, the value of an operator for a graph or another result; then compute and show it.

    The graph is not changed.  When it changes later, the result becomes stale; it is computed again when it is shown.  The
    options, such as cardinality, are part of the declaration.  An existing result gets the new declaration.  With a `;` at
    the end the result is declared, but not computed.
    """
    of = at.current() if graph is None else graph
    operation = at.session.operation(operator, times)
    at.apply(Declare(name, of, operation, replace=True))
    declared = one_line(f"{name} = {describe(operation, of)}")
    if at.silent:
        return Reply((declared,))
    try:
        return Reply(tuple(_computed(at, name)))
    except (Cancelled, TimeLimitExceeded, ExecutorError):
        at.workspace.undo()  # a command that fails changes nothing
        raise
    except EquibelError as error:
        return Reply((declared, Say(f"the result cannot be computed: {error}", "bad")))


@command(("name", RESULT, True), group=GROUP, examples=("results", "results shared"))
def results(at: Context, name: str | None) -> Reply:
    """List the results and their states; or show the declaration and the last computation of one result.

    A result is current, stale (its source has changed), new (not computed yet) or failed (it has no value).
    """
    if name is not None:
        at.require_result(name)
        return _provenance(at.workspace.status(name))
    statuses = at.workspace.statuses()
    if not statuses:
        return say("there are no results; declare one: derive NAME = OPERATOR GRAPH", "dim")
    rows = tuple(
        (
            Cell(status.name, "name"),
            Cell(describe(status.result.operation, status.result.of)),
            Cell(status.state, _MOODS[status.state]),
            Cell("" if status.failure is None else status.failure.message.splitlines()[0], "bad"),
        )
        for status in statuses.values()
    )
    if any(row[-1].text for row in rows):
        return Reply((Table(("result", "declared as", "state", ""), rows),))
    return Reply((Table(("result", "declared as", "state"), tuple(row[:-1] for row in rows)),))


def _provenance(status: Status) -> Reply:
    rows = [
        (Cell("declared as"), Cell(describe(status.result.operation, status.result.of))),
        (Cell("options"), Cell(f"{status.result.operation.optimum}, {status.result.operation.method}")),
        (Cell("state"), Cell(status.state, _MOODS[status.state])),
    ]
    if status.failure is not None:
        rows.append((Cell("failed"), Cell(status.failure.message, "bad")))
    if status.computed is not None:
        computed = status.computed
        rows += [
            (Cell("computed"), Cell(f"{computed.time} in {computed.seconds:.3g} s by equibel {computed.equibel}")),
            (Cell("from"), Cell(f"{computed.of}, version {computed.source_version}")),
            (Cell("steps"), Cell(str(computed.iterations))),
        ]
    return Reply((Table(("", ""), tuple(rows), status.name),))


@command(("name", GRAPH, True), group=GROUP, examples=("show shared", "show"))
def show(at: Context, name: str | None) -> Reply:
    """Show what every node believes in a graph, or in a result, which is computed first if it is not current.

    Nodes that have changed since the last computation are marked.
    """
    chosen = at.current() if name is None else name
    if chosen not in at.workspace.results:
        return Reply((beliefs(at.value(chosen), chosen),))
    return Reply(tuple(_computed(at, chosen)))


def _computed(at: Context, name: str) -> list[Table | Say]:
    earlier = at.workspace.status(name)
    computed = at.workspace.compute(name, **at.run_options())
    assert computed.graph is not None
    before = earlier.computed.graph if earlier.computed is not None else None
    # The first time, what the operator has changed; later, what is new.
    source = at.workspace.state.graphs.get(computed.of)
    at.notes += unheeded(computed.graph, computed.operation.optimum)
    title = f"{name} = {describe(computed.operation, computed.of, computed.iterations)}"
    return [beliefs(computed.graph, title, before=source if before is None else before)]


@command(("name", RESULT, True), group=GROUP, examples=("refresh", "refresh shared"))
def refresh(at: Context, name: str | None) -> Reply:
    """Compute the results that are not current: all of them, or one result and those that it is derived from."""
    if name is not None:
        at.require_result(name)
    at.workspace.refresh(None if name is None else [name], **at.run_options())
    return results(at, None)
