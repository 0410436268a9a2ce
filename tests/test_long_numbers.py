"""Numbers of thousands of digits: as names of atoms they are names; as numbers they are refused with the bound.

Python neither reads nor writes integers of more than 4300 digits, which came out as its own ``ValueError``.
"""

import contextlib
import inspect
import io
import itertools
import json
import os
import warnings
from decimal import Decimal
from fractions import Fraction

import networkx as nx
import pytest
from commandline import call, program

import equibel as eb
from equibel.errors import FileFormatError
from equibel.files import format_bcf, format_json, graph_from_node_link, parse_bcf, parse_json, read_graph, write_graph
from equibel.formula import natural_key, parse, sorted_atoms, to_dimacs, to_latex, to_term, to_unicode
from equibel.plain import MAX_DIGITS
from equibel.workspace import (
    AddEdgeWeights,
    AddFormulas,
    AddNodes,
    AddWeights,
    CreateGraph,
    Operation,
    Workspace,
    open_workspace,
)
from equibel.workspace.formats.toml_reading import parse_workspace
from equibel.workspace.formats.toml_writing import format_workspace

DIGITS = "7" * 5000
ATOMS = ["a" + DIGITS, DIGITS, "a" + DIGITS + "b", "0" * 5000 + "1"]
EVERY_ATOM = pytest.mark.parametrize("name", ATOMS, ids=["letter", "digits", "inside", "zeros"])
HUGE = 10**5000


def dispute(name):
    G = eb.path_graph(3)
    G.add_formula(0, f"{name} & p")
    G.add_formula(2, f"~{name} & p")
    return G


# Atoms --------------------------------------------------------------------------------------------------------------


def test_natural_order():
    """Numbers within names are compared as numbers, however long, as their values are where Python can read them."""
    names = [f"x{number}" for number in (0, 7, 10, 11, 100, 999, 10**20, 10**20 + 1)]
    names += ["x" + "9" * 4999, "x1" + "0" * 4999, "x1" + "0" * 4998 + "1", "x" + DIGITS]
    assert sorted_atoms(reversed(names)) == names
    small = ["x1", "x01", "x001", "x1y", "x01y2", "x1y02", "y", "x", "1", "01", "2", "10", "_1", "x2", "x10y", "x0", "x00"]

    def by_value(name):
        runs = [(digit, "".join(run)) for digit, run in itertools.groupby(name, str.isdigit)]
        return (*((0, int(run), "") if digit else (1, 0, run) for digit, run in runs), (2, 0, name))

    assert sorted(small, key=natural_key) == sorted(small, key=by_value)


@EVERY_ATOM
def test_operators(name):
    """All of them take such atoms, whatever the options."""
    G = dispute(name)
    for operator in (
        eb.global_completion,
        eb.iterate_simple,
        eb.iterate_ring,
        eb.iterate_expanding,
        eb.iterate_augmenting,
    ):
        for method, optimum in itertools.product((eb.SEMANTIC, eb.SYNTACTIC), (eb.INCLUSION, eb.CARDINALITY)):
            R = operator(G, method=method, opt_type=optimum, simplify=True)
            assert str(R.formula_conj(1)) == "p"
            assert R.atom_names() == G.atom_names()


@EVERY_ATOM
def test_changes_of_beliefs(name):
    """Of the classical operators, also in a list of preferences."""
    assert eb.revise(f"{name} & p", f"~{name} | ~p", choice=[name], simplify=True) == eb.parse_formula(f"{name} & ~p")
    assert len(list(eb.outcomes(eb.revise, f"{name} & p", f"~{name} | ~p"))) == 2
    assert str(eb.contract(f"{name} & p", name, simplify=True)) == "p"
    assert str(eb.merge([f"{name} & p", f"~{name} & p"], simplify=True)) == "p"
    assert len(eb.extrapolate([name, f"~{name}"])) == 2


@EVERY_ATOM
def test_scenarios(name):
    """Everything a scenario is asked."""
    G = dispute(name)
    G.add_atom(name)
    G.add_weight(0, name, 2)
    G.add_constraint(f"{name} | p")
    assert G.weights(0) == {name: 2}
    assert len(G.literals(0)) == 2
    assert len(list(G.models(1))) == 4
    assert G.entails(0, name)
    assert eb.compare(G, G).verdict == "equivalent"
    assert f'atom("{name}").' in G.to_asp()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        eb.print_formulas(G)
    assert name in printed.getvalue()
    for write in (to_latex, to_unicode, to_dimacs, to_term):
        assert len(write(parse(name))) >= 5000
    with pytest.raises(eb.EquibelGraphException, match="is used in the formulas"):
        G.remove_atom(name)
    with pytest.raises(eb.FormulaSyntaxError):
        parse(f"{name} &")


