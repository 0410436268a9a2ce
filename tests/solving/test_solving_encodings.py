"""The encodings alone, without the package around them."""

import itertools
import subprocess
import sys

import clingo
import oracle
import pytest
from answers import beliefs
from hypothesis import given, settings
from hypothesis import strategies as st
from solving_encodings import ENGINE, FOLDER, Program, solve
from strategies import ALPHABETS, NODE_NAMES, Case, cases

import equibel as eb
from equibel.graph.asp_facts import node_term, quoted

BOTH = "pair(1,p). pair(1,q). "
ROWS = ([], ["true(1,p)"], ["true(1,p)", "true(1,q)"], ["true(1,q)"])  # in the order of `solve`
OPTIONS = ("--heuristic=Domain", "--enum-mode=domRec")


# interpretation.lp --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("", [[]]),
        ("pair(1,p).", [[], ["true(1,p)"]]),
        (BOTH, list(ROWS)),
        ("pair(1,p). pair(2,p).", [[], ["true(1,p)"], ["true(1,p)", "true(2,p)"], ["true(2,p)"]]),
        ("backbone(1,p,1).", [["true(1,p)"]]),
        ("backbone(1,p,0).", [[]]),
        ("backbone(1,p,1). backbone(2,p,0). pair(3,p).", [["true(1,p)"], ["true(1,p)", "true(3,p)"]]),
    ],
)
def test_interpretation(facts, expected):
    """Open copies take either value, backbone copies the value that they have in the backbone."""
    assert solve(facts, "interpretation.lp", show="true") == expected


def test_the_search_shows_true_copies_alone():
    """Of all the atoms of a search program only the true copies are shown, so that reading a model is quick."""
    text = BOTH + "pair(2,p). compared(p,1,2,0). atomic(f,1,p). asserted(f). target(1)."
    shown = solve(text, *ENGINE, "cover.lp")
    assert {atom.split("(")[0] for atoms in shown for atom in atoms} == {"true"}


# formulas.lp --------------------------------------------------------------------------------------------------------

LEAVES = "atomic(a,1,p). atomic(b,1,q). "


def column(facts):
    """The values of formula f where p and q are false, p, both, q."""
    sets = solve(BOTH + LEAVES + facts, "interpretation.lp", "formulas.lp", show="true holds")
    rows = {tuple(atom for atom in atoms if atom.startswith("true")): "holds(f)" in atoms for atoms in sets}
    assert len(rows) == len(sets) == 4
    return [int(rows[tuple(row)]) for row in ROWS]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("atomic(f,1,p).", [0, 1, 1, 0]),
        ("atomic(f,1,q).", [0, 0, 1, 1]),
        ("verum(f).", [1, 1, 1, 1]),
        ("", [0, 0, 0, 0]),  # a formula without a defining fact is False
        ("negation(f,a).", [1, 0, 0, 1]),
        ("negation(f,g). negation(g,a).", [0, 1, 1, 0]),
        ("negation(f,g).", [1, 1, 1, 1]),  # of False
        ("conjunction(f). part(f,a). part(f,b).", [0, 0, 1, 0]),
        ("disjunction(f). part(f,a). part(f,b).", [0, 1, 1, 1]),
        ("conjunction(f).", [1, 1, 1, 1]),  # of nothing
        ("disjunction(f).", [0, 0, 0, 0]),  # of nothing
        ("conjunction(f). part(f,b).", [0, 0, 1, 1]),
        ("disjunction(f). part(f,b).", [0, 0, 1, 1]),
        ("conjunction(f). part(f,a). part(f,b). part(f,c). negation(c,a).", [0, 0, 0, 0]),
        ("disjunction(f). part(f,a). part(f,b). part(f,c). negation(c,a).", [1, 1, 1, 1]),
        ("implication(f,a,b).", [1, 0, 1, 1]),
        ("implication(f,b,a).", [1, 1, 1, 0]),
        ("implication(f,a,a).", [1, 1, 1, 1]),
        ("equivalence(f,a,b).", [1, 0, 1, 0]),
        ("equivalence(f,a,a).", [1, 1, 1, 1]),
        ("exclusive(f,a,b).", [0, 1, 0, 1]),
        ("exclusive(f,a,a).", [0, 0, 0, 0]),
        ("implication(f,g,h). exclusive(g,a,b). conjunction(h). part(h,a).", [1, 1, 1, 0]),
        ("equivalence(f,g,b). verum(g).", [0, 0, 1, 1]),
        ("exclusive(f,g,b). verum(g).", [1, 1, 0, 0]),
        ("negation(f,g). disjunction(g). part(g,a). part(g,b).", [1, 0, 0, 0]),
    ],
)
def test_truth_tables(facts, expected):
    """Each connective has its truth table."""
    assert column(facts) == expected


