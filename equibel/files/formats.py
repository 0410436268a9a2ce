"""Reading and writing of files; the ending of the file name determines the format."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable

from equibel.equibel_graph import EquibelGraph, require_equibel_graph
from equibel.errors import FileFormatError, OptionError, suggestion
from equibel.files.bcf import parse_bcf
from equibel.files.bcf_writing import format_bcf
from equibel.files.json_format import format_json, parse_json
from equibel.files.text import FilePath, Losses, Note, read_text, warn, write_text
from equibel.formula import to_dimacs
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.options import wrong_option

READERS: dict[str, Callable[..., EquibelGraph]] = {".bcf": parse_bcf, ".json": parse_json}
DIMACS = ".cnf"
WRITTEN_ONLY = {".lp": "facts for answer set solvers", DIMACS: "DIMACS CNF"}
WORKSPACES = (".toml", ".eqw")  # which equibel.workspace reads and writes


def read_graph(path: FilePath, *, note: Note = warn) -> EquibelGraph:
    """Read a scenario from a file: BCF (``.bcf``) or node-link JSON (``.json``).

    Parameters
    ----------
    path : str or path
        The file.
    note : callable, optional
        Receives a sentence about everything in the file that is changed or not kept, such as the direction of an edge.
        By default, notes are Python warnings of the class `FileNote`.

    Raises
    ------
    FileFormatError
        When the file name has another ending or the content is invalid; the error has path, line and column.
    FileAccessError
        When the file cannot be read.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "pair.bcf"
    >>> _ = path.write_text("t undirected\\ne 1 2\\nf 1 *(p -q)\\n")
    >>> read_graph(path).formulas(1)
    {p & ~q}
    >>> folder.cleanup()
    """
    ending = known_ending(path, READERS, "read")
    return READERS[ending](read_text(path), path, note=note)


def write_graph(graph: EquibelGraph, path: FilePath, *, node: Hashable = None, note: Note = warn) -> None:
    """Write a scenario to a file: BCF (``.bcf``), node-link JSON (``.json``) or ASP facts (``.lp``).

    The file is replaced as a whole.  After an error, the old file is unchanged.

    Parameters
    ----------
    graph : EquibelGraph
        The scenario.
    path : str or path
        The file.
    node : node, optional
        For DIMACS (``.cnf``), which holds one formula: the node to write; see `write_dimacs`.
    note : callable, optional
        Receives a sentence about everything that the format cannot hold.  By default, notes are Python warnings.

    Raises
    ------
    FileFormatError
        When the file name has another ending, or the format cannot hold a node.
    FileAccessError
        When the file cannot be written.
    OptionError
        When the format needs ``node`` and it is missing, or the format does not have it and it is given.

    Examples
    --------
    >>> import os, tempfile
    >>> G = EquibelGraph([(1, 2)])
    >>> G.add_formula(1, "p & ~q")
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = os.path.join(folder.name, "pair.json")
    >>> write_graph(G, path)
    >>> read_graph(path) == G
    True
    >>> folder.cleanup()
    """
    require_equibel_graph(graph)
    ending = known_ending(path, [*WRITERS, DIMACS], "written")
    if ending == DIMACS:
        if node is None and len(graph) != 1:
            raise OptionError(
                f"{path}: a {DIMACS} file holds the formula of one node; give the node (node=…, on the command line --node)",
                option="node",
                value=node,
                expected="a node",
            )
        write_dimacs(graph, next(iter(graph)) if node is None else node, path)
    elif node is not None:
        problem = f"{path}: a {ending} file holds the whole graph; a single node can be written to a {DIMACS} file"
        raise OptionError(problem, option="node", value=node, expected="None")
    else:
        write_text(path, WRITERS[ending](graph, path, note=note))


def write_dimacs(graph: EquibelGraph, node: Hashable, path: FilePath) -> None:
    """Write the formula of one node as DIMACS CNF, for any SAT solver; comments give the number of each atom.

    Raises `UnknownNodeError` when the node is not found, and `FileAccessError` when the file cannot be written.
    """
    write_text(path, to_dimacs(graph.belief(node)))


def format_asp(graph: EquibelGraph, path: FilePath = "<string>", *, note: Note = warn) -> str:
    """Write a scenario as facts for an answer set solver: its nodes, edges, atoms and formulas.

    ``path`` and ``note`` are those of `format_bcf`.  Weights, constraints and other attributes are left out.
    """
    losses = Losses(path, "a file of ASP facts")
    losses.add_all("graph", [graph.graph], [ATOMS])
    losses.add_all("node", (attributes for _, attributes in graph.nodes(data=True)), [FORMULAS])
    losses.add_all("edge", (attributes for _, _, attributes in graph.edges(data=True)), [])
    losses.report(note)
    return graph.to_asp()


WRITERS: dict[str, Callable[..., str]] = {".bcf": format_bcf, ".json": format_json, ".lp": format_asp}


def known_ending(path: FilePath, known: Collection[str], action: str) -> str:
    """The ending of the file name in lower case; raises `FileFormatError` when it is not in ``known``."""
    if not isinstance(path, str | os.PathLike):
        raise wrong_option("path", path, "the name of a file")
    ending = os.path.splitext(os.fspath(path))[1].lower()
    if ending not in known:
        problem = f"{_misfit(path, ending, known)}; files that can be {action} end in {', '.join(known)}"
        raise FileFormatError(problem, path=path or "''")
    return ending


def _misfit(path: FilePath, ending: str, known: Collection[str]) -> str:
    """The reason why the name of a file does not determine its format."""
    if ending in WORKSPACES:
        return f"the ending {ending!r} is that of a workspace"
    if ending in WRITTEN_ONLY:
        return f"{ending} files, which hold {WRITTEN_ONLY[ending]}, are written but not read"
    if ending:
        return f"unknown ending {ending!r}{suggestion(ending, known)}"
    if not path:
        return "the name of the file is empty"
    return "this is a folder" if os.path.isdir(path) else "the name has no ending"
