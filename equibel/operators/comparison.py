"""The comparison of two scenarios: which is stronger, at each node and as a whole, with models of the differences."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from sympy import Symbol

from equibel.equibel_graph import EquibelGraph
from equibel.errors import UnknownNodeError
from equibel.formula import Formula, conjunction, negation, sorted_atoms, symbol
from equibel.graph import show_node
from equibel.operators.run import start
from equibel.options import SEMANTIC, wrong_option
from equibel.solving import Event, Limits, models, satisfiable

EQUIVALENT = "equivalent"
STRONGER = "stronger"
WEAKER = "weaker"
INCOMPARABLE = "incomparable"
CONTRADICTORY = "contradictory"

#: The verdict of comparing S with R, by that of comparing R with S.
SEEN_FROM_THE_OTHER_SIDE = {
    EQUIVALENT: EQUIVALENT,
    STRONGER: WEAKER,
    WEAKER: STRONGER,
    INCOMPARABLE: INCOMPARABLE,
    CONTRADICTORY: CONTRADICTORY,
}
_MOST_NAMED = 5  # nodes in a message

Model = dict[Symbol, bool]


@dataclass(frozen=True)
class NodeComparison:
    """The comparison of two beliefs of one node.

    Attributes
    ----------
    verdict : str
        ``"equivalent"``: they have the same models; ``"stronger"``: the first has fewer, all of them models of the second;
        ``"weaker"``: the other way round.  When neither entails the other: ``"contradictory"`` if they have no model in
        common, ``"incomparable"`` if they have.
    only_first : dict or None
        A model of the first belief that is none of the second, from all atoms to truth values; ``None`` when there is none.
    only_second : dict or None
        A model of the second belief that is none of the first.
    """

    verdict: str
    only_first: Model | None = None
    only_second: Model | None = None


@dataclass(frozen=True)
class Comparison:
    """The comparison of two scenarios with the same nodes, as `compare` returns it.

    Attributes
    ----------
    nodes : dict
        Node → `NodeComparison`, in the order of the first scenario.
    """

    nodes: Mapping[Hashable, NodeComparison]

    @property
    def verdict(self) -> str:
        """The verdict about the scenarios as a whole.

        ``"equivalent"``
            Every node is equivalent.
        ``"stronger"``, ``"weaker"``
            Some node is, and all the others are that or equivalent.
        ``"contradictory"``
            Some node is contradictory, so that the scenarios have no model in common.
        ``"incomparable"``
            Anything else.
        """
        verdicts = {node.verdict for node in self.nodes.values()}
        differing = verdicts - {EQUIVALENT}
        if CONTRADICTORY in differing:
            return CONTRADICTORY
        if len(differing) > 1:
            return INCOMPARABLE
        return next(iter(differing), EQUIVALENT)


def compare(
    R: EquibelGraph,
    S: EquibelGraph,  # noqa: N803
    *,
    time_limit: float | None = None,
    cancel: Event | None = None,
) -> Comparison:
    """Compare what two scenarios, e.g. the results of two operators, let each node believe.

    A belief is stronger than another when it entails that one, but not the other way round: it leaves fewer models.

    Parameters
    ----------
    R, S : EquibelGraph
        Two scenarios with the same nodes; they are not changed.  Their edges do not matter.  An atom that only one of them
        has may be true or false in the other.
    time_limit, cancel
        As for `equibel.global_completion`.

    Returns
    -------
    Comparison
        Its ``verdict`` is about everything, ``nodes[v]`` about node v: "stronger" means that R is stronger than S.  Each
        difference comes with a model that shows it, over the atoms of both scenarios.

    Raises
    ------
    UnknownNodeError
        When a node of one scenario, its ``node``, is missing in the other.
    OptionError
        When an argument is not a scenario, or an option has no such value.
    TimeLimitExceeded
        When ``time_limit`` is over; ``completed`` lists the nodes compared by then.
    Cancelled
        When ``cancel`` was set.

    Notes
    -----
    At most three questions to the solver per node; nodes with the same two beliefs are compared once.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(4)
    >>> G.add_formula(0, "p")
    >>> G.add_formula(3, "~p")
    >>> comparison = eb.compare(eb.global_completion(G), eb.iterate_simple(G))
    >>> comparison.verdict
    'weaker'
    >>> [node.verdict for node in comparison.nodes.values()]
    ['equivalent', 'weaker', 'weaker', 'equivalent']
    >>> comparison.nodes[1].only_first, comparison.nodes[1].only_second
    ({p: False}, None)
    """
    for option, graph in (("R", R), ("S", S)):
        if not isinstance(graph, EquibelGraph):
            raise wrong_option(option, graph, "an EquibelGraph, e.g. EquibelGraph(graph)")
    run = start(SEMANTIC, time_limit=time_limit, cancel=cancel)
    _require_same_nodes(R, S)

    def work() -> Comparison:
        names = sorted_atoms({*R.atom_names(), *S.atom_names()})
        known: dict[tuple[Formula, Formula], NodeComparison] = {}
        found: dict[Hashable, NodeComparison] = {}
        for node in run.limits.over(R):
            pair = R.belief(node), S.belief(node)
            if pair not in known:
                known[pair] = _compare(*pair, names, run.limits)
            found[node] = known[pair]
            run.known.nodes.append(node)
        return Comparison(found)

    return run.compute(work)


def _compare(mine: Formula, theirs: Formula, names: list[str], limits: Limits) -> NodeComparison:
    limits.check()
    if mine == theirs:
        return NodeComparison(EQUIVALENT)
    only_mine = _difference(mine, theirs, names, limits)
    only_theirs = _difference(theirs, mine, names, limits)
    if only_mine is None:
        verdict = EQUIVALENT if only_theirs is None else STRONGER
    elif only_theirs is None:
        verdict = WEAKER
    else:
        verdict = INCOMPARABLE if satisfiable(conjunction([mine, theirs]), limits) else CONTRADICTORY
    return NodeComparison(verdict, only_mine, only_theirs)


def _difference(mine: Formula, theirs: Formula, names: list[str], limits: Limits) -> Model | None:
    """A model of one formula that is not a model of another; atoms that occur in neither are false."""
    difference = conjunction([mine, negation(theirs)])
    if not satisfiable(difference, limits):  # which takes no solver call when it is small
        return None
    [model] = models(difference, sorted_atoms(difference.atoms()), 1, limits)
    return {symbol(name): model.get(name, False) for name in names}


def _require_same_nodes(first: EquibelGraph, second: EquibelGraph) -> None:
    only_first = [node for node in first if node not in second]
    only_second = [node for node in second if node not in first]
    if only_first or only_second:
        sides = [(only_first, "the first"), (only_second, "the second")]
        where = "; ".join(f"only {graph} has {_named(nodes)}" for nodes, graph in sides if nodes)
        raise UnknownNodeError(
            f"the scenarios have different nodes: {where}; expected two scenarios with the same nodes",
            node=(only_first or only_second)[0],
        )


def _named(nodes: Collection[Hashable]) -> str:
    shown = ", ".join(show_node(node) for node in list(nodes)[:_MOST_NAMED])
    more = f" and {len(nodes) - _MOST_NAMED} more" if len(nodes) > _MOST_NAMED else ""
    return f"{'node' if len(nodes) == 1 else 'nodes'} {shown}{more}"
