"""Graphs with integrity constraints and weights."""

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
    """A graph with integrity constraints and weights of atoms at nodes; weights of edges are those of networkx."""

    # Integrity constraints ----------------------------------------------------------------------------------------

    def add_constraint(self, formula: FormulaLike, kind: str = ENTAILMENT) -> None:
        """Add an integrity constraint for all results of operators; a constraint that already exists is not added again.

        Parameters
        ----------
        formula : str, sympy Boolean or Formula
        kind : str
            ``"entailment"``: the result of every node entails the constraint, which is conjoined to the formula of each
            node before the change.  ``"consistency"``: the result of every node is consistent with the constraint; EQ sets
            that rule this out are not admitted.

        Raises
        ------
        OptionError
            When the kind is invalid.
        FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
            When ``formula`` is not a formula.

        Notes
        -----
        Constraints belong to the graph.  Copies, results of operators and files keep them.  They apply to results only: the
        formulas of a node in this graph can contradict a constraint.  Then operators raise `ConstraintClashError`.

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
        """Remove a constraint; ``formula`` must give the same sympy object.

        Raises `EquibelGraphException` when the constraint is not found.  Other errors are those of `add_constraint`.

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
        """The constraints of a kind as sympy objects, in the order of insertion; without a kind, a dict of both kinds.

        Raises `OptionError` when the kind is invalid.
        """
        if kind is None:
            return {each: self.constraints(each) for each in CONSTRAINTS}
        return list(map(to_sympy, read_constraints(self, kind).formulas))

    # Weights ------------------------------------------------------------------------------------------------------

    def add_weight(self, node: Hashable, atom: str | Symbol, weight: Weight) -> None:
        """Set the weight of an atom at a node, its expertise: how much its agreements on the atom count.

        Parameters
        ----------
        node : node
        atom : str or sympy Symbol
        weight : number
            At least 0, with at most 600 digits.  It replaces the previous weight; the default is 1.  It can be any real
            number, also a `Fraction`, a `Decimal`, a number of numpy, or the text ``"1/3"``.  Weights are exact: a float
            means the decimal number that Python prints for it, so that 0.1 is a tenth.

        Raises
        ------
        UnknownNodeError
            When the node is not found.
        NotAFormulaError
            When ``atom`` cannot be an atom.
        OptionError
            When ``weight`` is not a valid weight.

        Notes
        -----
        Weights have an effect with ``opt_type=CARDINALITY`` only.  Then agreement on p along the edge {x, y} counts
        ``trust(x, y) * (w(x, p) + w(y, p)) / 2``.  The trust is the edge attribute ``weight`` of networkx,
        ``G.add_edge(x, y, weight=2)``, 1 by default.  Agreements that count 0 are ignored.

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
        """The weights that are set for atoms at a node, by name; without a node, a dict of these for all nodes.

        The dict is a copy.  Raises `UnknownNodeError` when the node is not found.
        """
        if node is None:
            return {each: get_weights(self, each) for each in self}
        require_node(self, node)
        return get_weights(self, node)
