"""The reader of workspaces in TOML, the format for writing them by hand.

::

    [graphs.drones]
    nodes = ["a", "b", "c", "d"]           # or path = 4, cycle, star, complete, grid = [2, 3]; or path = ["a", "b"]
    edges = [["a", "b"], ["b", "c", {weight = 3}], ["c", "d"]]
    atoms = ["s"]                          # atoms besides those in formulas
    entailment = ["p -> q"]                # integrity constraints
    consistency = ["~s"]

    [graphs.drones.formulas]               # one formula, or a list of them
    a = "p & q & r"
    d = ["~p", "~q"]

    [graphs.drones.weights]
    a = {p = 2}

    [results.settled]
    of = "drones"                          # a graph, or another result
    operator = "simple"
    optimum = "cardinality"                # "inclusion" unless given
    method = "syntactic"                   # "semantic" unless given
    fixpoint = true                        # or steps = 2

    [session]                              # what the shell goes on with
    current = "drones"
    optimum = "cardinality"                # and method, merging, choice

A key that reads as an integer names an integer node; when there is none, it names the node that is that text.  Without
``nodes`` the edges tell which nodes there are.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Collection, Hashable
from dataclasses import fields
from typing import Any

from equibel import generators
from equibel.equibel_graph import EquibelGraph
from equibel.errors import (
    EquibelError,
    FileFormatError,
    OptionError,
    WorkspaceError,
    suggestion,
)
from equibel.files.attributes import CONSTRAINTS, WEIGHT, WEIGHTS, set_constraints
from equibel.files.data import LONG_INTEGER, DataReader, Place, spell
from equibel.files.text import DIMACS_FILE, FilePath, Note, warn
from equibel.formula import is_dimacs
from equibel.graph.scenario import ATOMS, FORMULAS
from equibel.operators import Operation
from equibel.options import KEPT, check_choice
from equibel.plain import INTEGER
from equibel.workspace.formats.toml_source import line_of
from equibel.workspace.formats.toml_writing import DEEPEST
from equibel.workspace.service import Workspace
from equibel.workspace.state.dependencies import derivation_order
from equibel.workspace.state.model import Result, State

_GENERATORS: dict[str, Callable[..., EquibelGraph]] = {
    "path": generators.path_graph,
    "cycle": generators.cycle_graph,
    "star": generators.star_graph,
    "complete": generators.complete_graph,
    "grid": generators.grid_2d_graph,
}
_GRAPH_KEYS = ("nodes", "edges", ATOMS, *CONSTRAINTS, FORMULAS, WEIGHTS, *_GENERATORS)
_RESULT_KEYS = ("of", *(option.name for option in fields(Operation)))


def parse_workspace(text: str, path: FilePath = "<string>", *, note: Note = warn) -> Workspace:
    """Read a workspace from TOML text.

    Parameters
    ----------
    text : str
        TOML as described in this module's documentation.
    path : str or path, optional
        How errors and notes call the text.
    note : callable, optional
        Receives a sentence about everything that is not kept as it is, or may not be what was meant: parallel edges,
        attributes of edges that a workspace keeps as texts or that look misspelt, atoms called as constants are elsewhere.

    Raises
    ------
    FileFormatError
        When the text is not TOML or does not describe a workspace, with the line.
    WorkspaceError, UnknownNameError, CycleError
        When its names do not fit together, as for `derivation_order`.

    Examples
    --------
    >>> ws = parse_workspace('''
    ... [graphs.chain]
    ... path = [1, 2, 3]
    ... formulas = {1 = "p & q", 3 = ["~p"]}
    ... [results.shared]
    ... of = "chain"
    ... operator = "global"
    ... ''')
    >>> list(ws.graphs["chain"].edges), ws.results["shared"].of
    ([(1, 2), (2, 3)], 'chain')
    """
    return _Reader(text, path, note).read()


class _Reader(DataReader):
    mapping_name = "a table"

    def __init__(self, text: str, path: FilePath, note: Note) -> None:
        super().__init__(path, lambda place: (line_of(text, place), 0), note)
        self.source = text
        self.texts: list[tuple[Place, str]] = []  # attributes of edges that became texts

    def read(self) -> Workspace:
        root = load_toml(self.source, self.path)
        self.keys((), root, ("graphs", "results", "session"))
        graphs = self.mapping(("graphs",), root.get("graphs", {}), "such as [graphs.g]")
        results = self.mapping(("results",), root.get("results", {}), "such as [results.r]")
        declared = State(
            {name: self.graph(("graphs", name), table) for name, table in graphs.items()},
            {name: self.result(("results", name), table) for name, table in results.items()},
        )
        self.check_names(declared)
        workspace = Workspace(declared.graphs, declared.results, note=self.note)
        workspace.keep_session(self.session(root.get("session", {})))
        return workspace

    def session(self, value: object) -> dict[str, str]:
        table = self.mapping(("session",), value, 'such as {current = "g"}')
        self.keys(("session",), table, ("current", *KEPT, "choice"))
        for name, text in table.items():
            place: Place = ("session", name)
            self.text(place, text, {"current": "such as g", "choice": "such as [q, p]"}.get(name, "such as cardinality"))
            if name in KEPT:
                try:
                    check_choice(name, text, KEPT[name])
                except OptionError as error:
                    self.fail(place, str(error), error)
        return table

    def graph(self, place: Place, value: object) -> EquibelGraph:
        table = self.mapping(place, value, "with nodes and edges")
        self.keys(place, table, _GRAPH_KEYS)
        graph = self.generated(place, table)
        declared = len(graph) > 0 or "nodes" in table
        nodes = self.listing((*place, "nodes"), table.get("nodes", []), "of nodes, such as [1, 2]")
        graph.add_nodes_from([self.simple_node((*place, "nodes", i), node) for i, node in enumerate(nodes)])
        edges = self.listing((*place, "edges"), table.get("edges", []), "of edges, such as [[1, 2]]")
        for index, item in enumerate(edges):
            self.edge((*place, "edges", index), item, graph, declared)
        graph.add_atoms(self.atoms((*place, ATOMS), table.get(ATOMS, [])))
        for kind in CONSTRAINTS:
            set_constraints(graph, kind, self.formulas((*place, kind), table.get(kind, [])))
        formulas = self.mapping((*place, FORMULAS), table.get(FORMULAS, {}), 'such as {1 = "p & q"}')
        for name, texts in formulas.items():
            there: Place = (*place, FORMULAS, name)
            graph.set_formulas(self.named(there, name, graph), self.formulas(there, texts))
        weights = self.mapping((*place, WEIGHTS), table.get(WEIGHTS, {}), "such as {1 = {p = 2}}")
        for name, numbers in weights.items():
            there = (*place, WEIGHTS, name)
            self.weights(there, numbers, graph, self.named(there, name, graph))
        self.note_texts()
        self.note_repeated()
        self.note_doubtful(graph, f"{spell(place)}: ")
        return graph

    def generated(self, place: Place, table: dict[str, Any]) -> EquibelGraph:
        """The graph of the generator that the table names, or an empty one."""
        names = [name for name in table if name in _GENERATORS]
        if not names:
            return EquibelGraph()
        name, there = names[0], (*place, names[0])
        if len(names) > 1:
            self.fail((*place, names[1]), f"the graph is also a {name}; keep one of them")
        size = table[name]
        if isinstance(size, list) and name != "grid":
            size = [self.simple_node((*there, index), node) for index, node in enumerate(size)]
        numbers = size if name == "grid" and isinstance(size, list) and len(size) == 2 else [size]
        if name == "grid" and len(numbers) != 2:
            self.fail(there, f"expected the numbers of rows and columns, such as [2, 3], not {self.describe(size)}")
        try:
            return _GENERATORS[name](*numbers)
        except EquibelError as error:
            self.fail(there, str(error), error)

    def edge(self, place: Place, item: object, graph: EquibelGraph, declared: bool) -> None:
        """Add an edge; its nodes must be there already when they are ``declared``."""
        parts = self.listing(place, item, 'of two nodes, such as ["a", "b"]')
        if len(parts) not in (2, 3):
            self.fail(place, f'expected two nodes, such as ["a", "b"], not {len(parts)} values')
        u, v = (self.simple_node((*place, index), parts[index]) for index in (0, 1))
        if declared:
            for node in (u, v):
                self.known(place, graph, node)
        attributes = self.mapping((*place, 2), parts[2] if len(parts) == 3 else {}, "such as {weight = 2}")
        self.edge_weight((*place, 2), attributes)
        kept = {
            name: value if name == WEIGHT else self.storable((*place, 2, name), value, DEEPEST)
            for name, value in attributes.items()
        }
        self.add_edge(place, graph, (u, v, kept))

    def storable(self, place: Place, value: Any, levels: int) -> Any:
        """The value as a workspace can store it: dates, times, ``nan`` and ``inf`` become texts."""
        if levels == 0:
            self.fail(place, f"lists and tables of an edge may be nested at most {DEEPEST} deep")
        if isinstance(value, list):
            return [self.storable((*place, index), item, levels - 1) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self.storable((*place, name), item, levels - 1) for name, item in value.items()}
        if isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
            return value
        text = str(value) if isinstance(value, float) else value.isoformat()
        self.texts.append((place, text))
        return text

    def note_texts(self) -> None:
        """Note the attributes that are stored as texts."""
        if self.texts:
            place, text = self.texts[0]
            more = f"; so are {len(self.texts) - 1} more values" if len(self.texts) > 1 else ""
            self.note(
                f"{self.path}, line {self.locate(place)[0]}: {spell(place)}: a workspace keeps dates, times, nan and inf as "
                f"texts, this one as {text!r}{more}"
            )
            self.texts = []

    def named(self, place: Place, name: str, graph: EquibelGraph) -> Hashable:
        """The node that a key names."""
        if INTEGER.fullmatch(name) and (int(name) in graph or name not in graph):
            return self.known(place, graph, int(name))
        return self.known(place, graph, name)

    def result(self, place: Place, value: object) -> Result:
        table = self.mapping(place, value, 'such as {of = "g", operator = "global"}')
        self.keys(place, table, _RESULT_KEYS)
        for needed in ("of", "operator"):
            if needed not in table:
                self.fail(place, f'the result lacks the key {needed!r}; expected of = "GRAPH" and operator = "NAME"')
        if "steps" in table and "fixpoint" in table:
            self.fail((*place, "steps"), "a result has either steps or a fixpoint; keep one of them")
        of = self.text((*place, "of"), table["of"], "that names a graph or a result")
        try:
            return Result(of, Operation(**{name: value for name, value in table.items() if name != "of"}))
        except OptionError as error:
            self.fail((*place, error.option), str(error), error)

    def keys(self, place: Place, table: dict[str, Any], known: Collection[str]) -> None:
        """Refuse a table with a key that means nothing."""
        for name in table:
            if name not in known:
                hint = suggestion(name, known) or f"; expected {', '.join(known)}"
                self.fail((*place, name), f"unknown key{hint}")

    def check_names(self, declared: State) -> None:
        """Whether results can be derived, with errors that tell the line."""
        try:
            derivation_order(declared)
        except WorkspaceError as error:
            line = line_of(self.source, ("results", vars(error)["result"], "of"))
            error.args = (f"{self.path}, line {line}: {error}",)
            raise


_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*"""
_LONG_KEY = re.compile(rf"^[ \t\[]*(?:{_KEY_PART}){{100}}", re.MULTILINE)


def load_toml(text: str, path: FilePath = "<string>") -> dict[str, Any]:
    """The value of a TOML text; `FileFormatError` with line and column when it is not TOML."""
    long_key = _LONG_KEY.search(text)
    if long_key is not None:  # which tomllib would read in quadratic time
        line = text.count("\n", 0, long_key.start()) + 1
        raise FileFormatError("a key has more than 100 parts", path=path, line=line)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise FileFormatError("the lists and tables are nested too deeply", path=path) from None
    except ValueError as error:  # TOMLDecodeError, and Python's limit on the digits of an integer
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
        if found is None:
            raise FileFormatError(LONG_INTEGER, path=path) from None
        line, column = (int(found[2]), int(found[3])) if found[2] else (text.count("\n") + 1, 0)
        problem = DIMACS_FILE if is_dimacs(text) else f"not TOML: {found[1]}"
        raise FileFormatError(problem, path=path, line=line, column=column) from None
