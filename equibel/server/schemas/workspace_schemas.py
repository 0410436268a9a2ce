"""Schemas of workspaces, their content and their history."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from equibel.server.http.names import Name
from equibel.server.schemas.graph_schemas import GraphSummary, NodeLink
from equibel.server.schemas.result_schemas import Declaration, DeclaredResult


class NewWorkspace(BaseModel):
    """A workspace to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "work"}]})

    name: Name


class WorkspaceItem(BaseModel):
    """A workspace in a list."""

    name: str
    created: str = Field(description="UTC, ISO 8601.")
    updated: str = Field(description="When it was changed last.")


class WorkspaceSummary(BaseModel):
    """What is in a workspace."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "work",
                    "created": "2016-03-01T12:30:00.000Z",
                    "version": 4,
                    "eager": False,
                    "graphs": [{"name": "chain", "version": 3, "nodes": 3, "edges": 2, "formulas": 2, "atoms": 2}],
                    "results": [],
                    "snapshots": [],
                }
            ]
        }
    )

    name: str
    created: str
    version: int = Field(description="Grows with everything that happens in the workspace.")
    eager: bool = Field(description="Whether results are computed as soon as they are stale.")
    graphs: list[GraphSummary]
    results: list[DeclaredResult]
    snapshots: list[str]


class StoredWorkspace(WorkspaceSummary):
    """What has become of a workspace that was sent."""

    notes: list[str] = Field(description="What was read in a particular way, such as parallel edges, or looks misspelt.")


class WorkspaceContent(BaseModel):
    """All graphs and results that a workspace is to have, and no others."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "graphs": {
                        "chain": {
                            "nodes": [{"id": 1, "formulas": ["p & q"]}, {"id": 2}, {"id": 3, "formulas": ["~p"]}],
                            "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}],
                        }
                    },
                    "results": {"shared": {"of": "chain", "operator": "global"}},
                }
            ]
        },
    )

    graphs: dict[Name, NodeLink] = Field(default_factory=dict)
    results: dict[Name, Declaration] = Field(default_factory=dict)


class HistoryEntry(BaseModel):
    """A command of the history."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"number": 3, "time": "2016-03-01T12:30:00.000Z", "line": "chain: add formula p at 1", "undone": False}
            ]
        }
    )

    number: int
    time: str
    line: str = Field(description="What it did, in words.")
    undone: bool = Field(description="Whether it has been taken back, and can be done again.")