@pytest.mark.parametrize(
    ("facts", "models"),
    [
        ("asserted(a).", [ROWS[1], ROWS[2]]),
        ("asserted(a). asserted(b).", [ROWS[2]]),
        ("asserted(f). exclusive(f,a,b).", [ROWS[1], ROWS[3]]),
        ("asserted(f). negation(f,f1). verum(f1).", []),
        ("asserted(unknown).", []),
        ("negation(f,a).", list(ROWS)),  # described, but not believed
    ],
)
def test_asserted_formulas_hold(facts, models):
    """The interpretations left are those in which what is believed holds."""
    assert solve(BOTH + LEAVES + facts, "interpretation.lp", "formulas.lp", show="true") == sorted(models)


def test_formulas_are_read_at_their_node():
    """The same atom at another node is another copy."""
    text = "pair(1,p). pair(2,p). atomic(a,1,p). atomic(b,2,p). negation(f,b). asserted(a). asserted(f)."
    assert solve(text, "interpretation.lp", "formulas.lp", show="true") == [["true(1,p)"]]


# eq_sets.lp ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            "pair(1,p). pair(2,p). compared(p,1,2,0).",
            [["eq(p,1,2)"], ["eq(p,1,2)", "true(1,p)", "true(2,p)"], ["true(1,p)"], ["true(2,p)"]],
        ),
        ("pair(1,p). backbone(2,p,1). compared(p,1,2,0).", [["eq(p,1,2)", "true(1,p)", "true(2,p)"], ["true(2,p)"]]),
        ("pair(1,p). backbone(2,p,0). compared(p,1,2,7).", [["eq(p,1,2)"], ["true(1,p)"]]),
        ("backbone(1,p,0). backbone(2,p,0). compared(p,1,2,0).", [["eq(p,1,2)"]]),
        ("pair(1,p). pair(2,p).", [[], ["true(1,p)"], ["true(1,p)", "true(2,p)"], ["true(2,p)"]]),
        ("pair(1,p). pair(1,q). compared(p,1,1,0).", [["eq(p,1,1)", *row] for row in ROWS]),
    ],
)
def test_eq_sets(facts, expected):
    """Copies that are compared are equal when both are true or both are not, on every level."""
    assert solve(facts, "interpretation.lp", "eq_sets.lp", show="true eq") == sorted(expected)


# cardinality.lp -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "cost"),
    [
        ("pair(1,p).", []),
        ("backbone(1,p,1). backbone(2,p,1). compared(p,1,2,0).", [-1]),
        ("backbone(1,p,1). pair(2,p). backbone(3,p,0). compared(p,1,2,0). compared(p,2,3,0).", [-1]),
        ("backbone(1,p,1). pair(2,p). backbone(3,p,0). compared(p,1,2,0). compared(p,2,3,1).", [-1, 0]),
        ("backbone(1,p,1). pair(2,p). backbone(3..5,p,0). compared(p,1,2,0). compared(p,2,3..5,1).", [-1, 0]),
        ("backbone(1,p,1). pair(2,p). backbone(3..5,p,0). compared(p,1,2,1). compared(p,2,3..5,0).", [-3, 0]),
        ("backbone(1,p,1). pair(2,p). backbone(3..5,p,0). compared(p,1,2,0). compared(p,2,3..5,0).", [-3]),
        ("pair(1..3,p). compared(p,1,2,0). compared(p,2,3,0). compared(p,1,3,0).", [-3]),
        ("pair(1,(p;q)). pair(2,(p;q)). compared((p;q),1,2,0).", [-2]),
    ],
)
def test_cardinality(facts, cost):
    """The least cost is minus the greatest number of agreements, nearer levels first."""
    program = Program(facts, "interpretation.lp", "eq_sets.lp", "cardinality.lp")
    assert program.optimum() == cost
    assert program.messages == []


