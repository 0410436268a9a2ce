"""The four iterated operators and their fixpoints."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Protocol, Unpack

import networkx as nx

from equibel.equibel_graph import EquibelGraph
from equibel.graph import CONSISTENCY, ENTAILMENT, get_constraints
from equibel.operators.constraint_checks import imposed
from equibel.operators.node_rounds import NodeRounds, differ
from equibel.operators.run import Beliefs, Run, RunOptions, beliefs_of, counted, result, start
from equibel.operators.steps import Rule, Step
from equibel.options import SEMANTIC, check_count
from equibel.solving import cluster_of


def iterate_simple(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    steps: int = 1,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> EquibelGraph:
    """Simple iteration: every node completes the star of its neighbours, all at the same time, ``steps`` times.

    No steps (0) are a copy of the scenario; the command line and the shell ask for at least one.

    The options, the result and the errors are those of `equibel.global_completion`.  With ``executor``, simple and ring
    iteration complete stars over more than six linked atoms there.  With weights, constraints or the syntactic method they
    update all nodes there, as the other iterations do.  When it is a Dask client, parts of a network of more than 10,000
    nodes stay with the workers, unless there are weights, consistency-based constraints or the syntactic method.
    ``progress(done, total, "nodes")`` is called for every node of a step, and ``progress(done, steps, "rounds")`` after each
    step.  `TimeLimitExceeded` says in ``rounds`` how many steps were complete, and in ``completed`` which nodes were in the
    step begun last.

    Constraints of the entailment kind are conjoined to every node's formula before the first step, also where there are no
    neighbours.  For those of the consistency kind only the result that is kept counts, that of the centre: in each small
    graph that an iterated operator completes, equalities count that can be had together while the centre satisfies the
    constraint.  So every result, between steps too, complies with them.

    Information travels one edge per step.  The first step reads every edge once, and later ones those at nodes with a
    neighbour that has changed; equal stars are solved once.

    References
    ----------
    P. Vicol, J. P. Delgrande, T. Schaub: A minimization-based approach to iterated multi-agent belief change.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(5)
    >>> G.add_formula(0, "p")
    >>> G.add_formula(4, "~p")
    >>> R = eb.iterate_simple(G)
    >>> [str(R.formula_conj(v)) for v in R]
    ['p', 'p', 'True', '~p', '~p']
    """
    run = start(method, opt_type, optimum, caller="iterate_simple", **run_options)
    return iterate(Step.simple, G, steps, simplify, run)


def iterate_ring(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    steps: int = 1,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> EquibelGraph:
    """Ring iteration: every node takes in the nodes at distance 1, then those at distance 2, and so on.

    For r = 1, 2, … up to the farthest node of its component, v completes the star that joins it to the nodes at
    distance exactly r; the result becomes its formula for the next r.  Beyond r = 1 these are not edges of the graph, so
    they have no weight but 1.  Options, result, errors and reference as for `iterate_simple`.

    One step takes in beliefs from everywhere.  Around each node, layers are looked at until nothing that is said in the
    network could make its belief stronger: the time is at most that of a breadth-first search from every node, done for
    64 of them at once, and of the different stars.  In later steps, only atoms count about which some belief has changed.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(4)
    >>> G.add_formula(0, "(p & ~q) | (~p & q)")
    >>> G.add_formula(1, "p")
    >>> G.add_formula(3, "~p")
    >>> R = eb.iterate_ring(G, simplify=True)
    >>> str(R.formula_conj(3))
    'q & ~p'
    """
    run = start(method, opt_type, optimum, caller="iterate_ring", **run_options)
    return iterate(Step.ring, G, steps, simplify, run)


def iterate_expanding(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    steps: int = 1,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> EquibelGraph:
    """Expanding iteration: every node completes ever larger neighbourhoods of itself.

    For r = 1, 2, … up to the farthest node of its component, v completes the graph of the nodes at distance at most r
    and the edges between different distances; the result becomes its formula for the next r, the others keep theirs.
    Options, result, errors and reference as for `iterate_simple`.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(4)
    >>> G.add_formula(0, "p")
    >>> G.add_formula(3, "~p")
    >>> R = eb.iterate_expanding(G)
    >>> [str(R.formula_conj(v)) for v in R]
    ['p', 'p', '~p', '~p']
    """
    run = start(method, opt_type, optimum, caller="iterate_expanding", **run_options)
    return iterate(Step.expanding, G, steps, simplify, run)


def iterate_augmenting(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    steps: int = 1,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> EquibelGraph:
    """Augmenting iteration: every node completes all shortest paths from it, nearer edges first.

    EQ sets are compared lexicographically: first on the edges between v and its neighbours, then on those between
    distance 1 and 2, and so on; at each level by inclusion or by size.  Options, result, errors and reference as for
    `iterate_simple`.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(5)
    >>> G.add_formula(0, "p & q")
    >>> G.add_formula(4, "~p & ~q")
    >>> R = eb.iterate_augmenting(G, simplify=True)
    >>> [str(R.formula_conj(v)) for v in R]
    ['p & q', 'p & q', 'True', '~p & ~q', '~p & ~q']
    """
    run = start(method, opt_type, optimum, caller="iterate_augmenting", **run_options)
    return iterate(Step.augmenting, G, steps, simplify, run)


def iterate_simple_fixpoint(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> tuple[EquibelGraph, int]:
    """Apply `iterate_simple` until nothing changes.

    How many rounds it takes is not known before: ``progress(done, total, "rounds")`` is told one more than are done,
    and as many as are done in the end.

    Returns
    -------
    (EquibelGraph, int)
        The fixpoint and the number of applications, including the last one, which changes nothing; conjoining the
        entailment-based constraints to formulas that do not entail them is a change.  Each step only
        removes models from nodes, so a fixpoint is always reached.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(3)
    >>> G.add_formula(0, "p")
    >>> R, n = eb.iterate_simple_fixpoint(G)
    >>> n, [str(R.formula_conj(v)) for v in R]
    (3, ['p', 'p', 'p'])
    """
    run = start(method, opt_type, optimum, caller="iterate_simple_fixpoint", **run_options)
    return fixpoint(Step.simple, G, simplify, run)


def iterate_ring_fixpoint(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> tuple[EquibelGraph, int]:
    """Apply `iterate_ring` until nothing changes; see `iterate_simple_fixpoint`.

    >>> import equibel as eb
    >>> G = eb.path_graph(3)
    >>> G.add_formula(0, "p")
    >>> R, n = eb.iterate_ring_fixpoint(G)
    >>> n, [str(R.formula_conj(v)) for v in R]
    (2, ['p', 'p', 'p'])
    """
    run = start(method, opt_type, optimum, caller="iterate_ring_fixpoint", **run_options)
    return fixpoint(Step.ring, G, simplify, run)


def iterate_expanding_fixpoint(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> tuple[EquibelGraph, int]:
    """Apply `iterate_expanding` until nothing changes; see `iterate_simple_fixpoint`.

    >>> import equibel as eb
    >>> G = eb.path_graph(4)
    >>> G.add_formula(0, "p")
    >>> G.add_formula(3, "~p")
    >>> R, n = eb.iterate_expanding_fixpoint(G)
    >>> n, [str(R.formula_conj(v)) for v in R]
    (2, ['p', 'p', '~p', '~p'])
    """
    run = start(method, opt_type, optimum, caller="iterate_expanding_fixpoint", **run_options)
    return fixpoint(Step.expanding, G, simplify, run)


def iterate_augmenting_fixpoint(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    *,
    optimum: str | None = None,
    **run_options: Unpack[RunOptions],
) -> tuple[EquibelGraph, int]:
    """Apply `iterate_augmenting` until nothing changes; see `iterate_simple_fixpoint`.

    >>> import equibel as eb
    >>> G = eb.path_graph(5)
    >>> G.add_formula(0, "p")
    >>> G.add_formula(4, "~p")
    >>> R, n = eb.iterate_augmenting_fixpoint(G)
    >>> n, [str(R.formula_conj(v)) for v in R]
    (2, ['p', 'p', 'True', '~p', '~p'])
    """
    run = start(method, opt_type, optimum, caller="iterate_augmenting_fixpoint", **run_options)
    return fixpoint(Step.augmenting, G, simplify, run)


def iterated(rule: Rule) -> tuple[Callable[..., EquibelGraph], Callable[..., tuple[EquibelGraph, int]]]:
    """The operator of a rule, and its fixpoint, in the form of `equibel.operators.registry`."""
    return functools.partial(iterate, rule), functools.partial(fixpoint, rule)


def iterate(rule: Rule, graph: EquibelGraph, steps: int, simplify: bool, run: Run) -> EquibelGraph:
    """Update all nodes by the rule at the same time, ``steps`` times."""
    steps = check_count("steps", steps)

    def compute() -> EquibelGraph:
        beliefs = beliefs_of(graph, run.limits)
        if not steps:
            return result(graph, beliefs, run.limits, readable=simplify)
        rounds = _rounds(rule, graph, imposed(get_constraints(graph, ENTAILMENT), beliefs, run.limits), run)
        for done in range(1, steps + 1):
            rounds.step()
            changes = done < steps and rounds.changed()
            run.report(done if changes else steps, steps, "rounds")
            if not changes:
                break  # nothing will change any more
        return result(graph, rounds.beliefs(), run.limits, readable=simplify)

    return run.compute(compute)


def fixpoint(rule: Rule, graph: EquibelGraph, simplify: bool, run: Run) -> tuple[EquibelGraph, int]:
    """Update until nothing changes; returns the last graph and the number of steps, including the last one."""

    def compute() -> tuple[EquibelGraph, int]:
        given = beliefs_of(graph, run.limits)
        beliefs = imposed(get_constraints(graph, ENTAILMENT), given, run.limits)
        rounds = _rounds(rule, graph, beliefs, run)
        changes = True
        while changes:
            rounds.step()
            # What the constraints add to a scenario is a change that the first step makes.
            changes = rounds.changed() or (run.known.rounds == 1 and differ(given, beliefs, run))
            run.report(run.known.rounds, run.known.rounds + changes, "rounds")
        unchanged = rounds.beliefs_before() if run.known.rounds > 1 else given
        return result(graph, unchanged, run.limits, readable=simplify), run.known.rounds

    return run.compute(compute)


class Rounds(Protocol):
    """Steps of an iteration, one after the other."""

    def step(self) -> None:
        """Update all nodes at the same time; isolated nodes keep their formulas."""

    def changed(self) -> bool:
        """Whether the last step changed what some node believes."""

    def beliefs(self) -> Beliefs:
        """What each node believes."""

    def beliefs_before(self) -> Beliefs:
        """What each node believed before the last step."""


def _network_rounds(run: Run, nodes: int) -> Mapping[Rule, Callable[[nx.Graph, Beliefs, Run], Rounds]]:
    """For some rules, steps of whole networks at once, with NumPy, which is loaded when it is needed.

    On a Dask cluster, simple steps are done in parts of the network, unless there are few nodes.

    Ctrl-C must not interrupt that: NumPy refuses to be loaded a second time in the same process.
    """
    from equibel.operators.ring_rounds import RingRounds
    from equibel.operators.simple_rounds import SimpleRounds

    cluster = cluster_of(run.executor)
    if cluster is None or nodes <= run.request.plan.largest_part:
        return {Step.simple: SimpleRounds, Step.ring: RingRounds}
    from equibel.operators.distributed_rounds import DistributedRounds

    return {Step.simple: functools.partial(DistributedRounds, cluster), Step.ring: RingRounds}


def _rounds(rule: Rule, graph: EquibelGraph, beliefs: Beliefs, run: Run) -> Rounds:
    """Whole networks at once where that is possible, and otherwise node by node."""
    consistency = get_constraints(graph, CONSISTENCY)
    weights = counted(graph, run)
    stars_alone = rule in (Step.simple, Step.ring) and run.method == SEMANTIC
    if stars_alone and not consistency and not weights.trust and not weights.expertise:
        kinds = run.limits.off_main_thread(lambda: _network_rounds(run, len(graph)))
        return kinds[rule](graph, beliefs, run)
    edges = nx.Graph(graph.edges)  # the edges alone: what a step needs, and little to send to an executor
    return NodeRounds(rule, edges, weights, beliefs, consistency, run)
