"""Changes of one graph: its nodes, edges, atoms, formulas, weights and integrity constraints.

The first field is the name of the graph; an unknown one raises `UnknownNameError`.  The errors named below are raised by
`Workspace.apply`, which carries out the change.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelGraphException, UnknownFormulaError
from equibel.files.attributes import (
    CONSTRAINTS,
    Weight,
    check_weight,
    check_weights,
    get_weights,
    set_weights,
    weight_data,
)
from equibel.formula import Formula, to_text
from equibel.graph import node_name, require_node, show_node
from equibel.graph.beliefs import as_formulas, read_atoms
from equibel.options import check_choice, wrong_option
from equibel.workspace.changes.change import Change, Name, listed, shorten
from equibel.workspace.state.content import as_node
from equibel.workspace.state.draft import Draft
from equibel.workspace.state.frozen import set_edge


def _items(option: str, value: object) -> list[Any]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise wrong_option(option, value, "a list")
    return list(value.items() if isinstance(value, Mapping) else value)


def _parts(option: str, item: object, count: int, expected: str) -> list[Any]:
    if isinstance(item, str) or not isinstance(item, Iterable) or len(parts := list(item)) != count:
        raise wrong_option(option, item, expected)
    return parts


def _nodes(option: str, value: object) -> tuple[Hashable, ...]:
    return tuple(dict.fromkeys(map(as_node, _items(option, value))))


def _edges(option: str, value: object) -> tuple[tuple[Hashable, Hashable], ...]:
    edges: dict[frozenset[Hashable], tuple[Hashable, Hashable]] = {}
    for item in _items(option, value):
        u, v = map(as_node, _parts(option, item, 2, "edges such as [(1, 2), (2, 3)]"))
        edges.setdefault(frozenset((u, v)), (u, v))
    return tuple(edges.values())


def _atoms(option: str, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(read_atoms(value)))


def _formulas(option: str, value: Any) -> tuple[Formula, ...]:
    return tuple(dict.fromkeys(as_formulas(value)))


def _formulas_of(option: str, value: object) -> dict[Hashable, tuple[Formula, ...]]:
    pairs = (_parts(option, item, 2, 'formulas of nodes such as {1: "p"}') for item in _items(option, value))
    return {as_node(node): _formulas(option, given) for node, given in pairs}


def _weights_of(option: str, value: object) -> dict[Hashable, dict[str, Weight]]:
    expected = 'weights of atoms at nodes such as {1: {"p": 2}}'
    found = {}
    for item in _items(option, value):
        node, weights = _parts(option, item, 2, expected)
        pairs = [_parts(option, pair, 2, expected) for pair in _items(option, weights)]
        found[as_node(node)] = check_weights({name: weight for atom, weight in pairs for name in read_atoms([atom])})
    return found


def _edge_weights(option: str, value: object) -> tuple[tuple[Hashable, Hashable, float | str], ...]:
    found = []
    for item in _items(option, value):
        u, v, weight = _parts(option, item, 3, "weights of edges such as [(1, 2, 0.5)]")
        found.append((as_node(u), as_node(v), weight_data(check_weight("the weight of an edge", weight))))
    return tuple(found)


def _kind(option: str, value: object) -> str:
    return check_choice(option, value, CONSTRAINTS)


Nodes = Annotated[Iterable[Hashable], _nodes]
Edges = Annotated[Iterable[tuple[Hashable, Hashable]], _edges]
Atoms = Annotated[Iterable[str], _atoms]
Formulas = Annotated[Any, _formulas]
FormulasOf = Annotated[Mapping[Hashable, Any], _formulas_of]
WeightsOf = Annotated[Mapping[Hashable, Mapping[str, Weight]], _weights_of]
EdgeWeights = Annotated[Iterable[tuple[Hashable, Hashable, Weight | str]], _edge_weights]
Kind = Annotated[str, _kind]


def _require_edge(graph: EquibelGraph, u: Hashable, v: Hashable) -> None:
    for node in (u, v):
        require_node(graph, node)
    if not graph.has_edge(u, v):
        raise EquibelGraphException(f"the graph has no edge {show_node(u)} <-> {show_node(v)}")


def _ends(edges: Iterable[tuple[Any, ...]]) -> list[Hashable]:
    return [node for edge in edges for node in edge[:2]]


def _show_edge(edge: tuple[Any, ...]) -> str:
    return f"{node_name(edge[0])} <-> {node_name(edge[1])}"


def _show_formulas(formulas_of: Mapping[Hashable, Any]) -> str:
    words = [
        f"{shorten(text)} at {node_name(node)}"
        for node, formulas in formulas_of.items()
        for text in map(str, formulas or ["none"])
    ]
    return listed(words, "formula")


@dataclass(frozen=True)
class AddNodes(Change):
    """Add nodes; those that are there already stay as they are.

    >>> AddNodes("g", [1, 2, 3]).line()
    'g: add nodes 1, 2, 3'
    """

    graph: Name
    nodes: Nodes

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, self.nodes) as graph:
            graph.add_nodes_from((node, {}) for node in self.nodes)

    def _line(self) -> str:
        return f"{self.graph}: add {listed(map(node_name, self.nodes), 'node')}"


@dataclass(frozen=True)
class RemoveNodes(Change):
    """Remove nodes, with their edges and formulas; `UnknownNodeError` when one is not there."""

    graph: Name
    nodes: Nodes

    def _apply(self, draft: Draft) -> None:
        graph = draft.graph(self.graph)
        for node in self.nodes:
            require_node(graph, node)
        around = {neighbour: None for node in self.nodes for neighbour in graph.adj[node]}
        with draft.edit(self.graph, [*self.nodes, *around]) as graph:
            graph.remove_nodes_from(list(self.nodes))

    def _line(self) -> str:
        return f"{self.graph}: remove {listed(map(node_name, self.nodes), 'node')}"


@dataclass(frozen=True)
class AddEdges(Change):
    """Join pairs of nodes, which are added when they are not there; edges that are there stay as they are."""

    graph: Name
    edges: Edges

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, _ends(self.edges)) as graph:
            graph.add_edges_from(self.edges)

    def _line(self) -> str:
        return f"{self.graph}: add {listed(map(_show_edge, self.edges), 'edge')}"


@dataclass(frozen=True)
class RemoveEdges(Change):
    """Remove edges; `EquibelGraphException` when one is not there."""

    graph: Name
    edges: Edges

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, _ends(self.edges)) as graph:
            for u, v in self.edges:
                _require_edge(graph, u, v)
                graph.remove_edge(u, v)

    def _line(self) -> str:
        return f"{self.graph}: remove {listed(map(_show_edge, self.edges), 'edge')}"


@dataclass(frozen=True)
class AddAtoms(Change):
    """Declare atoms, which then belong to the graph even when no formula uses them."""

    graph: Name
    atoms: Atoms

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph) as graph:
            graph.add_atoms(self.atoms)

    def _line(self) -> str:
        return f"{self.graph}: add {listed(self.atoms, 'atom')}"


@dataclass(frozen=True)
class RemoveAtoms(Change):
    """Remove declared atoms; `EquibelGraphException` when one is used in a formula, or not there."""

    graph: Name
    atoms: Atoms

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph) as graph:
            for atom in self.atoms:
                graph.remove_atom(atom)

    def _line(self) -> str:
        return f"{self.graph}: remove {listed(self.atoms, 'atom')}"


@dataclass(frozen=True)
class AddFormulas(Change):
    """Add formulas to nodes, one or several each; `UnknownNodeError` when a node is not there.

    >>> AddFormulas("g", {1: "p&q", 2: ["r", "~s"]}).line()
    'g: add formulas p & q at 1, r at 2, ~s at 2'
    """

    graph: Name
    formulas: FormulasOf

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, self.formulas) as graph:
            for node, formulas in self.formulas.items():
                for formula in formulas:
                    graph.add_formula(node, formula)

    def _line(self) -> str:
        return f"{self.graph}: add {_show_formulas(self.formulas)}"


@dataclass(frozen=True)
class RemoveFormulas(Change):
    """Let nodes believe less; `UnknownFormulaError` when a node does not have the formula."""

    graph: Name
    formulas: FormulasOf

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, self.formulas) as graph:
            for node, formulas in self.formulas.items():
                for formula in formulas:
                    before = len(graph.beliefs(node))
                    graph.remove_formula(node, formula)
                    if len(graph.beliefs(node)) == before:
                        held = "; ".join(map(to_text, graph.beliefs(node)[:5]))
                        problem = f"node {show_node(node)} has no formula {shorten(to_text(formula))}"
                        hint = f"; it has {shorten(held)}" if held else "; it has none"
                        raise UnknownFormulaError(problem + hint, node=node, formula=to_text(formula))

    def _line(self) -> str:
        return f"{self.graph}: remove {_show_formulas(self.formulas)}"


@dataclass(frozen=True)
class SetFormulas(Change):
    """Replace all formulas of nodes by others, or by none; `UnknownNodeError` when a node is not there.

    >>> SetFormulas("g", {1: [], 2: "p"}).line()
    'g: set formulas none at 1, p at 2'
    """

    graph: Name
    formulas: FormulasOf

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, self.formulas) as graph:
            for node, formulas in self.formulas.items():
                graph.set_formulas(node, formulas)

    def _line(self) -> str:
        return f"{self.graph}: set {_show_formulas(self.formulas)}"


@dataclass(frozen=True)
class AddWeights(Change):
    """Set weights of atoms at nodes: how much agreement on them counts, 1 by default.

    >>> AddWeights("g", {1: {"p": 2, "q": 0.5}}).line()
    'g: add weights p 2 at 1, q 0.5 at 1'
    """

    graph: Name
    weights: WeightsOf

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, self.weights) as graph:
            for node, weights in self.weights.items():
                require_node(graph, node)
                set_weights(graph, node, {**get_weights(graph, node), **weights})

    def _line(self) -> str:
        words = [
            f"{atom} {weight} at {node_name(node)}"
            for node, weights in self.weights.items()
            for atom, weight in weights.items()
        ]
        return f"{self.graph}: add {listed(words, 'weight')}"


@dataclass(frozen=True)
class AddEdgeWeights(Change):
    """Set the weights of edges (1 by default); `EquibelGraphException` when one is not there."""

    graph: Name
    weights: EdgeWeights

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph, _ends(self.weights)) as graph:
            for u, v, weight in self.weights:
                _require_edge(graph, u, v)
                set_edge(graph, u, v, {"weight": weight})

    def _line(self) -> str:
        words = [f"{weight} of {_show_edge((u, v))}" for u, v, weight in self.weights]
        return f"{self.graph}: add {listed(words, 'weight')}"


@dataclass(frozen=True)
class AddConstraints(Change):
    """Add integrity constraints of a kind: ``"entailment"`` (entailed by every result) or ``"consistency"``."""

    graph: Name
    kind: Kind
    formulas: Formulas

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph) as graph:
            for formula in self.formulas:
                graph.add_constraint(formula, self.kind)

    def _line(self) -> str:
        return f"{self.graph}: add {listed(map(to_text, self.formulas), f'{self.kind} constraint')}"


@dataclass(frozen=True)
class RemoveConstraints(Change):
    """Remove integrity constraints; `EquibelGraphException` when the graph does not have one of them."""

    graph: Name
    kind: Kind
    formulas: Formulas

    def _apply(self, draft: Draft) -> None:
        with draft.edit(self.graph) as graph:
            for formula in self.formulas:
                graph.remove_constraint(formula, self.kind)

    def _line(self) -> str:
        return f"{self.graph}: remove {listed(map(to_text, self.formulas), f'{self.kind} constraint')}"