# cover.lp -----------------------------------------------------------------------------------------------------------


def test_searching_means_that_some_target_is_uncovered():
    """While something new is looked for some target shows it; otherwise targets may be covered or not."""
    sets = solve("target(1..3).", "interpretation.lp", "cover.lp", show="searching uncovered")
    searching = [atoms for atoms in sets if "searching" in atoms]
    assert len(searching) == 4 * 7  # "unfinished" and "insisting" are free, at least one of three is uncovered
    assert all(len(atoms) > 1 for atoms in searching)
    assert len(sets) - len(searching) == 4 * 8


@pytest.mark.parametrize("insisting", [False, True])
def test_targets_are_uncovered_where_possible(insisting):
    """Under inclusion the first interpretation found is new to every target that can be new."""
    encodings = ["interpretation.lp", "formulas.lp", "eq_sets.lp", "inclusion.lp", "cover.lp"]
    program = Program("target(1..3). :- uncovered(2).", *encodings, arguments=["--heuristic=Domain"])
    assumptions = [(clingo.Function("searching"), True), (clingo.Function("insisting"), insisting)]
    with program.control.solve(assumptions=assumptions, yield_=True) as handle:
        first = next(iter(handle))
        assert sorted(str(atom) for atom in first.symbols(atoms=True) if atom.name == "uncovered") == [
            "uncovered(1)",
            "uncovered(3)",
        ]


# Messages -----------------------------------------------------------------------------------------------------------

FULL = """
pair(1,p). pair(2,p). pair(1,q). backbone(2,q,1). compared(p,1,2,0). compared(q,1,2,1).
asserted(f). disjunction(f). part(f,a). part(f,n). part(f,c). part(f,i). part(f,e). part(f,x). verum(v).
atomic(a,1,p). atomic(b,1,q). negation(n,b). conjunction(c). part(c,a). part(c,v).
implication(i,a,b). equivalence(e,a,b). exclusive(x,a,b). target(1). target(2).
"""


@pytest.mark.parametrize("facts", [FULL, "pair(1,p). pair(2,p). compared(p,1,2,0). target(1)."])
def test_clingo_has_nothing_to_remark(facts):
    """Neither with facts of every predicate nor with few does clingo find a loose end."""
    program = Program(facts, *ENGINE, "cardinality.lp", "cover.lp", "mcs_enumeration.lp")
    assert program.answer_sets()
    assert program.messages == []


@pytest.mark.parametrize(
    ("encodings", "missing"),
    [(["eq_sets.lp"], "true(X,P)"), (["formulas.lp"], "true(X,P)"), (["cover.lp"], "target(X)")],
)
def test_misspelt_predicates_are_noticed(encodings, missing):
    """A predicate that must be there, and is not, makes clingo say so: no blanket ``#defined`` hides it."""
    program = Program("compared(p,1,2,0). atomic(f,1,p).", *encodings)
    assert any("atom does not occur in any rule head" in said and missing in said for said in program.messages)


def test_every_file_says_what_it_is():
    """An encoding begins with its purpose and documents its predicates where it introduces any."""
    for entry in FOLDER.iterdir():
        if entry.name.endswith(".lp"):
            text = entry.read_text(encoding="utf-8")
            assert text.startswith("% ")
            assert "Input:" in text
            assert text.count("%*!") == text.count("*%\n")


# listing.lp ---------------------------------------------------------------------------------------------------------


def listed(G):
    """The maximal EQ sets that clingo lists."""
    program = Program(G.to_asp(), "listing.lp", arguments=OPTIONS)
    sets = program.answer_sets()
    if program.messages:  # no agreement is open, so clingo lists interpretations, all with the same EQ set
        assert program.messages == ["domRec ignored: No domain atoms found."]
        return sets[:1] if sets == sets[:1] * len(sets) else sets
    return sets


