"""How much work is done, counted in operations: what an idea of the engine saves must not be lost unnoticed.

The bounds leave room, mostly for twice as much as is needed, since the solver's choices differ from release to release.
Without the idea that a test is about, they are exceeded.
"""

import itertools
import random
import sys
from dataclasses import dataclass, field

import pytest
from solving_networks import clause_network, cnf_pair, graph, opposed_path, problem

import equibel as eb
from equibel.formula import TRUE, conjunction, conjuncts, disjunction, literal, negation, parse
from equibel.operators import steps
from equibel.options import METHODS, OPTIMA
from equibel.solving import Limits, Problem, characterizations, consistent, entails, maximize, models, rivalry, satisfiable
from equibel.solving import settle as settle_module
from equibel.solving import split as split_module
from equibel.solving.search import Search
from equibel.solving.settle import settle
from equibel.solving.solver import Solver, TakesLongError
from equibel.solving.sweep import Sweep

ENGINE = sys.modules["equibel.solving.maximize"]  # the package has a function of that name


@dataclass
class Work:
    """What was done."""

    groups: list = field(default_factory=list)
    parts: list = field(default_factory=list)  # per group that was split further, its parts
    satisfiable: int = 0  # formulas asked about
    stars: int = 0  # groups solved as stars
    eliminated: int = 0  # groups of small width
    searches: list = field(default_factory=list)
    models: int = 0  # read from the solver by searches
    swept: list = field(default_factory=list)  # models read when all are asked for, per call
    solvers: list = field(default_factory=list)
    maximized: int = 0  # problems of single neighbourhoods

    @property
    def solver_calls(self):
        """All of them, also those outside of searches."""
        return sum(solver.calls for solver in self.solvers)

    def effort(self, what):
        """What the searches have cost together."""
        return sum(getattr(search.effort, what) for search in self.searches)

    @property
    def eq_sets(self):
        return self.effort("eq_sets")


@pytest.fixture
def work(monkeypatch):
    """What is done during a test."""
    work = Work()

    def observe(owner, name, note):
        original = getattr(owner, name)

        def observed(*arguments, **options):
            answer = original(*arguments, **options)
            note(answer, *arguments)
            return answer

        monkeypatch.setattr(owner, name, observed)

    def count(name, number=lambda answer: 1):
        def note(answer, *arguments):
            setattr(work, name, getattr(work, name) + number(answer))

        return note

    observe(ENGINE, "split", lambda answer, *_: work.groups.extend(answer[0]))
    observe(ENGINE, "separate", lambda answer, *_: work.parts.append(answer[0]))
    observe(ENGINE, "satisfiable", count("satisfiable"))
    observe(ENGINE, "star_values", count("stars", lambda answer: answer is not None))
    observe(characterizations, "search", lambda answer, *_: work.searches.append(answer))
    observe(Search, "_read", count("models"))
    observe(Search, "_read", lambda *_: no_end_in_sight(work))
    observe(Solver, "sweep", lambda answer, *_: work.swept.append(len(answer)))
    observe(Solver, "__init__", lambda answer, solver, *_: work.solvers.append(solver))
    observe(steps, "maximize", count("maximized"))
    for owner in (ENGINE, characterizations):
        observe(owner, "eliminate", count("eliminated", lambda answer: answer is not None))
    monkeypatch.setattr(settle_module, "_known", {})  # what earlier tests have asked about formulas
    return work


@pytest.fixture
def searching(monkeypatch):
    """Elimination and sweeping are switched off, which would leave little to be searched."""
    monkeypatch.setattr(ENGINE, "_PAIR", 0)
    monkeypatch.setattr(ENGINE, "_NARROW", 0)
    monkeypatch.setattr(characterizations, "_ATTEMPTS", ())


def no_end_in_sight(work):
    """Where an idea is lost, a search may go on for hours; it fails when it has gone on for too long to pass."""
    assert work.eq_sets <= 500
    assert work.models <= 2000


