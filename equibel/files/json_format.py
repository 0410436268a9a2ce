"""JSON files with node-link data; `equibel.files.node_link_reading` describes the data."""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections.abc import Iterator
from typing import Any, NoReturn

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileFormatError
from equibel.files.data import LONG_INTEGER, Place
from equibel.files.node_link_reading import graph_from_node_link
from equibel.files.node_link_writing import node_link
from equibel.files.text import DIMACS_FILE, FilePath, Note, warn
from equibel.formula import is_dimacs
from equibel.formula.parsing import place as line_and_column
from equibel.garbage import uncollected

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def parse_json(text: str, path: FilePath = "<string>", *, note: Note = warn) -> EquibelGraph:
    """Read a scenario from the text of a JSON file.

    Parameters
    ----------
    text : str
        Node-link data, as `equibel.files.node_link_reading` describes it.
    path : str or path, optional
        The name of the text in errors and notes.
    note : callable, optional
        Receives a sentence about everything that is changed or not kept.

    Raises
    ------
    FileFormatError
        When the text is not JSON or the data is not a scenario; the error has line and column.

    Examples
    --------
    >>> parse_json('{"nodes": [{"id": 1, "formulas": ["p"]}], "edges": []}').formulas(1)
    {p}
    """
    with uncollected():
        return graph_from_node_link(
            load_json(text, path), path, locate=lambda place: line_and_column(text, position(text, place)), note=note
        )


def format_json(graph: EquibelGraph, path: FilePath = "<string>", *, note: Note = warn) -> str:
    """Write a scenario as the text of a JSON file, with one line for each node and each edge.

    ``path``, ``note`` and errors are those of `node_link`.

    >>> from equibel.equibel_graph import EquibelGraph
    >>> G = EquibelGraph([(1, 2)])
    >>> G.add_formula(2, "~p")
    >>> print(format_json(G), end="")
    {
      "directed": false,
      "multigraph": false,
      "graph": {},
      "nodes": [
        {"id": 1, "formulas": []},
        {"id": 2, "formulas": ["~p"]}
      ],
      "edges": [
        {"source": 1, "target": 2}
      ]
    }
    """
    with uncollected():
        data = node_link(graph, path, note=note)
        blocks = ("nodes", "edges")
        members = [f'"{name}": {_block(value) if name in blocks else _encode(value)}' for name, value in data.items()]
    text = "{\n  " + ",\n  ".join(members) + "\n}\n"
    if text.isascii():
        return text
    # A lone surrogate has no UTF-8 form.  It can only be in a JSON string, where it is escaped.
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match.group()):04x}", text)


def _block(items: list[Any]) -> str:
    return "[\n    " + ",\n    ".join(map(_encode, items)) + "\n  ]" if items else "[]"


def load_json(text: str, path: FilePath = "<string>") -> Any:
    """The value of a JSON text.

    Raises `FileFormatError` with line and column; also for ``NaN``, numbers that are too large, and a name that occurs twice
    in an object.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_number)
    except json.JSONDecodeError as error:
        problem = "a second byte order mark begins the text" if text.startswith("\ufeff") else error.msg
        what = "the file is empty; expected a JSON object" if not text.strip() else f"not JSON: {problem}"
        what = DIMACS_FILE if is_dimacs(text) else what
        raise FileFormatError(what, path=path, line=error.lineno, column=error.colno) from None
    except _RefusedError as refused:
        line, column = line_and_column(text, refused.find(text))
        raise FileFormatError(str(refused), path=path, line=line, column=column) from None
    except RecursionError:
        raise FileFormatError("the lists and objects are nested too deeply", path=path) from None
    except ValueError:  # Python's limit on the digits of an integer
        raise FileFormatError(LONG_INTEGER, path=path) from None


class _RefusedError(ValueError):
    """A JSON text that Python could read, refused because of a number (``token``) or a ``name`` in it."""

    def __init__(self, problem: str, token: str = "", name: str = "") -> None:
        super().__init__(problem)
        self.token = token
        self.name = name

    def find(self, text: str) -> int:
        """The position of the problem in the text; the text after it can be invalid."""
        if self.token:
            starts = (match.start() for match in _TOKEN.finditer(text) if match.group().startswith(self.token))
            return next(starts, 0)
        seen = set()
        for place, start in _values(text):
            if place in seen and place[-1] == self.name:
                return start
            seen.add(place)
        return 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _RefusedError(f"the name {name!r} occurs twice in this object; keep one of them", name=name)
    return members


def _refuse_constant(token: str) -> NoReturn:
    raise _RefusedError(f"{token} is not JSON; expected a number", token=token)


def _number(token: str) -> float:
    value = float(token)
    if math.isinf(value):
        raise _RefusedError(f"{reprlib.repr(token)} is too large; expected a smaller number", token=token)
    return value


def position(text: str, place: Place) -> int:
    """The position in a JSON text of the value at a place, or of the innermost existing value around it.

    >>> position('{"nodes": [{"id": 1}]}', ("nodes", 0, "id"))
    18
    """
    best, depth = 0, 0
    for found, start in _values(text):
        if len(found) > depth and found == place[: len(found)]:
            best, depth = start, len(found)
            if depth == len(place):
                break
    return best


def _values(text: str) -> Iterator[tuple[Place, int]]:
    """All values of a JSON text: the place and the position of each."""
    path: list[str | int | None] = []  # None: in an object, before the name of its next member
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("]", "}"):
            path.pop()
        elif token == ",":
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
        elif token == ":":
            continue
        elif path and path[-1] is None:
            path[-1] = json.loads(token)
        else:
            yield tuple(step for step in path if step is not None), match.start()
            if token in ("[", "{"):
                path.append(0 if token == "[" else None)
