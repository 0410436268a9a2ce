"""What is counted, wherever it is done."""

import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields

import pytest
from executors import AtOnce
from solving_networks import clause_network, cnf_pair, problem

import equibel as eb
from equibel.solving import Limits, Request, Statistics, entails, maximize, statistics, total
from equibel.solving.statistics import MethodStatistics

COUNTS = [each.name for each in fields(Statistics) if each.type == "int"]


def counts(found):
    """All but the seconds."""
    methods = {name: (method.asked, method.answered) for name, method in found.methods.items()}
    return {name: getattr(found, name) for name in COUNTS} | methods


def counted(operator, *arguments, **options):
    """What an operator counts, and what is added to the total of this process meanwhile."""
    before, found = counts(total()), Statistics()
    operator(*arguments, statistics=found, **options)
    after = counts(total())
    return counts(found), {name: after[name] - before[name] for name in COUNTS if not name.startswith("most_")}


POOLS = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor, "at once": AtOnce}
OPERATORS = pytest.mark.parametrize("operator", [eb.global_completion, eb.iterate_expanding])


@OPERATORS
@pytest.mark.parametrize("pool", POOLS)
def test_an_executor_counts_what_is_counted_here(operator, pool):
    """Other threads and processes count for whoever asked them, each thing once, and for the total of this process once."""
    G = clause_network("grid", 16, 4, seed=0)
    expected, added = counted(operator, G, opt_type=eb.CARDINALITY)
    assert added == {name: expected[name] for name in added}
    assert expected["solver_calls"] > 0
    with POOLS[pool](2) if pool != "at once" else AtOnce() as executor:
        found, added = counted(operator, G, opt_type=eb.CARDINALITY, executor=executor)
    assert added == {name: found[name] for name in added}
    if operator is eb.global_completion:  # of iteration, each process has a memory of neighbourhoods
        assert found == expected
    assert found["problems"] >= expected["problems"]


def test_counts_add_up():
    """The same statistics may be given to several operators."""
    found = Statistics()
    eb.revise("p & q", "~p | ~q", statistics=found)
    once = counts(found)
    eb.revise("p & q", "~p | ~q", statistics=found)
    assert found.problems == 2 * once["problems"] == 2
    assert all(method.seconds >= 0 for method in found.methods.values())


def test_questions_are_counted():
    """A question about formulas counts in its limits' statistics, and one without limits in the total."""
    hard = eb.EquibelGraph([(0, 1)])
    hard.add_formula(0, " ^ ".join(f"x{i}" for i in range(14)))
    limits = Limits(statistics=Statistics())
    entails(hard.belief(0), hard.belief(0), limits)
    assert limits.statistics.solver_calls == limits.statistics.programs == 1
    before = total().solver_calls
    entails(hard.belief(0), hard.belief(0))
    assert total().solver_calls == before + 1


def test_what_was_spent_before_an_error_is_counted():
    """Running out of time does not lose the counts."""
    found = Statistics()
    with pytest.raises(eb.TimeLimitExceeded):
        maximize(problem(cnf_pair(60, 1)), Request(limits=Limits(time_limit=0.5, statistics=found)))
    assert found.solver_calls > 0


def test_threads_lose_no_counts():
    """Several computations may count in the same statistics at the same time."""
    found = Statistics()

    def work():
        for _ in range(1000):
            found.count(candidates=1, most_kinds=3)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.candidates, found.most_kinds) == (8000, 3)


def test_taking():
    """What is taken is not counted again."""
    found = Statistics.of_a_worker()
    before = counts(total())
    found.count(lemmas=2)
    found.asked("star", answered=True, seconds=0.5)
    taken = found.take()
    assert (taken.lemmas, taken.methods["star"].answered) == (2, 1)
    assert found == Statistics()
    assert counts(total()) == before  # until it arrives somewhere
    found.include(taken)
    assert found.lemmas == 2
    assert isinstance(found.methods["star"], MethodStatistics)


def test_since():
    """The difference of two copies is what was counted in between."""
    found = Statistics()
    found.count(lemmas=2, most_kinds=7)
    found.asked("star", answered=True, seconds=0.5)
    found.asked("search", answered=False, seconds=0.25)
    before = found.copy()
    found.count(lemmas=3)
    found.asked("search", answered=True, seconds=0.25)
    expected = Statistics(lemmas=3, most_kinds=7, methods={"search": MethodStatistics(1, 1, 0.25)})
    assert found.since(before) == expected


def test_a_wrong_statistics_is_named():
    """The option is checked like the others."""
    with pytest.raises(eb.OptionError, match=r"statistics is 1; expected an equibel\.Statistics"):
        eb.revise("p", "q", statistics=1)


def test_every_count_is_documented():
    """The docstring says what each of them means."""
    for each in fields(Statistics):
        assert each.name.startswith("_") or f"{each.name}" in statistics.Statistics.__doc__