@EVERY_ATOM
@pytest.mark.parametrize("ending", ["json", "bcf", "lp", "cnf"])
def test_files_with_such_atoms(name, ending, tmp_path):
    """They are written, and read where the format is read."""
    G = dispute(name)
    path = tmp_path / f"g.{ending}"
    write_graph(G, path, node=0 if ending == "cnf" else None)
    assert name in path.read_text()
    if ending in ("json", "bcf"):
        assert read_graph(path) == G


@EVERY_ATOM
def test_workspaces_with_such_atoms(name, tmp_path):
    """Their history, their TOML and their file."""
    workspace = open_workspace(tmp_path / "w.eqw")
    with workspace:
        workspace.apply(CreateGraph("g", eb.path_graph(3)))
        workspace.apply(AddFormulas("g", {0: f"{name} & p", 2: f"~{name}"}))
        assert workspace.history()[-1].line == "g: add 2 formulas"
        text = format_workspace(workspace)
    with open_workspace(tmp_path / "w.eqw") as again:
        assert again.graphs["g"].atom_names() == sorted_atoms([name, "p"])
        assert parse_workspace(text).graphs["g"] == again.graphs["g"]
        again.undo()
        again.redo()


# Nodes and weights --------------------------------------------------------------------------------------------------

LONG = [10**MAX_DIGITS, -(10**MAX_DIGITS), HUGE, -HUGE]
EVERY_LONG = pytest.mark.parametrize("number", LONG, ids=["600", "-600", "5000", "-5000"])


@EVERY_LONG
def test_nodes_in_files(number):
    """A graph may have such nodes; what cannot be read back is not written."""
    G = eb.EquibelGraph([(number, "a")])
    G.add_formula(number, "p")
    assert eb.global_completion(G).entails("a", "p")
    assert "other(" in G.to_asp()
    for write in (format_json, format_bcf):
        with pytest.raises(FileFormatError, match=f"of at most {MAX_DIGITS} digits|with at most {MAX_DIGITS} digits"):
            write(G)
    with pytest.raises(FileFormatError, match=f"of at most {MAX_DIGITS} digits"):
        Workspace({"g": G})
    for node in (number, [number, "a"]):
        with pytest.raises(eb.OptionError, match=f"an integer of at most {MAX_DIGITS} digits"):
            AddNodes("g", [node])
    with pytest.raises(FileFormatError, match=f"an integer of at most {MAX_DIGITS} digits"):
        graph_from_node_link({"nodes": [{"id": number}], "edges": []})
    with contextlib.redirect_stdout(io.StringIO()):
        eb.print_formulas(G)
    G.add_formula(number, "~p")
    with pytest.raises(eb.InconsistentFormulaError) as caught:
        eb.global_completion(G)
    assert len(str(caught.value)) < 300


def test_the_longest_nodes_and_weights():
    """What is within the bound is kept by every format."""
    number = 10**MAX_DIGITS - 1
    G = eb.EquibelGraph([(number, "a", {"weight": number})])
    G.add_formula(number, "p")
    G.add_formula("a", "~p")
    G.add_weight("a", "p", number)
    assert parse_json(format_json(G)) == G
    assert parse_workspace(format_workspace(Workspace({"g": G}))).graphs["g"] == G
    assert list(parse_bcf(format_bcf(G, note=lambda _: None))) == [number, "a"]
    assert eb.global_completion(G, opt_type=eb.CARDINALITY) == G


