"""Files on disk: formats by the ending of the name, access errors, atomic writing, attributes."""

import os
import pickle
import stat

import pytest

from equibel.equibel_graph import EquibelGraph
from equibel.errors import FileAccessError, FileFormatError, OptionError, UnknownNodeError
from equibel.files import (
    FileNote,
    format_asp,
    get_constraints,
    get_weights,
    read_graph,
    set_constraints,
    set_weights,
    write_dimacs,
    write_graph,
)
from equibel.files.text import read_text, write_text
from equibel.visible import visible


@pytest.fixture
def pair():
    graph = EquibelGraph([(1, 2)])
    graph.add_formula(1, "p & ~q")
    return graph


@pytest.mark.parametrize("name", ["a.bcf", "a.json", "A.JSON", "with space.bcf"])
def test_formats_that_are_read_and_written(pair, tmp_path, name):
    """What is written is read back, in the format of the name's ending."""
    write_graph(pair, tmp_path / name)
    assert read_graph(tmp_path / name) == pair
    assert read_graph(os.fspath(tmp_path / name)) == pair
    assert os.listdir(tmp_path) == [name]


def test_facts_and_dimacs_are_written(pair, tmp_path):
    """ASP facts hold the scenario, DIMACS the formula of one node."""
    write_graph(pair, tmp_path / "a.lp")
    assert (tmp_path / "a.lp").read_text() == pair.to_asp()
    write_graph(pair, tmp_path / "a.cnf", node=1)
    write_dimacs(pair, 1, tmp_path / "b.cnf")
    assert "p cnf 2 2" in (tmp_path / "a.cnf").read_text()
    assert (tmp_path / "a.cnf").read_text() == (tmp_path / "b.cnf").read_text()
    with pytest.raises(UnknownNodeError):
        write_dimacs(pair, 3, tmp_path / "c.cnf")
    with pytest.raises(OptionError, match=r"c\.cnf: a \.cnf file holds the formula of one node; give the node"):
        write_graph(pair, tmp_path / "c.cnf")
    with pytest.raises(OptionError, match=r"holds the whole graph"):
        write_graph(pair, tmp_path / "c.json", node=1)
    assert not (tmp_path / "c.cnf").exists()


def test_the_only_node_needs_no_name(tmp_path):
    """DIMACS of a graph with one node needs no choice."""
    graph = EquibelGraph()
    graph.add_node("a")
    write_graph(graph, tmp_path / "a.cnf")
    assert "p cnf 0 0" in (tmp_path / "a.cnf").read_text()


def test_what_facts_cannot_hold_is_said(pair):
    """Weights, constraints and other attributes are left out of ASP facts, and noted."""
    set_weights(pair, 1, {"p": 2})
    set_constraints(pair, "entailment", ["p"])
    notes = []
    format_asp(pair, "a.lp", note=notes.append)
    assert notes == [
        "a.lp: a file of ASP facts cannot hold the graph attribute 'entailment'; it is left out",
        "a.lp: a file of ASP facts cannot hold the node attribute 'weights'; it is left out (on 1 node)",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "a.jsn",
            r"unknown ending '\.jsn' \(did you mean '\.json'\?\); files that can be read end in .bcf, .json",
        ),
        ("a.lp", "\\.lp files, which hold facts for answer set solvers, are written but not read; files that can be read"),
        ("a.cnf", "\\.cnf files, which hold DIMACS CNF, are written but not read; files that can be read"),
        ("a", "the name has no ending"),
        (".json", "the name has no ending"),
        ("", "this is a folder"),
        ("a.toml", r"the ending '\.toml' is that of a workspace"),
        ("a.EQW", r"the ending '\.eqw' is that of a workspace"),
    ],
)
def test_unknown_endings(tmp_path, name, words):
    """An unknown ending is refused before the file is looked at, with the known ones."""
    with pytest.raises(FileFormatError, match=words) as caught:
        read_graph(tmp_path / name)
    assert caught.value.path == str(tmp_path / name)


def test_an_empty_name():
    """It is shown as such, and refused."""
    for use in (read_graph, lambda path: write_graph(EquibelGraph(), path)):
        with pytest.raises(FileFormatError, match=r"^'': the name of the file is empty; files that can be "):
            use("")


def test_notes_are_warnings_unless_asked_for(tmp_path):
    """Without a ``note``, what is not kept is a Python warning of the class FileNote."""
    file = tmp_path / "a.bcf"
    file.write_text("e 1 2\n")
    with pytest.warns(FileNote, match=r"a\.bcf, line 1: the file is directed"):
        read_graph(file)
    notes = []
    read_graph(file, note=notes.append)
    assert len(notes) == 1


def test_files_that_cannot_be_read(tmp_path):
    """Each reason is told in a sentence that begins with the path."""
    cases = {
        tmp_path / "none.json": "file not found",
        tmp_path / "none" / "none.json": f"folder {tmp_path / 'none'} not found",
        tmp_path: "this is a folder; expected a file",
        "a\0.json": "the file cannot be read: ",
        "a" * 5000: "the file cannot be read: ",
        tmp_path / "a\n\u202e.json": "file not found",
    }
    for path, words in cases.items():
        with pytest.raises(FileAccessError) as caught:
            read_text(path)
        assert str(caught.value).startswith(f"{visible(str(path))}: {words}")
        assert caught.value.path == str(path)
        assert pickle.loads(pickle.dumps(caught.value)).path == str(path)