METHOD = pytest.mark.parametrize("method", METHODS)
OPTIMUM = pytest.mark.parametrize("optimum", OPTIMA)


# Groups ---------------------------------------------------------------------------------------------------------------


@METHOD
def test_groups_without_conflict_take_one_question(method, work):
    """What agrees is not searched: per group there is one question about satisfiability, and nothing else."""
    G = eb.EquibelGraph(graph("small-world", 30, seed=1))
    for v, (a, b) in zip(G, itertools.cycle(itertools.combinations("pqrstu", 2)), strict=False):
        G.add_formula(v, f"{a} | {b}")
    eb.global_completion(G, method=method)
    assert work.satisfiable == len(work.groups) == 1
    assert (work.parts, work.searches, work.solver_calls) == ([], [], 0)


@OPTIMUM
def test_large_formulas_without_conflict_take_one_solver_call(optimum, work):
    """With sixty atoms, each formula is asked once what it settles, and all of them together once whether they agree."""
    G = wide_network("small-world", seed=1, dispute=("True", "True"))
    maximize(problem(G), optimum, eb.SEMANTIC)
    assert len(work.groups) == work.satisfiable == 1
    assert len(work.solvers) <= len(G) + 2
    assert work.searches == []


@METHOD
def test_opposed_path_needs_no_search(method, work):
    """The atoms of opposite literals do not matter to one another, and along a path both values of each are possible."""
    eb.global_completion(opposed_path(20, 3), method=method)
    assert len(work.groups) == 3
    assert (work.searches, work.solver_calls) == ([], 0)


@METHOD
def test_opposed_path_by_cardinality(method, work):
    """Two EQ sets per atom show both values everywhere, of the thousands there are."""
    eb.global_completion(opposed_path(20, 3), method=method, opt_type=eb.CARDINALITY)
    assert len(work.searches) == 3
    assert work.eq_sets <= 3 * 2 * 2
    assert work.solver_calls <= 3 * 8 * 2


def test_a_longer_path_takes_no_more_groups(work):
    """The number of groups is that of the atoms, and every copy is in one of them."""
    eb.global_completion(opposed_path(1000, 5))
    assert len(work.groups) == 5
    assert sum(group.open for group in work.groups) == 5 * 998
    assert work.solver_calls == 0


