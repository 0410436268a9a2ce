"""Scenarios with published answers: the README and tests of the 2016 package, papers, and some worked by hand.

One table for all tests.  An answer lists the nodes' formulas in the order of the nodes; a count is the number of
applications up to and including the one that changes nothing, ``None`` where the source does not say.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from typing import NamedTuple

Edge = tuple[Hashable, Hashable]


class Answer(NamedTuple):
    """What an operator makes of a scenario; ``fixpoint`` when it is applied until nothing changes."""

    operator: str
    optimum: str
    formulas: list[str]
    fixpoint: bool = False
    count: int | None = None


class Published(NamedTuple):
    """A scenario and its answers."""

    name: str
    source: str
    nodes: list[Hashable]
    edges: list[Edge]
    formulas: dict[Hashable, str]
    answers: list[Answer]


def _path(*nodes: Hashable) -> list[Edge]:
    return list(itertools.pairwise(nodes))


XOR = {0: "(p & ~q) | (~p & q)", 1: "p", 3: "~p"}
XOR_SETTLED = ["p & ~q", "p & ~q", "~q", "~p & ~q"]
STAR_MAJORITY = ["p", "p", "p", "~p"]
TEN = list(range(10))

PUBLISHED = [
    Published(
        "quickstart",
        "README of the 2016 package",
        [1, 2, 3, 4],
        _path(1, 2, 3, 4),
        {1: "p & q & r", 4: "~p & ~q"},
        [Answer("global", "inclusion", ["p & q & r", "r", "r", "r & ~p & ~q"])],
    ),
    Published(
        "star: inclusion leaves the centre undecided, cardinality follows the majority",
        "README and tests of the 2016 package",
        [0, 1, 2, 3],
        [(0, 1), (0, 2), (0, 3)],
        {1: "p", 2: "p", 3: "~p"},
        [
            Answer("global", "inclusion", ["True", "p", "p", "~p"]),
            Answer("global", "cardinality", STAR_MAJORITY),
            Answer("expanding", "cardinality", STAR_MAJORITY, fixpoint=True),
        ],
    ),
    Published(
        "two nodes: the silent one learns",
        "tests of the 2016 package",
        [0, 1],
        [(0, 1)],
        {0: "p"},
        [Answer("global", "inclusion", ["p", "p"])],
    ),
    Published(
        "chain of five with opposite ends",
        "tests of the 2016 package",
        [0, 1, 2, 3, 4],
        _path(0, 1, 2, 3, 4),
        {0: "p", 4: "~p"},
        [
            Answer("global", "inclusion", ["p", "True", "True", "True", "~p"]),
            Answer("simple", "inclusion", ["p", "p", "True", "~p", "~p"]),
            Answer("expanding", "inclusion", ["p", "p", "True", "~p", "~p"], fixpoint=True),
        ],
    ),
    Published(
        "chain of five, two atoms",
        "tests of the 2016 package",
        [0, 1, 2, 3, 4],
        _path(0, 1, 2, 3, 4),
        {0: "p & q", 4: "~p & ~q"},
        [
            Answer("augmenting", "inclusion", ["p & q", "p & q", "True", "~p & ~q", "~p & ~q"], fixpoint=True),
        ],
    ),
    Published(
        "chain of four: what is not contested travels through",
        "tests of the 2016 package",
        [0, 1, 2, 3],
        _path(0, 1, 2, 3),
        {0: "p & q", 3: "~p"},
        [Answer("global", "inclusion", ["p & q", "q", "q", "~p & q"])],
    ),
    Published(
        "chain of ten, two atoms",
        "tests of the 2016 package",
        TEN,
        _path(*TEN),
        {0: "p & q", 9: "~p & ~q"},
        [Answer("global", "inclusion", ["p & q", *["True"] * 8, "~p & ~q"])],
    ),
    Published(
        "chain of ten, three atoms: the nearer end wins",
        "tests of the 2016 package",
        TEN,
        _path(*TEN),
        {0: "p & q & r", 9: "~p & ~q & ~r"},
        [Answer("expanding", "inclusion", ["p & q & r"] * 5 + ["~p & ~q & ~r"] * 5, fixpoint=True)],
    ),
    Published(
        "exclusive or beside two opposite literals",
        "tests of the 2016 package; the ring method ends elsewhere than the other four",
        [0, 1, 2, 3],
        _path(0, 1, 2, 3),
        XOR,
        [
            Answer("global", "inclusion", XOR_SETTLED),
            Answer("simple", "inclusion", XOR_SETTLED, fixpoint=True, count=4),
            Answer("expanding", "inclusion", XOR_SETTLED, fixpoint=True, count=2),
            Answer("augmenting", "inclusion", XOR_SETTLED, fixpoint=True, count=2),
            Answer("ring", "inclusion", ["p & ~q", "p & ~q", "(p & ~q) | (~p & q)", "~p & q"]),
            Answer("ring", "inclusion", ["p & ~q", "p & ~q", "p & ~q", "~p & q"], fixpoint=True, count=3),
        ],
    ),
    Published(
        "two flips: two disagreements on a path make an agreement of its ends",
        "by hand; negating wherever two nodes are not linked by equalities would give p & ~p at the ends",
        [0, 1, 2],
        _path(0, 1, 2),
        {0: "p", 1: "~p", 2: "p"},
        [
            Answer("global", "inclusion", ["p", "~p", "p"]),
            Answer("global", "cardinality", ["p", "~p", "p"]),
        ],
    ),
    Published(
        "belief revision game",
        "the belief revision games of Schwind et al., policies R5 and R6 at the fixpoint",
        ["alice", "bob", "charles"],
        _path("alice", "bob", "charles"),
        {"alice": "~s & b", "bob": "s & (b -> q)", "charles": "~s"},
        [
            Answer("global", "inclusion", ["~s & b & q", "s & b & q", "~s & b & q"]),
            Answer("global", "cardinality", ["~s & b & q", "s & b & q", "~s & b & q"]),
        ],
    ),
    Published(
        "extrapolation of two observations",
        "by hand; time points as a path",
        [0, 1, 2],
        _path(0, 1, 2),
        {0: "p & q", 2: "~p | ~q"},
        [Answer("global", "inclusion", ["p & q", "p | q", "(p & ~q) | (~p & q)"])],
    ),
    Published(
        "augmenting by cardinality: to agree on a level is to be as large there",
        "by hand; from node 1, x & ~y and ~x & y equal nodes 0 and 2 equally often, but only x & ~y also equals node 3",
        [0, 1, 2, 3],
        _path(0, 1, 2, 3),
        {0: "x & y", 1: "~x | ~y", 3: "x"},
        [
            Answer("augmenting", "cardinality", ["x & y", "x & ~y", "x & ~y", "x & ~y"]),
        ],
    ),
]


class Incomparable(NamedTuple):
    """A scenario on which neither of two results is stronger at every node (tests of the 2016 package)."""

    nodes: int  # of a path
    formulas: dict[int, str]
    one: tuple[str, bool]  # operator; whether its fixpoint is meant
    other: tuple[str, bool]


INCOMPARABLE = [
    Incomparable(
        3,
        {0: "x3 & (x1 | ~x2) & (x2 | ~x1)", 1: "(x2 & x3) | (~x2 & ~x3)", 2: "~x3"},
        ("global", False),
        ("expanding", False),
    ),
    Incomparable(
        5,
        {0: "x2 | (x3 & ~x4)", 1: "x1", 2: "(~x1 & ~x2) | x4", 4: "~x4"},
        ("global", False),
        ("expanding", True),
    ),
    Incomparable(4, {0: "x2 | x3", 1: "x1 | ~x3", 3: "~x2 & ~x3"}, ("global", False), ("simple", False)),
    Incomparable(
        4,
        {
            0: "(x1 & ~x2) | (x3 & ~x2) | (x2 & ~x1 & ~x3)",
            1: "x2 & x3",
            2: "~x1 | x2",
            3: "x1 | (~x2 & x3)",
        },
        ("global", False),
        ("simple", True),
    ),
    Incomparable(
        5,
        {0: "x1 & x3", 1: "x1", 2: "x4", 3: "~x3 | x4", 4: "~x4"},
        ("simple", True),
        ("augmenting", True),
    ),
    Incomparable(
        6,
        {0: "~x3", 2: "~x1 | x3", 3: "(x1 | x2) & x3", 5: "~x2"},
        ("simple", True),
        ("expanding", True),
    ),
]

#: K, alpha, the optimum, and K revised by alpha: the tables of Delgrande and Schaub (2003), then two of our own.
REVISIONS = [
    ("p & q", "~q", "inclusion", "p & ~q"),
    ("~p = q", "~q", "inclusion", "p & ~q"),
    ("p | q", "~p | ~q", "inclusion", "(p & ~q) | (~p & q)"),
    ("p & q", "~p | ~q", "inclusion", "(p & ~q) | (~p & q)"),
    ("A & B & C", "~A | ~B | ~C", "cardinality", "(A & B & ~C) | (A & ~B & C) | (~A & B & C)"),
    (
        "p & q & r & s",
        "(~p & q & r & s) | (p & ~q & ~r & ~s)",
        "inclusion",
        "(~p & q & r & s) | (p & ~q & ~r & ~s)",
    ),
    ("p & q & r & s", "(~p & q & r & s) | (p & ~q & ~r & ~s)", "cardinality", "~p & q & r & s"),
]

#: K, what is contracted (a list: in parallel), the optimum, and the result: Delgrande and Schaub (2003), then our own.
CONTRACTIONS = [
    ("p & q", "q", "inclusion", "p"),
    ("p & q & r", "p | q", "inclusion", "r"),
    ("p | q", "p & q", "inclusion", "p | q"),
    ("p & q", "p & q", "inclusion", "p | q"),
    ("p | q", "p | q", "inclusion", "True"),
    ("p & q", ["p", "q"], "inclusion", "True"),
    ("p & q & r", ["p", "q | r"], "cardinality", "True"),
]

#: Sources, constraint, method, optimum and result, by hand after the examples of Delgrande and Schaub (2007).
MERGINGS = [
    (["p & ~r", "p & r & s"], "~s", "projection", "inclusion", "p & ~s"),
    (["p & ~r", "p & r & s"], None, "consensus", "inclusion", "p & s"),
    (["a & b", "~a & ~b", "~a & ~b"], "a | b", "projection", "inclusion", "a | b"),
    (["a & b", "~a & ~b", "~a & ~b"], "a | b", "projection", "cardinality", "(a & ~b) | (~a & b)"),
    (["p", "~p"], None, "projection", "cardinality", "True"),
    (["p", "p", "~p"], None, "projection", "cardinality", "p"),
    (["p", "p", "~p"], None, "consensus", "cardinality", "True"),
]
