"""Reading BCF, the belief change format of 2014.

Every statement is a line that begins with one letter; white space and blank lines mean nothing::

    c a comment
    t undirected            the edges are undirected; "directed" is the default
    n 1 3 7..9              nodes
    a p q r                 atoms
    e 1 3                   an edge
    w 3 p 4                 the weight of atom p at node 3
    f 3 (*(p -q +(r s)))    a formula at node 3: p and not q and (r or s)
    m -(p)                  an entailment-based constraint
    s +(p q)                a consistency-based constraint

A formula goes on over the following lines until its parentheses are closed.  Nodes and atoms need not be declared
before they are used, or at all.

Edges of a scenario have no direction.  In a directed file a pair of opposite edges is one edge, and so is a lone
direction, which is noted.

Two extensions: a node may also be a word, ``n alice``, and a weight may have decimals, ``w alice p 0.5``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn, TypeVar

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, FileFormatError, FormulaSyntaxError, suggestion
from equibel.files.attributes import CONSISTENCY, CONSTRAINTS, ENTAILMENT, set_constraints, set_weights
from equibel.files.text import FilePath, Note, warn
from equibel.formula import Formula, is_atom_name, parse_prefix

MAX_NODES = 1_000_000  # of one file: a range such as 1..999999999 is refused rather than filling the memory

Node = int | str
T = TypeVar("T")

_NUMBER = re.compile(r"[0-9]{1,300}")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RANGE = re.compile(r"([0-9]{1,300})\.\.([0-9]{1,300})")
_WEIGHT = re.compile(r"[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")


def parse_bcf(text: str, path: FilePath = "<string>", *, note: Note = warn) -> EquibelGraph:
    """Read a scenario from BCF text.

    Parameters
    ----------
    text : str
        The lines described in this module's documentation.
    path : str or path, optional
        How errors and notes call the text.
    note : callable, optional
        Receives a sentence when a directed text gives an edge in one direction only.

    Raises
    ------
    FileFormatError
        When a line is not of the format, with its number.

    Examples
    --------
    >>> G = parse_bcf('''
    ... t undirected
    ... n 1..3
    ... e 1 2
    ... f 1 (*(p
    ...       -q))
    ... ''')
    >>> list(G), list(G.edges), G.formulas(1)
    ([1, 2, 3], [(1, 2)], {p & ~q})
    """
    if not text.strip():
        raise FileFormatError("the file is empty; expected lines such as 'n 1 2' and 'e 1 2'", path=path)
    reader = _Reader(path)
    for statement in _statements(text, path):
        reader.read(statement)
    return reader.graph(note)


class _Statement(NamedTuple):
    line: int
    kind: str
    arguments: list[str]
    text: str  # the whole statement, with the line ends of a formula that goes on

    def fail(self, problem: str, path: FilePath) -> NoReturn:
        raise FileFormatError(problem, path=path, line=self.line)


def _statements(text: str, path: FilePath) -> Iterator[_Statement]:
    lines = enumerate(text.split("\n"), start=1)
    for number, line in lines:
        words = line.split()
        if not words:
            continue
        if words[0] in ("f", ENTAILMENT_LINE, CONSISTENCY_LINE):
            whole = [line]
            unclosed = line.count("(") - line.count(")")
            while unclosed > 0:
                _, more = next(lines, (0, None))
                if more is None:
                    problem = f"the formula that begins here is not finished: {unclosed} of its '(' are never closed"
                    raise FileFormatError(problem, path=path, line=number)
                whole.append(more)
                unclosed += more.count("(") - more.count(")")
            line = "\n".join(whole)
        yield _Statement(number, words[0], words[1:], line)


ENTAILMENT_LINE = "m"
CONSISTENCY_LINE = "s"


class _Reader:
    """Collects what the statements say; their order does not matter."""

    def __init__(self, path: FilePath) -> None:
        self.path = path
        self.directed: bool | None = None
        self.nodes: dict[Node, None] = {}
        self.atoms: list[str] = []
        self.edges: dict[tuple[Node, Node], int] = {}  # with the line of the first mention
        self.weights: dict[Node, dict[str, float]] = {}
        self.formulas: dict[Node, list[Formula]] = {}
        self.constraints: dict[str, list[Formula]] = {kind: [] for kind in CONSTRAINTS}

    def read(self, statement: _Statement) -> None:
        kinds: dict[str, Callable[[_Statement], None]] = {
            "c": lambda _: None,
            "t": self._type,
            "n": self._nodes,
            "a": self._atoms,
            "e": self._edge,
            "w": self._weight,
            "f": self._formula,
            "m": lambda s: self.constraints[ENTAILMENT].append(self._prefix(s, 1)),
            "s": lambda s: self.constraints[CONSISTENCY].append(self._prefix(s, 1)),
        }
