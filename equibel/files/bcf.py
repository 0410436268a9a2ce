"""Reading of BCF, the belief change format of 2014.

Every statement is a line that begins with one letter.  Additional white space and blank lines are ignored::

    c a comment
    t undirected            the edges are undirected; "directed" is the default
    n 1 3 7..9              nodes
    a p q r                 atoms
    e 1 3                   an edge
    w 3 p 4                 the weight of atom p at node 3
    f 3 (*(p -q +(r s)))    a formula at node 3: p and not q and (r or s)
    m -(p)                  an entailment-based constraint
    s +(p q)                a consistency-based constraint

A formula continues on the following lines until its parentheses are closed.  It is not necessary to declare nodes and
atoms.  If there are ``n`` lines, there is a note about each node that is not in them, since its name could be misspelt.

Edges of a scenario have no direction.  In a directed file, two opposite edges are read as one edge.  An edge without the
opposite edge is read as an edge, too, with a note.

There are two extensions: a node can be a word, ``n alice``, and a weight can be a decimal number, ``w alice p 0.5``, or a
fraction, ``w alice p 1/3``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, NoReturn

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, FileFormatError, FormulaSyntaxError
from equibel.files.attributes import (
    CONSISTENCY,
    CONSTRAINTS,
    ENTAILMENT,
    Weight,
    doubtful,
    read_weight,
    set_constraints,
    set_weights,
)
from equibel.files.text import DIMACS_FILE, FilePath, Note, warn
from equibel.formula import Formula, is_atom_name, is_dimacs, parse_prefix
from equibel.garbage import uncollected
from equibel.graph.filling import fill_edges, fill_nodes
from equibel.plain import MAX_DIGITS

MAX_NODES = 1_000_000  # of one file; the limit protects the memory from ranges such as 1..999999999

Node = int | str

_NUMBER = re.compile(rf"[0-9]{{1,{MAX_DIGITS}}}")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RANGE = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})\.\.([0-9]{{1,{MAX_DIGITS}}})")


def parse_bcf(text: str, path: FilePath = "<string>", *, note: Note = warn) -> EquibelGraph:
    """Read a scenario from BCF text.

    Parameters
    ----------
    text : str
        The lines, as described in the docstring of this module.
    path : str or path, optional
        The name of the text in errors and notes.
    note : callable, optional
        Receives a sentence about edges without the opposite edge in a directed text; about nodes that are not in any
        ``n`` line if there are such lines; and about atoms with the name of a constant of other notations.

    Raises
    ------
    FileFormatError
        When a line is invalid; the error has the line number.

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
    if is_dimacs(text):
        raise FileFormatError(DIMACS_FILE, path=path, line=1)
    reader = _Reader(path)
    with uncollected():
        for statement in _statements(text, path):
            reader.read(statement)
        return reader.graph(note)


class _Statement(NamedTuple):
    line: int
    kind: str
    arguments: list[str]  # the words after the letter, of the first line
    text: str  # the whole statement, with the line ends of a formula that goes on


def _statements(text: str, path: FilePath) -> Iterator[_Statement]:
    lines = enumerate(text.split("\n"), start=1)
    for number, first in lines:
        words = first.split()
        if not words:
            continue
        whole = [first]
        if words[0] in ("f", "m", "s"):
            unclosed = _balance(first)
            while unclosed > 0:
                _, line = next(lines, (0, None))
                if line is None:
                    problem = f"the formula that begins here is not complete: {unclosed} '(' not closed"
                    raise FileFormatError(problem, path=path, line=number)
                whole.append(line)
                unclosed += _balance(line)
        yield _Statement(number, words[0], words[1:], "\n".join(whole))


def _balance(line: str) -> int:
    return line.count("(") - line.count(")")


