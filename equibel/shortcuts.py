"""Functions of the version of 2016: reading, random, printing and simplifying formulas."""

from __future__ import annotations

import random
import sys
from typing import TextIO

from sympy.logic.boolalg import Boolean

from equibel import formula as fm
from equibel.equibel_graph import EquibelGraph, require_equibel_graph
from equibel.graph import node_name


def parse_formula(text: str) -> Boolean:
    """Read a formula as a sympy object.

    Every name is an atom, even if it is a constant or function of sympy.  Nothing is evaluated.

    Raises
    ------
    FormulaSyntaxError
        When the text is not a formula.  The error has the line, the column and what was expected.
    FormulaTooLargeError
        When it is nested too deeply for sympy.  `EquibelGraph.add_formula` accepts such a text directly.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.parse_formula("p & ~S -> I")
    Implies(p & ~S, I)
    """
    return fm.to_sympy(fm.as_formula(text))


def random_formula(num_atoms: int = 3, num_connectives: int = 3, seed: int | random.Random | None = None) -> Boolean:
    """A random formula over the atoms ``x1 … xn``; connectives are applied one at a time.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.random_formula(2, 2, seed=1).free_symbols <= {eb.parse_formula("x1"), eb.parse_formula("x2")}
    True
    """
    return fm.to_sympy(fm.random_formula(num_atoms, num_connectives, seed=seed))


def print_formulas(G: EquibelGraph, file: TextIO | None = None) -> None:
    """Print the formula of every node, in mathematical notation; ``True`` for a node without formulas.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(2)
    >>> G.add_formula(0, "p & ~q")
    >>> eb.print_formulas(G)
    Node 0:
    p ∧ ¬q
    Node 1:
    True
    """
    require_equibel_graph(G)
    for node in G:
        belief = G.belief(node)
        text = "True" if belief == fm.TRUE else fm.to_unicode(belief)
        print(f"Node {node_name(node)}:\n{text}", file=file or sys.stdout)


def simplify_all_formulas(G: EquibelGraph) -> None:
    """Replace the formulas of every node, in place, by one simplified formula that is equivalent to their conjunction.

    If this is ``True``, the node has no formulas afterwards.

    Examples
    --------
    >>> import equibel as eb
    >>> G = eb.path_graph(2)
    >>> G.add_formula(0, "(p & q) | (p & ~q)")
    >>> G.add_formula(1, "p | ~p")
    >>> eb.simplify_all_formulas(G)
    >>> G.formulas()
    {0: {p}, 1: set()}
    """
    require_equibel_graph(G)
    G.add_atoms(G.atom_names())
    for node in G:
        simplified = fm.simplify(G.belief(node))
        G.set_formulas(node, [] if simplified == fm.TRUE else [simplified])
