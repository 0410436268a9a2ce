"""Writing of BCF, the belief change format of 2014; see `equibel.files.bcf` for the format."""

from __future__ import annotations

import functools
import re
from collections.abc import Hashable, Iterable, Iterator

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError
from equibel.files.attributes import (
    CONSISTENCY,
    ENTAILMENT,
    GRAPH_ATTRIBUTES,
    NODE_ATTRIBUTES,
    declared_atoms,
    get_constraints,
    get_weights,
    weight_data,
)
from equibel.files.data import is_simple_node
from equibel.files.text import FilePath, Losses, Note, warn
from equibel.formula import Formula, to_prefix
from equibel.formula.postfix import IFF, IMPLIES, XOR
from equibel.garbage import uncollected
from equibel.graph.nodes import node_name, plain_node, show_node
from equibel.plain import MAX_DIGITS

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PER_LINE = 20


def format_bcf(graph: EquibelGraph, path: FilePath = "<string>", *, note: Note = warn) -> str:
    """Write a scenario as BCF text; `parse_bcf` reads an equal scenario with the same weights from it.

    Parameters
    ----------
    graph : EquibelGraph
        The scenario.
    path : str or path, optional
        The name of the text in errors and notes.
    note : callable, optional
        Receives a sentence about everything that is left out because BCF cannot hold it, such as weights of edges, and
        about formulas that are rewritten because BCF has no ``->``, ``=`` and ``^``.

    Raises
    ------
    FileFormatError
        When a node is neither a number of at least 0 nor a word of letters, digits and ``_``.

    Examples
    --------
    >>> from equibel.equibel_graph import EquibelGraph
    >>> G = EquibelGraph([(1, 2), (2, 3)])
    >>> G.add_formula(1, "p & ~q")
    >>> print(format_bcf(G), end="")
    t undirected
    n 1..3
    e 1 2
    e 2 3
    f 1 (*(p -q))
    """
    _check_nodes(graph, path)
    _note_losses(graph, path, note)
    with uncollected():
        return "".join(line + "\n" for line in _lines(graph))


def _lines(graph: EquibelGraph) -> Iterator[str]:
    names = {node: node_name(node) for node in graph}
    prefix = functools.cache(to_prefix)
    yield "t undirected"
    yield from _words("n", _ranges(graph))
    yield from _words("a", declared_atoms(graph))
    for u, v in graph.edges:
        yield f"e {names[u]} {names[v]}"
    for node in graph:
        for name, weight in get_weights(graph, node).items():
            yield f"w {names[node]} {name} {weight_data(weight)}"
    for node in graph:
        for formula in graph.beliefs(node):
            yield f"f {names[node]} ({prefix(formula)})"
    for letter, kind in (("m", ENTAILMENT), ("s", CONSISTENCY)):
        for formula in get_constraints(graph, kind):
            yield f"{letter} ({prefix(formula)})"


def _words(letter: str, words: Iterable[str]) -> Iterator[str]:
    words = list(words)
    for start in range(0, len(words), _PER_LINE):
        yield " ".join([letter, *words[start : start + _PER_LINE]])


def _ranges(nodes: Iterable[Hashable]) -> Iterator[str]:
    """The nodes in their order, with ranges such as ``3..7`` for the numbers from 3 to 7."""
    first = last = None
    for node in map(plain_node, nodes):
        if last is not None and node == last + 1:
            last += 1
            continue
        if first is not None:
            yield f"{first}..{last}" if first != last else f"{first}"
        first = last = node if isinstance(node, int) else None
        if first is None:
            yield node_name(node)
    if first is not None:
        yield f"{first}..{last}" if first != last else f"{first}"


def _check_nodes(graph: EquibelGraph, path: FilePath) -> None:
    for node in map(plain_node, graph):
        if not is_simple_node(node) or (node < 0 if isinstance(node, int) else not _WORD.fullmatch(str(node))):
            raise FileFormatError(
                f"BCF cannot hold the node {show_node(node)}: its nodes are numbers of at least 0 with at most {MAX_DIGITS} "
                "digits and words of letters, digits and '_'; write a .json file, or rename the node with "
                "networkx.relabel_nodes",
                path=path,
            )


def _note_losses(graph: EquibelGraph, path: FilePath, note: Note) -> None:
    losses = Losses(path, "BCF")
    losses.add_all("graph", [graph.graph], GRAPH_ATTRIBUTES)
    losses.add_all("node", (attributes for _, attributes in graph.nodes(data=True)), NODE_ATTRIBUTES)
    losses.add_all("edge", (attributes for _, _, attributes in graph.edges(data=True)), ())
    losses.report(note)
    is_rewritten = functools.cache(_is_rewritten)
    rewritten = [node for node in graph if any(map(is_rewritten, graph.beliefs(node)))]
    if rewritten:
        nodes = ", ".join(map(show_node, rewritten[:5])) + (", ..." if len(rewritten) > 5 else "")
        note(f"{path}: BCF has no ->, = and ^; equivalent formulas are written at {nodes}")


def _is_rewritten(formula: Formula) -> bool:
    return any(not isinstance(token, str) and token.kind in (IMPLIES, IFF, XOR) for token in formula.code)
