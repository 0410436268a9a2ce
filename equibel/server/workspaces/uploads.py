"""Workspace files that clients upload, validated as a whole before they are stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from equibel.errors import FileFormatError
from equibel.server.http.problems import OverLimit
from equibel.server.http.size_limits import check_count, check_graph
from equibel.server.settings import Settings
from equibel.workspace import Workspace, format_workspace_file, parse_workspace_file

_PATH = "the file"
_SECONDS = 5.0  # that carrying out the commands of a file may take, about

_GREATEST = 2**53  # of a version, which JavaScript reads exactly
_NUMBERS = ("n", "position", "version")

_Check = Callable[[Any], bool]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _GREATEST


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9


#: What the provenance of a computed result has to be, for it is told as it is.
_PROVENANCE: dict[str, _Check] = {
    "result": _is_text,
    "of": _is_text,
    "source_version": _is_count,
    "source_digest": _is_text,
    "iterations": _is_count,
    "seconds": _is_seconds,
    "time": _is_text,
    "digest": _is_text,
    "equibel": _is_text,
    "version": _is_count,
}
_FAILURE: dict[str, _Check] = {"kind": _is_text, "message": _is_text, "data": lambda value: isinstance(value, dict)}


def read_upload(data: bytes, settings: Settings) -> list[str]:
    """The records of a workspace file, looked at as a whole.

    Raises
    ------
    FileFormatError
        When it is no workspace file, or damaged, cut off, or not what a workspace writes.
    OverLimit
        When something in it is too large, or its history would take too long.

    Examples
    --------
    >>> from equibel.workspace import format_workspace_file
    >>> records = Workspace().records()
    >>> read_upload(format_workspace_file(records), Settings()) == records
    True
    """
    texts = parse_workspace_file(data, _PATH)
    if format_workspace_file(texts) != data:  # which opening the file would repair; but it may lack more than that
        problem = "its last record is incomplete; send the whole file, or save it again with 'equibel shell'"
        raise FileFormatError(problem, path=_PATH, line=len(texts) + 2)
    _check_cost([_read(number, text) for number, text in enumerate(texts, start=1)])
    workspace = Workspace.from_records(texts, _PATH, check=True)
    names = len(workspace.graphs) + len(workspace.results)
    check_count("max_graphs", names, settings, "graphs and results in a workspace")
    for graph in workspace.graphs.values():
        check_graph(graph, settings)
    return texts


def _read(number: int, text: str) -> dict[str, Any]:
    """A record, of which the values that are told as they are have the right types."""
    try:
        record = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise _misshapen(number) from None
    if not isinstance(record, dict) or not all(_is_count(record.get(name, 0)) for name in _NUMBERS):
        raise _misshapen(number)
    computed = record.get("computed")
    if computed is not None:
        _require(number, computed, _PROVENANCE)
        if "failure" in computed:
            _require(number, computed["failure"], _FAILURE)
    return record


def _require(number: int, value: Any, shape: dict[str, _Check]) -> None:
    if not isinstance(value, dict) or not all(name in value and check(value[name]) for name, check in shape.items()):
        raise _misshapen(number)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError(text)
    return number


def _misshapen(number: int) -> FileFormatError:
    return FileFormatError(f"record {number} is malformed", path=_PATH)


def _check_cost(records: list[dict[str, Any]]) -> None:
    """Refuse a history of many commands over much.

    Each of them is carried out, which copies the tables of nodes and names, and then all results are put in order.
    """
    changes = [change for record in records for change in _list(record.get("do")) if isinstance(change, dict)]
    kinds = Counter(str(change.get("change")) for change in changes)
    state = _object(records[0].get("state")) if records else {}
    graphs, results, snapshots = (
        len(_object(state.get(what))) + kinds[kind]
        for what, kind in (("graphs", "create_graph"), ("results", "declare"), ("snapshots", "save_snapshot"))
    )
    nodes: set[str] = set()
    for graph in [content for pair in _list(state.get("contents")) for content in _list(pair)]:
        nodes.update(map(_node, _list(_object(graph).get("nodes"))))
    for change in changes:
        nodes.update(map(_node, _list(_object(change.get("graph")).get("nodes"))))
        nodes.update(map(str, _list(change.get("nodes"))))
        nodes.update(str(end) for edge in _list(change.get("edges")) for end in _list(edge))
    commands = sum("do" in record for record in records)
    each = 0.1e-6 * ((snapshots + 1) * (results + 1) + graphs) + 0.04e-6 * len(nodes)
    seconds = round(each * commands + 50e-6 * len(changes), 1)
    if seconds > _SECONDS:
        raise OverLimit(
            f"limit of {_SECONDS:g} s for replaying the history of a file exceeded: it would take about {seconds:g} s; "
            "send its graphs and results without their history instead, by PUT /v1/workspaces/{w}",
            limit="history",
            bound=_SECONDS,
            value=seconds,
        )


def _node(item: Any) -> str:
    return str(item[0]) if isinstance(item, list) and item else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
