"""Layers around many nodes at once, against a breadth-first search from each of them."""

import networkx as nx
import numpy as np
import pytest
from adjacency import rows
from hypothesis import given
from hypothesis import strategies as st

from equibel.graph import distances
from equibel.operators import layers
from equibel.operators.layers import Layers, packed, unpacked


def found(search, sources):
    """The pairs of a source and a node in its layer."""
    bits = unpacked(search.words)[:, : len(sources)]
    assert unpacked(search.words).sum() == bits.sum()
    return {(sources[column], int(search.nodes[row])) for row, column in np.argwhere(bits).tolist()}


@given(
    nodes=st.integers(1, 90),
    share=st.sampled_from([0.02, 0.05, 0.2]),
    seed=st.integers(0, 999),
    together=st.sampled_from([1, 100, 1 << 16]),
    data=st.data(),
)
def test_the_same_distances(nodes, share, seed, together, data):
    """Also when some sources are left on the way, and however many nodes are looked at together."""
    graph = nx.gnp_random_graph(nodes, share, seed=seed)
    sources = data.draw(st.lists(st.integers(0, nodes - 1), min_size=1, unique=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "_WORDS", together)
        search = Layers(*rows(graph), np.array(sources), lambda: None)
        reached = {source: distances(graph, source) for source in sources}
        distance = 0
        while len(search.nodes):
            expected = {(v, u) for v in sources for u, d in reached[v].items() if d == distance}
            assert found(search, sources) == expected
            if data.draw(st.booleans()):
                kept = [i for i in range(len(sources)) if data.draw(st.booleans())]
                search.keep(np.array(kept, np.int64))
                sources = [sources[i] for i in kept]
            search.advance()
            distance += 1
        assert all(max(reached[v].values()) < distance for v in sources)


def test_limits_are_checked():
    """Several times in a step through a large network."""
    checks = []
    graph = nx.star_graph(50_000)
    search = Layers(*rows(graph), np.arange(64 * 16), lambda: checks.append(1))
    search.advance()
    assert len(checks) >= 10


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 200])
def test_bits(size):
    """They come back as they went, in rows of whole words."""
    bits = np.random.default_rng(size).random((3, size)) < 0.5
    words = packed(bits)
    assert words.shape == (3, -(-size // 64))
    assert (unpacked(words)[:, :size] == bits).all()
