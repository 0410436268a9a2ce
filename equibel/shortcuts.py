"""Functions of the 2016 package that work on formulas and whole scenarios as people write and read them."""

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

    Every name is an atom, whatever it means to sympy; nothing is evaluated.

    Raises
    ------
    FormulaSyntaxError
        When the text is not a formula; with line, column and what was expected.
    FormulaTooLargeError
        When it is nested deeper than sympy can handle; `EquibelGraph.add_formula` takes such text itself.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.parse_formula("p & ~S -> I")
    Implies(p & ~S, I)
    """
    return fm.to_sympy(fm.as_formula(text))


def random_formula(num_atoms: int = 3, num_connectives: int = 3, seed: int | random.Random | None = None) -> Boolean:
    """A random formula over atoms ``x1 … xn``, built by applying connectives one at a time.

    Examples
    --------
    >>> import equibel as eb
    >>> eb.random_formula(2, 2, seed=1).free_symbols <= {eb.parse_formula("x1"), eb.parse_formula("x2")}
    True
    """
    return fm.to_sympy(fm.random_formula(num_atoms, num_connectives, seed=seed))


def print_formulas(G: EquibelGraph, file: TextIO | None = None) -> None:
    """Print what every node believes, in mathematical notation; ``True`` where it believes nothing.

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
    """Replace the formulas of every node, in place, by one that is equivalent to them and easier to read.

    A node that believes nothing is left without formulas.

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
