"""Completion: what can be typed next, as a function of the text before the cursor and the session."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from equibel.errors import EquibelError
from equibel.shell.arguments import OPTIONS
from equibel.shell.command_registry import all_commands
from equibel.shell.cursor import Place, argument_at_end
from equibel.shell.help import TOPICS
from equibel.shell.session import Session
from equibel.shell.show import count, node_text, quoted
from equibel.shell.statements import last
from equibel.visible import is_visible
from equibel.workspace import OPERATORS

_MOST = 500
_ATOM = re.compile(r"[A-Za-z0-9_]*\Z")
_WORD = re.compile(r"\"[^\"]*\Z|'[^']*\Z|[^\s,;()\[\]=]*\Z")
_PATH = re.compile(r"[\"'][^\"']*\Z|[^\s;]*\Z")


@dataclass(frozen=True)
class Candidate:
    """A text that can replace the last ``replaces`` characters, and its meaning."""

    text: str
    replaces: int
    meaning: str = ""


def complete(text: str, session: Session) -> list[Candidate]:
    """What can be typed, given the text before the cursor.

    >>> [candidate.text for candidate in complete("create_p", Session())]
    ['create_path']
    >>> [candidate.text for candidate in complete("derive s = glo", Session())]
    ['global']
    """
    statement = last(text).text.lstrip()
    place = argument_at_end(statement)
    if place is None:
        return list(_commands(statement)) if re.fullmatch(r"[A-Za-z_-]*", statement) else []
    if place.argument is None:
        return []
    kind = place.argument.type.kind
    pattern = _ATOM if kind in ("formula", "atom") else _PATH if kind == "path" else _WORD
    found = pattern.search(statement)
    typed = found.group() if found else ""
    try:
        proposed = list(itertools.islice(_proposals(place, kind, typed, statement, session), 10 * _MOST))
    except EquibelError:  # a damaged formula somewhere, say
        return []
    bare = typed.lstrip("\"'")
    fitting = [
        Candidate(word, len(typed), meaning)
        for word, meaning in proposed
        if kind == "path" or word.strip('"').startswith(bare)
    ]
    return fitting[:_MOST]


def _commands(prefix: str) -> Iterator[Candidate]:
    for command in all_commands():
        for name in (command.name, *command.aliases):
            if name.startswith(prefix.replace("-", "_")):
                yield Candidate(name, len(prefix), command.summary)


def _proposals(place: Place, kind: str, typed: str, statement: str, session: Session) -> Iterable[tuple[str, str]]:
    """All words of a kind and their meanings, before they are filtered."""
    state = session.workspace.state
    match kind:
        case "choice" if place.argument is not None:
            return ((word, "") for word in place.argument.type.choices)
        case "node":
            graph = session.peek()
            return () if graph is None else ((node_text(node), "") for node in graph)
        case "atom" | "formula":
            return ((name, "") for name in session.atoms())
        case "graph":
            return _named(session)
        case "compared":
            return [*_named(session), *((name, "operator") for name in OPERATORS)]
        case "result":
            return ((node_text(name), status.state) for name, status in session.workspace.statuses().items())
        case "snapshot":
            return ((node_text(name), each.time[:19]) for name, each in state.snapshots.items())
        case "command":
            commands = [(each.name, each.summary) for each in all_commands()]
            return [*commands, *((topic, "topic") for topic in TOPICS)]
        case "value":
            option = statement.split()[1] if len(statement.split()) > 1 else ""
            return ((word, "") for word in OPTIONS.get(option, ()))
        case "path":
            return _paths(typed)
    return ()


def _named(session: Session) -> list[tuple[str, str]]:
    state = session.workspace.state
    graphs = [(node_text(name), count(len(graph), "node")) for name, graph in state.graphs.items()]
    return graphs + [(node_text(name), "result") for name in state.results]


def _paths(typed: str) -> Iterator[tuple[str, str]]:
    quote, bare = (typed[0], typed[1:]) if typed[:1] in ("'", '"') else ("", typed)
    folder, _, prefix = bare.rpartition("/")
    shown = folder + "/" if "/" in bare else ""
    try:
        entries = sorted(os.scandir(os.path.expanduser(shown) or "."), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return
    for entry in entries:
        if not entry.name.startswith(prefix) or (entry.name.startswith(".") and not prefix):
            continue
        try:
            end = "/" if entry.is_dir() else ""
        except OSError:
            end = ""
        path = shown + entry.name + end
        if quote or re.search(r"[\s;#'\"]", path) or not is_visible(path):
            path = quoted(path)[: -1 if end else None]
        yield path, "folder" if end else ""
