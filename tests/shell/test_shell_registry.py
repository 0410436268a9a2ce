"""The table of commands, and the functions made from it: parsing, help, completion, documentation."""

from pathlib import Path

import pytest

import equibel as eb
from equibel.errors import EquibelError, FormulaSyntaxError
from equibel.formula import parse as formula
from equibel.shell import CommandError, Context, Session, complete, execute, parse, plain
from equibel.shell.command_documentation import page
from equibel.shell.command_registry import GROUPS, all_commands, names
from equibel.shell.cursor import check
from equibel.shell.highlight import parts
from equibel.shell.statements import is_open, last, split
from equibel.workspace import open_workspace

ROOT = Path(__file__).parents[2]
COMMANDS = list(all_commands())
OF_2016 = [
    "graphs",
    "create_graph",
    "create_path",
    "create_star",
    "create_complete",
    "use",
    "delete",
    "nodes",
    "add_node",
    "add_nodes",
    "remove_node",
    "remove_nodes",
    "edges",
    "add_edge",
    "add_edges",
    "remove_edge",
    "remove_edges",
    "atoms",
    "add_atom",
    "add_atoms",
    "remove_atom",
    "weights",
    "add_weight",
    "formulas",
    "add_formula",
    "add_formulas",
    "remove_formula",
    "asp",
    "load",
    "store",
    "completion",
    "one_shot",
    "iterate",
    "cardinality",
    "containment",
    "shell",
    "quit",
    "help",
]
NEWER = [
    "global",
    "simple",
    "ring",
    "expanding",
    "augmenting",
    "semantic",
    "syntactic",
    "inclusion",
    "entails",
    "models",
    "literals",
    "revise",
    "contract",
    "merge",
    "derive",
    "results",
    "compare",
    "undo",
    "redo",
    "history",
    "save",
    "open",
    "snapshot",
    "restore",
    "constraints",
    "add_constraint",
    "remove_constraint",
    "rename",
    "convert",
    "export",
    "set",
    "source",
]


def values(line):
    """The values of the arguments of the one command in a line."""
    (call,) = parse(line)
    return call.values


# The table ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_2016 + NEWER)
def test_the_commands_promised_exist(name):
    """All commands of 2016, and the new ones."""
    assert name in names()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_explained(command):
    """Each has a group, a summary that is a sentence, and examples that are read as this command."""
    assert command.group in GROUPS
    assert command.summary[:1].isupper()
    assert len(command.summary) < 110
    assert command.examples
    for example in command.examples:
        (call,) = parse(example)
        assert call.command is command


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_shows_usage_and_examples(command):
    """``help NAME`` says how the command is written."""
    (call,) = parse(f"help {command.name}")
    text = plain(execute(Context(Session()), call))
    assert text.startswith(command.usage + "\n")
    assert all(example in text for example in command.examples)


def test_help_on_another_name():
    """It has the names besides the one that was asked for; ``?`` asks too."""
    calls = parse("help iterate\n? simple")
    iterate, simple = (plain(execute(Context(Session()), call)) for call in calls)
    assert iterate.endswith("also called simple\n")
    assert simple.endswith("also called iterate\n")


def test_help_lists_every_command():
    """``help`` alone has them all."""
    (call,) = parse("help")
    text = plain(execute(Context(Session()), call))
    assert all(f"\n  {command.name} " in text for command in COMMANDS)


def prepared(folder):
    """A session in which every example can be carried out."""
    session = Session()
    lines = """
        add_edges [(1, 2), (2, 3), (3, 4)]; add_edge (ann, bob); add_edge 5 4
        add_formula 1 p & q & r; add_formula 4 ~p & ~q; add_atom unused
        add_constraint entailment r -> s; create_graph old; add_edge (1, 2); use g
        derive shared = global g; snapshot start; add_node 6; undo
    """
    for call in parse(lines):
        execute(Context(session), call)
    for name in ("net.bcf", "net.json"):
        eb.write_graph(eb.path_graph(3), folder / name)
    eb.write_graph(eb.path_graph(3), folder / "c.bcf")
    (folder / "session.eqb").write_text("nodes\n", encoding="utf-8")
    open_workspace(folder / "damaged.eqw").close()
    return session


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.name != "save"], ids=lambda command: command.name)
def test_examples_can_be_carried_out(command, tmp_path, monkeypatch):
    """The examples of help work where there is what they speak of."""
    monkeypatch.chdir(tmp_path)
    session = prepared(tmp_path)
    for example in command.examples:
        (call,) = parse(example)
        execute(Context(session), call)
    session.close()


