"""Declared results: when they are stale, what is computed again and what is not, provenance, failures, interruptions."""

import json
import re
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

import pytest
from workspace_views import chain, derived, view

import equibel
from equibel import operators
from equibel.errors import (
    Cancelled,
    InconsistentFormulaError,
    OptionError,
    TimeLimitExceeded,
    UnknownNameError,
)
from equibel.workspace import (
    AddFormulas,
    AddNodes,
    CreateGraph,
    Declare,
    Delete,
    Operation,
    RemoveFormulas,
    Rename,
    ReplaceGraph,
    RestoreSnapshot,
    SaveSnapshot,
    SetEager,
    Task,
    Workspace,
)
from equibel.workspace.results import cache, computation

SIMPLE = Operation("simple")


def states(ws):
    """How things are with every result."""
    return {name: status.state for name, status in ws.statuses().items()}


def refuse(*arguments, **keywords):
    raise AssertionError("this was computed although it was known")


def test_results_become_stale_and_current():
    """A change makes what follows from it stale, transitively, and nothing else; computing makes it current."""
    ws = derived(a="g", b="a", c="g")
    ws.apply(CreateGraph("h", chain("q")), Declare("d", "h", SIMPLE))
    assert states(ws) == dict.fromkeys("abcd", "new")
    assert ws.compute("b").graph == operators.iterate_simple(ws.graph("g"), steps=2)
    assert states(ws) == {"a": "current", "b": "current", "c": "current", "d": "new"}  # c is the same as a
    ws.refresh()
    ws.apply(AddFormulas("g", {2: "r"}))
    assert states(ws) == {"a": "stale", "b": "stale", "c": "stale", "d": "current"}
    assert ws.status("a").computed.graph.entails(2, "q")  # what was there before can still be looked at
    assert set(ws.refresh(["b"])) == set("abcd")
    assert states(ws) == dict.fromkeys("abcd", "current")
    assert ws.value("b").entails(3, "r")
    assert ws.value("g") is ws.graph("g")


def test_what_is_known_is_not_computed_again(monkeypatch):
    """An equal source, in an earlier version, under another name or by undo, gives what was computed for it."""
    ws = derived(a="g", b="a")
    ws.compute("b")
    ws.apply(SaveSnapshot("s"))
    monkeypatch.setattr(Operation, "apply", refuse)
    ws.apply(AddFormulas("g", {2: "r"}))
    ws.undo()
    assert states(ws) == {"a": "current", "b": "current"}
    ws.redo()
    ws.apply(RemoveFormulas("g", {2: "r"}))  # the same content in a new version
    assert states(ws) == {"a": "stale", "b": "stale"}
    assert ws.compute("b").graph is not None
    assert states(ws) == {"a": "current", "b": "current"}
    ws.apply(CreateGraph("h", ws.graph("g").copy()), Declare("c", "h", SIMPLE))
    assert ws.compute("c").of == "h"
    assert ws.compute("c").source_version == ws.version_of("h")
    ws.apply(Delete("g", dependents=True))
    ws.apply(RestoreSnapshot("s"))
    assert states(ws) == {"a": "current", "b": "current"}
    ws.apply(Rename("g", "first"), Rename("a", "second"))
    assert states(ws) == {"second": "current", "b": "current"}


def test_an_equal_value_keeps_what_follows_current(monkeypatch):
    """When a result computed anew has the value it had, what is derived from it need not be computed again."""
    ws = derived(a="g", b="a")
    ws.compute("b")
    before = ws.compute("a")
    ws.apply(AddFormulas("g", {1: "p | q"}))  # which follows from what 1 believes
    assert ws.next_task("b").result == "a"
    after = ws.compute("a")
    assert after.version == before.version
    assert after.source_version != before.source_version
    assert states(ws) == {"a": "current", "b": "current"}
    monkeypatch.setattr(Operation, "apply", refuse)
    ws.compute("b")


def test_provenance():
    """Every result tells what it was computed from, how, when, by what, and how long it took."""
    ws = derived(a="g")
    ws.apply(Declare("b", "a", Operation("ring", "cardinality", "syntactic", fixpoint=True)))
    computed = ws.compute("b")
    source = ws.status("a").computed
    assert (computed.result, computed.of, computed.source_version) == ("b", "a", source.version)
    assert source.source_version == ws.version_of("g")
    assert computed.operation == ws.results["b"].operation
    assert computed.equibel == equibel.__version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", computed.time)
    assert computed.seconds >= 0
    assert computed.iterations >= 1
    assert re.match(
        r"ring of a, optimum cardinality, method syntactic, fixpoint \(version \d+\), computed .*Z by equibel .* iteration",
        computed.line(),
    )
    data = json.loads(json.dumps(computed.provenance()))
    assert data["operation"] == {"operator": "ring", "optimum": "cardinality", "method": "syntactic", "fixpoint": True}
    assert {"of", "source_version", "time", "seconds", "iterations", "equibel", "version"} <= data.keys()


