"""The public graph class: a scenario with queries, which call the solver.

The solver is imported at the first query; building and reading graphs does not need it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from sympy import Symbol
from sympy.logic.boolalg import Boolean

from equibel.errors import InconsistentFormulaError
from equibel.formula import TRUE, FormulaLike, as_formula, conjunction, literal, symbol, to_sympy, to_text
from equibel.graph import CONSISTENCY, ENTAILMENT, Scenario, get_constraints, same_weights, show_node
from equibel.graph.scenario import FORMULAS
from equibel.options import check_count, wrong_option


class EquibelGraph(Scenario):
    """An undirected graph whose nodes, the agents, have formulas: the input and the output of every operator.

    It is a `networkx.Graph`.  `Scenario` describes how formulas and atoms are set and read.  Two graphs are equal when they
    have the same nodes, edges and weights, logically equivalent formulas at every node, and equivalent integrity
    constraints.

    In all queries, ``formula`` is text, a sympy object or a `Formula`.  It can contain atoms that the graph does not have.
    An unknown node raises `UnknownNodeError`.  Something that is not a formula raises `FormulaSyntaxError`,
    `FormulaTooLargeError` or `NotAFormulaError`.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.EquibelGraph([(1, 2), (2, 3)])
    >>> G.add_formula(1, "p & q")
    >>> G.entails(1, "p | r"), G.entails(2, "p")
    (True, False)
    >>> H = G.copy()
    >>> H.set_formulas(1, ["q", "q -> p"])
    >>> G == H
    True
    """

    def __eq__(self, other: object) -> bool:
        """Whether nodes, edges and weights are equal, and the formulas of every node and the constraints equivalent.

        At most one solver call per node, and one per pair of consistency-based constraints.
        """
        if not isinstance(other, EquibelGraph):
            return NotImplemented
        if self is other:
            return True
        if self.adj.keys() != other.adj.keys():
            return False
        if any(neighbours.keys() != other.adj[node].keys() for node, neighbours in self.adj.items()):
            return False
        if not same_weights(self, other):
            return False

        from equibel.solving import queries

        pairs = {(self.belief(node), other.belief(node)) for node in self}
        return _demand_the_same(self, other) and all(
            queries.equivalent(mine, theirs) for mine, theirs in pairs if mine != theirs
        )

    # Graphs are compared by value and can be changed, so they are not hashable.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """The size of the graph; formulas are not read.

        >>> import equibel as eb
        >>> G = eb.path_graph(3)
        >>> G.add_formula(0, "p & q")
        >>> G
        <EquibelGraph with 3 nodes and 2 edges, formulas at 1 node>
        """
        believing = sum(bool(stored) for _, stored in self.nodes(data=FORMULAS))
        return f"<{self}, formulas at {believing} node{'s' * (believing != 1)}>"

    def entails(self, node: Hashable, formula: FormulaLike) -> bool:
        """Whether ``node`` believes ``formula``: the formulas of the node entail it.  A contradiction entails everything.

        >>> import equibel as eb
        >>> G = eb.path_graph(2)
        >>> G.add_formula(0, "p")
        >>> G.entails(0, "p | q"), G.entails(0, "p & q")
        (True, False)
        """
        from equibel.solving import queries

        return queries.entails(self.belief(node), as_formula(formula))

    def consistent_with(self, node: Hashable, formula: FormulaLike) -> bool:
        """Whether ``formula`` is consistent with the formulas of ``node``: it is true in some model of them.

        >>> import equibel as eb
        >>> G = eb.path_graph(2)
        >>> G.add_formula(0, "p")
        >>> G.consistent_with(0, "p & q"), G.consistent_with(0, "~p")
        (True, False)
        """
        from equibel.solving import queries

        return queries.satisfiable(conjunction([self.belief(node), as_formula(formula)]))

    def equivalent(self, node: Hashable, formula: FormulaLike) -> bool:
        """Whether ``formula`` is equivalent to the conjunction of the formulas of ``node``: they have the same models.

        >>> import equibel as eb
        >>> G = eb.path_graph(2)
        >>> G.add_formula(0, "p -> q")
        >>> G.equivalent(0, "~p | q")
        True
        """
        from equibel.solving import queries

        return queries.equivalent(self.belief(node), as_formula(formula))

    def models(self, node: Hashable, limit: int | None = None) -> Iterator[dict[Symbol, bool]]:
        """The models of the formulas of ``node``: truth assignments to all atoms of the graph, each once.

        Parameters
        ----------
        node : node
        limit : int, optional
            The maximum number of models.

        Returns
        -------
        iterator of dict
            From atoms, in natural order, to truth values.  Models are computed one at a time, when the iterator is
            advanced, in no particular order.  There can be exponentially many.  Later changes of the graph do not affect
            them.

        Raises
        ------
        OptionError
            When ``limit`` is not an integer of at least 0.

        Examples
        --------
        >>> import equibel as eb
        >>> G = eb.path_graph(2)
        >>> G.add_formula(0, "p & q")
        >>> list(G.models(0))
        [{p: True, q: True}]
        >>> len(list(G.models(1))), len(list(G.models(1, limit=2)))
        (4, 2)
        """
        from equibel.solving import queries

        if limit is not None:
            limit = check_count("limit", limit)
        found = queries.models(self.belief(node), self.atom_names(), limit)
        return ({symbol(name): value for name, value in model.items()} for model in found)

    def literals(self, node: Hashable) -> list[Boolean]:
        """The literals that ``node`` believes: atoms first, then negated ones, each in natural order.

        At most one solver call per atom and one more.  Raises `InconsistentFormulaError` when the formulas of the node are
        inconsistent, since they entail every literal then.

        >>> import equibel as eb
        >>> G = eb.path_graph(2)
        >>> G.add_formula(0, "~p & (p | q) & (r -> s)")
        >>> G.literals(0)
        [q, ~p]
        """
        from equibel.solving import queries

        belief = self.belief(node)
        found = queries.literals(belief)
        if not found and not queries.satisfiable(belief):
            raise InconsistentFormulaError(
                f"node {show_node(node)} believes a contradiction, which entails every literal; "
                "change or remove one of its formulas",
                node=node,
                formula=to_text(belief),
            )
        positive_first = sorted(found, key=lambda pair: not pair[1])
        return [to_sympy(literal(name, value)) for name, value in positive_first]


def _demand_the_same(left: EquibelGraph, right: EquibelGraph) -> bool:
    """Whether the constraints of two graphs allow the same results."""
    from equibel.solving import queries

    entailed, other = (conjunction(get_constraints(graph, ENTAILMENT)) for graph in (left, right))
    possible = [get_constraints(graph, CONSISTENCY) for graph in (left, right)]
    # A formula that is consistent with c is consistent with everything that c entails.
    return queries.equivalent(entailed, other) and all(
        any(queries.entails(conjunction([entailed, stronger]), weaker) for stronger in (TRUE, *ones))
        for ones, others in (possible, possible[::-1])
        for weaker in others
    )


def require_equibel_graph(graph: object) -> None:
    """Raise `OptionError` unless ``graph`` is an `EquibelGraph`."""
    if not isinstance(graph, EquibelGraph):
        raise wrong_option("G", graph, "an EquibelGraph, e.g. EquibelGraph(graph)")
