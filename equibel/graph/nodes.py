"""Names of nodes in messages, and errors about nodes that are not found."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Collection, Hashable
from numbers import Integral
from typing import Any

from equibel.errors import EquibelError, FormulaSyntaxError, UnknownNodeError
from equibel.plain import as_text
from equibel.visible import visible

MAX_SHOWN = 80  # characters of a node's name in a message
MAX_COMPARED = 1000  # nodes that are compared to find a similar name


def require_node(nodes: Collection[object], node: Hashable) -> None:
    """Raise `UnknownNodeError`, with a similar name as a suggestion, unless ``nodes`` (such as a graph) has ``node``."""
    if node in nodes:
        return
    raise UnknownNodeError(f"the graph has no node {show_node(node)}{_nearest(nodes, node)}", node=node)


def plain_node(node: Hashable) -> Hashable:
    """The node, with integers and texts of other libraries converted to those of Python, also in tuples.

    >>> import enum
    >>> Agent = enum.Enum("Agent", {"ann": "ann"}, type=str)
    >>> plain_node(Agent.ann), plain_node((Agent.ann, 1))
    ('ann', ('ann', 1))
    """
    if node.__class__ is int:
        return node
    if isinstance(node, str):
        return as_text(node)
    if isinstance(node, Integral) and not isinstance(node, bool):
        return int(node)
    if type(node) is tuple and any(type(part) not in (str, int) for part in node):
        return tuple(plain_node(part) if not isinstance(part, tuple) else part for part in node)
    return node


def show_node(node: object) -> str:
    """The ``repr`` of a node, shortened when it is very long."""
    text = visible(_written(repr, node))
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def node_name(node: object) -> str:
    """The name of a node for output: strings without quotation marks."""
    return visible(_written(str, node))


def shorten(text: str, width: int = 200) -> str:
    """The text, shortened for a message when it is long."""
    return text if len(text) <= width else text[: width - 1] + "…"


def locate(error: EquibelError, where: str) -> EquibelError:
    """The same error with a message that says where the formula is."""
    if isinstance(error, FormulaSyntaxError):
        problem = f"in {where}: {error.problem}"
        return FormulaSyntaxError(problem, text=error.text, line=error.line, column=error.column, expected=error.expected)
    return type(error)(f"in {where}: {error}", **vars(error))


def _nearest(nodes: Collection[object], node: Hashable) -> str:
    name = _written(str, node)
    if not nodes:
        return "; it has no nodes yet, add them with add_nodes_from"
    if len(name) > MAX_SHOWN:
        return ""
    # Names are compared as text, so node 1 is the nearest to '1'.
    known = {_written(str, other): other for other in itertools.islice(nodes, MAX_COMPARED)}
    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {show_node(known[near[0]])}?)" if near else ""


def _written(write: Callable[[object], str], node: Any) -> str:
    try:
        return write(plain_node(node))
    except (ValueError, RecursionError):  # integers of thousands of digits and very deep tuples have no text in Python
        return f"<a very long {type(node).__name__}>"
