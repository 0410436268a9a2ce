"""Commands that apply operators: to the current graph, or to the beliefs of nodes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import islice
from typing import Any

from equibel.files import unheeded
from equibel.formula import TRUE, Formula
from equibel.graph import CONSISTENCY, ENTAILMENT, get_constraints, require_node
from equibel.operators.registry import CLASSICAL, OPERATORS, Operator
from equibel.options import CARDINALITY, INCLUSION, SEMANTIC, SYNTACTIC
from equibel.shell.arguments import CHANGE, FORMULA, FORMULAS, NODE, NODES, REPEAT
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Say, Table, say
from equibel.shell.scanner import CommandError
from equibel.shell.show import beliefs, describe, node_text
from equibel.workspace import ReplaceGraph, SetFormulas

GROUP = "sharing beliefs"
TIMES = ("times", REPEAT, True)
_ALTERNATIVES = 20  # shown at most


def _share(at: Context, operator: str, repeat: int | str | None) -> Reply:
    """Replace the current graph by the result of an operator."""
    name = at.own()
    before = at.workspace.graphs[name]
    operation = at.session.operation(operator, repeat)
    outcome = operation.apply(before, simplify=True, **at.run_options())
    at.check()
    at.notes += unheeded(before, operation.optimum)
    title = describe(operation, name, outcome.iterations)
    table = beliefs(outcome.graph, title, before=before)
    at.apply(ReplaceGraph(name, outcome.graph), label=describe(operation, name))
    return Reply((table, *(() if table.changed else (Say("no node has changed", "dim"),))))


_REPEATED = "With a number N the operator is applied N times, with `fixpoint` (or `steady`) until nothing changes."
_REPLACED = "The result replaces the current graph; nodes that have changed are marked."
_KEPT = "`undo` restores the graph; `derive` does not change it."


def _command(operator: Operator) -> None:
    """Make an operator a command, whose help is that of the operator."""

    def apply(at: Context, times: int | str | None = None) -> Reply:
        return _share(at, operator.name, times)

    help_parts = (operator.help, _REPEATED if operator.repeats else "", _REPLACED, _KEPT)
    apply.__doc__ = f"{operator.summary}.\n\n{'  '.join(filter(None, help_parts))}"
    names = (operator.name, *operator.aliases)
    examples = (*names, f"{operator.name} 2", f"{operator.name} fixpoint") if operator.repeats else names
    arguments = (TIMES,) if operator.repeats else ()
    command(*arguments, group=GROUP, name=operator.name, aliases=operator.aliases, examples=examples)(apply)


for _operator in OPERATORS.values():
    _command(_operator)


@command(group=GROUP, aliases=("containment",), examples=("inclusion", "containment"))
def inclusion(at: Context) -> Reply:
    """Set the optimum to inclusion: sets of agreements are compared by inclusion; called containment in 2016."""
    at.session.options.optimum = INCLUSION
    return say("agreements are compared by inclusion")


@command(group=GROUP, examples=("cardinality",))
def cardinality(at: Context) -> Reply:
    """Set the optimum to cardinality: sets of agreements are compared by size, or by weight if weights are set.

    `help weights` lists the commands that use weights.
    """
    at.session.options.optimum = CARDINALITY
    return say("agreements are compared by cardinality")


@command(group=GROUP, examples=("semantic",))
def semantic(at: Context) -> Reply:
    """Set the method to semantic: results are computed from models; they are equivalent to those of `syntactic`."""
    at.session.options.method = SEMANTIC
    return say("results are computed semantically")


@command(group=GROUP, examples=("syntactic",))
def syntactic(at: Context) -> Reply:
    """Set the method to syntactic: formulas are translated; results are equivalent to those of `semantic`."""
    at.session.options.method = SYNTACTIC
    return say("results are computed syntactically")


# The classical operators ----------------------------------------------------------------------------------------------


def _options(at: Context, graph: Any) -> dict[str, Any]:
    constraints = {kind: get_constraints(graph, kind) or None for kind in (ENTAILMENT, CONSISTENCY)}
    options = at.session.options
    chosen = {"optimum": options.optimum, "method": options.method, "choice": options.choice}
    return {"simplify": True, **chosen, **constraints, **at.run_options()}


def _note_weights(at: Context, graph: Any, nodes: Iterable[Hashable], command: str) -> None:
    if any(weight != 1 for node in nodes for weight in graph.weights(node).values()):
        at.notes.append(f"{command} ignores weights; see: help weights")


def _change(at: Context, node: Hashable, operator: str, alpha: Any, word: str) -> Reply:
    """Replace a node's belief base by the result of a classical operator."""
    name = at.own()
    before = at.workspace.graphs[name]
    found = at.node(before, node)
    require_node(before, found)
    _note_weights(at, before, [found], operator)
    formula: Any = CLASSICAL[operator].formulas(before.beliefs(found), alpha, **_options(at, before))
    said = ", ".join(map(str, alpha)) if isinstance(alpha, list) else str(alpha)
    label = f"{name}: {word} {said} at {node_text(found)}"
    at.apply(SetFormulas(name, {found: [] if formula == TRUE else [formula]}), label=label)
    return Reply((beliefs(at.workspace.graphs[name], nodes=[found], before=before),))


