"""The scanner, which reads the words of a command one after the other, and the error when it cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from typing import TypeVar

from equibel.errors import EquibelError, FormulaSyntaxError
from equibel.formula import Formula, parse
from equibel.plain import INTEGER

T = TypeVar("T")

MOST = 1_000_000  # nodes that a range may have
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"[^\s,;()\[\]\"'#=]+")
_PATH = re.compile(r"[^\s;\"'#]+")
_NUMBER = re.compile(r"[+-]?([0-9][0-9_]*\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RANGE = re.compile(r"(-?[0-9]{1,12}|[A-Za-z])\s*\.\.\s*(-?[0-9]{1,12}|[A-Za-z])(?![^\s,\]])")


class CommandError(EquibelError):
    """A command cannot be read; ``column`` is the position in its text, from 1, and ``usage`` how it is written."""

    column: int
    usage: str

    def __init__(self, problem: str, *, column: int = 1, usage: str = "") -> None:
        super().__init__(problem, column=column, usage=usage)


class Scanner:
    """The text of a command, and the position up to which it has been read.

    Attributes
    ----------
    text : str
    position : int
    texts : list of str
        Nodes that look like numbers and are read as texts.
    """

    def __init__(self, text: str, position: int = 0) -> None:
        self.text = text
        self.position = position
        self.texts: list[str] = []
        self.skip()

    def skip(self) -> None:
        """Go to the next character that is not a blank."""
        found = _BLANK.match(self.text, self.position)
        assert found is not None
        self.position = found.end()

    @property
    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self.position >= len(self.text)

    def fail(self, expected: str, position: int | None = None) -> CommandError:
        """The error for something else at this position."""
        here = self.position if position is None else position
        found = self.text[here:].split(maxsplit=1)
        problem = f"{found[0][:40]!r} is not {expected}" if found else f"expected {expected}"
        return CommandError(problem, column=min(here, len(self.text.rstrip())) + 1)

    def sees(self, symbol: str) -> bool:
        """Whether the symbol is next."""
        return self.text.startswith(symbol, self.position)

    def accept(self, symbol: str) -> bool:
        """Read the symbol, if it is next; returns whether it was."""
        if not self.sees(symbol):
            return False
        self.position += len(symbol)
        self.skip()
        return True

    def require(self, symbol: str, what: str) -> None:
        """Read the symbol; an error if it is not next."""
        if not self.accept(symbol):
            raise self.fail(f"{symbol!r} {what}")

    def word(self, expected: str) -> str:
        """A word, or a text in quotation marks."""
        return self.quoted() or self._match(_WORD, expected)

    def path(self) -> str:
        """The name of a file."""
        return self.quoted() or self._match(_PATH, "the name of a file")

    def quoted(self) -> str | None:
        """A text in quotation marks, if one is next; ``\\`` has the same meaning as in JSON."""
        quote = self.text[self.position : self.position + 1]
        if quote not in ('"', "'") or not quote:
            return None
        end = self.position + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 1 + (self.text[end] == "\\")
        if end >= len(self.text):
            raise CommandError("this quotation mark is not closed", column=self.position + 1)
        inner = self.text[self.position + 1 : end]
        if quote == "'":
            inner = inner.replace("\\'", "'").replace('"', '\\"')
        try:
            value = json.loads(f'"{inner}"')
        except ValueError:
            value = inner
        self.position = end + 1
        self.skip()
        if not value:
            raise CommandError("the text in quotation marks is empty", column=end)
        return str(value)

    def rest(self) -> str:
        """The rest of the text."""
        found = self.text[self.position :].rstrip()
        self.position = len(self.text)
        return found

    def _match(self, pattern: re.Pattern[str], expected: str) -> str:
        found = pattern.match(self.text, self.position)
        if found is None:
            raise self.fail(expected)
        self.position = found.end()
        self.skip()
        return found.group()

    # Nodes --------------------------------------------------------------------------------------------------------

    def node(self) -> Hashable:
        """A node: an integer, a word, a text in quotation marks, or several of these in parentheses."""
        if self.sees("("):
            return tuple(self.series("(", ")", self.node))
        quoted = self.quoted()
        if quoted is not None:
            return quoted
        word = self._match(_WORD, "a node such as 1 or alice")
        if INTEGER.fullmatch(word):
            return int(word)
        if _NUMBER.fullmatch(word):
            self.texts.append(word)
        return word

    def nodes(self) -> list[Hashable]:
        """One node, or a list of nodes and ranges: ``[1, 3, 5]``, ``[1..100]``."""
        if not self.sees("["):
            return [self.node()]
        return [node for nodes in self.series("[", "]", self._node_or_range) for node in nodes]

    def _node_or_range(self) -> list[Hashable]:
        found = _RANGE.match(self.text, self.position)
        if found is None:
            start = self.position
            node = self.node()
            if isinstance(node, str) and ".." in node and self.text[start] not in "\"'":
                raise self.fail("a range such as 1..100 or a..f, whose numbers have at most 12 digits", start)
            return [node]
        first, last = found.groups()
        if first.isalpha() != last.isalpha():
            raise self.fail("a range such as 1..100 or a..f")
        low, high = (ord(first), ord(last)) if first.isalpha() else (int(first), int(last))
        if high < low:
            problem = f"the range {first}..{last} has no nodes; write {last}..{first}"
            raise CommandError(problem, column=self.position + 1)
        if high - low >= MOST:
            raise CommandError(f"the range is too long; expected at most {MOST} nodes", column=self.position + 1)
        self.position = found.end()
        self.skip()
        numbers = range(low, high + 1)
        return [chr(number) for number in numbers] if first.isalpha() else list(numbers)

    def edge(self) -> tuple[Hashable, Hashable]:
        """Two nodes: ``(1, 2)``, or without parentheses ``1 2``."""
        start = self.position
        if self.sees("["):
            raise self.fail("an edge such as (1, 2)")
        if not self.accept("("):
            u = self.node()
            self.accept(",")
            if self.at_end:
                raise self.fail("the second node: an edge joins two, such as 1 2 or (1, 2)")
            return u, self.node()
        u = self.node()
        if not self.accept(","):
            raise self.fail("an edge: it joins two nodes, such as (1, 2)", start)
        v = self.node()
        if not self.accept(")"):
            raise self.fail("an edge such as (1, 2)", start)
        return u, v

    def edges(self) -> list[tuple[Hashable, Hashable]]:
        """One edge, or a list of edges: ``[(1, 2), (2, 3)]``."""
        return self.series("[", "]", self.edge) if self.sees("[") else [self.edge()]

    # Formulas -----------------------------------------------------------------------------------------------------

    def formula(self, end: int | None = None) -> Formula:
        """A formula, up to the end of the text or to the position ``end``."""
        end = len(self.text) if end is None else end
        text = self.text[self.position : end]
        try:
            found = parse(text)
        except FormulaSyntaxError as error:
            raise relocate(error, self.text, self.position) from None
        self.position = end
        self.skip()
        return found

    def formulas(self) -> list[Formula]:
        """A formula, or a list of them: ``[p & q, ~r]``."""
        if not self.sees("["):
            return [self.formula()]
        self.accept("[")
        found = []
        while not self.accept("]"):
            found.append(self.formula(self._formula_end()))
            if not self.accept(",") and not self.sees("]"):
                raise self.fail("',' or ']'")
        return found

    def _formula_end(self) -> int:
        depth = 0
        for position in range(self.position, len(self.text)):
            character = self.text[position]
            if character == "(":
                depth += 1
            elif character == ")":
                depth -= 1
            elif character in ",]" and depth <= 0:
                return position
        return len(self.text)

    # Lists --------------------------------------------------------------------------------------------------------

    def series(self, opening: str, closing: str, read: Callable[[], T]) -> list[T]:
        """Items in brackets, separated by commas."""
        start = self.position
        self.require(opening, "")
        found: list[T] = []
        while not self.accept(closing):
            if self.at_end:
                raise CommandError(f"this '{opening}' is not closed", column=start + 1)
            found.append(read())
            if not self.accept(",") and not self.sees(closing):
                if self.at_end:
                    raise CommandError(f"this '{opening}' is not closed", column=start + 1)
                raise self.fail(f"',' or '{closing}'")
        return found

    def words(self, expected: str) -> list[str]:
        """One word, or several: in brackets with commas, or separated by blanks."""
        if self.sees("["):
            return self.series("[", "]", lambda: self.word(expected))
        found = [self.word(expected)]
        while not self.at_end:
            self.accept(",")
            found.append(self.word(expected))
        return found


def relocate(error: FormulaSyntaxError, text: str, start: int) -> EquibelError:
    """The same error about a formula that begins at a position of a longer text."""
    before = start - (text.rfind("\n", 0, start) + 1) if error.line == 1 else 0
    return FormulaSyntaxError(
        re.sub(r"(?<=the '\(' at column )\d+", lambda column: str(int(column[0]) + before), error.problem),
        text=text,
        line=error.line + text.count("\n", 0, start),
        column=error.column + before,
        expected=error.expected,
    )
