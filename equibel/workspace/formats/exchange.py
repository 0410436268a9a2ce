"""Import of graphs and results from files, and export of them into files."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Unpack

from equibel.files.formats import DIMACS, WRITERS, known_ending, write_graph
from equibel.files.text import FilePath, Note, warn, write_text
from equibel.operators.run import RunOptions
from equibel.workspace.changes.change import Change
from equibel.workspace.changes.name_changes import CreateGraph, Declare
from equibel.workspace.formats.load import TOML, load_workspace
from equibel.workspace.formats.toml_writing import format_workspace
from equibel.workspace.service import Workspace
from equibel.workspace.state.dependencies import derivation_order
from equibel.workspace.state.model import State


def import_changes(path: FilePath, *, note: Note = warn) -> list[Change]:
    """The changes that add the graphs and declarations of a file to a workspace.

    Parameters
    ----------
    path : str or path
        A file that `load_workspace` reads: ``.json`` or ``.bcf``, whose graph is called like the file, ``.toml`` or
        ``.eqw``.
    note : callable, optional
        Receives a sentence about everything in the file that is not kept as it is.

    Errors are those of `load_workspace`; applying the changes raises `NameTakenError` when a name is taken.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "pair.bcf"
    >>> _ = path.write_text("t undirected\\ne 1 2\\nf 1 p\\n")
    >>> ws = Workspace()
    >>> state = ws.apply(*import_changes(path), label=f"import {path.name}")
    >>> ws.graph("pair").formulas(1), ws.history()[0].line
    ({p}, 'import pair.bcf')
    >>> folder.cleanup()
    """
    state = load_workspace(path, note=note).state
    creations = [CreateGraph(name, graph) for name, graph in state.graphs.items()]
    declarations = [Declare(name, state.results[name].of, state.results[name].operation) for name in derivation_order(state)]
    return [*creations, *declarations]


def export_graph(
    workspace: Workspace,
    name: str,
    path: FilePath,
    *,
    node: Hashable = None,
    note: Note = warn,
    **run_options: Unpack[RunOptions],
) -> None:
    """Write a graph, or the value of a result, to a file in the format that its name ends in.

    Parameters
    ----------
    workspace : Workspace
    name : str
        The graph, or the result, which is computed when it is not up to date.
    path : str or path
        A ``.json``, ``.bcf``, ``.lp``, ``.cnf`` or ``.toml`` file.
    node, note
        As for `equibel.files.write_graph`.
    **run_options
        As for `Workspace.compute`.

    Errors are those of `equibel.files.write_graph` and `Workspace.value`.
    """
    ending = known_ending(path, [*WRITERS, DIMACS, TOML], "written")
    graph = workspace.value(name, **run_options)
    if ending == TOML:
        write_text(path, format_workspace(State({name: graph}), path, note=note))
    else:
        write_graph(graph, path, node=node, note=note)
