"""The types of arguments: reading, help and completion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from equibel.errors import suggestion
from equibel.formula import is_atom_name
from equibel.graph.constraints import CONSTRAINTS
from equibel.graph.weights import Weight, read_weight
from equibel.operators import CLASSICAL, OPERATORS
from equibel.options import KEPT
from equibel.plain import MAX_DIGITS
from equibel.shell.scanner import CommandError, Scanner

FIXPOINT = "fixpoint"
_DIGITS = 9  # of numbers that count something
_FIXPOINTS = (FIXPOINT, "steady")  # the second as in 2016


@dataclass(frozen=True)
class Type:
    """A type of arguments.

    Attributes
    ----------
    about : str
        The description in help.
    read : callable
        Reads one from a `Scanner`, or raises `CommandError` or an error of formulas.
    kind : str
        The kind of completion: see `equibel.shell.tab_completion`.
    choices : tuple of str
        The allowed words, if there are only a few.
    usage : str
        The text in a line of usage, instead of the name.
    listed : bool
        Whether it is a list in brackets, or a single item without brackets.
    """

    about: str
    read: Callable[[Scanner], Any]
    kind: str = ""
    choices: tuple[str, ...] = ()
    usage: str = ""
    listed: bool = False


@dataclass(frozen=True)
class Argument:
    """An argument of a command: its name in help, its type, and whether it is optional."""

    name: str
    type: Type
    optional: bool = False

    @property
    def shown(self) -> str:
        """The argument in a line of usage."""
        name = self.type.usage or self.name.upper()
        return f"[{name}]" if self.optional else name


def choice(*words: str, also: tuple[str, ...] = (), about: str = "") -> Type:
    """The type of an argument that is one of a few words; the words in ``also`` are accepted, but not proposed."""

    def read(scanner: Scanner) -> str:
        start = scanner.position
        word = scanner.word("one of " + ", ".join(words))
        if word not in (*words, *also):
            problem = f"{word[:40]!r} is not one of {', '.join(words)}{suggestion(word, words)}"
            raise CommandError(problem, column=start + 1)
        return word

    return Type(about or "one of " + ", ".join(words), read, "choice", words, "|".join(words) if len(words) <= 3 else "")


def _count(scanner: Scanner, expected: str = "an integer such as 3") -> int:
    start = scanner.position
    word = scanner.word(expected)
    if not (word.isascii() and word.isdigit()):
        raise scanner.fail(expected, start)
    if len(word) > _DIGITS:
        raise scanner.fail(f"an integer of at most {_DIGITS} digits", start)
    return int(word)


def _number(scanner: Scanner) -> Weight:
    start = scanner.position
    number = read_weight(scanner.word("a number such as 2, 0.5 or 1/3"))
    if number is None:
        raise scanner.fail(f"a number of at least 0 and at most {MAX_DIGITS} digits, such as 2, 0.5 or 1/3", start)
    return number


def _size(scanner: Scanner) -> Any:
    return scanner.nodes() if scanner.sees("[") else _count(scanner, "a number of nodes such as 4, or a list such as [1..6]")


def _repeat(scanner: Scanner) -> int | str:
    start = scanner.position
    word = scanner.word("a number of steps, or fixpoint")
    if word in _FIXPOINTS:
        return FIXPOINT
    if word.isascii() and word.isdigit():
        if len(word) > _DIGITS:
            raise scanner.fail(f"a number of steps of at most {_DIGITS} digits", start)
        if int(word) == 0:
            raise CommandError("0 steps change nothing; expected at least 1", column=start + 1)
        return int(word)
    hint = suggestion(word, _FIXPOINTS)
    raise CommandError(f"{word[:40]!r} is neither a number of steps nor 'fixpoint'{hint}", column=start + 1)


def _atoms(scanner: Scanner) -> list[str]:
    start = scanner.position
    words = scanner.words("an atom such as p")
    for word in words:
        if not is_atom_name(word):
            expected = "expected a letter or _ followed by letters, digits and _"
            raise CommandError(f"{word[:40]!r} is not an atom; {expected}", column=start + 1)
    return words


def _weight_of(scanner: Scanner) -> Any:
    return scanner.edge() if scanner.sees("(") else scanner.node()


def _equals(scanner: Scanner) -> str:
    scanner.require("=", "behind the name")
    return "="


NODE = Type("a node: a number, a word, or a text in quotation marks", Scanner.node, "node")
NODES = Type("a node, or a list such as [1, 3, 5] or [1..100]", Scanner.nodes, "node", listed=True)
EDGE = Type("two nodes such as (1, 2)", Scanner.edge, "node")
EDGES = Type("an edge such as (1, 2), or a list such as [(1, 2), (2, 3)]", Scanner.edges, "node")
AT = Type("a node, or an edge such as (1, 2)", _weight_of, "node")
ATOM = Type("an atom such as p", lambda scanner: _one(scanner), "atom")
ATOMS = Type("atoms such as [p, q] or p q", _atoms, "atom")
FORMULA = Type("a formula such as p & ~q (see: help notation)", Scanner.formula, "formula")
FORMULAS = Type("a formula, or a list such as [p & q, ~r]", Scanner.formulas, "formula")
NEW = Type("a new name", lambda scanner: scanner.word("a name"), "")
GRAPH = Type("the name of a graph or result", lambda scanner: scanner.word("the name of a graph or result"), "graph")
RESULT = Type("the name of a result", lambda scanner: scanner.word("the name of a result"), "result")
SNAPSHOT = Type("the name of a snapshot", lambda scanner: scanner.word("the name of a snapshot"), "snapshot")
COMPARED = Type("a graph, a result, or an operator", lambda scanner: scanner.word("a graph, result or operator"), "compared")
FILE = Type("the name of a file, in quotation marks if it contains blanks", Scanner.path, "path")
COUNT = Type("an integer", _count)
NUMBER = Type("a number such as 2, 0.5 or 1/3", _number)
SIZE = Type("a number of nodes, or the nodes in a list such as [1..6]", _size)
REPEAT = Type("a number of steps, or fixpoint: until nothing changes", _repeat, "choice", (FIXPOINT,), "N|fixpoint")
OPERATOR = choice(*OPERATORS, about="an operator: " + ", ".join(OPERATORS))
CHANGE = choice(*CLASSICAL)
KIND = choice(*CONSTRAINTS, about="whether results must entail the formulas, or be consistent with them")
EQUALS = Type("=", _equals, "symbol", usage="=")
TOPIC = Type("a command, or a topic", lambda scanner: scanner.rest(), "command")
COMMAND_LINE = Type("a command of the operating system", lambda scanner: scanner.rest(), "path")

SWITCH = ("on", "off")
#: The options of `set`, with the words that each allows; none for a number.
OPTIONS: dict[str, tuple[str, ...]] = {
    **KEPT,
    "choice": ("off", "on"),
    "time_limit": ("off",),
    "jobs": (),
    "eager": SWITCH,
    "pager": SWITCH,
    "verbose": SWITCH,
}
OPTION = choice(*OPTIONS, about="an option: " + ", ".join(OPTIONS))
VALUE = Type("the new value of the option", lambda scanner: _value(scanner), "value")


def _value(scanner: Scanner) -> str | list[str]:
    return _atoms(scanner) if scanner.sees("[") else scanner.word("a value")


def _one(scanner: Scanner) -> str:
    start = scanner.position
    word = scanner.word("an atom such as p")
    if not is_atom_name(word):
        raise CommandError(f"{word[:40]!r} is not an atom", column=start + 1)
    return word
