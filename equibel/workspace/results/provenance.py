"""Computed results with their provenance, and failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from equibel import errors
from equibel._version import __version__
from equibel.equibel_graph import EquibelGraph
from equibel.errors import Cancelled, EquibelError, ExecutorError, TimeLimitExceeded
from equibel.operators import Operation
from equibel.workspace.changes.change import describe, operation_data, read_operation
from equibel.workspace.state.content import decode, encode

#: Errors that do not lie in the scenario: the same computation may succeed later.
PASSING = (Cancelled, TimeLimitExceeded, ExecutorError)


@dataclass(frozen=True)
class Failure:
    """Why a result has no value: the class of the error, its message, and its data, as far as it is JSON data.

    >>> failure = Failure.of(errors.InconsistentFormulaError("node 2 believes ...", node=2, formula="p & ~p"))
    >>> failure.kind, failure.data["node"]
    ('InconsistentFormulaError', 2)
    >>> raise failure.error()
    Traceback (most recent call last):
        ...
    equibel.errors.InconsistentFormulaError: node 2 believes ...
    """

    kind: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: EquibelError) -> Failure:
        """The failure that an error reports."""
        return cls(type(error).__name__, str(error), {name: v for name, v in vars(error).items() if _is_data(v)})

    def error(self) -> EquibelError:
        """The error, to be raised."""
        kind = getattr(errors, self.kind, EquibelError)
        if not (isinstance(kind, type) and issubclass(kind, EquibelError)):
            kind = EquibelError
        return errors._rebuild(kind, self.message, dict(self.data))


def _is_data(value: object) -> bool:
    return isinstance(value, str | int | float | None) or (
        isinstance(value, list | tuple) and all(isinstance(item, str | int | float) for item in value)
    )


@dataclass(frozen=True, eq=False)
class Computed:
    """What computing a result gave, and its provenance.

    Attributes
    ----------
    result, of : str
        The names of the result and of its source, as they were.
    source_version : int
        The version of the source: of a graph, or of the computed result that it is derived from.
    source_digest : str
        What identifies the content of the source.
    operation : Operation
        The operator and its options.
    graph : EquibelGraph or None
        The value, frozen, with formulas simplified for reading; ``None`` when there is a ``failure`` instead.
    failure : Failure or None
        Why there is no value.
    iterations : int
        How often the operator was applied.
    seconds : float
        How long it took.
    time : str
        When it was computed: UTC, ISO 8601.
    equibel : str
        The version of this package that computed it.
    digest : str
        What identifies the content of the value.
    version : int
        A number that identifies the value, as a graph's version does; 0 until a workspace has stored it.
    """

    result: str
    of: str
    source_version: int
    source_digest: str
    operation: Operation
    graph: EquibelGraph | None
    failure: Failure | None
    iterations: int
    seconds: float
    time: str
    digest: str = ""
    equibel: str = __version__
    version: int = 0

    @property
    def key(self) -> tuple[int, Operation]:
        """What determines the value: the version of the source, and the operation."""
        return self.source_version, self.operation

    def line(self) -> str:
        """The provenance in words."""
        return (
            f"{describe(self.operation, self.of)} (version {self.source_version}), computed {self.time} by equibel "
            f"{self.equibel} in {self.seconds:.3g} s, {self.iterations} iteration{'s' * (self.iterations != 1)}"
        )

    def provenance(self) -> dict[str, Any]:
        """The provenance as JSON data."""
        return {
            "result": self.result,
            "of": self.of,
            "source_version": self.source_version,
            "source_digest": self.source_digest,
            "operation": operation_data(self.operation),
            "iterations": self.iterations,
            "seconds": self.seconds,
            "time": self.time,
            "digest": self.digest,
            "equibel": self.equibel,
            "version": self.version,
        }

    def value(self) -> dict[str, Any]:
        """The value as JSON data."""
        return {"failure": vars(self.failure)} if self.graph is None else {"graph": encode(self.graph)}


def read_computed(data: dict[str, Any], same: Computed | None) -> Computed:
    """What `Computed.provenance` and `Computed.value` wrote; the value is missing when it is the ``same`` as another.

    A built-in error or an `OptionError` for other data.
    """
    found = data | {"operation": read_operation(data["operation"])}
    if same is not None:
        return Computed(**found | {"graph": same.graph, "failure": same.failure})
    if "graph" in data:
        return Computed(**found | {"graph": decode(data["graph"]), "failure": None})
    return Computed(**found | {"graph": None, "failure": Failure(**data["failure"])})
