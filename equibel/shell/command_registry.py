"""The table of commands, from which dispatch, parsing, help, completion and the documentation are made.

A command is a function with the decorator `command`; its docstring is its help, whose first line is the summary.  The
modules in `equibel.shell.commands` fill the table; importing `equibel.shell` imports them.
"""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from equibel.errors import EquibelError, FormulaSyntaxError
from equibel.shell.arguments import Argument, Type
from equibel.shell.reply import Reply
from equibel.shell.scanner import CommandError, Scanner
from equibel.shell.statements import Statement, split

#: The sections of help, in this order.
GROUPS = (
    "graphs",
    "nodes and edges",
    "atoms and formulas",
    "sharing beliefs",
    "questions",
    "results",
    "history",
    "files",
    "session",
)
#: Commands that a sign stands for.
SIGNS = {"!": "shell", "?": "help"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes
    ----------
    name, aliases
        The names of the command.
    group : str
        The section of help.
    arguments : tuple of Argument
        In order; optional arguments come last.
    run : callable
        From a `Context` and the values of the arguments, ``None`` for those not given, to a `Reply`.
    summary, help : str
        The first line of the help, and the rest.
    examples : tuple of str
        Example lines.
    """

    name: str
    aliases: tuple[str, ...]
    group: str
    arguments: tuple[Argument, ...]
    run: Callable[..., Reply]
    summary: str
    help: str
    examples: tuple[str, ...]

    @property
    def usage(self) -> str:
        """The usage: ``add_formula NODES FORMULA``."""
        return " ".join([self.name, *(argument.shown for argument in self.arguments)])


@dataclass(frozen=True)
class Call:
    """A command with its arguments, as read from a statement; ``texts`` are nodes that look like numbers, but are texts."""

    command: Command
    values: tuple[Any, ...]
    statement: Statement = field(default=Statement("", 0, 1))
    texts: tuple[str, ...] = ()


_commands: dict[str, Command] = {}
_names: dict[str, Command] = {}


def command(
    *arguments: tuple[str, Type] | tuple[str, Type, bool],
    group: str,
    examples: tuple[str, ...],
    name: str = "",
    aliases: tuple[str, ...] = (),
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Register a function as a command; ``(name, type, True)`` is an optional argument."""

    def register(function: Callable[..., Reply]) -> Callable[..., Reply]:
        text = inspect.cleandoc(function.__doc__ or "")
        summary, _, rest = text.partition("\n")
        called = name or function.__name__.strip("_")
        made = Command(
            called,
            aliases,
            group,
            tuple(Argument(*each) for each in arguments),
            function,
            summary.rstrip("."),
            _unwrapped(rest),
            examples,
        )
        _commands[called] = made
        for each in (called, *aliases):
            assert each not in _names, each
            _names[each] = made
        return function

    return register


def _unwrapped(text: str) -> str:
    """Paragraphs on one line each, so that they fit every width."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def all_commands() -> Iterator[Command]:
    """All commands, in the order of their groups."""
    for group in GROUPS:
        yield from (each for each in _commands.values() if each.group == group)


def names() -> dict[str, Command]:
    """The commands by name, including aliases."""
    return _names


def find(name: str) -> Command | None:
    """The command of that name; ``-`` may stand for ``_``."""
    return names().get(name) or names().get(name.replace("-", "_"))


def nearest(name: str) -> list[str]:
    """Names of commands that are similar to a name."""
    near = difflib.get_close_matches(name.replace("-", "_").lower(), names(), n=3, cutoff=0.65)
    return near or [each for each in names() if len(name) > 2 and each.startswith(name)][:3]


def parse(text: str) -> list[Call]:
    """The commands in a text with their arguments; for the first that cannot be read, the errors of `read`.

    >>> [(call.command.name, call.values, call.statement.silent) for call in parse("add_nodes [1..3]; add_formula 1 p&q")]
    [('add_nodes', ([1, 2, 3],), True), ('add_formula', ([1], Formula('p & q')), False)]
    """
    return [read(statement) for statement in split(text)]


def command_word(text: str) -> tuple[str, int]:
    """The name at the beginning of a command, and the position of its arguments."""
    if text[:1] in SIGNS:
        return SIGNS[text[0]], 1
    found = _NAME.match(text)
    return (found.group(), found.end()) if found else ("", 0)


def read(statement: Statement) -> Call:
    """The command and the arguments in a statement.

    Raises
    ------
    CommandError
        When there is no such command, or an argument is missing or cannot be read.
    FormulaSyntaxError, FormulaTooLargeError
        When a formula cannot be read; line and column are those in the text of the statement.
    """
    text = statement.text
    word, end = command_word(text)
    found = find(word) if word else None
    if found is None:
        if re.fullmatch(r"-?[0-9]+", text.strip()):  # as in 2016, a number shows the node
            return Call(names()["node"], (Scanner(text).node(),), statement)
        raise _unknown(word or text.split()[0])
    scanner = Scanner(text, end)
    try:
        values = tuple(_arguments(found, scanner))
        if not scanner.at_end:
            error = scanner.fail("expected here" if found.arguments else f"expected: {found.name} has no arguments")
            raise CommandError(f"{error}{_as_list(found, scanner.text[end:])}", column=error.column)
    except FormulaSyntaxError:
        raise
    except CommandError as error:
        raise CommandError(str(error), column=error.column, usage=found.usage) from None
    return Call(found, values, statement, tuple(scanner.texts))


def _as_list(found: Command, text: str) -> str:
    """A hint for several nodes without brackets."""
    words = text.replace(",", " ").split()
    if len(found.arguments) == 1 and found.arguments[0].type.listed and not re.search(r"[\[\]()\"']", text):
        return f"; several of them are written in brackets: [{', '.join(words)}]"
    return ""


def _arguments(found: Command, scanner: Scanner) -> Iterator[Any]:
    for argument in found.arguments:
        if not scanner.at_end:
            yield argument.type.read(scanner)
        elif argument.optional:
            yield None
        else:
            raise CommandError(
                f"{argument.name} is missing; expected {argument.type.about}", column=len(scanner.text.rstrip()) + 1
            )


def _unknown(word: str) -> EquibelError:
    near = nearest(word)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; 'help' lists the commands"
    return CommandError(f"there is no command {word[:40]!r}{hint}")
