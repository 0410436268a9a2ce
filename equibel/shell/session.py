"""A session: a workspace, which of its graphs is current, and the options that commands use."""

from __future__ import annotations

import signal
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from equibel.equibel_graph import EquibelGraph
from equibel.errors import WorkspaceError
from equibel.options import INCLUSION, PROJECTION, SEMANTIC
from equibel.workspace import Operation, Workspace

FIRST = "g"  # the graph a new session begins with, as in 2016


@dataclass
class Options:
    """What `set` sets; it belongs to the session, not to the workspace, so that undo leaves it alone."""

    optimum: str = INCLUSION
    method: str = SEMANTIC
    merging: str = PROJECTION
    time_limit: float | None = None
    jobs: int = 1
    pager: bool = True


class Session:
    """What the commands of one user work on.

    Parameters
    ----------
    workspace : Workspace, optional
        By default a new one, in memory, with an empty graph ``g``.
    origin : str, optional
        The file that the workspace was read from, if it is kept in memory all the same.

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
        """Work on another workspace from now on; the one before is closed."""
        before: Workspace | None = getattr(self, "workspace", None)
        if before is not None:
            before.close()
        self.workspace = workspace
        self.origin = origin
        self._used: list[str] = []
        self._atoms: tuple[tuple[int, str | None], list[str]] | None = None
        self._saved = workspace.version

    def close(self) -> None:
        """Let go of the file, and of the processes that help."""
        self.workspace.close()
        self._drop_pool()

    # The current graph --------------------------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """The graph or result that commands are about: the one used last of those there are, or else the first one."""
        state = self.workspace.state
        for name in reversed(self._used):
            if name in state.graphs or name in state.results:
                return name
        return next(iter(state.graphs), None)

    def use(self, name: str) -> None:
        """Make a graph or result the current one; raises `UnknownNameError` when there is none of that name."""
        self.workspace.version_of(name)
        self._used = [*(each for each in self._used if each != name), name]

    def renamed(self, name: str, new: str) -> None:
        """Remember that something has another name now."""
        self._used = [new if each == name else each for each in self._used]

    def require_current(self) -> str:
        """The current graph or result, or an error that says how to make one."""
        name = self.current
        if name is None:
            raise WorkspaceError("there is no graph; create one: create_graph NAME, or create_path NAME 4")
        return name

    def peek(self) -> EquibelGraph | None:
        """The current graph, or the current result as it was computed last; nothing is computed."""
        name = self.current
        if name is None:
            return None
        graph = self.workspace.state.graphs.get(name)
        if graph is not None:
            return graph
        computed = self.workspace.status(name).computed
        return computed.graph if computed is not None else None

    def atoms(self) -> list[str]:
        """The atoms of the current graph, found once as long as nothing changes."""
        key = self.workspace.version, self.current
        if self._atoms is None or self._atoms[0] != key:
            graph = self.peek()
            self._atoms = key, [] if graph is None else graph.atom_names()
        return self._atoms[1]

    # What is kept -------------------------------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether something was done that no file keeps."""
        return self.workspace.path is None and self.workspace.version != self._saved

    def saved(self) -> None:
        """Remember that everything is in a file now."""
        self._saved = self.workspace.version

    # Options ------------------------------------------------------------------------------------------------------

    def operation(self, operator: str, repeat: int | str | None = None) -> Operation:
        """An operator with the options of the session; ``repeat`` is a number of steps or ``"fixpoint"``."""
        steps, fixpoint = (1, True) if isinstance(repeat, str) else (1 if repeat is None else repeat, False)
        return Operation(operator, self.options.optimum, self.options.method, steps, fixpoint)

    def executor(self) -> Executor | None:
        """The processes that share the work, ``None`` when there is one job; they are started when first needed."""
        if self.options.jobs == 1:
            return None
        if self._pool is None or getattr(self._pool, "_broken", False):
            import multiprocessing

            methods = multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
            self._pool = ProcessPoolExecutor(self.options.jobs, mp_context=context, initializer=_ignore_interrupts)
        return self._pool

    def set_jobs(self, jobs: int) -> None:
        """Share the work among so many processes from now on."""
        self._drop_pool()
        self.options.jobs = jobs

    def _drop_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _ignore_interrupts() -> None:
    """In a worker process: Ctrl-C is for the shell, which tells its workers to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
