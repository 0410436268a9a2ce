"""Positions in a command: the argument that is being typed, formulas, and their errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from equibel.errors import EquibelError, FormulaSyntaxError, FormulaTooLargeError
from equibel.shell.arguments import Argument
from equibel.shell.command_registry import SIGNS, Command, command_word, find, read
from equibel.shell.scanner import Scanner
from equibel.shell.statements import Statement, split


@dataclass(frozen=True)
class Place:
    """An argument in the text of a command: which one, and where it begins.

    ``argument`` is ``None`` behind the last one, and in text that does not fit.
    """

    command: Command
    argument: Argument | None
    start: int


def argument_at_end(text: str) -> Place | None:
    """The argument that is being typed at the end of a command; ``None`` in its name, or if it has no arguments.

    >>> place = argument_at_end("add_formula 1 p & ")
    >>> place.argument.name, place.start
    ('formula', 14)
    """
    word, end = command_word(text)
    found = find(word) if word else None
    if found is None or (end == len(text) and text[:1] not in SIGNS):
        return None
    scanner = Scanner(text, end)
    for argument in found.arguments:
        start = scanner.position
        if scanner.at_end:
            return Place(found, argument, start)
        try:
            argument.type.read(scanner)
        except EquibelError:
            return Place(found, argument, start)
        if scanner.at_end and not _finished(text, argument):
            return Place(found, argument, start)
    return Place(found, None, scanner.position)


def _finished(text: str, argument: Argument) -> bool:
    """Whether an argument at the end of the text is complete: a blank or a closing bracket follows it."""
    if argument.type.kind == "formula":
        return text.rstrip().endswith("]")
    return text[-1:].isspace() or text.endswith(("]", ")"))


def formula_places(text: str) -> Iterator[tuple[int, int]]:
    """The formulas in a text, including those that cannot be read."""
    for statement in split(text):
        word, end = command_word(statement.text)
        found = find(word) if word else None
        if found is None:
            continue
        scanner = Scanner(statement.text, end)
        for argument in found.arguments:
            if argument.type.kind == "formula":
                yield statement.start + scanner.position, statement.start + len(statement.text)
                break
            try:
                argument.type.read(scanner)
            except EquibelError:
                break


@dataclass(frozen=True)
class SyntaxProblem:
    """An error in a formula: its position in the text, and its message."""

    position: int
    message: str


def check(text: str) -> SyntaxProblem | None:
    """The first formula error in a text; other errors are found when the command is executed.

    >>> check("add_formula 1 p & & q")
    SyntaxProblem(position=18, message="unexpected '&'; expected an atom, a negation or an opening parenthesis")
    """
    for statement in split(text):
        try:
            read(statement)
        except FormulaSyntaxError as error:
            message = f"{error.problem}; expected {_words(error.expected)}" if error.expected else error.problem
            return SyntaxProblem(statement.start + offset(statement, error), message)
        except FormulaTooLargeError as error:
            return SyntaxProblem(statement.start, str(error))
        except EquibelError:
            continue
    return None


def offset(statement: Statement, error: FormulaSyntaxError) -> int:
    """The position of an error in a statement."""
    lines = statement.text.split("\n")[: error.line - 1]
    return sum(len(line) + 1 for line in lines) + error.column - 1


def _words(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]
