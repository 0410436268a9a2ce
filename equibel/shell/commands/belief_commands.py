"""Commands about atoms, formulas, weights and integrity constraints."""

from __future__ import annotations

from collections.abc import Hashable

from equibel.formula import Formula
from equibel.graph.constraints import CONSTRAINTS, get_constraints
from equibel.graph.weights import Weight
from equibel.shell.arguments import ATOM, ATOMS, FORMULA, FORMULAS, KIND, NODE, NODES, NUMBER
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Say, Table, say
from equibel.shell.show import SHOWN, beliefs, edge_text, node_text
from equibel.workspace import (
    AddAtoms,
    AddConstraints,
    AddFormulas,
    AddWeights,
    RemoveAtoms,
    RemoveConstraints,
    RemoveFormulas,
    SetFormulas,
)

GROUP = "atoms and formulas"


@command(group=GROUP, examples=("atoms",))
def atoms(at: Context) -> Reply:
    """List the atoms of the current graph: those of its formulas, and those added by `add_atom`."""
    names = at.graph().atom_names()
    return say(f"{len(names)} atom{'s' * (len(names) != 1)}: [{', '.join(names)}]")


@command(("atom", ATOM), group=GROUP, examples=("add_atom p",))
def add_atom(at: Context, atom: str) -> Reply:
    """Add an atom to the graph, which keeps it even when no formula uses it."""
    return add_atoms(at, [atom])


@command(("atoms", ATOMS), group=GROUP, examples=("add_atoms [p, q, r]", "add_atoms p q"))
def add_atoms(at: Context, atoms: list[str]) -> Reply:
    """Add atoms to the graph, which keeps them even when no formula uses them."""
    at.apply(AddAtoms(at.own(), atoms))
    return _atoms(at)


@command(("atom", ATOM), group=GROUP, examples=("remove_atom unused",))
def remove_atom(at: Context, atom: str) -> Reply:
    """Remove an atom that was added; no formula may use it."""
    at.apply(RemoveAtoms(at.own(), [atom]))
    return _atoms(at)


def _atoms(at: Context) -> Reply:
    return atoms(at)


@command(("nodes", NODES, True), group=GROUP, examples=("formulas", "formulas 1", "formulas [1..3]"))
def formulas(at: Context, nodes: list[Hashable] | None) -> Reply:
    """Show the formulas of all nodes, or of the given ones."""
    graph = at.graph()
    return Reply((beliefs(graph, nodes=at.nodes(graph, nodes)),))


@command(("nodes", NODES), ("formula", FORMULA), group=GROUP, examples=("add_formula 1 p & q", "add_formula [2..4] ~p"))
def add_formula(at: Context, nodes: list[Hashable], formula: Formula) -> Reply:
    """Add a formula to a node, or to several nodes.

    `help notation` explains how formulas are written.
    """
    return add_formulas(at, nodes, [formula])


@command(("nodes", NODES), ("formulas", FORMULAS), group=GROUP, examples=("add_formulas 1 [p -> q, ~r]",))
def add_formulas(at: Context, nodes: list[Hashable], formulas: list[Formula]) -> Reply:
    """Add formulas to a node, or to several nodes."""
    name = at.own()
    found = at.nodes(at.workspace.graphs[name], nodes)
    at.apply(AddFormulas(name, dict.fromkeys(found, formulas)))
    return _believed(at, name, found)


@command(("nodes", NODES), ("formulas", FORMULAS), group=GROUP, examples=("set_formulas 1 [p, q]", "set_formulas 1 []"))
def set_formulas(at: Context, nodes: list[Hashable], formulas: list[Formula]) -> Reply:
    """Set the formulas of a node, or of several nodes; [] removes all of them."""
    name = at.own()
    found = at.nodes(at.workspace.graphs[name], nodes)
    at.apply(SetFormulas(name, dict.fromkeys(found, formulas)))
    return _believed(at, name, found)


@command(("nodes", NODES), ("formula", FORMULA), group=GROUP, examples=("remove_formula 1 p & q & r",))
def remove_formula(at: Context, nodes: list[Hashable], formula: Formula) -> Reply:
    """Remove a formula from a node, or from several nodes."""
    name = at.own()
    found = at.nodes(at.workspace.graphs[name], nodes)
    at.apply(RemoveFormulas(name, {each: [formula] for each in found}))
    return _believed(at, name, found)


def _believed(at: Context, name: str, nodes: list[Hashable]) -> Reply:
    return Reply((beliefs(at.workspace.graphs[name], nodes=nodes, most=SHOWN),))


@command(("nodes", NODES, True), group=GROUP, examples=("weights", "weights 1"))
def weights(at: Context, nodes: list[Hashable] | None) -> Reply:
    """Show the weights of atoms at nodes, and of edges.

    The default weight is 1.  With the optimum cardinality, the operators on networks, such as `global` and `simple`, use
    weights.  `revise`, `contract`, `merge` and `extrapolate` ignore weights, as do the Python functions of these names.
    """
    graph = at.graph()
    rows = [
        (Cell(node_text(node), "name"), Cell(atom), Cell(str(weight)))
        for node in at.nodes(graph, nodes)
        for atom, weight in graph.weights(node).items()
    ]
    if nodes is None:
        rows += [
            (Cell(edge_text((u, v)), "name"), Cell(""), Cell(str(weight)))
            for u, v, weight in graph.edges(data="weight")
            if weight is not None
        ]
    if not rows:
        return say("no weights are set: every weight is 1", "dim")
    return Reply((Table(("where", "atom", "weight"), tuple(rows)),))


@command(("node", NODE), ("atom", ATOM), ("weight", NUMBER), group=GROUP, examples=("add_weight 1 p 2",))
def add_weight(at: Context, node: Hashable, atom: str, weight: Weight) -> Reply:
    """Set the weight of an atom at a node: how much its agreement on the atom counts (expertise); the default is 1.

    Weights are used with the optimum cardinality only; see `weights`.
    """
    name = at.own()
    found = at.node(at.workspace.graphs[name], node)
    at.apply(AddWeights(name, {found: {atom: weight}}))
    return weights(at, [found])


@command(group=GROUP, examples=("constraints",))
def constraints(at: Context) -> Reply:
    """Show the integrity constraints of the current graph.

    Every result entails the constraints of kind entailment, and is consistent with those of kind consistency.
    """
    graph = at.graph()
    rows = tuple(
        (Cell(kind), Cell(str(formula), "formula")) for kind in CONSTRAINTS for formula in get_constraints(graph, kind)
    )
    if not rows:
        return say("no constraints", "dim")
    return Reply((Table(("kind", "constraint"), rows),))


@command(("kind", KIND), ("formulas", FORMULAS), group=GROUP, examples=("add_constraint entailment p -> q",))
def add_constraint(at: Context, kind: str, formulas: list[Formula]) -> Reply:
    """Add an integrity constraint: a formula that every result must entail, or must be consistent with."""
    at.apply(AddConstraints(at.own(), kind, formulas))
    return constraints(at)


@command(("kind", KIND), ("formulas", FORMULAS), group=GROUP, examples=("remove_constraint entailment r -> s",))
def remove_constraint(at: Context, kind: str, formulas: list[Formula]) -> Reply:
    """Remove an integrity constraint."""
    at.apply(RemoveConstraints(at.own(), kind, formulas))
    return constraints(at)


@command(group=GROUP, examples=("asp",))
def asp(at: Context) -> Reply:
    """Show the current graph as facts for an answer set solver."""
    return Reply((Say(at.graph().to_asp().rstrip()),))
