"""Dependencies of results: the order in which they are computed, and the results that depend on a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from equibel.equibel_graph import EquibelGraph
from equibel.errors import CycleError, UnknownNameError, WorkspaceError, suggestion
from equibel.workspace.state.model import Result

_LISTED = 20  # names that a message lists
_COMPARED = 1000  # names among which the nearest is looked for


class Declarations(Protocol):
    """Whatever has named graphs and results: a `Workspace`, its `State`, a `Snapshot`."""

    @property
    def graphs(self) -> Mapping[str, EquibelGraph]:
        """The graphs."""

    @property
    def results(self) -> Mapping[str, Result]:
        """The declared results."""


def derivation_order(workspace: Declarations, names: Iterable[str] | None = None) -> list[str]:
    """The results to compute for some results (all of them by default), each after the one it is derived from.

    Linear in their number.

    Raises
    ------
    WorkspaceError
        When a graph and a result have the same name.
    UnknownNameError
        When a name, or what a result is derived from, is neither a result nor a graph.
    CycleError
        When results are derived from one another in a circle; ``names`` lists them in order.

    Each error's ``result`` is the result at fault.

    Examples
    --------
    >>> from equibel.workspace import Operation, State
    >>> one_step = Operation("simple")
    >>> state = State({"g": EquibelGraph()}, {"second": Result("first", one_step), "first": Result("g", one_step)})
    >>> derivation_order(state)
    ['first', 'second']
    """
    graphs, results = workspace.graphs, workspace.results
    for name in results:
        if name in graphs:
            raise WorkspaceError(f"a graph and a result are both called {name!r}; rename one of them", result=name)
    order: dict[str, None] = {}
    for wanted in results if names is None else names:
        chain: dict[str, None] = {}
        name, user = wanted, None
        while name not in order and name not in graphs:
            if name in chain:
                raise _cycle(list(chain)[list(chain).index(name) :])
            if name not in results:
                raise unknown_name(name, workspace, user)
            chain[name] = None
            name, user = results[name].of, name
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)


def dependents(workspace: Declarations, name: str) -> list[str]:
    """The results that are derived from a graph or result, directly or through others, each after its source.

    Linear in the number of results.

    >>> from equibel.workspace import Operation, State
    >>> results = {"b": Result("a", Operation("ring")), "a": Result("g", Operation("ring"))}
    >>> dependents(State({"g": EquibelGraph()}, results), "g")
    ['a', 'b']
    """
    found = {name: None}
    for result in derivation_order(workspace):
        if workspace.results[result].of in found:
            found[result] = None
    return list(found)[1:]


def unknown_name(name: str, workspace: Declarations, user: str | None = None) -> UnknownNameError:
    """The error for a name that was not found, or is not of this kind; ``user`` is the result that is derived from it."""
    known = [each for each in (*workspace.graphs, *workspace.results) if each != user]
    if name in known:
        kinds = ("graph", "result") if name in workspace.graphs else ("result", "graph")
        return UnknownNameError(f"{name!r} is a {kinds[0]}, and not a {kinds[1]}", name=name, known=known, result=user)
    if user is None:
        problem = f"there is no graph or result {name!r}"
    else:
        problem = f"the result {user!r} is of {name!r}, which is neither a graph nor a result"
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    nothing = "; the workspace is empty" if user is None else "; the workspace has nothing else"
    listed = f"; there are {', '.join(map(repr, known[:_LISTED]))}{more}" if known else nothing
    hint = suggestion(name, known[:_COMPARED]) if isinstance(name, str) else ""
    return UnknownNameError(f"{problem}{hint or listed}", name=name, known=known, result=user)


def _cycle(names: list[str]) -> CycleError:
    steps = ", ".join(f"{a!r} is of {b!r}" for a, b in zip(names, [*names[1:], names[0]], strict=True))
    problem = f"results are derived from one another in a circle: {steps}; let one be of a graph"
    return CycleError(problem, names=names, result=names[0])
