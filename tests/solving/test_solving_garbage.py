"""The garbage collector is kept away while something as large as a graph is built, and nothing else changes."""

import gc

import pytest
from solving_networks import opposed_path

import equibel as eb
from equibel.solving import uncollected


@pytest.fixture
def collections():
    """The collections that take place, as their generations."""
    seen = []

    def note(phase, info):
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_no_garbage_is_looked_for_in_long_paths(collections):
    """A path of 3,000 nodes needs some ten thousands of objects, for each seven hundred of which Python would look."""
    G = opposed_path(3000, 5)
    gc.collect()
    del collections[:]
    eb.global_completion(G)
    assert len(collections) <= 6


def test_the_collector_is_as_it_was():
    """On before and on afterwards, also after an error and inside another such piece of work; off if it was off."""
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_limit_inside_leaves_the_collector_on():
    """The walk through a graph is stopped by a time limit."""
    G = opposed_path(20_000, 3)
    with pytest.raises(eb.TimeLimitExceeded):
        eb.global_completion(G, time_limit=1e-6)
    assert gc.isenabled()