@command(("node", NODE), ("formula", FORMULA), group=GROUP, examples=("revise 1 ~p",))
def revise(at: Context, node: Hashable, formula: Formula) -> Reply:
    """Revise the beliefs of a node by new information, with as few changes as possible.

    The node believes the new information afterwards.  By inclusion this is Satoh's operator, by cardinality Dalal's.
    There may be several alternatives: see `set choice` and `alternatives`.  Weights are ignored.
    """
    return _change(at, node, "revise", formula, "revise by")


@command(("node", NODE), ("formulas", FORMULAS), group=GROUP, examples=("contract 1 p", "contract 1 [p, q]"))
def contract(at: Context, node: Hashable, formulas: list[Formula]) -> Reply:
    """Contract the beliefs of a node, so that they do not entail a formula any more.

    As few beliefs as possible are given up.  Several formulas are contracted at once, so that none of them is entailed.
    There may be several alternatives: see `set choice` and `alternatives`.  Weights are ignored.
    """
    return _change(at, node, "contract", formulas[0] if len(formulas) == 1 else formulas, "contract")


@command(("nodes", NODES), ("constraint", FORMULA, True), group=GROUP, examples=("merge [1, 4]", "merge [1..4] p | q"))
def merge(at: Context, nodes: list[Hashable], constraint: Formula | None) -> Reply:
    """Show the result of merging the beliefs of nodes, optionally under a constraint.

    The graph is not changed; edges and weights are ignored.  `set merging` chooses between projection and consensus.
    """
    graph = at.graph()
    chosen = _sources(at, graph, nodes, "merge")
    bases = [graph.beliefs(each) for each in chosen]
    merged = CLASSICAL["merge"].formulas(bases, constraint, at.session.options.merging, **_options(at, graph))
    return say(str(merged), "formula")


def _sources(at: Context, graph: Any, nodes: list[Hashable], word: str) -> list[Hashable]:
    chosen = at.nodes(graph, nodes)
    for each in chosen:
        require_node(graph, each)
    _note_weights(at, graph, chosen, word)
    return chosen


@command(("nodes", NODES), group=GROUP, examples=("extrapolate [1..4]",))
def extrapolate(at: Context, nodes: list[Hashable]) -> Reply:
    """Extrapolate observations over time: each node is a time point, its beliefs are what was observed then.

    Shows for every time point what was the case if the world changed as little as possible.  The time points have the order
    of the list.  The graph is not changed; edges and weights are ignored.
    """
    graph = at.graph()
    chosen = _sources(at, graph, nodes, "extrapolate")
    found: Any = CLASSICAL["extrapolate"].formulas([graph.beliefs(each) for each in chosen], **_options(at, graph))
    shown = (f"{node_text(v)}: {formula}" for v, formula in zip(chosen, found, strict=True))
    return Reply(tuple(Say(text, "formula") for text in shown))


@command(
    ("change", CHANGE),
    ("nodes", NODES),
    ("formulas", FORMULAS, True),
    group=GROUP,
    examples=(
        "alternatives revise 1 ~p | ~q",
        "alternatives contract 1 [p, q]",
        "alternatives merge [1, 4]",
        "alternatives extrapolate [1..4]",
    ),
)
def alternatives(at: Context, word: str, nodes: list[Hashable], formulas: list[Formula] | None) -> Reply:
    """List the alternative results of a change of beliefs; the command itself gives their disjunction.

    The graph is not changed.  The first alternative is the one that `set choice on` chooses.  At most 20 are shown.
    """
    graph = at.graph()
    chosen = _sources(at, graph, nodes, word)
    bases = [graph.beliefs(each) for each in chosen]
    options = _options(at, graph) | {"choice": at.session.options.choice or True}
    arguments: tuple[Any, ...]
    if word == "merge":
        arguments = bases, formulas, at.session.options.merging
    elif word == "extrapolate":
        if formulas:
            raise CommandError("extrapolate has no formula; expected nodes only", usage=f"alternatives {word} NODES")
        arguments = (bases,)
    elif len(chosen) != 1 or not formulas:
        example = f"alternatives {word} 1 p"
        raise CommandError(f"expected one node and a formula, such as: {example}", usage=f"alternatives {word} NODE FORMULA")
    else:
        arguments = *bases, formulas

    def shown(result: Any) -> str:
        if isinstance(result, list):
            return ", ".join(f"{node_text(v)}: {formula}" for v, formula in zip(chosen, result, strict=True))
        return str(result)

    found = CLASSICAL[word].alternatives(*arguments, **options)
    texts = dict.fromkeys(map(shown, islice(found, _ALTERNATIVES + 1)))
    rows = tuple((Cell(str(i)), Cell(text, "formula")) for i, text in enumerate(texts, start=1))[:_ALTERNATIVES]
    more = (Say("… and more", "dim"),) if len(texts) > _ALTERNATIVES else ()
    return Reply((Table(("", "alternative"), rows, headed=False), *more))
