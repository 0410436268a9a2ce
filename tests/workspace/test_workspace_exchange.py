"""Taking graphs of other formats into a workspace, and writing graphs and results out of it."""

import pytest
from workspace_views import chain, derived

from equibel.errors import FileFormatError, NameTakenError, UnknownNameError
from equibel.files import read_graph, write_graph
from equibel.workspace import (
    CreateGraph,
    Declare,
    Operation,
    Workspace,
    export_graph,
    import_changes,
    load_workspace,
    write_workspace,
)


@pytest.mark.parametrize("ending", ["json", "bcf"])
def test_graphs(tmp_path, ending):
    """A graph comes in under its file's name, as one command that can be undone, and goes out again."""
    write_graph(chain("p", "q | r"), tmp_path / f"pair.{ending}")
    ws = Workspace()
    ws.apply(*import_changes(tmp_path / f"pair.{ending}"), label=f"import pair.{ending}")
    assert ws.graph("pair") == chain("p", "q | r")
    with pytest.raises(NameTakenError, match="there is a graph 'pair' already"):
        ws.apply(*import_changes(tmp_path / f"pair.{ending}"))
    export_graph(ws, "pair", tmp_path / f"again.{ending}")
    assert read_graph(tmp_path / f"again.{ending}") == ws.graph("pair")
    assert ws.undo().line == f"import pair.{ending}"
    assert ws.graphs == {}


@pytest.mark.parametrize("ending", ["toml", "eqw"])
def test_workspaces(tmp_path, ending):
    """Graphs and declarations of another workspace come in together, in an order in which they can be made."""
    other = Workspace({"g": chain("p", "~p")})
    other.apply(Declare("b", "g", Operation("simple")), Declare("a", "b", Operation("global")))
    other.apply(Declare("b", "g", Operation("ring"), replace=True))
    path = tmp_path / f"other.{ending}"
    write_workspace(other, path)
    ws = Workspace({"mine": chain("q")})
    ws.apply(*import_changes(path))
    assert list(ws.graphs) == ["mine", "g"]
    assert ws.results == other.results
    assert ws.compute("a").graph == other.compute("a").graph


def test_results_go_out(tmp_path):
    """A result is computed when it is not up to date, and written in every format a graph is written in."""
    ws = derived(r="g")
    for ending in ("json", "bcf", "lp", "toml"):
        export_graph(ws, "r", tmp_path / f"r.{ending}")
    export_graph(ws, "r", tmp_path / "r.cnf", node=2)
    assert read_graph(tmp_path / "r.json") == ws.value("r")
    assert load_workspace(tmp_path / "r.toml") == Workspace({"r": ws.value("r")})
    assert "p cnf" in (tmp_path / "r.cnf").read_text()
    assert "edge" in (tmp_path / "r.lp").read_text()
    with pytest.raises(UnknownNameError):
        export_graph(ws, "x", tmp_path / "x.json")
    with pytest.raises(FileFormatError):
        export_graph(ws, "r", tmp_path / "r.xml")


def test_notes(tmp_path):
    """What a format cannot hold, or a file says that is not kept, is noted."""
    (tmp_path / "lone.bcf").write_text("e 1 2\n")
    notes = []
    ws = Workspace()
    ws.apply(*import_changes(tmp_path / "lone.bcf", note=notes.append))
    assert len(notes) == 1
    graph = chain("p")
    graph.nodes[1]["colour"] = "red"
    ws.apply(CreateGraph("g", graph))
    export_graph(ws, "g", tmp_path / "g.bcf", note=notes.append)
    assert "BCF cannot hold the node attribute 'colour'" in notes[1]