def test_permissions(tmp_path, monkeypatch):
    """A file or folder that may not be used is an error of this package."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileAccessError, match=r"a\.json: permission denied: the file cannot be read; check its permissions"):
        read_text(tmp_path / "a.json")
    with pytest.raises(FileAccessError, match="permission denied: the file cannot be written; check its permissions"):
        write_text(tmp_path / "a.json", "")


def test_text_that_is_not_utf8(tmp_path):
    """Line and column of the first wrong byte are told; a byte order mark and any line ends are accepted."""
    file = tmp_path / "a.bcf"
    file.write_bytes("n 1\nc été ".encode() + b"\xe9t\xe9")
    with pytest.raises(FileFormatError, match=r"a\.bcf, line 2, column 7: the file is not UTF-8 text") as caught:
        read_graph(file)
    assert (caught.value.line, caught.value.column) == (2, 7)
    file.write_bytes("n 1\n".encode("utf-16"))
    with pytest.raises(FileFormatError, match="line 1, column 1"):
        read_graph(file)
    file.write_bytes(b"\xef\xbb\xbfn 1\r\nn 2\rn 3")
    assert list(read_graph(file, note=pytest.fail)) == [1, 2, 3]


def test_writing_where_nothing_can_be_written(pair, tmp_path):
    """A missing folder, a folder of that name and text that UTF-8 does not have are errors; no file is left behind."""
    for path in (tmp_path / "none" / "a.json", tmp_path / "a.json" / "b.json"):
        with pytest.raises(FileAccessError, match=r"folder .* not found"):
            write_graph(pair, path)
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(FileAccessError, match="this is a folder"):
        write_graph(pair, tmp_path / "folder.json")
    with pytest.raises(FileFormatError, match="cannot be written"):
        write_text(tmp_path / "a.json", "\ud800")
    assert os.listdir(tmp_path) == ["folder.json"]


def test_writing_is_atomic(pair, tmp_path, monkeypatch):
    """When writing fails half-way, the old file is as it was and nothing else is there."""
    file = tmp_path / "a.json"
    file.write_text("old")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_graph(pair, file)
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_permissions_and_links_are_kept(pair, tmp_path):
    """The new file has the old one's permissions, or the usual ones; a symbolic link stays one."""
    file, link = tmp_path / "a.json", tmp_path / "b.json"
    file.write_text("")
    file.chmod(0o640)
    link.symlink_to(file)
    write_graph(pair, link)
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert read_graph(file) == pair
    (tmp_path / "plain").write_text("")
    write_graph(pair, tmp_path / "c.json")
    assert (tmp_path / "c.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_weights_are_plain_text(pair):
    """Weights are stored as JSON text, which every writer of networkx can hold; a dict is accepted as well."""
    set_weights(pair, 1, {"p": 2, "q": 0.5})
    assert pair.nodes[1]["weights"] == '{"p": 2, "q": 0.5}'
    pair.nodes[2]["weights"] = {"p": 3}
    assert get_weights(pair, 2) == {"p": 3}
    set_weights(pair, 1, {})
    assert "weights" not in pair.nodes[1]


@pytest.mark.parametrize("value", ["", "x", "[1]", '{"p": "q"}', 5, {"p": -1}, {"p": float("nan")}, {"1p": 1}, {1: 1}])
def test_what_cannot_be_weights(pair, value):
    """Anything but a mapping from atoms to numbers of at least 0 is refused."""
    pair.nodes[1]["weights"] = value
    with pytest.raises(OptionError, match="expected"):
        get_weights(pair, 1)


def test_constraints_are_plain_text(pair):
    """Constraints are stored as formulas joined by semicolons; a list is accepted as well."""
    set_constraints(pair, "consistency", ["p->q", "~r"])
    assert pair.graph["consistency"] == "p -> q; ~r"
    pair.graph["entailment"] = ["p"]
    assert [str(f) for f in get_constraints(pair, "entailment")] == ["p"]
    set_constraints(pair, "consistency", [])
    assert "consistency" not in pair.graph
    with pytest.raises(OptionError, match="did you mean 'entailment'"):
        get_constraints(pair, "entailed")


@pytest.mark.parametrize("text", ["p cnf 2 1\n1 -2 0\n", "c by us\nc\n\np cnf 1 1\n1 0\n", "1 -2 0\n2 0\n", "c only\n-1 0"])
@pytest.mark.parametrize("ending", ["bcf", "json"])
def test_dimacs_in_disguise(tmp_path, text, ending):
    """DIMACS was refused as BCF with a line that begins wrongly, or as JSON with a value missing; it is named."""
    path = tmp_path / f"a.{ending}"
    path.write_text(text)
    with pytest.raises(FileFormatError, match="this is DIMACS CNF, which is written but not read"):
        read_graph(path)
