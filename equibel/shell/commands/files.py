"""Commands that read and write files."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path

from equibel.errors import EquibelError
from equibel.files import read_graph, write_graph
from equibel.files.text import read_text
from equibel.shell.arguments import FILE, GRAPH, NEW, NODE
from equibel.shell.context import Context
from equibel.shell.registry import command
from equibel.shell.reply import Reply, say
from equibel.shell.session import FIRST
from equibel.shell.show import count
from equibel.workspace import (
    CreateGraph,
    ReplaceGraph,
    Workspace,
    export_graph,
    import_changes,
    load_workspace,
    open_workspace,
    write_workspace,
)

GROUP = "files"
EQW = ".eqw"
_WORKSPACES = (EQW, ".toml")


def ending(path: str) -> str:
    """The ending of a file's name, in lower case."""
    return os.path.splitext(path)[1].lower()


def expand(path: str) -> str:
    """The path, ``~`` being the user's folder."""
    return os.path.expanduser(path)


@command(("file", FILE), ("name", NEW, True), group=GROUP, examples=("load net.bcf", "load net.json drones"))
def load(at: Context, file: str, name: str | None) -> Reply:
    """Read a graph from a .bcf or .json file into the current graph, or into the graph of a name.

    A .toml or .eqw file is a workspace: its graphs and results are added to those there are.
    """
    path = expand(file)
    if ending(path) in _WORKSPACES:
        changes = import_changes(path, note=at.notes.append)
        at.apply(*changes, label=f"load {file}")
        made = [change.name for change in changes if isinstance(change, CreateGraph)]
        if made:
            at.session.use(made[0])
        return say(f"loaded {', '.join(made) or 'no graphs'} from {file}")
    graph = read_graph(path, note=at.notes.append)
    chosen = name or at.session.current or Path(path).stem
    if chosen in at.workspace.results:
        chosen = at.own() if name is None else chosen
    change = ReplaceGraph(chosen, graph) if chosen in at.workspace.graphs else CreateGraph(chosen, graph)
    at.apply(change, label=f"load {file} into {chosen}")
    at.session.use(chosen)
    size = f"{count(graph.number_of_nodes(), 'node')}, {count(graph.number_of_edges(), 'edge')}"
    return say(f"loaded {file} into {chosen}: {size}")


def _may_write(at: Context, file: str) -> bool:
    return not os.path.exists(expand(file)) or at.ask(f"{file} exists. Overwrite it?")


@command(
    ("file", FILE),
    ("name", GRAPH, True),
    ("node", NODE, True),
    group=GROUP,
    aliases=("export",),
    examples=("store c.bcf", "store shared.json shared", "store node1.cnf g 1"),
)
def store(at: Context, file: str, name: str | None, node: Hashable | None) -> Reply:
    """Write the current graph, or a graph or result, to a file in the format of its ending.

    .bcf, .json and .toml hold graphs, .lp facts for an answer set solver, .cnf the formula of one node.
    """
    chosen = at.current() if name is None else name
    graph = at.value(chosen)
    if not _may_write(at, file):
        return say(f"{file} stays as it is", "dim")
    where = None if node is None else at.node(graph, node)
    at.check()
    export_graph(at.workspace, chosen, expand(file), node=where, note=at.notes.append, **at.where_and_when())
    return say(f"stored {chosen} in {file}")


@command(("from", FILE), ("to", FILE), group=GROUP, examples=("convert net.bcf net.json",))
def convert(at: Context, source: str, target: str) -> Reply:
    """Read a graph from one file and write it to another, in the format of its ending."""
    graph = read_graph(expand(source), note=at.notes.append)
    if not _may_write(at, target):
        return say(f"{target} stays as it is", "dim")
    at.check()
    write_graph(graph, expand(target), note=at.notes.append)
    return say(f"wrote {target}")


@command(("file", FILE, True), group=GROUP, examples=("save work.eqw", "save work.toml", "save"))
def save(at: Context, file: str | None) -> Reply:
    """Save the workspace: all graphs and results.

    In an .eqw file it is kept from then on, with its history: every command is safe there as soon as it is done.  A .toml
    file gets a copy of the graphs and declarations, to be read and edited by hand.
    """
    if file is None:
        if at.workspace.path is not None:
            return say(f"everything is safe in {at.workspace.path} already")
        if at.session.origin is None or ending(at.session.origin) not in _WORKSPACES:
            raise EquibelError("there is no file yet; say which: save work.eqw")
        file = at.session.origin
    path = expand(file)
    if ending(path) != EQW:
        if not _may_write(at, file):
            return say(f"{file} stays as it is", "dim")
        at.check()
        write_workspace(at.workspace, path, note=at.notes.append)
        at.session.saved()
        at.session.origin = file
        return say(f"saved a copy in {file}")
    if at.workspace.path is not None and os.path.realpath(path) == os.path.realpath(at.workspace.path):
        return say(f"everything is safe in {at.workspace.path} already")
    if not _may_write(at, file):
        return say(f"{file} stays as it is", "dim")
    at.check()
    at.workspace.save_as(path, overwrite=True)
    at.session.saved()
    return say(f"saved; from now on every command is kept in {file}")


@command(("file", FILE), group=GROUP, name="open", examples=("open work.eqw",))
def _open(at: Context, file: str) -> Reply:
    """Work on another workspace: an .eqw file, where every command is kept at once, or a copy of any other file.

    An .eqw file is made when it is not there.
    """
    if at.session.unsaved and not at.ask("What you did is in no file, and would be lost. Open the other one?"):
        return say("the workspace stays open", "dim")
    workspace, origin = open_file(expand(file), at.notes.append)
    at.check()
    at.session.switch(workspace, origin)
    names = [*workspace.graphs, *workspace.results]
    return say(f"opened {file}: {', '.join(names) or 'nothing in it yet'}")


def open_file(path: str, note: object = None, *, read_only: bool = False) -> tuple[Workspace, str | None]:
    """The workspace of a file, and where it came from if it is not kept there."""
    if ending(path) != EQW:
        workspace = load_workspace(path, note=note) if callable(note) else load_workspace(path)
        return workspace, path
    workspace = open_workspace(path, read_only=read_only, create=not read_only)
    if not workspace.graphs and not workspace.history() and not read_only:
        workspace.apply(CreateGraph(FIRST))
    return workspace, None


@command(("file", FILE), group=GROUP, examples=("source session.eqb",))
def source(at: Context, file: str) -> Reply:
    """Execute the commands in a file; the first error ends it."""
    return Reply(script=(file, read_text(expand(file))))