def test_saving_as_help_shows(tmp_path, monkeypatch):
    """The examples of ``save`` one after the other: kept in a file, a copy as TOML, safe already."""
    monkeypatch.chdir(tmp_path)
    session = prepared(tmp_path)
    replies = [plain(execute(Context(session), call)) for call in parse("save work.eqw\nsave work.toml\nsave")]
    session.close()
    assert "from now on" in replies[0]
    assert "copy" in replies[1]
    assert "saved in" in replies[2]


def test_the_documentation_is_up_to_date():
    """docs/COMMANDS.md is what the table of commands says; ``python -m equibel.shell.command_documentation`` writes it."""
    assert (ROOT / "docs" / "COMMANDS.md").read_text(encoding="utf-8") == page()


# Reading --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("add_nodes [1, 2, 3]", ([1, 2, 3],)),
        ("add_nodes [1..4, 7, a..c]", ([1, 2, 3, 4, 7, "a", "b", "c"],)),
        ("add_nodes[-1 .. 1]", ([-1, 0, 1],)),
        ("add_nodes []", ([],)),
        ("add_node alice", ("alice",)),
        ("add_node '1'", ("1",)),
        ('add_node "two words; # no comment"', ("two words; # no comment",)),
        ("add_node (a, 1)", (("a", 1),)),
        ("add-node 1", (1,)),
        ("add_edge (1,2)", ((1, 2),)),
        ("add_edge 1 2", ((1, 2),)),
        ("add_edges [(1,2), (2,3)]", ([(1, 2), (2, 3)],)),
        ("add_edges [\n(1,2),\n(2,3)]", ([(1, 2), (2, 3)],)),
        ("add_atoms [p, q]", (["p", "q"],)),
        ("add_atoms p q", (["p", "q"],)),
        ("add_formula 1 p&q", ([1], formula("p & q"))),
        ("add_formula [1..2] (p = q) <-> !r # why not", ([1, 2], formula("(p = q) <-> !r"))),
        ("add_formulas 1 [p & (q | r), ~s]", ([1], [formula("p & (q | r)"), formula("~s")])),
        ("add_formulas 1 p -> q", ([1], [formula("p -> q")])),
        ("create_path g2 6", ("g2", 6)),
        ("create_path g2 [1..3]", ("g2", [1, 2, 3])),
        ("iterate steady", ("fixpoint",)),
        ("simple fixpoint", ("fixpoint",)),
        ("ring 3", (3,)),
        ("ring", (None,)),
        ("derive x = global g", ("x", "=", "global", "g", None)),
        ("derive x=simple g fixpoint", ("x", "=", "simple", "g", "fixpoint")),
        ("add_weight 1 p 0.5", (1, "p", 0.5)),
        ("contract 1 [p, q & r]", (1, [formula("p"), formula("q & r")])),
        ("contract 1 p", (1, [formula("p")])),
        ("compare global simple 2", ("global", "simple", 2)),
        ("set choice [q, p]", ("choice", ["q", "p"])),
        ("? derive", ("derive",)),
        ("load '~/my file.bcf'", ("~/my file.bcf", None)),
        ("store a/b-c.bcf", ("a/b-c.bcf", None, None)),
        ("shell ls; echo # all of it", ("ls; echo # all of it",)),
        ("!ls 'a", ("ls 'a",)),
        ("3", (3,)),
    ],
)
def test_arguments(line, expected):
    """What is typed is what the command gets."""
    assert values(line) == expected


def test_several_commands_and_silence():
    """``;`` ends a command and silences it; ends of lines end commands; comments and empty lines are nothing."""
    text = "nodes; edges;atoms # and so on; or not\n\n# nothing\n  formulas"
    assert [(each.text, each.silent, each.line) for each in split(text)] == [
        ("nodes", True, 1),
        ("edges", True, 1),
        ("atoms", False, 1),
        ("formulas", False, 4),
    ]


