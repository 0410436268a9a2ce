"""Workspaces: named graphs, results that are declared and computed from them, and the history of all changes.

A workspace stores graphs and the declarations of results, computes the results, and knows which of them are up to date.
Nothing here prints.  The shell, the command line and the server use this package.

>>> import equibel as eb
>>> from equibel.workspace import *
>>> ws = Workspace({"chain": eb.path_graph([1, 2, 3])})             # or open_workspace("work.eqw")
>>> state = ws.apply(AddFormulas("chain", {1: "p & q", 3: "~p"}))
>>> state = ws.apply(Declare("shared", "chain", Operation("global")))
>>> ws.compute("shared").graph.formulas(2)
{q}
>>> state = ws.apply(AddNodes("chain", [4]), AddEdges("chain", [(3, 4)]), label="a fourth agent")
>>> ws.status("shared").state
'stale'
>>> [entry.line for entry in ws.history()][-1], ws.undo().line, ws.status("shared").state
('a fourth agent', 'a fourth agent', 'current')

**Changes** are values, and `Workspace.apply` is the only method that carries them out: ``apply(*changes, label=None,
expected=None, **run_options) -> State`` does all or none, as one command of the history.  All changes can be undone.

- of a graph: `AddNodes` and `RemoveNodes` (graph, nodes), `AddEdges` and `RemoveEdges` (graph, pairs), `AddAtoms` and
  `RemoveAtoms` (graph, names), `AddFormulas`, `RemoveFormulas` and `SetFormulas` (graph, ``{node: formula or
  formulas}``), `AddWeights` (graph, ``{node: {atom: weight}}``), `AddEdgeWeights` (graph, ``[(u, v, weight)]``),
  `AddConstraints` and `RemoveConstraints` (graph, ``"entailment"`` or ``"consistency"``, formulas);
- of graphs as a whole, results and snapshots: `CreateGraph` (name, graph), `ReplaceGraph` (name, graph), `Declare` (name,
  of, operation, replace=False), `Delete` (name, dependents=False), `Rename` (name, new), `SaveSnapshot`, `RestoreSnapshot`
  and `DeleteSnapshot` (name), `SetEager` (whether).

``change.line()`` is a change in words, ``change.data()`` as JSON data, which `read_change` reads.

**Workspace** (graphs=None, results=None), or ``from_records(texts, path, journal=None, read_only=False, check=False)``:

- reading: ``state graphs results snapshots version path``, ``graph(name)``, ``version_of(name)``, ``dependents(name)``;
- history: ``undo() -> Entry``, ``redo() -> Entry``, ``history()`` and ``undone()``, lists of `Entry` (``number time line
  changes``);
- results: ``status(name) -> Status`` (``state`` is ``"current"``, ``"stale"``, ``"new"`` or ``"failed"``; ``computed
  failure result version tag``), ``statuses()``, ``compute(name, **run_options) -> Computed`` (``graph`` or
  ``failure``, and the provenance: ``of source_version operation equibel time seconds iterations version``),
  ``refresh(names=None, **run_options)``, ``value(name, **run_options)``, the graph or the result's value;
- computing elsewhere: ``next_task(name) -> Task | None``, ``task.run(**run_options) -> Computed``, also in another
  process, and ``store(computed)``;
- files: ``save_as(path, overwrite=False)``, ``records()``, ``close()``; a workspace is a context manager;
- ``session`` and ``keep_session(texts)``: the settings to go on with later, such as the current graph of the shell.

``run_options`` stands for ``executor``, ``progress``, ``time_limit``, ``cancel`` and ``statistics``.

**Versions** are integers.  ``ws.version`` grows with everything that happens.  A graph's version identifies its content:
it changes with it, and comes back with it by undo; so it serves as an ``ETag``, and `Status.tag` does for a result.
``expected=3`` or ``expected={"g": 3, "new": None}`` makes a change conditional, or else `VersionConflict`.

**Threads** may share a workspace.  What is read from it never changes: `State` is one consistent whole, and its graphs
are frozen (``copy()`` them).  Changes are made one at a time; nothing waits for a computation, which begins with one
state and is kept if its source is still the same in the end.

**Files**: `open_workspace` (path, read_only=False, create=True) opens a workspace that lives in a ``.eqw`` file: every
command is safe there when it returns; one process has it at a time, and `WorkspaceLocked` names it to others.  What
`Workspace.compute` has found is kept in it too.  `load_workspace` reads ``.eqw``, ``.toml``, ``.json`` and ``.bcf`` into
memory, `write_workspace` writes a copy as ``.eqw`` or ``.toml``, `import_changes` and `export_graph` exchange graphs
and results in every format, `recover_workspace` saves the undamaged part of a file, `parse_workspace_file` and
`format_workspace_file` turn the bytes of a file into records and back, and a `Journal` keeps records elsewhere.
`parse_workspace` and `format_workspace` read and write TOML text; `evaluate` computes declared results, keeping nothing.

**Errors** that belong here: `WorkspaceError` (it cannot be changed, nothing to undo …) and its kinds `UnknownNameError`,
`NameTakenError`, `NameInUseError`, `CycleError`, `VersionConflict`, `WorkspaceLocked`; see `equibel.errors`.
"""