def test_a_literal_separates(work):
    """What settles an atom is a border: conflicts on its two sides are searched by themselves."""
    G = eb.path_graph(31)
    for v in range(0, 31, 3):
        G.add_formula(v, ["p & q", "~p | ~q", "~p & ~q", "p ^ q"][v // 3 % 4])
    eb.global_completion(G)
    assert [group.open for group in work.groups] == [10] * 5


# Autarkies ------------------------------------------------------------------------------------------------------------


def wide_network(kind, seed, dispute, number=10, n=12, k=60):
    """Every node believes random clauses of three literals, all true together; besides, the first and last one quarrel.

    In ``dispute``, what they say, ``a``, ``b`` and ``c`` stand for three literals that are true together with the clauses.
    """
    rnd = random.Random(f"{kind} {seed}")
    model = {f"x{i}": rnd.random() < 0.5 for i in range(k)}
    G = eb.EquibelGraph(graph(kind, n, seed))
    for v in G:
        found = []
        while len(found) < number:
            signs = {p: rnd.random() < 0.5 for p in rnd.sample(sorted(model), 3)}
            if any(model[p] == sign for p, sign in signs.items()):
                found.append("(" + " | ".join(p if sign else f"~{p}" for p, sign in signs.items()) + ")")
        G.add_formula(v, " & ".join(found))
    true = {name: f"x{i}" if model[f"x{i}"] else f"~x{i}" for i, name in enumerate("abc")}
    for v, text in zip((0, n - 1), dispute, strict=True):
        G.add_formula(v, "".join(f"({true[c]})" if c in true else c for c in text) if text != "True" else text)
    return G


DISPUTES = [
    ("a & b & c", "~a & ~b & ~c"),
    ("a & b & c", "~a | ~b | ~c"),
    ("(a | b) & (b | c) & (a | c)", "(~a | ~b) & (~b | ~c) & (~a | ~c)"),
]


@METHOD
@pytest.mark.parametrize("dispute", DISPUTES)
def test_what_nobody_disputes_is_not_searched(dispute, method, work, searching):
    """With sixty atoms and a conflict about three, the search is about few copies and looks at few EQ sets."""
    G = wide_network("path", seed=1, dispute=dispute)
    eb.global_completion(G, method=method)
    [parts] = work.parts
    open_copies = sum(group.open for group in work.groups)
    assert sum(len(set(range(part.open)) - part.agreeing) for part in parts) < open_copies / 2
    assert 0 < work.eq_sets < 100
    assert work.effort("solver_calls") < 400


def test_separate_conflicts_become_separate_parts(work, searching):
    """Conflicts that only undisputed atoms connect are searched one by one: their EQ sets add up, they do not multiply."""
    G = eb.path_graph(6)
    for i in range(6):
        for v, sides in ((0, (f"a{i}", f"b{i}")), (5, (f"~a{i}", f"~b{i}"))):
            G.add_formula(v, "({} | {}) & (~{} | ~{})".format(*sides, *sides) if v == 0 else f"{sides[0]} = {sides[1]}")
            G.add_formula(v, f"{sides[0]} | z{i} | z{(i + 1) % 6}")
    eb.global_completion(G)
    assert len(work.groups) == 1
    assert [len(parts) for parts in work.parts] == [6]
    assert len(work.searches) == 6
    assert work.eq_sets < 6 * 20


# Stars and neighbourhoods ---------------------------------------------------------------------------------------------


@OPTIMUM
@pytest.mark.parametrize("iterate", [eb.iterate_simple, eb.iterate_ring])
def test_stars_need_no_solver(iterate, optimum, work):
    """Simple and ring iteration complete stars, which is done without search and without the solver."""
    iterate(clause_network("scale-free", 60, 4, seed=1), opt_type=optimum)
    assert work.stars > 5
    assert (work.searches, work.solver_calls) == ([], 0)


@pytest.mark.parametrize(
    ("iterate", "problems"), [(eb.iterate_simple, 2), (eb.iterate_ring, 3), (eb.iterate_augmenting, 2)]
)
def test_equal_neighbourhoods_are_solved_once(iterate, problems, work):
    """The leaves of a star are in the same position, so one of them is solved for all."""
    G = eb.star_graph(50)
    G.add_formula(0, "p | q")
    for leaf in range(1, 51):
        G.add_formula(leaf, "~p")
    iterate(G)
    assert work.maximized <= 2 * problems


def test_neighbours_in_another_order(work):
    """It does not matter in which order neighbours come: where all are in the same position, one is solved for all."""
    edges = [(v, other) for v in range(100) for other in ((v + 10) % 100, v // 10 * 10 + (v + 1) % 10)]
    random.Random(0).shuffle(edges)
    G = eb.EquibelGraph(edges)
    for v in G:  # everybody has four neighbours, who believe the four other things
        G.add_formula(v, ["p | q", "~p", "q", "p ^ q", "~q"][(v // 10 + 2 * (v % 10)) % 5])
    eb.iterate_simple(G)
    assert work.maximized <= 2 * 5


def test_equal_neighbourhoods_of_a_fixpoint(work):
    """Each round of a fixpoint solves the few neighbourhoods that differ, whatever the beliefs have become."""
    G = eb.cycle_graph(40)
    for v in range(0, 40, 4):
        G.add_formula(v, "p & q" if v % 8 else "~p & r")
    _, rounds = eb.iterate_simple_fixpoint(G)
    assert rounds >= 3
    assert work.maximized <= 2 * 5 * rounds


# Elimination ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def kinds(monkeypatch):
    """The numbers of kinds of interpretations that elimination has looked at, each time."""
    kinds = []
    original = rivalry.least

    def least(*arguments):
        answer = original(*arguments)
        kinds.append(len(answer))
        return answer

    monkeypatch.setattr(rivalry, "least", least)
    return kinds


@pytest.mark.parametrize("kind", ["path", "tree"])
def test_paths_and_trees_need_no_search(kind, work, kinds):
    """Six atoms in conflict all along: messages of a few hundred kinds of interpretations, and no EQ set is looked at."""
    G = clause_network(kind, 64, 6, seed=1)
    eb.global_completion(G)
    assert work.eliminated > 0
    assert work.searches == []
    copies = sum(group.open for group in work.groups)
    assert max(kinds) <= 600
    assert sum(kinds) <= 450 * copies
    assert len(kinds) <= 15 * copies


def test_every_message_is_joined_a_few_times(work, kinds):
    """What all leaves of a star but one say is not put together for each of them anew."""
    G = eb.star_graph(200)
    for v in G:
        G.add_formula(v, ["p | q | r", "p & (q | r)", "~p | q", "~q & r", "p ^ r", "q -> ~p & r"][v % 5 + (v > 0)])
    eb.global_completion(G)
    assert (work.eliminated, work.searches) == (1, [])
    copies = sum(group.open for group in work.groups)
    assert len(kinds) <= 20 * copies


def test_a_long_search_ends_in_elimination(work, monkeypatch):
    """What is too wide at first, and takes many EQ sets, is eliminated after all."""
    monkeypatch.setattr(ENGINE, "_NARROW", 0)
    monkeypatch.setattr(characterizations, "_ATTEMPTS", (characterizations.Attempt(10**6, 10, 2000),))
    eb.global_completion(clause_network("path", 64, 6, seed=1))
    assert work.eliminated > 0
    assert 10 <= work.eq_sets <= 10 * len(work.searches)


# Search ---------------------------------------------------------------------------------------------------------------


@METHOD
@pytest.mark.parametrize("seed", [1, 2, 4, 5])
def test_grids_need_few_eq_sets(seed, method, work, searching):
    """Values are covered by EQ sets that show many nodes something new, and what supports nothing is not looked at."""
    G = clause_network("grid", 36, 4, seed)
    eb.global_completion(G, method=method)
    assert 0 < work.eq_sets <= 45
    assert work.effort("solver_calls") <= 6 * work.eq_sets
    assert work.effort("lemmas") <= work.eq_sets


@METHOD
@pytest.mark.parametrize("seed", [0, 1, 3, 5])
def test_grids_by_cardinality(seed, method, work):
    """The greatest size is demanded, so that every candidate is taken and few are needed."""
    G = clause_network("grid", 36, 4, seed)
    eb.global_completion(G, method=method, opt_type=eb.CARDINALITY)
    assert 0 < work.eq_sets <= 20
    assert work.effort("candidates") <= 6 * work.eq_sets
    assert work.effort("solver_calls") <= 10 * work.eq_sets
    assert work.effort("lemmas") == 0


def hard_conflicts(monkeypatch):
    """How many conflicts the solver comes upon in each call that is not easy."""
    conflicts = []
    original = Solver.models

    def models(solver, *arguments):
        try:
            yield from original(solver, *arguments)
        finally:
            conflicts.append(solver._control.statistics["solving"]["solvers"]["conflicts"])

    monkeypatch.setattr(Solver, "models", models)
    return conflicts


@pytest.mark.parametrize("seed", [0, 3])
def test_hard_calls_do_not_insist(seed, work, monkeypatch):
    """Insisting on what is new to many nodes may lead a search astray: then it is given up before long."""
    conflicts = hard_conflicts(monkeypatch)
    given_up = []
    easily = Solver.easily

    def note(*arguments):
        try:
            return easily(*arguments)
        except TakesLongError:
            given_up.append(arguments)
            raise

    monkeypatch.setattr(Solver, "easily", note)
    eb.global_completion(clause_network("grid", 36, 4, seed))
    assert given_up
    assert sum(conflicts) < 5000
    assert work.effort("candidates") <= 100


def test_hard_targets_are_put_off(monkeypatch):
    """Whether one node can show something new may take long to say; what others show first makes it easy."""
    conflicts = hard_conflicts(monkeypatch)
    eb.global_completion(clause_network("grid", 36, 4, seed=122), time_limit=60)
    assert 0 < sum(conflicts) < 100_000


def test_dense_revision(work, searching):
    """Where nearly every EQ set is needed, each takes one call to find it, one to see that it is best, hardly more."""
    for seed in (2, 4, 6, 7):
        eb.global_completion(cnf_pair(16, seed))
    assert work.eq_sets > 40
    assert work.effort("solver_calls") <= 5 * work.eq_sets
    assert work.effort("candidates") <= 3 * work.eq_sets


def test_two_nodes_are_swept(work):
    """All EQ sets of a revision are found in one call, whatever their number, and all values in another."""
    for seed in (2, 4, 6, 7):
        eb.global_completion(cnf_pair(20, seed))
    found, values = work.swept[::2], work.swept[1::2]
    assert len(found) == len(values) == 4
    assert sum(found) > 150
    assert not work.searches


def test_small_revisions_need_two_programs(work, monkeypatch):
    """One about the formulas, whether they have models and what they settle, and one for everything between the two."""
    given = []
    original = Solver.__init__

    def init(solver, encodings, instance, limits):
        given.append(instance)
        original(solver, encodings, instance, limits)

    monkeypatch.setattr(Solver, "__init__", init)
    for number, seed in enumerate((2, 4, 6, 7), 1):
        G = cnf_pair(24, seed)
        eb.revise(*(G.beliefs(node) for node in G))
        assert len(given) == 2 * number
        assert len(given[-1].facts) <= 4 * 24  # copies and comparisons; a formula of clauses is not described by facts
    assert not work.parts


def test_results_of_many_models_are_short(work):
    """What the models of an answer have in common is not repeated in each of them."""
    for seed in (2, 4, 6, 7):
        G = cnf_pair(24, seed)
        answer = eb.global_completion(G).belief(next(iter(G)))
        count = sum(1 for _ in models(answer, G.atom_names()))
        assert len(answer) <= max(60, 20 * count)


def test_most_eq_sets_met_are_maximal(work):
    """The search for EQ sets lets equalities hold first: few of the sets that it comes upon are beaten later."""
    for seed in (2, 4, 6, 7):
        [group] = split_module.split(problem(cnf_pair(20, seed)), Limits())[0]
        maximal = Sweep(group, group.nodes, Limits()).maximal_eq_sets(1000)
        assert len(maximal) <= work.swept[-1] <= 4 * len(maximal)


@pytest.mark.parametrize("kind", ["path", "tree"])
def test_what_is_learned_saves_eq_sets(kind, work, searching):
    """What makes an interpretation worse in one place is not met again with everything that may be elsewhere."""
    eb.global_completion(clause_network(kind, 64, 6, seed=1))
    assert 0 < work.eq_sets <= 300
    assert 0 < work.effort("lemmas") <= 2 * work.eq_sets


def test_flips_improve_without_the_solver(work):
    """With levels, what is far away is put right by flips, each with its lesson, before the solver is asked for better."""
    eb.iterate_augmenting(opposed_path(12, 3))
    assert work.effort("lemmas") >= work.eq_sets
    assert work.effort("solver_calls") <= 25 * work.eq_sets


def test_levels(work):
    """With levels, candidates are few and soon seen to be optimal."""
    eb.iterate_augmenting(clause_network("cycle", 14, 3, seed=1))
    eb.iterate_augmenting(clause_network("tree", 14, 3, seed=1))
    assert work.eq_sets > 20
    assert work.effort("candidates") <= 6 * work.eq_sets
    assert work.effort("solver_calls") <= 20 * work.eq_sets


@METHOD
def test_wide_answers_are_symbolic(method, work, searching):
    """An EQ set with thousands of interpretations is described: no more than a few of them are ever looked at."""
    eb.global_completion(wide_pair(), method=method)
    assert 0 < work.eq_sets <= 20
    assert work.models <= 50 * work.eq_sets


def test_wide_answers_of_two_nodes_are_symbolic(work, monkeypatch):
    """The same when all EQ sets are found at once: the search takes over when they have too many interpretations."""
    read = count_models(monkeypatch)
    eb.global_completion(wide_pair())
    assert 0 < work.swept[0] <= 40
    assert read[0] <= 20 * work.swept[0]
    assert len(work.searches) == 1


def test_few_values_need_few_eq_sets(work):
    """Where a node has few models, a search for its values is soon over, however many EQ sets there are."""
    G = cnf_pair(40, 3)
    G.set_formulas("alpha", "({}) | ({})".format(" & ".join(G.atom_names()), " & ".join(f"~{p}" for p in G.atom_names())))
    maximize(problem(G, ["alpha"]), eb.INCLUSION, eb.SEMANTIC)
    assert work.eq_sets <= 4
    assert sum(work.swept) <= ENGINE._SWEPT


def wide_pair():
    """Two nodes that differ in a few atoms, with thousands of interpretations each."""
    G = eb.path_graph(2)
    G.set_formulas(0, ["x0 ^ x1", *(f"y{i} ^ y{i + 1} ^ x0" for i in range(0, 24, 2))])
    G.set_formulas(1, ["x0 = x1", *(f"y{i} | y{i + 2} | x1" for i in range(0, 22, 2))])
    return G


def count_models(monkeypatch):
    """How many models are read when all are asked for, in a list of one number."""
    read = [0]
    original = Solver.sweep

    def sweep(solver, assumptions, reader, *arguments, **options):
        def counted(model):
            read[0] += 1
            return reader(model)

        return original(solver, assumptions, counted, *arguments, **options)

    monkeypatch.setattr(Solver, "sweep", sweep)
    return read


# The splitting of formulas --------------------------------------------------------------------------------------------


def test_formulas_are_asked_once_what_they_settle(work):
    """What a formula settles is remembered, however many nodes believe it, in however many neighbourhoods."""
    belief = parse("p & (p -> q) | " + " | ".join(f"(x{i} & x{i + 1})" for i in range(12)))
    for _ in range(2):
        split_module.split(Problem((belief,) * 20, tuple((i, i + 1, 0) for i in range(19)), (0, 5)), Limits())
    assert len(work.solvers) == 1


def test_the_solver_is_asked_about_several_formulas_at_a_time(work):
    """What seventeen formulas of twelve atoms settle is found by one program; which of them have no model, by some more."""
    formulas = [parse(f"(x0 | {' & '.join(f'y{i}_{k}' for k in range(10))}) & (~x0 | z{i})") for i in range(20)]
    assert settle(formulas[3:], Limits()) == [({}, tuple(conjuncts(formula))) for formula in formulas[3:]]
    assert len(work.solvers) == 1
    wide = parse(" | ".join(f"a{i}" for i in range(8)))
    contradiction = [parse(f"{a}p | {b}q") for a in ("", "~") for b in ("", "~")]
    assert consistent([conjunction([wide, *contradiction]), *formulas[:3]], Limits()) == [False, True, True, True]
    assert len(work.solvers) == 1 + 1 + 4  # those of one program, one of which has no model, are looked at one by one


def test_long_answers_are_checked_without_the_solver(work):
    """That a list of models over many atoms is no tautology shows in a few assignments, whatever its length."""
    rows = random.Random(3)
    models = [conjunction(literal(f"x{i}", rows.random() < 0.5) for i in range(30)) for _ in range(200)]
    assert satisfiable(negation(disjunction(models)))
    assert not entails(TRUE, disjunction(models))
    assert not work.solvers
