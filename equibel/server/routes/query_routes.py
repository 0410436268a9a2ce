"""Queries about nodes: entailment, consistency, equivalence and models."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response
from fastapi import Query as QueryParameter

from equibel.equibel_graph import EquibelGraph
from equibel.formula import atom_notes, conjunction
from equibel.server.context import CurrentClient, CurrentContext, ServerContext
from equibel.server.http.etags import RequestCondition, not_modified, reply, write_json
from equibel.server.http.names import GraphPath, WorkspacePath
from equibel.server.http.node_paths import find_node
from equibel.server.http.problems import problem_responses
from equibel.server.http.size_limits import check_count, check_formula
from equibel.server.http.strict_json import JsonRoute
from equibel.server.routes.formula_routes import NodePath
from equibel.server.routes.graph_routes import find_value
from equibel.server.routes.route_responses import IF_NONE_MATCH, read_responses
from equibel.server.schemas.formula_schemas import NodeModels, Query, QueryAnswer
from equibel.server.schemas.graph_schemas import node_id
from equibel.solving import Limits, queries

router = APIRouter(tags=["questions"], route_class=JsonRoute)

T = TypeVar("T")

# Questions are answered by threads of their own, a few at a time, so that hard ones do not keep other requests waiting.
_threads = CapacityLimiter(8)

_MODELS = 100  # in one answer when the client does not say


@router.post(
    "/v1/workspaces/{w}/graphs/{g}/query",
    response_model=QueryAnswer,
    responses=problem_responses(404, 409),
    summary="Query a node",
)
async def query_graph(
    w: WorkspacePath, g: GraphPath, query: Query, context: CurrentContext, client: CurrentClient
) -> Response:
    """Whether a formula follows from what a node believes, is consistent with it, or is equivalent to it.

    `g` may be a graph or a result that was computed. A contradiction entails everything. A question that takes too long
    is answered with 422 and `seconds`.
    """

    def answer() -> dict[str, Any]:
        graph, _, _ = find_value(context.workspaces.get(client.name, w), g)
        kind, text = query.question()
        node = tuple(query.node) if isinstance(query.node, list) else query.node
        belief, formula = graph.belief(node), check_formula(text, context.settings)

        def ask(limits: Limits) -> bool:
            match kind:
                case "entails":
                    return queries.entails(belief, formula, limits)
                case "equivalent":
                    return queries.equivalent(belief, formula, limits)
                case _:
                    return queries.satisfiable(conjunction([belief, formula]), limits)

        notes = atom_notes([formula], graph.atom_names)
        return {"answer": _timed(ask, context)} | ({"notes": notes} if notes else {})

    return Response(write_json(await to_thread.run_sync(answer, limiter=_threads)), media_type="application/json")


@router.get(
    "/v1/workspaces/{w}/graphs/{g}/nodes/{n:path}/models",
    response_model=NodeModels,
    responses=read_responses(404, 409),
    summary="List models of a node",
    description="Truth assignments of all atoms of the graph that make the formulas of a node true, each once and in no "
    "particular order. `g` may be a graph or a result that was computed." + IF_NONE_MATCH,
)
async def list_models(
    w: WorkspacePath,
    g: GraphPath,
    n: NodePath,
    context: CurrentContext,
    client: CurrentClient,
    condition: RequestCondition,
    limit: Annotated[int, QueryParameter(ge=1, le=10**9, description="At most so many.")] = _MODELS,
) -> Response:
    """Truth assignments that make the formulas of a node true."""

    def answer() -> Response:
        check_count("max_models", limit, context.settings, "models in an answer")
        graph, tag, _ = find_value(context.workspaces.get(client.name, w), g)
        node = find_node(graph, n)
        return not_modified(tag) if condition.known(tag) else reply(_models(graph, node, limit, context), tag)

    return await to_thread.run_sync(answer, limiter=_threads)


def _models(graph: EquibelGraph, node: Hashable, limit: int, context: ServerContext) -> dict[str, Any]:
    belief, atoms = graph.belief(node), graph.atom_names()
    models = _timed(lambda limits: list(queries.models(belief, atoms, limit + 1, limits)), context)
    return {"node": node_id(node), "atoms": atoms, "models": models[:limit], "complete": len(models) <= limit}


def _timed(work: Callable[[Limits], T], context: ServerContext) -> T:
    """What the solver finds within the time of a request; raises `TimeLimitExceeded`."""
    limits = Limits(context.settings.request_seconds)
    began = time.monotonic()
    try:
        return limits.wait_for(lambda: work(limits))
    finally:
        context.metrics.solver(time.monotonic() - began, 0)  # its calls are those of this process
