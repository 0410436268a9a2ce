"""The records that a workspace is stored as, each a JSON text on one line.

Reading them one after the other gives the workspace back::

    {"position": 0, "version": 2, "state": {…}}                     the state after so many commands; first, before any
    {"n": 3, "time": "…", "line": "…", "do": [{"change": …}, …]}    a command; undone commands are removed
    {"n": 4, "position": 0}                                         undo or redo, to so many commands
    {"n": 5, "computed": {…}}                                       a computed result with its provenance
    {"n": 5, "position": 0, "session": {"current": "g"}}            the session; the position is unchanged

A computed result lacks its value when an earlier record has one of the same version.  States after the first record only
save time.  A state lists the content of every version once::

    {"contents": [[2, {"graph": …, "nodes": …, "edges": …}]], "graphs": {"g": 2}, "results": {"r": [3, "g", {…}]},
     "snapshots": {"before": ["2015-…", graphs, results]}, "eager": false}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, FileFormatError
from equibel.files.text import FilePath
from equibel.workspace.changes.change import operation_data, read_operation
from equibel.workspace.changes.history import Entry, History
from equibel.workspace.results.cache import Cache
from equibel.workspace.results.provenance import Computed, read_computed
from equibel.workspace.state.content import check_graph, decode, encode, to_json
from equibel.workspace.state.dependencies import derivation_order
from equibel.workspace.state.model import Content, Result, Snapshot, State

#: The errors of reading invalid data.
_INVALID = (EquibelError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def state_record(position: int, state: State) -> str:
    """The record of the state after so many commands."""
    snapshots = {
        name: [snapshot.time, _graph_versions(snapshot), _declarations(snapshot)]
        for name, snapshot in state.snapshots.items()
    }
    contents = {
        content.versions[name]: graph
        for content in (state, *state.snapshots.values())
        for name, graph in content.graphs.items()
    }
    data = {
        "contents": [[version, encode(graph)] for version, graph in contents.items()],
        "graphs": _graph_versions(state),
        "results": _declarations(state),
        "snapshots": snapshots,
        "eager": state.eager,
    }
    return to_json({"position": position, "version": state.version, "state": data})


def _graph_versions(content: Content) -> dict[str, int]:
    return {name: content.versions[name] for name in content.graphs}


def _declarations(content: Content) -> dict[str, Any]:
    return {
        name: [content.versions[name], result.of, operation_data(result.operation)]
        for name, result in content.results.items()
    }


def move_record(number: int, position: int, session: Mapping[str, str] | None = None) -> str:
    """The record of undo and redo; with ``session`` that of `Workspace.keep_session`.

    An older version of this package reads that as a move to the current position.
    """
    return to_json({"n": number, "position": position} | ({} if session is None else {"session": dict(session)}))


def computed_record(number: int, computed: Computed, with_value: bool) -> str:
    """The record of a computed result; without its value when an earlier record has a value of the same version."""
    value = computed.value() if with_value else {}
    return to_json({"n": number, "computed": computed.provenance() | value})


def all_records(history: History, cache: Cache, state: State, session: Mapping[str, str]) -> list[str]:
    """The records of a workspace, nothing in them that is not needed."""
    records = [state_record(0, history.state(0)), *(entry.text for entry in history.entries)]
    if history.entries:
        records.append(state_record(history.position, state))
    records.append(move_record(state.version, history.position, session or None))
    written: set[int] = set()
    for computed in cache:
        records.append(computed_record(computed.version, computed, computed.version not in written))
        written.add(computed.version)
    return records


class Reader:
    """Reads records, one after the other.

    Parameters
    ----------
    path : str or path
        How errors call the records.

    Attributes
    ----------
    history, cache : History, Cache
        The content of the records.
    state : State
        The state that it led to.
    session : dict
        The session that `Workspace.keep_session` stored last.
    """

    def __init__(self, path: FilePath) -> None:
        self.path = path
        self.history = History(State())
        self.cache = Cache()
        self.state = State()
        self.session: dict[str, str] = {}
        self._version = 0
        self._latest: tuple[int, dict[str, Any]] | None = None  # the last state that was met, and its position

    def read(self, texts: Iterable[str]) -> None:
        """Read the records; `FileFormatError` tells which of them is invalid."""
        count = 0
        for count, text in enumerate(texts, start=1):
            try:
                self._read(json.loads(text), text, first=count == 1)
            except _INVALID as error:
                problem = f"record {count} is invalid ({_say(error)})"
                raise FileFormatError(problem, path=self.path) from error
        if not count:
            raise FileFormatError("the file contains no records of a workspace", path=self.path)
        self._carry_out()
        self.state = replace(self.state, version=self._version)
        self.cache.evict(self.state)

    def check(self) -> None:
        """Check everything, also what is otherwise read when it is needed; `FileFormatError` when something is invalid.

        It is for records from an unknown source.
        """
        history = self.history
        try:
            for position in range(len(history.entries) + 1):
                state = history.state(position)
                for content in (state, *state.snapshots.values()):
                    derivation_order(content)
            for graph in (*_graphs(history.state(0)), *_graphs(state), *(found.graph for found in self.cache)):
                if graph is not None:
                    check_graph(graph)
        except _INVALID as error:
            raise FileFormatError(f"the records are invalid ({_say(error)})", path=self.path) from error

    def _read(self, record: dict[str, Any], text: str, *, first: bool) -> None:
        numbers = 1
        if first:
            self.history = History(read_state(record["state"], record["version"]))
        elif "do" in record:
            self.history.append(Entry(int(record["n"]), str(record["time"]), str(record["line"]), text))
            numbers = len(record["do"])
            if self._latest is not None and self._latest[0] >= self.history.position:
                self._latest = None
        elif "computed" in record:
            computed = record["computed"]
            has_value = "graph" in computed or "failure" in computed
            self.cache.put(read_computed(computed, None if has_value else self.cache.of_version(computed["version"])))
        elif "state" in record:
            self._latest = record["position"], record
        elif 0 <= record["position"] <= len(self.history.entries):
            self.history.position = record["position"]
            if "session" in record:
                self.session = _texts(record["session"])
        else:
            raise ValueError(f"there is no position {record['position']}")
        self._version = max(self._version, record.get("version", 0), record.get("n", 0) + numbers - 1)

    def _carry_out(self) -> None:
        history = self.history
        try:
            if self._latest is not None and self._latest[0] <= history.position:
                position, record = self._latest
                history.keep(position, read_state(record["state"], record["version"]))
            self.state = history.state(history.position)
        except _INVALID as error:
            problem = f"the commands cannot be carried out again ({_say(error)})"
            raise FileFormatError(problem, path=self.path) from error


def read_state(data: dict[str, Any], version: int) -> State:
    """The state of a record; a built-in error or an `OptionError` for other data."""
    contents = {number: decode(graph) for number, graph in data["contents"]}

    def content(graphs: dict[str, int], results: dict[str, Any]) -> Content:
        return Content(
            {name: contents[number] for name, number in graphs.items()},
            {name: Result(of, read_operation(operation)) for name, (_, of, operation) in results.items()},
            {name: int(number) for name, number in graphs.items()}
            | {name: int(number) for name, (number, _, _) in results.items()},
        )

    snapshots = {
        name: Snapshot(**vars(content(graphs, results)), time=time)
        for name, (time, graphs, results) in data["snapshots"].items()
    }
    now = content(data["graphs"], data["results"])
    derivation_order(now)
    return State(**vars(now), snapshots=snapshots, eager=bool(data["eager"]), version=version)


def _texts(data: Any) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise ValueError("the session is not an object of texts")
    return data


def _graphs(state: State) -> Iterable[EquibelGraph]:
    return (graph for content in (state, *state.snapshots.values()) for graph in content.graphs.values())


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
