"""Commands that ask what nodes believe."""

from __future__ import annotations

import functools
from collections.abc import Hashable

from equibel.equibel_graph import EquibelGraph
from equibel.errors import InconsistentFormulaError
from equibel.formula import Formula, conjunction, literal, to_text
from equibel.graph import require_node
from equibel.operators import compare as compare_graphs
from equibel.operators.comparison import EQUIVALENT, NodeComparison
from equibel.shell.arguments import COMPARED, COUNT, FORMULA, NODE, NODES
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.reply import Cell, Reply, Say, Style, Table, one_line, say
from equibel.shell.show import belief_text, node_text
from equibel.solving import entails as entails_formula
from equibel.solving import equivalent as equivalent_formulas
from equibel.solving import literals as find_literals
from equibel.solving import models as find_models
from equibel.solving import satisfiable
from equibel.workspace import OPERATORS

GROUP = "questions"
_MODELS = 20  # shown unless more are asked for
_WIDE = 12  # atoms that fit side by side


def _answer(value: bool) -> Reply:
    return say("yes" if value else "no", "good" if value else "bad")


def _belief(at: Context, node: Hashable) -> Formula:
    graph = at.graph()
    return graph.belief(at.node(graph, node))


@command(("node", NODE), ("formula", FORMULA), group=GROUP, examples=("entails 1 p | q",))
def entails(at: Context, node: Hashable, formula: Formula) -> Reply:
    """Ask whether a node believes a formula: yes or no."""
    belief = _belief(at, node)
    return _answer(at.wait_for(lambda limits: entails_formula(belief, formula, limits)))


@command(("node", NODE), ("formula", FORMULA), group=GROUP, examples=("consistent 1 ~p",))
def consistent(at: Context, node: Hashable, formula: Formula) -> Reply:
    """Ask whether a formula is consistent with what a node believes: yes or no."""
    both = conjunction([_belief(at, node), formula])
    return _answer(at.wait_for(lambda limits: satisfiable(both, limits)))


@command(("node", NODE), ("formula", FORMULA), group=GROUP, examples=("equivalent 1 p & q & r",))
def equivalent(at: Context, node: Hashable, formula: Formula) -> Reply:
    """Ask whether a formula is equivalent to what a node believes: yes or no."""
    belief = _belief(at, node)
    return _answer(at.wait_for(lambda limits: equivalent_formulas(belief, formula, limits)))


@command(("node", NODE), ("limit", COUNT, True), group=GROUP, examples=("models 1", "models 2 5"))
def models(at: Context, node: Hashable, limit: int | None) -> Reply:
    """List the models of what a node believes: at most 20, or at most LIMIT.

    A model gives every atom of the graph a truth value.
    """
    graph = at.graph()
    belief, names = graph.belief(at.node(graph, node)), graph.atom_names()
    most = _MODELS if limit is None else limit
    found = at.wait_for(lambda limits: list(find_models(belief, names, most + 1, limits)))
    if not found:
        return say("no models: the node believes a contradiction", "bad")
    shown = found[:most]
    if len(names) <= _WIDE:
        rows = [tuple(_truth(model[name]) for name in names) for model in shown]
        parts: list[Table | Say] = [Table(tuple(names) or ("",), tuple(rows) if names else ((Cell("(no atoms)"),),))]
    else:
        texts = [to_text(conjunction(literal(name, value) for name, value in model.items())) for model in shown]
        parts = [Table(("model",), tuple((Cell(text, "formula"),) for text in texts))]
    if len(found) > most:
        parts.append(Say(f"… and more; 'models {node_text(node)} {10 * max(most, 1)}' shows more of them", "dim"))
    return Reply(tuple(parts))


def _truth(value: bool) -> Cell:
    return Cell("T", "good") if value else Cell("F", "bad")


@command(("nodes", NODES, True), group=GROUP, examples=("literals", "literals 1"))
def literals(at: Context, nodes: list[Hashable] | None) -> Reply:
    """List the literals that nodes believe: the atoms whose truth value is fixed."""
    graph = at.graph()
    rows = []
    for node in at.nodes(graph, nodes):
        belief = graph.belief(node)
        found = at.wait_for(functools.partial(find_literals, belief))
        if not found and not satisfiable(belief):
            raise InconsistentFormulaError(
                f"node {node_text(node)} believes a contradiction, and with it every literal",
                node=node,
                formula=to_text(belief),
            )
        words = ", ".join(to_text(literal(name, value)) for name, value in found)
        rows.append((Cell(node_text(node), "name"), Cell(words or "none", "formula" if words else "dim")))
    return Reply((Table(("node", "literals"), tuple(rows)),))


@command(
    ("first", COMPARED),
    ("second", COMPARED, True),
    ("node", NODE, True),
    group=GROUP,
    examples=("compare g shared", "compare global simple", "compare global simple 2"),
)
def compare(at: Context, first: str, second: str | None, node: Hashable | None) -> Reply:
    """Compare two graphs or results side by side, node by node.

    The name of an operator stands for its result on the current graph.  With one name, the current graph is compared with
    it.  A belief is stronger than another when it entails the other, but is not entailed by it.  With a node, the difference
    is shown by models that only one of the two beliefs has.
    """
    names = (at.current(), first) if second is None else (first, second)
    left, right = (_compared(at, name) for name in names)
    options = at.run_options()
    found = compare_graphs(left, right, time_limit=options["time_limit"], cancel=at.cancel)
    if node is not None:
        chosen = at.node(left, node)
        require_node(left, chosen)
        return _witnesses(names, node_text(chosen), found.nodes[chosen])
    rows = []
    for each, compared in found.nodes.items():
        verdict = compared.verdict
        style: Style = "dim" if verdict == EQUIVALENT else ""
        cells = (
            Cell(node_text(each), "name"),
            Cell(belief_text(left, each), "formula"),
            Cell("same" if verdict == EQUIVALENT else verdict, style),
            Cell(belief_text(right, each), "formula"),
        )
        rows.append(cells)
    changed = frozenset(i for i, each in enumerate(found.nodes.values()) if each.verdict != EQUIVALENT)
    words = "are equivalent" if found.verdict == EQUIVALENT else _verdict(*names, found.verdict)
    table = Table(("node", names[0], "", names[1]), tuple(rows), changed=changed)
    return Reply((table, one_line(f"{names[0]} and {names[1]} {words}" if found.verdict == EQUIVALENT else words)))


def _witnesses(names: tuple[str, str], node: str, found: NodeComparison) -> Reply:
    """How two beliefs of a node compare, with models that show it."""
    if found.verdict == EQUIVALENT:
        return say(f"at {node}, {names[0]} and {names[1]} are equivalent")
    rows = []
    for name, model in zip(names, (found.only_first, found.only_second), strict=True):
        if model is not None:
            text = to_text(conjunction(literal(str(atom), value) for atom, value in model.items()))
            rows.append((Cell(f"only {name}", "name"), Cell(text, "formula")))
    return Reply((Table(("", "model"), tuple(rows), f"at {node}, {_verdict(*names, found.verdict)}", headed=False),))


def _verdict(first: str, second: str, verdict: str) -> str:
    return {
        "stronger": f"{first} is stronger than {second}",
        "weaker": f"{first} is weaker than {second}",
        "contradictory": f"{first} and {second} contradict each other",
    }.get(verdict, f"{first} and {second} are incomparable")


def _compared(at: Context, name: str) -> EquibelGraph:
    state = at.workspace.state
    if name in OPERATORS and name not in state.graphs and name not in state.results:
        return at.session.operation(name).apply(at.graph(), simplify=True, **at.run_options()).graph
    return at.value(name)
