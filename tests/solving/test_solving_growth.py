"""Growing interpretations: flips, windows and the method they make, against brute force and against the other methods."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solving_groups import contested, groups, interpretations, optima, shown
from solving_networks import graph, problem

import equibel as eb
from equibel.solving import Limits, Plan, Request, Statistics, equivalent, maximize
from equibel.solving.method import Budget, Case, values_of
from equibel.solving.methods.growth import Growing, bits
from equibel.solving.methods.growth_flips import Flips, TooHardError
from equibel.solving.methods.growth_links import Links
from equibel.solving.methods.growth_models import Growth
from equibel.solving.methods.growth_windows import showing, window
from equibel.solving.preprocessing.autarky import separate
from equibel.solving.preprocessing.splitting import split

MANY = 10**6
LITERALS = ["p", "~p", "q", "~q", "r", "~r", "s", "~s"]
OTHERS = ["p | q", "~r | s", "p -> s", "~q | r", "p ^ r"]


def network(kind, n, seed, share=1 / 3, believed=(*LITERALS, *OTHERS)):
    """A third of the nodes believe a literal or a formula in two atoms."""
    rnd = random.Random(f"{kind} {n} {seed}")
    G = eb.EquibelGraph(graph(kind, n, seed))
    for v in G:
        if rnd.random() < share:
            G.add_formula(v, rnd.choice(believed))
    return G


def numbers(values):
    """Tuples of values as numbers."""
    return {sum(value << n for n, value in enumerate(row)) for row in values}


def improved(group, values, most):
    """What flips make of an interpretation, and how many there were."""
    reached = [int(value) for value in values]
    anchored = bytearray(group.open) + bytearray(b"\1") * len(group.backbone)
    flips = Flips(Links(group), reached, anchored, Limits(), MANY, most)
    flips.improve(list(range(group.open)))
    return [bool(value) for value in reached], flips.flips


@given(group=groups(conflict=True), most=st.sampled_from([1, 2, 100]))
def test_flips_end_where_nothing_is_better(group, most):
    """Every interpretation is improved to an optimal one, and only those that are not optimal are changed."""
    best = optima(group)
    for values in interpretations(group):
        reached, flips = improved(group, values, most)
        assert reached in best
        assert (flips == 0) == (values in best)


@given(case=contested(), size=st.integers(1, 8))
def test_windows_refute_only_what_nothing_shows(case, size):
    """A window shows at least what optimal interpretations show, and a closed one nothing else."""
    group, targets = case
    links = Links(group)
    for node, copies in targets.items():
        through = window(group, links, copies, size)
        request = Request(targets=(node,), size=1 + max(node for node, _ in group.copies))
        found = showing(through, node, 0, request)
        expected = numbers(shown(optima(group), copies))
        assert found is not None
        assert expected <= set(found)
        if through.closed:
            assert expected == set(found)


@given(case=contested(), known=st.integers(0, 255))
def test_windows_leave_out_what_is_known(case, known):
    """Values that have been shown already are not looked for."""
    group, targets = case
    for node, copies in targets.items():
        through = window(group, Links(group), copies, group.open)
        request = Request(targets=(node,), size=1 + max(node for node, _ in group.copies))
        mask = known & (1 << (1 << len(copies))) - 1
        found = showing(through, node, mask, request)
        assert found is not None
        assert not set(found) & set(bits(mask))


@given(group=groups(), seed=st.integers(0, 100))
def test_what_grows_is_an_interpretation(group, seed):
    """All beliefs are true, and what is anchored agrees with a backbone copy all the way."""
    links = Links(group)
    growth = Growth(links, random.Random(seed), Limits())
    growth.spread()
    values = [bool(value) for value in growth.values]
    assert values in interpretations(group)
    reached = set(range(group.open, len(group.copies)))
    size = 0
    while size < len(reached):
        size = len(reached)
        for i in range(group.open):
            if any(j in reached and values[i] == values[j] for j in links.neighbours[i]):
                reached.add(i)
    anchored = {i for i in range(group.open) if growth.anchored[i]}
    assert anchored <= reached
    assert anchored | set(growth.unsure) == set(range(group.open))


@given(case=contested(size=12))
def test_answers_are_those_of_brute_force(case):
    """Whatever is answered is right; the rest is left."""
    group, targets = case
    request = Request(plan=Plan(grown_copies=1), targets=tuple(targets), size=1 + max(node for node, _ in group.copies))
    question = Case(group, request)
    if not Growing().applies(question):
        return
    answer = Growing().solve(question, Budget())
    assert set(answer.believed) | set(answer.left) == set(targets)
    best = optima(group)
    for node, formula in answer.believed.items():
        names = [group.copies[i][1] for i in targets[node]]
        assert values_of(formula, names) == shown(best, targets[node])


@given(group=groups(size=12, conflict=True))
def test_parts_with_copies_that_agree(group):
    """In what an autarky leaves, values of agreeing copies are combined with those of the others."""
    size = 1 + max(node for node, _ in group.copies)
    for part in separate(group, Request())[0]:
        request = Request(plan=Plan(grown_copies=1), targets=tuple(part.nodes), size=size)
        if Growing().applies(Case(part, request)) and (answer := Growing().solve(Case(part, request), Budget())):
            best = optima(part)
            for node, formula in answer.believed.items():
                names = [part.copies[i][1] for i in part.nodes[node]]
                assert values_of(formula, names) == shown(best, part.nodes[node])


@pytest.mark.parametrize("kind", ["scale-free", "small-world", "grid", "tree", "cycle"])
@pytest.mark.parametrize(("n", "seed"), [(60, 2), (100, 3)])
def test_large_networks_as_by_other_methods(kind, n, seed):
    """Growing, and the methods it leaves the rest to, have the answers that the others have without it."""
    G = problem(network(kind, n, seed))
    plan = Plan(narrow_width=0 if kind in ("tree", "cycle") else Plan().narrow_width)  # which is tried before
    statistics = Statistics()
    found = maximize(G, Request(plan=replace(plan, grown_copies=1), limits=Limits(statistics=statistics)))
    expected = maximize(G, Request(plan=replace(plan, grown_copies=MANY)))
    assert statistics.grown > 0
    assert [v for v in expected if not equivalent(found[v], expected[v])] == []


@pytest.mark.parametrize("seed", range(6))
def test_agreeing_atoms_as_by_other_methods(seed):
    """What nobody disputes may be true or false, the same everywhere, where the disputed atoms allow it."""
    believed = ["p", "~p", "q", "~q", "p -> s", "~q | s", "p | t", "~s | t | q"]
    G = problem(network("small-world", 60, seed, believed=believed))
    found = maximize(G, Request(plan=Plan(grown_copies=1)))
    expected = maximize(G, Request(plan=Plan(grown_copies=MANY)))
    assert [v for v in expected if not equivalent(found[v], expected[v])] == []


@pytest.mark.parametrize("seed", range(4))
def test_clauses_as_by_other_methods(seed):
    """Without backbone copies, whole networks may be flipped."""
    G = problem(network("scale-free", 40, seed, believed=["p | q", "~p | ~q", "p | ~r", "q ^ r", "~q | r"]))
    found = maximize(G, Request(plan=Plan(grown_copies=1)))
    expected = maximize(G, Request(plan=Plan(grown_copies=MANY)))
    assert [v for v in expected if not equivalent(found[v], expected[v])] == []


@pytest.mark.parametrize("kind", ["scale-free", "small-world", "grid"])
def test_larger_networks_take_no_more_interpretations(kind):
    """What is grown hardly depends on the size, and next to nothing is asked; a search took calls as long as the network."""
    counts = {}
    for n in (400, 1600):
        statistics = Statistics()
        believed = [*LITERALS[:7], "p | q", "~r | s", "p -> s"]
        maximize(
            problem(network(kind, n, 1, believed=believed)),
            Request(plan=Plan(grown_copies=100), limits=Limits(statistics=statistics)),
        )
        assert statistics.searches == statistics.windows
        assert statistics.methods["growth"].answered
        counts[n] = statistics
    assert 0 < counts[1600].grown <= 2 * counts[400].grown
    assert counts[1600].windows <= 10
    assert counts[1600].flips <= 100


def test_the_same_twice():
    """Nothing depends on the order in which sets are stored."""
    G = problem(network("small-world", 200, 5))
    counts = []
    for _ in range(2):
        statistics = Statistics()
        maximize(G, Request(plan=Plan(grown_copies=100), limits=Limits(statistics=statistics)))
        counts.append((statistics.grown, statistics.flips, statistics.windows, statistics.solver_calls))
    assert counts[0] == counts[1]
    assert counts[0][0] > 0


def test_hard_clusters_are_given_up():
    """An interpretation that would take too many tries is not used, and the answers are the same."""
    G = problem(network("scale-free", 40, 1, share=0.9, believed=OTHERS))
    found = maximize(G, Request(plan=Plan(grown_copies=1, flip_tries=1)))
    expected = maximize(G, Request(plan=Plan(grown_copies=MANY)))
    assert [v for v in expected if not equivalent(found[v], expected[v])] == []
    group = next(group for group in split(G, Limits())[0] if group.constraints)
    growth = Growth(Links(group), random.Random(0), Limits())
    growth.spread()
    with pytest.raises(TooHardError):
        Flips(Links(group), growth.values, growth.anchored, Limits(), 0, 100).improve(list(range(group.open)))


def test_growing_stops_when_it_is_told():
    """A time limit is heard while interpretations grow."""
    G = problem(network("scale-free", 300, 1))
    with pytest.raises(eb.TimeLimitExceeded):
        maximize(G, Request(limits=Limits(1e-9)))
