"""The cache of computed results, found by the version of the source and the operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equibel.equibel_graph import EquibelGraph
from equibel.operators import Operation
from equibel.workspace.results.provenance import Computed
from equibel.workspace.results.task import Task
from equibel.workspace.state.content import digest
from equibel.workspace.state.dependencies import derivation_order
from equibel.workspace.state.model import State

SPARE = 100_000  # nodes of graphs that stay in the cache although no result shows them now
_LEAST = 2000  # nodes that a graph counts for besides its own

Key = tuple[int, Operation]


class Cache:
    """Computed results, each under the version of its source and the operation.

    Because a version identifies a graph, whatever is found is right: it is never out of date, there may only be nothing
    for the version that the source has now.  So undo brings back also what had been computed.
    """

    def __init__(self) -> None:
        self._found: dict[Key, Computed] = {}
        self._digests: dict[int, str] = {}

    def __iter__(self) -> Iterator[Computed]:
        return iter(self._found.values())

    def get(self, version: int, operation: Operation) -> Computed | None:
        """The computed result for this version of the source."""
        return self._found.get((version, operation))

    def latest(self, state: State) -> dict[str, Computed]:
        """The last computed value of each result, or of the same declaration under another name."""
        named: dict[object, tuple[int, Computed]] = {}
        for order, found in enumerate(self._found.values()):
            named[found.result] = named[found.of, found.operation] = order, found
        latest = {}
        for name, result in state.results.items():
            candidates = [named[key] for key in (name, (result.of, result.operation)) if key in named]
            if candidates:
                latest[name] = max(candidates, key=lambda candidate: candidate[0])[1]
        return latest

    def of_equal_source(self, task: Task) -> Computed | None:
        """The computed result of a source of the same content and the same operation, renamed for this task."""
        for found in reversed(self._found.values()):
            if found.source_digest == task.source_digest and found.operation == task.operation:
                return replace(found, result=task.result, of=task.of, source_version=task.source_version)
        return None

    def of_version(self, version: int) -> Computed | None:
        """A computed result whose value has this version."""
        return next((found for found in self._found.values() if found.version == version), None)

    def equal_value(self, value_digest: str) -> Computed | None:
        """A computed result whose value has this digest."""
        return next((found for found in self._found.values() if value_digest and found.digest == value_digest), None)

    def digest(self, version: int, graph: EquibelGraph) -> str:
        """The digest of a graph of the workspace, computed once for each version."""
        found = self._digests.get(version)
        if found is None:
            found = self._digests[version] = digest(graph)
        return found

    def put(self, computed: Computed) -> None:
        """Add a computed result."""
        self._found.pop(computed.key, None)
        self._found[computed.key] = computed

    def evict(self, state: State) -> None:
        """Remove the oldest entries that no result shows now, if there are many."""
        used = {found.key for found in (*self.current(state).values(), *self.latest(state).values())}
        spare = [key for key in self._found if key not in used]
        room = SPARE
        for key in reversed(spare):
            graph = self._found[key].graph
            room -= _LEAST + (0 if graph is None else len(graph))
            if room < 0:
                del self._found[key]
        versions = set(state.versions.values())
        self._digests = {version: text for version, text in list(self._digests.items()) if version in versions}

    def current(self, state: State) -> dict[str, Computed]:
        """The computed values of the results that are up to date; linear in the number of results."""
        current: dict[str, Computed] = {}
        for name in derivation_order(state):
            result = state.results[name]
            if result.of in state.graphs:
                version = state.versions[result.of]
            elif result.of in current and current[result.of].graph is not None:
                version = current[result.of].version
            else:
                continue
            found = self.get(version, result.operation)
            if found is not None:
                current[name] = found
        return current
