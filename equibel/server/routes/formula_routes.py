"""``/v1/workspaces/{w}/graphs/{g}/nodes/{n}/formulas``: the formulas of a node."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from equibel.equibel_graph import EquibelGraph
from equibel.formula import Formula, atom_notes, to_text
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
from equibel.server.workspaces.cached_workspace import CachedWorkspace
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


@router.put(
    _PATH,
    response_model=StoredFormulas,
    responses=_CHANGED,
    summary="Replace the formulas of a node",
    description="Replace the formulas of a node. The `ETag` is that of the graph." + IF_MATCH,
)
def put_formulas(
    w: WorkspacePath,
    g: GraphPath,
    n: NodePath,
    new: SomeFormulas,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
) -> Response:
    """Replace the formulas of a node."""
    formulas = [check_formula(text, context.settings) for text in new.texts()]
    cached = context.workspaces.get(client.name, w)
    return _change(cached, g, n, condition, context, formulas, lambda node: SetFormulas(g, {node: formulas}), replacing=True)


@router.post(
    _PATH,
    response_model=StoredFormulas,
    responses=_CHANGED,
    summary="Add formulas to a node",
    description="Add formulas to a node; a formula that it has already is not added again. The `ETag` is that of the graph."
    + IF_MATCH,
)
def add_formulas(
    w: WorkspacePath,
    g: GraphPath,
    n: NodePath,
    new: SomeFormulas,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
) -> Response:
    """Add formulas to a node."""
    formulas = [check_formula(text, context.settings) for text in new.texts()]
    cached = context.workspaces.get(client.name, w)
    return _change(cached, g, n, condition, context, formulas, lambda node: AddFormulas(g, {node: formulas}))


@router.delete(
    _PATH,
    status_code=204,
    response_class=Response,
    responses=change_responses(204, problems=(404, 409, 412)),
    summary="Remove formulas of a node",
    description="Remove all formulas of a node, or the one that `formula` says; 404 when it does not have that." + IF_MATCH,
)
def delete_formulas(
    w: WorkspacePath,
    g: GraphPath,
    n: NodePath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    formula: Annotated[FormulaText | None, Query(description="The formula to be removed; without it, all.")] = None,
) -> Response:
    """Remove all formulas of a node, or one."""
    unwanted = None if formula is None else check_formula(formula, context.settings)

    def make(node: Hashable) -> Change:
        return SetFormulas(g, {node: []}) if unwanted is None else RemoveFormulas(g, {node: [unwanted]})

    answer = _change(context.workspaces.get(client.name, w), g, n, condition, context, [], make, replacing=unwanted is None)
    return Response(status_code=204, headers={"ETag": answer.headers["etag"]})


def _change(
    cached: CachedWorkspace,
    name: str,
    text: str,
    condition: Condition,
    context: ServerContext,
    formulas: Sequence[Formula],
    make: Callable[[Hashable], Change],
    *,
    replacing: bool = False,
) -> Response:
    """Change the formulas of one node, within the limits."""
    node: Hashable = None

    def changes(state: State) -> list[Change]:
        nonlocal node
        graph = require_graph(state, name)
        node = find_node(graph, text)
        before = cached.size(state.versions[name], graph)
        there = graph.beliefs(node)
        kept = [] if replacing else there
        after = len(dict.fromkeys((*kept, *formulas)))
        atoms = before.atoms.union(*(formula.atoms() for formula in formulas))
        check_size(Size(before.nodes, before.edges, before.formulas - len(there) + after, atoms), context.settings)
        return [make(node)]

    state = cached.change(name, condition, changes, eager_seconds(context.settings))
    tag = cached.tag_in(state, name)
    assert tag is not None
    graph = state.graphs[name]
    return _reply(graph, node, tag, {"notes": atom_notes(formulas, graph.atom_names)})


def _reply(graph: EquibelGraph, node: Hashable, tag: str, more: dict[str, Any] | None = None) -> Response:
    formulas = [to_text(formula) for formula in graph.beliefs(node)]
    return reply({"node": node_id(node), "formulas": formulas, **(more or {})}, tag)
