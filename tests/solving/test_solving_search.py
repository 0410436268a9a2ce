"""The search: what it finds is optimal, and in the end all that targets can show has been found."""

import clingo
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solving_encodings import FOLDER
from solving_groups import (
    answer,
    believed,
    by_eq_set,
    eq_set,
    groups,
    interpretations,
    optima,
    optimal_eq_sets,
    problems,
    shown,
)
from solving_networks import cnf_pair, problem

from equibel.formula import parse
from equibel.options import METHODS
from equibel.solving import Limits, Plan, Problem, Request, Statistics, maximize
from equibel.solving.clingo.solver import Solver, TakesLongError
from equibel.solving.methods.search import search
from equibel.solving.preprocessing.splitting import split

OPTIMA = pytest.mark.parametrize("optimum", oracle.OPTIMA)
LEVELS = pytest.mark.parametrize("levels", [1, 3])
MANY = 1 << 20


def check_search(group, optimum, most, plan=None):
    """Go through the search as `maximize` does."""
    best = optimal_eq_sets(group, optimum)
    models = by_eq_set(group)
    targets = group.nodes
    statistics = Statistics()
    optimal = search(group, targets, Request(optimum, limits=Limits(statistics=statistics), plan=plan or Plan()))
    seen = []
    values = {node: set() for node in targets}
    while found := optimal.find(most):
        eq = eq_set(group, found.interpretation)
        assert found.interpretation in models[eq]
        assert eq in best
        assert eq not in seen
        seen.append(eq)
        if len(models[eq]) > most:
            assert found.same is None
        elif found.same is None:  # too many of a candidate before, and the search gave up looking through them
            assert most < MANY
        else:
            assert sorted(found.same) == sorted(models[eq])
        for node, copies in targets.items():
            new = shown(models[eq], copies) - values[node]
            optimal.exclude(node, new)
            values[node] |= new
    everything = [model for eq in best for model in models[eq]]
    assert values == {node: shown(everything, copies) for node, copies in targets.items()}
    assert optimal.eq_sets == statistics.eq_sets == len(seen)


@OPTIMA
@LEVELS
@given(data=st.data())
def test_search(levels, optimum, data):
    """Each find is optimal, new and comes with all that share its EQ set; together they show all there is."""
    check_search(data.draw(groups(levels=levels, conflict=True)), optimum, data.draw(st.sampled_from([0, 1, 3, MANY])))


@pytest.mark.slow
@OPTIMA
@LEVELS
@given(data=st.data())
@settings(max_examples=100)
def test_search_at_length(levels, optimum, data):
    """The same on thousands of groups."""
    group = data.draw(groups(levels=levels, size=12, conflict=True))
    check_search(group, optimum, data.draw(st.sampled_from([0, 1, 3, MANY])))


@pytest.mark.parametrize("easy", [0, 1, 3])
@OPTIMA
@given(data=st.data())
def test_interrupted_solver_calls_change_nothing(easy, optimum, data):
    """When the solver gives up its first, short attempt, and starts again, nothing is lost and nothing is wrong.

    Nor when targets are put off for others after that.
    """
    group = data.draw(groups(levels=2, size=12, conflict=True))
    conflicts = data.draw(st.sampled_from([1, 2, 2000]))
    check_search(group, optimum, MANY, Plan(easy_conflicts=easy, target_conflicts=conflicts))


def test_patience():
    """Unless it is patient, a search gives up when all targets are hard, and goes on where it was when it is asked again."""
    [group] = [group for group in split(problem(cnf_pair(9, 2)), Limits())[0] if group.compared]
    expected = optimal_eq_sets(group)
    optimal = search(group, group.nodes, Request(plan=Plan(easy_conflicts=1, target_conflicts=1)))
    found, given_up, patient = set(), 0, False
    while True:
        try:
            candidate = optimal.find(patient=patient)
        except TakesLongError:
            given_up += 1
            patient = True
            continue
        patient = False
        if candidate is None:
            break
        found.add(eq_set(group, candidate.interpretation))
    assert given_up > 0
    assert found == expected


