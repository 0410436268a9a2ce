"""Commands that read and write files."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, FileFormatError
from equibel.files import read_graph, write_graph
from equibel.files.formats import DIMACS, READERS, WRITERS, known_ending
from equibel.files.text import read_text, write_text
from equibel.formula import numbers_note
from equibel.shell.arguments import FILE, GRAPH, NEW, NODE
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Reply, say
from equibel.shell.session import FIRST, Session, empty, untouched
from equibel.shell.show import count
from equibel.workspace import (
    Change,
    CreateGraph,
    Declare,
    ReplaceGraph,
    State,
    Workspace,
    export_graph,
    format_workspace,
    import_changes,
    load_workspace,
    open_workspace,
    recover_workspace,
)

GROUP = "files"
EQW = ".eqw"
TOML = ".toml"
_WORKSPACES = (EQW, TOML)
_GRAPHS = (*WRITERS, DIMACS, TOML)  # what one graph is stored in


def ending(path: str) -> str:
    """The ending of a file's name, in lower case."""
    return os.path.splitext(path)[1].lower()


def expand(path: str) -> str:
    """The path, ``~`` being the user's folder."""
    return os.path.expanduser(path)


@command(("file", FILE), ("name", NEW, True), group=GROUP, examples=("load net.bcf", "load net.json drones"))
def load(at: Context, file: str, name: str | None) -> Reply:
    """Read a graph from a .bcf or .json file into the current graph, or into the graph NAME.

    A .toml or .eqw file is a workspace: all its graphs and results are added under their own names.
    """
    path = expand(file)
    if known_ending(path, [*READERS, *_WORKSPACES], "loaded") in _WORKSPACES:
        if name is not None:
            raise EquibelError(
                f"{file} is a workspace, whose graphs have names already; leave the name out, or: open {file}"
            )
        changes = _fitting(at.workspace.state, import_changes(path, note=at.notes.append))
        if changes:
            at.apply(*changes, label=f"load {file}")
        made = {change.name: change.graph for change in changes if isinstance(change, CreateGraph | ReplaceGraph)}
        _note_numbers(at, *made.values())
        if made:
            at.session.use(next((each for each, graph in made.items() if not empty(graph)), next(iter(made))))
        return say(f"loaded {', '.join(made) or 'no graphs'} from {file}")
    graph = read_graph(path, note=at.notes.append)
    _note_numbers(at, graph)
    chosen = name or at.session.current or Path(path).stem
    if chosen in at.workspace.results:
        chosen = at.own() if name is None else chosen
    change = ReplaceGraph(chosen, graph) if chosen in at.workspace.graphs else CreateGraph(chosen, graph)
    at.apply(change, label=f"load {file} into {chosen}")
    at.session.use(chosen)
    size = f"{count(graph.number_of_nodes(), 'node')}, {count(graph.number_of_edges(), 'edge')}"
    return say(f"loaded {file} into {chosen}: {size}")


def _note_numbers(at: Context, *graphs: EquibelGraph) -> None:
    """Note the atoms 0 and 1 of graphs that were read."""
    at.notes += filter(None, (numbers_note(graph.atom_names()) for graph in graphs))


def _fitting(state: State, changes: list[Change]) -> list[Change]:
    """The changes, where a loaded graph may replace the empty graph of a new session that has the same name."""
    used = {change.of for change in changes if isinstance(change, Declare)}
    found: list[Change] = []
    for change in changes:
        if not isinstance(change, CreateGraph) or change.name != FIRST or FIRST not in state.graphs:
            found.append(change)
        elif FIRST in used or not empty(change.graph):
            found.append(ReplaceGraph(FIRST, change.graph) if untouched(state, FIRST) else change)
    return found


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
    """Write the current graph, or the graph or result NAME, to a file; the ending of its name is the format.

    .bcf, .json and .toml files contain a graph, .lp files facts for an answer set solver, .cnf files one node's formula.
    """
    known_ending(expand(file), _GRAPHS, "stored")
    chosen = at.current() if name is None else name
    graph = at.value(chosen)
    if not _may_write(at, file):
        return say(f"{file} is not changed", "dim")
    where = None if node is None else at.node(graph, node)
    at.check()
    export_graph(at.workspace, chosen, expand(file), node=where, note=at.notes.append, **at.run_options())
    return say(f"stored {chosen} in {file}")


@command(("from", FILE), ("to", FILE), group=GROUP, examples=("convert net.bcf net.json",))
def convert(at: Context, source: str, target: str) -> Reply:
    """Read a graph from one file and write it to another; the endings of their names are the formats."""
    known_ending(expand(target), WRITERS, "written")
    graph = read_graph(expand(source), note=at.notes.append)
    if not _may_write(at, target):
        return say(f"{target} is not changed", "dim")
    at.check()
    write_graph(graph, expand(target), note=at.notes.append)
    return say(f"wrote {target}")