class _Reader:
    """Collects the content of the statements, which can have any order."""

    def __init__(self, path: FilePath) -> None:
        self.path = path
        self.line = 0
        self.directed: bool | None = None
        self.nodes: dict[Node, None] = {}
        self.mentioned: dict[Node, int] = {}  # by other lines than n, with the first of these
        self.words: dict[str, Node] = {}  # by which nodes are mentioned there
        self.read_before: dict[str, Formula] = {}  # formulas of the same text are read once
        self.declared: set[Node] = set()
        self.atoms: dict[str, None] = {}
        self.edges: dict[tuple[Node, Node], int] = {}  # with the line of the first mention
        self.weights: dict[Node, dict[str, Weight]] = {}
        self.formulas: dict[Node, list[Formula]] = {}
        self.constraints: dict[str, list[Formula]] = {kind: [] for kind in CONSTRAINTS}

    def fail(self, problem: str) -> NoReturn:
        raise FileFormatError(problem, path=self.path, line=self.line)

    def read(self, statement: _Statement) -> None:
        """Read one statement."""
        self.line = statement.line
        arguments = statement.arguments
        match statement.kind:
            case "c":
                pass
            case "t":
                self._type(arguments)
            case "n":
                self._nodes(arguments)
            case "a":
                self._atoms(arguments)
            case "e":
                self._edge(arguments)
            case "w":
                self._weight(arguments)
            case "f":
                node = self._mention(arguments[0] if arguments else "")
                self.formulas.setdefault(node, []).append(self._formula(statement, skip=2))
            case "m":
                self.constraints[ENTAILMENT].append(self._formula(statement, skip=1))
            case "s":
                self.constraints[CONSISTENCY].append(self._formula(statement, skip=1))
            case other:
                self.fail(f"a BCF line cannot begin with {_short(other)}; expected c, t, n, a, w, e, f, m or s")

    def graph(self, note: Note) -> EquibelGraph:
        """The scenario of the statements."""
        if self.directed is not False:
            self._note_lone_directions(note)
        if self.declared:
            self._note_undeclared(note)
        graph = EquibelGraph()
        fill_nodes(graph, self.nodes)
        fill_edges(graph, self.edges)
        graph.add_atoms(self.atoms)
        # Most nodes have one formula, which is the same object at all of them.
        graph.set_formulas({node: held[0] if len(held) == 1 else held for node, held in self.formulas.items()})
        for node, weights in self.weights.items():
            set_weights(graph, node, weights)
        for kind, formulas in self.constraints.items():
            set_constraints(graph, kind, formulas)
        for sentence in doubtful(graph):
            note(f"{self.path}: {sentence}")
        return graph

    def _type(self, arguments: list[str]) -> None:
        types = {"directed": True, "undirected": False}
        if len(arguments) != 1 or arguments[0].lower() not in types:
            self.fail("expected 't directed' or 't undirected'")
        directed = types[arguments[0].lower()]
        if self.directed not in (None, directed):
            self.fail("an earlier 't' line has the other type; keep one of them")
        self.directed = directed

    def _nodes(self, arguments: list[str]) -> None:
        if not arguments:
            self.fail("expected at least one node, such as 'n 1 2' or 'n 1..5'")
        for token in arguments:
            span = _RANGE.fullmatch(token)
            if span is None:
                self.declared.add(self._node(token))
                continue
            first, last = int(span[1]), int(span[2])
            if first > last:
                self.fail(f"the range {token} ends before it begins; expected the smaller number first")
            numbers: dict[Node, None] = dict.fromkeys(islice(range(first, last + 1), MAX_NODES + 1))
            self.nodes.update(numbers)
            self.declared.update(numbers)
            self._check_size()

    def _node(self, token: str) -> Node:
        if not _NUMBER.fullmatch(token) and not _WORD.fullmatch(token):
            found = _short(token) if token else "nothing"
            most = f" of at most {MAX_DIGITS} digits" if re.fullmatch(r"[0-9.]+", token) else ""
            self.fail(f"expected a node, which is a number{most} or a word of letters, digits and '_', not {found}")
        node = int(token) if token.isdigit() else token
        self.nodes[node] = None
        self._check_size()
        return node

    def _mention(self, token: str) -> Node:
        """The node of a line other than ``n``; it is added if it does not exist yet."""
        node = self.words.get(token)
        if node is None:
            node = self.words[token] = self._node(token)
            self.mentioned.setdefault(node, self.line)
        return node

    def _check_size(self) -> None:
        if len(self.nodes) > MAX_NODES:
            self.fail(f"there are too many nodes; the limit is {MAX_NODES}")

    def _atoms(self, arguments: list[str]) -> None:
        if not arguments:
            self.fail("expected at least one atom, such as 'a p q'")
        for token in arguments:
            self.atoms[self._atom(token)] = None

    def _atom(self, token: str) -> str:
        if not is_atom_name(token):
            self.fail(f"expected an atom, which is a word of letters, digits and '_', not {_short(token)}")
        return token

    def _edge(self, arguments: list[str]) -> None:
        if len(arguments) != 2:
            self.fail(f"expected two nodes after 'e', not {len(arguments)}")
        self.edges.setdefault((self._mention(arguments[0]), self._mention(arguments[1])), self.line)

    def _weight(self, arguments: list[str]) -> None:
        if len(arguments) != 3:
            self.fail("expected a node, an atom and a weight, such as 'w 1 p 2'")
        node, atom = self._mention(arguments[0]), self._atom(arguments[1])
        token = arguments[2]
        weight = read_weight(token)
        if weight is None:
            expected = f"a number of at least 0 and at most {MAX_DIGITS} digits, such as 2, 0.5 or 1/3,"
            self.fail(f"expected {expected} as the weight, not {_short(token)}")
        if self.weights.setdefault(node, {}).setdefault(atom, weight) != weight:
            self.fail(f"the weight of {atom} at {node} is already {self.weights[node][atom]}; keep one of them")

    def _formula(self, statement: _Statement, skip: int) -> Formula:
        """The formula after the first ``skip`` words; these become spaces, so that columns are those of the file."""
        start = re.match(rf"\s*(\S+\s*){{{skip}}}", statement.text)
        if start is None or len(statement.text.split(None, skip)) <= skip:
            self.fail("expected a formula, such as *(p -q)")
        text = statement.text[start.end() :]
        if text in self.read_before:
            return self.read_before[text]
        try:
            return self.read_before.setdefault(text, parse_prefix(" " * start.end() + text))
        except FormulaSyntaxError as error:
            problem = str(error).split(": ", 1)[1]  # its own line and column count from the start of the statement
            line = statement.line + error.line - 1
            raise FileFormatError(problem, path=self.path, line=line, column=error.column) from error
        except EquibelError as error:
            self.fail(str(error))

    def _note_lone_directions(self, note: Note) -> None:
        lone = [(line, u, v) for (u, v), line in self.edges.items() if (v, u) not in self.edges]
        if not lone:
            return
        line, u, v = lone[0]
        more = _others([line for line, _, _ in lone])
        note(
            f"{self.path}, line {line}: the file is directed, but {u} -> {v} has no opposite edge; "
            f"edges of scenarios are undirected, so it is read as {u} <-> {v}{more}"
        )

    def _note_undeclared(self, note: Note) -> None:
        found = [(line, node) for node, line in self.mentioned.items() if node not in self.declared]
        if found:
            line, node = found[0]
            more = _others([line for line, _ in found])
            note(f"{self.path}, line {line}: the node {node} is added, but is in no 'n' line{more}")


def _others(lines: list[int]) -> str:
    """The number of other lines with the same note, and where they are."""
    if len(lines) == 2:
        return f" (and 1 more, at line {lines[1]})"
    others = ", ".join(map(str, lines[1:6])) + (", ..." if len(lines) > 6 else "")
    return f" (and {len(lines) - 1} more, at lines {others})" if others else ""


def _short(token: str) -> str:
    return repr(token if len(token) <= 40 else token[:37] + "...")