def test_failures_are_data():
    """A result that cannot be computed keeps its error; what is derived from it says so, and the rest is computed."""
    ws = derived(a="g", b="a", c="b")
    ws.apply(CreateGraph("h", chain("q")), Declare("d", "h", SIMPLE))
    ws.refresh()
    ws.apply(AddFormulas("g", {2: "r & ~r"}))
    found = ws.refresh()
    assert states(ws) == {"a": "failed", "b": "failed", "c": "failed", "d": "current"}
    failure = found["a"].failure
    assert (failure.kind, failure.data["node"]) == ("InconsistentFormulaError", 2)
    assert "node 2 believes a contradiction" in failure.message
    for name in "bc":
        assert found[name].failure.message.startswith("the result 'a' failed: node 2 believes a contradiction")
    for name in "abc":
        with pytest.raises(InconsistentFormulaError, match=r"^result 'a': node 2 believes") as caught:
            ws.compute(name)
        assert caught.value.node == 2
    assert ws.next_task("c") is None
    ws.undo()
    assert states(ws) == dict.fromkeys("abcd", "current")


def test_failures_are_kept_in_files():
    """A failure is read back with its data."""
    ws = derived(a="g")
    ws.apply(AddFormulas("g", {2: "r & ~r"}))
    ws.refresh()
    again = Workspace.from_records(ws.records(), check=True)
    assert again.status("a").failure == ws.status("a").failure
    with pytest.raises(InconsistentFormulaError) as caught:
        again.compute("a")
    assert caught.value.node == 2


def test_eager_results(monkeypatch):
    """An eager workspace computes what is stale at once, whatever made it so; that it cannot be is no error."""
    ws = derived(a="g", b="a")
    ws.apply(SetEager(True))
    assert states(ws) == {"a": "current", "b": "current"}
    ws.apply(AddFormulas("g", {2: "r"}))
    assert states(ws) == {"a": "current", "b": "current"}
    assert ws.value("b").entails(4, "r")
    ws.apply(AddFormulas("g", {2: "~r"}))
    assert states(ws) == {"a": "failed", "b": "failed"}
    ws.undo()
    cancel = threading.Event()
    cancel.set()
    ws.apply(AddFormulas("g", {3: "s"}), cancel=cancel)
    assert states(ws) == {"a": "stale", "b": "stale"}
    ws.undo()
    ws.redo()
    assert states(ws) == {"a": "current", "b": "current"}
    ws.apply(SetEager(False))
    ws.apply(AddFormulas("g", {3: "t"}))
    assert states(ws) == {"a": "stale", "b": "stale"}


def test_changes_during_a_computation():
    """A computation does not hold changes up; what it gives is of the version it began with, and then stale."""
    ws = derived(a="g", b="a")
    version = ws.version_of("g")

    def change(done, total, what):
        if ws.version_of("g") == version:
            thread = threading.Thread(target=ws.apply, args=[AddFormulas("g", {2: "r"})])
            thread.start()
            thread.join(30)
            assert not thread.is_alive()

    computed = ws.compute("b", progress=change)
    assert ws.version_of("g") > version
    assert computed.version == 0
    assert not computed.graph.entails(2, "r")
    assert states(ws) == {"a": "new", "b": "new"}
    assert ws.compute("b").graph.entails(2, "r")
    ws.undo()
    assert not ws.compute("b").graph.entails(2, "r")


def test_tasks_are_run_elsewhere():
    """A computation can be taken out, run in another process, and its value stored if it still fits."""
    ws = derived(a="g", b="a")
    context = get_context("forkserver")
    context.set_forkserver_preload(["equibel.workspace"])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        done = []
        while (task := ws.next_task("b")) is not None:
            done.append(task.result)
            computed = pool.submit(task.run, time_limit=60).result()
            assert ws.store(computed).version > 0
        assert done == ["a", "b"]
        assert states(ws) == {"a": "current", "b": "current"}
        ws.apply(AddFormulas("g", {2: "r"}))
        computed = pool.submit(ws.next_task("b").run).result()
        ws.apply(AddFormulas("g", {2: "s"}))
        version = ws.version
        assert ws.store(computed).version == 0
        assert ws.version == version
    ws.apply(Delete("g", dependents=True))
    assert ws.store(computed).version == 0