@pytest.mark.parametrize(
    "weight",
    [10**MAX_DIGITS, HUGE, Fraction(HUGE, 3), Fraction(1, HUGE), Decimal("1e9999"), Decimal("1e-999999999")],
    ids=["600", "5000", "numerator", "denominator", "large", "small"],
)
def test_weights(weight):
    """Refused wherever they are given; the message has the bound, and nothing else is changed."""
    G = eb.path_graph(2)
    bound = f"expected a number of at least 0 with at most {MAX_DIGITS} digits"
    with pytest.raises(eb.OptionError, match=f"the weight of p is .*{bound}"):
        G.add_weight(0, "p", weight)
    for made in (lambda: AddWeights("g", {0: {"p": weight}}), lambda: AddEdgeWeights("g", [(0, 1, weight)])):
        with pytest.raises(eb.OptionError, match=bound):
            made()
    given = nx.path_graph(2)
    given.nodes[0]["weights"] = {"p": weight}
    with pytest.raises(eb.OptionError, match=bound):
        eb.EquibelGraph(given)
    G.edges[0, 1]["weight"] = weight
    with pytest.raises(eb.OptionError, match=f"the edge 0 <-> 1 is .*{bound}"):
        eb.global_completion(G, opt_type=eb.CARDINALITY)


def test_attributes_are_lost_with_a_note():
    """Of other attributes, those that Python does not write, also when they are names."""
    G = eb.EquibelGraph([(1, 2, {"x": HUGE, "y": 10**1000})])
    G.nodes[1][HUGE] = 1
    notes = []
    written = json.loads(format_json(G, note=notes.append))
    assert written["edges"] == [{"source": 1, "target": 2, "y": 10**1000}]
    assert [note.partition("hold the ")[2] for note in notes] == [
        "node attribute <a very long int>; it is left out (on 1 node)",
        "edge attribute 'x'; it is left out (on 1 edge)",
    ]
    format_bcf(G, note=notes.append)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = Workspace({"g": G})
    assert str(10**1000) in format_workspace(held)


SOURCES = {
    "node": ('{"nodes": [{"id": %s}], "edges": []}', "n %s", "[graphs.g]\nnodes = [%s]"),
    "weight": (
        '{"nodes": [{"id": 1, "weights": {"p": %s}}], "edges": []}',
        "n 1\nw 1 p %s",
        "[graphs.g]\npath = 2\n[graphs.g.weights]\n0 = {p = %s}",
    ),
    "edge": (
        '{"nodes": [{"id": 1}, {"id": 2}], "edges": [{"source": 1, "target": 2, "weight": %s}]}',
        "e 1 %s",
        "[graphs.g]\nedges = [[1, 2, {weight = %s}]]",
    ),
    "attribute": (
        '{"nodes": [{"id": 1, "x": %s}], "edges": []}',
        "n 1..%s",
        "[graphs.g]\npath = -%s",
    ),
}


@pytest.mark.parametrize("digits", ["7" * 1000, DIGITS], ids=["1000", "5000"])
@pytest.mark.parametrize("what", SOURCES)
def test_files_with_long_numbers(what, digits):
    """The error is that of the file, and has the bound."""
    for read, text in zip((parse_json, parse_bcf, parse_workspace), SOURCES[what], strict=True):
        if what == "attribute" and len(digits) == 1000 and read is parse_json:
            assert read(text % digits).nodes[1]["x"] == int(digits)  # which means nothing to Equibel
            continue
        with pytest.raises(FileFormatError) as caught:
            read(text % digits)
        assert str(MAX_DIGITS) in str(caught.value) or "at least 0, or a list of nodes" in str(caught.value)
        assert len(str(caught.value)) < 300


def test_keys_of_many_digits():
    """In TOML a key of many digits is the name of a node, and not a number."""
    workspace = parse_workspace(f'[graphs.g]\nnodes = ["{DIGITS}"]\n[graphs.g.formulas]\n{DIGITS} = "p"')
    assert workspace.graphs["g"].entails(DIGITS, "p")
    assert parse_workspace(format_workspace(workspace)).graphs["g"] == workspace.graphs["g"]


# Options ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [HUGE, -HUGE], ids=["huge", "-huge"])
def test_options(number):
    """Refused, apart from a time limit that nobody will reach and a seed."""
    G = dispute("q")
    refused = [
        lambda: eb.iterate_simple(G, steps=number),
        lambda: eb.iterate_simple(G, steps=[number]),
        lambda: eb.iterate_simple(G, method=number),
        lambda: eb.iterate_simple(G, executor=number),
        lambda: eb.iterate_simple(G, progress=(number,)),
        lambda: list(G.models(1, limit=number)),
        lambda: Operation("simple", steps=number),
        lambda: eb.random_formula(3, number),
        lambda: eb.revise("p", "q", choice=number),
        lambda: eb.merge(number),
        lambda: G.add_constraint("p", number),
        lambda: write_graph(G, number),
    ]
    for call_it in refused:
        with pytest.raises(eb.OptionError, match="expected") as caught:
            call_it()
        assert len(str(caught.value)) < 300
    for call_it in (lambda: G.add_formula(0, number), lambda: G.add_atoms([number]), lambda: eb.EquibelGraph(number)):
        with pytest.raises(eb.EquibelError):
            call_it()
    eb.random_formula(3, 3, seed=number)
    eb.erdos_renyi_graph(4, 0.5, seed=number)
    if number > 0:
        assert eb.iterate_simple(G, time_limit=number)
    else:
        with pytest.raises(eb.OptionError, match="time_limit is an integer of 5001 digits; expected a positive number"):
            eb.iterate_simple(G, time_limit=number)


