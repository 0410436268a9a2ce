"""What commands do to a workspace and answer, each session executed in this process."""

import pytest

import equibel as eb
from equibel.errors import (
    Cancelled,
    EquibelError,
    NameInUseError,
    NameTakenError,
    TimeLimitExceeded,
    UnknownNameError,
    UnknownNodeError,
    WorkspaceError,
)
from equibel.shell import Context, Session, execute, parse, plain
from equibel.workspace import open_workspace

DISPUTE = """
add_nodes [1,2,3,4];
add_edges [(1,2), (2,3), (3,4)];
add_formula 1 p&q;
add_formula 4 ~p;
"""


def do(session, text):
    """What the commands of a text answer."""
    return "".join(plain(execute(Context(session), call)) for call in parse(text))


@pytest.fixture
def session():
    made = Session()
    assert do(made, DISPUTE) == ""
    return made


def history(session):
    return [entry.line for entry in session.workspace.history()]


def test_a_session_of_2016():
    """The commands of 2016, as they were typed then."""
    shown = do(Session(), DISPUTE.replace(";", "") + "one_shot\ncreate_path g2 6\nuse g\nformulas 4\n")
    assert "1 <-> 2\n  2 <-> 3\n  3 <-> 4" in shown
    assert "  1  p & q\n* 2  q\n* 3  q\n* 4  q & ~p\n" in shown
    assert shown.endswith("  4  q & ~p\n")


@pytest.mark.parametrize("name", ["one_shot", "completion", "global"])
def test_completion_takes_the_place_of_the_graph(session, name):
    """The current graph becomes its completion, and undo brings it back."""
    before = session.workspace.graphs["g"]
    do(session, name)
    assert session.workspace.graphs["g"] == eb.global_completion(before)
    do(session, "undo")
    assert session.workspace.graphs["g"] == before


@pytest.mark.parametrize(
    ("command", "operator", "options"),
    [
        ("iterate", eb.iterate_simple, {}),
        ("iterate 2", eb.iterate_simple, {"steps": 2}),
        ("ring", eb.iterate_ring, {}),
        ("expanding 2", eb.iterate_expanding, {"steps": 2}),
        ("augmenting", eb.iterate_augmenting, {}),
        ("cardinality; simple", eb.iterate_simple, {"opt_type": eb.CARDINALITY}),
        ("cardinality; containment; syntactic; ring", eb.iterate_ring, {"method": eb.SYNTACTIC}),
        ("iterate steady", lambda G: eb.iterate_simple_fixpoint(G)[0], {}),
        ("augmenting fixpoint", lambda G: eb.iterate_augmenting_fixpoint(G)[0], {}),
    ],
)
def test_operators(session, command, operator, options):
    """Each operator, with the options of the session, gives what the library gives."""
    before = session.workspace.graphs["g"]
    do(session, command)
    assert session.workspace.graphs["g"] == operator(before, **options)


def test_changes_are_marked(session):
    """Only nodes that believe something else now are marked, however it is spelled."""
    do(session, "add_formula 2 q & p; set_formulas 3 [q]; set_formulas 4 []")
    assert do(session, "global") == "global of g:\n  1  p & q\n  2  p & q\n* 3  p & q\n* 4  p & q\n"
    assert do(session, "global").endswith("no node has changed\n")


def test_results_follow(session):
    """A result is computed, becomes stale when its graph changes, and is computed again when asked for."""
    assert do(session, "derive shared = global g") == "shared = global of g:\n  1  p & q\n* 2  q\n* 3  q\n* 4  q & ~p\n"
    assert "shared  global of g  current" in do(session, "results")
    do(session, "add_formula 2 r")
    assert "stale" in do(session, "results")
    assert "* 1  p & q & r\n" in do(session, "show shared")
    assert "current" in do(session, "results shared")
    assert session.workspace.graphs["g"].belief(3) == eb.EquibelGraph([(1, 3)]).belief(3)


def test_a_silenced_derive_is_declared_only(session):
    """Nothing is computed that nobody looks at."""
    assert do(session, "derive a = global; derive b = simple a fixpoint;") == ""
    assert {status.state for status in session.workspace.statuses().values()} == {"new"}
    assert "current" in do(session, "refresh b")