def test_interrupted_work_leaves_the_workspace_as_it_was():
    """A cancelled computation, or one whose time is over, changes nothing; what was finished before it is kept."""
    ws = derived(a="g", b="a")
    before, version = view(ws.state), ws.version
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled, match=r"^result 'a'"):
        ws.compute("b", cancel=cancel)
    with pytest.raises(TimeLimitExceeded, match=r"^result 'a': the time limit of 1e-09 s was reached") as caught:
        ws.refresh(time_limit=1e-9)
    assert caught.value.seconds == 1e-9
    assert (view(ws.state), ws.version, states(ws)) == (before, version, {"a": "new", "b": "new"})

    def cancel_second(done, total, what):
        if what.startswith("b: "):
            cancel.set()

    cancel.clear()
    ws.apply(Declare("c", "b", Operation("ring")))
    with pytest.raises(Cancelled, match=r"^result 'b'"):
        ws.compute("c", cancel=cancel, progress=cancel_second)
    assert states(ws) == {"a": "current", "b": "new", "c": "new"}


def test_the_time_limit_is_for_everything(monkeypatch):
    """A result gets the time that those before it have left."""
    ws = derived(a="g", b="a")
    now, limits = [100.0], []
    monkeypatch.setattr(computation.time, "monotonic", lambda: now[0])

    def run(task, **options):
        limits.append(options["time_limit"])
        now[0] += 4
        return real(task)

    real = Task.run
    monkeypatch.setattr(Task, "run", run)
    ws.compute("b", time_limit=10)
    assert limits == [10, 6]


def test_options_are_passed_on():
    """Executor and progress reach the operators, and a wrong option is refused by its name, not kept as a failure."""
    ws = derived(a="g")
    seen = []
    with ThreadPoolExecutor(1) as executor:
        ws.compute("a", executor=executor, progress=lambda *report: seen.append(report))
    assert (4, 4, "a: nodes") in seen
    ws.apply(AddNodes("g", [9]))
    for option in ({"time_limit": -1}, {"executor": 1}, {"progress": 1}, {"cancel": 1}):
        with pytest.raises(OptionError) as caught:
            ws.compute("a", **option)
        assert caught.value.option in option
        with pytest.raises(OptionError):
            ws.next_task("a").run(**option)
    assert states(ws) == {"a": "stale"}


def test_declaring_again():
    """Another declaration under the same name makes the result new or stale, and the old one brings its value back."""
    ws = derived(a="g", b="a")
    ws.refresh()
    version = ws.version_of("a")
    ws.apply(Declare("a", "g", Operation("global"), replace=True))
    assert ws.version_of("a") > version
    assert states(ws) == {"a": "stale", "b": "stale"}
    ws.undo()
    assert states(ws) == {"a": "current", "b": "current"}


def test_tags():
    """The tag of a status is the same as long as nothing about the result changes."""
    ws = derived(a="g", b="a")
    seen = [ws.status("a").tag]
    for act in (
        lambda: ws.compute("a"),
        lambda: ws.apply(AddFormulas("g", {2: "r & ~r"})),
        ws.refresh,
        lambda: ws.apply(ReplaceGraph("g", chain("q"))),
        ws.refresh,
        lambda: ws.apply(Declare("a", "g", Operation("global"), replace=True)),
    ):
        act()
        assert ws.status("a").tag == ws.status("a").tag
        seen.append(ws.status("a").tag)
    assert len(set(seen)) == len(seen)
    ws.apply(CreateGraph("h"))
    assert ws.status("a").tag == seen[-1]


def test_what_is_remembered_is_bounded(monkeypatch):
    """Of what no result shows now only the newest is remembered."""
    monkeypatch.setattr(cache, "SPARE", 6500)
    ws = derived(a="g")
    for step in range(10):
        ws.apply(AddFormulas("g", {2: f"r{step}"}))
        ws.compute("a")
    assert sum('"computed"' in text for text in ws.records()) == 4  # the one that is shown, and three to spare
    monkeypatch.setattr(cache, "SPARE", 2500)
    again = Workspace.from_records(ws.records())
    assert sum('"computed"' in text for text in again.records()) == 2
    ws.undo()
    assert states(ws) == {"a": "current"}
    for _ in range(5):
        ws.undo()
    assert states(ws) == {"a": "stale"}


def test_long_chains_of_results():
    """Results derived from one another a thousand deep are handled without recursion."""
    ws = Workspace({"g": chain("p", "")})
    names = ["g", *(f"r{i}" for i in range(1000))]
    ws.apply(*(Declare(name, of, SIMPLE) for of, name in pairwise(names)))
    assert ws.compute("r999").graph.entails(2, "p")
    assert set(states(ws).values()) == {"current"}
    assert ws.dependents("r0") == names[2:]
    with pytest.raises(UnknownNameError):
        ws.compute("r1000")