@command(("file", FILE, True), group=GROUP, examples=("save work.eqw", "save work.toml", "save"))
def save(at: Context, file: str | None) -> Reply:
    """Save the workspace: all graphs and results.

    An .eqw file contains the history too, and from then on every command is saved in it at once.  A .toml file gets a copy
    of the graphs and declarations, which can be read and edited by hand.  Both contain the name of the current graph and the
    options optimum, method, merging and choice.  `store` writes one graph.
    """
    if file is None:
        if at.workspace.path is not None:
            return say(f"everything is saved in {at.workspace.path} already")
        if at.session.origin is None or ending(at.session.origin) not in _WORKSPACES:
            raise EquibelError("no file is set; expected the name of one: save work.eqw")
        file = at.session.origin
    path = expand(file)
    _require_workspace(path)
    if ending(path) == TOML:
        if not _may_write(at, file):
            return say(f"{file} is not changed", "dim")
        at.check()
        write_text(path, format_workspace(_declared(at), path, note=at.notes.append, session=at.session.special()))
        at.session.saved()
        at.session.origin = file
        return say(f"saved a copy in {file}")
    if at.workspace.path is not None and os.path.realpath(path) == os.path.realpath(at.workspace.path):
        return say(f"everything is saved in {at.workspace.path} already")
    if not _may_write(at, file):
        return say(f"{file} is not changed", "dim")
    at.check()
    at.workspace.save_as(path, overwrite=True)
    at.session.saved()
    return say(f"saved; from now on every command is saved in {file}")


def _require_workspace(path: str) -> None:
    """Raise `FileFormatError` when the name of a file is not that of a workspace."""
    if ending(path) in _GRAPHS and ending(path) != TOML:
        problem = (
            f"a {ending(path)} file cannot contain a workspace; save it as .eqw or .toml, or store one graph: store FILE"
        )
        raise FileFormatError(problem, path=path)
    known_ending(path, _WORKSPACES, "saved")


def _declared(at: Context) -> State:
    """The state to save: without the empty graph of a new session, if there is other content."""
    state = at.workspace.state
    graphs = {name: graph for name, graph in state.graphs.items() if not untouched(state, name)}
    return replace(state, graphs=graphs) if graphs or state.results else state


@command(("file", FILE), ("new", FILE), group=GROUP, examples=("recover damaged.eqw whole.eqw",))
def recover(at: Context, file: str, new: str) -> Reply:
    """Recover a damaged .eqw file: write everything before the damage to a new .eqw file."""
    at.check()
    number = recover_workspace(expand(file), expand(new))
    return say(f"wrote {new}, with {count(number, 'command')} of {file}")


@command(("file", FILE), group=GROUP, name="open", examples=("open work.eqw",))
def _open(at: Context, file: str) -> Reply:
    """Open another workspace: an .eqw file, in which every command is saved at once, or a copy of another file.

    An .eqw file that does not exist is created.
    """
    path = expand(file)
    kept = at.workspace.path
    if ending(path) == EQW and kept is not None and os.path.realpath(path) == os.path.realpath(kept):
        return say(f"{file} is open here already")
    if at.session.unsaved and not at.ask("The changes are not saved and would be lost. Open the other workspace?"):
        return say("the workspace is still open", "dim")
    done = "opened" if ending(path) != EQW or os.path.lexists(path) else "created"
    workspace, origin = open_file(path, at.notes.append)
    at.check()
    at.session.switch(workspace, origin)
    _note_numbers(at, *workspace.graphs.values())
    names = [*workspace.graphs, *workspace.results]
    return say(f"{done} {file}: {', '.join(names) or 'no graphs'}{as_left(at.session)}")


def as_left(session: Session) -> str:
    """The current graph and options that were restored with a workspace, if they are not the default."""
    left = session.special()
    current = session.current
    options = ", ".join(f"{name} {value}" for name, value in left.items() if name != "current")
    words = [f"the current graph is {current}"] if current not in (None, FIRST) else []
    return "".join(f"; {word}" for word in [*words, *([f"options: {options}"] if options else [])])


def open_file(path: str, note: object = None, *, read_only: bool = False) -> tuple[Workspace, str | None]:
    """The workspace in a file, and the path of the file if changes are not saved there automatically."""
    if ending(path) != EQW:
        workspace = load_workspace(path, note=note) if callable(note) else load_workspace(path)
        return workspace, path
    workspace = open_workspace(path, read_only=read_only, create=not read_only)
    if not workspace.graphs and not workspace.history() and not read_only:
        workspace.apply(CreateGraph(FIRST))
    return workspace, None


@command(("file", FILE), group=GROUP, examples=("source session.eqb",))
def source(at: Context, file: str) -> Reply:
    """Execute the commands in a file; it stops at the first error.

    On a terminal, commands that build graphs are shown by one line each.
    """
    return Reply(script=(file, read_text(expand(file))))
