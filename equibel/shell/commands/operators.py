"""Commands by which nodes share their beliefs, and change them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import equibel.operators as change
from equibel.files import unheeded
from equibel.formula import TRUE, Formula, as_formula
from equibel.graph import CONSISTENCY, ENTAILMENT, get_constraints, require_node
from equibel.options import CARDINALITY, INCLUSION, SEMANTIC, SYNTACTIC
from equibel.shell.arguments import FORMULA, NODE, NODES, REPEAT
from equibel.shell.context import Context
from equibel.shell.registry import command
from equibel.shell.reply import Reply, Say, say
from equibel.shell.show import beliefs, describe, node_text
from equibel.workspace import ReplaceGraph, SetFormulas

GROUP = "sharing beliefs"
TIMES = ("times", REPEAT, True)


def _share(at: Context, operator: str, repeat: int | str | None) -> Reply:
    """Put the result of an operator in the place of the current graph."""
    name = at.own()
    before = at.workspace.graphs[name]
    operation = at.session.operation(operator, repeat)
    outcome = operation.apply(before, simplify=True, **at.where_and_when())
    at.check()
    at.notes += unheeded(before, operation.optimum)
    title = describe(operation, name, outcome.iterations)
    table = beliefs(outcome.graph, title, before=before)
    at.apply(ReplaceGraph(name, outcome.graph), label=describe(operation, name))
    return Reply((table, *(() if table.changed else (Say("nothing has changed", "dim"),))))


@command(group=GROUP, name="global", aliases=("one_shot", "completion"), examples=("global", "one_shot"))
def _global(at: Context) -> Reply:
    """Replace the current graph by its global completion, and show what every node believes.

    Everybody shares with everybody at once: the nodes agree as far as they can, and each keeps what it believed.  What
    has changed is marked.  `undo` brings the graph back; `derive` leaves it as it is.
    """
    return _share(at, "global", None)


@command(TIMES, group=GROUP, aliases=("iterate",), examples=("simple", "iterate 2", "iterate steady"))
def simple(at: Context, times: int | str | None) -> Reply:
    """Let every node hear its neighbours: once, N times, or until nothing changes (fixpoint, or steady).

    The current graph is replaced by the result.
    """
    return _share(at, "simple", times)


@command(TIMES, group=GROUP, examples=("ring", "ring fixpoint"))
def ring(at: Context, times: int | str | None) -> Reply:
    """Let every node hear those at distance 1, then those at distance 2, and so on.

    The current graph is replaced by the result; see `simple` for the argument.
    """
    return _share(at, "ring", times)


@command(TIMES, group=GROUP, examples=("expanding", "expanding 2"))
def expanding(at: Context, times: int | str | None) -> Reply:
    """Let every node complete the shortest paths from it, first of length 1, then up to 2, and so on.

    The current graph is replaced by the result; see `simple` for the argument.
    """
    return _share(at, "expanding", times)


@command(TIMES, group=GROUP, examples=("augmenting",))
def augmenting(at: Context, times: int | str | None) -> Reply:
    """Let every node complete all shortest paths from it, where agreements nearby count first.

    The current graph is replaced by the result; see `simple` for the argument.
    """
    return _share(at, "augmenting", times)


@command(group=GROUP, aliases=("containment",), examples=("inclusion", "containment"))
def inclusion(at: Context) -> Reply:
    """Compare sets of agreements by inclusion from now on; called containment in 2016."""
    at.session.options.optimum = INCLUSION
    return say("agreements are compared by inclusion")


@command(group=GROUP, examples=("cardinality",))
def cardinality(at: Context) -> Reply:
    """Compare sets of agreements by their size from now on, or by their weight where weights are given."""
    at.session.options.optimum = CARDINALITY
    return say("agreements are compared by cardinality")


@command(group=GROUP, examples=("semantic",))
def semantic(at: Context) -> Reply:
    """Compute by collecting models from now on; the answers are those of `syntactic`."""
    at.session.options.method = SEMANTIC
    return say("results are computed semantically")


@command(group=GROUP, examples=("syntactic",))
def syntactic(at: Context) -> Reply:
    """Compute by translating formulas from now on; the answers are those of `semantic`."""
    at.session.options.method = SYNTACTIC
    return say("results are computed syntactically")


# The classical operators ----------------------------------------------------------------------------------------------


def _options(at: Context, graph: Any) -> dict[str, Any]:
    constraints = {kind: get_constraints(graph, kind) or None for kind in (ENTAILMENT, CONSISTENCY)}
    return {"simplify": True, "opt_type": at.session.options.optimum, **constraints, **at.where_and_when()}


def _change(at: Context, node: Hashable, operator: Callable[..., Any], alpha: Formula, word: str) -> Reply:
    """Put what a classical operator makes of a node's belief base in its place."""
    name = at.own()
    before = at.workspace.graphs[name]
    found = at.node(before, node)
    require_node(before, found)
    new = operator(before.beliefs(found), alpha, method=at.session.options.method, **_options(at, before))
    formula = as_formula(new)
    label = f"{name}: {word} {alpha} at {node_text(found)}"
    at.apply(SetFormulas(name, {found: [] if formula == TRUE else [formula]}), label=label)
    return Reply((beliefs(at.workspace.graphs[name], nodes=[found], before=before),))


@command(("node", NODE), ("formula", FORMULA), group=GROUP, examples=("revise 1 ~p",))
def revise(at: Context, node: Hashable, formula: Formula) -> Reply:
    """Revise what a node believes by new information, which it then believes, keeping as much as it can.

    By inclusion this is Satoh's operator, by cardinality Dalal's.
    """
    return _change(at, node, change.revise, formula, "revise by")


@command(("node", NODE), ("formula", FORMULA), group=GROUP, examples=("contract 1 p",))
def contract(at: Context, node: Hashable, formula: Formula) -> Reply:
    """Let a node give up a formula: it believes as little less as it must not to entail the formula any more."""
    return _change(at, node, change.contract, formula, "contract")


@command(("nodes", NODES), ("constraint", FORMULA, True), group=GROUP, examples=("merge [1, 4]", "merge [1..4] p | q"))
def merge(at: Context, nodes: list[Hashable], constraint: Formula | None) -> Reply:
    """Show what the beliefs of some nodes come to when they are merged, perhaps under a constraint.

    Edges do not matter, and nothing is changed.  `set merging` chooses between projection and consensus.
    """
    graph = at.graph()
    chosen = at.nodes(graph, nodes)
    for each in chosen:
        require_node(graph, each)
    options = _options(at, graph)
    merged = change.merge(
        [graph.beliefs(each) for each in chosen],
        constraint,
        at.session.options.merging,
        characterization=at.session.options.method,
        **options,
    )
    return say(str(as_formula(merged)), "formula")




@command(("nodes", NODES), group=GROUP, examples=("extrapolate [1..4]",))
def extrapolate(at: Context, nodes: list[Hashable]) -> Reply:
    """Read nodes as moments, and show what was the case at each if the world changed as little as possible.

    The moments have the order of the list, and what a node believes was observed then.  Edges do not matter, and nothing
    is changed.
    """
    graph = at.graph()
    chosen = at.nodes(graph, nodes)
    for each in chosen:
        require_node(graph, each)
    found = change.extrapolate(
        [graph.beliefs(each) for each in chosen], method=at.session.options.method, **_options(at, graph)
    )
    shown = (f"{node_text(v)}: {as_formula(formula)}" for v, formula in zip(chosen, found, strict=True))
    return Reply(tuple(Say(text, "formula") for text in shown))
