"""Workspaces from files of every kind."""

from __future__ import annotations

from pathlib import Path

from equibel.files.formats import READERS, known_ending
from equibel.files.text import FilePath, Note, read_text, warn, write_text
from equibel.workspace.model import Workspace
from equibel.workspace.toml_reading import parse_workspace
from equibel.workspace.toml_writing import format_workspace

TOML = ".toml"


def load_workspace(path: FilePath, *, note: Note = warn) -> Workspace:
    """Read a workspace: a TOML file, or a file of one graph, which is then called like the file.

    Parameters
    ----------
    path : str or path
        A ``.toml``, ``.json`` or ``.bcf`` file.
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
    ending = known_ending(path, [TOML, *READERS], "read")
    text = read_text(path)
    if ending == TOML:
        return parse_workspace(text, path)
    return Workspace({Path(path).stem: READERS[ending](text, path, note=note)})


def write_workspace(workspace: Workspace, path: FilePath, *, note: Note = warn) -> None:
    """Write a workspace to a ``.toml`` file; ``note`` and errors are those of `format_workspace`.

    `FileFormatError` is raised also when the name ends otherwise, and `FileAccessError` when it cannot be written.
    """
    known_ending(path, [TOML], "written")
    write_text(path, format_workspace(workspace, path, note=note))
