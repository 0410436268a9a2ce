"""Commands about the history: undo, redo, snapshots."""

from __future__ import annotations

from equibel.errors import WorkspaceError
from equibel.shell.arguments import COUNT, NEW, SNAPSHOT
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Say, Table, one_line, say
from equibel.workspace import DeleteSnapshot, RestoreSnapshot, SaveSnapshot

GROUP = "history"
_SHOWN = 20


@command(("number", COUNT, True), group=GROUP, examples=("undo", "undo 2"))
def undo(at: Context, number: int | None) -> Reply:
    """Undo the last command that changed the workspace, or the last N such commands."""
    _require(number, len(at.workspace.history()), "undone")
    return Reply(tuple(one_line(f"undone: {at.workspace.undo(**at.run_options()).line}") for _ in range(number or 1)))


@command(("number", COUNT, True), group=GROUP, examples=("redo",))
def redo(at: Context, number: int | None) -> Reply:
    """Redo the command that was undone last, or the last N."""
    _require(number, len(at.workspace.undone()), "redone")
    return Reply(tuple(one_line(f"redone: {at.workspace.redo(**at.run_options()).line}") for _ in range(number or 1)))


def _require(number: int | None, there: int, what: str) -> None:
    """Raise `WorkspaceError` if there are fewer commands, before any is undone or redone."""
    if number == 0:
        raise WorkspaceError(f"0 commands would be {what}; expected at least 1")
    if number is not None and number > max(there, 1):
        raise WorkspaceError(f"only {there} command{'s' * (there != 1)} can be {what}")


@command(("number", COUNT, True), group=GROUP, examples=("history", "history 100"))
def history(at: Context, number: int | None) -> Reply:
    """List the last 20 commands that changed the workspace, or the last N, and then the commands that were undone."""
    done, undone = at.workspace.history(), at.workspace.undone()
    shown = done[-(number or _SHOWN) :]
    rows = [
        (Cell(str(len(done) - len(shown) + i)), Cell(entry.time[:19].replace("T", " "), "dim"), Cell(entry.line))
        for i, entry in enumerate(shown, start=1)
    ]
    rows += [
        (Cell("undone", "dim"), Cell(entry.time[:19].replace("T", " "), "dim"), Cell(entry.line, "dim")) for entry in undone
    ]
    if not rows:
        return say("the history is empty", "dim")
    earlier = len(done) - len(shown)
    parts = (Say(f"{earlier} earlier; 'history {len(done)}' shows all", "dim"),) if earlier else ()
    return Reply((*parts, Table(("", "time (UTC)", "command"), tuple(rows))))


@command(("name", NEW), group=GROUP, examples=("snapshot before_vote",))
def snapshot(at: Context, name: str) -> Reply:
    """Save all graphs and results under a name within the workspace."""
    at.apply(SaveSnapshot(name))
    return say(f"saved the snapshot {name}; restore it with: restore {name}")


@command(group=GROUP, examples=("snapshots",))
def snapshots(at: Context) -> Reply:
    """List the snapshots."""
    found = at.workspace.snapshots
    if not found:
        return say("there are no snapshots; save one: snapshot NAME", "dim")
    rows = tuple(
        (Cell(name, "name"), Cell(each.time[:19].replace("T", " "), "dim"), Cell(", ".join([*each.graphs, *each.results])))
        for name, each in found.items()
    )
    return Reply((Table(("snapshot", "time (UTC)", "graphs and results"), rows),))


@command(("name", SNAPSHOT), group=GROUP, examples=("restore start",))
def restore(at: Context, name: str) -> Reply:
    """Replace all graphs and results by those of a snapshot; `undo` reverses that."""
    at.apply(RestoreSnapshot(name))
    return say(f"restored {name}: {', '.join([*at.workspace.graphs, *at.workspace.results]) or 'nothing'}")


@command(("name", SNAPSHOT), group=GROUP, examples=("delete_snapshot start",))
def delete_snapshot(at: Context, name: str) -> Reply:
    """Delete a snapshot."""
    at.apply(DeleteSnapshot(name))
    return say(f"deleted the snapshot {name}")