class Recorded:
    """The programs given to the solver, as (encodings, instance)."""

    def __init__(self, patch):
        self.programs = []
        original = Solver.__init__

        def init(solver, encodings, instance, *options):
            self.programs.append((list(encodings), instance))
            original(solver, encodings, instance, *options)

        patch.setattr(Solver, "__init__", init)

    def answer_sets(self, group):
        """The answer sets of the last program under plain clingo, as interpretations of the group; and the least cost."""
        encodings, instance = self.programs[-1]
        names = sorted({name for _, name in group.copies})
        position = {f"true({node},{names.index(name)})": i for i, (node, name) in enumerate(group.copies)}
        messages = []
        control = clingo.Control(["0", "--opt-mode=ignore"], logger=lambda code, message: messages.append(message))
        for name in encodings:
            control.load(str(FOLDER / name))
        control.add("base", [], " ".join(f"{fact}." for fact in instance.facts))
        for clause in instance.clauses:
            control.add("base", [], f":- {', '.join(f'not {atom}' if value else str(atom) for atom, value in clause)}.")
        control.add("base", [], ":- searching. :- unfinished. :- uncovered(_).")
        control.ground([("base", [])])
        found = set()
        with control.solve(yield_=True) as handle:
            for model in handle:
                true = {position[str(atom)] for atom in model.symbols(atoms=True) if atom.name == "true"}
                found.add(tuple(i in true for i in range(len(group.copies))))
        assert messages == []
        control.configuration.solve.opt_mode = "opt"
        with control.solve(yield_=True) as handle:
            *_, cost = (list(model.cost) for model in handle)
        return found, cost


def check_program(group, optimum):
    with pytest.MonkeyPatch.context() as patch:
        recorded = Recorded(patch)
        search(group, group.nodes, Request(optimum))
        found, cost = recorded.answer_sets(group)
    models = set(map(tuple, interpretations(group)))
    best = optima(group, optimum)
    assert set(map(tuple, best)) <= found <= models
    if optimum == oracle.CARDINALITY:
        assert found == models
        assert cost == [-level.bit_count() for level in eq_set(group, best[0])]


@OPTIMA
@LEVELS
@given(data=st.data())
def test_the_program_of_a_search(levels, optimum, data):
    """The answer sets are interpretations, and no optimal one is missing; clingo finds no loose end in the program."""
    check_program(data.draw(groups(levels=levels, size=8, conflict=True)), optimum)


@pytest.mark.slow
@OPTIMA
@LEVELS
@given(data=st.data())
@settings(max_examples=80)
def test_the_program_of_a_search_at_length(levels, optimum, data):
    """The same on many groups."""
    check_program(data.draw(groups(levels=levels, size=9, conflict=True)), optimum)


@pytest.mark.parametrize(
    ("beliefs", "edges", "copy", "possible"),
    [
        # q at node 1 is in no formula; its neighbours are 0 and 2.
        (["p | q", "True", "~p & ~q"], ((0, 1, 0), (1, 2, 0)), (1, "q"), {(False, False), (True, True), (True, False)}),
        # With levels the nearest neighbour alone decides.
        (["p | q", "True", "~p & ~q"], ((0, 1, 0), (1, 2, 1)), (1, "q"), {(False, False), (True, True)}),
        (["p | q", "True", "~p & ~q"], ((0, 1, 1), (1, 2, 0)), (1, "q"), {(False, False), (True, False)}),
    ],
)
def test_a_copy_nobody_mentions_agrees_with_someone_near(beliefs, edges, copy, possible, monkeypatch):
    """By inclusion, a copy in no formula that differs from all of its nearest neighbours is ruled out from the start."""
    recorded = Recorded(monkeypatch)
    formulas = tuple(map(parse, beliefs))
    found, _ = split(Problem(formulas, edges, (0, 1, 2)), Limits())
    [group] = [group for group in found if copy in group.copies[: group.open]]
    search(group, group.nodes, Request(oracle.INCLUSION))
    here, there = group.copies.index(copy), group.copies.index((0, copy[1]))
    values, _ = recorded.answer_sets(group)
    assert {(model[there], model[here]) for model in values} <= possible
    assert {(model[there], model[here]) for model in optima(group)} <= possible


def check_maximize(given_problem, atoms, optimum):
    levels = [[(x, y) for x, y, at in given_problem.edges if at == level] for level in range(4)]
    beliefs = {v: believed(formula, atoms) for v, formula in enumerate(given_problem.beliefs)}
    expected = oracle.complete(beliefs, levels, len(atoms), optimum)
    for method in METHODS:
        found = maximize(given_problem, Request(optimum, method))
        assert {v: believed(formula, atoms) for v, formula in found.items()} == expected, method
        for v in given_problem.targets[:2]:  # alone, a star is solved directly
            alone = Problem(given_problem.beliefs, given_problem.edges, (v,))
            [formula] = maximize(alone, Request(optimum, method)).values()
            assert answer(believed(formula, atoms), atoms) == answer(expected[v], atoms), method


@OPTIMA
@given(drawn=problems(levels=4, size=12))
def test_levels_in_any_order(optimum, drawn):
    """With levels on any edges the answers are those of the definition, by both methods."""
    check_maximize(*drawn, optimum)


@pytest.mark.slow
@OPTIMA
@given(drawn=problems(levels=4, size=14))
@settings(max_examples=200)
def test_levels_at_length(optimum, drawn):
    """The same on thousands of problems."""
    check_maximize(*drawn, optimum)
