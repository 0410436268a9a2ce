"""``/v1/workspaces/{w}/graphs/{g}/nodes/{n}/formulas``: the formulas of a node."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from equibel.equibel_graph import EquibelGraph
from equibel.formula import atom_notes, to_text
from equibel.server.context import CurrentClient, CurrentContext, ServerContext
from equibel.server.http.etags import Condition, RequestCondition, not_modified, reply
from equibel.server.http.names import GraphPath, WorkspacePath
from equibel.server.http.node_paths import find_node
from equibel.server.http.size_limits import Size, check_formula, check_size
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.graph_routes import find_value, require_graph
from equibel.server.routes.route_responses import IF_MATCH, IF_NONE_MATCH, change_responses, read_responses
from equibel.server.schemas.formula_schemas import NodeFormulas, SomeFormulas, StoredFormulas
from equibel.server.schemas.graph_schemas import FormulaText, node_id
from equibel.server.workspaces.contents import eager_seconds
from equibel.workspace import AddFormulas, Change, RemoveFormulas, SetFormulas, State

router = APIRouter(tags=["formulas"], route_class=JsonRoute)

_PATH = "/v1/workspaces/{w}/graphs/{g}/nodes/{n:path}/formulas"

#: The node in a path.
NodePath = Annotated[
    str,
    Path(
        description='An integer is the integer node if there is one; JSON text, such as `"1"` with its quotes or '
        '`["a", 1]`, is what it says; everything else is the node of that name.',
    ),
]

_CHANGED = change_responses(200, problems=(404, 409, 412))


@router.get(
    _PATH,
    response_model=NodeFormulas,
    responses=read_responses(404, 409),
    summary="Get the formulas of a node",
    description="The formulas of a node of a graph, or of the value of a result." + IF_NONE_MATCH,
)
def get_formulas(
    w: WorkspacePath, g: GraphPath, n: NodePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> Response:
    """The formulas of a node."""
    graph, tag, _ = find_value(context.workspaces.get(client.name, w), g)
    node = find_node(graph, n)
    return not_modified(tag) if condition.known(tag) else _reply(graph, node, tag)


@dataclass(frozen=True)
class _Target:
    """The node that a request changes, as the path names it, and the condition of the change."""

    workspace: str
    graph: str
    node: str
    owner: str
    condition: Condition
    context: ServerContext


def _target(
    w: WorkspacePath, g: GraphPath, n: NodePath, context: CurrentContext, client: CurrentClient, condition: RequestCondition
) -> _Target:
    return _Target(w, g, n, client.name, condition, context)


#: What a request to change a node is about, for a parameter of a route.
Target = Annotated[_Target, Depends(_target)]


@router.put(
    _PATH,
    response_model=StoredFormulas,
    responses=_CHANGED,
    summary="Replace the formulas of a node",
    description="Replace the formulas of a node. The `ETag` is that of the graph." + IF_MATCH,
)
def put_formulas(target: Target, new: SomeFormulas) -> Response:
    """Replace the formulas of a node."""
    return _change(target, SetFormulas, new.texts())


@router.post(
    _PATH,
    response_model=StoredFormulas,
    responses=_CHANGED,
    summary="Add formulas to a node",
    description="Add formulas to a node; a formula that it has already is not added again. The `ETag` is that of the graph."
    + IF_MATCH,
)
def add_formulas(target: Target, new: SomeFormulas) -> Response:
    """Add formulas to a node."""
    return _change(target, AddFormulas, new.texts())


@router.delete(
    _PATH,
    status_code=204,
    response_class=Response,
    responses=change_responses(204, problems=(404, 409, 412)),
    summary="Remove formulas of a node",
    description="Remove all formulas of a node, or the one that `formula` says; 404 when it does not have that." + IF_MATCH,
)
def delete_formulas(
    target: Target,
    formula: Annotated[FormulaText | None, Query(description="The formula to be removed; without it, all.")] = None,
) -> Response:
    """Remove all formulas of a node, or one."""
    answer = _change(target, SetFormulas, []) if formula is None else _change(target, RemoveFormulas, [formula])
    return Response(status_code=204, headers={"ETag": answer.headers["etag"]})


def _change(target: _Target, kind: type[SetFormulas | AddFormulas | RemoveFormulas], texts: Sequence[str]) -> Response:
    """Change the formulas of one node, within the limits."""
    settings, name = target.context.settings, target.graph
    formulas = [check_formula(text, settings) for text in texts]
    cached = target.context.workspaces.get(target.owner, target.workspace)
    node: Hashable = None

    def changes(state: State) -> list[Change]:
        nonlocal node
        graph = require_graph(state, name)
        node = find_node(graph, target.node)
        before = cached.size(state.versions[name], graph)
        there = graph.beliefs(node)
        after = {SetFormulas: formulas, AddFormulas: [*there, *formulas], RemoveFormulas: there}[kind]
        count = before.formulas - len(there) + len(dict.fromkeys(after))
        atoms = before.atoms.union(*(formula.atoms() for formula in after))
        check_size(Size(before.nodes, before.edges, count, atoms), settings)
        return [kind(name, {node: formulas})]

    state = cached.change(name, target.condition, changes, eager_seconds(settings))
    tag = cached.tag_in(state, name)
    assert tag is not None
    graph = state.graphs[name]
    return _reply(graph, node, tag, {"notes": atom_notes(formulas, graph.atom_names)})


def _reply(graph: EquibelGraph, node: Hashable, tag: str, more: dict[str, Any] | None = None) -> Response:
    formulas = [to_text(formula) for formula in graph.beliefs(node)]
    return reply({"node": node_id(node), "formulas": formulas, **(more or {})}, tag)
