"""Scenarios as facts for answer set solvers.

The path ``1 — a b`` with ``p & ~q`` at 1 becomes ::

    node(1). node("a b").
    edge(1,"a b").
    atom("p"). atom("q").
    formula(1,and("p",neg("q"))).

A node that is an integer of at most 32 bits, the range of clingo, becomes this number.  A text becomes a string, and a
tuple becomes a tuple.  Any other node becomes ``other(S)``, where the string S is its ``repr``, so that different nodes
have different terms.  Special characters in names are escaped, so that no name can end its string.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from numbers import Integral

from equibel.formula import Formula, to_term
from equibel.plain import as_text

HEADER = """\
% node(V): V is a node.
% edge(V,W): V and W are neighbours; each edge is listed once.
% atom(P): P is an atom.
% formula(V,F): node V believes the formula F, a term over atoms."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_LEAST, _GREATEST = -(2**31), 2**31 - 1


def asp_facts(
    nodes: Iterable[Hashable],
    edges: Iterable[tuple[Hashable, Hashable]],
    atoms: Iterable[str],
    formulas: Iterable[tuple[Hashable, Formula]],
) -> str:
    """The facts about a scenario: its nodes, edges, atoms, and pairs of a node and a formula of it, in this order.

    Linear in the size of the scenario.

    >>> from equibel.formula import parse
    >>> print(asp_facts([1, "b"], [(1, "b")], ["p", "q"], [(1, parse("p & ~q"))]).split("\\n", 4)[-1])
    node(1).
    node("b").
    edge(1,"b").
    atom("p").
    atom("q").
    formula(1,and("p",neg("q"))).
    <BLANKLINE>
    """
    terms = {node: node_term(node) for node in nodes}
    lines = [HEADER]
    lines += (f"node({term})." for term in terms.values())
    lines += (f"edge({terms[x]},{terms[y]})." for x, y in edges)
    lines += (f"atom({quoted(name)})." for name in atoms)
    lines += (f"formula({terms[node]},{to_term(formula)})." for node, formula in formulas)
    return "\n".join(lines) + "\n"


def node_term(node: Hashable) -> str:
    """The term for a node.

    >>> print(node_term(-3), node_term('say "hi"'), node_term((0, "a")), node_term(2**40), node_term(0.5))
    -3 "say \\"hi\\"" (0,"a") other("1099511627776") other("0.5")
    """
    if not isinstance(node, tuple):
        return _simple_term(node)
    # Tuples can be nested deeply, so this is a loop; ``todo`` has the parts that are not yet written, last first.
    pieces: list[str] = []
    todo: list[tuple[bool, object]] = [(False, node)]
    while todo:
        done, part = todo.pop()
        if done:
            pieces.append(str(part))
        elif isinstance(part, tuple):
            todo.append((True, ",)" if len(part) == 1 else ")"))
            for i in range(len(part) - 1, -1, -1):
                todo.append((False, part[i]))
                todo.append((True, "," if i else "("))
            if not part:
                todo.append((True, "("))
        else:
            pieces.append(_simple_term(part))
    return "".join(pieces)


def quoted(text: str) -> str:
    """The text as a string of the ASP language."""
    return f'"{text.translate(_ESCAPES)}"'


def _simple_term(node: object) -> str:
    if isinstance(node, Integral) and _LEAST <= int(node) <= _GREATEST:
        return str(int(node))
    if isinstance(node, str):
        node = as_text(node)
        if _representable(node):
            return quoted(node)
    # Python converts integers of thousands of digits only to hexadecimal text.
    written = hex(node) if isinstance(node, int) and node.bit_length() > 4096 else ascii(node)
    return f"other({quoted(written)})"


def _representable(text: str) -> bool:
    """Whether clingo can read the text: its strings are UTF-8, without the character 0."""
    return "\0" not in text and all(not "\ud800" <= character <= "\udfff" for character in text)
