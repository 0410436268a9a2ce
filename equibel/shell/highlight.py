"""The colours of what is typed: a function from text to coloured parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from equibel.shell.command_registry import command_word, find
from equibel.shell.cursor import SyntaxProblem, check, formula_places
from equibel.shell.statements import split

_FORMULA = re.compile(
    r"(?P<constant>\b(?:True|False)\b|[⊤⊥])|(?P<atom>[A-Za-z_][A-Za-z0-9_]*|[0-9]+)"
    r"|(?P<connective><->|<=>|->|=>|[~!&|^=¬∧∨⊕→≡↔])|(?P<bracket>[()\[\],])"
)
_ARGUMENT = re.compile(r"(?P<text>\"[^\"\n]*\"?|'[^'\n]*'?)|(?P<number>-?\b[0-9]+\b)|(?P<bracket>[()\[\],=]|\.\.)")

Part = tuple[int, int, str]


def formula_parts(text: str, start: int = 0, end: int | None = None) -> Iterator[Part]:
    """The symbols of a formula: begin, end, and kind, such as atom or connective."""
    for found in _FORMULA.finditer(text, start, len(text) if end is None else end):
        yield found.start(), found.end(), str(found.lastgroup)


def parts(text: str) -> list[Part]:
    """The parts of typed text that have a colour, in order: ``(start, end, kind)``.

    >>> [(text[a:b], kind) for text in ["add_formula 1 p&q"] for a, b, kind in parts(text)]
    [('add_formula', 'command'), ('1', 'number'), ('p', 'atom'), ('&', 'connective'), ('q', 'atom')]
    """
    found: list[Part] = []
    formulas = list(formula_places(text))
    for statement in split(text):
        word, end = command_word(statement.text)
        begin = statement.start
        known = bool(word) and find(word) is not None
        if end:
            found.append((begin, begin + end, "command" if known else "unknown"))
        limit = begin + len(statement.text)
        inside = next((place for place in formulas if begin <= place[0] <= limit), (limit, limit))
        if not statement.text.startswith("!"):
            matches = _ARGUMENT.finditer(text, begin + end, inside[0])
            found += [(each.start(), each.end(), str(each.lastgroup)) for each in matches]
        found += formula_parts(text, *inside)
    found += [(each.start(), each.end(), "comment") for each in re.finditer(r"(?:^|(?<=\s))#[^\n]*", text)]
    return _with_error(sorted(_disjoint(found)), text, check(text))


def _disjoint(found: list[Part]) -> Iterator[Part]:
    comments = [part for part in found if part[2] == "comment"]
    for part in found:
        if part[2] == "comment" or not any(start <= part[0] < end for start, end, _ in comments):
            yield part


def _with_error(found: list[Part], text: str, problem: SyntaxProblem | None) -> list[Part]:
    """The kind of a part of a formula: an error where it cannot be read, but not where it is only incomplete."""
    if problem is None or problem.position >= len(text.rstrip()):
        return found
    wrong = problem.position, problem.position + 1, "error"
    kept = [part for part in found if part[1] <= wrong[0] or part[0] >= wrong[1]]
    return sorted([*kept, wrong])
