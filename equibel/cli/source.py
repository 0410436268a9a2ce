"""The scenario of a command, read from a file, a workspace or standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable
from typing import TYPE_CHECKING

import click

from equibel.cli.render import node_text, note, reads_as_integer
from equibel.errors import FileAccessError

if TYPE_CHECKING:
    from equibel.equibel_graph import EquibelGraph

STDIN = "standard input"


def is_workspace(file: str) -> bool:
    """Whether the name of a file is that of a workspace: TOML, or a file of the shell."""
    return os.path.splitext(file)[1].lower() in (".toml", ".eqw")


def read_scenario(file: str, name: str | None, *, of_results: bool = False) -> EquibelGraph:
    """The scenario in a file, ``-`` being JSON on standard input; ``name`` is that of a workspace's graph or result.

    Without a name, the one graph that there is; a note says which where another graph could be meant, or, ``of_results``, a
    result.
    """
    from equibel.formula import numbers_note

    graph = _read(file, name, of_results)
    told = numbers_note(graph.atom_names())
    if told:
        note(told)
    return graph


def _read(file: str, name: str | None, of_results: bool) -> EquibelGraph:
    if is_workspace(file):
        return _from_workspace(file, name, of_results)
    if name is not None:
        raise click.UsageError("--graph is for workspaces (.toml, .eqw); other files contain one graph")
    from equibel.files import parse_json, read_graph
    from equibel.files.formats import READERS, WORKSPACES, known_ending

    if file == "-":
        return parse_json(read_stdin(), STDIN, note=note)
    known_ending(file, [*READERS, *WORKSPACES], "read")
    return read_graph(file, note=note)


def _from_workspace(file: str, name: str | None, of_results: bool) -> EquibelGraph:
    from equibel.workspace import load_workspace, pick_graph

    workspace = load_workspace(file, note=note)
    if name is not None and name in workspace.results:
        return workspace.value(name)  # an .eqw file may have it already
    if name is None and len(workspace.graphs) > 1:
        filled = [each for each, graph in workspace.graphs.items() if len(graph)]
        if len(filled) != 1 or not file.lower().endswith(".eqw"):  # where the shell has made an empty graph
            raise click.UsageError(f"{file} has several graphs; choose one by --graph: {', '.join(workspace.graphs)}")
        name = filled[0]
        _note_choice(name, [each for each in workspace.graphs if each != name])
    elif name is None and of_results:
        _note_choice(next(iter(workspace.graphs), ""), list(workspace.results))
    return pick_graph(workspace, name)


def _note_choice(name: str, others: list[str]) -> None:
    """Note which graph of a workspace is used, and how another is chosen, if there are others."""
    if name and others:
        more = ", …" if len(others) > 5 else ""
        note(f"the graph {name} is used; --graph chooses another graph or result: {', '.join(others[:5])}{more}")


def read_stdin() -> str:
    """The text of standard input."""
    from equibel.files.text import read_text_stream

    if sys.stdin is None:
        raise FileAccessError(f"{STDIN} is closed", path=STDIN)
    return read_text_stream(sys.stdin.buffer.read, STDIN)


def find_node(graph: EquibelGraph, text: str) -> Hashable:
    """The node that ``text`` names: the integer node, otherwise the text node, otherwise the node that is shown as ``text``.

    >>> from equibel.equibel_graph import EquibelGraph
    >>> G = EquibelGraph([(1, "1"), ("a", ("a", 2))])
    >>> find_node(G, "1"), find_node(G, "a"), find_node(G, '"1"'), find_node(G, "('a', 2)")
    (1, 'a', '1', ('a', 2))
    """
    if reads_as_integer(text) and int(text) in graph:
        return int(text)
    if text in graph:
        return text
    return next((node for node in graph if node_text(node) == text), text)
