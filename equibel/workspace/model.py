"""Workspaces: named graphs, and results that are derived from them and never typed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from equibel.equibel_graph import EquibelGraph
from equibel.errors import CycleError, UnknownNameError, WorkspaceError, suggestion
from equibel.workspace.operation import Operation


@dataclass(frozen=True)
class Result:
    """A declared result: ``operation`` applied to the graph, or the other result, called ``of``."""

    of: str
    operation: Operation


@dataclass
class Workspace:
    """Named graphs and declared results; a name belongs to one of them only."""

    graphs: dict[str, EquibelGraph] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)


def derivation_order(workspace: Workspace, names: Iterable[str] | None = None) -> list[str]:
    """The results to compute for some results (all of them by default), each after the one it is derived from.

    Linear in their number.

    Raises
    ------
    WorkspaceError
        When a graph and a result have the same name.
    UnknownNameError
        When a name, or what a result is derived from, is neither a result nor a graph.
    CycleError
        When results are derived from one another in a circle; ``names`` holds them in order.

    Each error's ``result`` is the result at fault.

    Examples
    --------
    >>> one_step = Operation("simple")
    >>> ws = Workspace({"g": EquibelGraph()}, {"second": Result("first", one_step), "first": Result("g", one_step)})
    >>> derivation_order(ws)
    ['first', 'second']
    """
    for name in workspace.results:
        if name in workspace.graphs:
            raise WorkspaceError(f"a graph and a result are both called {name!r}; rename one of them", result=name)
    order: dict[str, None] = {}
    for wanted in workspace.results if names is None else names:
        chain: dict[str, None] = {}
        name, user = wanted, None
        while name not in order and name not in workspace.graphs:
            if name in chain:
                raise _cycle(list(chain)[list(chain).index(name) :])
            if name not in workspace.results:
                raise _unknown(name, user, workspace)
            chain[name] = None
            name, user = workspace.results[name].of, name
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)


def _unknown(name: str, user: str | None, workspace: Workspace) -> UnknownNameError:
    known = [*workspace.graphs, *workspace.results]
    if user is None:
        problem = f"there is no graph or result {name!r}"
    else:
        problem = f"the result {user!r} is of {name!r}, which is neither a graph nor a result"
    listed = f"; there are {', '.join(map(repr, known))}" if known else "; the workspace is empty"
    return UnknownNameError(f"{problem}{suggestion(name, known) or listed}", name=name, known=known, result=user)


def _cycle(names: list[str]) -> CycleError:
    steps = ", ".join(f"{a!r} is of {b!r}" for a, b in zip(names, [*names[1:], names[0]], strict=True))
    problem = f"results are derived from one another in a circle: {steps}; let one be of a graph"
    return CycleError(problem, names=names, result=names[0])