def expected_eq_sets(case, G):
    """The maximal EQ sets of the definition, as clingo writes their atoms."""
    levels = [[edge for edge in G.edges if edge[0] != edge[1]]]
    scenario = case.oracle()
    best = oracle.optimal(oracle.interpretations(scenario.beliefs, levels, scenario.width), oracle.INCLUSION)
    triples = [(p, x, y) for x, y in levels[0] for p in case.atoms]
    written = [f"eq({quoted(p)},{node_term(x)},{node_term(y)})" for p, x, y in triples]
    return sorted(sorted(atom for i, atom in enumerate(written) if eq >> i & 1) for (eq,) in best)


@given(cases())
def test_listing(case):
    """Plain clingo lists exactly the maximal EQ sets, each once, whatever the nodes and atoms are called."""
    G = case.graph()
    assert listed(G) == expected_eq_sets(case, G)


@pytest.mark.slow
@given(cases(size=16, max_nodes=8))
@settings(max_examples=80)
def test_listing_at_length(case):
    """The same on many and larger scenarios."""
    G = case.graph()
    assert listed(G) == expected_eq_sets(case, G)


@given(cases(min_nodes=1, size=10))
def test_listing_gives_the_completion(case):
    """The translations of the formulas under the EQ sets that clingo lists, put together, are the global completion."""
    assert beliefs(eb.global_completion(case.graph()), case.atoms) == oracle.complete_by_translation(case.oracle()).beliefs


def test_listing_from_the_command_line(tmp_path):
    """The call in the header of the file works as it stands there."""
    case = Case([0, 1, 2, 3], [(0, 1), (1, 2), (2, 3)], {0: ["p & q"], 3: ["~p & ~q"]}, ["p", "q"])
    G = case.graph()
    scenario = tmp_path / "scenario.lp"
    scenario.write_text(G.to_asp(), encoding="utf-8")
    call = [sys.executable, "-m", "clingo", str(FOLDER / "listing.lp"), str(scenario), "0", *OPTIONS]
    run = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)
    lines = run.stdout.splitlines()
    sets = sorted(sorted(lines[i + 1].split()) for i, line in enumerate(lines) if line.startswith("Answer:"))
    assert sets == expected_eq_sets(case, G)
    assert len(sets) == 9
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("facts", "errors"),
    [
        ("node(1). edge(1,2). atom(p).", ['error("an edge names an unknown node",2)']),
        ("node(1). edge(2,1). atom(p).", ['error("an edge names an unknown node",2)']),
        (
            "node(3..4). edge(3,4). edge(1,2). atom(p).",
            ['error("an edge names an unknown node",1)', 'error("an edge names an unknown node",2)'],
        ),
        (
            "node(3..4). edge(3,4). atom(p). formula(2,p).",
            ['error("a formula belongs to an unknown node",2)'],
        ),
        (
            "node(3..4). edge(3,4). atom(p). formula(2,neg(p)).",
            ['error("a formula belongs to an unknown node",2)'],
        ),
        ("node(1..2). edge(1,2). atom(p). formula(2,p).", []),
    ],
)
def test_facts_that_do_not_fit_together(facts, errors):
    """Facts about nodes there are not are reported in every answer set."""
    sets = solve(facts, "listing.lp", arguments=OPTIONS)
    assert sets
    assert all([atom for atom in atoms if atom.startswith("error")] == errors for atoms in sets)


HOSTILE = [
    *itertools.chain(*NODE_NAMES),
    '"',
    "\\",
    '\\"',
    "%*",
    "*%",
    "#script(python)",
    "a. b :- c.",
    "\n:- node(X).",
    "}",
]


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6, unique_by=repr), st.sampled_from(ALPHABETS), st.data())
def test_names_are_data(nodes, alphabet, data):
    """Whatever nodes are called, the facts hold one node each, and nothing but nodes, edges, atoms and formulas."""
    G = eb.EquibelGraph()
    G.add_nodes_from(nodes)
    G.add_edges_from(itertools.pairwise(nodes))
    G.add_atoms(alphabet)
    holder = data.draw(st.sampled_from(list(G)))
    G.add_formula(holder, " | ".join(alphabet))
    [facts] = solve(G.to_asp(), show="")
    names = [fact.split("(")[0] for fact in facts]
    assert {name: names.count(name) for name in ("node", "edge", "atom", "formula")} == {
        "node": G.number_of_nodes(),
        "edge": G.number_of_edges(),
        "atom": len(alphabet),
        "formula": 1,
    }
    assert set(names) <= {"node", "edge", "atom", "formula"}
