"""Schemas of the formulas of a node, of queries and of models."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from equibel.server.schemas.graph_schemas import FormulaText, NodeId

_KINDS = ("entails", "consistent_with", "equivalent")


def _without_null(schema: dict[str, Any]) -> None:
    """Say that an optional field is left out rather than null; what it says of itself comes before what its type says."""
    for field in schema["properties"].values():
        match field.get("anyOf"):
            case [option, {"type": "null"}]:
                del field["anyOf"], field["default"]
                field |= option | field


def _one_of_two(schema: dict[str, Any]) -> None:
    _without_null(schema)
    schema |= {"minProperties": 1, "maxProperties": 1}


def _one_question(schema: dict[str, Any]) -> None:
    _without_null(schema)
    schema |= {"minProperties": 2, "maxProperties": 2}


class SomeFormulas(BaseModel):
    """One formula, or a list of formulas."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra=_one_of_two,
    )

    formula: FormulaText | None = Field(None, examples=["p & q"])
    formulas: list[FormulaText] | None = Field(None, fail_fast=True, examples=[["p", "q -> r"]])

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in self.model_fields_set if getattr(self, name) is not None]
        if len(self.model_fields_set) != 1 or len(given) != 1:
            raise ValueError('expected either {"formula": "p & q"} or {"formulas": ["p", "q"]}')
        return self

    def texts(self) -> list[str]:
        """The formulas."""
        return [self.formula] if self.formula is not None else list(self.formulas or ())


class NodeFormulas(BaseModel):
    """What a node believes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"node": 1, "formulas": ["p & q", "~r"]}]})

    node: NodeId
    formulas: list[str] = Field(description="All of them, in the order in which they were added.")


class StoredFormulas(NodeFormulas):
    """What has become of formulas that were sent."""

    notes: list[str] = Field(description="Atoms that may not be meant as such, because elsewhere they are constants.")


class Query(BaseModel):
    """A question about one node: exactly one of `entails`, `consistent_with` and `equivalent`."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_one_question)

    node: NodeId
    entails: FormulaText | None = Field(
        None, description="Is this true in all models of the node: does it believe it?", examples=["p | q"]
    )
    consistent_with: FormulaText | None = Field(None, description="Is this true in some model of the node?")
    equivalent: FormulaText | None = Field(None, description="Is this true in all models of the node and in no others?")

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [kind for kind in _KINDS if kind in self.model_fields_set]
        if len(given) != 1 or getattr(self, given[0]) is None:
            raise ValueError(f"expected one of {', '.join(_KINDS)}, with a formula")
        return self

    def question(self) -> tuple[str, str]:
        """What is asked, and about which formula."""
        return next((kind, text) for kind in _KINDS if (text := getattr(self, kind)) is not None)


class QueryAnswer(BaseModel):
    """The answer to a question."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": True}]})

    answer: bool
    notes: list[str] = Field([], description="Atoms that may not be meant as such; left out when there are none.")


class NodeModels(BaseModel):
    """Truth assignments that make a node's formulas true."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"node": 1, "atoms": ["p", "q"], "models": [{"p": True, "q": True}], "complete": True},
            ]
        }
    )

    node: NodeId
    atoms: list[str] = Field(description="The atoms of the graph.")
    models: list[dict[str, bool]]
    complete: bool = Field(description="Whether there are no others.")
