"""Loading, opening, writing and recovery of workspace files."""

from __future__ import annotations

from pathlib import Path

from equibel.errors import FileAccessError, FileFormatError
from equibel.files.access import read_bytes
from equibel.files.formats import READERS, known_ending
from equibel.files.text import FilePath, Note, read_text, warn, write_text
from equibel.workspace.formats.toml_reading import parse_workspace
from equibel.workspace.formats.toml_writing import format_workspace
from equibel.workspace.service import Workspace
from equibel.workspace.storage.file_format import ENDING, format_lines, parse_lines
from equibel.workspace.storage.journal import FileJournal

TOML = ".toml"


def open_workspace(path: FilePath, *, read_only: bool = False, create: bool = True) -> Workspace:
    """Open a workspace that is kept in a file: every command is safe there before it returns.

    Close it when it is no longer needed, or use it in a ``with`` statement.

    Parameters
    ----------
    path : str or path
        A file whose name ends in ``.eqw``; `equibel.workspace.storage.file_format` describes it.
    read_only : bool
        Whether to read the file as it is now, even if another process has it open, and to refuse changes.
    create : bool
        Whether an empty workspace is made when the file is not found.

    Raises
    ------
    WorkspaceLocked
        When another process has it open; the error says which, whose, where and since when.
    FileFormatError
        When the file is damaged, of a newer version, or of another kind; it is left as it is.
    FileAccessError
        When it cannot be read or written, or is not there and not to be made.

    Examples
    --------
    >>> import os, tempfile
    >>> from equibel.workspace import CreateGraph
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = os.path.join(folder.name, "w.eqw")
    >>> with open_workspace(path) as ws:
    ...     state = ws.apply(CreateGraph("g"))
    >>> with open_workspace(path) as ws:
    ...     list(ws.graphs), ws.undo().line
    (['g'], 'create graph g (0 nodes, 0 edges)')
    >>> folder.cleanup()
    """
    known_ending(path, [ENDING], "opened as workspaces")
    if read_only:
        return Workspace.from_records(_read_records(path), path, read_only=True)
    journal = FileJournal(path)
    try:
        if journal.exists:
            texts = journal.load()
        elif create:
            texts = Workspace().records()
            journal.rewrite(texts)
        else:
            raise FileAccessError(f"{path}: file not found", path=str(path))
        return Workspace.from_records(texts, path, journal=journal)
    except BaseException:
        journal.close()
        raise


def load_workspace(path: FilePath, *, note: Note = warn) -> Workspace:
    """Read a workspace into memory, from a file of any kind; the file is not kept.

    Parameters
    ----------
    path : str or path
        A workspace file (``.eqw``), with its history and computed results; a TOML file; or a file of one graph
        (``.json``, ``.bcf``), which is then called like the file.
    note : callable, optional
        Receives a sentence about everything in the file that is not kept as it is; by default, a Python warning.

    Raises
    ------
    FileFormatError
        When the name ends otherwise or the text is not of the format, with path and line.
    FileAccessError
        When the file cannot be read.
    WorkspaceError, UnknownNameError, CycleError
        When the names of a workspace do not fit together.
    """
    ending = known_ending(path, [TOML, *READERS, ENDING], "read")
    if ending == ENDING:
        return Workspace.from_records(_read_records(path), path)
    text = read_text(path)
    if ending == TOML:
        return parse_workspace(text, path, note=note)
    return Workspace({Path(path).stem: READERS[ending](text, path, note=note)}, note=note)


def write_workspace(workspace: Workspace, path: FilePath, *, note: Note = warn) -> None:
    """Write a copy of a workspace to a file, which is replaced as a whole.

    A workspace file (``.eqw``) contains everything; it must not be open, see `Workspace.save_as`.  A ``.toml``
    file contains the graphs and declarations; ``note`` and errors are those of `format_workspace`.

    `FileFormatError` is raised also when the name ends otherwise, and `FileAccessError` when it cannot be written.
    """
    if known_ending(path, [TOML, ENDING], "written") == TOML:
        write_text(path, format_workspace(workspace, path, note=note, session=workspace.session))
        return
    journal = FileJournal(path)
    try:
        journal.rewrite(workspace.records())
    finally:
        journal.close()


def parse_workspace_file(data: bytes, path: FilePath = "<data>") -> list[str]:
    """The records in the bytes of a workspace file, for `Workspace.from_records`; `format_workspace_file` writes them.

    Raises `FileFormatError` when they are damaged, of a newer version, or of another kind of file.
    """
    return parse_lines(data, path).texts


def format_workspace_file(texts: list[str]) -> bytes:
    """The bytes of a workspace file with these records.

    >>> texts = Workspace().records()
    >>> parse_workspace_file(format_workspace_file(texts)) == texts
    True
    """
    return format_lines(texts)[0]


def recover_workspace(path: FilePath, new: FilePath) -> int:
    """Write the records before the damage of a damaged workspace file to a new file; returns the number of commands.

    Raises
    ------
    FileFormatError
        When no record can be used.
    FileAccessError
        When the damaged file cannot be read, or the new one exists already or cannot be written.
    """
    known_ending(new, [ENDING], "written")
    data = read_bytes(path)
    try:
        texts = parse_lines(data, path).texts
    except FileFormatError as error:
        if error.line < 2:
            raise
        texts = parse_lines(b"".join(line + b"\n" for line in data.split(b"\n")[: error.line - 1]), path).texts
    with Workspace.from_records(texts, path) as workspace:
        workspace.save_as(new)
        return len(workspace.history())


def _read_records(path: FilePath) -> list[str]:
    return parse_lines(read_bytes(path), path).texts