def test_a_result_that_fails_says_so(session):
    """A declaration stays when its graph contradicts itself; the reply and the list say why."""
    do(session, "add_formula 1 ~p")
    assert "node 1" in do(session, "derive shared = global g")
    assert "failed" in do(session, "results")


def test_a_result_can_be_looked_at_and_not_changed(session):
    """It can be current; what would change it says what to do instead."""
    do(session, "derive shared = global g; use shared")

    assert do(session, "entails 2 q") == "yes\n"
    for line in ("add_formula 1 r", "one_shot", "revise 1 r", "add_node 9"):
        with pytest.raises(WorkspaceError, match="copy shared NEW"):
            do(session, line)
    do(session, "copy shared mine; add_formula 1 s")
    assert session.current == "mine"


def test_questions(session):
    """yes and no; models and literals."""
    assert do(session, "entails 1 p | r\nentails 2 p\nconsistent 2 p\nequivalent 1 q & p") == "yes\nno\nyes\nyes\n"
    assert do(session, "models 1") == "  p  q\n  T  T\n"
    assert do(session, "models 2 1").endswith("shows more of them\n")
    assert do(session, "literals [1, 4]") == "  node  literals\n  1     p, q\n  4     ~p\n"


def test_the_classical_operators(session):
    """``revise`` and ``contract`` change a node, ``merge`` and ``extrapolate`` show what theirs come to."""
    do(session, "revise 1 ~p")
    assert session.workspace.graphs["g"].equivalent(1, "q & ~p")
    do(session, "undo; contract 1 p")
    assert session.workspace.graphs["g"].equivalent(1, "q")
    do(session, "undo")
    assert do(session, "merge [1, 4]") == "q\n"
    assert do(session, "merge [1, 4] r & p") == "p & q & r\n"
    assert do(session, "extrapolate [4, 2, 1]") == "4: q & ~p\n2: q\n1: p & q\n"
    assert history(session)[-1].endswith("formula ~p at 4")


def test_formulas_are_written_as_the_command_line_writes_them(session):
    """The result is simplified, and not put into sympy's order."""
    assert do(session, "add_node 5; add_formula 5 x2 -> x1; revise 5 x2 = x4") == "* 5  (~x2 & ~x4) | (x1 & x2 & x4)\n"
    assert do(session, "add_node 6; add_formula 6 x2 = x4; merge [5, 6]") == "(~x2 & ~x4) | (x1 & x2 & x4)\n"


def test_several_formulas_are_given_up_at_once(session):
    """``contract`` with a list is what the library does with one."""
    do(session, "contract 1 [p, q]")
    graph = session.workspace.graphs["g"]
    assert graph.equivalent(1, eb.contract("p & q", ["p", "q"]))
    assert history(session)[-1] == "g: contract p, q at 1"


def test_choosing_an_alternative(session):
    """``set choice`` takes the alternative that ``alternatives`` lists first; listing them changes nothing."""
    lines = history(session)
    assert do(session, "alternatives revise 1 ~p | ~q") == "  1  p & ~q\n  2  q & ~p\n"
    assert do(session, "alternatives contract 1 p & q") == "  1  p\n  2  q\n"
    assert do(session, "alternatives merge [1, 4] p = ~q") == "  1  p & ~q\n  2  q & ~p\n"
    histories = "  1  1: p & q, 2: p & q, 4: q & ~p\n  2  1: p & q, 2: q & ~p, 4: q & ~p\n"
    assert do(session, "alternatives extrapolate [1, 2, 4]") == histories
    assert history(session) == lines
    do(session, "set choice on; revise 1 ~p | ~q")
    assert session.workspace.graphs["g"].equivalent(1, "p & ~q")
    do(session, "undo; set choice q; revise 1 ~p | ~q")
    assert session.workspace.graphs["g"].equivalent(1, "q & ~p")
    do(session, "undo; set choice off; revise 1 ~p | ~q")
    assert session.workspace.graphs["g"].equivalent(1, "p ^ q")
    wrong = ["alternatives revise [1, 2] p", "alternatives contract 1", "alternatives extrapolate [1, 2] p"]
    for line in ["set choice 1&", "set optimum [p, q]", *wrong]:
        with pytest.raises(EquibelError):
            do(session, line)