def test_an_open_bracket_goes_on():
    """A command goes on while a bracket is open; when it is never closed, only its first line is lost."""
    assert is_open("add_nodes [1,")
    assert is_open("nodes; add_formula 1 (p &")
    assert not is_open("add_nodes [1]")
    assert not is_open("!echo (")
    assert not is_open("add_node '('")
    assert [each.text for each in split("add_nodes [1,\nnodes\nedges")] == ["add_nodes [1,", "nodes", "edges"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("frobnicate", "no command"),
        ("add_frmula 1 p", "did you mean add_formula"),
        ("undoo", "did you mean undo"),
        ("add_node", "node is missing"),
        ("add_nodes [1, 2", "not closed"),
        ("add_nodes [1 2]", "',' or ']'"),
        ("add_nodes [1..9999999]", "too long"),
        ("add_node 'x", "not closed"),
        ("add_node 1 2", "not expected"),
        ("add_nodes 1 2 3", "written in brackets: [1, 2, 3]"),
        ("add_edge (1)", "'(1)' is not an edge: it joins two nodes, such as (1, 2)"),
        ("create_path g2 six", "'six' is not a number of nodes such as 4, or a list such as [1..6]"),
        ("create_grid g2 x 3", "'x' is not an integer such as 3"),
        ("add_edge 1", "expected the second node: an edge joins two, such as 1 2 or (1, 2)"),
        ("add_edge 1,", "expected the second node"),
        ("add_edge [1, 2]", "is not an edge such as (1, 2)"),
        ("add_nodes [3..1]", "the range 3..1 has no nodes; write 1..3"),
        ("add_nodes [1, c..a]", "the range c..a has no nodes; write a..c"),
        ("derive x global g", "'='"),
        ("derive x = globl g", "did you mean 'global'"),
        ("iterate stedy", "did you mean 'steady'"),
        ("add_atom 1p", "'1p' is not an atom"),
        ("(p)", "no command"),
        ("help nothing_like_it", "no help"),
    ],
)
def test_what_cannot_be_read(line, said):
    """The message says what was expected."""

    def carry_out():
        for call in parse(line):
            execute(Context(Session()), call)

    with pytest.raises(CommandError) as caught:
        carry_out()
    assert said in str(caught.value)


def test_formula_errors_point_into_the_command():
    """Line and column of a formula error are those of what was typed."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse("add_formula 1 (p &\n  & q)")
    assert (caught.value.line, caught.value.column) == (2, 3)
    problem = check("nodes; add_formula 1 p & )")
    assert problem.position == 25
    assert check("nodes; frobnicate; add_formula 1") is None


@pytest.mark.parametrize(
    "text", ["add_formula 1 p & \x00", "\ud800", "add_node \ud800", "'", '"', "[", ")", ";;;", "= =", "!", "add_nodes [(((("]
)
def test_no_text_breaks_anything(text):
    """Whatever is typed, there are no other errors than ours, also while it is typed."""
    try:
        for call in parse(text):
            assert call.command is not None
    except EquibelError:
        pass
    for end in range(len(text) + 1):
        complete(text[:end], Session())
        parts(text[:end])
        is_open(text[:end])


# Completion -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session():
    made = Session()
    lines = "add_edges [(1, 2), (alice, bob)]; add_formula 1 p & quiet; derive shared = global g; snapshot early"
    for call in parse(lines):
        execute(Context(made), call)
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create_pa", ["create_path"]),
        (
            "nodes; rem",
            [
                "remove_node",
                "remove_nodes",
                "remove_edge",
                "remove_edges",
                "remove_atom",
                "remove_formula",
                "remove_constraint",
            ],
        ),
        ("add_formula a", ["alice"]),
        ("add_formula [1, b", ["bob"]),
        ("add_formula 1 ~(p -> q", ["quiet"]),
        ("add_formula 1 p & ", ["p", "quiet"]),
        ("entails alice qu", ["quiet"]),
        ("use s", ["shared"]),
        ("show ", ["g", "shared"]),
        ("results ", ["shared"]),
        ("restore e", ["early"]),
        ("derive x = ex", ["expanding"]),
        ("derive x = global s", ["shared"]),
        ("derive x = simple g f", ["fixpoint"]),
        ("compare shared gl", ["global"]),
        ("set op", ["optimum"]),
        ("set optimum c", ["cardinality"]),
        ("set eager ", ["on", "off"]),
        ("set v", ["verbose"]),
        ("help nota", ["notation"]),
        ("? nota", ["notation"]),
        ("set choice ", ["off", "on"]),
        ("alternatives re", ["revise"]),
        ("alternatives revise 1 qu", ["quiet"]),
        ("contract 1 [p, qu", ["quiet"]),
        ("compare g shared al", ["alice"]),
        ("iterate ", ["fixpoint"]),
        ("add_edge (1, 2) ", []),
        ("frobnicate a", []),
        ("create_graph ", []),
    ],
)
def test_completion(text, expected, session):
    """What can be typed next, and nothing else."""
    assert [candidate.text for candidate in complete(text, session)] == expected


def test_completion_of_paths(session, tmp_path, monkeypatch):
    """Files and folders; names with blanks get quotation marks."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "a.bcf").touch()
    (tmp_path / "net 1.bcf").touch()
    assert {candidate.text for candidate in complete("load ne", session)} == {"nets/", '"net 1.bcf"'}
    assert [candidate.text for candidate in complete("load nets/", session)] == ["nets/a.bcf"]
    assert complete("load nowhere/x", session) == []


