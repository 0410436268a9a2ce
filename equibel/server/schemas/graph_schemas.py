"""Schemas of graphs: networkx node-link data, as in `equibel.files.node_link`, and summaries for lists."""

from __future__ import annotations

from typing import Annotated, Any, Required

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, WithJsonSchema
from typing_extensions import TypedDict

from equibel.files.data import is_simple_node
from equibel.plain import MAX_DIGITS

_OPEN = ConfigDict(extra="allow", strict=True)
_CLOSED = ConfigDict(extra="forbid", strict=True)

_ATOM = "([A-Za-z_][A-Za-z0-9_]*|[0-9]+)"

# What stands in the parts of a graph is checked by `equibel.files.graph_from_node_link`, which says what is wrong with it
# better than a schema could; these are their schemas for the document.
_FORMULA = {
    "type": "string",
    "format": "formula",
    "description": "A formula of `~ & | ^ -> =`, parentheses, `True`, `False` and atoms.",
    "examples": ["p & (q -> ~r)"],
}
_FORMULAS = {
    "anyOf": [{"type": "array", "items": _FORMULA}, {"type": "string", "format": "formula"}],
    "description": "Formulas; also one text with `;` between them.",
    "examples": [["p & q", "~r"]],
}
_SIMPLE = [{"type": "integer"}, {"type": "string"}]
_NODE = {
    "anyOf": [*_SIMPLE, {"type": "array", "items": {"anyOf": _SIMPLE}, "minItems": 1}],
    "description": "An integer, a text, or a list of these, which stands for a tuple.",
    "examples": [1, "anna"],
}
_FRACTION = f"^[0-9]{{1,{MAX_DIGITS}}}/[1-9][0-9]{{0,{MAX_DIGITS - 1}}}$"
_WEIGHT = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": _FRACTION}],
    "description": "How much agreement counts, by cardinality; 1 if it is not said. A text such as `1/3` is a fraction.",
}
_WEIGHTS = {
    "type": "object",
    "patternProperties": {f"^{_ATOM}$": _WEIGHT},
    "additionalProperties": False,
    "description": "The weights of atoms at the node.",
    "examples": [{"p": 2}],
}
_ATOMS = {
    "anyOf": [
        {"type": "array", "items": {"type": "string", "pattern": f"^{_ATOM}$"}},
        {"type": "string", "pattern": f"^ *({_ATOM}( +{_ATOM})*)? *$"},
    ],
    "description": "Atoms besides those of the formulas; also one text with blanks between them.",
    "examples": [["p", "q"]],
}


def whole(value: Any) -> Any:
    """The value, as an integer when it is one: for JSON Schema 1.0 is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _node(value: Any) -> Any:
    if isinstance(value, list):
        parts = [whole(part) for part in value]
        if parts and all(map(is_simple_node, parts)):
            return parts
    value = whole(value)
    if not is_simple_node(value):
        raise ValueError(f"expected an integer of at most {MAX_DIGITS} digits, a text, or a list of these")
    return value


def _constraints(how: str) -> dict[str, Any]:
    return {**_FORMULAS, "description": f"Integrity constraints: every result has to {how}."}


#: The text of a formula; the routes read it.
FormulaText = Annotated[str, WithJsonSchema(_FORMULA)]
NodeId = Annotated[Any, AfterValidator(_node), WithJsonSchema(_NODE)]
Formulas = Annotated[Any, WithJsonSchema(_FORMULAS)]
Entailment = Annotated[Any, WithJsonSchema(_constraints("entail them"))]
Consistency = Annotated[Any, WithJsonSchema(_constraints("be consistent with each"))]
Atoms = Annotated[Any, WithJsonSchema(_ATOMS)]


class NodeData(TypedDict, total=False):
    """A node; other attributes are kept."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    id: Required[NodeId]
    formulas: Formulas
    weights: Annotated[Any, WithJsonSchema(_WEIGHTS)]


class EdgeData(TypedDict, total=False):
    """An edge between two nodes; other attributes are kept."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    source: Required[NodeId]
    target: Required[NodeId]
    weight: Annotated[Any, WithJsonSchema(_WEIGHT)]


class GraphAttributes(TypedDict, total=False):
    """Attributes of the graph itself; others are kept."""

    __pydantic_config__ = _OPEN  # type: ignore[misc]

    atoms: Atoms
    entailment: Entailment
    consistency: Consistency


class NodeLink(TypedDict, total=False):
    """A graph whose nodes believe formulas, as networkx node-link data."""

    # Only the first problem of a list is told (`FailFast`): to find out that of each of a million items takes many seconds.

    __pydantic_config__ = ConfigDict(  # type: ignore[misc]
        **_CLOSED,
        json_schema_extra={
            "examples": [
                {
                    "nodes": [{"id": 1, "formulas": ["p & q"]}, {"id": 2}, {"id": 3, "formulas": ["~p"]}],
                    "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 3}],
                }
            ]
        },
    )

    directed: Annotated[bool, Field(description="Whether edges have a direction; agents hear one another either way.")]
    multigraph: Annotated[bool, Field(description="Whether edges may be parallel; they become one.")]
    graph: GraphAttributes
    nodes: Required[Annotated[list[NodeData], FailFast()]]
    edges: Annotated[list[EdgeData], FailFast()]
    links: Annotated[list[EdgeData], FailFast(), Field(description="The edges, as older versions of networkx call them.")]
    atoms: Atoms
    entailment: Entailment
    consistency: Consistency


class GraphSummary(BaseModel):
    """What there is to say about a graph without showing it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "chain", "version": 3, "nodes": 3, "edges": 2, "formulas": 2, "atoms": 2}]}
    )

    name: str
    version: int = Field(description="Changes with the graph, and comes back with it by undo.")
    nodes: int
    edges: int
    formulas: int
    atoms: int


class StoredGraph(GraphSummary):
    """What has become of a graph that was sent."""

    notes: list[str] = Field(description="What was read in a particular way, such as parallel edges, or looks misspelt.")


def node_id(node: Any) -> Any:
    """A node as JSON holds it.

    >>> node_id(("a", 1)), node_id(1)
    (['a', 1], 1)
    """
    return list(node) if isinstance(node, tuple) else node