GENERATORS = [name for name in eb.generators.__dict__ if name.endswith(("_graph", "_tree"))]


@pytest.mark.parametrize("number", [HUGE, -HUGE, Fraction(HUGE, 3)], ids=["huge", "-huge", "fraction"])
@pytest.mark.parametrize("name", GENERATORS)
def test_generators(name, number):
    """In each place of each generator: what is no graph is refused by `OptionError`."""
    generator = getattr(eb, name)
    parameters = inspect.signature(generator).parameters.values()
    fitting = {each.name: 0.5 if each.name == "p" else 3 for each in parameters if each.default is each.empty}
    for place in inspect.signature(generator).parameters:
        if place in ("alpha", "beta", "L", "seed"):  # which may be as large as they like
            with contextlib.suppress(eb.OptionError):
                generator(**fitting | {place: number})
            continue
        with pytest.raises(eb.OptionError) as caught:
            generator(**fitting | {place: number})
        assert len(str(caught.value)) < 300


# Front ends ---------------------------------------------------------------------------------------------------------


def test_the_shell(tmp_path):
    """Commands with long numbers are done, or refused in one line."""
    name = ATOMS[0]
    done = call("-c", f"create_path g 3; add_formula 1 {name} & p; add_formula 2 ~p; add_weight 1 {name} 2; global; weights")
    assert done.exit_code == 0, done.output
    for command, expected in (
        (f"create_path g {DIGITS}", "an integer of at most 9 digits"),
        (f"add_nodes [1..{DIGITS}]", "at most 12 digits"),
        (f"create_path g 2; add_weight 1 p {DIGITS}", f"at most {MAX_DIGITS} digits"),
        (f"create_path g 2; add_edge_weight (1, 2) {DIGITS}", f"at most {MAX_DIGITS} digits"),
        (f"create_path g 2; simple {DIGITS}", "at most 9 digits"),
        (f"undo {DIGITS}", "at most 9 digits"),
        (f"create_path g 2; node {DIGITS}", "has no node"),
    ):
        ran = call("-c", command)
        assert ran.exit_code == 1
        assert expected in ran.stderr
        assert "Traceback" not in ran.stderr


def test_the_command_line(tmp_path):
    """Files, formulas and options of commands."""
    path = tmp_path / "g.json"
    path.write_text(SOURCES["node"][0] % DIGITS)
    ran = call("solve", path, "--operator", "global")
    assert ran.exit_code == 1
    assert ran.stderr.endswith(f"expected at most {MAX_DIGITS}\n")
    name = ATOMS[0]
    assert call("revise", f"{name} & p", f"~{name} | ~p", "--all").exit_code == 0
    path.write_text(json.dumps({"nodes": [{"id": 1, "formulas": [name]}], "edges": []}))
    assert call("query", path, "1", name).output == "yes\n"
    assert "has no node" in call("query", path, DIGITS, "p").stderr
    for option in ("--steps", "--jobs", "--time-limit"):
        ran = call("solve", path, "--operator", "simple", option, DIGITS)
        assert ran.exit_code == (0 if option == "--time-limit" else 2)


def test_where_python_is_told_to_take_fewer_digits(tmp_path):
    """The bound holds where Python's limit has been set down to the least it can be."""
    G = eb.EquibelGraph([(10**MAX_DIGITS - 1, "a", {"weight": 10**MAX_DIGITS - 1})])
    G.add_formula("a", f"{ATOMS[0]} & p")
    write_graph(G, tmp_path / "g.json")
    ran = program(
        *("solve", tmp_path / "g.json", "--operator", "simple", "--optimum", "cardinality", "--output", "json"),
        env=os.environ | {"PYTHONINTMAXSTRDIGITS": "640"},
    )
    assert (ran.returncode, ran.stderr) == (0, "")
