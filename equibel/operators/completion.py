"""The global completion: all nodes at once."""

from __future__ import annotations

from concurrent.futures import Executor

from equibel.equibel_graph import EquibelGraph
from equibel.formula import Formula
from equibel.graph import CONSISTENCY, ENTAILMENT, get_constraints
from equibel.operators.constraint_checks import complying, imposed
from equibel.operators.run import Run, beliefs_of, counted, result, start
from equibel.options import SEMANTIC, Progress, check_count
from equibel.solving import Event, Problem, Statistics, entails, maximize, uncollected


def global_completion(
    G: EquibelGraph,
    method: str = SEMANTIC,
    opt_type: str | None = None,
    simplify: bool = False,
    *,
    optimum: str | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    time_limit: float | None = None,
    cancel: Event | None = None,
    statistics: Statistics | None = None,
) -> EquibelGraph:
    """The global completion of a scenario.

    ``Θ(v)`` has exactly the models ``{M_v : M an optimal model of the scenario}``, where a model is optimal when its EQ
    set, the agreements between neighbours, is maximal [1]_, [2]_.

    Parameters
    ----------
    G : EquibelGraph
        The scenario; it is not changed.
    method : str
        ``SEMANTIC`` (collect models) or ``SYNTACTIC`` (translate formulas); the answers are equivalent.
    opt_type, optimum : str, optional
        Two names of one option: ``INCLUSION`` (EQ sets maximal under set inclusion; the default) or ``CARDINALITY`` (of
        greatest size; with weights, of greatest weight: see `EquibelGraph.add_weight`).
    simplify : bool
        Whether to simplify the resulting formulas for reading.
    executor : concurrent.futures.Executor, optional
        Where independent groups of atoms are solved; here and now by default.  A client of Dask can be given as it is.
    progress : callable, optional
        Called as ``progress(done, total, "groups")`` whenever one more group is solved; with consistency-based constraints
        that the first answers do not entail, this begins anew.  With a time limit or ``cancel`` it happens in another
        thread, in a copy of the context of this one.  What it raises ends the computation.
    time_limit : float, optional
        Seconds after which `TimeLimitExceeded` is raised.
    cancel : threading.Event, optional
        Setting it, from another thread, ends the computation with `Cancelled`.
    statistics : Statistics, optional
        What the computation costs is added to its counts, as it goes.

    Returns
    -------
    EquibelGraph
        A new graph with the same nodes, edges and atoms; each node holds at most one formula, and none when it believes
        nothing.  A node keeps at least what it believed: its new formula entails the old, and the graph's
        entailment-based constraints; it is consistent with each consistency-based one.

    Raises
    ------
    InconsistentFormulaError
        When a node's formula has no model.
    ConstraintClashError
        When the constraints contradict one another, or the formulas of a node; it names which.
    OptionError
        When an option has no such value, or ``opt_type`` and ``optimum`` are given and differ.
    TimeLimitExceeded
        When ``time_limit`` is over; ``completed`` lists the nodes whose answers were complete by then.
    Cancelled
        When ``cancel`` was set, or the executor shut down.
    ExecutorError
        When the executor fails, for instance because a worker process was killed.

    Notes
    -----
    Deciding entailment is Π₂ᵖ-hard in general; what is exponential is the conflict inside one group of linked atoms.

    Constraints (`EquibelGraph.add_constraint`) of the entailment kind are conjoined to every node's formula before the
    change.  For a constraint c of the consistency kind only those equalities count that can be had together while v
    satisfies c, for each node v and each c on its own: EQ sets are maximal among the sets S for which the scenario has, for
    each v and c, a model that satisfies S, and c at v.

    Ctrl-C raises `KeyboardInterrupt` soon, wherever the computation is, and nothing is changed by it.

    Isolated nodes keep their formulas and what the constraints add; in a disconnected graph the components do not see one
    another.

    References
    ----------
    .. [1] J. P. Delgrande, J. Lang, T. Schaub: Belief change based on global minimisation. IJCAI 2007.
    .. [2] P. Vicol, J. P. Delgrande, T. Schaub: An implementation of consistency-based multi-agent belief change using
       ASP. LPNMR 2015.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(4)
    >>> G.add_formula(0, "p & q & r")
    >>> G.add_formula(3, "~p & ~q")
    >>> R = eb.global_completion(G, simplify=True)
    >>> [str(R.formula_conj(v)) for v in R]
    ['p & q & r', 'r', 'r', 'r & ~p & ~q']
    """
    run = start(method, opt_type, optimum, executor, progress, time_limit, cancel, statistics)
    return apply(G, 1, simplify, run)


def apply(graph: EquibelGraph, steps: int, simplify: bool, run: Run) -> EquibelGraph:
    """The global completion; or, for no steps, a copy of the scenario.

    Completing a completion changes nothing, so one step is as good as several.
    """
    if not check_count("steps", steps):
        return run.compute(lambda: result(graph, beliefs_of(graph, run.limits), run.limits, readable=simplify))
    return run.compute(lambda: _complete(graph, simplify, run))


def fixpoint(graph: EquibelGraph, simplify: bool, run: Run) -> tuple[EquibelGraph, int]:
    """The global completion, and the number of applications until nothing changes: at most 2."""
    answer = apply(graph, 1, simplify, run)

    def unchanged() -> bool:  # nodes have lost nothing, so it is enough that they believed all along what they believe now
        return all(entails(graph.belief(node), answer.belief(node), run.limits) for node in run.limits.over(graph))

    return answer, 1 if run.compute(unchanged) else 2


def _complete(graph: EquibelGraph, simplify: bool, run: Run) -> EquibelGraph:
    given = beliefs_of(graph, run.limits)
    beliefs = imposed(get_constraints(graph, ENTAILMENT), given, run.limits)
    names = list(beliefs)
    number = {node: i for i, node in enumerate(names)}
    consistency = get_constraints(graph, CONSISTENCY)
    weights = counted(graph, run)
    with uncollected():
        edges = [(x, y) for x, y in graph.edges if x != y]
        problem = Problem(
            beliefs=tuple(beliefs.values()),
            edges=tuple((number[x], number[y], 0) for x, y in edges),
            targets=range(len(names)),
            trust=weights.along(edges),
            expertise=weights.at(beliefs),
        )

    def complete(targets: list[int]) -> None:
        run.known.nodes += (names[target] for target in targets)

    # With constraints, no answer is final before all are; without a time limit, nothing uses it.
    told = None if consistency or run.limits.time_limit is None else complete

    def solve(problem: Problem) -> dict[int, Formula]:
        return maximize(problem, run.request, executor=run.executor, report=run.report, complete=told)

    answers = complying(problem, consistency, solve, run.limits)
    run.known.nodes = names
    return result(graph, dict(zip(names, answers.values(), strict=True)), run.limits, readable=simplify)
