"""Schemas of results: declaration, status and provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from equibel.operators import OPERATORS
from equibel.options import METHODS, OPTIMA
from equibel.server.http.names import Name
from equibel.server.schemas.graph_schemas import whole
from equibel.workspace import Operation, Result

if TYPE_CHECKING:
    OperatorName = str
    Optimum = str
    Method = str
else:  # the names are those of the library, which type checkers do not compute
    OperatorName = Annotated[
        Literal[tuple(OPERATORS)],
        Field(description="\n".join(f"- `{each.name}`: {each.summary}." for each in OPERATORS.values())),
    ]
    Optimum = Literal[OPTIMA]
    Method = Literal[METHODS]
Steps = Annotated[
    int,
    BeforeValidator(whole),
    Field(ge=0, le=1_000_000, description="How often the operator is applied; not with `fixpoint`."),
]
State = Annotated[
    Literal["new", "current", "stale", "failed"],
    Field(
        description="`new`: not computed yet; `current`: as its source says; `stale`: its source was changed since; "
        "`failed`: it cannot be computed as things are."
    ),
]


class Declaration(BaseModel):
    """How a result is derived: an operator, applied to a graph or to another result."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"of": "chain", "operator": "simple", "fixpoint": True}]},
    )

    of: Name = Field(description="The graph or result that it is derived from.")
    operator: OperatorName
    optimum: Optimum = "inclusion"
    method: Method = "semantic"
    steps: Steps = 1
    fixpoint: bool = Field(False, description="Whether the operator is applied until nothing changes.")

    def result(self) -> Result:
        """As the workspace has it; raises `OptionError` when the options do not go together."""
        return Result(self.of, Operation(self.operator, self.optimum, self.method, self.steps, self.fixpoint))


class DeclaredResult(BaseModel):
    """A result as it is declared, and how things are with it."""

    name: str
    of: str
    operator: OperatorName
    optimum: Optimum
    method: Method
    steps: int
    fixpoint: bool
    version: int = Field(description="The version of the declaration.")
    status: State


class Provenance(BaseModel):
    """Where a computed value came from."""

    of: str
    source_version: int = Field(description="The version that the source had.")
    iterations: int = Field(description="How often the operator was applied.")
    seconds: float
    time: str = Field(description="When it was computed: UTC, ISO 8601.")
    equibel: str = Field(description="The version of the package that computed it.")


class FailedResult(BaseModel):
    """Why a result cannot be computed."""

    kind: str = Field(description="The class of the error.", examples=["InconsistentFormulaError"])
    detail: str
    data: dict[str, Any] = Field(description="What the error carries, such as the `node`.")


class ResultStatus(DeclaredResult):
    """A result with its provenance."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "shared",
                    "of": "chain",
                    "operator": "global",
                    "optimum": "inclusion",
                    "method": "semantic",
                    "steps": 1,
                    "fixpoint": False,
                    "version": 4,
                    "status": "current",
                    "computed": {
                        "of": "chain",
                        "source_version": 3,
                        "iterations": 1,
                        "seconds": 0.013,
                        "time": "2016-03-01T12:30:00.000Z",
                        "equibel": "2.0.0",
                    },
                    "failure": None,
                }
            ]
        }
    )

    computed: Provenance | None = Field(description="What was computed last, if anything.")
    failure: FailedResult | None


class StoredResult(ResultStatus):
    """What has become of a declaration that was sent."""

    notes: list[str] = Field(description="What the operator takes no account of, such as weights by inclusion.")
