"""Nodes in the path of a URL."""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable

from equibel.graph import require_node
from equibel.plain import INTEGER


def find_node(nodes: Collection[Hashable], text: str) -> Hashable:
    """The node that a text in a path means.

    An integer is the integer node if there is one, and JSON text, such as ``"1"`` with its quotes or ``["a", 1]``, is what
    it says; everything else is the node of that name.  Raises `UnknownNodeError` when there is no such node.

    >>> find_node([1, "1", "a"], "1"), find_node([1, "1", "a"], '"1"'), find_node(["1"], "1")
    (1, '1', '1')
    >>> find_node(["a", ("a", 1)], '["a", 1]')
    ('a', 1)
    """
    node: Hashable = text
    if INTEGER.fullmatch(text) and (int(text) in nodes or text not in nodes):
        node = int(text)
    elif text.startswith('"') or (text.startswith("[") and text not in nodes):
        node = _read(text)
    require_node(nodes, node)
    return node


def _read(text: str) -> Hashable:
    """The text or list that a JSON text stands for; the text itself when it is no such."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, int | str) for part in value):
        return tuple(value)
    return text
