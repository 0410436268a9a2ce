"""What is heard from layers, by the search from listeners and by that from speakers, against the distances."""

from collections import Counter

import networkx as nx
import numpy as np
import pytest
from adjacency import rows
from hypothesis import given
from hypothesis import strategies as st

from equibel.formula import parse
from equibel.graph import distances
from equibel.operators.hearing import FromListeners, FromSpeakers, Told
from equibel.operators.layers import Layers
from equibel.options import CARDINALITY, INCLUSION
from equibel.solving import Request
from equibel.solving.belief_parts import ALL, BeliefParts

TEXTS = ["True", "p", "~p & q", "p | q", "r ^ s", "q & (r | s)"]
PARSED = list(map(parse, TEXTS))


def searches(graph, told, listeners):
    """Both."""

    def layers(sources):
        return Layers(*rows(graph), sources, lambda: None)

    speakers = told.speakers()
    return FromListeners(told, layers(listeners)), FromSpeakers(told, layers(speakers), speakers, listeners, len(graph))


@pytest.mark.parametrize("optimum", [INCLUSION, CARDINALITY])
@given(nodes=st.integers(2, 90), share=st.sampled_from([0.03, 0.1]), seed=st.integers(0, 999))
def test_what_is_heard(optimum, nodes, share, seed):
    """All factors that matter to a listener, as often as they matter; while less and less does."""
    random = np.random.default_rng(seed)
    graph = nx.gnp_random_graph(nodes, share, seed=seed)
    parts = BeliefParts(Request(optimum), PARSED)
    numbers = [parts.number(formula) for formula in PARSED]
    each = [parts.factors(number) for number in numbers]
    begins, flat = np.cumsum([0, *map(len, each)]), np.array([factor for some in each for factor in some])
    which = random.integers(0, len(TEXTS), nodes)
    told = Told(parts, begins, flat, which, random.random(len(parts.most_leaves())) < 0.8)
    listeners = random.permutation(nodes)[: random.integers(1, nodes + 1)]
    reached = [distances(graph, int(node)) for node in listeners]
    place = {factor: i for i, factor in enumerate(told.factors.tolist())}
    matter = random.random((len(told.factors), len(listeners))) < 0.7
    both = searches(graph, told, listeners)
    for distance in range(1, nodes + 1):
        expected = Counter(
            (listener, place[factor])
            for listener, around in enumerate(reached)
            for node, d in around.items()
            if d == distance
            for factor in each[which[node]]
            if factor in place and matter[place[factor], listener]
        )
        if optimum == INCLUSION:
            expected = {pair: min(n, told.most[pair[1]]) for pair, n in expected.items()}
        for search in both:
            heard = search.advance(matter)
            found = {} if heard is None else {(v, f): n for v, f, n in zip(*(x.tolist() for x in heard), strict=True)}
            assert found == expected
            assert heard is None or (np.diff(heard.factor) >= 0).all()
        matter &= random.random(matter.shape) < 0.8
        for search in both:
            search.leave(matter)
    assert optimum == INCLUSION or all(told.most == ALL)
