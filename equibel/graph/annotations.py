"""What a scenario says besides formulas: integrity constraints, and weights."""

from __future__ import annotations

from collections.abc import Hashable
from typing import overload

from sympy import Symbol
from sympy.logic.boolalg import Boolean

from equibel.errors import EquibelGraphException, suggestion
from equibel.formula import FormulaLike, as_formula, to_sympy, to_text
from equibel.graph.beliefs import read_atoms, same_formula
from equibel.graph.constraints import CONSTRAINTS, ENTAILMENT, read_constraints, set_constraints
from equibel.graph.filling import Filled
from equibel.graph.nodes import require_node, shorten
from equibel.graph.weights import Weight, check_weights, get_weights, set_weights


class Annotated(Filled):
    """A graph with integrity constraints, and with weights of nodes; edges have networkx's ``weight``."""

    # Integrity constraints ----------------------------------------------------------------------------------------

    def add_constraint(self, formula: FormulaLike, kind: str = ENTAILMENT) -> None:
        """Demand something of every result of an operator; nothing changes when it is demanded already.

        Parameters
        ----------
        formula : str, sympy Boolean or Formula
        kind : str
            ``"entailment"``: every node's result entails the formula, which is conjoined to what each node believes
            before the change.  ``"consistency"``: every node's result is consistent with the formula; equalities that
            would rule this out are not considered.

        Raises
        ------
        OptionError
            When there is no such kind.
        FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
            When ``formula`` is not a formula.

        Notes
        -----
        Constraints belong to the graph: copies, results of operators and files keep them.  They say nothing about the
        graph itself, so that a node may believe what contradicts one; operators refuse this with
        `ConstraintClashError`.

        Examples
        --------
        >>> import equibel as eb
        >>> G = eb.EquibelGraph([(1, 2)])
        >>> G.add_constraint("p -> q")
        >>> G.add_constraint("~p", kind="consistency")
        >>> G.constraints()
        {'entailment': [Implies(p, q)], 'consistency': [~p]}
        """
        set_constraints(self, kind, [*read_constraints(self, kind).formulas, as_formula(formula)])

    def remove_constraint(self, formula: FormulaLike, kind: str = ENTAILMENT) -> None:
        """Take a constraint back, whichever way it is spelled that gives the same sympy object.

        Raises `EquibelGraphException` when there is no such constraint, and otherwise as `add_constraint`.

        >>> import equibel as eb
        >>> G = eb.EquibelGraph([(1, 2)])
        >>> G.add_constraint("p & q")
        >>> G.remove_constraint("q & p")
        >>> G.constraints("entailment")
        []
        """
        unwanted = as_formula(formula)
        before = read_constraints(self, kind).formulas
        kept = [held for held in before if not same_formula(held, unwanted)]
        if len(kept) == len(before):
            known = [to_text(held) for held in before]
            text = to_text(unwanted)
            raise EquibelGraphException(
                f"the graph has no {kind}-based constraint {shorten(text)}{suggestion(text, known)}; it has "
                f"{shorten('; '.join(known) or 'none')}"
            )
        set_constraints(self, kind, kept)

    @overload
    def constraints(self, kind: None = None) -> dict[str, list[Boolean]]: ...
    @overload
    def constraints(self, kind: str) -> list[Boolean]: ...

    def constraints(self, kind: str | None = None) -> list[Boolean] | dict[str, list[Boolean]]:
        """The constraints of a kind as sympy objects, in the order of their insertion; without a kind, a dict of both.

        Raises `OptionError` when there is no such kind.
        """
        if kind is None:
            return {each: self.constraints(each) for each in CONSTRAINTS}
        return list(map(to_sympy, read_constraints(self, kind).formulas))

    # Weights ------------------------------------------------------------------------------------------------------

    def add_weight(self, node: Hashable, atom: str | Symbol, weight: Weight) -> None:
        """Say how much a node's agreement with its neighbours on an atom counts: its expertise in it.

        Parameters
        ----------
        node : node
        atom : str or sympy Symbol
        weight : number
            At least 0, with no more than 600 digits; it replaces the one before.  What has no weight counts 1.  Any kind
            of real number will do, also a `Fraction`, a `Decimal`, one of numpy, or the text ``"1/3"``.  It is exact: a
            float is the decimal number by which Python writes it, so that 0.1 is a tenth.

        Raises
        ------
        UnknownNodeError
            When the graph has no such node.
        NotAFormulaError
            When ``atom`` cannot be an atom.
        OptionError
            When ``weight`` is not such a number.

        Notes
        -----
        Weights matter to ``opt_type=CARDINALITY`` alone.  Agreement on p along the edge {x, y} then counts
        ``trust(x, y) * (w(x, p) + w(y, p)) / 2``, where the trust along an edge is networkx's ``weight`` of the edge,
        ``G.add_edge(x, y, weight=2)``, or 1.  Agreements that count 0 are not looked at.

        Examples
        --------
        >>> import equibel as eb
        >>> G = eb.EquibelGraph([("ann", "bob")])
        >>> G.add_weight("ann", "p", 2)
        >>> G.weights("ann")
        {'p': 2}
        """
        (name,) = read_atoms([atom])
        require_node(self, node)
        set_weights(self, node, {**get_weights(self, node), **check_weights({name: weight})})

    @overload
    def weights(self, node: None = None) -> dict[Hashable, dict[str, Weight]]: ...  # type: ignore[overload-overlap]
    @overload
    def weights(self, node: Hashable) -> dict[str, Weight]: ...

    def weights(self, node: Hashable = None) -> dict[str, Weight] | dict[Hashable, dict[str, Weight]]:
        """The weights given to atoms at a node, by name; without a node, a dict of these for all nodes.

        The dict is a copy.  Raises `UnknownNodeError` when the graph has no such node.
        """
        if node is None:
            return {each: get_weights(self, each) for each in self}
        require_node(self, node)
        return get_weights(self, node)
