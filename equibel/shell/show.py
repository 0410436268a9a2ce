"""Graphs and what nodes believe, as parts of replies."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import TimeLimitExceeded, UnknownNodeError
from equibel.formula import Formula, to_text
from equibel.operators import compare
from equibel.operators.comparison import EQUIVALENT
from equibel.options import CARDINALITY
from equibel.plain import INTEGER
from equibel.shell.reply import Cell, Table
from equibel.visible import escape_json, is_visible, visible
from equibel.workspace import Operation

SHOWN = 40  # rows of what a change leads to; commands that ask for something show all of it
_PATIENCE = 3.0  # seconds for finding out what has changed


def count(number: int, what: str) -> str:
    """``1 node``, ``2 nodes``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def node_text(node: Hashable) -> str:
    """A node as it is typed: a text that would be read as something else is in quotation marks.

    >>> node_text(1), node_text("alice"), node_text("1"), node_text("two words"), node_text(("a", 1))
    ('1', 'alice', '"1"', '"two words"', '(a, 1)')
    >>> print(node_text("a\u202eb"))
    "a\u202eb"
    """
    if isinstance(node, tuple):
        return f"({', '.join(map(node_text, node))})"
    if not isinstance(node, str):
        return visible(str(node))
    plain = re.fullmatch(r"[^\s,;()\[\]\"'#=.]+", node) and is_visible(node)
    return node if plain and not INTEGER.fullmatch(node) else quoted(node)


def quoted(text: str) -> str:
    """A text in quotation marks as it is typed; what cannot be seen is escaped as in JSON."""
    return escape_json(json.dumps(text, ensure_ascii=False))


def edge_text(edge: Sequence[Any]) -> str:
    """An edge: ``1 <-> 2``."""
    return f"{node_text(edge[0])} <-> {node_text(edge[1])}"


def listing(nodes: Iterable[Hashable]) -> str:
    """Nodes as a list that can be typed, consecutive numbers as ranges.

    >>> listing([1, 2, 3, 4, 7, "alice"]), listing([1, 2]), listing([])
    ('[1..4, 7, alice]', '[1, 2]', '[]')
    """
    words: list[str] = []
    run: list[int] = []

    def end_run() -> None:
        words.extend([f"{run[0]}..{run[-1]}"] if len(run) > 3 else map(str, run))
        run.clear()

    for node in nodes:
        if isinstance(node, int) and run and node == run[-1] + 1:
            run.append(node)
            continue
        end_run()
        if isinstance(node, int):
            run.append(node)
        else:
            words.append(node_text(node))
    end_run()
    return f"[{', '.join(words)}]"


def belief_text(graph: EquibelGraph, node: Hashable) -> str:
    """The formulas of a node, separated by ``;``, or ``True`` if it has none."""
    return "; ".join(map(to_text, graph.beliefs(node))) or "True"


def beliefs(
    graph: EquibelGraph,
    title: str = "",
    nodes: Iterable[Hashable] | None = None,
    before: EquibelGraph | None = None,
    most: int | None = None,
) -> Table:
    """The beliefs of nodes as a table; nodes whose beliefs have changed are marked."""
    chosen = list(graph if nodes is None else nodes)
    shown = chosen if most is None else chosen[:most]
    changed = set() if before is None else different(before, graph)
    rows = []
    for node in shown:
        row = [Cell(node_text(node), "name"), Cell(belief_text(graph, node), "formula")]
        if changed:
            row.append(Cell(belief_text(before, node) if node in changed and before is not None else "", "dim"))
        rows.append(tuple(row))
    marked = frozenset(position for position, node in enumerate(shown) if node in changed)
    columns = ("node", "believes", *(["before"] if changed else []))
    return Table(columns, tuple(rows), title, marked, len(chosen) - len(shown), headed=False)


def different(before: EquibelGraph, after: EquibelGraph) -> set[Hashable]:
    """The nodes whose beliefs have changed; if that takes too long, those whose formulas are written differently."""
    spelled = {node for node in after if node not in before or before.belief(node) != after.belief(node)}
    try:
        compared = compare(before, after, time_limit=_PATIENCE).nodes
    except (TimeLimitExceeded, UnknownNodeError):
        return spelled
    return {node for node, found in compared.items() if found.verdict != EQUIVALENT}


def edges(graph: EquibelGraph, most: int | None = None) -> Table:
    """The edges of a graph."""
    all_edges = list(graph.edges)
    shown = all_edges[:most]
    rows = tuple((Cell(edge_text(edge), "name"),) for edge in shown)
    return Table(("edges",), rows, count(len(all_edges), "edge"), more=len(all_edges) - len(shown), headed=False)


def describe(operation: Operation, of: str, iterations: int | None = None) -> str:
    """The description of a result: ``simple of g by cardinality, fixpoint (step 3 changed nothing)``."""
    words = f"{operation.operator} of {of}"
    if operation.optimum == CARDINALITY:
        words += " by cardinality"
    if operation.fixpoint:
        words += ", fixpoint" + ("" if iterations is None else f" (step {iterations} changed nothing)")
    elif operation.steps != 1:
        words += f", {operation.steps} steps"
    return words


def formulas_text(formulas: Iterable[Formula]) -> str:
    """Formulas separated by ``;``."""
    return "; ".join(map(to_text, formulas))
