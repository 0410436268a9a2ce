"""Statuses of results: current, stale, new or failed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from equibel.workspace.results.cache import Cache
from equibel.workspace.results.provenance import Computed, Failure
from equibel.workspace.state.content import to_json
from equibel.workspace.state.dependencies import derivation_order
from equibel.workspace.state.model import Result, State

CURRENT, STALE, NEW, FAILED = "current", "stale", "new", "failed"


@dataclass(frozen=True, eq=False)
class Status:
    """The status of a result.

    Attributes
    ----------
    name : str
        The result.
    result : Result
        Its declaration.
    version : int
        The version of the declaration.
    state : str
        ``"current"``: it is what the declaration and the graph say; ``"stale"``: something that it depends on has
        changed since it was computed; ``"new"``: it has not been computed yet; ``"failed"``: it cannot be computed as
        things are.
    computed : Computed or None
        The last computed value, with its provenance; an outdated one when the state is ``"stale"``.
    failure : Failure or None
        Why it failed; that of the result it is derived from, when that one failed.
    """

    name: str
    result: Result
    version: int
    state: str
    computed: Computed | None = None
    failure: Failure | None = None

    @property
    def tag(self) -> str:
        """A text that changes when anything else here does; for HTTP."""
        computed = 0 if self.computed is None else self.computed.version
        failure = [] if self.failure is None else [self.failure.message]
        seen = to_json([self.name, self.version, self.state, computed, failure])
        return hashlib.sha256(seen.encode()).hexdigest()[:16]


def statuses(state: State, cache: Cache) -> dict[str, Status]:
    """The statuses of all results, in the order of their declaration; linear in their number."""
    current, latest = cache.current(state), cache.latest(state)
    found: dict[str, Status] = {}
    for name in derivation_order(state):
        result = state.results[name]
        new = Status(name, result, state.versions[name], NEW)
        computed, source = current.get(name), found.get(result.of)
        if computed is not None:
            outcome = CURRENT if computed.failure is None else FAILED
            found[name] = replace(new, state=outcome, computed=computed, failure=computed.failure)
        elif source is not None and source.failure is not None:
            failure = source.failure
            if source.computed is not None and source.computed.failure is failure:
                failure = replace(failure, message=f"the result {source.name!r} failed: {failure.message}")
            found[name] = replace(new, state=FAILED, computed=latest.get(name), failure=failure)
        else:
            found[name] = replace(new, state=STALE, computed=latest[name]) if name in latest else new
    return {name: found[name] for name in state.results}
