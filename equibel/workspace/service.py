"""The class `Workspace`: named graphs and results with their history, in memory or in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import Unpack

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileAccessError
from equibel.files.formats import known_ending
from equibel.files.text import FilePath, Note, warn
from equibel.operators.run import RunOptions
from equibel.options import wrong_option
from equibel.workspace.changes.change import Change, as_name
from equibel.workspace.changes.history import Entry, History
from equibel.workspace.results import computation
from equibel.workspace.results.cache import Cache
from equibel.workspace.results.provenance import PASSING, Computed
from equibel.workspace.results.status import Status, statuses
from equibel.workspace.results.task import Task
from equibel.workspace.state.copying import frozen_copy
from equibel.workspace.state.dependencies import dependents, derivation_order, unknown_name
from equibel.workspace.state.draft import Draft
from equibel.workspace.state.model import Result, Snapshot, State
from equibel.workspace.storage.file_format import ENDING
from equibel.workspace.storage.journal import Journal
from equibel.workspace.storage.records import Reader
from equibel.workspace.storage.store import Expected, Store


class Workspace:
    """Named graphs, and results that are declared and computed from them, with the history of all changes.

    A workspace may be used by several threads at once.  Everything read from it is a value that never changes: graphs
    are frozen, and `state` is one consistent whole.  Changes happen one at a time, and do not wait for computations.

    This class keeps a workspace in memory; `open_workspace` opens one that is kept in a file, and `save_as` puts it into
    one.  Close it then, or use it in a ``with`` statement.

    Parameters
    ----------
    graphs, results : mapping, optional
        The initial graphs, which are copied by `frozen_copy`, and the initial declarations.
    note : callable, optional
        Receives a sentence about each attribute of the graphs that cannot be stored.

    Raises
    ------
    WorkspaceError, UnknownNameError, CycleError
        When the results cannot be derived; see `derivation_order`.

    Examples
    --------
    >>> import equibel as eb
    >>> from equibel.workspace import AddFormulas, Declare, Operation, Workspace
    >>> ws = Workspace({"chain": eb.path_graph([1, 2, 3])})
    >>> state = ws.apply(Declare("shared", "chain", Operation("global")), AddFormulas("chain", {1: "p & q", 3: "~p"}))
    >>> ws.compute("shared").graph.formulas(2), ws.undo().line, list(ws.results)
    ({q}, 'declare shared = global of chain; chain: add formulas p & q at 1, ~p at 3', [])
    """

    def __init__(
        self,
        graphs: Mapping[str, EquibelGraph] | None = None,
        results: Mapping[str, Result] | None = None,
        *,
        note: Note = warn,
    ) -> None:
        draft = Draft(State())
        for name, graph in (graphs or {}).items():
            draft.number += 1
            draft.put_graph(as_name("name", name), frozen_copy(graph, name, note=note))
        for name, result in (results or {}).items():
            draft.number += 1
            draft.put_result(as_name("name", name), result)
        derivation_order(draft)
        state = draft.state()
        self._store = Store(state, History(state), Cache())

    @classmethod
    def from_records(
        cls,
        texts: list[str],
        path: FilePath = "<records>",
        *,
        journal: Journal | None = None,
        read_only: bool = False,
        check: bool = False,
    ) -> Workspace:
        """The workspace of the records that were given to a `Journal`.

        Parameters
        ----------
        texts : list of str
            The records, in that order; `equibel.workspace.storage.records` describes them, and errors call them ``path``.
        journal : Journal, optional
            Where further records are written; by default, the workspace is only in memory.
        read_only : bool
            Whether changes are refused; results can be computed, in memory.
        check : bool
            Whether to check everything now, for records from an unknown source; by default, an invalid formula, say, is
            found when it is needed.

        Raises
        ------
        FileFormatError
            When they are not the records of a workspace.
        """
        reader = Reader(path)
        reader.read(texts)
        if check:
            reader.check()
        workspace = cls()
        workspace._store = Store(reader.state, reader.history, reader.cache, reader.session)
        if journal is not None:
            workspace._store.keep(journal, texts)
        if read_only:
            workspace._store.close(f"{path} was opened for reading only; save the workspace as another file to change it")
        return workspace

    # Reading ------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Everything declared, as it is now, as one value."""
        return self._store.state

    @property
    def version(self) -> int:
        """A number that grows with everything that happens."""
        return self.state.version

    @property
    def graphs(self) -> Mapping[str, EquibelGraph]:
        """The graphs by name, as they are now; they are frozen, so change a ``copy()``."""
        return MappingProxyType(self.state.graphs)

    @property
    def results(self) -> Mapping[str, Result]:
        """The declared results by name, as they are now."""
        return MappingProxyType(self.state.results)

    @property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """The snapshots by name, as they are now."""
        return MappingProxyType(self.state.snapshots)

    @property
    def session(self) -> Mapping[str, str]:
        """The session that `keep_session` stored last: texts by name."""
        return MappingProxyType(self._store.session)

    def keep_session(self, session: Mapping[str, str]) -> None:
        """Store the settings of a user to go on with later, such as the current graph: texts by name.

        They are stored in the file, but are not part of the history, and no version changes.  Errors are those of `apply`.
        """
        self._store.keep_session(session)

    @property
    def path(self) -> str | None:
        """The path of the workspace file, or ``None`` for a workspace in memory."""
        return self._store.path

    def graph(self, name: str) -> EquibelGraph:
        """The graph of that name, frozen; raises `UnknownNameError` when there is none, also when it names a result."""
        graph = self.state.graphs.get(as_name("name", name))
        if graph is None:
            raise unknown_name(name, self.state)
        return graph

    def version_of(self, name: str) -> int:
        """The version of a graph or of a result's declaration; raises `UnknownNameError` when there is neither."""
        version = self.state.versions.get(as_name("name", name))
        if version is None:
            raise unknown_name(name, self.state)
        return version

    def dependents(self, name: str) -> list[str]:
        """The results derived from a graph or result, each after its source; raises `UnknownNameError`."""
        self.version_of(name)
        return dependents(self.state, name)

    def __eq__(self, other: object) -> bool:
        """Whether the graphs are equal, and the declared results; not what they have gone through."""
        if not isinstance(other, Workspace):
            return NotImplemented
        return self.state.results == other.state.results and self.state.graphs == other.state.graphs

    __hash__ = None  # type: ignore[assignment]

    # Changing -----------------------------------------------------------------------------------------------------

    def apply(
        self,
        *changes: Change,
        label: str | None = None,
        expected: Expected = None,
        **run_options: Unpack[RunOptions],
    ) -> State:
        """Carry out changes, all or none of them, as one command of the history.

        When the workspace is kept in a file the command is safe there before this returns.

        Parameters
        ----------
        *changes : Change
            What to do, in this order.
        label : str, optional
            What the history says; by default, what the changes say.
        expected : int or mapping, optional
            The version that the workspace must have, or the versions of graphs and results by name, where ``None`` means
            that there must be nothing of that name.
        **run_options
            As for `compute`, for an eager workspace: it computes stale results before this returns.  That they cannot be
            computed, or not in time, shows in their `status` and is no error here.

        Returns
        -------
        State
            What the changes led to.

        Raises
        ------
        VersionConflict
            When there are other versions than expected.
        WorkspaceError
            When the changes do not fit the workspace, or it is closed or opened for reading only.
        EquibelGraphException
            When they do not fit a graph.
        FileAccessError
            When the command cannot be written to the file.

        After an error everything is as before.
        """
        if not changes or not all(isinstance(change, Change) for change in changes):
            raise wrong_option("changes", changes, "at least one change, such as AddNodes('g', [1])")
        if label is not None and not isinstance(label, str):
            raise wrong_option("label", label, "a text")
        computation.check_options(run_options)
        state = self._store.change(changes, label, expected)
        self._compute_eagerly(run_options)
        return state

    def undo(self, *, expected: Expected = None, **run_options: Unpack[RunOptions]) -> Entry:
        """Take back the last command that is not taken back yet, and return it.

        Options and errors are those of `apply`; `WorkspaceError` also when there is nothing to undo.
        """
        return self._move(-1, expected, run_options)

    def redo(self, *, expected: Expected = None, **run_options: Unpack[RunOptions]) -> Entry:
        """Carry out the command again that was undone last, and return it; see `undo`."""
        return self._move(1, expected, run_options)

    def history(self) -> list[Entry]:
        """The commands that led here, the oldest first."""
        with self._store.lock:
            return self._store.history.entries[: self._store.history.position]

    def undone(self) -> list[Entry]:
        """The commands that can be redone, the next one first."""
        with self._store.lock:
            return self._store.history.entries[self._store.history.position :]

    def _move(self, step: int, expected: Expected, run_options: RunOptions) -> Entry:
        computation.check_options(run_options)
        entry = self._store.move(step, expected)
        self._compute_eagerly(run_options)
        return entry

    # Results ------------------------------------------------------------------------------------------------------

    def status(self, name: str) -> Status:
        """The status of a result; raises `UnknownNameError` when there is none of that name."""
        self._require_result(name)
        return self.statuses()[name]

    def statuses(self) -> dict[str, Status]:
        """The statuses of all results, in the order of their declaration; nothing is computed."""
        with self._store.lock:
            return statuses(self.state, self._store.cache)

    def compute(self, name: str, **run_options: Unpack[RunOptions]) -> Computed:
        """A result of the workspace as it is now; it is computed when it is not up to date.

        A cached result of an equal source and the same operation is not computed again.

        Parameters
        ----------
        name : str
            The result; those it is derived from are computed as well.
        **run_options
            ``executor``, ``progress``, ``time_limit``, ``cancel`` and ``statistics``, as for `equibel.global_completion`.
            What is reported to ``progress`` begins with the name of a result; ``time_limit`` is for everything together.

        Returns
        -------
        Computed
            The value, with its provenance.  When the workspace was changed in the meantime it is what followed before,
            and the result is stale.

        Raises
        ------
        UnknownNameError
            When there is no result of that name.
        InconsistentFormulaError and other errors of operators
            When a result cannot be computed as things are; its `status` says so as well.
        TimeLimitExceeded, Cancelled, ExecutorError
            When it was not computed.  What had been computed before it is kept, and the workspace is as it was.
        """
        self._require_result(name)
        found = self._compute([name], run_options)
        failure = computation.failure_of(found)
        if failure is not None:
            raise failure
        return found[name]

    def value(self, name: str, **run_options: Unpack[RunOptions]) -> EquibelGraph:
        """The graph of that name, or the value of the result, computed as by `compute`; frozen."""
        graph = self.state.graphs.get(as_name("name", name))
        if graph is None:
            graph = self.compute(name, **run_options).graph
            assert graph is not None
        return graph

    def refresh(self, names: Iterable[str] | None = None, **run_options: Unpack[RunOptions]) -> dict[str, Status]:
        """Compute all results that are not up to date, or some and what they are derived from; the new statuses.

        Options are those of `compute`, and so are the errors, but that a result cannot be computed shows in its status.
        """
        self._compute(names, run_options)
        return self.statuses()

    def next_task(self, name: str) -> Task | None:
        """The computation that is missing first for a result, ``None`` when none is.

        It allows to compute in another process: call `Task.run` there and `store` with what it returns, until there is
        no task left.  Raises `UnknownNameError`.
        """
        self._require_result(name)
        return computation.next_task(self.state, name, self._store.cache, self._store.known)

    def store(self, computed: Computed) -> Computed:
        """Store a computed result, unless its source or its declaration was changed after the task was made.

        Returns the stored result with its version, which is 0 when it was not stored.
        """
        return self._store.add(computed)

    def _require_result(self, name: str) -> None:
        if as_name("name", name) not in self.state.results:
            raise unknown_name(name, self.state)

    def _compute(self, names: Iterable[str] | None, run_options: RunOptions) -> dict[str, Computed]:
        computation.check_options(run_options)
        return computation.compute(self.state, names, self._store.cache, self._store.known, self.store, **run_options)

    def _compute_eagerly(self, run_options: RunOptions) -> None:
        if self.state.eager:
            with suppress(*PASSING, FileAccessError):  # the results are stale then, and their status says so
                self._compute(None, run_options)

    # Files --------------------------------------------------------------------------------------------------------

    def records(self) -> list[str]:
        """The records from which `from_records` makes this workspace again, history and computed results included."""
        return self._store.records()

    def save_as(self, path: FilePath, *, overwrite: bool = False) -> None:
        """Put the workspace into a file (``.eqw``), and keep it there from now on: commands are safe when they return.

        Raises
        ------
        WorkspaceLocked
            When another process has that file open.
        FileAccessError
            When it is there already and not to be overwritten, or cannot be written.
        FileFormatError
            When the name ends otherwise.

        After an error the workspace is kept where it was.
        """
        known_ending(path, [ENDING], "kept as workspaces")
        self._store.save_as(path, overwrite)

    def close(self) -> None:
        """Close the file and release its lock; the workspace can still be read, but no longer be changed."""
        self._store.close("the workspace is closed; open it again to change it")

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()