def test_completion_counts_nodes():
    """One node is one node."""
    session = Session()
    for call in parse("add_node 1"):
        execute(Context(session), call)
    assert [candidate.meaning for candidate in complete("use g", session)] == ["1 node"]


def test_completion_replaces_what_was_typed(session):
    """A candidate says how much of the text it stands for."""
    (candidate,) = complete("add_formula 1 p & qu", session)
    assert (candidate.text, candidate.replaces) == ("quiet", 2)


def test_last_command():
    """What is completed is the command behind the last ``;``."""
    assert last("nodes; use ").text.strip() == "use"
    assert last("nodes;").text == ""


def test_colours():
    """Each kind of symbol has its own, and what cannot be read stands out."""
    text = "add_formula 1 ~p -> & q # so"
    assert [(text[start:end], kind) for start, end, kind in parts(text)] == [
        ("add_formula", "command"),
        ("1", "number"),
        ("~", "connective"),
        ("p", "atom"),
        ("->", "connective"),
        ("&", "error"),
        ("q", "atom"),
        ("# so", "comment"),
    ]
    assert parts("frobnicate 1")[0] == (0, 10, "unknown")


def notes_of(*lines):
    """The notes of the last of some commands."""
    session = Session()
    for call in [call for line in lines for call in parse(line)]:
        reply = execute(Context(session), call)
    return list(reply.notes)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("add_node 3.5", "3.5"),
        ("add_nodes [007, 1e3, .5, 2]", "007, 1e3, .5"),
        ("add_edge -0 +1", "-0, +1"),
        ("create_path h [1.5, 2]", "1.5"),
        ("add_node '3.5'", ""),
        ("add_nodes [-3, 12, a1, 10.0.0.1, 3rd]", ""),
    ],
)
def test_nodes_that_look_like_numbers(line, texts):
    """``add_node 3.5`` made a node of the name "3.5" without saying that it is no number."""
    notes = notes_of(line)
    assert notes == ([f"{texts}: a node that is no integer is a text, as if it stood in quotation marks"] if texts else [])
    if texts and not line.startswith("create"):
        assert notes_of(line, "add_formula 3.5 p" if "3.5" in texts else "nodes") == []


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["add_formula 1 p -> false"], "'false' is read as an atom"),
        (["set_formulas 1 [p, T]"], "'T' is read as an atom"),
        (["add_formula 1 p", "add_formula 1 0"], "'0' is read as an atom"),
        (["add_formula 1 p", "entails 1 true"], "'true' is read as an atom"),
        (["add_constraint entailment p -> 1;"], "'1' is read as an atom"),
        (["add_formula 1 p", "revise 1 ~p | F"], "'F' is read as an atom"),
        (["add_formula 1 0 & 1"], ""),
        (["add_atom true"], ""),
        (["add_formula 1 True & ~False"], ""),
    ],
)
def test_atoms_called_like_constants_are_noted(lines, names):
    """Whatever is done with the formula, and also when the reply is silenced."""
    assert notes_of("add_nodes [1, 2]", *lines) == ([f"{names}; the constants are True and False"] if names else [])


def test_what_files_bring_is_noted(tmp_path):
    """Misspelt attributes, dates of edges, words and digits for truth values: when a file is loaded or opened."""
    path = tmp_path / "a.toml"
    path.write_text('[graphs.h]\nedges = [[1, 2, {weigth = 2}]]\nformulas = {1 = "p & 0", 2 = "q -> false"}\n')
    for command in ("load", "open"):
        notes = " / ".join(notes_of(f"{command} {path}"))
        assert "(did you mean 'weight'?)" in notes
        assert "'0' is read as an atom" in notes
        assert "'false' is read as an atom" in notes
    path.write_text("[graphs.h]\nedges = [[1, 2, {since = 2024-05-01}]]\n")
    (noted,) = notes_of(f"open {path}")
    assert "this one as '2024-05-01'" in noted
    assert notes_of(f"open {path}", f"save {path}") == []
    assert 'since = "2024-05-01"' in path.read_text()
