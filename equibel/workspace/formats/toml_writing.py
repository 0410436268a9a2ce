"""The writer of workspaces as TOML; the format is described in `equibel.workspace.formats.toml_reading`."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import cast

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError
from equibel.files.attributes import (
    CONSTRAINTS,
    GRAPH_ATTRIBUTES,
    NODE_ATTRIBUTES,
    WEIGHT,
    WEIGHTS,
    as_weight,
    declared_atoms,
    get_constraints,
    get_weights,
    weight_data,
)
from equibel.files.data import is_simple_node
from equibel.files.text import FilePath, Losses, Note, warn
from equibel.formula import to_text
from equibel.graph.nodes import MAX_SHOWN, plain_node, shorten, show_node
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.operators import Operation
from equibel.plain import INTEGER, MAX_DIGITS, as_text, is_written
from equibel.workspace.state.dependencies import Declarations
from equibel.workspace.state.model import Result

DEEPEST = 20  # lists and tables within one another, in an attribute of an edge
_WIDTH = 100
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def format_workspace(
    workspace: Declarations,
    path: FilePath = "<string>",
    *,
    note: Note = warn,
    session: Mapping[str, str] | None = None,
) -> str:
    """Write a workspace as TOML text, which `parse_workspace` reads back as an equal workspace.

    Parameters
    ----------
    workspace : Workspace, State or Snapshot
        The graphs and results.
    path : str or path, optional
        How errors and notes call the text.
    note : callable, optional
        Receives a sentence for each attribute that TOML cannot store and that is left out.
    session : mapping, optional
        The content of the table ``session``, such as `Workspace.session`.

    Raises
    ------
    FileFormatError
        When a node is neither an integer nor a text, or TOML cannot tell it from another node.

    Examples
    --------
    >>> from equibel.workspace import Workspace
    >>> G = EquibelGraph([("a", "b")])
    >>> G.set_formulas("a", ["p & q", "r"])
    >>> ws = Workspace({"pair": G}, {"shared": Result("pair", Operation("global"))})
    >>> print(format_workspace(ws), end="")
    [graphs.pair]
    nodes = ["a", "b"]
    edges = [["a", "b"]]
    <BLANKLINE>
    [graphs.pair.formulas]
    a = ["p & q", "r"]
    <BLANKLINE>
    [results.shared]
    of = "pair"
    operator = "global"
    """
    writer = _Writer(path)
    tables = [table for name, graph in workspace.graphs.items() for table in writer.graph(name, graph)]
    tables += [writer.result(name, result) for name, result in workspace.results.items()]
    if session:
        tables.append(["[session]", *(f"{writer.key(name)} = {writer.value(text)}" for name, text in session.items())])
    writer.losses.report(note)
    return "\n".join("".join(f"{line}\n" for line in table) for table in tables)


class _Writer:
    def __init__(self, path: FilePath) -> None:
        self.path = path
        self.losses = Losses(path, "a workspace")

    def graph(self, name: str, graph: EquibelGraph) -> Iterator[list[str]]:
        """The tables of a graph, each a list of lines."""
        self.count_losses(graph)
        header = f"graphs.{self.key(name)}"
        main = [f"[{header}]", self.array("nodes", map(self.node, graph)), self.array("edges", self.edges(graph))]
        lists = {ATOMS: declared_atoms(graph)}
        lists |= {kind: [to_text(formula) for formula in get_constraints(graph, kind)] for kind in CONSTRAINTS}
        main += [self.array(key, map(self.value, texts)) for key, texts in lists.items() if texts]
        yield main
        formulas = {node: [self.value(to_text(formula)) for formula in graph.beliefs(node)] for node in graph}
        if any(formulas.values()):
            lines = (
                f"{self.node_key(node, graph)} = {texts[0]}"
                if len(texts) == 1
                else self.array(self.node_key(node, graph), texts)
                for node, texts in formulas.items()
                if texts
            )
            yield [f"[{header}.{FORMULAS}]", *lines]
        weights = {node: {p: weight_data(weight) for p, weight in get_weights(graph, node).items()} for node in graph}
        if any(weights.values()):
            lines = (f"{self.node_key(node, graph)} = {self.inline(found)}" for node, found in weights.items() if found)
            yield [f"[{header}.{WEIGHTS}]", *lines]

    def result(self, name: str, result: Result) -> list[str]:
        """The table of a result: the options that are not the default."""
        lines = [f"[results.{self.key(name)}]", f"of = {self.value(result.of)}"]
        for option in fields(Operation):
            value = getattr(result.operation, option.name)
            if value != option.default:
                lines.append(f"{option.name} = {self.value(value)}")
        return lines

    def edges(self, graph: EquibelGraph) -> Iterator[str]:
        """The edges, with their attributes as far as TOML can write them."""
        for u, v, attributes in graph.edges(data=True):
            written = {name: data for name, value in attributes.items() if (data := _data(name, value)) is not None}
            yield f"[{self.node(u)}, {self.node(v)}{', ' + self.inline(written) if written else ''}]"

    def count_losses(self, graph: EquibelGraph) -> None:
        """Count the attributes that are left out."""
        self.losses.add_all("graph", [graph.graph], GRAPH_ATTRIBUTES)
        self.losses.add_all("node", (attributes for _, attributes in graph.nodes(data=True)), NODE_ATTRIBUTES)
        for _, _, attributes in graph.edges(data=True):
            for name, value in attributes.items():
                if _data(name, value) is None:
                    self.losses.add("edge", name)

    def array(self, key: str, items: Iterable[str]) -> str:
        """An array on one line, or on several that are filled up to the width."""
        parts = list(items)
        line = f"{key} = [{', '.join(parts)}]"
        if len(line) <= _WIDTH:
            return line
        lines, room = [f"{key} = ["], 0
        for part in parts:
            room -= len(part) + 2
            if room < 0:
                lines.append("   ")
                room = _WIDTH - 4 - len(part) - 2
            lines[-1] += f" {part},"
        return "\n".join([*lines, "]"])

    def inline(self, table: Mapping[str, object]) -> str:
        """An inline table."""
        return "{" + ", ".join(f"{self.key(name)} = {self.value(value)}" for name, value in table.items()) + "}"

    def key(self, name: str) -> str:
        """A key."""
        return name if _BARE_KEY.fullmatch(name) else self.value(name)

    def node_key(self, node: Hashable, graph: EquibelGraph) -> str:
        """The key that names a node."""
        if isinstance(node, str) and INTEGER.fullmatch(node) and int(node) in graph:
            raise FileFormatError(
                f"a workspace cannot store the formulas and weights of the node {show_node(node)}, because "
                f"{shorten(node, MAX_SHOWN)} is another node; write a .json file, or rename one of them with "
                "networkx.relabel_nodes",
                path=self.path,
            )
        return self.key(str(plain_node(node)))

    def node(self, node: Hashable) -> str:
        """A node in an array."""
        node = plain_node(node)
        if not is_simple_node(node):
            raise FileFormatError(
                f"a workspace cannot store the node {show_node(node)}: its nodes are integers of at most {MAX_DIGITS} "
                "digits and texts; write a .json file, or rename the node with networkx.relabel_nodes",
                path=self.path,
            )
        return self.value(node)

    def value(self, value: object) -> str:
        """A text, a number, true or false, or a list or table of these."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return f"[{', '.join(map(self.value, value))}]"
        if isinstance(value, dict):
            return self.inline(value)
        if isinstance(value, float):
            return float.__repr__(value)  # numpy's own numbers spell themselves differently
        if isinstance(value, int):
            return int.__repr__(value)
        text = as_text(cast(str, value))
        if _SURROGATE.search(text):
            raise FileFormatError(f"a workspace cannot store the text {text!a}: it is not Unicode text", path=self.path)
        # The escapes of JSON are TOML's too; TOML asks for DEL to be escaped besides.
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _data(name: object, value: object) -> object:
    """An attribute of an edge as TOML data; ``None`` when TOML cannot store it."""
    if name == WEIGHT and (weight := as_weight(value)) is not None:
        return weight_data(weight)
    return value if _is_plain(name, value) else None


def _is_plain(name: object, value: object, levels: int = DEEPEST) -> bool:
    """Whether TOML can write an attribute: it is made of texts, numbers, true and false, lists and tables."""
    if not isinstance(name, str) or levels == 0:
        return False
    if isinstance(value, list):
        return all(_is_plain(name, item, levels - 1) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(key, item, levels - 1) for key, item in value.items())
    return isinstance(value, str | float) or (isinstance(value, int) and is_written(value))
