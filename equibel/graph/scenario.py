"""Scenarios: networkx graphs whose nodes have formulas."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final, Self, overload

from sympy import Symbol
from sympy.logic.boolalg import Boolean

from equibel.errors import EquibelGraphException, suggestion, warn
from equibel.formula import TRUE, Formula, FormulaLike, as_formula, constants_note, sorted_atoms, symbol, to_sympy
from equibel.graph.annotations import Annotated
from equibel.graph.asp_facts import asp_facts
from equibel.graph.beliefs import (
    ATOMS,
    FORMULA_ERRORS,
    FORMULAS,
    Beliefs,
    as_formulas,
    extend_beliefs,
    read_atoms,
    read_beliefs,
    same_formula,
    texts_of,
    write_beliefs,
)
from equibel.graph.constraints import CONSTRAINTS, read_constraints, set_constraints
from equibel.graph.copying import copy_into, is_special
from equibel.graph.filling import Graph
from equibel.graph.nodes import locate, require_node, show_node
from equibel.graph.weights import WEIGHTS, get_weights, set_weights
from equibel.options import wrong_option
from equibel.plain import as_text

__all__ = ["ATOMS", "FORMULAS", "FormulasOf", "Scenario"]

#: A mapping from nodes to one or several formulas.
FormulasOf = Mapping[Hashable, FormulaLike | Iterable[FormulaLike]]

_MISSING: Final = object()


class Scenario(Annotated):
    """An undirected graph with a formula for every node: the beliefs of each agent of a network.

    The atoms of the scenario are those of its formulas and constraints, and the declared ones.  The formula of a node is
    the conjunction of the formulas that are set for it, and ``True`` when there are none.  Self-loops are allowed and have
    no effect.

    All functions of networkx work on a scenario and keep the formulas, because everything is stored in attributes.  The
    node attribute ``formulas`` is the text of the formulas, separated by ``;``.  The graph attribute ``atoms`` is the text
    of the declared atoms, separated by spaces.  The graph attributes ``entailment`` and ``consistency`` are the integrity
    constraints, in the same form as formulas.  The node attribute ``weights`` is a JSON object with the weights of atoms.
    (When networkx joins graphs, the attributes of a later graph replace those of an earlier one.)

    Parameters
    ----------
    incoming_graph_data : optional
        Any data that networkx can convert to a graph: a graph, a list of edges, a dict of neighbours, …  The edges of a
        directed graph lose their direction, and parallel edges become one edge.  Nodes can have formulas, as text or as a
        list of texts or sympy objects.
    formulas : mapping, optional
        From nodes to one or several formulas; see `set_formulas`.
    **attr
        Attributes of the graph.  ``atoms``, ``entailment`` and ``consistency`` are described above.

    Warns
    -----
    EquibelWarning
        When an edge of a directed graph has no opposite edge, so that its direction is lost; when parallel edges become one
        edge; when the data has an attribute that looks like a misspelt ``formulas``, ``weights``, ``weight``, ``atoms``,
        ``entailment`` or ``consistency``, and has no effect.  Methods that add nodes and edges also give the last warning.

    Raises
    ------
    EquibelGraphException
        When networkx cannot convert the data to a graph.
    UnknownNodeError
        When ``formulas`` has a node that is not in the graph.
    OptionError
        When a node attribute ``weights`` is invalid, ``formulas`` is not a mapping, or a keyword is misspelt, also in
        `add_node`, `add_edge` and similar methods.
    FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
        When an attribute ``formulas``, ``entailment``, ``consistency`` or ``atoms`` is invalid.

    Examples
    --------
    >>> import networkx as nx
    >>> G = Scenario([(1, 2), (2, 3)])
    >>> G.add_formula(1, "p & q")
    >>> G.add_formula(1, "~r")
    >>> G.nodes(data=True)
    NodeDataView({1: {'formulas': 'p & q; ~r'}, 2: {}, 3: {}})
    >>> nx.relabel_nodes(G, {1: "a"}).formula_conj("a")
    p & q & ~r
    >>> Scenario([(1, 2)], formulas={1: "p", 2: ["q", "r"]}).formula_conj(2)
    q & r
    """

    def __init__(self, incoming_graph_data: Any = None, *, formulas: FormulasOf | None = None, **attr: Any) -> None:
        super().__init__(incoming_graph_data, **attr)
        told = self._tidy()
        if told and not isinstance(incoming_graph_data, Scenario):
            warn(told)
        if formulas is not None:
            self.set_formulas(formulas)

    def _tidy(self) -> str:
        """Convert attributes of the data to the stored form; returns the note about atoms in texts, or ``""``."""
        if self.graph.get(ATOMS) is not None:
            self._declare(self._declared())
        texts = [read_constraints(self, kind) for kind in CONSTRAINTS if isinstance(self.graph.get(kind), str)]
        for kind in CONSTRAINTS:
            if kind in self.graph:
                set_constraints(self, kind, read_constraints(self, kind).formulas)
        checked: set[str] = set()  # texts that are stored as they are
        for node, data in self.nodes(data=True):
            stored = data.get(FORMULAS)
            if stored is not None and not (stored.__class__ is str and stored in checked):
                beliefs, is_text = self._beliefs(node), isinstance(stored, str)
                texts += [beliefs] if is_text else []
                self._store(node, as_text(stored) if is_text and beliefs.formulas else write_beliefs(beliefs.formulas))
                checked |= {as_text(stored)} if is_text and beliefs.formulas else set()
            if WEIGHTS in data:
                set_weights(self, node, get_weights(self, node))
        return constants_note({name for beliefs in texts for name in beliefs.conjunction.atoms()})

    def to_undirected_class(self) -> type[Graph]:
        """The class of the result of `to_undirected`: this class."""
        return type(self)

    def copy(self, as_view: bool = False) -> Self:
        """A copy, equal to the result of ``copy`` of networkx, in a fifth of the time.

        Subclasses that change how data is added use ``copy`` of networkx.
        """
        if as_view or is_special(type(self)):
            other: Self = super().copy(as_view=as_view)
            return other
        twin = type(self)()
        copy_into(twin, self)
        return twin

    # Formulas -----------------------------------------------------------------------------------------------------

    def add_formula(self, node: Hashable, formula: FormulaLike) -> None:
        """Add a formula to a node; a formula that the node already has is not added again.

        Parameters
        ----------
        node : node
        formula : str, sympy Boolean or Formula

        Raises
        ------
        UnknownNodeError
            When the node is not found.
        FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
            When ``formula`` is not a formula.

        Examples
        --------
        >>> G = Scenario([(1, 2)])
        >>> G.add_formula(1, "p -> q")
        >>> G.formulas(1)
        {Implies(p, q)}
        """
        new = as_formula(formula)
        self._beliefs(node)  # errors name the node
        self._store(node, extend_beliefs(self._node[node].get(FORMULAS), new))

    @overload
    def set_formulas(self, node: FormulasOf, /) -> None: ...
    @overload
    def set_formulas(self, node: Hashable, formulas: FormulaLike | Iterable[FormulaLike]) -> None: ...

    def set_formulas(self, node: Any, formulas: Any = _MISSING) -> None:
        """Set the formulas of a node, one or several; or those of several nodes, given as a mapping.

        The previous formulas are replaced.  Errors are those of `add_formula`, and `OptionError` when the arguments are
        neither a node with formulas nor a mapping.  After an error, nothing is changed.

        >>> G = Scenario([(1, 2), (2, 3)])
        >>> G.set_formulas({1: "p", 2: ["q"]})
        >>> G.formulas()
        {1: {p}, 2: {q}, 3: set()}
        """
        if formulas is not _MISSING:
            text = write_beliefs(as_formulas(formulas))
            require_node(self, node)
            self._store(node, text)
            return
        if not isinstance(node, Mapping):
            expected = 'a mapping from nodes to formulas, such as {1: "p", 2: ["q", "r"]}'
            raise wrong_option("formulas", node, expected, "; for one node, give its formulas as second argument")
        given = dict(node)
        texts = texts_of(given.values())
        if not given.keys() <= self._node.keys():
            for each in given:
                require_node(self, each)
        for each, text in zip(given, texts, strict=True):
            self._store(each, text)

    def remove_formula(self, node: Hashable, formula: FormulaLike) -> None:
        """Remove a formula from a node; ``formula`` must give the same sympy object.

        A formula that the node does not have is ignored, as in the version of 2016.  Errors are those of `add_formula`.

        >>> G = Scenario([(1, 2)])
        >>> G.add_formula(1, "p & q")
        >>> G.remove_formula(1, "q & p")
        >>> G.formulas(1)
        set()
        """
        unwanted = as_formula(formula)
        before = self._beliefs(node).formulas
        kept = [held for held in before if not same_formula(held, unwanted)]
        if len(kept) < len(before):
            self._store(node, write_beliefs(kept))

    def clear_formulas_from(self, node: Hashable) -> None:
        """Remove all formulas of a node; raises `UnknownNodeError` when the node is not found."""
        require_node(self, node)
        self._store(node, "")

    def clear_formulas(self) -> None:
        """Remove all formulas of all nodes; declared atoms are kept."""
        for node in self:
            self._store(node, "")

    @overload
    def formulas(self, node: None = None) -> dict[Hashable, set[Boolean]]: ...  # type: ignore[overload-overlap]
    @overload
    def formulas(self, node: Hashable) -> set[Boolean]: ...

    def formulas(self, node: Hashable = None) -> set[Boolean] | dict[Hashable, set[Boolean]]:
        """The formulas of a node as a set of sympy objects; without a node, a dict of these for all nodes.

        The set is a copy.  To change formulas, use `add_formula`, `set_formulas` and `remove_formula`.

        Raises
        ------
        UnknownNodeError
            When the node is not found.
        FormulaTooLargeError
            When a formula is too deep for sympy; `beliefs` has no such limit.
        """
        if node is None:
            return {each: set(map(to_sympy, self.beliefs(each))) for each in self}
        return set(map(to_sympy, self.beliefs(node)))

    def formula_conj(self, node: Hashable) -> Boolean:
        """The conjunction of the formulas of a node as a sympy object, ``true`` when there are none.

        Raises `UnknownNodeError` when the node is not found, and `FormulaTooLargeError` when a formula is too deep for
        sympy; `belief` has no such limit.
        """
        return to_sympy(self.belief(node))

    def belief(self, node: Hashable) -> Formula:
        """The conjunction of the formulas of a node; raises `UnknownNodeError` when the node is not found.

        >>> G = Scenario([(1, 2)])
        >>> G.set_formulas(1, ["p", "q | r"])
        >>> G.belief(1), G.belief(2)
        (Formula('p & (q | r)'), Formula('True'))
        """
        return self._beliefs(node).conjunction

    def belief_by_node(self) -> dict[Hashable, Formula]:
        """The conjunction of the formulas of every node; nodes with the same text have the same object.

        >>> Scenario([(1, 2)], formulas={1: "p"}).belief_by_node()
        {1: Formula('p'), 2: Formula('True')}
        """
        known: dict[str, Formula] = {}
        found: dict[Hashable, Formula] = {}
        for node, data in self._node.items():
            stored = data.get(FORMULAS)
            if stored.__class__ is not str:
                found[node] = TRUE if stored is None else self.belief(node)
            elif stored in known:
                found[node] = known[stored]
            else:
                found[node] = known[stored] = self.belief(node)
        return found

    def beliefs(self, node: Hashable) -> list[Formula]:
        """The formulas of a node in the order of insertion; raises `UnknownNodeError` when the node is not found."""
        return list(self._beliefs(node).formulas)

    # Atoms --------------------------------------------------------------------------------------------------------

    def atoms(self, node: Hashable = None) -> set[Symbol]:
        """The atoms of the scenario: in formulas, in constraints, and declared ones; with a node, those in its formulas.

        Raises `UnknownNodeError` when the node is not found.

        >>> G = Scenario([(1, 2)])
        >>> G.add_formula(1, "p")
        >>> G.add_atom("q")
        >>> sorted(G.atoms(), key=str), G.atoms(1)
        ([p, q], {p})
        """
        return {symbol(name) for name in (self._names() if node is None else self.belief(node).atoms())}

    def atom_names(self) -> list[str]:
        """The names of all atoms of the scenario, in natural order: ``x2`` before ``x10``."""
        return sorted_atoms(self._names())

    def add_atom(self, name: str | Symbol) -> None:
        """Declare an atom: it belongs to the scenario even if no formula uses it.

        Raises `NotAFormulaError` when ``name`` cannot be an atom.
        """
        self.add_atoms([name])

    def add_atoms(self, names: Iterable[str | Symbol]) -> None:
        """Declare several atoms, given as a collection or as a text separated by spaces; see `add_atom`."""
        new = read_atoms(names)
        self._declare([*self._declared(), *new])

    def remove_atom(self, name: str | Symbol) -> None:
        """Remove the declaration of an atom.

        Raises
        ------
        EquibelGraphException
            When a formula or a constraint uses the atom, or the atom is not found.

        Examples
        --------
        >>> G = Scenario([(1, 2)])
        >>> G.add_formula(1, "p -> q")
        >>> G.remove_atom("p")
        Traceback (most recent call last):
            ...
        equibel.errors.EquibelGraphException: atom p is used in the formulas of node 1; change or remove these first
        """
        (unwanted,) = read_atoms([name])
        users = [node for node in self if unwanted in self.belief(node).atoms()]
        if users:
            shown = ", ".join(map(show_node, users[:3])) + (f" and {len(users) - 3} more" if len(users) > 3 else "")
            nodes = "node" if len(users) == 1 else "nodes"
            raise EquibelGraphException(
                f"atom {unwanted} is used in the formulas of {nodes} {shown}; change or remove these first"
            )
        for kind in CONSTRAINTS:
            if unwanted in read_constraints(self, kind).conjunction.atoms():
                raise EquibelGraphException(
                    f"atom {unwanted} is used in the {kind}-based constraints; change or remove these first"
                )
        declared = self._declared()
        if unwanted not in declared:
            raise EquibelGraphException(f"the graph has no atom {unwanted!r}{suggestion(unwanted, self.atom_names())}")
        self._declare(other for other in declared if other != unwanted)

    # ASP ----------------------------------------------------------------------------------------------------------

    def to_asp(self) -> str:
        """The scenario as facts for an answer set solver; see `equibel.graph.asp_facts`."""
        held = ((node, formula) for node in self for formula in self.beliefs(node))
        return asp_facts(self, self.edges, self.atom_names(), held)

    # Storage ------------------------------------------------------------------------------------------------------

    def _beliefs(self, node: Hashable) -> Beliefs:
        require_node(self, node)
        try:
            return read_beliefs(self._node[node].get(FORMULAS))
        except FORMULA_ERRORS as error:
            raise locate(error, f"the formulas of node {show_node(node)}") from None

    def _store(self, node: Hashable, text: str) -> None:
        data = self._node[node]
        if text:
            data[FORMULAS] = text
        else:
            data.pop(FORMULAS, None)

    def _names(self) -> set[str]:
        beliefs = {id(belief): belief for belief in self.belief_by_node().values()}  # each text once
        constraints = (read_constraints(self, kind).conjunction for kind in CONSTRAINTS)
        return set(self._declared()).union(*(each.atoms() for each in itertools.chain(beliefs.values(), constraints)))

    def _declared(self) -> list[str]:
        try:
            return read_atoms(self.graph.get(ATOMS) or ())
        except FORMULA_ERRORS as error:
            raise locate(error, "the declared atoms") from None

    def _declare(self, names: Iterable[str]) -> None:
        text = " ".join(sorted_atoms(set(names)))
        if text:
            self.graph[ATOMS] = text
        else:
            self.graph.pop(ATOMS, None)