def test_many_alternatives(session):
    """Only the first twenty are shown."""
    atoms = [f"a{i}" for i in range(6)]
    do(session, f"set_formulas 1 [{' & '.join(atoms)}]")
    some = " & ".join(f"(~{a} | ~{b})" for a, b in zip(atoms[::2], atoms[1::2], strict=True))
    assert len(do(session, f"alternatives revise 1 {some}").splitlines()) == 8
    do(session, f"set_formulas 1 [{' & '.join(f'b{i}' for i in range(25))}]")
    shown = do(session, f"alternatives contract 1 {' & '.join(f'b{i}' for i in range(25))}")
    assert len(shown.splitlines()) == 21
    assert shown.endswith("and more\n")


def test_constraints_hold_for_revision(session):
    """Integrity constraints of the graph bind the classical operators too."""
    do(session, "add_constraint entailment q -> r; revise 1 ~p")
    assert session.workspace.graphs["g"].entails(1, "r")


def test_comparisons(session):
    """Graphs, results and operators, side by side."""
    do(session, "derive shared = global g")
    text = do(session, "compare g shared")
    assert "* 2     True   weaker  q" in text
    assert text.endswith("g is weaker than shared\n")
    assert "are equivalent" in do(session, "compare shared global")
    assert do(session, "compare g shared 2") == "at 2, g is weaker than shared:\n  only g  ~p & ~q\n"
    assert do(session, "compare g shared 1") == "at 1, g and shared are equivalent\n"
    with pytest.raises(UnknownNodeError):
        do(session, "compare g shared 9")


def test_undo_and_redo_across_all_commands(session):
    """Undo reaches back to the beginning; redo goes forward again; too many change nothing."""
    do(session, "create_path g2 3; rename g2 path; delete path; use g; one_shot; derive x = ring g; snapshot s")
    lines = history(session)
    with pytest.raises(WorkspaceError, match="only"):
        do(session, "undo 100")
    assert history(session) == lines
    do(session, f"undo {len(lines)}")
    assert list(session.workspace.graphs["g"]) == []
    do(session, f"redo {len(lines)}")
    assert history(session) == lines
    with pytest.raises(WorkspaceError):
        do(session, "redo")


def test_the_current_graph_survives_undo(session):
    """When the current graph is gone, the one used before is current."""
    do(session, "create_path a 2; create_path b 2")
    assert session.current == "b"
    do(session, "undo")
    assert session.current == "a"
    do(session, "delete a")
    assert session.current == "g"


def test_snapshots(session):
    """A snapshot brings everything back."""
    do(session, "snapshot s; remove_nodes [1..4]; create_graph other; restore s")
    assert list(session.workspace.graphs) == ["g"]
    assert len(session.workspace.graphs["g"]) == 4


def test_what_is_there_is_not_overwritten(session):
    """A name is taken only while nothing has been done with it: the first graph may be made again."""
    do(session, "create_path h 3")
    with pytest.raises(NameTakenError):
        do(session, "create_star h 3")
    fresh = Session()
    do(fresh, "create_path g 4")
    assert len(fresh.workspace.graphs["g"]) == 4


def test_errors_leave_everything_as_it_was(session):
    """Of a command that fails nothing remains."""
    before = history(session)
    do(session, "derive shared = global g;")
    for line, error in [
        ("add_formula [1, 9] p", UnknownNodeError),
        ("remove_edge (1, 4)", EquibelError),
        ("remove_atom p", EquibelError),
        ("delete g", NameInUseError),
        ("use nowhere", UnknownNameError),
        ("show nowhere", UnknownNameError),
        ("restore nowhere", UnknownNameError),
        ("compare g nowhere", UnknownNameError),
        ("load nowhere.bcf", EquibelError),
        ("store g.xyz", EquibelError),
        ("set jobs 0", EquibelError),
        ("set time_limit soon", EquibelError),
        ("save", EquibelError),
    ]:
        with pytest.raises(error):
            do(session, line)
    assert history(session)[:-1] == before


def test_a_number_names_the_node_that_looks_like_it():
    """``1`` is the node called so when there is no number 1."""
    session = Session()
    do(session, "add_nodes ['1', 2]; add_formula 1 p")
    assert session.workspace.graphs["g"].entails("1", "p")


