"""A session: a workspace, its current graph, and the options of commands."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, WorkspaceError
from equibel.formula import is_atom_name
from equibel.options import INCLUSION, KEPT, PROJECTION, SEMANTIC
from equibel.workspace import Operation, State, Workspace, dependents

FIRST = "g"  # the graph a new session begins with, as in 2016


@dataclass
class Options:
    """The options of `set`; they belong to the session, not to the workspace, so undo does not change them."""

    optimum: str = INCLUSION
    method: str = SEMANTIC
    merging: str = PROJECTION
    choice: bool | list[str] = False
    time_limit: float | None = None
    jobs: int = 1
    pager: bool = True
    verbose: bool = False

    def kept(self) -> dict[str, str]:
        """The options that are saved in workspaces, as texts."""
        return {name: getattr(self, name) for name in KEPT} | {"choice": choice_text(self.choice)}

    def take(self, kept: Mapping[str, str]) -> None:
        """Set the options that were saved in a workspace; invalid values are ignored."""
        for name, values in KEPT.items():
            if kept.get(name) in values:
                setattr(self, name, kept[name])
        words = kept.get("choice", choice_text(self.choice)).replace(",", " ").strip("[] ").split()
        if words in (["on"], ["off"]):
            self.choice = words == ["on"]
        elif words and all(map(is_atom_name, words)):
            self.choice = words


def choice_text(choice: bool | list[str]) -> str:
    """``on``, ``off``, or the atoms in a list."""
    return f"[{', '.join(choice)}]" if isinstance(choice, list) else "on" if choice else "off"


def untouched(state: State, name: str) -> bool:
    """Whether it is the empty graph of a new session, and has not been used."""
    return name == FIRST and name in state.graphs and empty(state.graphs[name]) and not dependents(state, name)


def empty(graph: EquibelGraph) -> bool:
    """Whether a graph has no nodes, constraints or other content."""
    return not len(graph) and not graph.graph


def _first(state: State) -> str | None:
    """The graph that is current by default: the first that is not empty."""
    return next((name for name, graph in state.graphs.items() if not empty(graph)), next(iter(state.graphs), None))


class Session:
    """The workspace and the options of one user.

    Parameters
    ----------
    workspace : Workspace, optional
        By default a new one, in memory, with an empty graph ``g``.
    origin : str, optional
        The file that the workspace was read from, if it is not saved there automatically.

    Attributes
    ----------
    workspace : Workspace
    options : Options
    """

    def __init__(self, workspace: Workspace | None = None, origin: str | None = None) -> None:
        self.options = Options()
        self._pool: ProcessPoolExecutor | None = None
        self.switch(workspace or Workspace({FIRST: EquibelGraph()}), origin)

    def switch(self, workspace: Workspace, origin: str | None = None) -> None:
        """Open another workspace; the one before is closed."""
        before: Workspace | None = getattr(self, "workspace", None)
        if before is not None:
            self.keep()
            before.close()
        self.workspace = workspace
        self.origin = origin
        self._used: list[str] = []
        self._left: dict[str, str] = {}
        self._atoms: tuple[tuple[int, str | None], list[str]] | None = None
        self._saved = self._content()
        self._restore()

    def close(self) -> None:
        """Close the workspace, and end the worker processes."""
        self.keep()
        self.workspace.close()
        self._drop_pool()

    # The current graph --------------------------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """The current graph or result: the one that was used last, or by default the first graph."""
        state = self.workspace.state
        for name in reversed(self._used):
            if name in state.graphs or name in state.results:
                return name
        return next(iter(state.graphs), None)

    def use(self, name: str) -> None:
        """Set the current graph or result; raises `UnknownNameError` if there is none of that name."""
        self.workspace.version_of(name)
        self._used = [*(each for each in self._used if each != name), name]

    def renamed(self, name: str, new: str) -> None:
        """Follow the renaming of a graph or result."""
        self._used = [new if each == name else each for each in self._used]

    def require_current(self) -> str:
        """The name of the current graph or result; an error if there is none."""
        name = self.current
        if name is None:
            raise WorkspaceError("there is no graph; create one: create_graph NAME, or create_path NAME 4")
        return name

    def peek(self) -> EquibelGraph | None:
        """The current graph, or the last computed value of the current result; nothing is computed."""
        name = self.current
        if name is None:
            return None
        graph = self.workspace.state.graphs.get(name)
        if graph is not None:
            return graph
        computed = self.workspace.status(name).computed
        return computed.graph if computed is not None else None

    def atoms(self) -> list[str]:
        """The atoms of the current graph; cached until something changes."""
        key = self.workspace.version, self.current
        if self._atoms is None or self._atoms[0] != key:
            graph = self.peek()
            self._atoms = key, [] if graph is None else graph.atom_names()
        return self._atoms[1]

    # What is kept -------------------------------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether there are changes that are not saved in a file."""
        return self.workspace.path is None and self._content() != self._saved

    def saved(self) -> None:
        """Note that all changes are saved in a file."""
        self._saved = self._content()
        self._left = {}

    def _content(self) -> tuple[object, ...]:
        """The state to save, without computed values: versions identify graphs and declarations."""
        state = self.workspace.state
        return dict(state.versions), dict(state.snapshots), state.eager

    def keep(self) -> None:
        """Save the name of the current graph and the options in the file of the workspace, if they have changed."""
        now = ({} if self.current is None else {"current": self.current}) | self.options.kept()
        if now != self._left and self.workspace.path is not None:
            with suppress(EquibelError):  # the next change will say what is wrong with the file
                self.workspace.keep_session(now)
                self._left = now

    def special(self) -> dict[str, str]:
        """The values that `keep` saves, without those that are the default."""
        usual = Options().kept()
        found = {name: value for name, value in self.options.kept().items() if value != usual[name]}
        current = self.current
        return found if current is None or current == _first(self.workspace.state) else {"current": current} | found

    def _restore(self) -> None:
        """Restore the current graph and the options that are saved in the workspace."""
        kept = self.workspace.session
        self.options.take(kept)
        state = self.workspace.state
        current = kept.get("current")
        chosen = current if current in state.graphs or current in state.results else _first(state)
        self._used = [] if chosen is None else [chosen]
        self._left = ({} if chosen is None else {"current": chosen}) | self.options.kept()

    # Options ------------------------------------------------------------------------------------------------------

    def operation(self, operator: str, repeat: int | str | None = None) -> Operation:
        """An operator with the options of the session; ``repeat`` is a number of steps or ``"fixpoint"``."""
        steps, fixpoint = (1, True) if isinstance(repeat, str) else (1 if repeat is None else repeat, False)
        return Operation(operator, self.options.optimum, self.options.method, steps, fixpoint)

    def executor(self) -> Executor | None:
        """The pool of worker processes, started when it is first needed; ``None`` for one job."""
        if self.options.jobs == 1:
            return None
        if self._pool is None or getattr(self._pool, "_broken", False):
            import multiprocessing

            methods = multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
            self._pool = ProcessPoolExecutor(self.options.jobs, mp_context=context, initializer=_ignore_interrupts)
        return self._pool

    def set_jobs(self, jobs: int) -> None:
        """Set the number of worker processes."""
        self._drop_pool()
        self.options.jobs = jobs

    def _drop_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _ignore_interrupts() -> None:
    """Ignore Ctrl-C in a worker process: the shell stops its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
