"""How much work is done, counted in operations: what an idea of the engine saves must not be lost unnoticed.

The bounds leave room, mostly for twice as much as is needed, since the solver's choices differ from release to release.
Without the idea that a test is about, they are exceeded.
"""

import itertools
import random

import networkx as nx
import pytest
from plans import planned
from solving_networks import clause_network, cnf_pair, graph, opposed_path, problem

import equibel as eb
from equibel import caches
from equibel.formula import TRUE, conjunction, conjuncts, disjunction, literal, negation, parse
from equibel.options import METHODS, OPTIMA
from equibel.solving import Limits, Plan, Problem, Request, Statistics, consistent, entails, maximize, models, satisfiable
from equibel.solving.methods.mcs_enumeration import McsEnumeration
from equibel.solving.preprocessing.autarky import separate
from equibel.solving.preprocessing.backbone import find_backbones
from equibel.solving.preprocessing.splitting import split
from equibel.solving.statistics import MethodStatistics


class Work(Statistics):
    """What is done during a test; as an event it happens when searches have gone on for too long to pass.

    Where an idea is lost, they may go on for hours.
    """

    def __call__(self, operator, *arguments, **options):
        """Apply an operator, and count."""
        return operator(*arguments, **options, statistics=self, cancel=self)

    def limits(self):
        """Limits under which work is counted."""
        return Limits(statistics=self, cancel=self)

    def is_set(self):
        return self.eq_sets > 500 or self.models > 2000

    def of(self, method):
        """What one method has done."""
        return self.methods.get(method, MethodStatistics())


@pytest.fixture
def work():
    caches.clear()  # what earlier tests have asked about formulas
    return Work()


@pytest.fixture
def searching():
    """Elimination, MCS enumeration and growing are switched off, which would leave little to be searched."""
    with planned(pair_nodes=0, narrow_width=0, attempts=0, grown_copies=10**9):
        yield


def groups_of(G):
    """The groups of a scenario."""
    return split(problem(G), Limits())[0]


METHOD = pytest.mark.parametrize("method", METHODS)
OPTIMUM = pytest.mark.parametrize("optimum", OPTIMA)


# Groups ---------------------------------------------------------------------------------------------------------------


@METHOD
def test_groups_without_conflict_take_one_question(method, work):
    """What agrees is not searched: per group there is one question about satisfiability, and nothing else."""
    G = eb.EquibelGraph(graph("small-world", 30, seed=1))
    for v, (a, b) in zip(G, itertools.cycle(itertools.combinations("pqrstu", 2)), strict=False):
        G.add_formula(v, f"{a} | {b}")
    work(eb.global_completion, G, method=method)
    assert work.of("agreement").asked == work.groups == 1
    assert (list(work.methods), work.solver_calls) == (["agreement"], 0)


@OPTIMUM
def test_large_formulas_without_conflict_take_one_solver_call(optimum, work):
    """With sixty atoms, each formula is asked once for its backbone, and all of them together once whether they agree."""
    G = wide_network("small-world", seed=1, dispute=("True", "True"))
    maximize(problem(G), Request(optimum, limits=work.limits()))
    assert work.groups == work.of("agreement").asked == 1
    assert work.programs <= len(G) + 2
    assert work.searches == 0


@METHOD
def test_opposed_path_needs_no_search(method, work):
    """The atoms of opposite literals do not matter to one another, and along a path both values of each are possible."""
    work(eb.global_completion, opposed_path(20, 3), method=method)
    assert work.groups == 3
    assert (work.searches, work.solver_calls) == (0, 0)


@METHOD
def test_opposed_path_by_cardinality(method, work):
    """Two EQ sets per atom show both values everywhere, of the thousands there are."""
    work(eb.global_completion, opposed_path(20, 3), method=method, opt_type=eb.CARDINALITY)
    assert work.searches == 3
    assert work.eq_sets <= 3 * 2 * 2
    assert work.solver_calls <= 3 * 8 * 2


def test_a_longer_path_takes_no_more_groups(work):
    """The number of groups is that of the atoms, and every copy is in one of them."""
    G = opposed_path(1000, 5)
    work(eb.global_completion, G)
    assert work.groups == 5
    assert sum(group.open for group in groups_of(G)) == 5 * 998
    assert work.solver_calls == 0