from equibel.operators import OPERATORS, Operation
from equibel.operators.operation import Outcome
from equibel.workspace.changes.change import Change, read_change
from equibel.workspace.changes.graph_changes import (
    AddAtoms,
    AddConstraints,
    AddEdges,
    AddEdgeWeights,
    AddFormulas,
    AddNodes,
    AddWeights,
    RemoveAtoms,
    RemoveConstraints,
    RemoveEdges,
    RemoveFormulas,
    RemoveNodes,
    SetFormulas,
)
from equibel.workspace.changes.history import Entry
from equibel.workspace.changes.name_changes import (
    CreateGraph,
    Declare,
    Delete,
    DeleteSnapshot,
    Rename,
    ReplaceGraph,
    RestoreSnapshot,
    SaveSnapshot,
    SetEager,
)
from equibel.workspace.formats.exchange import export_graph, import_changes
from equibel.workspace.formats.load import (
    format_workspace_file,
    load_workspace,
    open_workspace,
    parse_workspace_file,
    recover_workspace,
    write_workspace,
)
from equibel.workspace.formats.toml_reading import parse_workspace
from equibel.workspace.formats.toml_writing import format_workspace
from equibel.workspace.results.computation import evaluate, pick_graph
from equibel.workspace.results.provenance import Computed, Failure
from equibel.workspace.results.status import Status
from equibel.workspace.results.task import Task
from equibel.workspace.service import Workspace
from equibel.workspace.state.copying import frozen_copy
from equibel.workspace.state.dependencies import dependents, derivation_order
from equibel.workspace.state.model import Result, Snapshot, State
from equibel.workspace.storage.journal import Journal

__all__ = [
    "OPERATORS",
    "AddAtoms",
    "AddConstraints",
    "AddEdgeWeights",
    "AddEdges",
    "AddFormulas",
    "AddNodes",
    "AddWeights",
    "Change",
    "Computed",
    "CreateGraph",
    "Declare",
    "Delete",
    "DeleteSnapshot",
    "Entry",
    "Failure",
    "Journal",
    "Operation",
    "Outcome",
    "RemoveAtoms",
    "RemoveConstraints",
    "RemoveEdges",
    "RemoveFormulas",
    "RemoveNodes",
    "Rename",
    "ReplaceGraph",
    "RestoreSnapshot",
    "Result",
    "SaveSnapshot",
    "SetEager",
    "SetFormulas",
    "Snapshot",
    "State",
    "Status",
    "Task",
    "Workspace",
    "dependents",
    "derivation_order",
    "evaluate",
    "export_graph",
    "format_workspace",
    "format_workspace_file",
    "frozen_copy",
    "import_changes",
    "load_workspace",
    "open_workspace",
    "parse_workspace",
    "parse_workspace_file",
    "pick_graph",
    "read_change",
    "recover_workspace",
    "write_workspace",
]

hold = frozen_copy  #: The former name, for programs that use it.