def test_files(session, tmp_path, monkeypatch):
    """Graphs go out and come back; a workspace is kept in a file with its history."""
    monkeypatch.chdir(tmp_path)
    graph = session.workspace.graphs["g"]
    do(session, "store c.bcf; store c.json g; store n.cnf g 1; create_graph h; load c.bcf; load c.json j")
    assert session.workspace.graphs["h"] == session.workspace.graphs["j"] == graph
    do(session, "convert c.bcf d.json")
    assert eb.read_graph("d.json") == graph
    assert session.unsaved
    do(session, "save w.eqw; add_node 77")
    assert not session.unsaved
    lines = history(session)
    session.close()
    with open_workspace("w.eqw") as workspace:
        assert [entry.line for entry in workspace.history()] == lines
        assert 77 in workspace.graphs["j"]


def test_another_workspace(session, tmp_path, monkeypatch):
    """``open`` goes to another one; a .toml file is read, and ``save`` writes it there."""
    monkeypatch.chdir(tmp_path)
    do(session, "derive shared = simple g; save w.toml; open x.eqw")
    assert list(session.workspace.graphs) == ["g"]
    do(session, "open w.toml; add_node 9; save; open x.eqw; open w.toml")
    assert 9 in session.workspace.graphs["g"]
    assert list(session.workspace.results) == ["shared"]


def test_cancelled_commands_change_nothing(session):
    """Whatever is found out after the user stopped waiting is not kept, and a declaration is taken back."""
    lines = history(session)
    for line in (
        "one_shot",
        "add_node 9",
        "derive x = global g",
        "revise 1 ~p",
        "store c.bcf",
        "save w.eqw",
        "compare global",
    ):
        context = Context(session)
        context.cancel.set()
        with pytest.raises(Cancelled):
            execute(context, parse(line)[0])
    assert history(session) == lines
    assert not session.workspace.results


def test_a_time_limit(session, tmp_path, monkeypatch):
    """``set time_limit`` ends what takes longer, and nothing has changed then."""
    from long_work import quarrel

    monkeypatch.chdir(tmp_path)
    eb.write_graph(quarrel(), "hard.json")
    do(session, "load hard.json hard; set time_limit 0.3")
    lines = history(session)
    for line in ("global", "derive x = global", "compare global"):
        with pytest.raises(TimeLimitExceeded):
            do(session, line)
    assert history(session) == lines


def test_what_was_not_foreseen_is_one_of_our_errors(session, monkeypatch):
    """A foreign error becomes ours; nobody sees a traceback."""
    import equibel.shell.commands.graph_commands as module

    def broken(*_):
        raise KeyError("oops")

    monkeypatch.setattr(module, "count", broken)
    with pytest.raises(EquibelError, match="internal error"):
        do(session, "use g")
    with pytest.raises(EquibelError, match="file not found"):
        do(session, "source nowhere.eqb")


def test_eager_results(session):
    """With ``set eager on`` results are never stale."""
    do(session, "derive shared = global g; set eager on; add_formula 2 s")
    assert session.workspace.status("shared").state == "current"


def test_weights_and_constraints(session):
    """They are set, shown, and said to be without effect where they are."""
    do(session, "add_weight 1 p 2; add_edge_weight (1, 2) 0.5; add_constraint consistency q")
    assert "1        p     2" in do(session, "weights")
    assert "1 <-> 2        0.5" in do(session, "weights")
    assert "consistency  q" in do(session, "constraints")
    (call,) = parse("global")
    assert "weights have no effect" in execute(Context(session), call).notes[0]


@pytest.mark.parametrize("line", ["revise 1 ~p", "contract 1 p", "merge [1, 4]", "extrapolate [1, 4]"])
def test_classical_operators_take_no_account_of_weights(session, line):
    """A note says so when one of the nodes has some, by cardinality too."""
    do(session, "cardinality; add_weight 2 p 2")
    (call,) = parse(line)
    assert execute(Context(session), call).notes == ()
    do(session, "undo 2; add_weight 1 p 2" if line[:2] in ("re", "co") else "add_weight 1 p 2")
    (note,) = execute(Context(session), call).notes
    assert note == f"{call.command.name} ignores weights; see: help weights"


def test_a_name_without_end():
    """Not all of it is shown, and what is shown is part of it."""
    shown = do(Session(), f"add_node {'a' * 200_000}")
    assert shown.startswith("1 node: [aaa")
    assert shown.endswith("aaa…]\n")
    assert len(shown) < 500