def test_a_literal_separates():
    """A backbone copy is a border: conflicts on its two sides are searched by themselves."""
    G = eb.path_graph(31)
    for v in range(0, 31, 3):
        G.add_formula(v, ["p & q", "~p | ~q", "~p & ~q", "p ^ q"][v // 3 % 4])
    assert [group.open for group in groups_of(G)] == [10] * 5


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
    work(eb.global_completion, G, method=method)
    [group] = [group for group in groups_of(G) if group.constraints]
    parts, _, _ = separate(group, Request())
    open_copies = sum(group.open for group in groups_of(G))
    assert work.parts == len(parts)
    assert sum(len(set(range(part.open)) - part.agreeing) for part in parts) < open_copies / 2
    assert 0 < work.eq_sets < 100
    assert work.solver_calls < 400


def test_separate_conflicts_become_separate_parts(work, searching):
    """Conflicts that only undisputed atoms connect are searched one by one: their EQ sets add up, they do not multiply."""
    G = eb.path_graph(6)
    for i in range(6):
        for v, sides in ((0, (f"a{i}", f"b{i}")), (5, (f"~a{i}", f"~b{i}"))):
            G.add_formula(v, "({} | {}) & (~{} | ~{})".format(*sides, *sides) if v == 0 else f"{sides[0]} = {sides[1]}")
            G.add_formula(v, f"{sides[0]} | z{i} | z{(i + 1) % 6}")
    work(eb.global_completion, G)
    assert work.groups == 1
    assert work.of("autarky").asked == 1
    assert work.parts == 6
    assert work.searches == 6
    assert work.eq_sets < 6 * 20


# Stars and neighbourhoods ---------------------------------------------------------------------------------------------


@OPTIMUM
@pytest.mark.parametrize("iterate", [eb.iterate_simple, eb.iterate_ring])
def test_stars_need_no_solver(iterate, optimum, work):
    """Simple and ring iteration complete stars, which is done without search and without the solver."""
    work(iterate, clause_network("scale-free", 60, 4, seed=1), opt_type=optimum)
    assert work.of("star").answered >= 1
    assert (work.searches, work.solver_calls) == (0, 0)


@pytest.mark.parametrize(("iterate", "problems"), [(eb.iterate_simple, 2), (eb.iterate_ring, 3), (eb.iterate_augmenting, 2)])
def test_equal_neighbourhoods_are_solved_once(iterate, problems, work):
    """The leaves of a star are in the same position, so one of them is solved for all."""
    G = eb.star_graph(50)
    G.add_formula(0, "p | q")
    for leaf in range(1, 51):
        G.add_formula(leaf, "~p")
    work(iterate, G)
    assert work.problems <= 2 * problems


def test_neighbours_in_another_order(work):
    """It does not matter in which order neighbours come: where all are in the same position, one is solved for all."""
    edges = [(v, other) for v in range(100) for other in ((v + 10) % 100, v // 10 * 10 + (v + 1) % 10)]
    random.Random(0).shuffle(edges)
    G = eb.EquibelGraph(edges)
    for v in G:  # everybody has four neighbours, who believe the four other things
        G.add_formula(v, ["p | q", "~p", "q", "p ^ q", "~q"][(v // 10 + 2 * (v % 10)) % 5])
    eb.iterate_simple(G)
    assert work.problems <= 2 * 5


def test_equal_neighbourhoods_of_a_fixpoint(work):
    """Each round of a fixpoint solves the few neighbourhoods that differ, whatever the beliefs have become."""
    G = eb.cycle_graph(40)
    for v in range(0, 40, 4):
        G.add_formula(v, "p & q" if v % 8 else "~p & r")
    _, rounds = work(eb.iterate_simple_fixpoint, G)
    assert rounds >= 3
    assert work.problems <= 2 * 5 * rounds


# Elimination ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["path", "tree"])
def test_paths_and_trees_need_no_search(kind, work):
    """Six atoms in conflict all along: messages of a few hundred kinds of interpretations, and no EQ set is looked at."""
    G = clause_network(kind, 64, 6, seed=1)
    work(eb.global_completion, G)
    assert work.of("elimination").answered > 0
    assert work.searches == 0
    copies = sum(group.open for group in groups_of(G))
    assert work.most_kinds <= 600
    assert work.kinds <= 450 * copies
    assert work.messages <= 15 * copies


def test_every_message_is_joined_a_few_times(work):
    """What all leaves of a star but one say is not put together for each of them anew."""
    G = eb.star_graph(200)
    for v in G:
        G.add_formula(v, ["p | q | r", "p & (q | r)", "~p | q", "~q & r", "p ^ r", "q -> ~p & r"][v % 5 + (v > 0)])
    work(eb.global_completion, G)
    assert (work.of("elimination").answered, work.searches) == (1, 0)
    copies = sum(group.open for group in groups_of(G))
    assert work.messages <= 20 * copies


def test_equal_messages_are_computed_once(work):
    """In a tree whose branches are alike, the work depends on the depth and not on the number of branches."""
    messages = []
    for branches in (2, 3):
        G = eb.EquibelGraph(nx.balanced_tree(branches, 6))
        for v in G:
            if v == 0 or G.degree(v) == 1:
                G.add_formula(v, "p ^ q" if v else "p = q")
        before = work.messages
        work(eb.global_completion, G)
        messages.append(work.messages - before)
    assert work.of("elimination").answered == 2
    assert max(messages) <= 20 * 2 * 7


def test_a_long_search_ends_in_elimination(work):
    """What is too wide at first, and takes many EQ sets, is eliminated after all."""
    with planned(narrow_width=0, attempts=1, long_eq_sets=10, target_conflicts=10**6, grown_copies=10**9):
        work(eb.global_completion, clause_network("path", 64, 6, seed=1))
    assert work.of("elimination").answered > 0
    assert 10 <= work.eq_sets <= 10 * work.searches


# Search ---------------------------------------------------------------------------------------------------------------


@METHOD
@pytest.mark.parametrize("seed", [1, 2, 4, 5])
def test_grids_need_few_eq_sets(seed, method, work, searching):
    """Values are covered by EQ sets that show many nodes something new, and what supports nothing is not looked at."""
    G = clause_network("grid", 36, 4, seed)
    work(eb.global_completion, G, method=method)
    assert 0 < work.eq_sets <= 45
    assert work.solver_calls <= 6 * work.eq_sets
    assert work.lemmas <= work.eq_sets


@METHOD
@pytest.mark.parametrize("seed", [0, 1, 3, 5])
def test_grids_by_cardinality(seed, method, work):
    """The greatest size is demanded, so that every candidate is taken and few are needed."""
    G = clause_network("grid", 36, 4, seed)
    work(eb.global_completion, G, method=method, opt_type=eb.CARDINALITY)
    assert 0 < work.eq_sets <= 20
    assert work.candidates <= 6 * work.eq_sets
    assert work.solver_calls <= 10 * work.eq_sets
    assert work.lemmas == 0


@pytest.mark.parametrize("seed", [0, 3])
def test_hard_calls_do_not_insist(seed, work):
    """Insisting on what is new to many nodes may lead a search astray: then it is given up before long."""
    work(eb.global_completion, clause_network("grid", 36, 4, seed))
    assert work.given_up > 0
    assert work.conflicts < 5000
    assert work.candidates <= 100


@pytest.mark.slow
def test_hard_targets_are_put_off(work):
    """Whether one node can show something new may take long to say; what others show first makes it easy."""
    work(eb.global_completion, clause_network("grid", 36, 4, seed=122), time_limit=60)
    assert 0 < work.conflicts < 100_000


def test_dense_revision(work, searching):
    """Where nearly every EQ set is needed, each takes one call to find it, one to see that it is best, hardly more."""
    for seed in (2, 4, 6, 7):
        work(eb.global_completion, cnf_pair(16, seed))
    assert work.eq_sets > 40
    assert work.solver_calls <= 5 * work.eq_sets
    assert work.candidates <= 3 * work.eq_sets


def test_two_nodes_are_enumerated(work):
    """All EQ sets of a revision are found in one call, whatever their number, and all values in another."""
    for seed in (2, 4, 6, 7):
        work(eb.global_completion, cnf_pair(20, seed))
    assert work.of("enumeration").asked == work.of("enumeration").answered == 4
    assert work.enumerated > 150
    assert work.searches == 0


def test_small_revisions_need_two_programs(work):
    """One finds the backbones of the formulas, and whether they have models; one does everything between the two."""
    for number, seed in enumerate((2, 4, 6, 7), 1):
        G = cnf_pair(24, seed)
        facts = work.facts
        work(eb.revise, *(G.beliefs(node) for node in G))
        assert work.programs == 2 * number
        assert work.facts - facts <= 4 * 24  # copies and comparisons; a formula of clauses is not described by facts
    assert work.of("autarky").asked == 0


def test_results_of_many_models_are_short():
    """What the models of an answer have in common is not repeated in each of them."""
    for seed in (2, 4, 6, 7):
        G = cnf_pair(24, seed)
        answer = eb.global_completion(G).belief(next(iter(G)))
        count = sum(1 for _ in models(answer, G.atom_names()))
        assert len(answer) <= max(60, 20 * count)


def test_most_eq_sets_met_are_maximal():
    """The search for EQ sets lets equalities hold first: few of the sets that it comes upon are beaten later."""
    for seed in (2, 4, 6, 7):
        [group] = groups_of(cnf_pair(20, seed))
        work = Work()
        maximal = McsEnumeration(group, group.nodes, Request(limits=work.limits())).maximal_eq_sets(1000)
        assert len(maximal) <= work.enumerated <= 4 * len(maximal)


@pytest.mark.parametrize("kind", ["path", "tree"])
def test_what_is_learned_saves_eq_sets(kind, work, searching):
    """What makes an interpretation worse in one place is not met again with everything that may be elsewhere."""
    work(eb.global_completion, clause_network(kind, 64, 6, seed=1))
    assert 0 < work.eq_sets <= 300
    assert 0 < work.lemmas <= 2 * work.eq_sets


def test_flips_improve_without_the_solver(work):
    """With levels, what is far away is put right by flips, each with its lesson, before the solver is asked for better."""
    work(eb.iterate_augmenting, opposed_path(12, 3))
    assert work.lemmas >= work.eq_sets
    assert work.solver_calls <= 25 * work.eq_sets


def test_levels(work):
    """With levels, candidates are few and soon seen to be optimal."""
    work(eb.iterate_augmenting, clause_network("cycle", 14, 3, seed=1))
    work(eb.iterate_augmenting, clause_network("tree", 14, 3, seed=1))
    assert work.eq_sets > 20
    assert work.candidates <= 6 * work.eq_sets
    assert work.solver_calls <= 20 * work.eq_sets


@METHOD
def test_wide_answers_are_symbolic(method, work, searching):
    """An EQ set with thousands of interpretations is described: no more than a few of them are ever looked at."""
    work(eb.global_completion, wide_pair(), method=method)
    assert 0 < work.eq_sets <= 20
    assert work.models <= 50 * work.eq_sets


def test_wide_answers_of_two_nodes_are_symbolic(work):
    """The same when all EQ sets are found at once: the search takes over when they have too many interpretations."""
    work(eb.global_completion, wide_pair())
    assert 0 < work.enumerated <= 40
    assert work.enumerated + work.listed <= 20 * work.enumerated
    assert work.searches == 1


def test_few_values_need_few_eq_sets(work):
    """Where a node has few models, a search for its values is soon over, however many EQ sets there are."""
    G = cnf_pair(40, 3)
    G.set_formulas("alpha", "({}) | ({})".format(" & ".join(G.atom_names()), " & ".join(f"~{p}" for p in G.atom_names())))
    maximize(problem(G, ["alpha"]), Request(limits=work.limits()))
    assert work.eq_sets <= 4
    assert work.enumerated + work.listed <= Plan().first_eq_sets


def wide_pair():
    """Two nodes that differ in a few atoms, with thousands of interpretations each."""
    G = eb.path_graph(2)
    G.set_formulas(0, ["x0 ^ x1", *(f"y{i} ^ y{i + 1} ^ x0" for i in range(0, 24, 2))])
    G.set_formulas(1, ["x0 = x1", *(f"y{i} | y{i + 2} | x1" for i in range(0, 22, 2))])
    return G


# The splitting of formulas --------------------------------------------------------------------------------------------


def test_formulas_are_asked_once_for_their_backbones(work):
    """The backbone of a formula is found once in a computation, whoever believes it, in however many neighbourhoods.

    The test whether formulas have models, which comes first, finds it.
    """
    belief = parse("p & (p -> q) | " + " | ".join(f"(x{i} & x{i + 1})" for i in range(12)))
    limits = work.limits()
    assert consistent([belief], limits) == [True]
    assert work.programs == 1
    for _ in range(2):
        split(Problem((belief,) * 20, tuple((i, i + 1, 0) for i in range(19)), (0, 5)), limits)
    assert work.programs == 1


def test_the_solver_is_asked_about_several_formulas_at_a_time(work):
    """One program finds the backbones of seventeen formulas of twelve atoms; some more find which have no model."""
    formulas = [parse(f"(x0 | {' & '.join(f'y{i}_{k}' for k in range(10))}) & (~x0 | z{i})") for i in range(20)]
    assert find_backbones(formulas[3:], work.limits()) == [({}, tuple(conjuncts(formula))) for formula in formulas[3:]]
    assert work.programs == 1
    wide = parse(" | ".join(f"a{i}" for i in range(8)))
    contradiction = [parse(f"{a}p | {b}q") for a in ("", "~") for b in ("", "~")]
    assert consistent([conjunction([wide, *contradiction]), *formulas[:3]], work.limits()) == [False, True, True, True]
    assert work.programs == 1 + 1 + 4  # those of one program, one of which has no model, are looked at one by one


def test_long_answers_are_checked_without_the_solver(work):
    """That a list of models over many atoms is no tautology shows in a few assignments, whatever its length."""
    rows = random.Random(3)
    models = [conjunction(literal(f"x{i}", rows.random() < 0.5) for i in range(30)) for _ in range(200)]
    assert satisfiable(negation(disjunction(models)), work.limits())
    assert not entails(TRUE, disjunction(models), work.limits())
    assert work.programs == 0
