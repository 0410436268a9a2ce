"""The values that a workspace consists of: states, snapshots and declared results; and the current time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from equibel.equibel_graph import EquibelGraph
from equibel.operators import Operation


@dataclass(frozen=True)
class Result:
    """A declared result: ``operation`` applied to the graph, or the other result, called ``of``."""

    of: str
    operation: Operation


@dataclass(frozen=True, eq=False)
class Content:
    """Named graphs and declared results, at one moment.

    Attributes
    ----------
    graphs : mapping
        From names to graphs, which never change.
    results : mapping
        From names to declarations.
    versions : mapping
        From the names of both to numbers.  A graph's number changes with the graph and identifies it: in one workspace
        no two different graphs ever have the same number, and when undo brings a graph back, its number comes back with
        it.  A result's number changes with its declaration.
    """

    graphs: Mapping[str, EquibelGraph] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Snapshot(Content):
    """The content of a workspace as it was at a ``time`` (UTC, ISO 8601)."""

    time: str = ""


@dataclass(frozen=True, eq=False)
class State(Content):
    """Everything that is declared in a workspace at one moment; it never changes, so every thread may read it.

    Attributes
    ----------
    snapshots : mapping
        From names to snapshots.
    eager : bool
        Whether results are computed as soon as they are stale.
    version : int
        A number that grows with everything that happens to the workspace.
    """

    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    eager: bool = False
    version: int = 0


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond: ``2015-09-27T12:30:00.000Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
