"""How whoever works with a workspace left it: kept with it, in every file, and no part of what it says."""

import json

import pytest

import equibel as eb
from equibel.errors import FileFormatError, OptionError, WorkspaceError
from equibel.workspace import (
    AddNodes,
    CreateGraph,
    Workspace,
    format_workspace,
    format_workspace_file,
    open_workspace,
    parse_workspace,
    write_workspace,
)

LEFT = {"current": "g", "optimum": "cardinality"}


def made():
    return Workspace({"g": eb.path_graph(2), "h": eb.path_graph(3)})


def test_it_is_kept_and_is_no_change():
    """No version and no history; undo leaves it, records have it, and it is written once."""
    workspace = made()
    workspace.apply(AddNodes("g", [7]))
    version = workspace.version
    workspace.keep_session(LEFT)
    assert (workspace.session, workspace.version, len(workspace.history())) == (LEFT, version, 1)
    workspace.undo()
    again = Workspace.from_records(workspace.records())
    assert (again.session, again.redo().line) == (LEFT, "g: add node 7")
    assert again == Workspace.from_records(again.records())


def test_files_keep_it(tmp_path):
    """Also a file that is open, in which every change of it is safe at once."""
    path = tmp_path / "w.eqw"
    with open_workspace(path) as workspace:
        workspace.apply(CreateGraph("g"))
        workspace.keep_session({"current": "other"})
        workspace.keep_session(LEFT)
        size = path.stat().st_size
        workspace.keep_session(LEFT)
        assert path.stat().st_size == size
        with open_workspace(path, read_only=True) as looked_at:
            assert looked_at.session == LEFT
            with pytest.raises(WorkspaceError):
                looked_at.keep_session({})
    for name in ("copy.eqw", "copy.toml"):
        workspace = made()
        workspace.keep_session(LEFT)
        write_workspace(workspace, tmp_path / name)
    with open_workspace(tmp_path / "copy.eqw") as copied:
        assert copied.session == LEFT
    assert parse_workspace((tmp_path / "copy.toml").read_text()).session == LEFT


def test_its_record_is_a_move_that_goes_nowhere():
    """Who reads only what it is otherwise finds the same workspace."""
    workspace = made()
    workspace.apply(AddNodes("g", [7]))
    workspace.keep_session(LEFT)
    records = workspace.records()
    plain = [json.dumps({k: v for k, v in json.loads(text).items() if k != "session"}) for text in records]
    assert plain != records
    read = Workspace.from_records(plain)
    assert (read, read.version, len(read.history())) == (workspace, workspace.version, 1)


@pytest.mark.parametrize("session", [5, {"current": 5}, ["g"], None])
def test_misshapen_records(session):
    """They are refused as others are."""
    with pytest.raises(FileFormatError, match="record 2"):
        Workspace.from_records([*Workspace().records()[:1], json.dumps({"n": 0, "position": 0, "session": session})])


@pytest.mark.parametrize("session", [5, {"current": 5}, {1: "g"}])
def test_what_cannot_be_kept(session):
    """Only texts by name."""
    with pytest.raises(OptionError):
        Workspace().keep_session(session)


def test_a_server_takes_such_a_file_as_it_is():
    """What is uploaded is what is stored."""
    uploads = pytest.importorskip("equibel.server.workspaces.uploads")
    settings = pytest.importorskip("equibel.server.settings")
    workspace = made()
    workspace.keep_session(LEFT)
    records = workspace.records()
    assert uploads.read_upload(format_workspace_file(records), settings.Settings()) == records


def test_toml():
    """A table ``session``, read with the care that the rest is read with, written when there is something in it."""
    assert "session" not in format_workspace(made())
    text = format_workspace(made(), session=LEFT)
    assert text.endswith('\n[session]\ncurrent = "g"\noptimum = "cardinality"\n')
    assert parse_workspace(text).session == LEFT
    for line, said in [
        ("current = 5", "line 2.*a text"),
        ('optimum = "best"', "line 2.*cardinality"),
        ('graph = "g"', "line 2: session.graph: unknown key"),
    ]:
        with pytest.raises(FileFormatError, match=said):
            parse_workspace(f"[session]\n{line}\n", "w.toml")
